"""A laptop in the simulation: its real workspace database, the real engine, and somebody who types."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from desktop_crm.domain.schema import REGISTRY, MergeRule
from desktop_crm.domain.schema.codec import encode
from desktop_crm.foundation.errors import CrmError, Trouble
from desktop_crm.foundation.hlc import HybridClock
from desktop_crm.foundation.ids import DeviceId, UserId
from desktop_crm.persistence import change_log
from desktop_crm.persistence.change_log import Author
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.schema_file import create_schema
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.sync.client.engine import SyncEngine
from desktop_crm.sync.client.schedule import Schedule

if TYPE_CHECKING:
    from tests.simulation.universe import Universe

TAGS = ("vip", "steel", "ship", "new")
STATES = ("draft", "sent", "accepted", "rejected")


class Death(BaseException):
    """The process ends here."""


class Mortal(Database):
    """The laptop's own database, which may die before or after a commit, or find the disk full."""

    def __init__(self, universe: Universe) -> None:
        super().__init__(":memory:", b"k" * 32, b"s" * 16)
        self._universe = universe

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
            if self._universe.strikes("laptop_dies"):
                raise Death
            if self._universe.strikes("disk_full"):
                raise Trouble("disk.full", file="memory")
        if self._universe.strikes("laptop_dies"):
            raise Death


@dataclass
class Skewed:
    """A wall clock that is wrong by some seconds."""

    universe: Universe
    offset: float = 0.0

    def now(self) -> datetime:
        return self.universe.now() + timedelta(seconds=self.offset)


@dataclass(frozen=True)
class Typed:
    """An operation that somebody made, as its author's laptop recorded it."""

    op_id: str
    laptop: str
    entity: str
    row_id: str
    kind: str
    fields: dict[str, Any]
    seen: dict[str, str]


class Laptop:
    """`edit` types something, `tick` syncs when it is due, `receive` gets an answer."""

    def __init__(self, device: str, user_id: str, universe: Universe) -> None:
        self.device, self.user_id, self.universe = DeviceId(device), user_id, universe
        self.chance = random.Random(f"{universe.seed} {device}")
        self.clock = Skewed(universe)
        self.database = Mortal(universe)
        create_schema(self.database)
        self.typed: dict[str, Typed] = {}
        self.wrong: list[str] = []
        self.generation = 0
        self.made = 0
        self.runs = 0
        self._steps: Any = None
        self._lines_read = 0
        self.schedule = Schedule.start(universe.now())
        self.boot()

    def boot(self) -> None:
        """The program starts: everything it knows comes from the file."""
        self._steps = None
        self.generation += 1
        with self.database.read() as session:
            last = change_log.last_stamp(session.connection())
        self.stamps = HybridClock(self.device, self.clock, last)
        self.engine = SyncEngine(self.database, self.stamps, self.clock, "simulation")

    def abandon(self) -> None:
        """Whatever is under way ends."""
        if self._steps is not None:
            self._steps.close()
        self._steps = None
        self.generation += 1

    def tick(self) -> None:
        """The schedule's timer."""
        self.universe.after(5, self.tick)
        if self._steps is None and self.schedule.is_due(self.universe.now()):
            self.generation += 1
            self._steps = self.engine.run(let_leave=True)
            self._advance(None)

    def receive(self, answer: Any, generation: int) -> None:
        """An answer; one that belongs to a run that was given up is passed over."""
        if generation == self.generation and self._steps is not None:
            self._advance(answer)

    def _advance(self, answer: Any) -> None:
        now = self.universe.now()
        try:
            question = self._steps.send(answer)
        except StopIteration:
            self._steps = None
            self.runs += 1
            self.schedule = self.schedule.succeeded(now)
        except Death:
            self.boot()
        except CrmError:
            self._steps = None
            self.schedule = self.schedule.failed(now, self.chance)
        else:
            self.generation += 1
            generation = self.generation
            self.universe.carry(self, question, generation)
            self.universe.after(30.0, lambda: self._give_up(generation))
        self._look()
        self.note_typed()

    def _look(self) -> None:
        """What waits to be sent is what its author sees on the screen, at any moment.

        Not after a restore: then old operations wait again that others had long replaced.
        """
        if self.universe.settings.restores:
            return
        with self.database.read() as session:
            lines = (
                session.connection().exec_driver_sql("SELECT entity, row_id, body FROM sync_outbox ORDER BY n").all()
            )
            newest: dict[tuple[str, str, str], Any] = {}
            for entity, row_id, text in lines:
                body = json.loads(text)
                newest |= {(entity, row_id, name): value for name, value in body["f"].items() if body["k"] == "set"}
            for (entity, row_id, name), value in newest.items():
                row = session.get(ROWS[entity], row_id)
                described = REGISTRY[entity].field(name)
                if row is None or described.merge is MergeRule.ADD_WINS:
                    continue
                shown = encode(described, row.field_value(name))
                if shown != value:
                    self.wrong.append(
                        f"{self.device[0]}: {entity} {row_id} {name} shows {shown!r}, and {value!r} waits"
                    )

    def _give_up(self, generation: int) -> None:
        if generation == self.generation and self._steps is not None:
            self.abandon()
            self.schedule = self.schedule.failed(self.universe.now(), self.chance)

    def edit(self) -> None:
        """Somebody types something, and will again."""
        self.universe.after(self.chance.expovariate(1 / self.universe.settings.edit_every), self.edit)
        author = Author(user_id=UserId(self.user_id), device_id=self.device)
        try:
            with UnitOfWork(self.database, author, self.stamps, "typed") as work:
                self._type(work)
        except Death:
            self.boot()
        except CrmError:
            pass
        self.note_typed()
        self.schedule = self.schedule.edited(self.universe.now())

    def note_typed(self) -> None:
        """Write down what the file says was typed, since the oracles are not to trust the outbox."""
        with self.database.read() as session:
            connection = session.connection()
            if not change_log.is_joined(connection):
                self._lines_read = connection.exec_driver_sql("SELECT ifnull(max(n), 0) FROM change").scalar_one()
            lines = connection.exec_driver_sql(
                "SELECT n, op_id, entity, row_id, kind, after FROM change WHERE n > ? AND cause <> 'sync'",
                (self._lines_read,),
            ).all()
            waiting = connection.exec_driver_sql("SELECT op_id, entity, row_id, body FROM sync_outbox").all()
        for op_id, entity, row_id, text in waiting:
            if op_id not in self.typed:
                body = json.loads(text)
                self.typed[op_id] = Typed(op_id, self.device, entity, row_id, body["k"], body["f"], body["b"])
        for n, op_id, entity, row_id, kind, after in lines:
            self._lines_read = max(self._lines_read, n)
            if op_id not in self.typed:
                told = {"deleted": "del", "restored": "undel"}.get(kind, "set")
                self.typed[op_id] = Typed(op_id, self.device, entity, row_id, told, json.loads(after), {"?": "?"})

    def _type(self, work: UnitOfWork) -> None:
        self.made += 1
        acts = [self._rename, self._note, self._tag, self._price, self._move, self._state, self._hand_over]
        acts += [self._new, self._new, self._remove, self._territory, self._map, self._team]
        favour = self.universe.settings.favour
        if favour and self.chance.random() < 0.5:
            getattr(self, f"_{favour}")(work)
            return
        self.chance.choice([self._rename] * 3 + [self._note] if self.universe.settings.hot else acts)(work)

    def _ids(self, work: UnitOfWork, entity: str, *, deleted: bool = False) -> list[str]:
        table = ROWS[entity]
        query = work.session.query(table.id).order_by(table.id)
        query = query.filter(table.row_deleted.is_not(None) if deleted else table.row_deleted.is_(None))
        found = [row[0] for row in query]
        return found[:2] if self.universe.settings.hot else found

    def _one(self, work: UnitOfWork, entity: str) -> str | None:
        found = self._ids(work, entity)
        return self.chance.choice(found) if found else None

    def _new(self, work: UnitOfWork) -> None:
        account = self._one(work, "account")
        name = f"{self.device[0]}{self.made}"
        kind = self.chance.choice(["account", "account", "contact", "opportunity", "quote", "quote_version"])
        if kind == "account" or account is None:
            country = self.chance.choice([None, None, "KR", "JP", "US"])
            work.insert("account", {"name": name, "country": country, "tags": (self.chance.choice(TAGS),)})
        elif kind == "quote_version":
            quote = self._one(work, "quote")
            if quote:
                work.insert(kind, {"quote_id": quote, "version": 1, "snapshot": name, "snapshot_hash": name})
        elif kind == "quote":
            work.insert(kind, {"number": name, "account_id": account, "status": "draft"})
        elif kind == "opportunity":
            work.insert(kind, {"name": name, "account_id": account, **self._amount()})
        else:
            work.insert(kind, {"name": name, "account_id": account})

    def _amount(self) -> dict[str, Any]:
        amount = self.chance.randrange(1000)
        return {"amount": Decimal(amount), "currency": ("KRW", "USD", "EUR")[amount % 3]}

    def _rename(self, work: UnitOfWork) -> None:
        entity = "account" if self.universe.settings.hot else self.chance.choice(["account", "contact", "opportunity"])
        row = self._one(work, entity)
        if row:
            work.update(entity, row, {"name": f"{self.device[0]}{self.made}"})
        else:
            self._new(work)

    def _note(self, work: UnitOfWork) -> None:
        row = self._one(work, "account")
        if row:
            lines = (work.get(ROWS["account"], row).field_value("note") or "top").split("\n")
            lines.insert(self.chance.randint(0, len(lines)), f"line {self.device[0]}{self.made}")
            work.update("account", row, {"note": "\n".join(lines)})

    def _tag(self, work: UnitOfWork) -> None:
        row = self._one(work, "account")
        if row:
            held = set(work.get(ROWS["account"], row).field_value("tags") or ())
            work.update("account", row, {"tags": tuple(sorted(held ^ {self.chance.choice(TAGS)}))})

    def _price(self, work: UnitOfWork) -> None:
        row = self._one(work, "opportunity")
        if row:
            work.update("opportunity", row, self._amount())

    def _move(self, work: UnitOfWork) -> None:
        rows = self._ids(work, "account")
        if len(rows) < 2:
            return
        moved, parent = self.chance.sample(rows, 2)
        step: str | None = parent
        passed = set()
        while step and step not in passed:
            if step == moved:
                return
            passed.add(step)
            above = work.session.get(ROWS["account"], step)
            step = above.field_value("parent_id") if above else None
        work.update("account", moved, {"parent_id": self.chance.choice([parent, parent, None])})

    def _state(self, work: UnitOfWork) -> None:
        row = self._one(work, "quote")
        if row:
            work.update("quote", row, {"status": self.chance.choice(STATES)})

    def _hand_over(self, work: UnitOfWork) -> None:
        row, account = self._one(work, "contact"), self._one(work, "account")
        if row and account:
            work.update("contact", row, {"account_id": account})

    def _territory(self, work: UnitOfWork) -> None:
        row = self._one(work, "account")
        if row:
            work.update("account", row, {"country": self.chance.choice([None, "KR", "JP", "US"])})

    def _map(self, work: UnitOfWork) -> None:
        """Draw a map or a card on one; close one or open it."""
        drawn, account = self._one(work, "stakeholder_map"), self._one(work, "account")
        if account and (drawn is None or self.chance.random() < 0.3):
            told = {"private": True, "owner_id": self.user_id} if self.chance.random() < 0.5 else {}
            drawn = work.insert("stakeholder_map", {"name": f"m{self.made}", "account_id": account, **told})
        elif drawn and self.chance.random() < 0.3:
            closed = not work.session.get(ROWS["stakeholder_map"], drawn).field_value("private")
            work.update("stakeholder_map", drawn, {"private": closed} | ({"owner_id": self.user_id} if closed else {}))
        if drawn:
            work.insert("map_node", {"map_id": drawn, "label": f"{self.device[0]}{self.made}"})

    def _team(self, work: UnitOfWork) -> None:
        """Somebody comes into an account's team or leaves it."""
        member, account = self._one(work, "account_member"), self._one(work, "account")
        if member and self.chance.random() < 0.4:
            work.delete("account_member", member)
        elif account:
            user = self.chance.choice(self.universe.laptops).user_id
            work.insert("account_member", {"account_id": account, "user_id": user})

    def _remove(self, work: UnitOfWork) -> None:
        entity = self.chance.choice(["account", "contact"])
        gone = self._ids(work, entity, deleted=True)
        if gone and self.chance.random() < 0.5:
            work.restore(entity, self.chance.choice(gone))
            return
        row = self._one(work, entity)
        if row:
            work.delete(entity, row)
