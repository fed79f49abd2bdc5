"""What one record of several looks like: which values it takes from which, and who of them stays. Pure; a proposal, never a decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from desktop_crm.domain.schema import REGISTRY, Entity, Field, FieldType

_SETS: Final = uuid.UUID("3f0c7a52-9b1d-5e64-8a37-51c2d6f0be11")
_MERGES: Final = uuid.UUID("8a5f2b90-46ce-5d18-9e02-7d4b13a9cf60")
_NEVER: Final = frozenset({"merged_at"})

Fields = Mapping[str, Any]


def set_id(entity: str, members: Iterable[str]) -> str:
    """The id of a duplicate set, made from its members: whoever finds the same set makes the same row."""
    return str(uuid.uuid5(_SETS, " ".join((entity, *sorted(set(members))))))


def merge_id(entity: str, lost_id: str) -> str:
    """The id of a merge, made from the record that goes: a record goes into another only once at a time."""
    return str(uuid.uuid5(_MERGES, f"{entity} {lost_id}"))


def joined_fields(entity: Entity) -> tuple[Field, ...]:
    """The fields that are chosen when records are made one."""
    return tuple(
        field
        for field in entity.fields
        if field.name not in _NEVER and not field.derived and field.type is not FieldType.ORDER_KEY
    )


def is_blank(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value in ("", (), [])


def survivor_of(records: Mapping[str, Fields]) -> str:
    """Who stays when nobody says: the one that knows most, then the oldest."""
    return min(records, key=lambda row: (-sum(not is_blank(value) for value in records[row].values()), row))


def proposal(entity: str, survivor: str, records: Mapping[str, Fields]) -> dict[str, Any]:
    """The survivor's values with its gaps filled from the others, in the order given; sets and notes are joined.

    A merge unit is taken whole: an address is never put together from two.
    """
    described = REGISTRY[entity]
    mine = records[survivor]
    others = [fields for row, fields in records.items() if row != survivor]
    found: dict[str, Any] = {}
    for names in _groups(described):
        if len(names) > 1 and all(is_blank(mine.get(name)) for name in names):
            source: Fields = next((one for one in others if any(not is_blank(one.get(name)) for name in names)), mine)
            found |= {name: source.get(name) for name in names}
        elif len(names) == 1:
            found[names[0]] = _joined(described.field(names[0]), mine, others)
        else:
            found |= {name: mine.get(name) for name in names}
    own = {name for one in (mine, *others) for name in one if not described.has(name) and name != "id"}
    return found | {name: _joined(described.field(name), mine, others) for name in sorted(own)}


def _groups(entity: Entity) -> list[tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for field in joined_fields(entity):
        groups.setdefault(field.unit or f"/{field.name}", []).append(field.name)
    return [tuple(names) for names in groups.values()]


def _joined(field: Field, mine: Fields, others: Sequence[Fields]) -> Any:
    values = [one.get(field.name) for one in (mine, *others)]
    said: list[Any] = [value for value in values if not is_blank(value)]
    if field.type is FieldType.SET:
        return tuple(sorted({element for value in said for element in value}))
    if field.type is FieldType.LONG_TEXT:
        return "\n".join(dict.fromkeys(said)) or None
    return said[0] if said else None
