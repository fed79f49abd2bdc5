"""Alembic's steps from one file version to the next. Imported only when a file is old; the file was copied before."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations

from desktop_crm.persistence.engine import FILE_VERSION, Database
from desktop_crm.persistence.migrations.versions import STEPS


def upgrade(database: Database) -> None:
    """Bring an open older file to this program's version, all steps in one transaction. The version is read from the file."""
    version = database.version()
    with database.writing() as connection:
        operations = Operations(MigrationContext.configure(connection))
        for step in range(version, FILE_VERSION):
            STEPS[step](operations)
        connection.exec_driver_sql(f"PRAGMA user_version={FILE_VERSION}")
