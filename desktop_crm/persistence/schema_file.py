"""Making a new file's tables, indexes, guards and search index, and bringing an older file up to date after copying it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Connection

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import search
from desktop_crm.persistence.engine import FILE_VERSION, Database
from desktop_crm.persistence.tables import ROWS, Base


def create_schema(database: Database) -> None:
    """Everything a new file holds, in one transaction."""
    with database.writing() as connection:
        Base.metadata.create_all(connection)
        search.create(connection)
        create_guards(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={FILE_VERSION}")


def create_guards(connection: Connection) -> None:
    """Triggers that refuse a write outside a unit of work, on every synced table and on the change log."""
    for table in (*ROWS, "change", "sync_outbox"):
        for act in ("INSERT", "UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f'CREATE TRIGGER "guard_{table}_{act.lower()}" BEFORE {act} ON "{table}" WHEN sync_guard() = 0 '
                "BEGIN SELECT RAISE(ABORT, 'written outside a unit of work'); END"
            )


def bring_up_to_date(database: Database, path: Path) -> None:
    """Migrate an older file, after copying it beside itself; leave a current one alone.

    Raises Refusal `workspace.newer` for a file written by a newer program.
    """
    version = database.version()
    if version == FILE_VERSION:
        return
    if version > FILE_VERSION:
        raise Refusal("workspace.newer", file=str(path), found=version, known=FILE_VERSION)
    if version == 0:
        raise Refusal("workspace.not_one", file=str(path))
    _keep_copy(database, path, path.with_name(f"{path.name}.before-{version}"))
    from desktop_crm.persistence.migrations import upgrade

    upgrade(database)


def _keep_copy(database: Database, path: Path, copy: Path) -> None:
    """The file as it is, whole or not at all, with what still lay in its write-ahead log."""
    database.fold_log()
    draft = copy.with_name(f"{copy.name}.new")
    try:
        shutil.copy2(path, draft)
        draft.replace(copy)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Trouble("workspace.copy_failed", file=str(copy), reason=str(error)) from error
