"""The encrypted file: connections, pragmas, key, and the guard against writes that go round the unit of work.

One write connection, a few read connections (WAL). Nothing here knows a table's meaning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool, StaticPool

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.cipher import FILE_VERSION, SALT_BYTES, connector, is_ours

__all__ = ["FILE_VERSION", "SALT_BYTES", "Database", "Guard", "Session"]  # services name sessions by `engine.Session`

_MEMORY = ":memory:"
FAILURES = (DatabaseError, driver.DatabaseError)
"""What the file may raise: through SQLAlchemy, or by the driver itself."""
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY")
_WRITER = (*_PRAGMAS, "cache_size=-32000", "journal_mode=WAL")
"""Writing many rows needs its pages at hand; readers do with the driver's eight megabytes each."""


class Guard:
    """Whether a unit of work is open on the write connection; the triggers ask it through `sync_guard()`."""

    def __init__(self) -> None:
        self.open = False

    def __call__(self) -> int:
        return int(self.open)


class Database:
    """One open workspace file. Thread-safe: writers take `write_lock` in turn, readers have connections of their own."""

    def __init__(self, path: Path | str, key: bytes, salt: bytes) -> None:
        self.path = path
        self.guard = Guard()
        self.write_lock = threading.RLock()
        self.turn = 0
        """How many writing transactions were begun: while it stands, nothing in the file has changed. Read it within one."""
        self.key, self.salt = key, salt
        connect = connector(str(path), key, salt)
        self.bare = connect
        """Makes connections outside the pools, for copies and checks; whoever asks closes them."""
        if str(path) == _MEMORY:
            self._writer = _engine(connect, self.guard, shared=True)
            self._reader = self._writer
        else:
            self._writer = _engine(connect, self.guard, size=1)
            self._reader = _engine(connect, Guard(), size=4, read_only=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that can only read, on a snapshot of its own. Raises Trouble `workspace.damaged`, `disk.failed`."""
        with Session(self._reader, autoflush=False, expire_on_commit=False) as session:
            try:
                yield session
            except FAILURES as error:
                raise disk_trouble(error, self.path) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The write connection with its transaction open and the guard lifted; for the unit of work and schema changes only.

        Commits at the end, rolls back on any error. Raises Trouble `disk.full`, `disk.failed`.
        """
        with self.write_lock, self._writer.connect() as connection:
            try:
                with connection.begin():
                    self.turn += 1
                    self.guard.open = True
                    try:
                        yield connection
                    finally:
                        self.guard.open = False
            except FAILURES as error:
                raise disk_trouble(error, self.path) from error

    @contextmanager
    def scratch(self) -> Iterator[Connection]:
        """A connection of its own, whose temporary tables go with it; the file's own tables are only read through it.

        Raises Trouble `workspace.damaged`, `disk.failed`.
        """
        engine = _engine(self.bare, Guard(), shared=True)
        try:
            with engine.connect() as connection:
                yield connection
        except FAILURES as error:
            raise disk_trouble(error, self.path) from error
        finally:
            engine.dispose()

    def version(self) -> int:
        """The file's version; 0 for an empty file.

        Raises Refusal `workspace.wrong_key` when the key does not open it, Trouble `workspace.damaged`, `disk.failed`.
        """
        try:
            with self._writer.connect() as connection:
                return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        except FAILURES as error:
            trouble = disk_trouble(error, self.path)
            if isinstance(trouble, Trouble) and trouble.code != "workspace.damaged":
                raise trouble from error
            if is_ours(Path(self.path), self.key, self.salt):
                raise Trouble("workspace.damaged", file=str(self.path)) from error
            raise Refusal("workspace.wrong_key", file=str(self.path)) from error

    def fold_log(self) -> None:
        """Bring what lies in the write-ahead log into the file, so that the file alone is whole. Raises Trouble `disk.failed`."""
        with self.write_lock:
            bare = self._writer.raw_connection()  # outside a transaction, where SQLite allows it
            try:
                bare.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except driver.DatabaseError as error:
                raise Trouble("disk.failed", file=str(self.path), reason=str(error)) from error
            finally:
                bare.close()

    def close(self) -> None:
        """Give all connections back. The write-ahead log is folded into the file."""
        self._reader.dispose()
        self._writer.dispose()


def _engine(
    connect: Callable[[], Any], guard: Guard, *, size: int = 1, read_only: bool = False, shared: bool = False
) -> Engine:
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if shared else {"poolclass": QueuePool, "pool_size": size, "max_overflow": 4}
    )
    engine = create_engine("sqlite+pysqlite://", creator=connect, module=driver, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS if read_only or shared else _WRITER:
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("sync_guard", 0, guard)
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.connection.cursor().execute("BEGIN" if read_only or shared else "BEGIN IMMEDIATE")

    return engine


def disk_trouble(error: Exception, path: Path | str) -> Exception:
    """What the driver's error means: Trouble `disk.full`, `disk.failed`, `workspace.damaged`, or the error itself."""
    reason = str(getattr(error, "orig", None) or error)
    if "full" in reason:
        return Trouble("disk.full", file=str(path))
    if "disk I/O" in reason or "readonly" in reason or "unable to open" in reason:
        return Trouble("disk.failed", file=str(path), reason=reason)
    if "malformed" in reason or "not a database" in reason:
        return Trouble("workspace.damaged", file=str(path))
    return error
