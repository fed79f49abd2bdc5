"""The glossary holds: what the product calls each thing in Korean, whatever file the word stands in."""

from __future__ import annotations

import pytest

from desktop_crm import i18n
from desktop_crm.i18n.labels import entity_label, field_label, option_label

ENTITIES = {
    "account": "계정",
    "contact": "연락처",
    "stakeholder_map": "이해관계자 맵",
    "map_node": "인물 카드",
    "map_edge": "관계선",
    "lead": "리드",
    "opportunity": "영업기회",
    "stage": "단계",
    "product": "품목",
    "price_book": "가격표",
    "price_book_entry": "가격",
    "quote": "견적",
    "quote_version": "견적 버전",
    "quote_line": "견적 품목",
    "contract": "계약",
    "activity": "활동",
    "task": "할 일",
    "conflict": "충돌",
}
FIELDS = {
    ("account", "business_registration_number"): "사업자등록번호",
    ("account", "parent_id"): "모회사",
    ("account", "relationship_stage"): "관계 단계",
    ("map_node", "buying_role"): "구매 역할",
    ("map_node", "support"): "지지도",
    ("map_node", "influence"): "영향력",
    ("map_node", "coverage"): "접촉 수준",
    ("map_node", "reports_to_id"): "보고 라인",
    ("stage", "forecast_category"): "예측 범주",
    ("stage", "stall_days"): "정체 기준일",
    ("quote_line", "spec"): "규격",
    ("quote_line", "quantity"): "수량",
    ("quote_line", "unit_price"): "단가",
    ("quote", "grand_total"): "합계",
    ("quote", "valid_until"): "유효기간",
    ("quote", "payment_terms"): "결제 조건",
    ("quote", "remarks"): "비고",
    ("quote", "rounding_policy"): "반올림·절사 기준",
    ("contract", "renewal_date"): "갱신일",
    ("contract", "notice_date"): "통지 기한",
    ("contract", "uplift"): "인상률",
}
OPTIONS = {
    "buying_role": {
        "economic_buyer": "예산 결정권자",
        "decision_maker": "의사결정자",
        "approver": "승인자",
        "technical_evaluator": "기술 평가자",
        "user_buyer": "사용자",
        "champion": "챔피언",
        "coach": "코치",
        "influencer": "영향력 행사자",
        "gatekeeper": "게이트키퍼",
        "blocker": "반대자",
    },
    "support": {
        "mentor": "적극 지지",
        "supporter": "지지",
        "neutral": "중립",
        "non_supporter": "비지지",
        "enemy": "반대",
    },
    "coverage": {
        "unknown": "모름",
        "none": "접촉 없음",
        "brief": "짧은 접촉",
        "multiple": "여러 번",
        "in_depth": "깊은 관계",
    },
    "relationship_stage": {
        "exploratory": "탐색",
        "basic": "기본",
        "collaborative": "협업",
        "interconnected": "상호 연결",
    },
    "kind": {
        "buying_center": "구매 단위",
        "informal_reports_to": "비공식 보고",
        "assistant_of": "보좌",
        "influences": "영향",
        "conflicts_with": "갈등",
        "knows": "친분",
        "visit": "방문",
        "call": "통화",
        "mail": "메일",
        "meeting": "회의",
        "note": "메모",
    },
    "status": {"marketing_qualified": "마케팅 적격", "sales_qualified": "영업 적격"},
    "forecast_category": {
        "omitted": "제외",
        "pipeline": "진행",
        "best_case": "최선",
        "most_likely": "유력",
        "commit": "확약",
        "closed": "마감",
    },
}
WORDS = {
    "Net amount": "공급가액",
    "Grand total": "합계",
    "Payment terms": "결제 조건",
    "Remarks": "비고",
    "Sync centre": "동기화 센터",
}


@pytest.fixture(autouse=True)
def _in_korean() -> object:
    with i18n.speaking("ko"):
        yield


@pytest.mark.parametrize(("entity", "word"), ENTITIES.items())
def test_entities(entity: str, word: str) -> None:
    assert entity_label(entity) == entity_label(entity, plural=True) == word


@pytest.mark.parametrize(("place", "word"), FIELDS.items())
def test_fields(place: tuple[str, str], word: str) -> None:
    assert field_label(*place) == word


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [(field, value, word) for field, words in OPTIONS.items() for value, word in words.items()],
)
def test_options(field: str, value: str, word: str) -> None:
    assert option_label(field, value) == word


@pytest.mark.parametrize(("english", "word"), WORDS.items())
def test_words_of_quotes(english: str, word: str) -> None:
    assert i18n.tr(english) == word
