"""The whole file as plain rows, and back: records in the registry's open form, the laptop's own tables as they stand.

What can be worked out again (totals, search) and what is this laptop's secret (keys, tokens, its name as a device) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import OperationalError, StatementError

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import decode, encode
from desktop_crm.foundation.ids import DeviceId
from desktop_crm.persistence import renewal, search
from desktop_crm.persistence.facts import read_facts, write_fact
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.tables.rows import Base

MARKS = ("_clk", "_scope", "_seq", "_deleted")
"""What stands beside a record's fields: its version, the scope and place the server gave it, and whether it is deleted."""

_WORKED_OUT = frozenset(rollups.TABLES)
_SECRET = {"workspace_fact": {"device_id", "content_key", "keyring"}, "sync_state": {"tokens"}}


def local_tables() -> tuple[str, ...]:
    """The laptop's own tables that an archive holds."""
    return tuple(sorted(set(Base.metadata.tables) - set(ROWS) - _WORKED_OUT))


def size(connection: Connection) -> int:
    """How many rows an archive of this file holds, secret ones included."""
    tables = (*(ROWS[entity.name].__table__ for entity in REGISTRY), *(Base.metadata.tables[n] for n in local_tables()))
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def records(connection: Connection, entity: str) -> Iterator[dict[str, Any]]:
    """Every record of an entity, deleted ones too, in the order of ids: what is filled, and the marks."""
    table = ROWS[entity].__table__
    fields = REGISTRY[entity].by_name
    columns = [table.c.id, *(table.c[name] for name in (*MARKS, "_extra", *fields))]
    for row in connection.execute(select(*columns).order_by(table.c.id)).yield_per(1000):
        marks = dict(zip(MARKS, row[1:5], strict=True))
        values = dict(zip(fields, row[6:], strict=True)) | (row[5] or {})
        yield (
            {"id": row[0]}
            | {name: encode(REGISTRY[entity].field(name), one) for name, one in values.items() if one is not None}
            | {name: one for name, one in marks.items() if one is not None}
        )


def lines(connection: Connection, name: str) -> Iterator[dict[str, Any]]:
    """Every row of one of the laptop's own tables, without what is secret."""
    table = Base.metadata.tables[name]
    secret = _SECRET.get(name, set())
    order = list(table.primary_key.columns)
    for row in connection.execute(select(table).order_by(*order)).yield_per(1000):
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        if values.get("name") not in secret:
            yield values


def put_records(connection: Connection, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put records back as they were. Raises Refusal `value.unreadable`, `value.out_of_range`; KeyError, TypeError, ValueError."""
    kind = REGISTRY[entity]
    made = []
    for row in rows:
        known = {name: decode(kind.field(name), row.get(name)) for name in kind.by_name}
        extra = {name: one for name, one in row.items() if name not in known and name not in MARKS and name != "id"}
        marks = {name: row.get(name) for name in MARKS}
        if not all(isinstance(one, str) for one in (row["id"], row["_clk"])):
            raise TypeError("id")
        made.append(known | marks | {"id": row["id"], "_extra": extra})
    table: Any = ROWS[entity].__table__
    _insert(connection, table, made)


def put_lines(connection: Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows of the laptop's own tables back; what is secret is not taken from anywhere. Raises KeyError for other columns."""
    table: Table = Base.metadata.tables[name]
    secret = _SECRET.get(name, set())
    columns = set(table.c.keys())
    taken = [dict(row) for row in rows if row.get("name") not in secret]
    for row in taken:
        if set(row) != columns:
            raise KeyError(", ".join(sorted(set(row) ^ columns)))
    _insert(connection, table, taken)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write rows; what lies there by that key gives way. Raises ValueError for values that do not fit their column."""
    if not rows:
        return
    try:
        connection.execute(insert(table).prefix_with("OR REPLACE"), rows)
    except OperationalError:
        raise
    except StatementError as error:
        raise ValueError(str(error.orig or error)) from error


def call(connection: Connection, name: str) -> None:
    """Give the workspace another name."""
    write_fact(connection, "name", name)


def settle(connection: Connection) -> None:
    """After everything is back: another device, the totals and the search index worked out again."""
    renewal.renew(connection, DeviceId(read_facts(connection)["device_id"]), {})
    rollups.rebuild(connection)
    search.rebuild(connection)


def lacking_files(connection: Connection, here: frozenset[str]) -> None:
    """Files that came without their contents are wanted from the server."""
    for (digest,) in connection.exec_driver_sql("SELECT hash FROM blob WHERE state<>'wanted'").fetchall():
        if digest not in here:
            connection.exec_driver_sql("UPDATE blob SET state='wanted' WHERE hash=?", (digest,))


def files(connection: Connection) -> tuple[str, ...]:
    """The hashes of all files that should lie beside the workspace."""
    return tuple(row[0] for row in connection.exec_driver_sql("SELECT hash FROM blob ORDER BY hash"))
