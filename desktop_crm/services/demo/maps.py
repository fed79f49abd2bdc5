"""Stakeholder maps of the demo: an org chart for each key account, a buying committee for its largest open opportunity."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_crm.domain.quotes.order_keys import keys_between
from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.services.demo.deals import WON, Deal
from desktop_crm.services.demo.dice import Dice, Row
from desktop_crm.services.demo.people import seniority

_MOST_PEOPLE = 14
_ROLE_OF_TITLE = {
    "대표이사": (BuyingRole.ECONOMIC_BUYER,),
    "부사장": (BuyingRole.ECONOMIC_BUYER, BuyingRole.APPROVER),
    "전무": (BuyingRole.DECISION_MAKER, BuyingRole.APPROVER),
    "상무": (BuyingRole.DECISION_MAKER, BuyingRole.INFLUENCER, BuyingRole.APPROVER),
    "이사": (BuyingRole.INFLUENCER, BuyingRole.CHAMPION),
    "부장": (BuyingRole.CHAMPION, BuyingRole.TECHNICAL_EVALUATOR, BuyingRole.BLOCKER),
    "차장": (BuyingRole.TECHNICAL_EVALUATOR, BuyingRole.COACH, BuyingRole.GATEKEEPER),
    "과장": (BuyingRole.USER_BUYER, BuyingRole.TECHNICAL_EVALUATOR, BuyingRole.COACH),
    "대리": (BuyingRole.USER_BUYER, BuyingRole.GATEKEEPER),
}
_SUPPORT_WEIGHTS = (10, 28, 40, 15, 7)
_EDGE_WORDS = {
    EdgeKind.INFLUENCES: ("신뢰", "이전 상사", "기술 자문"),
    EdgeKind.KNOWS: ("동기", "같은 대학", "이전 직장 동료"),
    EdgeKind.CONFLICTS_WITH: ("예산 갈등", "주도권 다툼"),
    EdgeKind.INFORMAL_REPORTS_TO: ("과제 보고",),
    EdgeKind.ASSISTANT_OF: ("일정 관리",),
}


@dataclass(frozen=True, slots=True)
class Maps:
    """Rows of maps, their cards and lines."""

    maps: list[Row] = field(default_factory=list)
    nodes: list[Row] = field(default_factory=list)
    edges: list[Row] = field(default_factory=list)


def maps(dice: Dice, accounts: list[Row], contacts: list[Row], deals: list[Deal], most: int) -> Maps:
    """Maps of at most so many key accounts."""
    made = Maps()
    people: dict[str, list[Row]] = {}
    for contact in contacts:
        people.setdefault(contact["account_id"], []).append(contact)
    keys = [row for row in accounts if row["tier"] == "key" and len(people.get(row["id"], ())) >= 5]
    for account in keys[:most]:
        _draw(dice, made, account, people[account["id"]], None)
        open_deals = [deal for deal in deals if deal.account is account and deal.place < WON]
        if open_deals:
            deal = max(open_deals, key=lambda one: one.row["amount"])
            _draw(dice, made, account, people[account["id"]], deal)
    return made


def _draw(dice: Dice, made: Maps, account: Row, people: list[Row], deal: Deal | None) -> None:
    """One map: of the account, or of the buying committee of one opportunity."""
    name = f"{account['name']} 조직" if deal is None else f"{account['name']} {deal.row['name']} 구매 위원회"
    layout = MapLayout.ORG_CHART if deal is None else MapLayout.INFLUENCE_SUPPORT
    one = {
        "id": dice.id(),
        "name": name,
        "account_id": account["id"],
        "opportunity_id": deal.row["id"] if deal else None,
        "layout": layout.value,
    }
    made.maps.append(one)
    chosen = people[:_MOST_PEOPLE] if deal is None else people[: max(5, len(people) // 2)][:8]
    ranked = sorted(chosen, key=lambda row: (-seniority(row["title"]), row["id"]))
    nodes = [_card(dice, one, contact) for contact in ranked]
    if seniority(ranked[0]["title"]) < seniority("전무"):
        nodes.insert(0, _unknown(dice, one))
    for node, key in zip(nodes, keys_between(None, None, len(nodes)), strict=True):
        node["order_key"] = key
    for place, node in enumerate(nodes[1:], start=1):
        node["reports_to_id"] = _boss(dice, nodes, place)
    made.nodes.extend(nodes)
    made.edges.extend(_lines(dice, one, nodes))


def _card(dice: Dice, one: Row, contact: Row) -> Row:
    rank = seniority(contact["title"])
    return {
        "id": dice.id(),
        "map_id": one["id"],
        "kind": NodeKind.PERSON.value,
        "contact_id": contact["id"],
        "label": contact["name"],
        "title": contact["title"],
        "department": contact["department"],
        "buying_role": dice.pick(_ROLE_OF_TITLE[contact["title"]]).value,
        "influence": min(10, max(1, rank + dice.number(-1, 3))),
        "support": dice.weighted(tuple(Support), _SUPPORT_WEIGHTS).value,
        "coverage": dice.weighted(tuple(Coverage), (5, 15, 30, 35, 15)).value,
        "reports_to_id": None,
        "x": None,
        "y": None,
        "note": None,
    }


def _unknown(dice: Dice, one: Row) -> Row:
    return {
        "id": dice.id(),
        "map_id": one["id"],
        "kind": NodeKind.PLACEHOLDER.value,
        "contact_id": None,
        "label": "예산 결정권자 미확인",
        "title": None,
        "department": None,
        "buying_role": BuyingRole.ECONOMIC_BUYER.value,
        "influence": 9,
        "support": None,
        "coverage": Coverage.UNKNOWN.value,
        "reports_to_id": None,
        "x": None,
        "y": None,
        "note": "누가 예산을 정하는지 확인 필요",
    }


def _boss(dice: Dice, nodes: list[Row], place: int) -> str:
    """Somebody higher: of the same department if there is one, else one of the first few."""
    rank = seniority(nodes[place]["title"])
    above = [node for node in nodes[:place] if seniority(node["title"]) > rank or node is nodes[0]]
    same = [node for node in above if node["department"] == nodes[place]["department"]]
    return str((same or [dice.pick(above[-4:])])[-1]["id"])


def _lines(dice: Dice, one: Row, nodes: list[Row]) -> list[Row]:
    lines: list[Row] = []
    linked: set[tuple[str, str]] = set()
    for _ in range(max(2, len(nodes) // 2)):
        source, target = dice.random.sample(nodes, 2)
        pair = (min(source["id"], target["id"]), max(source["id"], target["id"]))
        if pair in linked or target["id"] == source["reports_to_id"] or source["id"] == target["reports_to_id"]:
            continue
        linked.add(pair)
        kind = dice.weighted(tuple(_EDGE_WORDS), (45, 25, 12, 12, 6))
        lines.append(
            {
                "id": dice.id(),
                "map_id": one["id"],
                "source_id": source["id"],
                "target_id": target["id"],
                "kind": kind.value,
                "label": dice.pick(_EDGE_WORDS[kind]),
                "strength": dice.number(1, 3),
            }
        )
    return lines
