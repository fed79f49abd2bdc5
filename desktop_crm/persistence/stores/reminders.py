"""Queries of what wants doing: tasks, quotes, contracts, silent accounts and birthdays of one person, or of everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.activities.reminders import GAP_DAYS, Reminder, Why

_MINE = " AND (:owner IS NULL OR {0}.owner_id IS NULL OR {0}.owner_id=:owner)"
_TASKS = (
    "SELECT t.id, t.subject, coalesce(a.name,''), t.due_on FROM task t LEFT JOIN account a ON a.id=t.account_id"
    " WHERE t._deleted IS NULL AND coalesce(t.done,0)=0 AND t.due_on<=:until" + _MINE.format("t")
)
_QUOTES = (
    "SELECT q.id, coalesce(q.number,q.name,''), coalesce(a.name,''), q.valid_until FROM quote q"
    " LEFT JOIN account a ON a.id=q.account_id WHERE q._deleted IS NULL AND q.status IN ('issued','sent','viewed')"
    " AND q.valid_until<=:until AND q.valid_until>=:today" + _MINE.format("q")
)
_CONTRACTS = (
    "SELECT c.id, c.name, coalesce(a.name,''), c.{0} FROM contract c LEFT JOIN account a ON a.id=c.account_id"
    " WHERE c._deleted IS NULL AND coalesce(c.status,'active')='active' AND c.{0}<=:until AND c.{0}>=:today"
    + _MINE.format("c")
)
_ACCOUNTS = (
    "SELECT a.id, a.name, a.tier, (SELECT max(v.occurred_at) FROM activity v WHERE v.account_id=a.id"
    " AND v._deleted IS NULL AND v.occurred_at<:now) FROM account a WHERE a._deleted IS NULL AND a.tier IN"
    f" ({', '.join(repr(tier) for tier in GAP_DAYS)}) AND (:owner IS NULL OR a.owner_id=:owner)"
)
_BORN = (
    "SELECT c.id, c.name, coalesce(a.name,''), c.birthday FROM contact c LEFT JOIN account a ON a.id=c.account_id"
    " WHERE c._deleted IS NULL AND c.birthday IS NOT NULL" + _MINE.format("c")
)


def tasks(session: Session, owner: str | None, until: date) -> list[Reminder]:
    """Open tasks due by then."""
    return _made(session, _TASKS, Why.TASK, "task", {"owner": owner, "until": until.isoformat()})


def quotes(session: Session, owner: str | None, today: date, until: date) -> list[Reminder]:
    """Quotes at the customer's that run out by then."""
    return _made(session, _QUOTES, Why.QUOTE, "quote", _days(owner, today, until))


def contracts(session: Session, owner: str | None, why: Why, today: date, until: date) -> list[Reminder]:
    """Contracts in force whose notice or renewal is due by then."""
    field = "notice_date" if why is Why.NOTICE else "renewal_date"
    return _made(session, _CONTRACTS.format(field), why, "contract", _days(owner, today, until))


def contacts_by_tier(session: Session, owner: str | None, now: str) -> list[tuple[str, str, str, date | None]]:
    """Id, name and tier of accounts that have one, with the day of the last contact."""
    rows = _all(session, _ACCOUNTS, {"owner": owner, "now": now})
    return [(row[0], row[1] or "", row[2], date.fromisoformat(row[3][:10]) if row[3] else None) for row in rows]


def birthdays(session: Session, owner: str | None) -> list[Reminder]:
    """Everybody whose birthday is known; `on` is the day they were born."""
    return _made(session, _BORN, Why.BIRTHDAY, "contact", {"owner": owner})


def _days(owner: str | None, today: date, until: date) -> dict[str, Any]:
    return {"owner": owner, "today": today.isoformat(), "until": until.isoformat()}


def _made(session: Session, statement: str, why: Why, entity: str, values: dict[str, Any]) -> list[Reminder]:
    return [
        Reminder(
            why=why,
            entity=entity,
            row_id=row[0],
            title=row[1] or "",
            account=row[2],
            on=date.fromisoformat(row[3]) if row[3] else None,
        )
        for row in _all(session, statement, values)
    ]


def _all(session: Session, statement: str, values: dict[str, Any]) -> list[Any]:
    return list(session.connection().exec_driver_sql(statement, values).fetchall())
