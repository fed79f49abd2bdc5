"""What one row alone cannot show: circles, parents to revive, lines of kept cards, doubled keys, rows that follow their parent's scope.

Runs inside the commit, after the merge rules (see `sync.merge`, rule 12).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop_crm.domain.schema import REGISTRY, Entity, FieldType, MergeRule
from desktop_crm.sync.merge import Loss, LossKind, RowState, make_version, op_of
from desktop_crm.sync.protocol import Operation
from desktop_crm.sync.server.ledger import Ledger
from desktop_crm.sync.server.map_lines import bring_back
from desktop_crm.sync.server.reviving import revive
from desktop_crm.sync.server.scopes import followers

LONGEST_ORDER_KEY: Final = 64
_DEEPEST: Final = 10_000
_TREES: Final = {e.name: [f.name for f in e.fields if f.merge is MergeRule.TREE_PARENT] for e in REGISTRY}
_KEYS: Final = {e.name: [f.name for f in e.fields if f.merge is MergeRule.UNIQUE] for e in REGISTRY}
_ORDERS: Final = {e.name: [f.name for f in e.fields if f.type is FieldType.ORDER_KEY] for e in REGISTRY}
_REVIVES: Final = {
    e.name: e.parent or (e.scope_path[0] if e.scope_path and e.scope_path[0] != "id" else None) for e in REGISTRY
}
_ABOUT: Final = [(e.name, "record_id") for e in REGISTRY if e.about]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An operation that was accepted, and the row as it was before."""

    op: Operation
    stamp: str
    before: RowState


def look_after(ledger: Ledger, applied: list[Applied]) -> None:
    """Everything, in this order."""
    _undo_circles(ledger, applied)
    _revive_parents(ledger, applied)
    bring_back(ledger, applied)
    _report_doubles(ledger, applied)
    _rebalance(ledger, applied)
    take_followers_along(ledger)


def _undo_circles(ledger: Ledger, applied: list[Applied]) -> None:
    """The later move goes back to where the row was; a row with nowhere else to go becomes a root."""
    for move in reversed(applied):
        for field in _TREES[move.op.entity]:
            if move.op.fields.get(field) and _closes_circle(ledger, move.op.entity, move.op.row, field):
                _undo_move(ledger, move, field)


def _undo_move(ledger: Ledger, move: Applied, field: str) -> None:
    row = ledger.row(move.op.entity, move.op.row)
    lost = row.state.fields.get(field)
    lost_version = row.state.version(field)
    back = move.before.fields.get(field)
    version = ledger.write_own(row, {field: back}, "circle", field, op_of(lost_version))
    if back and _closes_circle(ledger, move.op.entity, move.op.row, field):
        back = None
        version = ledger.write_own(row, {field: None}, "root", field, op_of(lost_version))
    loss = Loss(
        field=field,
        kind=LossKind.TREE,
        lost=lost,
        lost_version=lost_version,
        kept=back,
        kept_version=version,
        seen=move.op.seen.get(field, ""),
    )
    ledger.record(move.op.entity, move.op.row, loss)


def _closes_circle(ledger: Ledger, entity: str, row_id: str, field: str) -> bool:
    current, steps = ledger.row(entity, row_id).state.fields.get(field), 0
    passed = set[str]()
    while current and current not in passed and steps < _DEEPEST:
        if current == row_id:
            return True
        passed.add(current)
        current, steps = ledger.row(entity, current).state.fields.get(field), steps + 1
    return False


def _revive_parents(ledger: Ledger, applied: Iterable[Applied]) -> None:
    for one in applied:
        entity, row_id = one.op.entity, one.op.row
        steps = 0
        while (link := _REVIVES[entity]) and steps < _DEEPEST:
            row = ledger.row(entity, row_id)
            target, parent_id = REGISTRY[entity].field(link).target, row.state.fields.get(link)
            if row.state.deleted or not target or not parent_id:
                break
            parent = ledger.row(target, parent_id)
            if not parent.state.deleted:
                break
            revive(ledger, target, parent)
            entity, row_id, steps = target, parent_id, steps + 1


def _report_doubles(ledger: Ledger, applied: Iterable[Applied]) -> None:
    typed: dict[tuple[str, str], dict[str, list[Applied]]] = {}
    for one in applied:
        for field in _KEYS[one.op.entity]:
            value = one.op.fields.get(field)
            if value:
                typed.setdefault((one.op.entity, field), {}).setdefault(value, []).append(one)
    for (entity, field), by_value in typed.items():
        holders: dict[str, list[str]] = {}
        for row_id, value in ledger.books.find(entity, field, list(by_value)):
            holders.setdefault(value, []).append(row_id)
        for value, ones in by_value.items():
            _report_double(ledger, entity, field, value, holders.get(value, []), ones)


def _report_double(ledger: Ledger, entity: str, field: str, value: str, held: list[str], ones: list[Applied]) -> None:
    candidates = dict.fromkeys([*held, *(one.op.row for one in ones)])
    rows = [ledger.row(entity, row_id) for row_id in candidates]
    living = [row for row in rows if not row.state.deleted and row.state.fields.get(field) == value]
    first = living[0] if living else None
    by_row = {one.op.row: one for one in ones}
    for row in living[1:]:
        one = by_row.get(row.id) or next(iter(by_row.values()))
        assert first is not None
        loss = Loss(
            field=field,
            kind=LossKind.DUPLICATE,
            lost=row.id,
            lost_version=make_version(one.stamp, one.op.id),
            kept=first.id,
            kept_version=first.state.version(field),
        )
        ledger.record(entity, row.id, loss)


def _rebalance(ledger: Ledger, applied: Iterable[Applied]) -> None:
    """Fresh, short order keys for the siblings of a row whose key has grown too long."""
    done = set[tuple[str, str]]()
    for one in applied:
        for field in _ORDERS[one.op.entity]:
            value = one.op.fields.get(field)
            if isinstance(value, str) and len(value) > LONGEST_ORDER_KEY:
                _rebalance_siblings(ledger, REGISTRY[one.op.entity], one.op.row, field, done)


def _rebalance_siblings(ledger: Ledger, entity: Entity, row_id: str, field: str, done: set[tuple[str, str]]) -> None:
    parent = ledger.row(entity.name, row_id).state.fields.get(entity.parent) if entity.parent else None
    if (entity.name, str(parent)) in done:
        return
    done.add((entity.name, str(parent)))
    ids = [row_id]
    if entity.parent and parent:
        ids += ledger.find(entity.name, entity.parent, parent)
    ledger.load((entity.name, one) for one in ids)
    siblings = [ledger.row(entity.name, one) for one in dict.fromkeys(ids)]
    siblings.sort(key=lambda row: (row.state.fields.get(field) or "", row.id))
    for place, row in enumerate(siblings):
        ledger.write_own(row, {field: f"{(place + 1) * 1000:08d}"}, "order", field, op_of(row.state.version(field)))


def take_followers_along(ledger: Ledger) -> None:
    """What hangs on a row goes where the row goes; so do the conflicts about it."""
    queue = list(ledger.moved)
    while queue:
        entity, row_id = queue.pop(0)
        hanging = [(other.name, field) for other, field in followers(entity)]
        for follower, field in [*hanging, *_ABOUT, ("conflict", "row_id")]:
            for one in ledger.find(follower, field, row_id):
                row = ledger.row(follower, one)
                if ledger.target_scope(row, row.state) != row.scope:
                    ledger.put(row, row.state, row.by)
                    queue.append((row.entity, row.id))
