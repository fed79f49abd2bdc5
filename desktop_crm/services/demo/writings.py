"""What the demo has written for customers: pieces of the content library, and one proposal with its blocks. Pure."""

from __future__ import annotations

from datetime import timedelta

from desktop_crm.domain.quotes.order_keys import keys_between
from desktop_crm.domain.schema.options import BlockKind, ContentKind, ProposalState
from desktop_crm.services.demo.dice import Dice, Row
from desktop_crm.services.demo.events import Rows

ENTITIES = ("content_block", "proposal", "proposal_block")
_CONTENT = (
    (
        ContentKind.CASE_STUDY,
        "도입 사례: 정밀 부품 공장",
        "12개 라인의 제어기를 이중화로 바꾸었습니다.\n\n- 계획 외 정지 **월 9.2시간 → 3.8시간**\n- 교체 기간 중 생산 손실 없음",
        ("제조",),
    ),
    (
        ContentKind.PRODUCT_SHEET,
        "통합 관제 서버",
        "# 구성\n- 이중화 서버 2대\n- 현장 수집기\n\n항목 | 값\n절체 시간 | 50ms\n보관 | 5년",
        (),
    ),
    (ContentKind.CLAUSE, "하자 보증", "검수일부터 **12개월** 동안 무상으로 보증합니다.", ()),
    (ContentKind.CLAUSE, "비밀 유지", "양 당사자는 사업에서 알게 된 정보를 밖으로 알리지 않습니다.", ()),
    (ContentKind.REFERENCE, "Reference: control room upgrade", "Three plants, one control room, no line stopped.", ()),
)
_BLOCKS = (
    (BlockKind.SUMMARY, None, "{account.name}의 설비를 **세우지 않고** 증설합니다.\n\n- 한 팀이 설치부터 시운전까지 맡습니다\n- 투자 {quote.total}"),
    (BlockKind.GOALS, None, None),
    (BlockKind.TEXT, "해결 방안", "# 이중화 제어\n주 제어기가 멈추면 예비 제어기가 바로 이어받습니다.\n\n# 통합 관제\n설비 데이터를 한 화면에 모읍니다."),
    (BlockKind.PRICE, None, None),
    (BlockKind.SCHEDULE, None, "단계 | 기간\n착수와 현장 조사 | 1주\n제작 | 6주\n설치와 시운전 | 3주\n검수 | 1주"),
    (BlockKind.TEAM, None, None),
)  # fmt: skip


def written(dice: Dice, rows: Rows) -> Rows:
    """The library, one piece of it expired, and a proposal for the newest issued quote of an account with a plan."""
    owner = rows["user"][0]["id"]
    contents = [
        {
            "id": dice.id(),
            "name": name,
            "content_kind": kind.value,
            "language": "en" if name.isascii() else "ko",
            "body": body,
            "industries": industries or None,
            "owner_id": owner,
            "expires_on": dice.today + timedelta(days=-20 if name == "비밀 유지" else 300),
        }
        for kind, name, body, industries in _CONTENT
    ]
    found: Rows = {"content_block": contents, "proposal": [], "proposal_block": []}
    planned = {plan["account_id"] for plan in rows.get("account_plan", ())}
    quotes = {quote["id"]: quote for quote in rows["quote"]}
    issued = [one for one in rows["quote_version"] if one["quote_id"] in quotes]
    issued.sort(key=lambda one: (quotes[one["quote_id"]]["account_id"] in planned, one["issued_at"], one["id"]))
    if issued:
        _propose(dice, found, issued[-1], quotes[issued[-1]["quote_id"]], owner)
    return found


def _propose(dice: Dice, found: Rows, version: Row, quote: Row, owner: str) -> None:
    made = dice.id()
    number = f"P-{dice.today.year}-0001"
    fields = {
        "id": made,
        "number": number,
        "name": "설비 증설과 이중화 제어 제안",
        "account_id": quote["account_id"],
        "contact_id": quote.get("contact_id"),
        "opportunity_id": quote.get("opportunity_id"),
        "quote_version_id": version["id"],
        "owner_id": owner,
        "proposal_state": ProposalState.DRAFT.value,
        "language": "ko",
        "draft_version": 1,
    }
    found["proposal"].append(fields)
    pieces = [(kind, name, body, None) for kind, name, body in _BLOCKS]
    pieces += [
        (BlockKind.CONTENT, None, None, one["id"]) for one in (found["content_block"][0], found["content_block"][2])
    ]
    for key, (kind, name, body, content) in zip(keys_between(None, None, len(pieces)), pieces, strict=True):
        row = {"id": dice.id(), "proposal_id": made, "block_kind": kind.value, "name": name, "body": body}
        found["proposal_block"].append(row | {"content_id": content, "order_key": key})
