"""Where tables and forms get their rows: `services.records`, asked on the read lane, turned into cells there."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_crm.domain.lists.computed import field_of
from desktop_crm.domain.lists.filters import NOTHING, Filter, Group, fields_of
from desktop_crm.domain.lists.query import ListQuery, Sort
from desktop_crm.domain.lists.views import KeptViews
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.cells import Cell, Column, cell_of, shown

if TYPE_CHECKING:
    from desktop_crm.services.lists import Heap, Line, Sum
    from desktop_crm.services.records import Record
    from desktop_crm.services.workspace import Workspace

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a table shows: which rows, in which order. `filters` are the page's own, `where` is what the user chose.

    A page's filter is a field and the value it has, or a whole condition on it.
    """

    entity: str
    text: str = ""
    text_fields: tuple[str, ...] = ()
    filters: tuple[tuple[str, object], ...] = ()
    where: Group = NOTHING
    group: str = ""
    sort: str = ""
    descending: bool = False
    then: tuple[Sort, ...] = ()

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """All keys of the order that somebody wished for."""
        return (Sort(field=self.sort, descending=self.descending), *self.then) if self.sort else ()

    @property
    def looks_at(self) -> set[str]:
        """The fields that decide which rows stand where."""
        keys = {self.group, self.sort, *(one.field for one in self.then)}
        return keys | {name for name, _ in self.filters} | set(fields_of(self.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, ready to be drawn; `values` and `titles` are what stands behind the cells."""

    key: int
    id: str
    cells: tuple[Cell, ...]
    values: Mapping[str, Any]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeapHead:
    """The head of a group, ready to be drawn."""

    text: str
    count: int
    sums: str
    mood: Mood | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A whole order by row numbers, its groups, and the rows of the window that is looked at."""

    keys: array[int]
    heaps: tuple[HeapHead, ...]
    rows: tuple[Row, ...]


def query_of(wish: Wish, limit: int = PAGE) -> ListQuery:
    """The wish as services understand it."""
    pairs = tuple(
        value if isinstance(value, Filter) else Filter(field=name, value=value) for name, value in wish.filters
    )
    return ListQuery(
        filters=(*pairs, wish.where) if wish.where.parts else pairs,
        text=wish.text,
        text_fields=wish.text_fields,
        group=wish.group,
        sort=wish.sort or None,
        descending=wish.descending,
        then=wish.then,
        limit=limit,
    )


def glance_of(workspace: Workspace, wish: Wish, columns: tuple[Column, ...]) -> tuple[Row, ...] | None:
    """The first rows, when they stand ready; None when they must wait for the whole order."""
    from desktop_crm.services import lists

    found = lists.glance(workspace, wish.entity, query_of(wish), needed(wish.entity, columns))
    return None if found is None else tuple(_row(wish.entity, columns, line) for line in found)


def listing_of(workspace: Workspace, wish: Wish, columns: tuple[Column, ...], first: int, count: int) -> Listing:
    """The whole order, and the rows of one window of it."""
    from desktop_crm.services import lists

    money = tuple(column.name for column in columns if column.type is FieldType.MONEY) if wish.group else ()
    found = lists.order(workspace, wish.entity, query_of(wish), money)
    first = max(0, min(first, len(found.keys) - count))
    return Listing(
        keys=found.keys,
        heaps=tuple(_head(wish, heap) for heap in found.heaps),
        rows=rows_of(workspace, wish.entity, columns, found.keys[first : first + count]),
    )


def rows_of(workspace: Workspace, entity: str, columns: tuple[Column, ...], keys: Sequence[int]) -> tuple[Row, ...]:
    """Rows by their row numbers; those that are gone are left out."""
    from desktop_crm.services import lists

    found = lists.lines(workspace, entity, keys, needed(entity, columns)) if keys else ()
    return tuple(_row(entity, columns, line) for line in found)


def place_of_text(workspace: Workspace, wish: Wish, text: str) -> int | None:
    """The row number of the first row whose title begins with a text."""
    from desktop_crm.services import lists

    return lists.place(workspace, wish.entity, query_of(wish), text)


def needed(entity: str, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """The fields that columns are drawn from: amounts need their currency, and a row its title."""
    known = REGISTRY[entity]
    names = [known.title] if known.has(known.title) else []
    for column in columns:
        names += [column.name, known.field(column.name).currency_field or column.name]
    return tuple(dict.fromkeys(names))


def _row(entity: str, columns: tuple[Column, ...], line: Line) -> Row:
    known = REGISTRY[entity]
    cells = tuple(
        cell_of(field_of(known, column.name), line.fields, line.titles, line.kinds, strong=column.name == known.title)
        for column in columns
    )
    return Row(key=line.key, id=str(line.id), cells=cells, values=line.fields, titles=line.titles)


def _head(wish: Wish, heap: Heap) -> HeapHead:
    field = REGISTRY[wish.entity].field(wish.group)
    mood = None
    if heap.value is None or heap.value == "":
        text = tr("None")
    elif field.target:
        text = heap.title or "…"
    elif field.type in {FieldType.DATE, FieldType.DATETIME}:
        text = formats.month(date.fromisoformat(f"{heap.value}-01"))
    elif field.type is FieldType.SET:
        text = ", ".join(json.loads(heap.value)) or tr("None")
    elif field.type in {FieldType.DECIMAL, FieldType.MONEY}:
        text = formats.quantity(Decimal(heap.value))
    else:
        text = shown(field, bool(heap.value) if field.type is FieldType.BOOLEAN else heap.value)[0]
        mood = mood_of(field.name, str(heap.value)) if field.type is FieldType.OPTION else None
    return HeapHead(text=text, count=heap.count, sums=sums_text(heap.sums), mood=mood)


def sums_text(sums: Sequence[Sum]) -> str:
    """Sums in a row, each with its currency; with the field's name when there are several fields."""
    return " · ".join(formats.money_short(one.amount, one.currency or "") for one in sums)


def record_of(workspace: Workspace, entity: str, row_id: str) -> Record:
    """Fetch one row for a form."""
    from desktop_crm.services import records

    return records.get(workspace, entity, row_id)


def titles_by_entity(workspace: Workspace, wanted: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """What rows of several entities are called, by id."""
    from desktop_crm.services import lists

    found: dict[str, str] = {}
    for entity, ids in wanted.items():
        found |= lists.titles_of(workspace, entity, ids)
    return found


def own_fields_of(workspace: Workspace, entity: str) -> dict[str, str]:
    """Fields that the workspace made for itself: name → label."""
    from desktop_crm.services import records

    return records.own_fields(workspace, entity)


def choices_of(workspace: Workspace, entity: str, text: str, limit: int = 12) -> tuple[tuple[str, str], ...]:
    """(id, title) of rows whose title matches, for completers."""
    from desktop_crm.services import records

    title = REGISTRY[entity].title
    query = records.ListQuery(text=text, sort=title, limit=limit)
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


def views_of(workspace: Workspace, name: str, entity: str) -> KeptViews:
    """The views that are kept of a list."""
    from desktop_crm.services import list_views

    return list_views.kept(workspace, name, entity)


def changing_views(act: str, workspace: Workspace, *values: Any) -> Callable[[], KeptViews]:
    """A change of the views of a list, for the write lane: keep, rename, delete, open_with."""
    return partial(_change_views, act, workspace, *values)


def _change_views(act: str, workspace: Workspace, *values: Any) -> Any:
    from desktop_crm.services import list_views

    return getattr(list_views, act)(workspace, *values)
