"""Laptops and a server inside one process: the real engine, the real server, in-memory databases, a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import encode
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.hlc import HybridClock
from desktop_crm.foundation.ids import DeviceId, RowId, UserId
from desktop_crm.persistence import outbox
from desktop_crm.persistence.change_log import Author
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.schema_file import create_schema
from desktop_crm.persistence.stores import sync as sync_store
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.sync.client.drive import drive
from desktop_crm.sync.client.engine import RunReport, SyncEngine
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.reach import reach
from desktop_crm.sync.server.scopes import TEAM
from desktop_crm.sync.server.session import Session
from desktop_crm.sync.server.store import Store

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Laptop:
    """One replica. `read` gives a row's living values, in JSON form."""

    def __init__(self, name: str, clock: FixedClock, user_id: str = "") -> None:
        self.clock = clock
        self.device = DeviceId(name.ljust(12, "0")[:12])
        self.user_id = user_id
        self.database = Database(":memory:", b"k" * 32, b"s" * 16)
        create_schema(self.database)
        self.stamps = HybridClock(self.device, clock)
        self.engine = SyncEngine(self.database, self.stamps, clock, "test")

    def work(self, cause: str = "test") -> UnitOfWork:
        author = Author(user_id=UserId(self.user_id) if self.user_id else None, device_id=self.device)
        return UnitOfWork(self.database, author, self.stamps, cause)

    def make(self, entity: str, /, **fields: Any) -> RowId:
        with self.work() as work:
            return work.insert(entity, fields)

    def set(self, entity: str, row_id: str, **fields: Any) -> None:
        with self.work() as work:
            work.update(entity, row_id, fields)

    def delete(self, entity: str, row_id: str) -> None:
        with self.work() as work:
            work.delete(entity, row_id)

    def read(self, entity: str, row_id: str) -> dict[str, Any] | None:
        return self.rows(entity).get(row_id)

    def rows(self, entity: str) -> dict[str, dict[str, Any]]:
        described = REGISTRY[entity]
        with self.database.read() as session:
            found = session.query(ROWS[entity]).all()
            return {
                row.id: {
                    name: encode(described.field(name), value)
                    for name, value in row.field_values().items()
                    if value is not None
                }
                for row in found
                if row.row_deleted is None
            }

    def all_rows(self) -> dict[str, dict[str, dict[str, Any]]]:
        return {entity.name: self.rows(entity.name) for entity in REGISTRY}

    def waiting(self) -> int:
        with self.database.read() as session:
            return outbox.count(session.connection())

    def conflicts(self, *, open_only: bool = True) -> list[sync_store.ConflictLine]:
        with self.database.read() as session:
            return sync_store.read_conflicts(session.connection(), open_only=open_only)

    def refused(self) -> list[sync_store.RefusedLine]:
        with self.database.read() as session:
            return sync_store.read_refused(session.connection())


class Team:
    """A server with its laptops, on one clock."""

    def __init__(self, names: tuple[str, ...] = ("a", "b"), url: str = "sqlite://", scopes: Any = None) -> None:
        self.clock = FixedClock(BEGIN)
        self.server = Server(Store(url), self.clock, scopes)
        self.roles: dict[str, str] = {}
        self.laptops = {name: Laptop(name, self.clock, f"user-{name}") for name in names}
        with self.server.store.writing() as books:
            for name in names:
                books.give(f"user-{name}", TEAM, "rw")

    def __getitem__(self, name: str) -> Laptop:
        return self.laptops[name]

    def later(self, seconds: float = 1) -> None:
        self.clock.at += timedelta(seconds=seconds)

    def session(self, laptop: Laptop) -> Session:
        with self.server.store.reading() as books:
            grants = reach(books, laptop.user_id)
        role = self.roles.get(laptop.user_id, "member")
        divided = "administrator" in self.roles.values()
        return Session(
            tenant="main", user_id=laptop.user_id, device=laptop.device, role=role, divided=divided, grants=grants
        )

    def sync(self, *names: str, **options: Any) -> RunReport:
        """Sync these laptops in turn; the last one's report."""
        report = RunReport()
        for name in names:
            self.later()
            laptop = self.laptops[name]
            protocol = self.server.conversation(self.session(laptop))
            report = drive(laptop.engine.run(**options), protocol)
        return report

    def settle(self) -> None:
        """Sync everybody until nobody has anything to say."""
        for _ in range(3):
            self.sync(*self.laptops)

    def server_rows(self, entity: str) -> dict[str, dict[str, Any]]:
        table = tables.ENTITIES[entity]
        with self.server.store.reading() as books:
            ids = [row[0] for row in books.connection.execute(table.select().with_only_columns(table.c.id))]
            found = books.rows(entity, ids)
        return {
            key: {name: value for name, value in row.state.fields.items() if value is not None}
            for key, row in found.items()
            if not row.state.deleted
        }

    def close(self) -> None:
        for laptop in self.laptops.values():
            laptop.database.close()
        self.server.store.close()


@contextmanager
def team(*names: str, **options: Any) -> Iterator[Team]:
    made = Team(names or ("a", "b"), **options)
    try:
        yield made
    finally:
        made.close()


def assert_level(made: Team) -> None:
    """Everybody sees the same, and nobody has anything waiting."""
    made.settle()
    for entity in REGISTRY:
        expected = made.server_rows(entity.name)
        for name, laptop in made.laptops.items():
            assert laptop.rows(entity.name) == expected, (name, entity.name)
            assert laptop.waiting() == 0
