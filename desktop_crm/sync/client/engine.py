"""The engine: hello, push until the outbox is empty, pull until the cursors are level. One state machine, written as a generator.

It yields messages and is sent answers; whoever drives it carries them. Everything it learns from an answer goes into one local
transaction with that answer's clock and history token, so it can die between any two lines and resume.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Final

from desktop_crm.domain.schema import REGISTRY, SCHEMA_VERSION
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.hlc import HybridClock, Stamp
from desktop_crm.persistence import moving, outbox, snapshots
from desktop_crm.persistence.arrivals import Arrivals, Incoming
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.outbox import Contact, Waiting
from desktop_crm.persistence.snapshots import Snapshot
from desktop_crm.persistence.stores import sync as cursors
from desktop_crm.sync.client import audit, first
from desktop_crm.sync.client.stage import Stage
from desktop_crm.sync.protocol import (
    Hello,
    HelloAnswer,
    Limits,
    Operation,
    OpKind,
    PartAnswer,
    Pull,
    PullAnswer,
    Push,
    PushAnswer,
    SnapshotAnswer,
    SnapshotAsk,
    SnapshotPart,
    Standing,
    Verdict,
)

Question = Hello | Push | Pull | SnapshotAsk | SnapshotPart
Answer = HelloAnswer | PushAnswer | PullAnswer | SnapshotAnswer | PartAnswer
Steps = Generator[Question, Answer, "RunReport"]

_BODY_SHARE: Final = 4
"""A push fills at most a quarter of what the server takes, before packing."""
_ROUNDS: Final = 6
"""So often a run begins anew: because the server does not know our history, or because rows were brought along."""
_LEAVING_MOST: Final = 500
_LEAVING_SHARE: Final = 0.2
_LEAVING_FEW: Final = 20
"""So few rows may always leave; a fifth of a small workspace is nothing to stop for."""


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What one run did. `pulled`: rows that changed here because of others. `conflicts`: new open ones."""

    pushed: int = 0
    refused: int = 0
    pulled: int = 0
    conflicts: int = 0
    cursor: int = 0
    was_reset: bool = False
    refetched: int = 0
    """Scopes that the daily audit found different."""
    changes: Changes = field(default_factory=Changes.none)


Tell = Callable[[Stage, int, int, Changes], None]
"""Told while a run goes on: what it is doing, how much is done, of how much (0 when nobody knows), and what changed here just now."""


class SyncEngine:
    """Bound to one open workspace file. `run` is used by one thread at a time; edits may be written while it waits for an answer."""

    def __init__(self, database: Database, stamps: HybridClock, clock: Clock, app_v: str) -> None:
        self._database, self._stamps, self._clock, self._app_v = database, stamps, clock, app_v

    def run(self, *, let_leave: bool = False, tell: Tell | None = None) -> Steps:
        """One whole run. `let_leave`: rows may leave in any number. `tell`: how far it is; on the caller's thread.

        Raises Refusal `sync.upgrade_required`, `sync.many_leaving`; Trouble `sync.server.garbage`, `disk.full`.
        """
        report = RunReport()
        for _ in range(_ROUNDS):
            limits = yield from self._greet(report)
            level = (
                (yield from self._push_all(report, limits))
                and (yield from self._first_rows(report, tell))
                and (yield from self._pull_all(report, let_leave=let_leave, tell=tell))
            )
            if level and not self._brings_along():
                return report
        raise Trouble("sync.server.garbage", reason="reset")

    def _greet(self, report: RunReport) -> Generator[Question, Answer, Limits]:
        contact = self._contact()
        answer = yield Hello(
            device=self._stamps.device,
            app_v=self._app_v,
            schema_v=SCHEMA_VERSION,
            server_id=contact.server_id,
            hw=contact.token,
            history=contact.history,
        )
        if not isinstance(answer, HelloAnswer):
            raise _garbage("hello")
        if answer.standing is Standing.UPGRADE_REQUIRED:
            raise Refusal("sync.upgrade_required")
        moved = contact.joined and contact.server_id != answer.server_id
        with self._database.writing() as connection:
            if moved or (contact.joined and answer.standing is Standing.RESET):
                report.was_reset = True
                outbox.start_again(connection, answer.server_id, moved=moved)
            elif not contact.joined:
                outbox.adopt(connection, self._stamps)
                outbox.save(connection, **{audit.FACT: self._clock.now().isoformat()})
            outbox.save(connection, server_id=answer.server_id, history=answer.history)
            outbox.save_token(connection, answer.hw, self._learn(answer.now))
            outbox.note_contact(connection, self._clock.now(), answer.lock_days)
        return answer.limits

    def _brings_along(self) -> bool:
        """At another server, rows that it does not know are made there; then there is more to push."""
        if not self._contact().moved:
            return False
        with self._database.writing() as connection:
            moving.bring_along(connection, self._stamps)
            outbox.save(connection, hlc_last=self._stamps.last)
        return True

    def _push_all(self, report: RunReport, limits: Limits) -> Generator[Question, Answer, bool]:
        """Returns False when the server does not know our history."""
        while True:
            with self._database.read() as session:
                ops = outbox.waiting(session.connection(), limits.ops_per_push, limits.body_bytes // _BODY_SHARE)
            if not ops:
                return True
            contact = self._contact()
            answer = yield Push(
                hw=contact.token,
                schema_v=SCHEMA_VERSION,
                ops=[_operation(op) for op in ops],
                device=self._stamps.device,
            )
            if not isinstance(answer, PushAnswer):
                raise _garbage("push")
            if answer.standing is Standing.UPGRADE_REQUIRED:
                raise Refusal("sync.upgrade_required")
            if answer.standing is Standing.RESET:
                return False
            self._take_verdicts(report, ops, answer)

    def _first_rows(self, report: RunReport, tell: Tell | None) -> Generator[Question, Answer, bool]:
        """A first sync by the server's ready file, where it has one. Returns False when the server does not know our history."""
        contact = self._contact()
        with self._database.read() as session:
            started = bool(cursors.read_cursors(session.connection()))
            snapshot = snapshots.begun(session.connection())
        if contact.resetting or started:
            return True
        if snapshot is None:
            answer = yield SnapshotAsk(hw=contact.token, device=self._stamps.device)
            if not isinstance(answer, SnapshotAnswer):
                raise _garbage("snapshot")
            if answer.standing is Standing.RESET:
                return False
            with self._database.writing() as connection:
                if answer.now:
                    outbox.save_token(connection, answer.hw, self._learn(answer.now))
                snapshot = first.offered(answer, self._clock)
                if snapshot is not None:
                    snapshots.begin(connection, snapshot)
        while snapshot is not None and snapshot.got < snapshot.size:
            part = yield first.next_part(snapshot)
            if not isinstance(part, PartAnswer):
                raise _garbage("part")
            with self._database.writing() as connection:
                snapshot = snapshots.keep_part(connection, snapshot, part.data)
            if tell is not None and snapshot is not None:
                tell(Stage.FETCHING, snapshot.got, snapshot.size, Changes.none())
        if snapshot is not None:
            self._lay_down(report, snapshot, tell)
        return True

    def _lay_down(self, report: RunReport, snapshot: Snapshot, tell: Tell | None) -> None:
        """The file's rows, some at a time, so that people can work meanwhile; who dies in between goes on where it stopped."""
        laying = first.Laying(self._database)
        for rows in laying.pieces(snapshot):
            with self._database.writing() as connection:
                outbox.save(connection, hlc_last=self._learn(*(stamp for row in rows for stamp in _stamps(row))))
                arrivals = Arrivals(connection, self._stamps.device)
                arrivals.rows(rows)
                changes = arrivals.finish()
                snapshots.note(connection, laying.further(len(rows)))
            self._count(report, changes)
            if tell is not None:
                tell(Stage.LAYING, laying.laid, snapshot.rows, changes)
        with self._database.writing() as connection:
            arrivals = Arrivals(connection, self._stamps.device)
            arrivals.sweep_unconfirmed()
            changes = arrivals.finish()
            cursors.write_cursors(connection, snapshot.cursors, granted=snapshot.cursors)
            snapshots.forget(connection)
        self._count(report, changes)

    def _pull_all(
        self, report: RunReport, *, let_leave: bool, tell: Tell | None = None
    ) -> Generator[Question, Answer, bool]:
        """Returns False when the server does not know our history."""
        while True:
            contact = self._contact()
            with self._database.read() as session:
                known = cursors.read_cursors(session.connection())
            due = not contact.resetting and audit.is_due(self._database, self._clock.now())
            wanted = list(REGISTRY.names()) if due else []
            answer = yield Pull(hw=contact.token, cursors=known, device=self._stamps.device, audit=wanted)
            if not isinstance(answer, PullAnswer):
                raise _garbage("pull")
            if answer.standing is Standing.RESET:
                return False
            changes = self._take_page(report, contact, answer, let_leave=let_leave)
            if tell is not None and answer.more:
                tell(Stage.PAGES, report.pulled, 0, changes)
            if answer.digests and self._audit(report, answer):
                continue
            if not answer.more:
                return True
            if all(known.get(scope) == seq for scope, seq in answer.cursors.items()):
                raise _garbage("cursor")

    def _audit(self, report: RunReport, answer: PullAnswer) -> bool:
        """Whether a scope differs from what the server holds, and is to be fetched again."""
        different = audit.compare(self._database, answer.digests, self._clock.now())
        report.refetched += len(different)
        return bool(different)

    def _take_verdicts(self, report: RunReport, ops: list[Waiting], answer: PushAnswer) -> None:
        judged = [op for op in ops if op.op_id in answer.results]
        if not judged:
            raise _garbage("results")
        verdicts: dict[str, Verdict] = answer.results
        accepted = [op for op in judged if not verdicts[op.op_id].reason]
        refused = [(op, verdicts[op.op_id].reason) for op in judged if verdicts[op.op_id].reason]
        now = self._clock.now()
        with self._database.writing() as connection:
            outbox.save_token(connection, answer.hw, self._learn(answer.now, *(v.stamp for v in verdicts.values())))
            if accepted:
                outbox.settle(connection, accepted, answer.seq, now)
            arrivals = Arrivals(connection, self._stamps.device)
            if refused:
                outbox.quarantine(connection, refused, now)
                rows = {key: verdict.row for key, verdict in verdicts.items() if verdict.row is not None}
                arrivals.refuse([op for op, _ in refused], rows)
            outbox.forget_bases(connection, judged)
            changes = arrivals.finish()
        report.pushed += len(accepted)
        report.refused += len(refused)
        report.changes = report.changes.join(changes)

    def _take_page(self, report: RunReport, contact: Contact, answer: PullAnswer, *, let_leave: bool) -> Changes:
        with self._database.writing() as connection:
            stamps = [stamp for row in answer.rows for stamp in _stamps(row)]
            outbox.save_token(connection, answer.hw, self._learn(answer.now, *stamps))
            arrivals = Arrivals(connection, self._stamps.device, moving=contact.moved)
            arrivals.rows(answer.rows)
            arrivals.leave((gone.entity, gone.id, gone.scope) for gone in answer.exits)
            cursors.write_cursors(connection, answer.cursors, granted=answer.grants)
            grants_changed = answer.grants != contact.grants
            if grants_changed:  # what comes under a grant that is gone before the last page must not stay
                outbox.note_left_behind(connection, *REGISTRY.names())
            if not answer.more and not contact.moved:
                if contact.resetting:
                    arrivals.sweep_unconfirmed()
                    outbox.save(connection, resetting="no")
                entities = REGISTRY.names() if grants_changed else outbox.left_behind(connection)
                arrivals.sweep(answer.grants, entities)
                cursors.write_grants(connection, answer.grants)
            if not (let_leave or grants_changed or contact.resetting):
                leaving = arrivals.leaving()
                if leaving > _LEAVING_FEW:
                    _stop_if_many_leave(leaving, cursors.count_rows(connection))
            changes = arrivals.finish()
        self._count(report, changes)
        report.cursor = max([report.cursor, *answer.cursors.values()])
        return changes

    def _count(self, report: RunReport, changes: Changes) -> None:
        report.pulled += len({(item.entity, item.row_id) for item in changes.items})
        report.conflicts += sum(
            1 for item in changes.items if item.entity == "conflict" and item.kind is ChangeKind.CREATED
        )
        report.changes = report.changes.join(changes)

    def _contact(self) -> Contact:
        with self._database.read() as session:
            return outbox.read_contact(session.connection())

    def _learn(self, *stamps: str) -> str:
        """Take in every stamp the server sends; the newest is saved with them."""
        newest = max((stamp for stamp in stamps if stamp), default="")
        if newest:
            try:
                self._stamps.learn(Stamp(newest))
            except ValueError as error:
                raise _garbage("stamp") from error
        return self._stamps.last


def _operation(op: Waiting) -> Operation:
    return Operation(
        id=op.op_id,
        stamp=op.hlc,
        entity=op.entity,
        row=op.row_id,
        kind=OpKind(op.kind),
        tx=op.tx_id,
        fields=op.fields,
        seen=op.seen,
    )


def _stamps(row: Incoming) -> Iterator[str]:
    """The stamps in a row's clocks; elements of sets name operations, without stamps."""
    for name, version in row.clocks.items():
        if "/" not in name and version:
            yield version.partition(" ")[0]


def _stop_if_many_leave(leaving: int, staying: int) -> None:
    """Fail-safe: nobody's rights changed, and yet a great part of the rows would go. Rolls the page back and asks."""
    if leaving > _LEAVING_MOST or leaving > _LEAVING_SHARE * (leaving + staying):
        raise Refusal("sync.many_leaving", count=leaving)


def _garbage(what: str) -> Trouble:
    return Trouble("sync.server.garbage", reason=what)
