"""What of a transaction still stands and can be taken back, worked out before anything is written. It only reads.

What somebody wrote over, built on or took away since stays as it is, and is named with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop_crm.domain.schema import REGISTRY, Entity, FieldType, MergeRule
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import journal as store
from desktop_crm.persistence.stores.history import Deed
from desktop_crm.persistence.tables import ROWS, SyncedRow

_CHUNK = 500


class Why(StrEnum):
    """Why something stays as it is."""

    CHANGED = "changed"  # written over since
    DELETED = "deleted"  # deleted since
    GONE = "gone"  # no longer on this laptop
    IN_USE = "in_use"  # something made since refers to it
    TARGET_GONE = "target_gone"  # it would refer to what was deleted since
    CIRCLE = "circle"  # it would come to stand above itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that is not taken back, or a whole row when `field` is empty. `by`: who wrote over it; `other`: what refers to it."""

    entity: str
    row_id: str
    field: str
    why: Why = Why.CHANGED
    by: str | None = None
    other: tuple[str, str] | None = None


@dataclass(slots=True)
class Plan:
    """What taking a transaction back would write, by entity."""

    updates: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    restores: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    deletes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    kept: list[Kept] = field(default_factory=list)
    comes: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Every row that would come back (True) or go, also those that stay after all."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing left to take back."""
        return not any(
            (
                any(any(fields) for rows in self.updates.values() for fields in rows.values()),
                any(self.restores.values()),
                any(self.deletes.values()),
            )
        )


def plan(session: Session, past: Sequence[Deed]) -> Plan:
    """What to write to take these operations (of one transaction, newest first) back, and what to leave alone."""
    by_entity: dict[str, list[Deed]] = defaultdict(list)
    for deed in past:
        by_entity[deed.entity].append(deed)
    made = Plan()
    for entity, some in by_entity.items():
        _work_out(session, entity, some, made)
    if past:
        _keep_changed_rows(session, past[0].n, made)
        _keep_orphans(session, past[0].stamp, made)
        _keep_from_circles(session, made)
        _keep_used_rows(session, past[0].n, made)
    return made


def _work_out(session: Session, entity: str, past: Sequence[Deed], made: Plan) -> None:
    """Fields and rows back, one entity; a row's oldest operation, met last, decides whether it was there before."""
    there: dict[str, bool] = {}
    updates, alive = made.updates[entity], set[str]()
    for start in range(0, len(past), _CHUNK):
        some = past[start : start + _CHUNK]
        rows = _rows(session, entity, [deed.row_id for deed in some])
        alive |= {row_id for row_id, row in rows.items() if row.row_deleted is None}
        for deed in some:
            row = rows.get(deed.row_id)
            if row is None:
                made.kept.append(Kept(entity=entity, row_id=deed.row_id, field="", why=Why.GONE))
            elif deed.kind == ChangeKind.UPDATED:
                pending = updates.setdefault(deed.row_id, {})
                pending.update(_fields_back(row, deed, pending, made.kept))
            else:
                there[deed.row_id] = deed.kind == ChangeKind.DELETED
                if deed.kind == ChangeKind.CREATED:
                    updates.pop(deed.row_id, None)
        session.expunge_all()
    restored = {row_id for row_id, was_there in there.items() if was_there}
    made.comes[entity] = there
    made.restores[entity] = [row_id for row_id in there if row_id in restored and row_id not in alive]
    made.deletes[entity] = {row_id for row_id, was_there in there.items() if not was_there and row_id in alive}
    for row_id in [one for one in updates if one not in alive and one not in restored]:
        if there.get(row_id) is None:
            made.kept.append(Kept(entity=entity, row_id=row_id, field="", why=Why.DELETED))
        del updates[row_id]


def _rows(session: Session, entity: str, row_ids: Sequence[str]) -> dict[str, SyncedRow]:
    table = ROWS[entity]
    found: dict[str, SyncedRow] = {}
    for start in range(0, len(row_ids), _CHUNK):
        rows = session.query(table).where(table.id.in_(row_ids[start : start + _CHUNK]))
        found.update({row.id: row for row in rows})
    return found


def _fields_back(row: SyncedRow, deed: Deed, pending: Mapping[str, Any], kept: list[Kept]) -> dict[str, Any]:
    back: dict[str, Any] = {}
    for name, after in deed.after.items():
        now = pending.get(name, row.field_value(name))
        if now == after or name in pending:
            back[name] = deed.before.get(name)
        elif not row.described.field(name).derived:
            kept.append(Kept(entity=deed.entity, row_id=deed.row_id, field=name))
    return back


def _keep_changed_rows(session: Session, last: int, made: Plan) -> None:
    """Rows that would go, but that somebody wrote something into since."""
    for entity, going in made.deletes.items():
        if not going:
            continue
        first: dict[tuple[str, str], Any] = {}
        writer: dict[tuple[str, str], str | None] = {}
        for one in store.later(session.connection(), entity, sorted(going), last):
            for name in one.after:
                known = REGISTRY[entity].field(name)
                if one.kind == ChangeKind.UPDATED and not known.derived and known.type is not FieldType.ORDER_KEY:
                    first.setdefault((one.row_id, name), one.before.get(name))
                    writer[one.row_id, name] = one.actor
        rows = _rows(session, entity, list({row_id for row_id, _ in first}))
        for (row_id, name), before in first.items():
            if row_id in going and row_id in rows and rows[row_id].field_value(name) != before:
                going.discard(row_id)
                made.kept.append(Kept(entity=entity, row_id=row_id, field=name, by=writer[row_id, name]))


def _keep_orphans(session: Session, stamp: str, made: Plan) -> None:
    """Rows and references that would point to what was deleted after the transaction."""
    for entity in [name for name, ids in made.restores.items() if ids]:
        fields = _holding(REGISTRY[entity])
        rows = _rows(session, entity, made.restores[entity])
        wanted = [(row_id, name, rows[row_id].field_value(name)) for row_id in rows for name in fields]
        lost = _lost(session, entity, wanted, stamp, made)
        for row_id, name in lost:
            if row_id in made.restores[entity]:
                made.restores[entity].remove(row_id)
                made.updates[entity].pop(row_id, None)
                made.kept.append(Kept(entity=entity, row_id=row_id, field=name, why=Why.TARGET_GONE))
    for entity, updates in made.updates.items():
        names = {field.name for field in REGISTRY[entity].references}
        wanted = [(row_id, name, back[name]) for row_id, back in updates.items() for name in back if name in names]
        for row_id, name in _lost(session, entity, wanted, stamp, made):
            del updates[row_id][name]
            made.kept.append(Kept(entity=entity, row_id=row_id, field=name, why=Why.TARGET_GONE))


def _holding(entity: Entity) -> tuple[str, ...]:
    """The references a row hangs on: the whole it is a part of, its account, the row above it."""
    names = {entity.parent, *entity.scope_path[:1]}
    return tuple(
        field.name for field in entity.references if field.name in names or field.merge is MergeRule.TREE_PARENT
    )


def _lost(
    session: Session, entity: str, wanted: Sequence[tuple[str, str, Any]], stamp: str, made: Plan
) -> list[tuple[str, str]]:
    """Which of these (row, reference, target) point to a row that was deleted after that moment and does not come back."""
    lost = []
    by_target: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row_id, name, target in wanted:
        if target:
            by_target[REGISTRY[entity].field(name).target or ""].append((row_id, name, target))
    for target_entity, some in by_target.items():
        rows = _rows(session, target_entity, list({target for _, _, target in some}))
        gone = {row_id for row_id, row in rows.items() if row.row_deleted is not None and row.row_deleted > stamp}
        gone -= set(made.restores.get(target_entity, ()))
        lost += [(row_id, name) for row_id, name, target in some if target in gone]
    return lost


def _keep_from_circles(session: Session, made: Plan) -> None:
    """Rows that would come to stand above themselves."""
    for entity, updates in made.updates.items():
        trees = [f.name for f in REGISTRY[entity].references if f.merge is MergeRule.TREE_PARENT and f.target == entity]
        for row_id, back in updates.items():
            for name in [one for one in trees if back.get(one) and _closes(session, entity, one, row_id, updates)]:
                del back[name]
                made.kept.append(Kept(entity=entity, row_id=row_id, field=name, why=Why.CIRCLE))


def _closes(session: Session, entity: str, name: str, row_id: str, updates: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the row would come to stand above itself."""
    seen = {row_id}
    node: str | None = updates[row_id][name]
    while node:
        if node in seen:
            return node == row_id
        seen.add(node)
        if name in updates.get(node, {}):
            node = updates[node][name]
        else:
            row = session.get(ROWS[entity], node)
            node = row.field_value(name) if row is not None else None
    return False


def _keep_used_rows(session: Session, last: int, made: Plan) -> None:
    """Rows that would go, but that rows which stay refer to since; what those refer to themselves then stays too."""
    staying = True
    while staying:
        staying = False
        for entity, going in made.deletes.items():
            for other, row_id, name, target in list(store.referring(session, entity, sorted(going))):
                leaves = row_id in made.deletes.get(other, ()) or name in made.updates.get(other, {}).get(row_id, {})
                if target in going and not leaves and _refers_since(session, other, row_id, name, last):
                    going.discard(target)
                    made.kept.append(
                        Kept(entity=entity, row_id=target, field="", why=Why.IN_USE, other=(other, row_id))
                    )
                    staying = True


def _refers_since(session: Session, entity: str, row_id: str, name: str, last: int) -> bool:
    """Whether the reference was made after that number: a record may well refer to one that was deleted, and did before."""
    return any(
        one.kind != ChangeKind.UPDATED or name in one.after
        for one in store.later(session.connection(), entity, [row_id], last)
    )
