"""What can be imported, and the names that other programs' exports give to our fields.

Data only: a new source of files is a few more words here. Field names are the registry's; a test compares them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from functools import cache

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import speaking
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.services.importing.units import unit_of

ROW_ID = "id"
"""The column that holds our own row ids, as our exports write it."""

OUTSIDE_KEY = "x_external_id"
"""The field of one's own that keeps another program's key, for entities whose registry has no `external_id`."""

GIVEN_NAME, FAMILY_NAME = "given_name", "family_name"
"""Parts of a person's name that are put together into `name`."""

PERSONS = frozenset({"contact", "lead", "user"})
"""Kinds that have such names."""

_WORDS: dict[str, dict[str, str]] = {
    "account": {
        "name": "account accountname company companyname customer customername organization organisation client clientname name entityname "
        "회사 회사명 고객사 고객사명 고객 고객명 거래처 거래처명 업체 업체명 상호 상호명 법인명 기업명 계정 계정명 계정이름 이름",
        "parent_id": "subsidiaryof parent parentaccount parentcompany parentname parentaccountname parententityid parententity 모회사 모기업 상위회사 상위계정 본사",
        "industry": "sector industry 업종 산업 산업군 업태 분야",
        "employees": "employees employeecount numberofemployees noofemployees headcount staff 임직원수 직원수 종업원수 사원수 인원",
        "annual_revenue": "revenue annualrevenue sales turnover 매출 매출액 연매출 연매출액 연간매출",
        "annual_revenue_currency": "revenuecurrency annualrevenuecurrency currency currencycode 통화",
        "founded_year": "yearestablished founded foundedyear established yearfounded 설립연도 설립년도 설립",
        "country": "officelocation country countryname location countryfull 국가 나라 국가명",
        "business_registration_number": "businessregistrationnumber registrationnumber brn businessno businessnumber taxid vatnumber "
        "사업자등록번호 사업자번호 등록번호",
        "owner_id": "owner ownername accountowner accountmanager salesrep salesagent salesperson assignedto "
        "영업담당 영업담당자 담당영업 담당자 담당 소유자",
        "phone": "phone telephone telephonenumber phonenumber tel mainphone 전화 전화번호 대표전화",
        "website": "website web url homepage domain 홈페이지 웹사이트",
        "address_line": "address addressline street streetaddress billingstreet address1 주소 소재지",
        "address_city": "city town billingcity 도시 시도",
        "address_postcode": "zip zipcode postcode postalcode billingpostalcode 우편번호",
        "kind": "accounttype accountkind 계정유형 계정종류",
        "tier": "tier grade 등급",
        "relationship_stage": "relationshipstage 관계단계",
        "tags": "tags tag labels 태그",
        "note": "note notes description memo comment comments remark remarks 비고 메모 설명",
    },
    "exchange_rate": {
        "from_currency": "from base basecurrency currency currencycode 통화 통화코드 통화명 외화",
        "to_currency": "to quote quotecurrency target 기준통화 상대통화 대상통화",
        "rate": "rate exchangerate value close 환율 매매기준율 기준환율",
        "valid_on": "date validon day ratedate 일자 날짜 기준일 고시일 적용일",
        "source": "source provider 출처 고시기관",
    },
    "contact": {
        "name": "name fullname contact contactname person 이름 성명 연락처 연락처이름 담당자 담당자명 고객이름",
        "account_id": "account accountname company companyname organization organisation employer 회사 회사명 고객사 고객사명 거래처 "
        "거래처명 업체 업체명 소속 계정",
        "title": "title jobtitle position occupation role 직위 직책 직급 직함",
        "department": "department dept division 부서 부서명",
        "email": "email emailaddress mail emailwork workemail email1 이메일 메일 전자우편 이메일주소",
        "phone": "phone telephone telephonenumber phonenumber tel workphone phonework 전화 전화번호 회사전화 직장전화",
        "mobile": "mobile mobilephone cell cellphone 휴대폰 휴대전화 핸드폰 휴대폰번호",
        "owner_id": "owner ownername contactowner salesrep salesagent assignedto sales 영업담당 영업담당자 담당영업 소유자",
        "tags": "tags tag labels 태그",
        "note": "note notes description background memo comment comments 비고 메모",
    },
    "employment": {
        "contact_id": "contact contactname person employeename 연락처 연락처이름 사람 성명",
        "account_id": "account accountname company companyname employer organization 회사 회사명 근무처 직장 소속회사 계정",
        "relation": "relation employmenttype 소속관계 관계",
        "title": "title jobtitle position 직위 직책 직급 직함",
        "department": "department dept 부서 부서명",
        "started_on": "startedon startdate since from hiredate 시작일 입사일",
        "ended_on": "endedon enddate until to leavedate 종료일 퇴사일",
        "note": "note notes memo comment 비고 메모",
    },
    "hierarchy_link": {
        "account_id": "tocompanyid subsidiary subsidiaryname affiliate affiliatename investee child childid childname heldcompany company "
        "자회사 자회사명 계열사 계열회사 소속회사 피출자회사 하위계정 entityid entityname 계정 계정명",
        "parent_id": "fromcompanyid owner ownername shareholder holder investor parent parententityid parentid parentname group groupname "
        "출자회사 주주 주주명 모회사 상위회사 상위계정 소유회사",
        "percent": "ownershippct ownershippercentage ownershippercent ownership percent percentage share stake "
        "지분율 지분 소유지분율 보유지분율",
        "hierarchy": "hierarchy hierarchyname 계층 계층명 관계종류",
        "note": "note notes memo comment 비고 메모",
    },
    "product": {
        "name": "product productname item itemname name 품목 품목명 품명 제품 제품명 상품 상품명",
        "code": "productcode code sku itemcode partnumber productid 품목코드 제품코드 상품코드 품번 코드",
        "name_en": "nameen englishname 영문명 영문품명",
        "spec": "spec specification 규격 사양",
        "unit": "unit uom 단위",
        "list_price": "salesprice listprice price unitprice 단가 가격 판매가 정가 판매단가 표준단가",
        "currency": "currency currencycode 통화",
        "category": "series category productfamily family productline 분류 품목군 제품군 시리즈 카테고리",
        "tax_rate": "taxrate vatrate 세율",
        "active": "active enabled 사용여부 사용",
        "cost": "cost unitcost standardcost costprice 원가 매입가 매입단가 표준원가",
        "tax_class": "taxclass taxcategory 과세구분 세금구분 과세유형",
        "life_cycle": "lifecycle productstatus 수명주기 판매상태 단종여부",
        "target_price": "targetprice 목표가 목표단가",
        "floor_price": "floorprice minimumprice 하한가 최저가 최저단가",
        "billing": "billing billingperiod 청구주기 과금주기",
    },
    "price_book": {
        "name": "pricebook pricebookname pricelist pricelistname 가격표 가격표명 단가표 단가표명",
        "currency": "currency currencycode 통화",
        "valid_from": "validfrom startdate effectivefrom 적용시작일 적용일 시작일",
        "valid_until": "validuntil enddate effectiveto 적용종료일 종료일",
        "parent_id": "parentbook parentpricebook 상위가격표",
        "account_id": "account accountname customer 거래처 거래처명 고객사 적용계정",
        "kind": "pricebooktype 가격표종류",
    },
    "price_book_entry": {
        "price_book_id": "pricebook pricebookname pricelist 가격표 가격표명 단가표",
        "product_id": "product productname productcode code sku item itemcode 품목 품목명 품목코드 제품 제품명 제품코드 품번",
        "unit_price": "unitprice price amount salesprice 단가 가격 판매가 판매단가",
        "tiers": "tiers pricetiers 수량구간 구간단가 구간가",
        "tier_mode": "tiermode 구간방식",
        "block": "block blocksize 판매단위수량 묶음수량",
        "target_price": "targetprice 목표단가",
        "floor_price": "floorprice minimumprice 하한단가 최저단가",
    },
    "team": {"name": "team teamname 팀 팀명", "region": "region regionname 지역"},
    "user": {
        "name": "salesagent salesrep salesperson user username agent employee employeename name fullname "
        "영업사원 영업담당 영업담당자 담당자 사용자 사원 사원명 이름 성명",
        "email": "email emailaddress mail 이메일 메일",
        "manager_id": "manager managername supervisor teamleader reportsto 팀장 관리자 상사 매니저",
        "team_id": "team teamname regionaloffice region office branch department 팀 부서 지역 지점 지사",
        "role": "role 역할",
        "active": "active 재직",
    },
    "opportunity": {
        "external_id": "opportunityid externalid dealid oppid opportunitynumber dealnumber id 기회번호 영업기회번호 관리번호 기회id",
        "name": "opportunity opportunityname deal dealname dealtitle name title 영업기회 영업기회명 기회명 건명 프로젝트 프로젝트명 사업명",
        "account_id": "account accountname company companyname customer customername organization 회사 회사명 고객사 고객사명 고객 거래처 "
        "거래처명 업체명 계정",
        "pipeline_id": "pipeline pipelinename 파이프라인",
        "stage_id": "dealstage stage stagename salesstage opportunitystage status 단계 영업단계 진행단계 상태",
        "product_id": "product productname item 품목 품목명 제품 제품명 상품",
        "contact_id": "contact contactname primarycontact 연락처 고객담당자",
        "owner_id": "salesagent owner ownername salesrep salesperson opportunityowner dealowner assignedto "
        "영업담당 영업담당자 담당자 담당 소유자",
        "amount": "closevalue amount value dealvalue dealsize opportunityamount expectedrevenue 금액 예상금액 수주금액 계약금액 규모",
        "currency": "currency currencycode 통화",
        "opened_on": "engagedate opendate openedon createddate createdate created startdate 시작일 생성일 등록일 발굴일 접촉일",
        "close_date": "closedate closingdate expectedclosedate expectedclose closedon 마감일 예상마감일 종료일 수주일 계약일 수주예정일",
        "next_step": "nextstep 다음단계 다음할일",
        "loss_reason": "lossreason lostreason 실주사유 실패사유",
        "note": "note notes description memo comment comments 비고 메모",
    },
    "activity": {
        "subject": "subject activitysubject title topic 제목 건명 주제",
        "kind": "activitytype activitykind type kind 유형 활동유형 활동종류 종류 구분",
        "occurred_at": "occurredat activitydate date datetime starttime when startdate 일시 날짜 일자 활동일 활동일시 방문일",
        "body": "body description content details note notes 내용 상세 메모",
        "minutes": "minutes duration durationminutes 소요시간",
        "account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 계정",
        "contact_id": "contact contactname person attendee 연락처 고객담당자 만난사람",
        "opportunity_id": "opportunity opportunityname opportunityid deal dealname 영업기회 기회명",
        "owner_id": "owner ownername salesagent salesrep user assignedto 영업담당 영업담당자 담당자 작성자",
        "participants": "participants attendees 참석자",
        "place": "place location 장소",
    },
    "task": {
        "subject": "subject task taskname title todo 할일 제목",
        "due_on": "due dueon duedate deadline 기한 마감일 예정일",
        "done": "done completed complete 완료 완료여부",
        "priority": "priority 우선순위 중요도",
        "account_id": "account company 회사 고객사 거래처 계정",
        "owner_id": "owner assignedto 담당자",
        "note": "note notes description 메모 비고",
    },
    "lead": {
        "name": "lead leadname name fullname 리드 리드명 리드이름 이름 성명",
        "company": "company companyname organization 회사 회사명",
        "email": "email emailaddress 이메일",
        "phone": "phone telephone telephonenumber 전화 전화번호",
        "source": "leadsource source 출처 유입경로 유입처",
        "status": "leadstatus status 상태 리드상태",
        "owner_id": "owner ownername leadowner assignedto 담당자 담당 영업담당",
    },
    "competitor": {
        "name": "competitor competitorname rival 경쟁사 경쟁사명",
        "website": "website web url homepage 홈페이지 웹사이트",
        "strengths": "strengths strength 강점",
        "weaknesses": "weaknesses weakness 약점",
        "note": "note notes memo comment 비고 메모",
    },
    "account_member": {
        "account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 계정",
        "user_id": "user username member membername teammember teammembername 팀원 팀원명 구성원 담당자 사용자",
        "member_role": "memberrole teamrole role 역할 팀역할",
        "since_on": "since sinceon from startdate startedon 시작일",
        "until_on": "until untilon to enddate endedon 종료일",
        "note": "note notes memo comment 비고 메모",
    },
    "account_plan": {
        "name": "plan planname accountplan accountplanname 계획 계획명 계정계획 계정계획명",
        "account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 계정",
        "owner_id": "owner ownername planowner 담당자 담당 작성자",
        "start_date": "startdate start from planstart 시작일",
        "end_date": "enddate end to planend 종료일",
        "note": "note notes memo comment 비고 메모",
    },
    "plan_item": {
        "plan_id": "plan planname accountplan accountplanname 계획 계획명 계정계획 계정계획명",
        "plan_id:account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 계정",
        "kind": "itemtype itemkind kind type 종류 구분 유형 항목종류",
        "subject": "subject item planitem text goal objective action title 항목 내용 목표 제목",
        "objective_id": "objectivename partof parentobjective 상위목표 세부목표",
        "competitor_id": "competitor competitorname 경쟁사 경쟁사명",
        "owner_id": "owner ownername assignedto 담당자 담당",
        "due_on": "due dueon duedate deadline 기한 마감일",
        "measure": "measure metric kpi 측정기준 지표",
        "progress": "progress percentdone 진척 진척률 진행률",
        "note": "note notes memo comment 비고 메모",
    },
    "white_space_cell": {
        "account_id": "account accountname buyingcenter buyingcentre unit company companyname customer 구매단위 회사 회사명 고객사 고객사명 계정",
        "product_id": "product productname productcode code sku item itemcode 품목 품목명 품목코드 제품 제품명 제품코드",
        "usage": "usage use productuse state status 사용 사용여부 이용상태 상태",
        "competitor_id": "competitor competitorname 경쟁사 경쟁사명",
        "opportunity_id": "opportunity opportunityname deal 영업기회 기회명",
        "quote_id": "quote quotenumber 견적 견적번호",
        "contract_id": "contract contractname 계약 계약명",
        "note": "note notes memo comment 비고 메모",
    },
    "contract": {
        "name": "contract contractname contracttitle name title 계약 계약명 계약건명",
        "account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 거래처명 계정",
        "owner_id": "owner ownername contractowner 담당자 담당 영업담당",
        "status": "contractstatus status 상태 계약상태",
        "amount": "amount contractvalue contractamount value 금액 계약금액 계약액",
        "currency": "currency currencycode 통화",
        "start_date": "startdate start contractstart from 시작일 계약시작일 계약일",
        "end_date": "enddate end contractend expirydate expirationdate to 종료일 계약종료일 만료일",
        "renewal_date": "renewaldate renewal renewson 갱신일 갱신예정일",
        "notice_date": "noticedate noticeby 통지기한 통지일",
        "uplift": "uplift priceincrease 인상률",
        "quote_id": "quote quotenumber 견적 견적번호",
    },
    "order": {
        "number": "order ordernumber orderno orderid purchaseorder ponumber 주문 주문번호 수주번호 발주번호",
        "account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 거래처명 계정",
        "owner_id": "owner ownername salesrep 담당자 담당 영업담당",
        "status": "orderstatus status 상태 주문상태",
        "amount": "amount orderamount ordervalue total 금액 주문금액 수주금액",
        "currency": "currency currencycode 통화",
        "ordered_on": "orderedon orderdate date 주문일 주문일자 수주일 발주일",
        "quote_id": "quote quotenumber 견적 견적번호",
    },
    "order_line": {
        "order_id": "order ordernumber orderno orderid 주문 주문번호 수주번호 발주번호",
        "product_id": "product productname productcode productid code sku item itemcode 품목 품목명 품목코드 제품 제품명 제품코드",
        "quantity": "quantity qty orderqty 수량 주문수량",
        "unit_price": "unitprice price 단가 판매단가",
        "discount_percent": "discountpercent discountrate 할인율",
        "note": "note notes memo comment 비고 메모",
    },
    "content_block": {
        "name": "content contenttitle contentname contentblock title 콘텐츠 콘텐츠명 콘텐츠제목 제목",
        "content_kind": "contentkind contenttype kindofcontent 콘텐츠종류 콘텐츠유형 종류",
        "language": "language lang 언어",
        "body": "body text contenttext 본문 내용",
        "industries": "industries industry sector 업종 산업",
        "products": "products product productcodes 품목 품목코드 제품",
        "stage_id": "stage salesstage 단계 영업단계",
        "owner_id": "owner ownername contentowner 담당자 담당 작성자",
        "expires_on": "expireson expires expiry expirydate 만료일 유효기한",
        "note": "note notes memo comment 비고 메모",
    },
    "ticket": {
        "subject": "ticket ticketsubject subject title issue 티켓 제목 문의 문의제목",
        "account_id": "account accountname company companyname customer 회사 회사명 고객사 고객사명 거래처 계정",
        "contact_id": "contact contactname requester reporter 연락처 문의자 요청자",
        "owner_id": "owner ownername agent assignee assignedto 담당자 담당",
        "status": "ticketstatus status 상태",
        "priority": "priority severity 우선순위 중요도",
        "opened_on": "openedon opened opendate created createdon createddate 접수일 등록일 생성일",
        "body": "body description details 내용 상세",
    },
}

_NAME_PARTS = {GIVEN_NAME: "firstname givenname forename", FAMILY_NAME: "lastname surname familyname 성"}

IDENTITY: dict[str, tuple[tuple[str, ...], ...]] = {
    "price_book": (("name", "currency"), ("name", "valid_from")),
    "price_book_entry": (("price_book_id", "product_id", "unit_price"),),
    "opportunity": (("external_id",), ("name",), ("account_id", "amount"), ("account_id", "stage_id")),
    "activity": (
        ("occurred_at", "subject"),
        ("occurred_at", "body"),
        ("subject", "account_id"),
        ("occurred_at", "kind"),
    ),
    "contact": (("name",), (GIVEN_NAME,), (FAMILY_NAME,)),
    "lead": (("name", "company"), ("name", "source"), ("name", "status"), (GIVEN_NAME, "company")),
    "hierarchy_link": (("account_id", "parent_id"), ("account_id", "percent")),
    "employment": tuple(("contact_id", "account_id", name) for name in ("started_on", "ended_on", "relation")),
    "task": (("subject", "due_on"), ("subject", "done")),
    "exchange_rate": (("from_currency", "rate", "valid_on"),),
    "account_member": (("account_id", "user_id"),),
    "account_plan": (("name", "account_id", "start_date"), ("name", "account_id", "end_date")),
    "plan_item": (("plan_id", "subject"),),
    "white_space_cell": (("account_id", "product_id", "usage"), ("account_id", "product_id", "competitor_id")),
    "contract": tuple(("name", name) for name in ("start_date", "end_date", "renewal_date", "notice_date")),
    "order_line": (("order_id", "product_id", "quantity"),),
    "order": (("number", "ordered_on"), ("number", "amount"), ("account_id", "ordered_on", "amount")),
    "content_block": tuple(("name", name) for name in ("body", "content_kind", "expires_on")),
    "ticket": (("subject", "priority", "status"), ("subject", "opened_on"), ("subject", "contact_id", "status")),
}
"""Fields without which a file is not of that kind: any one of the groups. Elsewhere it is the title field."""

KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "account": ((OUTSIDE_KEY,), ("business_registration_number",), ("name",)),
    "contact": ((OUTSIDE_KEY,), ("email",), ("name", "account_id")),
    "hierarchy_link": (("account_id", "parent_id", "hierarchy"),),
    "employment": (("contact_id", "account_id", "started_on"), ("contact_id", "account_id")),
    "product": (("code",), (OUTSIDE_KEY,), ("name",)),
    "price_book": ((OUTSIDE_KEY,), ("name",)),
    "price_book_entry": (("price_book_id", "product_id"),),
    "team": (("name",),),
    "user": ((OUTSIDE_KEY,), ("email",), ("name",)),
    "opportunity": (("external_id",), ("name", "account_id")),
    "activity": ((OUTSIDE_KEY,), ("subject", "occurred_at", "account_id", "kind")),
    "task": ((OUTSIDE_KEY,), ("subject", "due_on", "account_id")),
    "lead": ((OUTSIDE_KEY,), ("email",), ("name", "company")),
    "exchange_rate": (("from_currency", "to_currency", "valid_on"),),
    "competitor": (("name",),),
    "account_member": (("account_id", "user_id", "member_role"),),
    "account_plan": (("name", "account_id"),),
    "plan_item": (("subject", "plan_id", "kind"),),
    "white_space_cell": (("account_id", "product_id"),),
    "contract": ((OUTSIDE_KEY,), ("name", "account_id")),
    "order_line": (("order_id", "product_id"),),
    "order": (("number",), ("account_id", "ordered_on", "amount")),
    "content_block": ((OUTSIDE_KEY,), ("name", "language"), ("name",)),
    "ticket": ((OUTSIDE_KEY,), ("subject", "account_id", "opened_on")),
}
"""What makes two rows the same thing, best first. A row is known by the first group that it fills."""

ORDER = (
    "exchange_rate",
    "team",
    "user",
    "product",
    "account",
    "hierarchy_link",
    "contact",
    "employment",
    "lead",
    "opportunity",
    "activity",
    "task",
    "price_book",
    "price_book_entry",
    "competitor",
    "content_block",
    "account_member",
    "account_plan",
    "plan_item",
    "contract",
    "order",
    "order_line",
    "ticket",
    "white_space_cell",
)
"""Referred-to kinds first."""

MADE_ON_DEMAND = frozenset(
    {
        ("user", "manager_id"),
        ("user", "team_id"),
        ("opportunity", "stage_id"),
        ("opportunity", "pipeline_id"),
        ("plan_item", "competitor_id"),
        ("white_space_cell", "competitor_id"),
    }
)
"""References whose missing target is made by the import itself; elsewhere a missing name stays open."""

DEFAULTS: dict[str, dict[str, object]] = {
    "user": {"active": True, "role": "member"},
    "product": {"active": True},
    "hierarchy_link": {"hierarchy": "ownership"},
    "plan_item": {"kind": "objective"},
    "contract": {"status": "active"},
    "order": {"status": "received"},
    "ticket": {"status": "open", "priority": "normal"},
}
"""What a new row has where the file says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well the columns of a file fit a kind."""

    entity: str
    matched: dict[str, str]
    share: float
    identified: bool
    scales: Mapping[str, int] = with_default(default_factory=dict)
    """By what the numbers of some columns are multiplied."""


def squeezed(text: str) -> str:
    """A column name for comparing: small letters and digits only."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def is_reason(column: str) -> bool:
    """Whether a column is the one that says why a row was refused: a mended file brings it along, and it is no part of the data."""
    return squeezed(column) in {"reasonnottaken", "가져오지못한까닭"}


@cache
def field_words(entity: str) -> dict[str, str]:
    """Column name, squeezed → field of the entity. Hand-written words come before the registry's names and labels."""
    words: dict[str, str] = {}
    if entity in PERSONS:
        for part in (GIVEN_NAME, FAMILY_NAME):
            words.update(dict.fromkeys(_NAME_PARTS[part].split(), part))
    for field, names in _WORDS.get(entity, {}).items():
        for name in names.split():
            words.setdefault(name, field)
    for known in REGISTRY[entity].by_name:
        for name in (known, known.removesuffix("_id")):
            words.setdefault(squeezed(name), known)
        for language in ("ko", "en"):
            with speaking(language):
                words.setdefault(squeezed(field_label(entity, known)), known)
    return words


def fit(entity: str, columns: tuple[str, ...]) -> Fit:
    """Which columns are which fields, each field once: the column of its very name takes it, else the first that fits."""
    words = field_words(entity)
    matched = {column: column for column in columns if column in REGISTRY[entity].by_name and column != ROW_ID}
    for column in columns:
        field = words.get(squeezed(column)) or words.get(squeezed(unit_of(column).bare))
        if field is not None and column not in matched and field not in matched.values():
            matched[column] = field
    found = set(matched.values())
    groups = IDENTITY.get(entity, ((REGISTRY[entity].title,),))
    identified = any(found.issuperset(group) for group in groups)
    return Fit(entity=entity, matched=matched, share=len(matched) / max(1, len(columns)), identified=identified)


def best_fit(columns: tuple[str, ...], called: str) -> Fit | None:
    """The kind that explains most columns; what the file is called settles a tie. None where no kind can be told."""
    stem = squeezed(called)
    ranked = sorted(
        (fit(entity, columns) for entity in ORDER),
        key=lambda one: (one.identified, len(one.matched) + 3 * _named(one.entity, stem)),
        reverse=True,
    )
    best = ranked[0]
    enough = len(best.matched) >= 2 or best.share >= 0.5 or (_named(best.entity, stem) and best.matched)
    return best if best.identified and enough else None


def _named(entity: str, stem: str) -> bool:
    return any(name in stem for name in _entity_words(entity))


@cache
def _entity_words(entity: str) -> tuple[str, ...]:
    """What a file or a sheet of these records may be called, in either language."""
    with speaking("ko"):
        korean = entity_label(entity)
    return squeezed(entity), squeezed(REGISTRY[entity].plural), squeezed(korean)
