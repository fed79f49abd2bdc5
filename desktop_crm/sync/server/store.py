"""The server's database: connections, transactions, and the only place that commits. Its statements are in `books`.

SQLite (WAL, every commit on disk) or PostgreSQL by URL. A writer holds the tenant's head row until it commits, so commit
numbers have no gap and become visible in order.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from desktop_crm.foundation.errors import Trouble
from desktop_crm.foundation.ids import new_id
from desktop_crm.sync.server import schema
from desktop_crm.sync.server.books import Books

DEFAULT_TENANT = "main"
_PREPARING = 0x43524D
"""The key of PostgreSQL's lock under which one process at a time brings the database up."""
_RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})


class Store:
    """One database. Thread-safe; writers of one SQLite file take turns."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        try:
            self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        except ArgumentError as error:
            raise Trouble("server.database", reason=str(error)) from error
        self._turn = threading.RLock()

    def prepare(self, tenant: str = DEFAULT_TENANT) -> None:
        """Bring the database to this version and make the tenant's head when it is missing. Raises Trouble `server.database`."""
        try:
            with self._turn, self.engine.connect() as connection, self._transaction(connection, write=True):
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_PREPARING})")
                schema.bring_up(connection)
                if not self.is_sqlite:
                    from desktop_crm.sync.server import partitions

                    partitions.open_tenant(connection, tenant)
                self._for_tenant(connection, tenant)
                Books(connection, tenant).open_tenant(server_id=new_id(), salt=secrets.token_hex(8))
        except OperationalError as error:
            raise Trouble("server.database", reason=str(error.orig)) from error

    def divide(self) -> int:
        """Divide the tables by tenant; says how many were. Raises Refusal `server.partitions` on SQLite."""
        from desktop_crm.sync.server import partitions

        with self._turn, self.engine.connect() as connection, self._transaction(connection, write=True):
            return partitions.divide(connection)

    @contextmanager
    def writing(self, tenant: str = DEFAULT_TENANT) -> Iterator[Books]:
        """A transaction that may write; committed at the end, rolled back on any error."""
        if self.is_sqlite:
            with self._turn, self.engine.connect() as connection, self._transaction(connection, write=True):
                yield Books(connection, tenant)
        else:
            with self.engine.connect() as connection, self._transaction(connection, write=True):
                self._for_tenant(connection, tenant)
                yield Books(connection, tenant)

    @contextmanager
    def reading(self, tenant: str = DEFAULT_TENANT) -> Iterator[Books]:
        """A snapshot: everything read in it is of one moment."""
        with self.engine.connect() as connection, self._transaction(connection, write=False):
            self._for_tenant(connection, tenant)
            yield Books(connection, tenant)

    def _for_tenant(self, connection: Connection, tenant: str) -> None:
        """PostgreSQL shows and takes lines of this tenant alone until the transaction ends: the second wall (`schema`)."""
        if not self.is_sqlite:
            connection.exec_driver_sql("SELECT set_config('crm.tenant', %s, true)", (tenant,))

    @contextmanager
    def _transaction(self, connection: Connection, *, write: bool) -> Iterator[None]:
        if self.is_sqlite:
            connection = connection.execution_options(immediate=write)
        elif not write:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        transaction = connection.begin()
        try:
            yield
            self.before_commit(write=write)
            transaction.commit()
        except BaseException:
            transaction.rollback()
            raise
        self.after_commit(write=write)

    def before_commit(self, *, write: bool) -> None:
        """A place where the simulation lets the process die."""

    def after_commit(self, *, write: bool) -> None:
        """A place where the simulation lets the process die."""

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def retrying() -> Retrying:
    """Attempts for a transaction that a database may ask to repeat: serialisation failures, deadlocks, a busy file."""
    return Retrying(
        retry=retry_if_exception(_is_passing),
        wait=wait_random_exponential(multiplier=0.02, max=0.5),
        stop=stop_after_attempt(8),
        reraise=True,
    )


def _is_passing(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRIED_STATES or "database is locked" in str(error.orig)


def _sqlite(url: str) -> Engine:
    in_memory = url in {"sqlite://", "sqlite:///:memory:"}
    arguments: dict[str, Any] = {"check_same_thread": False, "timeout": 30}
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": 8, "max_overflow": 32}
    engine = create_engine(url, connect_args=arguments, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        if not in_memory:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        url = f"postgresql+psycopg://{rest}"
    return create_engine(url, pool_size=8, max_overflow=16, pool_pre_ping=True)
