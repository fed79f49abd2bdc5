"""Queries of the account page beside the tree's: who works for an account, what runs out, what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.next_actions import Deadline
from desktop_crm.domain.schema.options import MemberRole
from desktop_crm.persistence import plain

_DOWN = (
    "WITH RECURSIVE down(id) AS (VALUES(:account) UNION SELECT a.id FROM account a JOIN down ON a.parent_id=down.id"
    " WHERE a._deleted IS NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of ours on the account's team."""

    id: str
    user_id: str
    name: str
    role: str
    since: date | None


def expiring_quotes(session: Session, account_id: str, until: date, limit: int) -> tuple[Deadline, ...]:
    """Quotes that were given to the customer and run out by then, or have, the first to run out first."""
    rows = _all(
        session,
        f"{_DOWN} SELECT q.id, q.number, q.valid_until, a.name FROM quote q JOIN account a ON a.id=q.account_id"
        " WHERE q.account_id IN (SELECT id FROM down) AND q._deleted IS NULL AND q.status IN ('issued','sent','viewed')"
        " AND q.valid_until<=:until ORDER BY q.valid_until, q.id LIMIT :limit",
        {"account": account_id, "until": until.isoformat(), "limit": limit},
    )
    return tuple(_deadline(row) for row in rows)


def late_deals(session: Session, account_id: str, today: date, limit: int) -> tuple[Deadline, ...]:
    """Opportunities that are open although their close date has passed, the latest first."""
    rows = _all(
        session,
        f"{_DOWN} SELECT o.id, o.name, o.close_date, a.name FROM opportunity o JOIN account a ON a.id=o.account_id"
        " LEFT JOIN stage s ON s.id=o.stage_id WHERE o.account_id IN (SELECT id FROM down) AND o._deleted IS NULL"
        " AND coalesce(s.kind,'open')='open' AND +o.close_date<:today ORDER BY o.close_date, o.id LIMIT :limit",
        {"account": account_id, "today": today.isoformat(), "limit": limit},
    )
    return tuple(_deadline(row) for row in rows)


def team(session: Session, account_id: str) -> tuple[Member, ...]:
    """Who works for the account now, in the order of roles and names."""
    rows = _all(
        session,
        "SELECT m.id, m.user_id, coalesce(u.name,''), m.member_role, m.since_on FROM account_member m"
        " LEFT JOIN user u ON u.id=m.user_id WHERE m.account_id=:account AND m._deleted IS NULL AND m.until_on IS NULL",
        {"account": account_id},
    )
    order = [role.value for role in MemberRole]
    found = [Member(id=row[0], user_id=row[1], name=row[2], role=row[3] or "", since=_day(row[4])) for row in rows]
    return tuple(sorted(found, key=lambda m: (order.index(m.role) if m.role in order else len(order), m.name, m.id)))


def users_called(session: Session, name: str) -> tuple[str, ...]:
    """Ids of the users with that id, or else of that name or address whatever the case."""
    rows = _all(session, "SELECT id FROM user WHERE id=:name AND _deleted IS NULL", {"name": name}) or _all(
        session,
        "SELECT id FROM user WHERE (name=:name COLLATE NOCASE OR email=:name COLLATE NOCASE) AND _deleted IS NULL ORDER BY id",
        {"name": name},
    )
    return tuple(row[0] for row in rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _deadline(row: Any) -> Deadline:
    return Deadline(id=row[0], title=row[1] or "", day=date.fromisoformat(row[2]), account=row[3] or "")


def _all(session: Session, statement: str, values: Mapping[str, Any]) -> list[Any]:
    return plain.rows(session, statement, values)
