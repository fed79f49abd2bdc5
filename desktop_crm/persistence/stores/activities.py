"""Queries of one person's day: tasks by due date and the latest activities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text as sql
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task of a day list."""

    id: str
    subject: str
    due_on: date | None
    priority: str | None
    done: bool
    account_id: str | None
    account: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """One activity of a day list."""

    id: str
    kind: str | None
    subject: str
    text: str
    at: datetime
    account_id: str | None
    account: str
    contact: str
    owner: str


def tasks(
    session: Session, owner_id: str | None, *, since: date | None, until: date | None, limit: int
) -> tuple[TaskLine, ...]:
    """Open tasks due between the days (both included), the earliest first; without days, those that have no due date."""
    when = "t.due_on IS NULL" if since is None and until is None else "t.due_on BETWEEN :since AND :until"
    rows = session.execute(
        sql(
            "SELECT t.id, t.subject, t.due_on, t.priority, t.done, t.account_id, a.name, u.name FROM task t"
            " LEFT JOIN account a ON a.id=t.account_id LEFT JOIN user u ON u.id=t.owner_id"
            f" WHERE t._deleted IS NULL AND coalesce(t.done,0)=0 AND {when}"
            " AND (:owner IS NULL OR t.owner_id IS NULL OR t.owner_id=:owner)"
            " ORDER BY t.due_on, CASE t.priority WHEN 'high' THEN 0 WHEN 'low' THEN 2 ELSE 1 END, t.id LIMIT :limit"
        ),
        {
            "owner": owner_id,
            "since": (since or date.min).isoformat(),
            "until": (until or date.max).isoformat(),
            "limit": limit,
        },
    )
    return tuple(
        TaskLine(
            id=row[0],
            subject=row[1] or "",
            due_on=date.fromisoformat(row[2]) if row[2] else None,
            priority=row[3],
            done=bool(row[4]),
            account_id=row[5],
            account=row[6] or "",
            owner=row[7] or "",
        )
        for row in rows
    )


def recent(session: Session, owner_id: str | None, limit: int) -> tuple[ActivityLine, ...]:
    """The latest activities, newest first."""
    rows = session.execute(
        sql(
            "SELECT v.id, v.kind, v.subject, v.body, v.occurred_at, v.account_id, a.name, c.name, u.name FROM activity v"
            " LEFT JOIN account a ON a.id=v.account_id LEFT JOIN contact c ON c.id=v.contact_id"
            " LEFT JOIN user u ON u.id=v.owner_id WHERE v._deleted IS NULL AND v.occurred_at IS NOT NULL"
            " AND (:owner IS NULL OR v.owner_id IS NULL OR v.owner_id=:owner) ORDER BY v.occurred_at DESC LIMIT :limit"
        ),
        {"owner": owner_id, "limit": limit},
    )
    return tuple(
        ActivityLine(
            id=row[0],
            kind=row[1],
            subject=row[2] or "",
            text=row[3] or "",
            at=datetime.fromisoformat(row[4]),
            account_id=row[5],
            account=row[6] or "",
            contact=row[7] or "",
            owner=row[8] or "",
        )
        for row in rows
    )


def open_task_count(session: Session, owner_id: str | None, until: date) -> int:
    """How many open tasks are due by that day."""
    return int(
        session.execute(
            sql(
                "SELECT count(*) FROM task t WHERE t._deleted IS NULL AND coalesce(t.done,0)=0 AND t.due_on<=:until"
                " AND (:owner IS NULL OR t.owner_id IS NULL OR t.owner_id=:owner)"
            ),
            {"owner": owner_id, "until": until.isoformat()},
        ).scalar()
        or 0
    )
