"""What can be done with any record of the registry: list, read, make, set, delete, look back. Features add their own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop_crm.domain.calendar import PLAIN
from desktop_crm.domain.lists.filters import Filter, Part, Test, moves, settled
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.text import is_blank
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n.labels import field_label
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import records as store
from desktop_crm.persistence.stores.quotes import totals_of
from desktop_crm.persistence.stores.records import HistoryEntry, Record
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import health
from desktop_crm.services import own_fields as own
from desktop_crm.services.calendars import calendar_of
from desktop_crm.services.circles import refuse_circles
from desktop_crm.services.employments import keep_former
from desktop_crm.services.record_rules import kept_together, refuse_broken, refuse_unknown_form
from desktop_crm.services.shared_keys import note_shared_keys
from desktop_crm.services.workspace import Workspace

__all__ = ["Created", "Filter", "HistoryEntry", "ListQuery", "Page", "Record", "Test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One window of a list, and how many records the whole list holds."""

    records: tuple[Record, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new record's id, and what changed with it."""

    id: RowId
    changes: Changes


def list_rows(workspace: Workspace, entity: str, query: ListQuery | None = None) -> Page:
    """One window of an entity's list."""
    query = firm(workspace, entity, query or ListQuery())
    with workspace.read() as session:
        found = _derived(session, entity, store.page(session, entity, query))
        return Page(records=found, total=store.count(session, entity, query))


def firm(workspace: Workspace, entity: str, query: ListQuery) -> ListQuery:
    """The query with today's days and this user in place of what moves; what it is sorted by is worked out where it must be."""
    if health.is_asked(entity, query):
        health.keep_ready(workspace)
    today, me = workspace.today(), workspace.author.user_id
    calendar = calendar_of(workspace) if any(map(moves, query.filters)) else PLAIN
    return replace(query, filters=tuple(settled(REGISTRY[entity], part, today, me, calendar) for part in query.filters))


def get(workspace: Workspace, entity: str, row_id: str) -> Record:
    """One record. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        return _derived(session, entity, (store.get(session, entity, row_id),))[0]


def _derived(session: Session, entity: str, found: tuple[Record, ...]) -> tuple[Record, ...]:
    """The records with what is computed: the stored total of a quote may be behind after a line was set or merged."""
    if entity != "quote":
        return found
    totals = totals_of(session, [one.id for one in found])
    return tuple(
        replace(one, fields={**one.fields, "grand_total": totals[one.id]}) if one.id in totals else one for one in found
    )


def count(workspace: Workspace, entity: str, filters: tuple[Part, ...] = ()) -> int:
    """How many records there are."""
    query = firm(workspace, entity, ListQuery(filters=filters))
    with workspace.read() as session:
        return store.count(session, entity, query)


def own_fields(workspace: Workspace, entity: str) -> dict[str, str]:
    """The workspace's own fields of an entity that are in use: name → label in the language of now."""
    return {one.name: field_label(entity, one.name) for one in own.fields_of(workspace, entity)}


def history(workspace: Workspace, entity: str, row_id: str) -> tuple[HistoryEntry, ...]:
    """Everything that ever happened to one record, oldest first, also when it is deleted. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        found = store.history(session, entity, row_id)
        if not found:
            store.get(session, entity, row_id)
        return found


def create(workspace: Workspace, entity: str, fields: Mapping[str, Any]) -> Created:
    """A new record. Raises Refusal `value.required`, `record.fixed`, and what `refuse_untyped` and `check` refuse."""
    missing = [f.name for f in REGISTRY[entity].fields if f.required and _is_blank(fields.get(f.name))]
    if missing:
        raise Refusal("value.required", entity=entity, field=missing[0])
    with workspace.write(f"{entity}.create") as work:
        refuse_untyped(work, entity, None, fields)
        check(work, entity, None, fields)
        row_id = work.insert(entity, kept_together(work, entity, None, fields))
        note_shared_keys(work, entity, [row_id], fields)
    return Created(id=row_id, changes=work.changes)


def set_fields(workspace: Workspace, entity: str, row_id: str, fields: Mapping[str, Any]) -> Changes:
    """Set fields of a record. Raises Refusal `record.missing`, `value.required`, and what `refuse_untyped` and `check` refuse."""
    emptied = [f.name for f in REGISTRY[entity].fields if f.required and f.name in fields and _is_blank(fields[f.name])]
    if emptied:
        raise Refusal("value.required", entity=entity, field=emptied[0])
    with workspace.write(f"{entity}.set") as work:
        refuse_untyped(work, entity, row_id, fields)
        check(work, entity, row_id, fields)
        if entity == "contact":
            keep_former(work, row_id, fields, workspace.today())
        work.update(entity, row_id, kept_together(work, entity, row_id, fields))
        note_shared_keys(work, entity, [row_id], fields)
    return work.changes


def delete(workspace: Workspace, entity: str, row_id: str) -> Changes:
    """Mark a record as deleted. Raises Refusal `record.missing`, `record.fixed`, `account.has_children`."""
    with workspace.write(f"{entity}.delete") as work:
        below = ListQuery(filters=(Filter(field="parent_id", value=row_id),))
        if entity == "account" and store.count(work.session, "account", below):
            raise Refusal("account.has_children", id=row_id)
        work.delete(entity, row_id)
    return work.changes


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and is_blank(value))


def check(work: UnitOfWork, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> None:
    """The rules that hold for any way of writing a record.

    Raises Refusal `record.server_made`, `reference.missing`, and as `circles` and `record_rules` say.
    """
    description = REGISTRY[entity]
    if description.server_made:
        raise Refusal("record.server_made", entity=entity)
    for field in description.references:
        target = fields.get(field.name)
        if target and work.session.get(ROWS[field.target or ""], target) is None:
            raise Refusal("reference.missing", entity=entity, field=field.name, id=target)
    if row_id:
        refuse_circles(work, entity, row_id, fields)
    own.refuse_misfit(work.session, entity, row_id, fields)
    refuse_broken(work, entity, row_id, fields)
    refuse_unknown_form(work, entity, fields)


def refuse_untyped(work: UnitOfWork, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `record.computed`, `record.acted` for another value of a field that nobody types."""
    untyped = [kind for kind in map(REGISTRY[entity].field, fields) if not kind.typed]
    if not untyped:
        return
    row = work.session.get(ROWS[entity], row_id) if row_id else None
    for kind in untyped:
        if fields[kind.name] != (row.field_value(kind.name) if row is not None else None):
            raise Refusal("record.computed" if kind.derived else "record.acted", entity=entity, field=kind.name)
