"""Queries of the calendar: what stands between two moments, what repeats, and tasks by the day they are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

LONGEST = timedelta(days=62)
"""What began longer ago does not reach into a day any more."""
_COLUMNS = (
    "SELECT v.id, v.kind, v.subject, v.occurred_at, v.minutes, v.all_day, v.repeats, a.name, v.place FROM activity v{hint}"
    " LEFT JOIN account a ON a.id=v.account_id WHERE v._deleted IS NULL AND v.occurred_at IS NOT NULL AND v.kind IN (SELECT value FROM json_each(:kinds))"
    " AND (:owner IS NULL OR v.owner_id IS NULL OR v.owner_id=:owner)"
)
_SINGLE = _COLUMNS.format(hint=" INDEXED BY ix_activity_list_occurred_at") + (
    " AND v.occurred_at>=:early AND v.occurred_at<:until AND v.repeats IS NULL"
    " AND (v.occurred_at>=:since OR unixepoch(v.occurred_at)+coalesce(v.minutes,0)*60>unixepoch(:since))"
)
_SERIES = _COLUMNS.format(hint=" INDEXED BY ix_activity_series") + " AND v.repeats IS NOT NULL"
_TASKS = (
    "SELECT t.id, t.subject, t.due_on, t.done, a.name FROM task t LEFT JOIN account a ON a.id=t.account_id"
    " WHERE t._deleted IS NULL AND t.due_on BETWEEN :first AND :last"
    " AND (:owner IS NULL OR t.owner_id IS NULL OR t.owner_id=:owner)"
)


class Held(NamedTuple):
    """An activity as it is held; a plain tuple, since a month may hold thousands."""

    id: str
    kind: str
    subject: str | None
    occurred_at: str
    minutes: int | None
    all_day: int | None
    repeats: str | None
    account: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class DueTask:
    id: str
    subject: str
    due_on: date
    done: bool
    account: str


def activities(
    session: Session, since: datetime, until: datetime, kinds: str, owner: str | None
) -> tuple[list[Held], list[Held]]:
    """Those between the moments, and those that repeat. `kinds`: a JSON list."""
    values = {
        "kinds": kinds,
        "owner": owner,
        "early": _stamp(since - LONGEST),
        "since": _stamp(since),
        "until": _stamp(until),
    }
    return _held(session, _SINGLE, values), _held(session, _SERIES, values)


def tasks(session: Session, first: date, last: date, owner: str | None) -> list[DueTask]:
    """Tasks due on those days, done ones too."""
    values = {"first": first.isoformat(), "last": last.isoformat(), "owner": owner}
    rows = session.connection().exec_driver_sql(_TASKS, values)
    return [DueTask(row[0], row[1] or "", date.fromisoformat(row[2]), bool(row[3]), row[4] or "") for row in rows]


def _held(session: Session, statement: str, values: dict[str, str | None]) -> list[Held]:
    return [Held._make(row) for row in session.connection().exec_driver_sql(statement, values).fetchall()]


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
