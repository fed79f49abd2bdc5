"""Many rows at once, straight through the driver: each statement is written once for its shape, values go as tuples.

SQLite runs a statement for each row, inside this process. PostgreSQL takes all rows in one statement, as one JSON document:
arrays, which the driver writes element by element, take several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql

_TYPES = postgresql.dialect()  # type: ignore[no-untyped-call]
_AT_ONCE = 2000


def _json(values: Any) -> str:
    return msgspec.json.encode(values).decode()


class Known(StrEnum):
    """What becomes of a line whose key is there already."""

    REFUSED = ""
    REPLACED = "replaced"


def read(
    connection: Connection, table: Table, names: Sequence[str], tenant: str, key: str, values: Sequence[str]
) -> Sequence[Row[Any]]:
    """These columns of the lines whose key is one of the values."""
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql(_reading(table, tuple(names), key, 0), (_json(values), tenant)).all()
    found: list[Row[Any]] = []
    for start in range(0, len(values), _AT_ONCE):
        part = values[start : start + _AT_ONCE]
        found += connection.exec_driver_sql(_reading(table, tuple(names), key, len(part)), (tenant, *part)).all()
    return found


def insert(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    lines: Sequence[Sequence[Any]],
    known: Known = Known.REFUSED,
) -> None:
    """Write lines of these columns, the tenant's among them."""
    is_sqlite = connection.dialect.name == "sqlite"
    _run(connection, _inserting(table, tuple(names), known, is_sqlite), lines, is_sqlite=is_sqlite)


def update(connection: Connection, table: Table, names: Sequence[str], lines: Sequence[Sequence[Any]]) -> None:
    """Change lines that are there: these columns, then the two of the key."""
    is_sqlite = connection.dialect.name == "sqlite"
    _run(connection, _updating(table, tuple(names), is_sqlite), lines, is_sqlite=is_sqlite)


def _run(connection: Connection, statement: str, lines: Sequence[Sequence[Any]], *, is_sqlite: bool) -> None:
    if not lines:
        return
    if is_sqlite:
        connection.exec_driver_sql(statement, [tuple(line) for line in lines])
    else:
        places = [f"c{place}" for place in range(len(lines[0]))]
        connection.exec_driver_sql(statement, (_json([dict(zip(places, line, strict=True)) for line in lines]),))


@lru_cache(maxsize=512)
def _reading(table: Table, names: tuple[str, ...], key: str, marks: int) -> str:
    """`marks`: how many values SQLite is asked for; 0 for PostgreSQL, which takes them as JSON and looks each up."""
    if marks:
        where = f'tenant_id = ? AND "{key}" IN ({",".join("?" * marks)})'
        return f'SELECT {_listed(names)} FROM "{table.name}" WHERE {where}'
    found = ", ".join(f'found."{name}"' for name in names)
    return (
        f'SELECT {found} FROM json_array_elements_text(%s::json) AS wanted (key) JOIN "{table.name}" AS found'
        f' ON found.tenant_id = %s AND found."{key}" = wanted.key'
    )


@cache
def _inserting(table: Table, names: tuple[str, ...], known: Known, is_sqlite: bool) -> str:
    source = f"VALUES ({', '.join('?' * len(names))})" if is_sqlite else f"SELECT * FROM {_records(table, names)}"
    statement = f'INSERT INTO "{table.name}" ({_listed(names)}) {source}'
    if known is Known.REFUSED:
        return statement
    keys = [column.name for column in table.primary_key]
    rest = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    return f"{statement} ON CONFLICT ({_listed(keys)}) DO UPDATE SET {rest}"


@lru_cache(maxsize=512)
def _updating(table: Table, names: tuple[str, ...], is_sqlite: bool) -> str:
    keys = [column.name for column in table.primary_key]
    if is_sqlite:
        changes = ", ".join(f'"{name}" = ?' for name in names)
        return f'UPDATE "{table.name}" SET {changes} WHERE ' + " AND ".join(f'"{key}" = ?' for key in keys)
    changes = ", ".join(f'"{name}" = new.c{place}' for place, name in enumerate(names))
    same = " AND ".join(f'old."{key}" = new.c{place}' for place, key in enumerate(keys, len(names)))
    return f'UPDATE "{table.name}" AS old SET {changes} FROM {_records(table, (*names, *keys))} WHERE {same}'


def _records(table: Table, names: Sequence[str]) -> str:
    """The JSON document as rows, its columns named by their places."""
    columns = (f"c{place} {table.c[name].type.compile(_TYPES)}" for place, name in enumerate(names))
    return f"json_to_recordset(%s::json) AS new ({', '.join(columns)})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
