"""How the demo's key accounts are looked after: competitors, teams, plans with their lines, white space, owners, second employers, files. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from desktop_crm.domain.schema.options import PlanItemKind, ProductUsage
from desktop_crm.services.demo.dice import Dice, Row
from desktop_crm.services.demo.events import Rows

ENTITIES = (
    "competitor",
    "account_member",
    "account_plan",
    "plan_item",
    "white_space_cell",
    "hierarchy_link",
    "employment",
)
_RIVALS = (
    ("누리솔루션", "낮은 가격, 빠른 견적", "설치 뒤 응대가 늦음"),
    ("오름정보시스템", "공공 실적이 많음", "해외 법인 지원이 없음"),
    ("한결테크", "임원끼리 오랜 관계", "제품 갱신이 더딤"),
    ("Northgate Systems", "세계 공통 규격", "한국어 지원이 약함"),
)
_SWOT = {
    PlanItemKind.STRENGTH: ("현장 엔지니어가 설비를 잘 앎", "지난해 무중단 운영 실적"),
    PlanItemKind.WEAKNESS: ("구매 본부장과 접점이 없음", "예비 부품 재고가 적음"),
    PlanItemKind.CHANCE: ("신규 공장 증설 예산 확정", "통합 관제 사업 공고 예정"),
    PlanItemKind.THREAT: ("본사 표준 공급사 재선정", "환율에 따른 단가 인하 요구"),
}
_GOALS = ("두 해 안에 매출을 두 배로", "그룹 표준 공급사로 등록", "해외 법인 한 곳에 첫 공급")
_OBJECTIVES = (
    ("관제 시스템 두 공장 확대", "설치한 공장 수"),
    ("연간 유지보수 계약 체결", "계약 금액"),
    ("구매 본부와 분기 점검 회의", "회의 수"),
    ("기술 평가 통과", "평가 점수"),
)
_ACTIONS = ("현장 진단 보고서 전달", "임원 방문 주선", "견적과 절감 효과 설명", "시험 장비 대여", "담당자 교육")
_FILES = (
    ("현장 진단 요약.txt", "공장별 설비 상태와 교체 순서를 정리했습니다.\n1. 1공장 배전반\n2. 2공장 냉각기\n"),
    ("회의록 1분기 점검.txt", "참석: 구매팀, 설비팀\n논의: 예비 부품, 교육 일정\n결정: 다음 달 시험 장비 대여\n"),
    ("Site survey.txt", "Line A: replace controllers first.\nLine B: wait for the budget of next year.\n"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of an account."""

    id: str
    account_id: str
    added_at: datetime
    name: str
    text: str


def looked_after(dice: Dice, rows: Rows, most: int = 12) -> Rows:
    """Everything by entity, for so many of the accounts at the top."""
    tops = _tops(rows, most)
    rivals = [_rival(dice, *one) for one in _RIVALS]
    found: Rows = {entity: [] for entity in ENTITIES}
    found["competitor"] = rivals
    for account in tops:
        found["account_member"] += _team(dice, account, rows["user"])
        plan, items = _plan(dice, account, rivals)
        found["account_plan"].append(plan)
        found["plan_item"] += items
        units = [account, *(row for row in rows["account"] if row["parent_id"] == account["id"])][:6]
        found["white_space_cell"] += _cells(dice, units, rows["product"], rivals)
    found["hierarchy_link"] = _owners(dice, tops)
    found["employment"] = _second_employers(dice, rows, tops)
    return found


def files(dice: Dice, rows: Rows, most: int = 4) -> list[File]:
    """A few files, of the first accounts."""
    tops = _tops(rows, most)
    return [
        File(id=dice.id(), account_id=one["id"], added_at=dice.moment_on(dice.day_before(90, 2)), name=name, text=text)
        for one in tops
        for name, text in _FILES
    ]


def _tops(rows: Rows, most: int) -> list[Row]:
    """The best known ones, and those that stand first in the tree."""
    tops = [row for row in rows["account"] if row["parent_id"] is None]
    by_name = sorted(tops, key=lambda row: str(row.get("name") or ""))
    chosen = {row["id"]: row for row in (*tops[: most - most // 3], *by_name[: most // 3])}
    return list(chosen.values())[:most]


def _rival(dice: Dice, name: str, strengths: str, weaknesses: str) -> Row:
    return {"id": dice.id(), "name": name, "strengths": strengths, "weaknesses": weaknesses}


def _team(dice: Dice, account: Row, users: list[Row]) -> list[Row]:
    roles = ("account_manager", "deputy", "presales", "service", "sponsor")[: dice.number(3, 5)]
    others = [user["id"] for user in users if user["id"] != account["owner_id"]]
    people = [account["owner_id"], *dice.random.sample(others, min(len(roles) - 1, len(others)))]
    return [
        {
            "id": dice.id(),
            "account_id": account["id"],
            "user_id": person,
            "member_role": role,
            "since_on": dice.day_before(700, 60),
        }
        for role, person in zip(roles, people, strict=False)
    ]


def _plan(dice: Dice, account: Row, rivals: list[Row]) -> tuple[Row, list[Row]]:
    year = dice.today.year
    plan = {
        "id": dice.id(),
        "name": f"{year} 계정 계획",
        "account_id": account["id"],
        "owner_id": account["owner_id"],
        "start_date": date(year, 1, 1),
        "end_date": date(year, 12, 31),
    }
    items: list[Row] = []

    def line(kind: PlanItemKind, subject: str, **more: object) -> Row:
        made = {"id": dice.id(), "plan_id": plan["id"], "kind": kind.value, "subject": subject, **more}
        items.append(made | {"order_key": f"b{len(items):02}"})
        return made

    for goal in dice.random.sample(_GOALS, 2):
        line(PlanItemKind.GOAL, goal)
    for kind, subjects in _SWOT.items():
        line(kind, dice.pick(subjects))
    for subject, measure in dice.random.sample(_OBJECTIVES, 3):
        due = dice.today + timedelta(days=dice.number(-20, 150))
        more = {"owner_id": account["owner_id"], "due_on": due, "measure": measure, "progress": dice.number(0, 9) * 10}
        objective = line(PlanItemKind.OBJECTIVE, subject, **more)
        for action in dice.random.sample(_ACTIONS, 2):
            due = dice.today + timedelta(days=dice.number(-30, 60))
            more = {"owner_id": account["owner_id"], "due_on": due, "progress": dice.pick((0, 50, 100))}
            line(PlanItemKind.ACTION, action, objective_id=objective["id"], **more)
    for rival in dice.random.sample(rivals, 2):
        line(PlanItemKind.COMPETITOR, str(rival["strengths"]), competitor_id=rival["id"])
    return plan, items


def _cells(dice: Dice, units: list[Row], products: list[Row], rivals: list[Row]) -> list[Row]:
    cells = []
    for unit in units:
        for product in dice.random.sample(products, min(5, len(products))):
            usage = dice.weighted((*ProductUsage,), (3, 2, 3, 2, 1))
            cell = {"id": dice.id(), "account_id": unit["id"], "product_id": product["id"], "usage": usage.value}
            if usage is ProductUsage.COMPETITOR:
                cell["competitor_id"] = dice.pick(rivals)["id"]
            cells.append(cell)
    return cells


def _owners(dice: Dice, tops: list[Row]) -> list[Row]:
    """Who holds whom: a chain, a company with two owners, and shares held in a circle."""
    pairs = ((1, 0, "62.5"), (2, 0, "51"), (3, 1, "33.4"), (3, 2, "25"), (4, 3, "100"), (5, 4, "19.9"), (4, 5, "8"))
    return [
        {
            "id": dice.id(),
            "hierarchy": "ownership",
            "account_id": tops[below]["id"],
            "parent_id": tops[above]["id"],
            "percent": Decimal(percent),
        }
        for below, above, percent in pairs
        if max(below, above) < len(tops)
    ]


def _second_employers(dice: Dice, rows: Rows, tops: list[Row]) -> list[Row]:
    found = []
    for contact in rows["contact"][:: max(1, len(rows["contact"]) // 8)][:8]:
        other = dice.pick(tops)
        if other["id"] != contact["account_id"]:
            role = {"contact_id": contact["id"], "account_id": other["id"], "relation": "adviser", "title": "사외이사"}
            found.append({"id": dice.id(), **role, "started_on": dice.day_before(900, 30)})
    return found
