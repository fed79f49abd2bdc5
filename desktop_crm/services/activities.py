"""Activities and tasks: writing down what was said, ticking off what was promised, and one person's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.ids import UserId
from desktop_crm.persistence.stores import activities as store
from desktop_crm.persistence.stores.activities import ActivityLine, TaskLine
from desktop_crm.services import records
from desktop_crm.services.records import Created, Filter, ListQuery, Test
from desktop_crm.services.workspace import Workspace

__all__ = ["ActivityLine", "Day", "Planned", "TaskLine"]

SOON_DAYS = 7
SHOWN = 50
RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One person's day: what is late, what is due today, what comes within a week, what has no day, and what happened last."""

    today: date
    overdue: tuple[TaskLine, ...]
    due: tuple[TaskLine, ...]
    soon: tuple[TaskLine, ...]
    someday: tuple[TaskLine, ...]
    recent: tuple[ActivityLine, ...]


def my_day(workspace: Workspace, owner_id: str | None = None) -> Day:
    """The day of a user: of whoever works here when none is named, of everyone where nobody signed in."""
    today = workspace.today()
    owner = owner_id or workspace.author.user_id
    step = timedelta(days=1)
    with workspace.read() as session:
        return Day(
            today=today,
            overdue=store.tasks(session, owner, since=date.min, until=today - step, limit=SHOWN),
            due=store.tasks(session, owner, since=today, until=today, limit=SHOWN),
            soon=store.tasks(session, owner, since=today + step, until=today + timedelta(days=SOON_DAYS), limit=SHOWN),
            someday=store.tasks(session, owner, since=None, until=None, limit=SHOWN),
            recent=store.recent(session, owner, RECENT),
        )


def due_count(workspace: Workspace) -> int:
    """How many open tasks of whoever works here are due today or late."""
    with workspace.read() as session:
        return store.open_task_count(session, workspace.author.user_id, workspace.today())


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A visit or a meeting that is about to begin."""

    id: str
    kind: str
    subject: str
    at: datetime
    account: str


def planned(workspace: Workspace, within: timedelta) -> tuple[Planned, ...]:
    """The visits and meetings of whoever works here that begin between now and then, the next first."""
    now = workspace.clock.now()
    me = workspace.author.user_id
    filters = [
        Filter(field="occurred_at", test=Test.AT_LEAST, value=now),
        Filter(field="occurred_at", test=Test.AT_MOST, value=now + within),
        Filter(field="kind", test=Test.ANY_OF, value=(str(ActivityKind.VISIT), str(ActivityKind.MEETING))),
    ]
    filters += [Filter(field="owner_id", value=str(me))] if me else []
    found = records.list_rows(workspace, "activity", ListQuery(filters=tuple(filters), sort="occurred_at", limit=SHOWN))
    return tuple(
        Planned(
            id=str(one.id),
            kind=str(one.fields["kind"]),
            subject=str(one.fields.get("subject") or ""),
            at=one.fields["occurred_at"],
            account=one.titles.get("account_id", ""),
        )
        for one in found.records
    )


def log(
    workspace: Workspace,
    kind: ActivityKind,
    subject: str,
    *,
    occurred_at: datetime | None = None,
    **fields: Any,
) -> Created:
    """Write down an activity; it happened now unless a time is given. Raises Refusal `value.required`, `reference.missing`."""
    wanted = {
        "kind": str(kind),
        "subject": subject.strip(),
        "occurred_at": occurred_at or workspace.clock.now(),
        "owner_id": workspace.author.user_id,
        **fields,
    }
    return records.create(workspace, "activity", _given(wanted))


def promise(workspace: Workspace, subject: str, *, due_on: date | None = None, **fields: Any) -> Created:
    """Write down a task. Raises Refusal `value.required`, `reference.missing`."""
    owner: UserId | None = workspace.author.user_id
    wanted = {"subject": subject.strip(), "due_on": due_on, "done": False, "owner_id": owner, **fields}
    return records.create(workspace, "task", _given(wanted))


def tick(workspace: Workspace, task_id: str, *, done: bool) -> Changes:
    """Tick a task off, or take the tick away. Raises Refusal `record.missing`."""
    return records.set_fields(workspace, "task", task_id, {"done": done})


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
