"""What a long list asks: its whole order in one compact answer, rows by their places in the file, groups, counts and sums.

An order is the rows' SQLite row numbers, four bytes each: a million rows are four megabytes, and any window of them is found
without counting through what lies before it. Row numbers hold while the file is open; they never leave the laptop.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.schema import REGISTRY, Field
from desktop_crm.foundation.errors import Bug
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores.filtering import (
    column_of,
    conditions,
    group_key,
    group_order,
    order,
    sorts_of,
    title_of,
)
from desktop_crm.persistence.stores.records import stage_kinds
from desktop_crm.persistence.tables import ROWS, SyncedRow

_HEX = 8  # signs of one row number
_SHORT = 12  # signs of an amount that SQLite adds exactly, nine million times over
_DIGITS = 80  # of a sum, so that nothing is rounded
_FRACTION = 12  # places after the point that such an amount can have

Keys = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list: its row number, its id, the fields that were asked for, and the titles of what references point to."""

    key: int
    id: RowId
    fields: Mapping[str, Any]
    titles: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Of references to a stage: open, won or lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """All amounts of one money field in one currency; None where no currency was set."""

    field: str
    currency: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """One group of a list: what its rows share, how many they are, and their sums. `title` names a row that is referred to."""

    value: Any
    title: str | None
    count: int
    sums: tuple[Sum, ...]


def ready_order(entity: str, query: ListQuery) -> bool:
    """Whether the first rows of the order stand ready in an index, so that they need not wait for all others."""
    sorts = sorts_of(entity, query)
    if query.group or len(sorts) > 1:
        return False
    wanted = [sorts[0].field, "id"]
    return any([column.name for column in index.columns][:2] == wanted for index in _indexes(entity))


def _indexes(entity: str) -> Iterable[Any]:
    return getattr(ROWS[entity].__table__, "indexes", ())


def keys(session: Session, entity: str, query: ListQuery) -> array[int]:
    """The whole order; the query's window is ignored."""
    row_number: ColumnElement[int] = _row_number(entity)
    inner = select(row_number.label("k")).where(*conditions(entity, query)).order_by(*order(entity, query))
    lined = inner.limit(-1).subquery()  # the limit keeps SQLite from dropping the order of what is gathered
    gathered = func.group_concat(func.printf(f"%0{_HEX}x", lined.c.k), "")
    count, text = session.execute(select(func.count(), gathered).select_from(lined)).one()
    found = array("I", bytes.fromhex(text or ""))
    found.byteswap()
    if len(found) != count:
        raise Bug("list.row_number", entity=entity)
    return found


def glance(session: Session, entity: str, query: ListQuery, names: tuple[str, ...]) -> tuple[Line, ...]:
    """The first rows of a list, as many as the query's limit."""
    statement = _asking(entity, names).where(*conditions(entity, query)).order_by(*order(entity, query))
    return _lines(session, statement.limit(query.limit), entity, names, {})


def lines(session: Session, entity: str, row_numbers: Keys, names: tuple[str, ...]) -> tuple[Line, ...]:
    """Rows by their row numbers, in any order; those that are gone are left out."""
    return _lines(session, _by_number(entity, names), entity, names, {"wanted": json.dumps(list(row_numbers))})


def ids_of(session: Session, entity: str, row_numbers: Keys) -> tuple[RowId, ...]:
    """The ids of rows, in the order of their numbers given."""
    found = {line.key: line.id for line in lines(session, entity, row_numbers, ())}
    return tuple(found[key] for key in row_numbers if key in found)


def heaps(session: Session, entity: str, query: ListQuery, money: tuple[str, ...] = ()) -> tuple[Heap, ...]:
    """The groups of a list, in their order."""
    grouped = REGISTRY[entity].field(query.group)
    key = group_key(entity, query.group)
    title: ColumnElement[Any] = title_of(entity, grouped) if grouped.target else literal_column("NULL")
    statement = select(key, title, func.count()).select_from(ROWS[entity]).where(*conditions(entity, query))
    rows = session.execute(statement.group_by(key).order_by(*group_order(entity, query.group))).all()
    amounts: dict[Any, list[Sum]] = defaultdict(list)
    for name in money:
        for value, found in _sums(session, entity, query, name, key):
            amounts[value].append(found)
    return tuple(
        Heap(value=value, title=named, count=count, sums=tuple(amounts.get(value, ()))) for value, named, count in rows
    )


def sums(session: Session, entity: str, query: ListQuery, names: Iterable[str]) -> tuple[Sum, ...]:
    """The exact sums of money fields over a list, one for each currency."""
    return tuple(found for name in names for _, found in _sums(session, entity, query, name, literal_column("NULL")))


def count(session: Session, entity: str, query: ListQuery) -> int:
    """How many rows a list holds."""
    return session.scalar(select(func.count()).select_from(ROWS[entity]).where(*conditions(entity, query))) or 0


def ids(session: Session, entity: str, query: ListQuery, after: str, limit: int) -> tuple[RowId, ...]:
    """Ids of a list in the order of ids, `limit` after one of them: a way through all rows that holds while they change."""
    column = ROWS[entity].id
    statement = select(column).where(*conditions(entity, query), column > after).order_by(column).limit(limit)
    return tuple(RowId(row_id) for row_id in session.scalars(statement))


def _row_number(entity: str) -> ColumnElement[int]:
    return literal_column(f'"{entity}".rowid', Integer)


def _asking(entity: str, names: tuple[str, ...]) -> Select[Any]:
    kinds = REGISTRY[entity]
    fields = [column_of(entity, name).label(f"f{place}") for place, name in enumerate(names)]
    titles = [
        title_of(entity, kinds.field(name)).label(f"t{place}")
        for place, name in enumerate(names)
        if _target(entity, name)
    ]
    return select(_row_number(entity), ROWS[entity].__table__.c.id, *fields, *titles)


@lru_cache(maxsize=200)
def _by_number(entity: str, names: tuple[str, ...]) -> Select[Any]:
    wanted = func.json_each(bindparam("wanted", type_=String())).table_valued("value")
    return _asking(entity, names).where(_row_number(entity).in_(select(wanted.c.value)))


def _lines(
    session: Session, statement: Select[Any], entity: str, names: tuple[str, ...], values: dict[str, Any]
) -> tuple[Line, ...]:
    references = [name for name in names if _target(entity, name)]
    staged = [name for name in references if _target(entity, name) == "stage"]
    stages = stage_kinds(session) if staged else {}
    places = {name: 2 + names.index(name) for name in staged}
    first_title = 2 + len(names)
    return tuple(
        Line(
            key=row[0],
            id=RowId(row[1]),
            fields=dict(zip(names, row[2:first_title], strict=True)),
            titles={
                name: title for name, title in zip(references, row[first_title:], strict=True) if title is not None
            },
            kinds={name: stages[row[place]] for name, place in places.items() if row[place] in stages},
        )
        for row in session.execute(statement, values)
    )


def _target(entity: str, name: str) -> str | None:
    return REGISTRY[entity].field(name).target


def _sums(session: Session, entity: str, query: ListQuery, name: str, key: ColumnElement[Any]) -> list[tuple[Any, Sum]]:
    """Sums by key and currency. SQLite adds short amounts as whole numbers, before and after the point; Python adds the long ones."""
    summed: Field = REGISTRY[entity].field(name)
    amount = type_coerce(column_of(entity, name), String())
    currency = column_of(entity, summed.currency_field) if summed.currency_field else literal_column("NULL")
    point = func.instr(amount, ".")
    tail = func.substr(func.substr(amount, point + 1).concat("0" * _FRACTION), 1, _FRACTION)
    sign = case((amount.startswith("-"), -1), else_=1)
    fraction = case((point > 0, sql_cast(tail, Integer) * sign), else_=0)
    asked = (*conditions(entity, query), amount.is_not(None))
    short = func.length(amount) <= _SHORT
    total: dict[tuple[Any, str | None], Decimal] = defaultdict(Decimal)
    added = select(key, currency, func.sum(sql_cast(amount, Integer)), func.sum(fraction)).select_from(ROWS[entity])
    alone = select(key, currency, amount).select_from(ROWS[entity]).where(*asked, func.length(amount) > _SHORT)
    with localcontext(prec=_DIGITS):
        for value, code, whole, parts in session.execute(added.where(*asked, short).group_by(key, currency)):
            total[value, code] += whole + Decimal(parts).scaleb(-_FRACTION)
        for value, code, text in session.execute(alone):
            total[value, code] += Decimal(text)
    rows = sorted(total.items(), key=lambda pair: (str(pair[0][0]), pair[0][1] or ""))
    return [(value, Sum(field=name, currency=code, amount=_tidy(found))) for (value, code), found in rows]


def _tidy(amount: Decimal) -> Decimal:
    text = format(amount, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def rows(session: Session, entity: str, row_ids: Sequence[str]) -> dict[str, SyncedRow]:
    """The rows themselves, for a unit of work that changes them, by id."""
    table = ROWS[entity]
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(row_ids)))}


def parents(session: Session, entity: str, field: str) -> dict[str, str]:
    """Of each row that is there and has one, the row above it."""
    table = ROWS[entity]
    column = column_of(entity, field)
    rows = session.execute(select(table.id, column).where(table.row_deleted.is_(None), column.is_not(None)))
    return {row_id: parent for row_id, parent in rows}  # noqa: C416 - rows are no pairs to `dict`
