"""A row between the server's tables and the merge rules, and the check that an operation's values fit their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from desktop_crm.domain.schema import REGISTRY, Entity, FieldType
from desktop_crm.domain.schema.codec import decode
from desktop_crm.domain.schema.limits import beyond
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.merge import ROW, RowState, living
from desktop_crm.sync.protocol import Operation, OpKind, WireRow

LONGEST_TEXT: Final = 4 * 1024 * 1024
_LONGEST_NAME: Final = 200
_RESERVED: Final = frozenset({"id", "tenant_id"})
_INT64: Final = 2**63
_ENCODE: Final = msgspec.json.Encoder(order="sorted").encode
_DECODE: Final = msgspec.json.decode
_SETS: Final = {e.name: frozenset(f.name for f in e.fields if f.type is FieldType.SET) for e in REGISTRY}
_FLAGS: Final = {e.name: frozenset(f.name for f in e.fields if f.type is FieldType.BOOLEAN) for e in REGISTRY}
_NAMES: Final = {e.name: tuple(e.by_name) for e in REGISTRY}
CHANGING: Final = ("_clk", "_deleted", "_seq", "_scope", "_by")
"""Columns that every change of a row touches."""
COLUMNS: Final = {name: ("id", *CHANGING, "_extra", *fields) for name, fields in _NAMES.items()}
"""The columns of a row, without its tenant."""


@dataclass(slots=True, kw_only=True)
class StoredRow:
    """A row as it lies in the store. `scope` is empty for a row that is not there."""

    entity: str
    id: str
    state: RowState
    kept: RowState | None = None
    """What the store has of it; None when it has nothing."""
    scope: str = ""
    seq: int = 0
    by: str = ""

    def on_wire(self) -> WireRow:
        """The same as it is sent."""
        return WireRow(
            entity=self.entity,
            id=self.id,
            fields={name: value for name, value in self.state.fields.items() if value is not None},
            clocks=_known_additions(self.state.clocks),
            scope=self.scope,
            seq=self.seq,
            deleted=self.state.deleted,
            by=self.by,
        )


def _known_additions(clocks: dict[str, str]) -> dict[str, str]:
    """Clocks as laptops need them: without removals that wait for an addition."""
    if not any(" -" in held or held.startswith("-") for held in clocks.values()):
        return clocks
    shown = {name: living(held) if "/" in name else held for name, held in clocks.items()}
    return {name: held for name, held in shown.items() if held or "/" not in name}


def read_row(entity: str, columns: Sequence[Any]) -> StoredRow:
    """A row from its columns, which come in the order of `COLUMNS`."""
    row_id, clocks, deleted, seq, scope, by, extra, *values = columns
    fields = {name: value for name, value in zip(_NAMES[entity], values, strict=True) if value is not None}
    for name in _SETS[entity]:
        if name in fields:
            fields[name] = _DECODE(fields[name])
    for name in _FLAGS[entity]:
        if name in fields:
            fields[name] = bool(fields[name])
    if extra:
        fields.update(_DECODE(extra))
    state = RowState(fields=fields, clocks=_DECODE(clocks), deleted=bool(deleted))
    return StoredRow(entity=entity, id=row_id, state=state, kept=state, scope=scope, seq=seq, by=by or "")


def write_row(row: StoredRow) -> list[Any]:
    """A row as columns, in the order of `COLUMNS`."""
    coded = _coded(row)
    return [
        row.id,
        _ENCODE(slim(row.state.clocks)).decode(),
        row.state.deleted,
        row.seq,
        row.scope,
        row.by,
        _extra(row),
        *map(coded.get, _NAMES[row.entity]),
    ]


def write_changes(row: StoredRow) -> tuple[tuple[str, ...], list[Any]]:
    """The columns of a row that differ from what the store has of it, and their values."""
    assert row.kept is not None
    now, before, known = row.state.fields, row.kept.fields, REGISTRY[row.entity].by_name
    changed = [name for name, value in now.items() if before.get(name) != value]
    changed += [name for name, value in before.items() if value is not None and name not in now]
    changed.sort()
    names = [*CHANGING, *(name for name in changed if name in known)]
    coded = _coded(row)
    values = [_ENCODE(slim(row.state.clocks)).decode(), row.state.deleted, row.seq, row.scope, row.by]
    values += map(coded.get, names[len(CHANGING) :])
    if len(names) < len(CHANGING) + len(changed):
        return (*names, "_extra"), [*values, _extra(row)]
    return tuple(names), values


def _coded(row: StoredRow) -> dict[str, Any]:
    """The fields as they lie in columns."""
    fields = row.state.fields
    sets = {name: _ENCODE(fields[name]).decode() for name in _SETS[row.entity] if fields.get(name) is not None}
    return {**fields, **sets} if sets else fields


def _extra(row: StoredRow) -> str | None:
    known = REGISTRY[row.entity].by_name
    extra = {name: value for name, value in row.state.fields.items() if value is not None and name not in known}
    return _ENCODE(extra).decode() if extra else None


def slim(clocks: Mapping[str, str]) -> dict[str, str]:
    """A row's clocks without the fields that have the row's own version."""
    whole = clocks.get(ROW)
    return {name: version for name, version in clocks.items() if name == ROW or version != whole}


def misfit(entity: Entity, op: Operation) -> str:
    """Why an operation's values cannot be kept; empty when they can."""
    for name, value in op.fields.items():
        reason = _misfit_value(entity, name, value, op.kind)
        if reason:
            return reason
    return ""


def is_well_formed(op: Operation) -> bool:
    """Whether the names in an operation are names: short, printable, without spaces. What is not is not even kept."""
    names = (op.id, op.row, op.stamp, op.entity, *op.fields)
    lengths, everything = list(map(len, names)), "".join(names)
    fitting = min(lengths) > 0 and max(lengths) <= _LONGEST_NAME
    links = "".join((*op.seen, *op.seen.values(), op.tx))
    return fitting and everything.isprintable() and " " not in everything and "\0" not in links


def _misfit_value(entity: Entity, name: str, value: Any, kind: OpKind) -> str:
    """The name is well-formed already."""
    if name in _RESERVED or name.startswith("_") or "/" in name:
        return "sync.refused.malformed"
    if value is None:
        return ""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return "sync.refused.too_long"
        if "\0" in value:
            return "value.unreadable"
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return "value.unreadable"
    field = entity.field(name)
    if not entity.has(name) and field.type is FieldType.TEXT:
        return "" if isinstance(value, str | int | bool) else "value.unreadable"
    if kind in {OpKind.ADD, OpKind.REMOVE} and field.type is not FieldType.SET:
        return "sync.refused.not_a_set"
    try:
        refusal = beyond(field, decode(field, value))
    except Refusal as unreadable:
        refusal = unreadable
    if refusal is not None:
        return refusal.code
    return "value.unreadable" if isinstance(value, list) and any("\0" in part for part in value) else ""
