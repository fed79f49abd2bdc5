"""Rows of a query by the bare driver, within a session's transaction: a page of thirty small questions would else pay more for
SQLAlchemy's results than for the answers. Reads only; what writes goes through the unit of work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

Rows = list[tuple[Any, ...]]


def rows(session: Session, statement: str, values: Mapping[str, Any] | None = None) -> Rows:
    """All rows. The transaction of the session's connection begins with the first question, as it does for SQLAlchemy's own."""
    bare: Any = session.info.get("bare")
    if bare is None or not session.in_transaction():
        bare = session.info["bare"] = session.connection().connection.driver_connection
    found: Rows = bare.execute(statement, values or {}).fetchall()
    return found


def within(connection: Connection, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a question that a whole table answers, one by one, in the transaction that is under way."""
    bare: Any = connection.connection.driver_connection
    return iter(bare.execute(statement, values))
