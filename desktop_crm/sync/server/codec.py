"""A row between the server's tables and the merge rules, and the check that an operation's values fit their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from desktop_crm.domain.schema import REGISTRY, Entity, FieldType
from desktop_crm.domain.schema.codec import decode
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.merge import ROW, RowState, living
from desktop_crm.sync.protocol import Operation, OpKind, WireRow

LONGEST_TEXT: Final = 4 * 1024 * 1024
_LONGEST_NAME: Final = 200
_INT64: Final = 2**63
_ENCODE: Final = msgspec.json.Encoder(order="sorted").encode
_DECODE: Final = msgspec.json.decode
_SETS: Final = {e.name: frozenset(f.name for f in e.fields if f.type is FieldType.SET) for e in REGISTRY}
_OWN: Final = frozenset({"tenant_id", "id", "_clk", "_deleted", "_seq", "_scope", "_extra", "_by"})


@dataclass(slots=True, kw_only=True)
class StoredRow:
    """A row as it lies in the store. `scope` is empty for a row that is not there."""

    entity: str
    id: str
    state: RowState
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


def read_row(entity: str, columns: Mapping[str, Any]) -> StoredRow:
    """A row from its columns."""
    sets = _SETS[entity]
    fields: dict[str, Any] = {}
    for name, value in columns.items():
        if value is None or name in _OWN:
            continue
        fields[name] = _DECODE(value) if name in sets else value
    if columns["_extra"]:
        fields.update(_DECODE(columns["_extra"]))
    state = RowState(fields=fields, clocks=_DECODE(columns["_clk"]), deleted=columns["_deleted"])
    return StoredRow(
        entity=entity,
        id=columns["id"],
        state=state,
        scope=columns["_scope"],
        seq=columns["_seq"],
        by=columns["_by"] or "",
    )


def write_row(tenant: str, row: StoredRow) -> dict[str, Any]:
    """A row as columns."""
    entity = REGISTRY[row.entity]
    sets, fields = _SETS[row.entity], row.state.fields
    columns: dict[str, Any] = {"tenant_id": tenant, "id": row.id}
    for field in entity.fields:
        value = fields.get(field.name)
        columns[field.name] = _ENCODE(value).decode() if field.name in sets and value is not None else value
    extra = {name: value for name, value in fields.items() if value is not None and not entity.has(name)}
    columns["_extra"] = _ENCODE(extra).decode() if extra else None
    columns["_clk"] = _ENCODE(slim(row.state.clocks)).decode()
    columns["_deleted"], columns["_seq"], columns["_scope"] = row.state.deleted, row.seq, row.scope
    columns["_by"] = row.by
    return columns


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
    links = (*op.seen, *op.seen.values(), op.tx)
    return all(map(_is_name, names)) and all(not link or "\0" not in link for link in links)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and text.isprintable() and " " not in text


def _misfit_value(entity: Entity, name: str, value: Any, kind: OpKind) -> str:
    if not _is_name(name) or "/" in name or name.startswith("_") or name in {"id", "tenant_id"}:
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
        decode(field, value)
    except Refusal as refusal:
        return refusal.code
    return "value.unreadable" if isinstance(value, list) and any("\0" in part for part in value) else ""
