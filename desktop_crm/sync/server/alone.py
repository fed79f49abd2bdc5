"""One serving process at a time: news reach only those who listen at the process that committed.

SQLite: a lock file beside the database. PostgreSQL: an advisory lock, held by a connection of its own. Both end with their
holder, however it ends. Adding a user needs no lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.file_lock import take
from desktop_crm.sync.server.store import Store

_SERVING: Final = 0x43524D5345525645
"""The advisory lock's key; locks are apart for each database."""


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Hold the database for serving. Raises Refusal `server.in_use`, Trouble `server.folder`."""
    with _lock_file(store) if store.is_sqlite else _advisory_lock(store):
        yield


@contextmanager
def _lock_file(store: Store) -> Iterator[None]:
    name = make_url(store.url).database
    if not name or name == ":memory:":
        yield
        return
    path = Path(f"{name}.lock")
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise Trouble("server.folder", folder=str(path.parent), reason=error.strerror or str(error)) from error
    with file:
        try:
            take(file)
        except OSError as error:
            raise Refusal("server.in_use", database=name) from error
        yield


@contextmanager
def _advisory_lock(store: Store) -> Iterator[None]:
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed for good at the end, whatever became of the pool
        held = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_SERVING})").scalar_one()
        if not held:
            raise Refusal("server.in_use", database=make_url(store.url).database or "")
        try:
            yield
        finally:
            with suppress(DBAPIError):  # the database may be gone; then so is the lock
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_SERVING})")
