"""One push, in one transaction: the head, the caller's history, repeats, rights, merge, what follows, the commit."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from desktop_crm.domain.schema import REGISTRY, Entity
from desktop_crm.foundation.clock import Clock
from desktop_crm.sync.merge import Outcome, RowState, apply
from desktop_crm.sync.protocol import Operation, OpKind, Push, PushAnswer, Standing, Verdict, pack
from desktop_crm.sync.server import roles
from desktop_crm.sync.server.aftermath import Applied, look_after
from desktop_crm.sync.server.approvals import Approvals
from desktop_crm.sync.server.books import Books, Head, KeptOp
from desktop_crm.sync.server.codec import is_well_formed, misfit
from desktop_crm.sync.server.erasing import erase_in_conflicts, erase_in_log
from desktop_crm.sync.server.ledger import Ledger, content_hash
from desktop_crm.sync.server.purge import is_behind, purged
from desktop_crm.sync.server.scopes import PRIVATE, Scopes
from desktop_crm.sync.server.session import READ_WRITE, Session
from desktop_crm.sync.server.upcasters import upcast


class NothingNewError(Exception):
    """Ends the transaction without a commit: everything was known, or the caller's history is not ours."""

    def __init__(self, answer: PushAnswer) -> None:
        super().__init__()
        self.answer = answer


class PushWork:
    """Takes one push through. Built for one transaction."""

    def __init__(
        self,
        books: Books,
        session: Session,
        clock: Clock,
        scopes: Scopes,
        salt: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self.books, self.session, self.clock, self.scopes = books, session, clock, scopes
        self._new_salt = salt
        self.results: dict[str, Verdict] = {}
        self.applied: list[Applied] = []
        self.quarantined: list[tuple[Operation, str]] = []
        self._purged = set[tuple[str, str]]()

    def run(self, push: Push) -> PushAnswer:
        """The answer. Raises NothingNewError when the transaction is to be rolled back."""
        head = self.books.take_head()
        if not self.books.knows(push.hw) or is_behind(head, push.hw):
            raise NothingNewError(self._answer(head, Standing.RESET, head.seq - 1, head.salt, head.clock))
        if push.schema_v < head.min_schema:
            raise NothingNewError(self._answer(head, Standing.UPGRADE_REQUIRED, head.seq - 1, head.salt, head.clock))
        fresh = [(upcast(op, push.schema_v), body_hash) for op, body_hash in self._without_repeats(push.ops)]
        if not fresh:
            raise NothingNewError(self._answer(head, Standing.OK, head.seq - 1, head.salt, head.clock))
        ledger = Ledger(self.books, head.seq, self.clock, head.clock, self.scopes)
        ledger.load((op.entity, op.row) for op, _ in fresh if op.entity in REGISTRY)
        if head.purged_seq:
            unknown = [(op.entity, op.row) for op, _ in fresh if op.entity in REGISTRY]
            self._purged = purged(self.books, [key for key in unknown if not ledger.row(*key).state.exists])
        approvals = Approvals(ledger, self.session, self.clock)
        for op, body_hash in fresh:
            self._one(ledger, approvals, op, body_hash)
        look_after(ledger, self.applied)
        approvals.follow_up(self.applied)
        gone = erase_in_conflicts(ledger, self.applied)
        ledger.write()
        self._write_quarantine(ledger)
        erase_in_log(self.books, gone)
        salt = self._new_salt()
        facts = {"device": self.session.device, "user_id": self.session.user_id, "at": ledger.now, "n_ops": len(fresh)}
        self.books.close_commit(head.seq, salt, ledger.last, facts)
        self._show_rows(ledger)
        return self._answer(head, Standing.OK, head.seq, salt, ledger.last)

    def _answer(self, head: Head, standing: Standing, seq: int, salt: str, now: str) -> PushAnswer:
        results = self.results if standing is Standing.OK else {}
        return PushAnswer(standing=standing, seq=seq, salt=salt, now=now, results=results)

    def _without_repeats(self, ops: list[Operation]) -> list[tuple[Operation, str]]:
        sound = [is_well_formed(op) for op in ops]
        known = self.books.kept_ops([op.id for op, is_sound in zip(ops, sound, strict=True) if is_sound])
        fresh: dict[str, tuple[Operation, str]] = {}
        for op, is_sound in zip(ops, sound, strict=True):
            body_hash = content_hash(op)
            kept, earlier = known.get(op.id), fresh.get(op.id)
            if not is_sound:
                self.results[op.id] = Verdict(reason="sync.refused.malformed", refused=True)
            elif kept is not None:
                self.results[op.id] = self._repeat(kept, body_hash)
            elif earlier is None:
                fresh[op.id] = (op, body_hash)
            elif earlier[1] != body_hash:
                del fresh[op.id]
                self.results[op.id] = Verdict(reason="sync.refused.altered", refused=True)
        return list(fresh.values())

    def _repeat(self, kept: KeptOp, body_hash: str) -> Verdict:
        if kept.body_hash != body_hash or kept.user_id != self.session.user_id:
            return Verdict(reason="sync.refused.altered", refused=True)
        return Verdict(stamp=kept.stamp, reason=kept.reason)

    def _one(self, ledger: Ledger, approvals: Approvals, op: Operation, body_hash: str) -> None:
        outcome, before = self._judged(ledger, approvals, op)
        stamp = outcome.stamp or op.stamp
        self.results[op.id] = Verdict(stamp=stamp, reason=outcome.reason)
        ledger.keep(
            op,
            stamp,
            user=self.session.user_id,
            device=self.session.device,
            body_hash=body_hash,
            reason=outcome.reason,
        )
        if outcome.reason:
            self.quarantined.append((op, outcome.reason))
            return
        for field, earlier in outcome.settled:
            ledger.settle(field, earlier)
        for made in outcome.made:
            ledger.keep_own(made)
        ledger.put(ledger.row(op.entity, op.row), outcome.state, self.session.user_id)
        for loss in outcome.losses:
            ledger.record(op.entity, op.row, loss)
        self.applied.append(Applied(op=op, stamp=stamp, before=before))

    def _judged(self, ledger: Ledger, approvals: Approvals, op: Operation) -> tuple[Outcome, RowState]:
        nothing = RowState()
        if op.entity not in REGISTRY:
            return Outcome(state=nothing, reason="sync.refused.unknown_entity"), nothing
        entity = REGISTRY[op.entity]
        reason = misfit(entity, op) or self._not_for_laptops(entity, op)
        row = ledger.row(op.entity, op.row)
        if reason:
            return Outcome(state=row.state, reason=reason), row.state
        if row.scope and not self.session.may_write(row.scope):
            return Outcome(state=row.state, reason="sync.refused.scope"), row.state
        if reason := roles.refusal(self.session, op, row.state):
            return Outcome(state=row.state, reason=reason), row.state
        if (op.entity, op.row) in self._purged:
            return Outcome(state=row.state, reason="sync.refused.purged"), row.state
        if not row.state.exists and (reason := self._follows_refused(ledger, op)):
            return Outcome(state=row.state, reason=reason), row.state
        outcome = apply(entity, row.state, op, ledger)
        target = ledger.target_scope(row, outcome.state)
        if not outcome.reason and not self.session.may_write(target) and not self._closes_map(op, target):
            return Outcome(state=row.state, reason="sync.refused.scope"), row.state
        if not outcome.reason and (reason := approvals.refusal(op, row.state, outcome.state)):
            return Outcome(state=row.state, reason=reason), row.state
        return outcome, row.state

    def _closes_map(self, op: Operation, target: str) -> bool:
        """Who may write a map may make it private; for the rest of this push he is on its team."""
        if op.entity != "stakeholder_map" or target != f"{PRIVATE}{op.row}":
            return False
        self.session = replace(self.session, grants={**self.session.grants, target: READ_WRITE})
        return True

    def _follows_refused(self, ledger: Ledger, op: Operation) -> str:
        """An edit of a row whose making was refused is refused for the same reason."""
        earlier = {one for name, held in op.seen.items() if "/" not in name for one in held.split()}
        here = [self.results[one].reason for one in earlier if one in self.results and self.results[one].reason]
        return here[0] if here else ledger.refusal(earlier)

    def _not_for_laptops(self, entity: Entity, op: Operation) -> str:
        """What the server makes, laptops only read; of a conflict they decide the state."""
        if not entity.server_made:
            return ""
        decides = op.kind is OpKind.SET and bool(op.seen) and set(op.fields) == {"state"}
        return "" if decides else "sync.refused.server_made"

    def _write_quarantine(self, ledger: Ledger) -> None:
        self.books.keep_quarantine(
            [
                {
                    "op_id": op.id,
                    "user_id": self.session.user_id,
                    "reason": reason,
                    "at": ledger.now,
                    "body": pack(op).decode(),
                }
                for op, reason in self.quarantined
            ]
        )

    def _show_rows(self, ledger: Ledger) -> None:
        """With each refusal goes the row as it stands, when its author may see it."""
        for op, reason in self.quarantined:
            if op.entity not in REGISTRY:
                continue
            row = ledger.row(op.entity, op.row)
            if row.state.exists and self.session.may_read(row.scope):
                stamp = self.results[op.id].stamp
                self.results[op.id] = Verdict(stamp=stamp, reason=reason, row=row.on_wire())
