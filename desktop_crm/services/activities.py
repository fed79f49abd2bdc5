"""Activities and tasks: writing down what was said, ticking off what was promised, and one person's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desktop_crm.domain.activities.agenda import order
from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.ids import UserId
from desktop_crm.persistence.stores import activities as store
from desktop_crm.persistence.stores.activities import ActivityLine, TaskLine
from desktop_crm.services import records
from desktop_crm.services.agenda import Event, agenda, next_due
from desktop_crm.services.records import Created
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
    appointments: tuple[Event, ...] = ()


def my_day(workspace: Workspace, owner_id: str | None = None) -> Day:
    """The day of a user: of whoever works here when none is named, of everyone where nobody signed in."""
    today = workspace.today()
    owner = owner_id or workspace.author.user_id
    step = timedelta(days=1)
    booked = appointments(workspace)
    with workspace.read() as session:
        return Day(
            today=today,
            overdue=store.tasks(session, owner, since=date.min, until=today - step, limit=SHOWN),
            due=store.tasks(session, owner, since=today, until=today, limit=SHOWN),
            soon=store.tasks(session, owner, since=today + step, until=today + timedelta(days=SOON_DAYS), limit=SHOWN),
            someday=store.tasks(session, owner, since=None, until=None, limit=SHOWN),
            recent=store.recent(session, owner, RECENT),
            appointments=booked,
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


def planned(workspace: Workspace, within: timedelta, since: datetime | None = None) -> tuple[Planned, ...]:
    """The visits and meetings of whoever works here that begin between now and then, of series too, the next first.

    `since`: also what began after that moment, which a laptop that slept could not tell.
    """
    now = workspace.clock.now()
    begin, end = min(since or now, now), now + within
    here = now.astimezone().tzinfo or UTC
    first, last = (moment.astimezone(here).date() for moment in (begin, end))
    found = agenda(workspace, first, last, here, kinds=(ActivityKind.VISIT, ActivityKind.MEETING))
    near = [(one.start, one) for one in found if one.start is not None and begin <= one.start <= end]
    return tuple(
        Planned(id=one.id, kind=one.kind, subject=one.subject, at=at, account=one.account)
        for at, one in sorted(near, key=lambda pair: (pair[0], pair[1].id))
    )


def appointments(workspace: Workspace) -> tuple[Event, ...]:
    """The visits, meetings and calls of today by the clock of this laptop, whole days first."""
    today, here = workspace.today(), workspace.clock.now().astimezone().tzinfo or UTC
    kinds = (ActivityKind.VISIT, ActivityKind.MEETING, ActivityKind.CALL)
    found = agenda(workspace, today, today, here, kinds=kinds)
    return tuple(sorted(found, key=lambda one: order(one, here)))


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
    """Tick a task off, or take the tick away; of a repeated one the next is made with the tick. Raises Refusal `record.missing`."""
    held = records.get(workspace, "task", task_id).fields
    if not (done and held.get("repeats") and held.get("due_on")):
        return records.set_fields(workspace, "task", task_id, {"done": done})
    following = next_due(str(held["repeats"]), held["due_on"])
    with workspace.write("task.set") as work:
        if following is not None and not held.get("done"):
            taken = {name: value for name, value in held.items() if value is not None and name != "external_id"}
            work.insert("task", taken | {"due_on": following, "done": False})
            work.update("task", task_id, {"done": True, "repeats": None})
        else:
            work.update("task", task_id, {"done": True})
    return work.changes


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
