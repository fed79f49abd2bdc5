"""Queries that every entity of the registry has alike: one record, a page of a list, counts, history."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Numeric, cast, func, select
from sqlalchemy.orm import Session, aliased

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.codec import decode
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables import ROWS, SyncedRow, local

_NUMBERS = frozenset({FieldType.DECIMAL, FieldType.MONEY})


class Test(StrEnum):
    """How a filter compares."""

    __test__ = False
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EMPTY = "empty"
    ANY_OF = "any_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition on a field; `value` is the registry's Python value (a tuple of them for ANY_OF)."""

    field: str
    test: Test = Test.IS
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list shows: filters joined by "and", sort field, and a window of rows."""

    filters: tuple[Filter, ...] = ()
    sort: str | None = None
    descending: bool = False
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row: all its fields by name, and for each reference the title of the row it points to.

    `kinds` says of references to a stage whether it is open, won or lost.
    """

    id: RowId
    fields: Mapping[str, Any]
    titles: Mapping[str, str]
    kinds: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One operation of the past on one row. `before` and `after` by field name."""

    tx_id: str
    op_id: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    stamp: str
    actor: str | None
    cause: str


def get(session: Session, entity: str, row_id: str) -> Record:
    """One record. Raises Refusal `record.missing` when it is not there or deleted."""
    row = session.get(ROWS[entity], row_id)
    if row is None or row.row_deleted is not None:
        raise Refusal("record.missing", entity=entity, id=row_id)
    return _records(session, entity, [row])[0]


def page(session: Session, entity: str, query: ListQuery) -> tuple[Record, ...]:
    """The records of one window of a list, in its order."""
    table = ROWS[entity]
    statement = select(table).where(*_conditions(entity, query.filters))
    statement = statement.order_by(*_order(entity, query)).offset(query.offset).limit(query.limit)
    return _records(session, entity, list(session.scalars(statement)))


def ids(session: Session, entity: str, query: ListQuery) -> tuple[RowId, ...]:
    """Every id of a list, in its order; window ignored."""
    statement = select(ROWS[entity].id).where(*_conditions(entity, query.filters)).order_by(*_order(entity, query))
    return tuple(RowId(row_id) for row_id in session.scalars(statement))


def count(session: Session, entity: str, filters: Iterable[Filter] = ()) -> int:
    """How many records a list holds."""
    statement = select(func.count()).select_from(ROWS[entity]).where(*_conditions(entity, filters))
    return session.scalar(statement) or 0


def titles(session: Session, entity: str, row_ids: Iterable[str]) -> dict[str, str]:
    """Titles of rows by id; rows that are not there are left out."""
    table = ROWS[entity]
    name = REGISTRY[entity].title
    column = getattr(table, name)
    wanted = list({row_id for row_id in row_ids if row_id})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(select(table.id, column).where(table.id.in_(wanted[start : start + 500])))
        found.update({row_id: title or "" for row_id, title in rows})
    return found


def history(session: Session, entity: str, row_id: str) -> tuple[HistoryEntry, ...]:
    """Everything that ever happened to one row, oldest first."""
    log = local.change
    rows = session.execute(select(log).where(log.c.entity == entity, log.c.row_id == row_id).order_by(log.c.n))
    return tuple(_entry(entity, row._asdict()) for row in rows)


def own_fields(session: Session, entity: str) -> dict[str, str]:
    """Fields of one's own of an entity: name → label."""
    row = ROWS["own_field"]
    found = session.scalars(select(row).where(row.row_deleted.is_(None)))
    return {r.field_value("field"): r.field_value("label") for r in found if r.field_value("entity") == entity}


def _entry(entity: str, row: Mapping[str, Any]) -> HistoryEntry:
    return HistoryEntry(
        tx_id=row["tx_id"],
        op_id=row["op_id"],
        kind=row["kind"],
        before=decode_fields(entity, row["before"]),
        after=decode_fields(entity, row["after"]),
        stamp=row["hlc"],
        actor=row["actor"],
        cause=row["cause"],
    )


def decode_fields(entity: str, text: str) -> dict[str, Any]:
    """Field values back from the change log's JSON."""
    kinds = REGISTRY[entity]
    return {name: decode(kinds.field(name), raw) for name, raw in json.loads(text).items()}


def _records(session: Session, entity: str, rows: list[SyncedRow]) -> tuple[Record, ...]:
    wanted: dict[str, set[str]] = {}
    references = REGISTRY[entity].references
    for field in references:
        pointed = {getattr(row, field.name) for row in rows} - {None}
        wanted.setdefault(field.target or "", set()).update(pointed)
    names = {target: titles(session, target, row_ids) for target, row_ids in wanted.items() if row_ids}
    stages = stage_kinds(session) if wanted.get("stage") else {}
    found = []
    for row in rows:
        shown = {
            field.name: names[field.target or ""][getattr(row, field.name)]
            for field in references
            if getattr(row, field.name) in names.get(field.target or "", {})
        }
        kinds = {
            field.name: stages[getattr(row, field.name)]
            for field in references
            if field.target == "stage" and getattr(row, field.name) in stages
        }
        found.append(Record(id=RowId(row.id), fields=row.field_values(), titles=shown, kinds=kinds))
    return tuple(found)


def stage_kinds(session: Session) -> dict[str, str]:
    """Open, won or lost, by the id of the stage; there are few stages, so all are read."""
    table = ROWS["stage"]
    return {row_id: str(kind) for row_id, kind in session.execute(select(table.id, _column(table, "kind"))) if kind}


def _conditions(entity: str, filters: Iterable[Filter]) -> list[ColumnElement[bool]]:
    table = ROWS[entity]
    return [table.row_deleted.is_(None), *(_condition(table, condition) for condition in filters)]


def _condition(table: type[SyncedRow], condition: Filter) -> ColumnElement[bool]:
    column = _column(table, condition.field)
    number = table.described.field(condition.field).type in _NUMBERS
    left = cast(column, Numeric(asdecimal=False)) if number else column
    value = float(condition.value) if number and condition.value is not None else condition.value
    match condition.test:
        case Test.IS:
            return left == value if value is not None else column.is_(None)
        case Test.IS_NOT:
            return left.is_distinct_from(value)
        case Test.CONTAINS:
            return column.contains(str(condition.value), autoescape=True)
        case Test.AT_LEAST:
            return left >= value
        case Test.AT_MOST:
            return left <= value
        case Test.EMPTY:
            return column.is_(None)
        case Test.ANY_OF:
            return column.in_(condition.value)


def _order(entity: str, query: ListQuery) -> list[ColumnElement[Any]]:
    table = ROWS[entity]
    name = query.sort or table.described.title
    column: ColumnElement[Any] = _column(table, name)
    field = table.described.field(name)
    if field.type in _NUMBERS:
        column = cast(column, Numeric(asdecimal=False))
    elif field.target:
        pointed = aliased(ROWS[field.target])
        title = getattr(pointed, REGISTRY[field.target].title)
        column = select(title).where(pointed.id == column).scalar_subquery()
    key = table.__table__.c.id
    return [column.desc(), key.desc()] if query.descending else [column.asc(), key.asc()]


def _column(table: type[SyncedRow], name: str) -> ColumnElement[Any]:
    if table.described.has(name) or name == "id":
        return table.__table__.c[name]
    return func.json_extract(table.row_extra, f'$."{name}"')
