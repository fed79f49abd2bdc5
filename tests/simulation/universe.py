"""A universe of laptops and one server: the real engine, the real server, in-memory databases, virtual time, seeded faults.

Nothing here is a model of the code under test. Only time, the line between the two, the moments of death and the people who
type are made up. The same seed gives the same history.
"""

from __future__ import annotations

import heapq
import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import uuid_utils

from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.sync.client import first
from desktop_crm.sync.client.drive import ask, drive
from desktop_crm.sync.protocol import HelloAnswer, PartAnswer, PullAnswer, PushAnswer, SnapshotAnswer, pack, unpack
from desktop_crm.sync.server import office, snapshots
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.own_work import own_work
from desktop_crm.sync.server.reach import reach
from desktop_crm.sync.server.scopes import TEAM, Scopes
from desktop_crm.sync.server.session import Session
from desktop_crm.sync.server.store import Store
from tests.simulation.laptop import Death, Laptop

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANSWERS = (HelloAnswer, PushAnswer, PullAnswer, SnapshotAnswer, PartAnswer)
TERRITORIES = ("KR", "JP", "US")
PATIENCE = 30.0


@dataclass(slots=True)
class Settings:
    """What can happen in one universe; drawn anew for each seed (swarm)."""

    laptops: int = 4
    hours: float = 1.0
    edit_every: float = 45.0
    latency: float = 0.5
    page: int = 2000
    drop: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    partition: float = 0.0
    laptop_dies: float = 0.0
    disk_full: float = 0.0
    server_dies: float = 0.0
    restores: float = 0.0
    clock_jumps: float = 0.0
    grants_change: float = 0.0
    hot: bool = False
    favour: str = ""
    """What people do every other time: rename, note, tag, price, move, state, remove, territory, map."""

    @classmethod
    def drawn(cls, chance: random.Random) -> Settings:
        def maybe(most: float) -> float:
            return chance.choice([0.0, chance.uniform(0, most)])

        return cls(
            laptops=chance.choice([2, 3, 4, 5]),
            edit_every=chance.choice([30.0, 60.0, 120.0]),
            latency=chance.choice([0.05, 0.5, 8.0]),
            page=chance.choice([1, 3, 20, 200, 2000]),
            drop=maybe(0.12),
            duplicate=maybe(0.3),
            late=maybe(0.2),
            partition=maybe(0.02),
            laptop_dies=maybe(0.05),
            disk_full=maybe(0.03),
            server_dies=maybe(0.1),
            restores=maybe(3.0),
            clock_jumps=maybe(2.0),
            grants_change=maybe(4.0),
            hot=chance.random() < 0.3,
            favour=chance.choice(["", "", "move", "tag", "price", "remove", "territory", "map"]),
        )


class DyingStore(Store):
    """The server's own store, which may die before or after a commit."""

    def __init__(self, universe: Universe) -> None:
        super().__init__("sqlite://")
        self._universe = universe

    def before_commit(self, *, write: bool) -> None:
        if write and self._universe.strikes("server_dies"):
            raise Death

    def after_commit(self, *, write: bool) -> None:
        if write and self._universe.strikes("server_dies"):
            raise Death


@dataclass(order=True, slots=True)
class Event:
    at: float
    n: int
    act: Callable[[], None] = field(compare=False)


class Universe:
    """One seed's worth of history. `run` plays it, then lets everybody come to rest."""

    def __init__(self, seed: int, settings: Settings | None = None, *, files: bool = False) -> None:
        self.seed = seed
        self.files = files
        self.chance = random.Random(seed)
        self.settings = settings or Settings.drawn(self.chance)
        self.seconds = 0.0
        self.calm = True
        self.faults: dict[str, int] = {}
        self._events: list[Event] = []
        self._numbers = itertools.count()
        self._backups: list[bytes] = []
        self.cut: dict[str, tuple[float, str]] = {}
        salts = random.Random(seed + 1)
        self.server = Server(DyingStore(self), self, Scopes("country"), salt=lambda: f"{salts.getrandbits(64):016x}")
        self.laptops = [Laptop(f"{n:x}" * 12, f"user-{n}", self) for n in range(self.settings.laptops)]
        with self.server.store.writing() as books:
            for laptop in self.laptops:
                books.give(laptop.user_id, TEAM, "rw")
                for territory in self.chance.sample(TERRITORIES, 2):
                    books.give(laptop.user_id, f"territory:{territory}", "rw")

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.database.close()
        self.server.store.close()

    def strikes(self, fault: str) -> bool:
        """Whether a fault happens here and now."""
        share = getattr(self.settings, fault)
        if self.calm or not share or self.chance.random() >= share:
            return False
        self.faults[fault] = self.faults.get(fault, 0) + 1
        return True

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, Event(self.seconds + seconds, next(self._numbers), act))

    def run(self) -> None:
        """The whole history, then rest."""
        self.calm = False
        for laptop in self.laptops:
            self.after(self.chance.uniform(0, 60), laptop.edit)
            begins = self.chance.uniform(0, 120)
            if self.files and laptop is not self.laptops[0]:  # who comes later finds a ready file
                begins += random.Random(f"{self.seed} {laptop.device} late").uniform(0, 2400)
            self.after(begins, laptop.tick)
        for fault, act in (
            ("restores", self._restore),
            ("clock_jumps", self._jump_a_clock),
            ("grants_change", self._change_grants),
        ):
            self._poisson(fault, act)
        self.after(60, self._back_up)
        self.after(60, self._partition)
        end = self.settings.hours * 3600
        while self._events and self._events[0].at < end:
            event = heapq.heappop(self._events)
            self.seconds = event.at
            event.act()
        self.rest()

    def rest(self) -> None:
        """No more faults; everybody syncs until nobody has anything to say."""
        self.calm = True
        self._events.clear()
        self.cut.clear()
        for laptop in self.laptops:
            laptop.abandon()
        for _ in range(4):
            for laptop in self.laptops:
                self.seconds += 60
                laptop.note_typed()
                drive(laptop.engine.run(let_leave=True), self.server.conversation(self.session(laptop)))
                laptop.note_typed()

    def session(self, laptop: Laptop) -> Session:
        with self.server.store.reading() as books:
            grants = reach(books, laptop.user_id)
        return Session(tenant="main", user_id=laptop.user_id, device=laptop.device, grants=grants)

    def carry(self, laptop: Laptop, question: Any, generation: int) -> None:
        """A question on its way: it may be lost, late, doubled, answered twice or never."""
        if hasattr(question, "limit"):
            question = type(question)(
                hw=question.hw, cursors=question.cursors, device=question.device, limit=self.settings.page
            )
        data = (type(question), pack(question))
        if self._is_cut(laptop, "there") or self.strikes("drop"):
            return
        delay = self.chance.expovariate(1 / self.settings.latency)
        if self.strikes("late"):
            delay += self.chance.uniform(PATIENCE, 600)
        self.after(delay, lambda: self._arrive(laptop, data, generation))
        if self.strikes("duplicate"):
            self.after(delay + self.chance.uniform(0, 300), lambda: self._arrive(laptop, data, -1))

    def _arrive(self, laptop: Laptop, data: tuple[type, bytes], generation: int) -> None:
        kind, body = data
        try:
            answer = ask(self.server.conversation(self.session(laptop)), unpack(body, kind))
        except Death:
            return
        except CrmError:
            return
        packed = (type(answer), pack(answer))
        if generation < 0 or self._is_cut(laptop, "back") or self.strikes("drop"):
            return
        delay = self.chance.expovariate(1 / self.settings.latency)
        self.after(delay, lambda: laptop.receive(unpack(packed[1], packed[0]), generation))

    def _is_cut(self, laptop: Laptop, way: str) -> bool:
        until, ways = self.cut.get(laptop.device, (0.0, ""))
        return self.seconds < until and way in ways

    def _poisson(self, fault: str, act: Callable[[], None]) -> None:
        per_hour = getattr(self.settings, fault)
        if not per_hour:
            return

        def again() -> None:
            self.faults[fault] = self.faults.get(fault, 0) + 1
            act()
            self.after(self.chance.expovariate(per_hour / 3600), again)

        self.after(self.chance.expovariate(per_hour / 3600), again)

    def _partition(self) -> None:
        for laptop in self.laptops:
            if self.strikes("partition"):
                ways = self.chance.choice(["there back", "there", "back"])
                self.cut[laptop.device] = (self.seconds + self.chance.uniform(60, 1500), ways)
        self.after(10, self._partition)

    def _database(self) -> Any:
        return self.server.store.engine.raw_connection().driver_connection

    def _back_up(self) -> None:
        if self.settings.restores:
            self._backups = [*self._backups[-3:], self._database().serialize()]
            self.after(self.chance.uniform(60, 600), self._back_up)

    def _restore(self) -> None:
        if self._backups:
            self._database().deserialize(self.chance.choice(self._backups))

    def _jump_a_clock(self) -> None:
        laptop = self.chance.choice(self.laptops)
        laptop.clock.offset = self.chance.uniform(-7200, 86400) if self.chance.random() < 0.7 else 0.0

    def _change_grants(self) -> None:
        laptop, territory = self.chance.choice(self.laptops), f"territory:{self.chance.choice(TERRITORIES)}"
        try:
            with self.server.store.writing() as books:
                mode = self.chance.choice(["", "r", "rw", "rw"])
                accounts = books.find("account", "_deleted", [False])
                if accounts and self.chance.random() < 0.3:
                    account = self.chance.choice(accounts)[0]
                    with own_work(books, self, self.server.scopes(books), new_salt=self.server.new_salt) as ledger:
                        office.share_row(ledger, account, laptop.user_id, mode)
                elif mode:
                    books.give(laptop.user_id, territory, mode)
                else:
                    books.revoke(laptop.user_id, territory)
        except Death:
            return
        except Refusal as refusal:  # after a restore an account may be known by an edit alone: it cannot be shared yet
            if refusal.code != "record.missing":
                raise


@contextmanager
def seeded_ids(seed: int) -> Iterator[None]:
    """Ids come from the seed, so that the same seed gives the same history."""
    chance = random.Random(seed + 2)

    def made() -> uuid.UUID:
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    with mock.patch.object(uuid_utils, "uuid7", made):
        yield


def play(seed: int, settings: Settings | None = None, *, files: bool = False) -> Universe:
    """A universe at rest. Close it. `files`: first syncs come by ready files, however few rows there are, in small parts."""
    small = random.Random(seed + 4)
    with ExitStack() as changed:
        changed.enter_context(seeded_ids(seed))
        if files:
            changed.enter_context(mock.patch.object(snapshots, "WORTH_IT", 1))
            changed.enter_context(mock.patch.object(first, "PART", small.choice([1_500, 9_000, 10**6])))
            changed.enter_context(mock.patch.object(first, "ROWS", small.choice([1, 7, 2_000])))
        universe = Universe(seed, settings, files=files)
        universe.run()
    return universe
