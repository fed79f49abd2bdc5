"""How two histories of one row meet. Pure functions; the server applies operations with them, the simulation checks them.

1.  A field's version is "stamp operation"; versions are compared as text. Everything below is decided field by field.
2.  Scalar: an edit that has seen the current version wins, whatever its stamp says (causality beats clocks), and is stamped
    above it. Of two that have not seen each other, the higher version wins and the other value is kept as a loss.
    The same value twice is no loss. A value that its own author already replaced is no loss either, nor one nobody typed.
3.  Fields of one merge unit are decided together, by the unit's newest version: all or none.
4.  Sets: an addition is named by its operation. A removal takes away the additions that it names; an element stays while
    an addition of it is left. So additions win.
5.  Ledger rows and issued rows are made once. A later change is refused; a field left empty may be filled once.
6.  Workflow states: a step that the table does not know is refused, unless it would have lost anyway.
7.  Long text: three-way by line against the value that was seen. Where both changed the same lines, both stay, the older
    version's first, and a loss says so. The result is a new version, made by the server, with both as its parents.
8.  Delete: it stands when it has seen the newest version of every field; else the edit wins and the deletion is the loss.
    An edit that the deletion had not seen brings the row back.
9.  A row that is not known is made by any edit; what its maker typed comes in below that edit when it arrives.
10. A stamp more than five minutes ahead of the server is replaced by the server's own. Nobody is refused for a clock.
11. Order keys are scalars; rows sort by (key, id).
12. Circles and revived parents need other rows; the server looks for them after these rules (`server.aftermath`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from merge3 import Merge3

from desktop_crm.domain.schema import Entity, MergeRule
from desktop_crm.domain.schema.workflows import may_follow
from desktop_crm.foundation.hlc import Stamp, make_stamp, read_stamp
from desktop_crm.sync.protocol import DELETED, Operation, OpKind

Version = str
""" "stamp operation"; "" is older than everything."""

ROW: Final = ""
"""The clock key of the row itself: the version of every field that has none of its own."""
_CHAIN: Final = 200
_SERVER_MADE: Final = uuid.UUID("5f1f3a52-6a0c-4d0e-8f7b-0c3a1d6e9b44")


class LossKind(StrEnum):
    """Why a value is not the one that stands; the word in the conflict's `kind`."""

    VALUE = "value"
    TREE = "tree"
    DELETE = "delete"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowState:
    """A row's values and versions. A row that does not exist has no clocks."""

    fields: dict[str, Any] = field(default_factory=dict)
    clocks: dict[str, Version] = field(default_factory=dict)
    deleted: bool = False

    @property
    def exists(self) -> bool:
        return ROW in self.clocks

    @property
    def complete(self) -> bool:
        """Whether its maker's operation has arrived."""
        return bool(self.clocks.get(ROW))

    def version(self, name: str) -> Version:
        """The version of a field."""
        own = self.clocks.get(name)
        return own if own is not None else self.clocks.get(ROW, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A value that somebody typed and that does not stand."""

    field: str
    kind: LossKind
    lost: Any
    lost_version: Version
    kept: Any
    kept_version: Version
    seen: str = ""
    """The operation whose value both started from, as the losing side saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an operation did to a row. With a `reason`, nothing."""

    state: RowState
    stamp: str = ""
    reason: str = ""
    losses: tuple[Loss, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    """(field, operation): losses recorded before that the same author has now replaced."""
    made: tuple[Operation, ...] = ()
    """Operations of the server's own that this merge brought about, for its log."""


class World(Protocol):
    """What the rules may ask: the server's clock and the operations it has kept."""

    def tick(self) -> str:
        """A stamp of the server's own, above all it knows."""

    @property
    def ceiling(self) -> str:
        """Stamps above this are too far ahead."""

    def operation(self, op_id: str) -> Operation | None:
        """A kept operation."""


def op_of(version: Version) -> str:
    """The operation that wrote this version."""
    return version.partition(" ")[2]


def stamp_of(version: Version) -> str:
    """The stamp of this version."""
    return version.partition(" ")[0]


def make_version(stamp: str, op_id: str) -> Version:
    """A version from its parts."""
    return f"{stamp} {op_id}"


def made_id(*parts: str) -> str:
    """The id of something the server makes out of others: the same parts give the same id, on any server, after any restore."""
    return str(uuid.uuid5(_SERVER_MADE, "/".join(parts)))


def above(version: Version, device: str) -> str:
    """The least stamp of that device that is above a version."""
    millis, counter, _ = read_stamp(Stamp(stamp_of(version)))
    return make_stamp(millis + 1, 0, device) if counter >= 0xFFFF else make_stamp(millis, counter + 1, device)


def seen_of(clocks: Mapping[str, Version]) -> dict[str, str]:
    """A row's clocks without their stamps: what a deletion says that it saw."""
    return {name: value if "/" in name else op_of(value) for name, value in clocks.items() if "/" not in name or value}


Held = TypeVar("Held")


def newest(one: tuple[Version, Held], other: tuple[Version, Held]) -> tuple[Version, Held]:
    """The register join: the higher version with its value."""
    return one if one[0] >= other[0] else other


@dataclass(frozen=True, slots=True)
class Additions:
    """An add-wins set as it could be merged anywhere: (element, operation) pairs added, and those removed again."""

    added: frozenset[tuple[str, str]] = frozenset()
    removed: frozenset[tuple[str, str]] = frozenset()

    def join(self, other: Additions) -> Additions:
        """Both together."""
        return Additions(self.added | other.added, self.removed | other.removed)

    @property
    def elements(self) -> tuple[str, ...]:
        """What is in the set."""
        return tuple(sorted({element for element, _ in self.added - self.removed}))


def join_ledgers(one: Mapping[str, Held], other: Mapping[str, Held]) -> dict[str, Held]:
    """Ledger rows by id: all of both. A row never changes, so the same id holds the same row."""
    return {key: (one if key in one else other)[key] for key in sorted({*one, *other})}


def merge_lines(base: str, older: str, newer: str) -> tuple[str, bool]:
    """Three-way by line. Returns the text and whether lines overlapped; where they do, the older's lines come first."""
    if newer in {older, base}:
        return older, False
    if older == base:
        return newer, False
    lines: list[str] = []
    overlap = False
    parts = Merge3(_lines(base), _lines(older), _lines(newer))
    regions: list[tuple[Any, ...]] = list(parts.merge_regions())
    for region in regions:
        kind = region[0]
        if kind == "conflict":
            overlap = True
            ours, theirs = parts.a[region[3] : region[4]], parts.b[region[5] : region[6]]
            lines += [*ours, *(line for line in theirs if line not in ours)]
        elif kind == "unchanged":
            lines += parts.base[region[1] : region[2]]
        else:
            source = parts.b if kind == "b" else parts.a
            lines += source[region[1] : region[2]]
    return "\n".join(lines), overlap


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def is_ancestor(name: str, older: str, younger: str, find: Callable[[str], Operation | None]) -> bool:
    """Whether `older` is among the versions of this field that led to `younger`. Merged texts have two parents."""
    queue, known = [younger], set[str]()
    while queue and len(known) < _CHAIN:
        current = queue.pop()
        if current in known:
            continue
        known.add(current)
        operation = find(current)
        if operation is None:
            continue
        for parent in operation.seen.get(name, operation.seen.get(ROW, "")).split():
            if parent == older:
                return True
            queue.append(parent)
    return False


def apply(entity: Entity, state: RowState, op: Operation, world: World) -> Outcome:
    """One operation on one row. Never raises for what an operation holds; gives a reason instead."""
    op = _clamped(op, world)
    reason = _fixed(entity, state, op)
    if reason:
        return Outcome(state=state, reason=reason, stamp=op.stamp)
    if op.kind is OpKind.DELETE:
        return _delete(state, op, world)
    if op.kind is OpKind.UNDELETE:
        return _undelete(state, op)
    if op.kind is OpKind.ADD or op.kind is OpKind.REMOVE:
        return _revived(_change_sets(entity, state, op, world), state, op, world)
    if not state.exists:
        return Outcome(state=_born(entity, op, world), stamp=op.stamp)
    return _revived(_Fields(entity, state, op, world).outcome(), state, op, world)


def _clamped(op: Operation, world: World) -> Operation:
    try:
        read_stamp(Stamp(op.stamp))
    except ValueError:
        return _with_stamp(op, world.tick())
    return _with_stamp(op, world.tick()) if op.stamp > world.ceiling else op


def _with_stamp(op: Operation, stamp: str) -> Operation:
    return Operation(
        id=op.id, stamp=stamp, entity=op.entity, row=op.row, kind=op.kind, tx=op.tx, fields=op.fields, seen=op.seen
    )


def _fixed(entity: Entity, state: RowState, op: Operation) -> str:
    if not state.complete or not (entity.ledger or entity.issued):
        return ""
    same = op.kind in {OpKind.SET, OpKind.LEDGER, OpKind.ISSUE} and all(
        state.fields.get(name) is None or state.fields[name] == value for name, value in op.fields.items()
    )
    if same:
        return ""
    return "sync.refused.ledger" if entity.ledger else "sync.refused.issued"


def _born(entity: Entity, op: Operation, world: World) -> RowState:
    version = make_version(op.stamp, op.id)
    fields = {name: value for name, value in op.fields.items() if not _is_set(entity, name)}
    clocks: dict[str, Version] = {ROW: "", **dict.fromkeys(fields, version)} if op.seen else {ROW: version}
    for name, value in op.fields.items():
        if _is_set(entity, name):
            fields[name] = _merge_set(
                clocks, name, _additions(name, value, op), _removals(name, value, op), op.id, world
            )
    return RowState(fields=fields, clocks=clocks)


def _additions(name: str, wanted: Any, op: Operation) -> list[str]:
    """Elements of a whole set that its author added: those he has not seen in it."""
    return [element for element in wanted or () if f"{name}/{element}" not in op.seen]


def _removals(name: str, wanted: Any, op: Operation) -> dict[str, list[str]]:
    """Elements that the author of a whole set took out, each with the additions that he saw."""
    prefix, kept = f"{name}/", set(wanted or ())
    seen = {key.removeprefix(prefix): held.split() for key, held in op.seen.items() if key.startswith(prefix)}
    return {element: held for element, held in seen.items() if element not in kept}


def _merge_set(
    clocks: dict[str, Version],
    name: str,
    added: Iterable[str],
    removed: Mapping[str, Iterable[str]],
    op_id: str,
    world: World,
) -> list[str]:
    """Rule 4, on the row's clocks; returns the elements. A removal of an addition that is still to come is remembered as "-op"."""
    for element in added:
        held = set(clocks.get(f"{name}/{element}", "").split())
        clocks[f"{name}/{element}"] = " ".join(sorted(held - {f"-{op_id}"} if f"-{op_id}" in held else held | {op_id}))
    for element, additions in removed.items():
        held = set(clocks.get(f"{name}/{element}", "").split())
        to_come = {f"-{one}" for one in additions if one not in held and world.operation(one) is None}
        clocks[f"{name}/{element}"] = " ".join(sorted(held - set(additions) | to_come))
    prefix = f"{name}/"
    for key in [key for key, held in clocks.items() if key.startswith(prefix) and not held]:
        del clocks[key]
    return sorted(key.removeprefix(prefix) for key, held in clocks.items() if key.startswith(prefix) and living(held))


def living(held: str) -> str:
    """The additions that hold an element, without the removals that wait for theirs."""
    return " ".join(one for one in held.split() if not one.startswith("-"))


def _is_set(entity: Entity, name: str) -> bool:
    return entity.field(name).merge is MergeRule.ADD_WINS


def _delete(state: RowState, op: Operation, world: World) -> Outcome:
    version = make_version(op.stamp, op.id)
    if not state.exists:
        clocks = {ROW: "", DELETED: version}
        return Outcome(state=RowState(clocks=clocks, deleted=True), stamp=op.stamp)
    if state.deleted:
        return Outcome(state=state, stamp=op.stamp)
    unseen = [name for name in state.clocks if not _deletion_saw(state, name, op, world)]
    if unseen:
        versions = [state.version(name) for name in unseen if "/" not in name]
        loss = Loss(
            field=DELETED,
            kind=LossKind.DELETE,
            lost=True,
            lost_version=version,
            kept=False,
            kept_version=max(versions, default=state.version(ROW)),
        )
        return Outcome(state=state, stamp=op.stamp, losses=(loss,))
    stamp = op.stamp
    current = state.version(DELETED)
    if current > version:
        stamp = above(current, _device(op))
    clocks = {**state.clocks, DELETED: make_version(stamp, op.id)}
    return Outcome(state=replace(state, clocks=clocks, deleted=True), stamp=stamp)


def _device(op: Operation) -> str:
    return read_stamp(Stamp(op.stamp))[2]


def _deletion_saw(state: RowState, name: str, op: Operation, world: World) -> bool:
    if "/" in name:
        return set(living(state.clocks[name]).split()) <= set(op.seen.get(name, "").split())
    current = op_of(state.version(name))
    seen = op.seen.get(name, op.seen.get(ROW, ""))
    return not current or current == seen or is_ancestor(name, current, seen, world.operation)


def _undelete(state: RowState, op: Operation) -> Outcome:
    if not state.exists:
        return Outcome(state=RowState(clocks={ROW: "", DELETED: make_version(op.stamp, op.id)}), stamp=op.stamp)
    stamp = op.stamp
    if state.version(DELETED) > make_version(stamp, op.id):
        stamp = above(state.version(DELETED), _device(op))
    clocks = {**state.clocks, DELETED: make_version(stamp, op.id)}
    return Outcome(state=replace(state, clocks=clocks, deleted=False), stamp=stamp)


def _change_sets(entity: Entity, state: RowState, op: Operation, world: World) -> Outcome:
    fields, clocks = dict(state.fields), dict(state.clocks)
    clocks.setdefault(ROW, "")
    for name, elements in op.fields.items():
        if not _is_set(entity, name) or not isinstance(elements, list):
            return Outcome(state=state, stamp=op.stamp, reason="sync.refused.not_a_set")
        added = elements if op.kind is OpKind.ADD else ()
        taken = {} if added else {element: op.seen.get(f"{name}/{element}", "").split() for element in elements}
        fields[name] = _merge_set(clocks, name, added, taken, op.id, world)
    return Outcome(state=replace(state, fields=fields, clocks=clocks), stamp=op.stamp)


def _revived(outcome: Outcome, before: RowState, op: Operation, world: World) -> Outcome:
    """Rule 8: an edit that the deletion had not seen brings the row back."""
    if outcome.reason or not before.deleted:
        return outcome
    deletion = op_of(before.clocks.get(DELETED, ""))
    known = world.operation(deletion)
    saw_the_making = known is not None and known.seen.get(ROW) == op.id
    if saw_the_making or all(is_ancestor(name, op.id, deletion, world.operation) for name in op.fields):
        return outcome
    version = make_version(above(before.clocks[DELETED], _device(op)), op.id)
    state = replace(outcome.state, deleted=False, clocks={**outcome.state.clocks, DELETED: version})
    loss = Loss(
        field=DELETED,
        kind=LossKind.DELETE,
        lost=True,
        lost_version=before.clocks[DELETED],
        kept=False,
        kept_version=version,
    )
    return replace(outcome, state=state, losses=(*outcome.losses, loss))


class _Group(NamedTuple):
    """Fields that are decided together: their newest version, and whether the operation had seen it."""

    names: tuple[str, ...]
    current: Version
    causal: bool


class _Fields:
    """The set operation, worked through unit by unit. Built for one use."""

    def __init__(self, entity: Entity, state: RowState, op: Operation, world: World) -> None:
        self.entity, self.before, self.op, self.world = entity, state, op, world
        self.fields, self.clocks = dict(state.fields), dict(state.clocks)
        self.stamp = op.stamp
        self.losses: list[Loss] = []
        self.settled: list[tuple[str, str]] = []
        self.made: list[Operation] = []

    def outcome(self) -> Outcome:
        """The whole operation, or a reason why not."""
        groups = [self._met(names) for names in self._groups()]
        self._stamp_above_what_was_seen(groups)
        if not self.op.seen and not self.before.complete:
            self.clocks[ROW] = make_version(self.stamp, self.op.id)
        for group in groups:
            reason = self._group(group)
            if reason:
                return Outcome(state=self.before, reason=reason, stamp=self.op.stamp)
        state = RowState(fields=self.fields, clocks=self.clocks, deleted=self.before.deleted)
        return Outcome(
            state=state,
            stamp=self.stamp,
            losses=tuple(self.losses),
            settled=tuple(self.settled),
            made=tuple(self.made),
        )

    def _groups(self) -> list[tuple[str, ...]]:
        units: dict[str, list[str]] = {}
        for name in self.op.fields:
            units.setdefault(self.entity.field(name).unit or name, []).append(name)
        return [tuple(names) for names in units.values()]

    def _met(self, names: tuple[str, ...]) -> _Group:
        current = self._current(names)
        return _Group(names, current, self._is_causal(names, current))

    def _unit(self, names: tuple[str, ...]) -> tuple[str, ...]:
        unit = self.entity.field(names[0]).unit
        return self.entity.together(unit) if unit else names

    def _current(self, names: tuple[str, ...]) -> Version:
        return max(map(self.before.version, self._unit(names)))

    def _is_causal(self, names: tuple[str, ...], current: Version) -> bool:
        op_id = op_of(current)
        if not op_id:
            return True
        return any(self._seen(name) == op_id for name in self._unit(names)) or is_ancestor(
            names[0], op_id, self.op.id, self._find
        )

    def _find(self, op_id: str) -> Operation | None:
        return self.op if op_id == self.op.id else self.world.operation(op_id)

    def _seen(self, name: str) -> str:
        return self.op.seen.get(name, self.op.seen.get(ROW, ""))

    def _stamp_above_what_was_seen(self, groups: Iterable[_Group]) -> None:
        for group in groups:
            if group.causal and group.current > make_version(self.stamp, self.op.id):
                self.stamp = above(group.current, _device(self.op))

    def _group(self, group: _Group) -> str:
        names, current, causal = group
        if _is_set(self.entity, names[0]):
            name, wanted = names[0], self.op.fields[names[0]]
            added, removed = _additions(name, wanted, self.op), _removals(name, wanted, self.op)
            self.fields[name] = _merge_set(self.clocks, name, added, removed, self.op.id, self.world)
            return ""
        mine = make_version(self.stamp, self.op.id)
        differing = [name for name in names if self.before.fields.get(name) != self.op.fields[name]]
        wins = mine > current
        if not causal and not wins and is_ancestor(names[0], self.op.id, op_of(current), self._find):
            return ""
        rule = self.entity.field(names[0]).merge
        if differing and wins:
            reason = self._refusal(names[0], rule, causal=causal)
            if reason:
                return reason
        if differing and not causal:
            self.settled += [(name, self._seen(name)) for name in names if self._seen(name)]
            if rule is MergeRule.LINES and self._merge_text(names[0], current, mine):
                return ""
            self._note_losses(names, current, mine, wins=wins)
        if wins:
            for name in self._unit(names):
                self.clocks[name] = mine
            for name in names:
                self.fields[name] = self.op.fields[name]
        return ""

    def _refusal(self, name: str, rule: MergeRule, *, causal: bool) -> str:
        before, after = self.before.fields.get(name), self.op.fields[name]
        if rule is MergeRule.WORKFLOW and not may_follow(self.entity.name, name, before, after):
            return "sync.refused.state"
        if rule is MergeRule.FIXED and before is not None:
            return "sync.refused.fixed"
        return ""

    def _merge_text(self, name: str, current: Version, mine: Version) -> bool:
        """Rule 7. Returns whether the texts could be merged at all."""
        theirs, ours = self.before.fields.get(name), self.op.fields[name]
        seen = self.world.operation(self._seen(name))
        base = seen.fields.get(name) if seen is not None else None
        if not isinstance(theirs, str) or not isinstance(ours, str) or not isinstance(base, str | None):
            return False
        mine_is_newer = mine > current
        older, newer = (theirs, ours) if mine_is_newer else (ours, theirs)
        merged, overlap = merge_lines(base or "", older, newer)
        version = max(mine, current)
        made = made_id("text", self.op.row, name, *sorted((op_of(current), self.op.id)))
        stamp = above(version, _device(self.op))
        self.fields[name] = merged
        self.clocks[name] = make_version(stamp, made)
        self.made.append(
            Operation(
                id=made,
                stamp=stamp,
                entity=self.op.entity,
                row=self.op.row,
                tx=self.op.tx,
                fields={name: merged},
                seen={name: f"{op_of(current)} {self.op.id}"},
            )
        )
        if overlap:
            lost, lost_version = (theirs, current) if mine_is_newer else (ours, mine)
            self.losses.append(self._loss(name, lost, lost_version, merged, self.clocks[name]))
        return True

    def _note_losses(self, names: tuple[str, ...], current: Version, mine: Version, *, wins: bool) -> None:
        loser, winner = (current, mine) if wins else (mine, current)
        if is_ancestor(names[0], op_of(loser), op_of(winner), self._find):
            return
        for name in self._unit(names) if wins else names:
            if self.entity.field(name).derived:
                continue
            theirs = self.before.fields.get(name)
            ours = self.op.fields.get(name, theirs)
            if theirs == ours:
                continue
            lost, kept = (theirs, ours) if wins else (ours, theirs)
            if lost is None and not self._was_typed(name, op_of(loser)):
                continue
            self.losses.append(self._loss(name, lost, loser, kept, winner))

    def _was_typed(self, name: str, op_id: str) -> bool:
        operation = self._find(op_id)
        return operation is not None and name in operation.fields

    def _loss(self, name: str, lost: Any, lost_version: Version, kept: Any, kept_version: Version) -> Loss:
        return Loss(
            field=name,
            kind=LossKind.VALUE,
            lost=lost,
            lost_version=lost_version,
            kept=kept,
            kept_version=kept_version,
            seen=self._seen(name),
        )
