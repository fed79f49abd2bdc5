"""Tables divided by tenant, on PostgreSQL: a partition for each company, one more for whoever has none yet. Asked for by command.

What one company does then touches its own tables alone, and its data can be taken out or moved as a whole. The statements are the
same: each carries the tenant, so that the planner passes the other partitions by.
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, Table, inspect, text

from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.server import schema, tables

_SHORT = 40


def divide(connection: Connection) -> int:
    """Divide every table that has tenants, in the caller's transaction; says how many were. Stop the servers first.

    Raises Refusal `server.partitions` on another database than PostgreSQL.
    """
    if connection.dialect.name != "postgresql":
        raise Refusal("server.partitions")
    done = _divided(connection)
    waiting = [table for table in tables.METADATA.sorted_tables if "tenant_id" in table.c and table.name not in done]
    for table in waiting:  # the owner is behind the walls too, and has to see every tenant's lines now
        _run(connection, f"ALTER TABLE {_quoted(connection, table.name)} NO FORCE ROW LEVEL SECURITY")
    names = [] if not waiting else _tenants(connection)
    for table in waiting:
        _divide(connection, table, names)
    if waiting:
        schema.raise_walls(connection)
    return len(waiting)


def open_tenant(connection: Connection, tenant: str) -> None:
    """Make the partitions of a company whose books are about to be opened, where tables are divided."""
    if tables.head.name not in _divided(connection):
        return
    for table in tables.METADATA.sorted_tables:
        if "tenant_id" in table.c and not _has_partition(connection, table, tenant):
            _part(connection, table, tenant)


def _divide(connection: Connection, table: Table, tenants: list[str]) -> None:
    plain = f"{table.name}_undivided"
    here = {column["name"]: column["type"] for column in inspect(connection).get_columns(table.name)}
    for index in inspect(connection).get_indexes(table.name):
        if not index.get("duplicates_constraint"):
            _run(connection, f"DROP INDEX {_quoted(connection, str(index['name']))}")
    _run(connection, f"ALTER TABLE {_quoted(connection, table.name)} RENAME TO {_quoted(connection, plain)}")
    whole = table.to_metadata(MetaData())
    options = whole.dialect_options["postgresql"]
    options["partition_by"], options["with"] = "LIST (tenant_id)", {}
    whole.create(connection)
    for name, kind in here.items():
        if name not in table.c:  # of a version that knew more
            of_kind = kind.compile(connection.dialect)
            _run(
                connection,
                f"ALTER TABLE {_quoted(connection, table.name)} ADD COLUMN {_quoted(connection, name)} {of_kind}",
            )
    for tenant in tenants:
        _part(connection, table, tenant)
    rest = _quoted(connection, f"{table.name}_rest")
    _run(connection, f"CREATE TABLE {rest} PARTITION OF {_quoted(connection, table.name)} DEFAULT{_room(table)}")
    _wall(connection, f"{table.name}_rest")
    columns = ", ".join(_quoted(connection, name) for name in here)
    source = _quoted(connection, plain)
    _run(connection, f"INSERT INTO {_quoted(connection, table.name)} ({columns}) SELECT {columns} FROM {source}")
    _run(connection, f"DROP TABLE {source}")


def _part(connection: Connection, table: Table, tenant: str) -> None:
    name = _part_name(table, tenant)
    value = connection.execute(text("SELECT quote_literal(:tenant)"), {"tenant": tenant}).scalar_one()
    whole = _quoted(connection, table.name)
    _run(
        connection,
        f"CREATE TABLE {_quoted(connection, name)} PARTITION OF {whole} FOR VALUES IN ({value}){_room(table)}",
    )
    _wall(connection, name)


def _wall(connection: Connection, name: str) -> None:
    """Nobody reads a partition around its whole: no policy, so no line, for the owner either."""
    for word in ("ENABLE", "FORCE"):
        _run(connection, f"ALTER TABLE {_quoted(connection, name)} {word} ROW LEVEL SECURITY")


def _room(table: Table) -> str:
    options = table.dialect_options["postgresql"].get("with") or {}
    return f" WITH ({', '.join(f'{name} = {value}' for name, value in options.items())})" if options else ""


def _part_name(table: Table, tenant: str) -> str:
    return f"{table.name[: 63 - _SHORT - 3]}_t_{tenant[:_SHORT]}"


def _has_partition(connection: Connection, table: Table, tenant: str) -> bool:
    found = connection.execute(text("SELECT to_regclass(:name)"), {"name": f'"{_part_name(table, tenant)}"'})
    return found.scalar() is not None


def _divided(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute(text("SELECT relname FROM pg_class WHERE relkind = 'p'"))}


def _tenants(connection: Connection) -> list[str]:
    found = connection.execute(text(f'SELECT tenant_id FROM "{tables.head.name}" ORDER BY tenant_id'))
    return [row[0] for row in found]


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))
