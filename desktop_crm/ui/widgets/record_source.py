"""Where tables and forms get their rows: `services.records`, asked on the read lane, turned into cells there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.ui.widgets.cells import Cell, Column, cell_of

if TYPE_CHECKING:
    from desktop_crm.services.records import Filter, Record
    from desktop_crm.services.workspace import Workspace

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a table shows: which rows, in which order."""

    entity: str
    text: str = ""
    filters: tuple[tuple[str, object], ...] = ()
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, ready to be drawn."""

    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One page of rows: `first` is the place of its first row, `total` how many rows there are in all."""

    first: int
    total: int
    rows: tuple[Row, ...]


def page_of(workspace: Workspace, wish: Wish, columns: tuple[Column, ...], first: int, limit: int = PAGE) -> Slice:
    """Fetch one page."""
    from desktop_crm.services import records

    query = records.ListQuery(
        filters=conditions(wish), sort=wish.sort or None, descending=wish.descending, offset=first, limit=limit
    )
    page = records.list_rows(workspace, wish.entity, query)
    entity = REGISTRY[wish.entity]
    fields = [entity.field(column.name) for column in columns]
    rows = tuple(
        Row(
            id=str(record.id),
            cells=tuple(
                cell_of(field, record.fields, record.titles, record.kinds, strong=field.name == entity.title)
                for field in fields
            ),
        )
        for record in page.records
    )
    return Slice(first=first, total=page.total, rows=rows)


def conditions(wish: Wish) -> tuple[Filter, ...]:
    """The wish's filters and its text as the service's conditions."""
    from desktop_crm.services.records import Filter, Test

    found = [Filter(field=name, value=value) for name, value in wish.filters]
    if wish.text:
        found.append(Filter(field=REGISTRY[wish.entity].title, test=Test.CONTAINS, value=wish.text))
    return tuple(found)


def record_of(workspace: Workspace, entity: str, row_id: str) -> Record:
    """Fetch one row for a form."""
    from desktop_crm.services import records

    return records.get(workspace, entity, row_id)


def own_fields_of(workspace: Workspace, entity: str) -> dict[str, str]:
    """Fields that the workspace made for itself: name → label."""
    from desktop_crm.services import records

    return records.own_fields(workspace, entity)


def choices_of(workspace: Workspace, entity: str, text: str, limit: int = 12) -> tuple[tuple[str, str], ...]:
    """(id, title) of rows whose title matches, for completers."""
    from desktop_crm.services import records

    title = REGISTRY[entity].title
    query = records.ListQuery(filters=conditions(Wish(entity=entity, text=text)), sort=title, limit=limit)
    found = records.list_rows(workspace, entity, query).records
    return tuple((str(record.id), str(record.fields.get(title) or "")) for record in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row of a short list, and the row it belongs to."""

    id: str
    title: str
    parent_id: str


def ordered_choices(workspace: Workspace, entity: str) -> tuple[Choice, ...]:
    """All rows of a short list, in the order they were given."""
    from desktop_crm.services import records

    known = REGISTRY[entity]
    found = records.list_rows(workspace, entity, records.ListQuery(sort="order_key", limit=500)).records
    return tuple(
        Choice(
            id=str(one.id),
            title=str(one.fields.get(known.title) or ""),
            parent_id=str(one.fields.get(known.parent or "") or ""),
        )
        for one in found
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a new record starts with: values, and the titles of the rows they refer to."""

    values: Mapping[str, Any]
    titles: Mapping[str, str]


def beginning_of(workspace: Workspace, entity: str, more: Callable[[Workspace], Beginning] | None) -> Beginning:
    """The author as owner, now as the time, and what the page adds; runs on the read lane."""
    from desktop_crm.services import records

    known = REGISTRY[entity]
    values: dict[str, Any] = {}
    titles: dict[str, str] = {}
    me = workspace.author.user_id
    if known.has("owner_id") and me:
        found = records.ListQuery(filters=(records.Filter(field="id", value=str(me)),), limit=1)
        for record in records.list_rows(workspace, "user", found).records:
            values["owner_id"] = str(me)
            titles["owner_id"] = str(record.fields.get("name") or "")
    if known.has("occurred_at"):
        values["occurred_at"] = workspace.clock.now()
    if more is not None:
        added = more(workspace)
        values.update(added.values)
        titles.update(added.titles)
    return Beginning(values=values, titles=titles)


def setting(workspace: Workspace, entity: str, row_id: str, fields: dict[str, Any]) -> Callable[[], Any]:
    """A write of some fields, for the write lane."""
    return partial(_set, workspace, entity, row_id, fields)


def _set(workspace: Workspace, entity: str, row_id: str, fields: dict[str, Any]) -> Any:
    from desktop_crm.services import records

    return records.set_fields(workspace, entity, row_id, fields)


def creating(workspace: Workspace, entity: str, fields: dict[str, Any]) -> Callable[[], Any]:
    """A write that makes a row, for the write lane."""
    return partial(_create, workspace, entity, fields)


def _create(workspace: Workspace, entity: str, fields: dict[str, Any]) -> Any:
    from desktop_crm.services import records

    return records.create(workspace, entity, fields)


def deleting(workspace: Workspace, entity: str, row_id: str) -> Callable[[], Any]:
    """A write that deletes a row, for the write lane."""
    return partial(_delete, workspace, entity, row_id)


def _delete(workspace: Workspace, entity: str, row_id: str) -> Any:
    from desktop_crm.services import records

    return records.delete(workspace, entity, row_id)
