"""The two years of the demo as a row of happenings: who wrote what, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from desktop_crm.domain.pipeline.stages import FIRST_STAGES
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.services.demo.deals import Deal
from desktop_crm.services.demo.dice import Row

Rows = dict[str, list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One record made (`made`), or fields of it set. `turn` keeps what belongs together in order."""

    at: datetime
    turn: int
    owner: str
    entity: str
    row_id: str
    fields: dict[str, Any]
    made: bool


def events(rows: Rows, deals: list[Deal], today: date) -> list[Event]:
    """Everything after the beginning, in the order of time."""
    found = [*_of_deals(deals), *_of_quotes(rows), *_of_maps(rows, today), *_of_days(rows, today)]
    return sorted(found, key=lambda event: (event.at, event.turn, event.row_id))


def _of_deals(deals: list[Deal]) -> Iterator[Event]:
    for deal in deals:
        first, steps = deal.way[0][0], deal.way[1:]
        before = {
            "stage_id": FIRST_STAGES[0].id,
            "close_date": first + timedelta(days=120),
            "loss_reason": None,
            "note": None,
        }
        fields = {**deal.row, **before} if steps else deal.row
        yield _made(_noon(first), 0, "opportunity", fields)
        for day, place in steps:
            reached = {"stage_id": FIRST_STAGES[place].id}
            if (day, place) == steps[-1]:
                reached |= {name: deal.row[name] for name in before}
            yield _set(_noon(day), 9, deal.row, "opportunity", reached)


def _of_quotes(rows: Rows) -> Iterator[Event]:
    """A quote begins as a draft; its sections and lines are as they are today; each version at its hour."""
    quotes = {row["id"]: row for row in rows["quote"]}
    versions: dict[str, list[Row]] = {}
    for version in rows["quote_version"]:
        versions.setdefault(version["quote_id"], []).append(version)
    begun: dict[str, datetime] = {}
    for quote in quotes.values():
        issued = versions.get(quote["id"], [])
        begun[quote["id"]] = issued[0]["issued_at"] if issued else _noon(quote["valid_until"] - timedelta(days=30))
        draft = {"status": QuoteStatus.DRAFT.value, "draft_version": 1}
        yield _made(begun[quote["id"]], 1, "quote", {**quote, **draft})
        for version in issued:
            yield _made(version["issued_at"], 4, "quote_version", version, quote["owner_id"])
        last = issued[-1]["issued_at"] if issued else begun[quote["id"]]
        yield _set(last, 5, quote, "quote", {name: quote[name] for name in draft})
    for turn, entity in ((2, "quote_section"), (3, "quote_line")):
        for row in rows[entity]:
            yield _made(begun[row["quote_id"]], turn, entity, row, quotes[row["quote_id"]]["owner_id"])


def _of_maps(rows: Rows, today: date) -> Iterator[Event]:
    """Maps were drawn within the last half year, one a week."""
    owners = {row["id"]: row["owner_id"] for row in rows["account"]}
    drawn: dict[str, tuple[datetime, str]] = {}
    for place, row in enumerate(reversed(rows["stakeholder_map"])):
        drawn[row["id"]] = _noon(today - timedelta(days=3 + place * 7 % 180)), owners[row["account_id"]]
        yield _made(drawn[row["id"]][0], 6, "stakeholder_map", row, drawn[row["id"]][1])
    for turn, entity in ((7, "map_node"), (8, "map_edge")):
        for row in rows[entity]:
            at, owner = drawn[row["map_id"]]
            yield _made(at, turn, entity, row, owner)


def _of_days(rows: Rows, today: date) -> Iterator[Event]:
    for row in rows["activity"]:
        yield _made(row["occurred_at"], 10, "activity", row)
    for row in rows["task"]:
        yield _made(_noon(min(row["due_on"], today) - timedelta(days=7)), 10, "task", row)
    for entity, name in (("order", "ordered_on"), ("contract", "start_date"), ("ticket", "opened_on")):
        for row in rows[entity]:
            yield _made(_noon(row[name]), 10, entity, row)
    for place, row in enumerate(rows["lead"]):
        yield _made(_noon(today - timedelta(days=place * 5 % 300)), 10, "lead", row)


def _noon(day: date) -> datetime:
    """Noon in Korea."""
    return datetime.combine(day, time(3), UTC)


def _made(at: datetime, turn: int, entity: str, row: Row, owner: str = "") -> Event:
    return Event(
        at=at, turn=turn, owner=owner or row["owner_id"], entity=entity, row_id=row["id"], fields=row, made=True
    )


def _set(at: datetime, turn: int, row: Row, entity: str, fields: dict[str, Any]) -> Event:
    return Event(at=at, turn=turn, owner=row["owner_id"], entity=entity, row_id=row["id"], fields=fields, made=False)
