"""Appointments and tasks from and to iCalendar files. Known by their UID: a file read twice changes nothing the second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.exchange.ical_files import CalendarItem, occurrences, read_calendar, write_calendar
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.persistence.stores import foreign
from desktop_crm.services import records
from desktop_crm.services.records import Filter, ListQuery, Test
from desktop_crm.services.workspace import Workspace

MANY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTaken:
    """What became of a file: new, changed and as before; `left` had no time; `notes` as the reader gave them."""

    created: int = 0
    updated: int = 0
    same: int = 0
    left: int = 0
    notes: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes.none)


def import_calendar(workspace: Workspace, data: bytes) -> CalendarTaken:
    """Take in a file as one act. Raises Refusal `calendar.unreadable`."""
    found = read_calendar(data)
    created = updated = same = left = 0
    with workspace.write("calendar.import") as work:
        for item in found.items:
            entity, fields = ("task", _task(item)) if item.is_task else ("activity", _event(item))
            if not item.is_task and item.start is None:
                left += 1
                continue
            known = foreign.known(work.session, entity, item.key) if item.key else None
            if known is None:
                own = {"owner_id": workspace.author.user_id} if workspace.author.user_id else {}
                work.insert(entity, {name: value for name, value in (fields | own).items() if value is not None})
                created += 1
            elif any(known.fields.get(name) != value for name, value in fields.items() if name != "kind"):
                work.update(entity, known.id, {name: value for name, value in fields.items() if name != "kind"})
                updated += 1
            else:
                same += 1
    return CalendarTaken(
        created=created, updated=updated, same=same, left=left, notes=found.notes, changes=work.changes
    )


def export_calendar(workspace: Workspace) -> bytes:
    """All appointments, visits and tasks of this workspace as one file."""
    kinds = (str(ActivityKind.MEETING), str(ActivityKind.VISIT))
    query = ListQuery(filters=(Filter(field="kind", test=Test.ANY_OF, value=kinds),), sort="occurred_at", limit=MANY)
    items = [_item(one.id, one.fields) for one in records.list_rows(workspace, "activity", query).records]
    tasks = ListQuery(sort="due_on", limit=MANY)
    items += [_task_item(one.id, one.fields) for one in records.list_rows(workspace, "task", tasks).records]
    return write_calendar(items, workspace.clock.now())


def times(workspace: Workspace, since: datetime, until: datetime) -> tuple[tuple[datetime, str, str], ...]:
    """What happens between two moments, repetitions too: time, id and subject, the earliest first."""
    with workspace.read() as session:
        rows = foreign.between(session, since, until)
    found: list[tuple[datetime, str, str]] = []
    for row_id, subject, at, repeats in rows:
        moments = occurrences(repeats, since, until) if repeats else (at,)
        found += [(moment, row_id, subject) for moment in moments]
    return tuple(sorted(found))


def _event(item: CalendarItem) -> dict[str, Any]:
    return {
        "kind": ActivityKind.MEETING.value,
        "subject": item.subject or tr("Appointment"),
        "body": item.text or None,
        "place": item.place or None,
        "occurred_at": item.start,
        "minutes": item.minutes,
        "all_day": item.all_day,
        "repeats": item.repeats or None,
        "participants": tuple(sorted(item.people)) or None,
        "external_id": item.key or None,
    }


def _task(item: CalendarItem) -> dict[str, Any]:
    return {
        "subject": item.subject or tr("Task"),
        "note": item.text or None,
        "due_on": item.due_on,
        "done": item.done,
        "repeats": item.repeats or None,
        "external_id": item.key or None,
    }


def _item(row_id: str, fields: Mapping[str, Any]) -> CalendarItem:
    return CalendarItem(
        key=str(fields.get("external_id") or f"{row_id}@desktop-crm"),
        subject=str(fields.get("subject") or ""),
        text=str(fields.get("body") or ""),
        place=str(fields.get("place") or ""),
        start=fields.get("occurred_at"),
        minutes=fields.get("minutes"),
        all_day=bool(fields.get("all_day")),
        repeats=str(fields.get("repeats") or ""),
        people=tuple(fields.get("participants") or ()),
    )


def _task_item(row_id: str, fields: Mapping[str, Any]) -> CalendarItem:
    return CalendarItem(
        key=str(fields.get("external_id") or f"{row_id}@desktop-crm"),
        is_task=True,
        subject=str(fields.get("subject") or ""),
        text=str(fields.get("note") or ""),
        due_on=fields.get("due_on"),
        done=bool(fields.get("done")),
    )
