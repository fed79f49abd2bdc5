"""Queries of duplicates and merges: the values that are compared, records that share a key, sets put aside, merges that stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import ConflictState, DuplicateState, MergeState
from desktop_crm.persistence.stores import own_fields
from desktop_crm.persistence.stores.filtering import column_of
from desktop_crm.persistence.tables import ROWS, SyncedRow

_CHUNK = 500
_DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSet:
    """A set of probable duplicates that somebody put aside, or that shares a key. `members` are ids."""

    id: str
    entity: str
    members: tuple[str, ...]
    field: str
    probability: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMerge:
    """One record that went into another."""

    id: str
    entity: str
    name: str
    survivor_id: str
    lost_id: str
    merged_at: datetime | None
    merged_by_id: str | None
    state: str
    facts: str


def values(
    session: Session, entity: str, fields: Sequence[str], after: str = ""
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The id and these fields of every record behind that id, in the order of ids."""
    table = ROWS[entity].__table__
    columns = [table.c[name] for name in fields]
    statement = select(table.c.id, *columns).where(table.c["_deleted"].is_(None), table.c.id > after)
    for row in session.execute(statement.order_by(table.c.id).execution_options(yield_per=_CHUNK)):
        yield row[0], tuple(row[1:])


def some(
    session: Session, entity: str, fields: Sequence[str], row_ids: Sequence[str]
) -> list[tuple[str, tuple[Any, ...]]]:
    """The same of these records alone."""
    table = ROWS[entity].__table__
    columns = [table.c[name] for name in fields]
    statement = select(table.c.id, *columns).where(table.c["_deleted"].is_(None), table.c.id.in_(row_ids[:_CHUNK]))
    return [(row[0], tuple(row[1:])) for row in session.execute(statement)]


def with_text(session: Session, entity: str, field: str, text: str, limit: int) -> tuple[str, ...]:
    """Records whose field holds the text."""
    table = ROWS[entity].__table__
    column = table.c[field]
    statement = select(table.c.id).where(column.contains(text, autoescape=True), table.c["_deleted"].is_(None))
    return tuple(session.scalars(statement.limit(limit)))


def has_set(session: Session, set_id: str) -> bool:
    """Whether somebody wrote something about that set."""
    row = session.get(ROWS["duplicate_set"], set_id)
    return row is not None and row.row_deleted is None


def met_at_the_server(session: Session, entity: str) -> list[tuple[tuple[str, ...], str]]:
    """Records that two laptops gave the same key, as the server noted it: their ids and the field."""
    table = ROWS["conflict"].__table__
    statement = select(table.c.lost, table.c.kept, table.c.field).where(
        table.c.entity == entity,
        table.c.kind == _DUPLICATE,
        table.c.state == ConflictState.OPEN.value,
        table.c["_deleted"].is_(None),
    )
    return [((json.loads(row[0]), json.loads(row[1])), row[2]) for row in session.execute(statement)]


def met_among(session: Session, entity: str, row_ids: Collection[str]) -> list[str]:
    """The open conflicts about a key that two of these records share."""
    table = ROWS["conflict"].__table__
    statement = select(table.c.id, table.c.lost, table.c.kept).where(
        table.c.entity == entity,
        table.c.kind == _DUPLICATE,
        table.c.state == ConflictState.OPEN.value,
        table.c["_deleted"].is_(None),
    )
    rows = session.execute(statement)
    return [row[0] for row in rows if {json.loads(row[1]), json.loads(row[2])} <= set(row_ids)]


def returned(session: Session, entity: str) -> tuple[StoredMerge, ...]:
    """Merges that stand although the record that went is there again."""
    merge, gone = ROWS["merge"], ROWS[entity]
    statement = (
        select(merge)
        .join(gone, gone.id == merge.__table__.c.lost_id)
        .where(
            merge.row_deleted.is_(None),
            gone.row_deleted.is_(None),
            merge.__table__.c.entity == entity,
            merge.__table__.c.state == MergeState.MERGED.value,
        )
    )
    return tuple(_merge(row) for row in session.scalars(statement))


def living(session: Session, entity: str, row_ids: Iterable[str]) -> dict[str, str]:
    """The titles of those that are there, by id."""
    table = ROWS[entity].__table__
    title = table.c[REGISTRY[entity].title]
    wanted = list(dict.fromkeys(row_ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = session.execute(
            select(table.c.id, title).where(
                table.c.id.in_(wanted[start : start + _CHUNK]), table.c["_deleted"].is_(None)
            )
        )
        found.update({row[0]: row[1] or "" for row in rows})
    return found


def parents(session: Session, row_ids: Iterable[str]) -> dict[str, str]:
    """The parent of each of these accounts that has one."""
    table = ROWS["account"].__table__
    wanted = list(dict.fromkeys(row_ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = table.c.id.in_(wanted[start : start + _CHUNK])
        rows = session.execute(select(table.c.id, table.c.parent_id).where(some, table.c.parent_id.is_not(None)))
        found.update({row[0]: row[1] for row in rows})
    return found


def pointing_rows(session: Session, entity: str, field: str, targets: Sequence[str]) -> list[SyncedRow]:
    """Rows of an entity that are there and whose field is one of these ids."""
    table = ROWS[entity]
    column = getattr(table, field)
    return list(session.scalars(select(table).where(column.in_(targets), table.row_deleted.is_(None))))


def own_pointing(session: Session, entity: str, row_id: str) -> Iterator[tuple[str, str, str]]:
    """Rows that are there and whose reference of one's own names that record: their entity, their id, the field."""
    for one in own_fields.described(session):
        if one.entity in ROWS and one.field.target == entity:
            table = ROWS[one.entity]
            statement = select(table.id).where(column_of(one.entity, one.name) == row_id, table.row_deleted.is_(None))
            for found in session.scalars(statement):
                yield one.entity, found, one.name


def holders(session: Session, entity: str, field: str, value: str) -> tuple[str, ...]:
    """The records with that very value, in the order of ids."""
    table = ROWS[entity]
    rows = session.scalars(
        select(table.id).where(getattr(table, field) == value, table.row_deleted.is_(None)).order_by(table.id)
    )
    return tuple(rows)


def shared_values(session: Session, entity: str, field: str, row_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Of the values that these records have in a field, those that other records have too: value to all its holders."""
    found: dict[str, tuple[str, ...]] = {}
    table = ROWS[entity].__table__
    column = table.c[field]
    live = table.c["_deleted"].is_(None)
    for start in range(0, len(row_ids), _CHUNK):
        mine = select(column).where(
            table.c.id.in_(row_ids[start : start + _CHUNK]), live, column.is_not(None), column != ""
        )
        rows = session.execute(
            select(column, func.json_group_array(table.c.id))
            .where(column.in_(mine), live)
            .group_by(column)
            .having(func.count() > 1)
        )
        found.update({row[0]: tuple(sorted(json.loads(row[1]))) for row in rows})
    return found


def sets(session: Session, entity: str | None = None, state: str | None = None) -> tuple[StoredSet, ...]:
    """Stored sets, of one entity and state where they are given."""
    table = ROWS["duplicate_set"]
    rows = session.scalars(select(table).where(table.row_deleted.is_(None)).order_by(table.id))
    found = (
        StoredSet(
            id=row.id,
            entity=row.field_value("entity") or "",
            members=tuple(row.field_value("members") or ()),
            field=row.field_value("field") or "",
            probability=str(row.field_value("probability") or ""),
            state=row.field_value("state") or DuplicateState.OPEN,
        )
        for row in rows
    )
    return tuple(one for one in found if entity in {None, one.entity} and state in {None, one.state})


def merges(session: Session, limit: int, *, standing: bool = False) -> tuple[StoredMerge, ...]:
    """Merges, the newest first."""
    table = ROWS["merge"].__table__
    statement = select(ROWS["merge"]).where(table.c["_deleted"].is_(None))
    if standing:
        statement = statement.where(table.c.state == MergeState.MERGED.value)
    rows = session.scalars(statement.order_by(table.c.merged_at.desc(), table.c.id).limit(limit))
    return tuple(_merge(row) for row in rows)


def merge_of(session: Session, merge_id: str) -> StoredMerge | None:
    """One merge."""
    row = session.get(ROWS["merge"], merge_id)
    return None if row is None or row.row_deleted is not None else _merge(row)


def went_into(session: Session, entity: str, row_ids: Sequence[str]) -> dict[str, str]:
    """Where records went by merges that stand: id to the survivor's id."""
    rows = pointing_rows(session, "merge", "lost_id", row_ids)
    return {
        row.field_value("lost_id"): row.field_value("survivor_id")
        for row in rows
        if row.field_value("entity") == entity and row.field_value("state") == MergeState.MERGED
    }


def made_by_import(session: Session, import_id: str, entity: str) -> frozenset[str]:
    """The records of an entity that an import made."""
    rows = session.connection().exec_driver_sql(
        "SELECT row_id FROM change WHERE tx_id=(SELECT tx_id FROM import_run WHERE id=?) AND entity=? AND kind='created'",
        (import_id, entity),
    )
    return frozenset(row[0] for row in rows)


def _merge(row: SyncedRow) -> StoredMerge:
    return StoredMerge(
        id=row.id,
        entity=row.field_value("entity") or "",
        name=row.field_value("name") or "",
        survivor_id=row.field_value("survivor_id") or "",
        lost_id=row.field_value("lost_id") or "",
        merged_at=row.field_value("merged_at"),
        merged_by_id=row.field_value("merged_by_id"),
        state=row.field_value("state") or "",
        facts=row.field_value("facts") or "{}",
    )
