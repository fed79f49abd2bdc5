"""Faults planted into the real code, one at a time. The oracles are good when they find each of them.

A plant is a name, what it breaks, the settings under which it shows, and the patches. `EXPLAINED` lists faults that were planted
and change nothing that anybody could notice, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from desktop_crm.foundation.errors import CrmError
from desktop_crm.persistence import arrivals, change_log, outbox
from desktop_crm.persistence.stores import sync as cursors
from desktop_crm.sync import merge
from desktop_crm.sync.client import engine
from desktop_crm.sync.protocol import Standing
from desktop_crm.sync.server import aftermath, books, ledger, pull, push, reach
from tests.simulation.oracles import judge
from tests.simulation.universe import Settings, play

Patches = Callable[[], Iterator[Any]]


@dataclass(frozen=True)
class Plant:
    """One fault. `patches` gives what to enter while it is in the code."""

    name: str
    breaks: str
    patches: Callable[[], list[Any]]
    settings: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def planted(self) -> Iterator[None]:
        with ExitStack() as stack:
            for patch in self.patches():
                stack.enter_context(patch)
            yield

    def drawn(self) -> Settings:
        base: dict[str, Any] = {"laptops": 3, "hours": 0.5, "edit_every": 25.0, "latency": 0.2, "page": 4}
        base |= {"drop": 0.04, "duplicate": 0.1, "late": 0.03, "laptop_dies": 0.02, "server_dies": 0.03}
        return Settings(**(base | self.settings))

    def find(self, seeds: int = 12) -> tuple[int, str] | None:
        """The first seed under which an oracle speaks, and what it says."""
        with self.planted():
            for seed in range(seeds):
                try:
                    universe = play(seed, self.drawn())
                except (CrmError, LookupError, AssertionError) as error:
                    return seed, f"never came to rest: {error}"
                try:
                    wrong = judge(universe)
                finally:
                    universe.close()
                if wrong:
                    return seed, wrong[0]
        return None


def _swap(target: Any, name: str, new: Any) -> list[Any]:
    return [mock.patch.object(target, name, new)]


def _early_cursor() -> list[Any]:
    real = engine.SyncEngine._take_page

    def take_page(self: Any, report: Any, contact: Any, answer: Any, *, let_leave: bool) -> None:
        with self._database.writing() as connection:
            cursors.write_cursors(connection, answer.cursors, granted=answer.grants)
        real(self, report, contact, answer, let_leave=let_leave)

    return _swap(engine.SyncEngine, "_take_page", take_page)


def _no_dedupe() -> list[Any]:
    def fresh(self: Any, ops: list[Any]) -> list[Any]:
        return [(op, push.content_hash(op)) for op in {op.id: op for op in ops}.values()]

    def keep_ops(self: Any, ops: Any) -> None:
        lines = [
            {
                "tenant_id": self.tenant,
                "op_id": op.op_id,
                "seq": op.seq,
                "body_hash": op.body_hash,
                "body": op.body,
                "hlc": op.stamp,
                "user_id": op.user_id,
                "device": op.device,
                "reason": op.reason,
            }
            for op in ops
        ]
        self.upsert(books.tables.op, lines)

    def keep_quarantine(self: Any, lines: Any) -> None:
        self.upsert(books.tables.quarantine, [{"tenant_id": self.tenant, **line} for line in lines])

    return [
        mock.patch.object(push.PushWork, "_without_repeats", fresh),
        mock.patch.object(books.Books, "keep_ops", keep_ops),
        mock.patch.object(books.Books, "keep_quarantine", keep_quarantine),
    ]


def _no_salt() -> list[Any]:
    def knows(self: Any, token: Any) -> bool:
        return bool(token[0] <= self.head().seq)

    return _swap(books.Books, "knows", knows)


def _salt_on_pull_only() -> list[Any]:
    real = engine.SyncEngine._take_verdicts

    def verdicts(self: Any, report: Any, ops: Any, answer: Any) -> None:
        with mock.patch.object(outbox, "save_token", _nothing):
            real(self, report, ops, answer)

    return _swap(engine.SyncEngine, "_take_verdicts", verdicts)


def _no_journal() -> list[Any]:
    def settle(connection: Any, ops: Any, commit: int, at: Any) -> None:
        outbox._take_out(connection, ops)

    return _swap(outbox, "settle", settle)


def _no_exit() -> list[Any]:
    real = ledger.Ledger.put

    def put(self: Any, *arguments: Any) -> None:
        real(self, *arguments)
        self._left.clear()

    return _swap(ledger.Ledger, "put", put)


def _purged_outbox() -> list[Any]:
    real = arrivals.Arrivals._remove

    def remove_or_wait(self: Any, entity: str, current: Any) -> None:
        self.connection.exec_driver_sql("DELETE FROM sync_outbox WHERE row_id=?", (current["id"],))
        real(self, entity, current)

    return _swap(arrivals.Arrivals, "_remove_or_wait", remove_or_wait)


def _arrival_order_wins() -> list[Any]:
    return _swap(merge._Fields, "_is_causal", _always)


def _page_splits_a_commit() -> list[Any]:
    def page(store: Any, known: dict[str, int], limit: int) -> Any:
        lines = store.feed(known, limit)
        more = len(lines) == limit
        return lines, lines[-1].seq if more else 0, more

    return _swap(pull, "_page", page)


def _old_verdicts_are_not_told() -> list[Any]:
    real = push.PushWork._without_repeats

    def without(self: Any, ops: Any) -> Any:
        fresh = real(self, ops)
        self.results = {key: verdict for key, verdict in self.results.items() if verdict.refused}
        return fresh

    return _swap(push.PushWork, "_without_repeats", without)


def _newest_text_wins() -> list[Any]:
    return _swap(merge, "merge_lines", lambda _base, _older, newer: (newer, False))


def _units_fall_apart() -> list[Any]:
    """On both sides: as long as laptops send whole units, their fields carry one version and fall to one side anyway."""
    return [
        mock.patch.object(change_log, "_with_whole_units", lambda record: dict(record.after)),
        mock.patch.object(merge._Fields, "_groups", lambda self: [(name,) for name in self.op.fields]),
        mock.patch.object(merge._Fields, "_unit", lambda _self, names: names),
    ]


def _pending_edits_are_overwritten() -> list[Any]:
    def of_rows(connection: Any, entity: Any, ids: Any) -> dict[Any, Any]:
        return {}

    return _swap(arrivals.outbox, "of_rows", of_rows)


def _reset_forgets_the_journal() -> list[Any]:
    real = outbox.start_again

    def start_again(connection: Any, server_id: str, **told: Any) -> int:
        connection.exec_driver_sql("DELETE FROM sync_journal")
        return real(connection, server_id, **told)

    return _swap(outbox, "start_again", start_again)


def _reset_is_not_heard() -> list[Any]:
    real = engine.SyncEngine._greet

    def ok(answer: Any) -> Any:
        return type(answer)(
            **{name: getattr(answer, name) for name in answer.__struct_fields__ if name != "standing"},
            standing=Standing.OK,
        )

    def greet(self: Any, report: Any) -> Any:
        steps = real(self, report)
        question = next(steps)
        while True:
            answer = yield question
            try:
                question = steps.send(ok(answer))
            except StopIteration as end:
                return end.value

    return [
        mock.patch.object(engine.SyncEngine, "_greet", greet),
        mock.patch.object(books.Books, "knows", _always),
    ]


def _remembered_elements_come_back() -> list[Any]:
    real = merge._merge_set

    def merge_set(clocks: Any, name: str, added: Any, removed: Any, op_id: str, world: Any) -> Any:
        return real(clocks, name, added, dict.fromkeys(removed, ()), op_id, world)

    return _swap(merge, "_merge_set", merge_set)


def _everybody_is_on_the_team() -> list[Any]:
    def maps(books: Any, _user_id: str) -> list[str]:
        return [line["id"] for line in books.all(reach.tables.ENTITIES["stakeholder_map"], private=True)]

    return _swap(reach, "_private_maps", maps)


def _always(*_: Any) -> bool:
    return True


def _nothing(*_: Any, **__: Any) -> None:
    return None


GRANTS = {"grants_change": 20.0}
RESTORES = {"restores": 6.0}
STORM = {"restores": 40.0, "drop": 0.2, "latency": 6.0}
HOT = {"hot": True, "edit_every": 15.0, "page": 200}

PLANTS = [
    Plant("early cursor", "cursors are saved before the rows of the page", _early_cursor, {"laptop_dies": 0.1}),
    Plant("no dedupe", "an operation that comes again is applied again", _no_dedupe, {"duplicate": 0.5}),
    Plant("no salt", "a server restored and grown again is taken for the old one", _no_salt, RESTORES),
    Plant("salt on pull only", "the token of a push's answer is not kept", _salt_on_pull_only, STORM),
    Plant("no journal", "acknowledged operations are forgotten at once", _no_journal, RESTORES),
    Plant("journal not used", "a reset sends the outbox only", _reset_forgets_the_journal, RESTORES),
    Plant("reset not heard", "nobody notices that the server was restored", _reset_is_not_heard, RESTORES),
    Plant("no exit", "nobody is told that a row left the scope", _no_exit),
    Plant("no sweep", "rows of a revoked scope stay", lambda: _swap(arrivals.Arrivals, "sweep", _nothing), GRANTS),
    Plant(
        "purged outbox",
        "what was typed leaves with its row",
        _purged_outbox,
        GRANTS | {"latency": 8.0, "edit_every": 8.0},
    ),
    Plant(
        "dropped refusals",
        "a refused edit stays on its author's screen",
        lambda: _swap(arrivals.Arrivals, "refuse", _nothing),
        GRANTS,
    ),
    Plant(
        "refusals not kept",
        "the server's quarantine stays empty",
        lambda: _swap(books.Books, "keep_quarantine", _nothing),
        GRANTS,
    ),
    Plant(
        "delete wins",
        "a deletion takes an unseen edit along",
        lambda: _swap(merge, "_deletion_saw", _always),
        {"favour": "remove", "partition": 0.05, "edit_every": 15.0},
    ),
    Plant("arrival order wins", "whoever pushes last wins", _arrival_order_wins, HOT),
    Plant("no conflict record", "lost values are not kept", lambda: _swap(ledger.Ledger, "record", _nothing), HOT),
    Plant(
        "circles stay",
        "moves that close a circle stand",
        lambda: _swap(aftermath, "_undo_circles", _nothing),
        {"edit_every": 15.0, "favour": "move", "partition": 0.05},
    ),
    Plant("page splits a commit", "the cursor passes half a commit", _page_splits_a_commit, {"page": 2}),
    Plant("old verdicts not told", "a repeated push gets no answer", _old_verdicts_are_not_told, {"drop": 0.2}),
    Plant("newest text wins", "of two texts the newer replaces the older", _newest_text_wins, HOT),
    Plant(
        "units fall apart",
        "amount and currency are merged each alone",
        _units_fall_apart,
        {"edit_every": 15.0, "favour": "price"},
    ),
    Plant(
        "pending edits overwritten",
        "a pull writes over what waits",
        _pending_edits_are_overwritten,
        {"latency": 8.0, "hot": True, "edit_every": 8.0},
    ),
    Plant(
        "removals ignored", "elements taken out of a set come back", _remembered_elements_come_back, {"favour": "tag"}
    ),
    Plant(
        "history not sent",
        "operations stay in the outbox once more than a page waits",
        lambda: _swap(engine.SyncEngine, "_push_all", _push_nothing),
    ),
    Plant(
        "followers stay",
        "people do not follow their account to another territory",
        lambda: _swap(aftermath, "take_followers_along", _nothing),
        GRANTS,
    ),
    Plant(
        "private maps shown",
        "a private map goes to everybody",
        _everybody_is_on_the_team,
        {"favour": "map"},
    ),
    Plant(
        "unconfirmed rows stay",
        "after a reset, rows that the server lost stay on other laptops",
        lambda: _swap(arrivals.Arrivals, "sweep_unconfirmed", _nothing),
        RESTORES | {"laptops": 4},
    ),
]

EXPLAINED = {
    "clock not saved": "causality beats clocks: the server stamps an edit that saw the newest value above it",
    "drift refused by the laptop": "as above; a laptop that does not learn is stamped above by the server",
    "sequence taken at begin": "one SQLite writer at a time; shown on PostgreSQL by tests/sync/test_postgres.py",
}


def _push_nothing(self: Any, report: Any, limits: Any) -> Any:
    return True
    yield
