"""Queries that every entity of the registry has alike: one record, a page of a list, counts, history."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.schema import REGISTRY, Field
from desktop_crm.domain.schema.codec import decode
from desktop_crm.domain.schema.fields import own_field
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence import plain
from desktop_crm.persistence.stores.filtering import conditions, order
from desktop_crm.persistence.tables import ROWS, local

ALL = ListQuery()


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
    if "work" in session.info:  # what a unit of work has in hand counts, written or not
        row = session.get(ROWS[entity], row_id)
        held = [] if row is None or row.row_deleted is not None else [(row.id, row.field_values())]
    else:
        columns, read = _reading(entity)
        statement = f'SELECT id, _extra, {columns} FROM "{entity}" WHERE id=:id AND _deleted IS NULL'
        held = [(line[0], read(line)) for line in plain.rows(session, statement, {"id": row_id})]
    if not held:
        raise Refusal("record.missing", entity=entity, id=row_id)
    return _records(session, entity, held)[0]


def page(session: Session, entity: str, query: ListQuery) -> tuple[Record, ...]:
    """The records of one window of a list, in its order."""
    table = ROWS[entity]
    statement = select(table).where(*conditions(entity, query))
    statement = statement.order_by(*order(entity, query)).offset(query.offset).limit(query.limit)
    return _records(session, entity, [(row.id, row.field_values()) for row in session.scalars(statement)])


def ids(session: Session, entity: str, query: ListQuery) -> tuple[RowId, ...]:
    """Every id of a list, in its order; window ignored."""
    statement = select(ROWS[entity].id).where(*conditions(entity, query)).order_by(*order(entity, query))
    return tuple(RowId(row_id) for row_id in session.scalars(statement))


def count(session: Session, entity: str, query: ListQuery = ALL) -> int:
    """How many records a list holds."""
    statement = select(func.count()).select_from(ROWS[entity]).where(*conditions(entity, query))
    return session.scalar(statement) or 0


def titles(session: Session, entity: str, row_ids: Iterable[str]) -> dict[str, str]:
    """Titles of rows by id; rows that are not there are left out."""
    wanted = json.dumps(sorted({row_id for row_id in row_ids if row_id}))
    statement = f'SELECT id, "{REGISTRY[entity].title}" FROM "{entity}" WHERE id IN (SELECT value FROM json_each(:ids))'
    return {row_id: title or "" for row_id, title in plain.rows(session, statement, {"ids": wanted})}


def history(session: Session, entity: str, row_id: str) -> tuple[HistoryEntry, ...]:
    """Everything that ever happened to one row, oldest first."""
    log = local.change
    rows = session.execute(select(log).where(log.c.entity == entity, log.c.row_id == row_id).order_by(log.c.n))
    return tuple(_entry(entity, row._asdict()) for row in rows)


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


@cache
def _reading(entity: str) -> tuple[str, Callable[[Sequence[Any]], dict[str, Any]]]:
    """The columns of an entity's fields, and what makes field values of a line that begins with its id and its extra."""
    table = ROWS[entity].__table__
    names = tuple(ROWS[entity].described.by_name)
    columns = ["_extra", *names]
    makers = [getattr(table.c[name].type, "process_result_value", None) for name in columns]

    def read(line: Sequence[Any]) -> dict[str, Any]:
        values = [value if make is None else make(value, None) for make, value in zip(makers, line[1:], strict=True)]
        fields = dict(zip(names, values[1:], strict=True))
        fields.update(values[0])  # those that have no column
        return fields

    return ", ".join(f'"{name}"' for name in names), read


def _records(session: Session, entity: str, rows: list[tuple[str, dict[str, Any]]]) -> tuple[Record, ...]:
    wanted: dict[str, set[str]] = {}
    references = (*REGISTRY[entity].references, *_own_references(rows))
    for field in references:
        pointed = {str(fields[field.name]) for _, fields in rows if fields.get(field.name) is not None}
        wanted.setdefault(field.target or "", set()).update(pointed)
    names = {target: titles(session, target, row_ids) for target, row_ids in wanted.items() if row_ids}
    stages = stage_kinds(session) if wanted.get("stage") else {}
    found = []
    for row_id, fields in rows:
        shown = {
            field.name: names[field.target or ""][fields[field.name]]
            for field in references
            if fields.get(field.name) in names.get(field.target or "", {})
        }
        kinds = {
            field.name: stages[fields[field.name]]
            for field in references
            if field.target == "stage" and fields.get(field.name) in stages
        }
        found.append(Record(id=RowId(row_id), fields=fields, titles=shown, kinds=kinds))
    return tuple(found)


def _own_references(rows: list[tuple[str, dict[str, Any]]]) -> list[Field]:
    """References of one's own that any of the rows has."""
    held = sorted({name for _, fields in rows for name in fields if "." in name})
    return [field for field in map(own_field, held) if field.target]


def stage_kinds(session: Session) -> dict[str, str]:
    """Open, won or lost, by the id of the stage; there are few stages, so all are read."""
    return {row_id: kind for row_id, kind in plain.rows(session, "SELECT id, kind FROM stage") if kind}
