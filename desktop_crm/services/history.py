"""Undo: any transaction can be taken back as a new one, as far as what it wrote still stands. Redo takes the undo back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores.history import Deed, deeds
from desktop_crm.persistence.tables import ROWS, SyncedRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.record_rules import broken, refuse_turned
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that was not taken back, since someone wrote over it later."""

    entity: str
    row_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """What an undo did, and what it left alone."""

    changes: Changes
    kept: tuple[Kept, ...]


def revert(workspace: Workspace, tx_id: str) -> Reverted:
    """Take one transaction back in a new one. A later edit of the same field stays and is named in `kept`.

    Raises Refusal `undo.unknown` when the log no longer holds it, `undo.issued` when it issued a version, and what
    `record_rules` refuses: then nothing is taken back.
    """
    with workspace.write(f"revert:{tx_id}") as work:
        past = deeds(work.session, tx_id)
        if not past:
            raise Refusal("undo.unknown", tx=tx_id)
        if any(REGISTRY[deed.entity].issued for deed in past):
            raise Refusal("undo.issued")
        kept: list[Kept] = []
        by_entity: dict[str, list[Deed]] = defaultdict(list)
        for deed in past:
            by_entity[deed.entity].append(deed)
        for entity, some in by_entity.items():
            _take_back(work, entity, some, kept)
    return Reverted(changes=work.changes, kept=tuple(kept))


def _take_back(work: UnitOfWork, entity: str, past: list[Deed], kept: list[Kept]) -> None:
    there: dict[str, bool] = {}
    """Rows that came or went: whether they were there before the transaction. Its oldest deed, met last, decides."""
    updates: dict[str, dict[str, Any]] = {}
    for start in range(0, len(past), 500):
        some = past[start : start + 500]
        rows = _rows(work, entity, [deed.row_id for deed in some])
        for deed in some:
            row = rows.get(deed.row_id)
            if row is None:
                continue
            if deed.kind == ChangeKind.UPDATED:
                pending = updates.setdefault(deed.row_id, {})
                pending.update(_fields_back(row, deed, pending, kept))
            else:
                there[deed.row_id] = deed.kind == ChangeKind.DELETED
                if deed.kind == ChangeKind.CREATED:
                    updates.pop(deed.row_id, None)
        work.session.expunge_all()
    refuse_turned(work, entity, there)
    for _, refusal in broken(work, entity, updates.items()):
        raise refusal
    for row_id, was_there in there.items():
        if was_there:
            work.restore(entity, row_id)
    work.session.expunge_all()
    gone = [row_id for row_id, was_there in there.items() if not was_there]
    work.bulk(entity, updates=list(updates.items()), deletes=gone)


def _rows(work: UnitOfWork, entity: str, row_ids: list[str]) -> dict[str, SyncedRow]:
    table = ROWS[entity]
    return {row.id: row for row in work.session.query(table).where(table.id.in_(row_ids))}


def _fields_back(row: SyncedRow, deed: Deed, pending: Mapping[str, Any], kept: list[Kept]) -> dict[str, Any]:
    back: dict[str, Any] = {}
    for name, after in deed.after.items():
        now = pending.get(name, row.field_value(name))
        if now == after or name in pending:
            back[name] = deed.before.get(name)
        else:
            kept.append(Kept(entity=deed.entity, row_id=deed.row_id, field=name))
    return back
