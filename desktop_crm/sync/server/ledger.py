"""The working copy of one push: rows as they are being changed, operations as they are being kept, answers to the merge rules.

Everything is read from the books once and written back at the end, inside one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import msgspec

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.hlc import HybridClock, Stamp, make_stamp, stamp_time
from desktop_crm.foundation.ids import DeviceId
from desktop_crm.sync.merge import ROW, Loss, LossKind, RowState, made_id, make_version, op_of, stamp_of
from desktop_crm.sync.protocol import Operation, OpKind, canonical, pack, unpack
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books, FeedLine, KeptOp
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.scopes import TEAM, Scopes

SERVER_DEVICE: Final = DeviceId("000000000000")
SERVER_USER: Final = ""
_AHEAD: Final = timedelta(minutes=5)

RowKey = tuple[str, str]


class Ledger:
    """Implements the merge rules' `World`. Built for one transaction, used by one thread."""

    def __init__(self, books: Books, seq: int, clock: Clock, last: str, scopes: Scopes) -> None:
        self.books, self.seq, self.scopes = books, seq, scopes
        self._hlc = HybridClock(SERVER_DEVICE, clock, Stamp(last))
        self._rows: dict[RowKey, StoredRow] = {}
        self._changed: dict[RowKey, None] = {}
        self.moved: dict[RowKey, None] = {}
        """Rows that are new in their scope: made, or come from another one."""
        self._left: dict[tuple[str, str, str], None] = {}
        self._ops: dict[str, Operation | None] = {}
        self._authors: dict[str, str] = {}
        self._new_ops: list[KeptOp] = []
        now = clock.now()
        self.now = now.isoformat().replace("+00:00", "Z")
        ahead = now + _AHEAD
        self.ceiling = make_stamp(int(ahead.timestamp() * 1000), 0xFFFF, "g")

    def tick(self) -> str:
        return self._hlc.tick()

    def learn(self, stamp: str) -> None:
        """Take in a stamp that was accepted."""
        self._hlc.learn(Stamp(stamp))

    @property
    def last(self) -> str:
        """The newest stamp given or taken."""
        return self._hlc.last

    def operation(self, op_id: str) -> Operation | None:
        if not op_id:
            return None
        if op_id not in self._ops:
            kept = self.books.kept_ops([op_id]).get(op_id)
            self._ops[op_id] = unpack(kept.body.encode(), Operation) if kept and not kept.reason else None
            if kept:
                self._authors[op_id] = kept.user_id
        return self._ops[op_id]

    def author(self, op_id: str) -> str:
        """The user whose operation it is; empty for the server's own and for unknown ones."""
        self.operation(op_id)
        return self._authors.get(op_id, SERVER_USER)

    def refusal(self, op_ids: Iterable[str]) -> str:
        """Why one of these operations lies in quarantine; empty when none does."""
        kept = self.books.kept_ops(sorted(op_ids))
        return next((one.reason for one in kept.values() if one.reason), "")

    def load(self, keys: Iterable[RowKey]) -> None:
        """Read rows that will be needed, at one go."""
        wanted: dict[str, list[str]] = {}
        for entity, row_id in keys:
            if (entity, row_id) not in self._rows:
                wanted.setdefault(entity, []).append(row_id)
        for entity, ids in wanted.items():
            found = self.books.rows(entity, list(dict.fromkeys(ids)))
            for row_id in ids:
                empty = StoredRow(entity=entity, id=row_id, state=RowState())
                self._rows[entity, row_id] = found.get(row_id, empty)

    def row(self, entity: str, row_id: str) -> StoredRow:
        """A row as it stands now; an empty one when there is none."""
        found = self._rows.get((entity, row_id))
        if found is None:
            self.load([(entity, row_id)])
            found = self._rows[entity, row_id]
        return found

    def scope_of_row(self, entity: str, row_id: str) -> str:
        """The scope a row lies in; empty when it does not exist."""
        return self.row(entity, row_id).scope

    def target_scope(self, row: StoredRow, state: RowState) -> str:
        """The scope the row will lie in."""
        if row.entity == "conflict":
            return self.scope_of_row(str(state.fields.get("entity")), str(state.fields.get("row_id"))) or TEAM
        if REGISTRY[row.entity].about and state.fields.get("entity") in REGISTRY:
            return self.scope_of_row(str(state.fields["entity"]), str(state.fields.get("record_id"))) or TEAM
        return self.scopes.scope_of(REGISTRY[row.entity], row.id, state.fields, self.shared, self.scope_of_row)

    @cached_property
    def shared(self) -> dict[str, str]:
        """Accounts that are shared by themselves, with the scope each would lie in otherwise."""
        return {line["account_id"]: line["mode"] for line in self.books.all(tables.share, holder="")}

    def find(self, entity: str, field: str, value: str) -> list[str]:
        """Ids of living rows whose field holds the value, this push's own included."""
        return [row.id for row in self.holding(entity, field, [value])]

    def holding(self, entity: str, field: str, values: Sequence[str], *, deleted: bool = False) -> list[StoredRow]:
        """Living rows, or deleted ones, whose field holds one of the values, this push's own included."""
        ids = dict.fromkeys(found for found, _ in self.books.find(entity, field, values, deleted=deleted))
        ids |= dict.fromkeys(row.id for row in self.changed if row.entity == entity)
        self.load((entity, row_id) for row_id in ids)
        rows, wanted = [self._rows[entity, row_id] for row_id in ids], set(values)
        return [row for row in rows if row.state.fields.get(field) in wanted and row.state.deleted is deleted]

    def put(self, row: StoredRow, state: RowState, by: str = SERVER_USER) -> None:
        """Set a row's new state; it goes to the end of its scope's feed, and leaves the scope it was in."""
        scope = self.target_scope(row, state)
        if row.scope != scope:
            if row.scope or scope != TEAM or self.scopes.field:  # parts that came before a new whole lie with the team
                self.moved[row.entity, row.id] = None
            if row.scope:
                self._left[row.scope, row.entity, row.id] = None
        if row.entity == "account" and row.id in self.shared:
            self._note_home(row.id, self.scopes.home(state.fields))
        row.state, row.scope, row.seq, row.by = state, scope, self.seq, by
        self._left.pop((scope, row.entity, row.id), None)
        self._changed[row.entity, row.id] = None

    def _note_home(self, account_id: str, home: str) -> None:
        """An account that is shared by itself would lie elsewhere now; others may see it for that."""
        if self.shared[account_id] != home:
            self.shared[account_id] = home
            self.books.put(tables.share, account_id=account_id, holder="", mode=home)

    @property
    def changed(self) -> list[StoredRow]:
        """Rows touched so far, in order."""
        return [self._rows[key] for key in self._changed]

    def keep(self, op: Operation, stamp: str, *, user: str, device: str, body_hash: str = "", reason: str = "") -> None:
        """Put an operation into the log."""
        if not reason:
            self._ops[op.id] = op
            self.learn(stamp)
        self._authors[op.id] = user
        self._new_ops.append(
            KeptOp(
                op_id=op.id,
                seq=self.seq,
                body_hash=body_hash,
                body=pack(op).decode(),
                stamp=stamp,
                user_id=user,
                device=device,
                reason=reason,
            )
        )

    def keep_own(self, op: Operation) -> None:
        """Put an operation of the server's own into the log, once."""
        if self.operation(op.id) is None:
            self.keep(op, op.stamp, user=SERVER_USER, device=SERVER_DEVICE)

    def write_own(self, row: StoredRow, fields: dict[str, Any], *cause: str) -> str:
        """Set fields of a row in the server's own name. `cause` names why; the same cause gives the same operation."""
        stamp = self.tick()
        op_id = made_id("server", row.id, *cause)
        version = make_version(stamp, op_id)
        seen = {name: op_of(row.state.version(name)) for name in fields}
        op = Operation(id=op_id, stamp=stamp, entity=row.entity, row=row.id, fields=fields, seen=seen)
        self.keep_own(op)
        clocks = {**row.state.clocks, **dict.fromkeys(fields, version)}
        clocks.setdefault(ROW, version)
        self.put(row, replace(row.state, fields={**row.state.fields, **fields}, clocks=clocks))
        return version

    def set_deleted(self, row: StoredRow, *cause: str, deleted: bool) -> str:
        """Delete a row or bring it back, in the server's own name."""
        stamp = self.tick()
        op_id = made_id("server", row.id, *cause)
        kind = OpKind.DELETE if deleted else OpKind.UNDELETE
        self.keep_own(Operation(id=op_id, stamp=stamp, entity=row.entity, row=row.id, kind=kind))
        version = make_version(stamp, op_id)
        self.put(row, replace(row.state, deleted=deleted, clocks={**row.state.clocks, "_deleted": version}))
        return version

    def record(self, entity: str, row_id: str, loss: Loss) -> None:
        """Keep a lost value as a conflict. The same loss is kept once."""
        conflict = self.row("conflict", conflict_id(op_of(loss.lost_version), loss.field))
        if conflict.state.exists:
            return
        started = self.operation(loss.seen)
        fields = {
            "entity": entity,
            "row_id": row_id,
            "field": loss.field,
            "kind": loss.kind.value,
            "before": _json(started.fields.get(loss.field)) if started else None,
            "kept": _json(loss.kept),
            "kept_op": op_of(loss.kept_version),
            "kept_by": self.author(op_of(loss.kept_version)),
            "kept_at": _moment(loss.kept_version),
            "lost": _json(loss.lost),
            "lost_op": op_of(loss.lost_version),
            "lost_by": self.author(op_of(loss.lost_version)),
            "lost_at": _moment(loss.lost_version),
            "state": "open",
        }
        self.write_own(conflict, fields, "conflict")

    def settle(self, field: str, op_id: str) -> None:
        """Drop an open conflict whose lost value its author has replaced himself."""
        conflict = self.row("conflict", conflict_id(op_id, field))
        fields = conflict.state.fields
        settles = conflict.state.exists and not conflict.state.deleted and fields.get("state") == "open"
        if settles and fields.get("kind") == LossKind.VALUE:
            self.set_deleted(conflict, "settled", deleted=True)

    def write(self) -> None:
        """Write everything back."""
        changed = self.changed
        self.books.save_rows(changed)
        lines = [FeedLine(scope=r.scope, entity=r.entity, row_id=r.id, seq=self.seq, kind="row") for r in changed]
        lines += [
            FeedLine(scope=scope, entity=entity, row_id=row_id, seq=self.seq, kind="exit")
            for scope, entity, row_id in self._left
        ]
        self.books.move_feed(lines)
        self.books.keep_ops(self._new_ops)


def conflict_id(lost_op: str, field: str) -> str:
    """The id of the conflict that keeps this operation's value of this field."""
    return made_id("conflict", lost_op, field)


def _json(value: Any) -> str:
    return canonical(value).decode()


def _moment(version: str) -> str:
    try:
        return stamp_time(Stamp(stamp_of(version))).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""


def content_hash(op: Operation) -> str:
    """What an operation says, whatever stamp it came with."""
    import hashlib

    parts = [op.entity, op.row, op.kind.value, op.fields, op.seen]
    return hashlib.blake2b(msgspec.json.encode(parts, order="sorted"), digest_size=16).hexdigest()
