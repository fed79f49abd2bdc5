"""The server database's shape: its own books by Alembic's steps, one table for each entity by the registry, walls between tenants.

A new database is made as it is today. An older one is brought up step by step (`migrations`); entities and fields of a newer
registry are added, nothing is ever taken away.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Table, inspect, select

from desktop_crm.foundation.errors import Trouble
from desktop_crm.sync.server import tables

VERSION: Final = 2
_FACT: Final = "version"


def bring_up(connection: Connection) -> None:
    """Make or upgrade everything. Raises Trouble `server.newer_database`."""
    present = set(inspect(connection).get_table_names())
    if tables.head.name in present:
        _upgrade(connection)
    tables.METADATA.create_all(connection)
    missing = tables.fact.insert().values(name=_FACT, value=str(VERSION))
    if _version(connection) is None:
        connection.execute(missing)
    _add_missing_columns(connection, present)
    for table in tables.ENTITIES.values():
        for index in table.indexes if table.name in present else ():
            index.create(connection, checkfirst=True)
    if connection.dialect.name == "postgresql":
        raise_walls(connection)


def _version(connection: Connection) -> int | None:
    value = connection.execute(select(tables.fact.c.value).where(tables.fact.c.name == _FACT)).scalar()
    return None if value is None else int(value)


def _upgrade(connection: Connection) -> None:
    version = _version(connection) or 1
    if version > VERSION:
        raise Trouble("server.newer_database", version=str(version))
    if version < VERSION:
        from desktop_crm.sync.server import migrations  # alembic is slow to import, and mostly not needed

        migrations.upgrade(connection, version, VERSION)
        connection.execute(tables.fact.delete().where(tables.fact.c.name == _FACT))
        connection.execute(tables.fact.insert().values(name=_FACT, value=str(VERSION)))


def _add_missing_columns(connection: Connection, present: set[str]) -> None:
    inspector = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for table in tables.ENTITIES.values():
        if table.name not in present:
            continue
        known = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} ADD COLUMN {quote(column.name)} {kind}")


def raise_walls(connection: Connection) -> None:
    """Row-level security on every table that has tenants, for the tables' owner too. A superuser passes any wall: serve as another."""
    walled = {
        row[0] for row in connection.exec_driver_sql("SELECT relname FROM pg_class WHERE relforcerowsecurity").all()
    }
    for table in tables.METADATA.sorted_tables:
        if "tenant_id" in table.c and table.name not in walled:
            _wall(connection, table)


def _wall(connection: Connection, table: Table) -> None:
    name = connection.dialect.identifier_preparer.quote(table.name)
    same = "tenant_id = current_setting('crm.tenant', true)"
    connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"CREATE POLICY one_tenant ON {name} USING ({same}) WITH CHECK ({same})")
