"""What an import asks of the file and leaves in it: rows to compare with, past runs, what later changes stand on a run.

Frozen values and plain tuples out; what they mean is the importing service's business.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.orm import Session

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.persistence.tables import ROWS, local

_CHUNK = 500
_MANY = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One import as it was recorded."""

    id: str
    tx_id: str
    at: str
    actor: str | None
    report: Mapping[str, Any]
    state: str


def values_of(session: Session, entity: str, fields: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id and the wanted fields of every row that is there; own fields come out of `_extra`."""
    table = ROWS[entity].__table__
    known = [name for name in dict.fromkeys(fields) if REGISTRY[entity].has(name)]
    own = [name for name in dict.fromkeys(fields) if not REGISTRY[entity].has(name)]
    columns = [table.c.id, *(table.c[name] for name in known), *([table.c["_extra"]] if own else [])]
    found = session.execute(select(*columns).where(table.c["_deleted"].is_(None)))
    for row in itertools.chain.from_iterable(found.partitions(_MANY)):
        values = dict(zip(known, row[1:], strict=False))
        if own:
            extra = row[-1] or {}
            values |= {name: extra.get(name) for name in own}
        yield row[0], values


def taken_ids(session: Session, entity: str, ids: Iterable[str]) -> frozenset[str]:
    """Which of these ids exist at all, deleted rows included."""
    table = ROWS[entity].__table__
    wanted = list(ids)
    found: set[str] = set()
    for start in range(0, len(wanted), _CHUNK):
        found.update(session.scalars(select(table.c.id).where(table.c.id.in_(wanted[start : start + _CHUNK]))))
    return frozenset(found)


def is_there(session: Session, entity: str, row_id: str) -> bool:
    """Whether a row of this kind is there and not deleted."""
    table = ROWS[entity].__table__
    return session.scalar(select(table.c.id).where(table.c.id == row_id, table.c["_deleted"].is_(None))) is not None


def record_run(connection: Connection, run: PastRun) -> None:
    """Write a run down, in the transaction that did it."""
    connection.execute(
        local.import_run.insert().values(
            id=run.id,
            tx_id=run.tx_id,
            at=run.at,
            actor=run.actor,
            report=json.dumps(run.report, ensure_ascii=False),
            state=run.state,
        )
    )


def set_state(connection: Connection, run_id: str, state: str) -> None:
    """Mark a run as done or undone."""
    connection.execute(local.import_run.update().where(local.import_run.c.id == run_id).values(state=state))


def past_run(session: Session, run_id: str) -> PastRun | None:
    """One run, or None."""
    row = session.execute(select(local.import_run).where(local.import_run.c.id == run_id)).one_or_none()
    return _run(row._mapping) if row is not None else None  # noqa: SLF001 - SQLAlchemy's public name for it


def past_runs(session: Session, limit: int = 200) -> tuple[PastRun, ...]:
    """All runs, the newest first."""
    log = local.import_run
    rows = session.execute(select(log).order_by(log.c.at.desc(), log.c.id.desc()).limit(limit))
    return tuple(_run(row._mapping) for row in rows)  # noqa: SLF001


def _run(row: RowMapping) -> PastRun:
    return PastRun(
        id=row["id"],
        tx_id=row["tx_id"] or "",
        at=row["at"],
        actor=row["actor"],
        report=json.loads(row["report"]),
        state=row["state"],
    )


def transactions_of(session: Session, run_id: str) -> tuple[str, ...]:
    """The transactions that belong to an import: its own, and those that settled its open references; oldest first."""
    log = local.change
    statement = (
        select(log.c.tx_id, func.min(log.c.n))
        .where((log.c.cause == f"import:{run_id}") | log.c.cause.startswith(f"import:{run_id}:", autoescape=True))
        .group_by(log.c.tx_id)
        .order_by(func.min(log.c.n))
    )
    return tuple(row[0] for row in session.execute(statement))


def is_used(session: Session, entity: str, own_field: str) -> bool:
    """Whether any row that is there has a value in this field of one's own."""
    table = ROWS[entity].__table__
    value = func.json_extract(table.c["_extra"], f'$."{own_field}"')
    return (
        session.scalar(select(table.c.id).where(table.c["_deleted"].is_(None), value.is_not(None)).limit(1)) is not None
    )


def pointing_at(session: Session, entity: str, ids: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Rows that refer to any of these rows: (their entity, their id, the id they refer to)."""
    for other in REGISTRY:
        table = ROWS[other.name].__table__
        for field in other.references:
            if field.target != entity or field.type is not FieldType.REFERENCE:
                continue
            column = table.c[field.name]
            found = session.execute(
                select(table.c.id, column).where(column.is_not(None), table.c["_deleted"].is_(None))
            )
            for row_id, target in found:
                if target in ids:
                    yield other.name, row_id, target


def whole_rows(session: Session, entity: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row that is there with all its fields, in the order of ids; for exports."""
    table = ROWS[entity].__table__
    names = list(REGISTRY[entity].by_name)
    columns = [table.c.id, *(table.c[name] for name in names), table.c["_extra"]]
    for row in session.execute(select(*columns).where(table.c["_deleted"].is_(None)).order_by(table.c.id)):
        yield row[0], dict(zip(names, row[1:-1], strict=True)) | dict(sorted((row[-1] or {}).items()))
