"""The calendar: what stands on some days, moving and stretching it, and repeating it. Files are `calendar_files`' matter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from desktop_crm.domain.activities.agenda import DAY_MINUTES, Event
from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.exchange.ical_files import begun_at, counted, ended, left_out, occurrences, repetition
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import agenda as store
from desktop_crm.persistence.stores import records
from desktop_crm.persistence.stores.agenda import Held
from desktop_crm.services.workspace import Workspace

__all__ = ["Event"]

KINDS = (ActivityKind.MEETING, ActivityKind.VISIT, ActivityKind.CALL)
TASK = "task"
_LEFT = {"repeats", "external_id"}
"""What a moved one of a series does not take with it."""


def agenda(
    workspace: Workspace,
    first: date,
    last: date,
    zone: tzinfo,
    *,
    kinds: Iterable[str] = (*KINDS, TASK),
    everyone: bool = False,
) -> tuple[Event, ...]:
    """What stands on those days, both included, as days are counted in that zone; repetitions are followed.

    A repetition that cannot be followed is shown at its own time alone.
    """
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    wanted = {str(kind) for kind in kinds}
    owner = None if everyone else workspace.author.user_id
    with workspace.read() as session:
        single, series = store.activities(session, since, until, json.dumps(sorted(wanted)), owner)
        due = store.tasks(session, first, last, owner) if TASK in wanted else []
    found = [_event(one, datetime.fromisoformat(one.occurred_at)) for one in single]
    for one in series:
        found += [_event(one, moment, series=True) for moment in _moments(one, since, until)]
    found += [
        Event(
            entity="task",
            id=task.id,
            kind=TASK,
            subject=task.subject,
            account=task.account,
            day=task.due_on,
            done=task.done,
        )
        for task in due
    ]
    return tuple(found)


class Span(StrEnum):
    """How much of a series an act is for."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


def move(
    workspace: Workspace,
    event: Event,
    *,
    start: datetime | None = None,
    day: date | None = None,
    minutes: int = 0,
    span: Span = Span.ONE,
) -> Changes:
    """Put an event at another time, or give it another length (0: as it is).

    Of a series that one leaves it; with what follows, the series ends before it and another begins; or the whole moves by as
    much. Raises Refusal `record.missing`.
    """
    if event.entity == "task":
        wanted: dict[str, Any] = {"due_on": day}
    else:
        at = datetime.combine(day, time()).astimezone() if day else start
        wanted = {"occurred_at": (at or event.start or workspace.clock.now()).astimezone(UTC)}
        wanted |= {"minutes": minutes} if minutes else {}
    with workspace.write("agenda.move") as work:
        if event.series:
            held = records.get(work.session, "activity", event.id).fields
            before = event.start or datetime.combine(event.day or workspace.today(), time()).astimezone()
            repeats, copied = str(held["repeats"]), {n: v for n, v in held.items() if v is not None and n not in _LEFT}
            first = held.get("occurred_at") or before
            if span is Span.ALL or (span is Span.FOLLOWING and before <= first):
                begin = first + (wanted["occurred_at"] - before)
                work.update("activity", event.id, wanted | _whole(repeats, begin, first))
            elif span is Span.FOLLOWING:
                work.update("activity", event.id, {"repeats": ended(repeats, before)})
                rest = begun_at(_rest(repeats, first, before), wanted["occurred_at"], before=before)
                work.insert("activity", copied | wanted | {"repeats": rest})
            else:
                work.update("activity", event.id, {"repeats": left_out(repeats, before)})
                work.insert("activity", copied | wanted)
        else:
            work.update(event.entity, event.id, wanted)
    return work.changes


def repeat(workspace: Workspace, event: Event, rule: str, zone: str) -> Changes:
    """Repeat an appointment from its own first time on; an empty rule ends that. `zone`: in which its days are counted.

    `rule` is an RRULE of RFC 5545 without its name. Raises Refusal `record.missing`, `calendar.unreadable`.
    """
    with workspace.write("agenda.repeat") as work:
        held = records.get(work.session, "activity", event.id).fields
        at = held.get("occurred_at")
        if at is None:
            raise Refusal("value.required", entity="activity", field="occurred_at")
        repeats = repetition(at, zone, rule, all_day=bool(held.get("all_day"))) if rule else None
        if repeats:
            occurrences(repeats, at, at)  # a rule that cannot be followed is refused before it is kept
        work.update("activity", event.id, {"repeats": repeats})
    return work.changes


def end_series(workspace: Workspace, event: Event, *, after: date | None = None, count: int = 0) -> Changes:
    """End a series after a day, or after so many; with neither it goes on without an end. Raises Refusal `record.missing`."""
    with workspace.write("agenda.repeat") as work:
        repeats = str(records.get(work.session, "activity", event.id).fields.get("repeats") or "")
        if count > 0:
            repeats = counted(repeats, count)
        else:
            end = datetime.combine(after + timedelta(days=1), time()).astimezone() if after else None
            repeats = ended(repeats, end)
        work.update("activity", event.id, {"repeats": repeats or None})
    return work.changes


def _whole(repeats: str, start: datetime, before: datetime) -> dict[str, Any]:
    return {"occurred_at": start.astimezone(UTC), "repeats": begun_at(repeats, start, before=before)}


def _rest(repeats: str, first: datetime, at: datetime) -> str:
    """What of a series is left from one of it on: what was counted before it counts no more, its end stays."""
    number = re.search(r"COUNT=(\d+)", repeats, re.IGNORECASE)
    if number is None:
        return repeats
    before = len(occurrences(repeats, first, at - timedelta(seconds=1)))
    return counted(repeats, max(int(number[1]) - before, 1))


def next_due(repeats: str, after: date) -> date | None:
    """The next day of a repeated task, None when there is none any more."""
    begin = datetime.combine(after + timedelta(days=1), time()).astimezone(UTC)
    try:
        found = occurrences(repeats, begin, begin + timedelta(days=800))
    except Refusal:
        return None
    return found[0].astimezone().date() if found else None


def _moments(one: Held, since: datetime, until: datetime) -> tuple[datetime, ...]:
    since -= timedelta(minutes=one.minutes or 0)
    try:
        return tuple(moment for moment in occurrences(one.repeats or "", since, until) if moment < until)
    except Refusal:
        at = datetime.fromisoformat(one.occurred_at)
        return (at,) if since <= at < until else ()


def _event(one: Held, at: datetime, *, series: bool = False) -> Event:
    minutes = one.minutes or 0
    return Event(
        entity="activity",
        id=one.id,
        kind=one.kind,
        subject=one.subject or "",
        account=one.account or "",
        place=one.place or "",
        start=None if one.all_day else at,
        minutes=0 if one.all_day else minutes,
        day=at.astimezone().date() if one.all_day else None,
        days=max(minutes // DAY_MINUTES, 1) if one.all_day else 1,
        series=series,
    )
