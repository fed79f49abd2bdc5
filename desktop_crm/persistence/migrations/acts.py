"""What the steps are made of: columns, tables and indexes that a file may lack. Each passes over what is there already.

Must not read the tables of today: a step describes the file as that version has it, whatever came later.
"""

from __future__ import annotations

from typing import Any

from alembic.operations import Operations
from sqlalchemy import Column, Integer, Text, inspect, text

LIVING = "_deleted IS NULL"


def add_column(operations: Operations, table: str, name: str, type_: type[Text | Integer] = Text) -> None:
    """A field that is new in this version. Values that other laptops wrote before move out of the row's `_extra`.

    In the table's class the column says `mapped_column(sort_order=VERSION)`, so that new files have it at the end as well.
    """
    if name in _columns(operations, table):
        return
    operations.add_column(table, Column(name, type_))
    operations.execute(
        f"""UPDATE "{table}" SET "{name}" = json_extract(_extra, '$.{name}'),"""
        f" _extra = nullif(json_remove(_extra, '$.{name}'), '{{}}')"
        f" WHERE json_extract(_extra, '$.{name}') IS NOT NULL"
    )


def add_records(operations: Operations, table: str, *columns: Column[Any]) -> None:
    """A table of records of a new entity, with what every record has and the guards. `index=True` works as in the class."""
    if _columns(operations, table):
        return
    every_record = (
        Column("id", Text, primary_key=True),
        Column("_clk", Text, nullable=False),
        Column("_scope", Text),
        Column("_seq", Integer),
        Column("_deleted", Text),
        Column("_extra", Text),
    )
    operations.create_table(table, *columns, *every_record, sqlite_strict=True)
    for act in ("INSERT", "UPDATE", "DELETE"):
        operations.execute(
            f'CREATE TRIGGER "guard_{table}_{act.lower()}" BEFORE {act} ON "{table}" WHEN sync_guard() = 0 '
            "BEGIN SELECT RAISE(ABORT, 'written outside a unit of work'); END"
        )


def add_local_table(operations: Operations, table: str, *columns: Column[Any], rowid: bool = True) -> None:
    """A table that stays on this laptop and takes no part in sync."""
    if not _columns(operations, table):
        operations.create_table(table, *columns, sqlite_strict=True, sqlite_with_rowid=rowid)


def add_list_index(operations: Operations, table: str, name: str) -> None:
    """The index by which lists of living records are read in the order of one field."""
    add_index(operations, f"ix_{table}_list_{name}", table, name, "id", "_deleted", living=True)


def add_index(
    operations: Operations, index: str, table: str, *columns: str, living: bool = False, only: str = ""
) -> None:
    """An index; `living`: over records that are not deleted; `only`: over rows of which that holds.

    A column may carry its collation.
    """
    names: list[Any] = [name if name.isidentifier() else text(name) for name in columns]
    only = LIVING if living else only
    where: dict[str, Any] = {"sqlite_where": text(only)} if only else {}
    operations.create_index(index, table, names, if_not_exists=True, **where)


def replace_index(operations: Operations, index: str, table: str, *columns: str, living: bool = False) -> None:
    """An index whose columns are others in this version."""
    operations.drop_index(index, table, if_exists=True)
    add_index(operations, index, table, *columns, living=living)


def _columns(operations: Operations, table: str) -> set[str]:
    found = inspect(operations.get_bind())
    return {column["name"] for column in found.get_columns(table)} if found.has_table(table) else set()
