"""Alembic's steps from one version of the server's books to the next. Imported only when a database is old."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from desktop_crm.sync.server.migrations import to_2

STEPS: Final[Mapping[int, Callable[[Operations], None]]] = {1: to_2.run}


def upgrade(connection: Connection, version: int, wanted: int) -> None:
    """All steps in the caller's transaction."""
    operations = Operations(MigrationContext.configure(connection))
    for step in range(version, wanted):
        STEPS[step](operations)
