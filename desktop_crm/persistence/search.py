"""The search index: made by the app, kept inside the transaction that changes what it holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from desktop_crm.persistence.change_log import Record


def create(connection: Connection) -> None:
    """The tables of the index."""


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Bring the index up to date with the records of this transaction."""
