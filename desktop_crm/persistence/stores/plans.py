"""Queries of account plans: a plan with its lines as they are, and its lines as they were at a moment, from the change log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.plans import Plan, PlanItem
from desktop_crm.domain.schema.options import PlanItemKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp
from desktop_crm.persistence.stores.records import decode_fields, titles

_ITEMS = (
    "SELECT id, kind, subject, owner_id, due_on, measure, progress, objective_id, competitor_id, note, order_key"
    " FROM plan_item WHERE plan_id=:plan AND _deleted IS NULL ORDER BY order_key IS NULL, order_key, id"
)
_PAST = (
    "SELECT row_id, kind, after FROM change WHERE entity='plan_item' AND hlc<:stamp"
    " AND row_id IN (SELECT id FROM plan_item WHERE plan_id=:plan) ORDER BY hlc, n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan in a list."""

    id: str
    name: str
    start_date: date | None
    end_date: date | None


def plans(session: Session, account_id: str) -> tuple[PlanLine, ...]:
    """The plans of an account, the newest first."""
    rows = session.execute(
        sql(
            "SELECT id, name, start_date, end_date FROM account_plan WHERE account_id=:account AND _deleted IS NULL"
            " ORDER BY start_date DESC, id DESC"
        ),
        {"account": account_id},
    )
    return tuple(PlanLine(id=row[0], name=row[1] or "", start_date=_day(row[2]), end_date=_day(row[3])) for row in rows)


def plan(session: Session, plan_id: str) -> Plan:
    """A plan with its lines. Raises Refusal `record.missing`."""
    row = session.execute(
        sql(
            "SELECT p.id, p.name, p.account_id, a.name, u.name, p.start_date, p.end_date, p.note FROM account_plan p"
            " LEFT JOIN account a ON a.id=p.account_id LEFT JOIN user u ON u.id=p.owner_id"
            " WHERE p.id=:plan AND p._deleted IS NULL"
        ),
        {"plan": plan_id},
    ).one_or_none()
    if row is None:
        raise Refusal("record.missing", entity="account_plan", id=plan_id)
    return Plan(
        id=row[0],
        name=row[1] or "",
        account_id=row[2] or "",
        account=row[3] or "",
        owner=row[4] or "",
        start_date=_day(row[5]),
        end_date=_day(row[6]),
        note=row[7] or "",
        items=items(session, plan_id),
    )


def items(session: Session, plan_id: str) -> tuple[PlanItem, ...]:
    """The lines as they are."""
    found = [dict(row._mapping) for row in session.execute(sql(_ITEMS), {"plan": plan_id})]  # noqa: SLF001 - SQLAlchemy's public name
    for one in found:
        one["due_on"] = _day(one["due_on"])
    return _items(session, {one.pop("id"): one for one in found})


def items_at(session: Session, plan_id: str, stamp: Stamp) -> tuple[PlanItem, ...]:
    """The lines as they were before a moment, by the change log of this laptop."""
    rows: dict[str, dict[str, Any]] = {}
    gone: set[str] = set()
    for row_id, kind, after in session.execute(sql(_PAST), {"plan": plan_id, "stamp": stamp}):
        rows.setdefault(row_id, {}).update(decode_fields("plan_item", after))
        (gone.add if kind == "deleted" else gone.discard)(row_id)
    return _items(session, {row_id: values for row_id, values in rows.items() if row_id not in gone})


def last_key(session: Session, plan_id: str) -> str | None:
    """The order key of the last line."""
    statement = "SELECT max(order_key) FROM plan_item WHERE plan_id=:plan AND _deleted IS NULL"
    return session.execute(sql(statement), {"plan": plan_id}).scalar()


def _items(session: Session, rows: Mapping[str, Mapping[str, Any]]) -> tuple[PlanItem, ...]:
    people = titles(session, "user", {row.get("owner_id") or "" for row in rows.values()})
    rivals = titles(session, "competitor", {row.get("competitor_id") or "" for row in rows.values()})
    found = [_item(row_id, row, people, rivals) for row_id, row in rows.items()]
    return tuple(
        sorted((one for one in found if one is not None), key=lambda one: (not one.order_key, one.order_key, one.id))
    )


def _item(row_id: str, row: Mapping[str, Any], people: Mapping[str, str], rivals: Mapping[str, str]) -> PlanItem | None:
    if row.get("kind") not in set(PlanItemKind):
        return None
    return PlanItem(
        id=row_id,
        kind=PlanItemKind(row["kind"]),
        subject=row.get("subject") or "",
        owner_id=row.get("owner_id") or "",
        owner=people.get(row.get("owner_id") or "", ""),
        due_on=row.get("due_on"),
        measure=row.get("measure") or "",
        progress=row.get("progress"),
        objective_id=row.get("objective_id") or "",
        competitor=rivals.get(row.get("competitor_id") or "", ""),
        note=row.get("note") or "",
        order_key=row.get("order_key") or "",
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
