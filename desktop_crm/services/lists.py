"""What a list on the screen asks: its first rows at once, its whole order, windows of rows, groups, counts and sums."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from desktop_crm.domain.lists.computed import HEALTH
from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.query import ListQuery, Selection
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import lists as store
from desktop_crm.persistence.stores.lists import Heap, Line, Sum
from desktop_crm.persistence.stores.quotes import totals_of
from desktop_crm.persistence.stores.records import titles
from desktop_crm.services import health
from desktop_crm.services.records import firm
from desktop_crm.services.workspace import Workspace

_CHUNK = 5000

__all__ = ["Extent", "Heap", "Line", "Order", "Sum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All rows of a list by their row numbers, in its order; its groups, when it has any. Good while the file is open."""

    keys: array[int]
    heaps: tuple[Heap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many rows were chosen, and the sums of their amounts."""

    count: int
    sums: tuple[Sum, ...]


def glance(workspace: Workspace, entity: str, query: ListQuery, names: tuple[str, ...]) -> tuple[Line, ...] | None:
    """The first rows, when an index holds them ready; None when they would have to wait for the whole order anyway."""
    if not store.ready_order(entity, query):
        return None
    query = firm(workspace, entity, query)
    with workspace.read() as session:
        return _derived(workspace, session, entity, store.glance(session, entity, query, names), names)


def order(workspace: Workspace, entity: str, query: ListQuery, money: tuple[str, ...] = ()) -> Order:
    """The whole order, and with `group` the groups in the same order, with sums of the `money` fields."""
    query = firm(workspace, entity, query)
    with workspace.read() as session:
        heaps = store.heaps(session, entity, query, money) if query.group else ()
        return Order(keys=store.keys(session, entity, query), heaps=heaps)


def lines(workspace: Workspace, entity: str, keys: Sequence[int], names: tuple[str, ...]) -> tuple[Line, ...]:
    """Rows by their row numbers; those that are gone are left out."""
    with workspace.read() as session:
        return _derived(workspace, session, entity, store.lines(session, entity, keys, names), names)


def ids_of(workspace: Workspace, entity: str, keys: Sequence[int]) -> tuple[str, ...]:
    """Ids of rows by their row numbers, in the same order."""
    with workspace.read() as session:
        return store.ids_of(session, entity, keys)


def titles_of(workspace: Workspace, entity: str, ids: Iterable[str]) -> dict[str, str]:
    """What rows are called, by id."""
    with workspace.read() as session:
        return titles(session, entity, ids)


def place(workspace: Workspace, entity: str, query: ListQuery, text: str) -> int | None:
    """The row number of the first row of a list whose title begins with a text; None when there is none."""
    begins = Filter(field=REGISTRY[entity].title, test=Test.BEGINS, value=text)
    query = firm(workspace, entity, replace(query, filters=(*query.filters, begins), limit=1))
    with workspace.read() as session:
        found = store.glance(session, entity, query, ())
        return found[0].key if found else None


def extent(workspace: Workspace, entity: str, selection: Selection, money: tuple[str, ...] = ()) -> Extent:
    """How many rows a selection holds, and the exact sums of its amounts by currency."""
    with workspace.read() as session:
        queries = chosen(workspace, entity, selection)
        parts = [store.sums(session, entity, query, money) for query in queries]
        return Extent(
            count=sum(store.count(session, entity, query) for query in queries),
            sums=_joined(part for p in parts for part in p),
        )


def chosen(workspace: Workspace, entity: str, selection: Selection) -> tuple[ListQuery, ...]:
    """The rows of a selection as queries, each with so few ids that a statement can hold them."""
    if selection.matching is not None:
        left_out = Filter(field="id", test=Test.NONE_OF, value=selection.ids)
        query = selection.matching
        return (firm(workspace, entity, replace(query, filters=(*query.filters, left_out))),)
    ids = selection.ids
    return tuple(
        ListQuery(filters=(Filter(field="id", test=Test.ANY_OF, value=ids[start : start + _CHUNK]),))
        for start in range(0, len(ids), _CHUNK)
    )


def money_fields(entity: str, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the fields that hold amounts."""
    return tuple(name for name in names if REGISTRY[entity].field(name).type is FieldType.MONEY)


def _joined(parts: Iterable[Sum]) -> tuple[Sum, ...]:
    total: dict[tuple[str, str | None], Sum] = {}
    for part in parts:
        before = total.get((part.field, part.currency))
        total[part.field, part.currency] = replace(part, amount=part.amount + before.amount) if before else part
    return tuple(total.values())


def _derived(
    workspace: Workspace, session: Session, entity: str, found: tuple[Line, ...], names: tuple[str, ...]
) -> tuple[Line, ...]:
    """What no column of the table holds as it is: the health of accounts, the total of a quote whose lines were merged."""
    if entity == "account" and HEALTH in names:
        scores = health.scores(session, workspace, [line.id for line in found])
        return tuple(replace(line, fields={**line.fields, HEALTH: scores.get(line.id)}) for line in found)
    if entity != "quote":
        return found
    totals = totals_of(session, [line.id for line in found])
    return tuple(
        replace(line, fields={**line.fields, "grand_total": totals[line.id]}) if line.id in totals else line
        for line in found
    )
