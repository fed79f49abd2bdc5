"""Columns of lists that no table holds: computed from other records when rows are looked at, so nothing is stored or synced.

They cannot be written. Values only; what computes them, and keeps them for sorting and filtering, is the service's.
"""

from __future__ import annotations

from typing import Final

from desktop_crm.domain.schema import Entity, Field, FieldType

HEALTH: Final = "health"
COMPUTED: Final[dict[str, tuple[Field, ...]]] = {
    "account": (Field(name=HEALTH, type=FieldType.INTEGER, derived=True),)  # 0 to 100
}
"""By entity."""


def computed(entity: str, name: str) -> Field | None:
    """The computed column of that name, if the entity has one."""
    return next((field for field in COMPUTED.get(entity, ()) if field.name == name), None)


def field_of(entity: Entity, name: str) -> Field:
    """The field of a column, computed or not."""
    return computed(entity.name, name) or entity.field(name)
