"""The change log read by transactions: which there are, what one of them did, and what later changes stand on it.

Plain values out; what they mean for undo is the journal's and the history's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from desktop_crm.domain.journal import LIMIT, Line, is_turn
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.persistence.stores.records import decode_fields
from desktop_crm.persistence.tables import ROWS

_CHUNK = 500
_FROM_SERVER = "sync"
_LOOKED_AT = 20_000
"""Transactions that are walked back at most to find the last acts among what came from others."""
_HEAD = "SELECT n, tx_id, cause, hlc, actor FROM change WHERE"


def newest(connection: Connection) -> int:
    """The number of the log's last operation."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(n), 0) FROM change").scalar_one())


def lines_after(connection: Connection, number: int, actor: str | None) -> tuple[tuple[Line, ...], int]:
    """A person's own transactions behind that number, oldest first, and the number to go on from."""
    found: list[Line] = []
    while True:
        head = connection.exec_driver_sql(f"{_HEAD} n > ? ORDER BY n LIMIT 1", (number,)).first()
        if head is None:
            return tuple(found), number
        number = _edge(connection, head[1], "max")
        if _is_own(head[2], head[4], actor):
            found.append(Line(tx_id=head[1], cause=head[2], stamp=head[3], last=number))


def last_lines(connection: Connection, actor: str | None, floor: int) -> tuple[tuple[Line, ...], int]:
    """A person's transactions that make up the last acts, oldest first, none below the floor; and the log's last number."""
    end = number = newest(connection)
    found: list[Line] = []
    acts = 0
    for _ in range(_LOOKED_AT):
        head = connection.exec_driver_sql(f"{_HEAD} n <= ? ORDER BY n DESC LIMIT 1", (number,)).first()
        if head is None or head[0] <= floor or acts >= LIMIT:
            break
        if _is_own(head[2], head[4], actor):
            found.append(Line(tx_id=head[1], cause=head[2], stamp=head[3], last=head[0]))
            acts += not is_turn(head[2])
        number = _edge(connection, head[1], "min") - 1
    return tuple(reversed(found)), end


def _is_own(cause: str, writer: str | None, actor: str | None) -> bool:
    """What a laptop wrote before anybody had signed in is of whoever signed in there."""
    return cause != _FROM_SERVER and writer in {None, actor}


def _edge(connection: Connection, tx_id: str, side: str) -> int:
    """The first or last number of a transaction, whose operations stand together."""
    return int(connection.exec_driver_sql(f"SELECT {side}(n) FROM change WHERE tx_id=?", (tx_id,)).scalar_one())


def size(connection: Connection, tx_id: str) -> int:
    """How many operations a transaction has."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM change WHERE tx_id=?", (tx_id,)).scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """An operation on a row after some transaction."""

    row_id: str
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    actor: str | None


def later(connection: Connection, entity: str, row_ids: Sequence[str], after: int) -> Iterator[Later]:
    """What happened to these rows after that number, oldest first."""
    for start in range(0, len(row_ids), _CHUNK):
        found = connection.exec_driver_sql(
            "SELECT row_id, kind, before, after, actor FROM change WHERE entity=? AND n>?"
            " AND row_id IN (SELECT value FROM json_each(?)) ORDER BY n",
            (entity, after, json.dumps(list(row_ids[start : start + _CHUNK]))),
        )
        for row_id, kind, before, now, actor in found:
            yield Later(
                row_id=row_id,
                kind=kind,
                before=decode_fields(entity, before),
                after=decode_fields(entity, now),
                actor=actor,
            )


def referring(session: Session, entity: str, row_ids: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Rows that are there and refer to one of these: (their entity, their id, the field, the id they refer to)."""
    wanted = list(row_ids)
    for other in REGISTRY:
        table = ROWS[other.name].__table__
        names = [f.name for f in other.references if f.target == entity and f.type is FieldType.REFERENCE]
        for name in [*names, "record_id"] if other.about else names:
            column = table.c[name]
            for start in range(0, len(wanted), _CHUNK):
                found = session.execute(
                    select(table.c.id, column).where(
                        column.in_(wanted[start : start + _CHUNK]), table.c["_deleted"].is_(None)
                    )
                )
                for row_id, target in found:
                    yield other.name, row_id, name, target


def is_refused(connection: Connection, tx_id: str) -> bool:
    """Whether the server refused a part of this transaction."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM sync_quarantine WHERE op_id IN (SELECT op_id FROM change WHERE tx_id=?) LIMIT 1", (tx_id,)
    )
    return found.first() is not None
