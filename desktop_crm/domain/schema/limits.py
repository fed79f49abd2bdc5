"""The least and the most that the registry declares of a number, asked wherever a value is written.

What lies in a file already, comes back by undo or arrives from the server is not asked: what once stood may stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_crm.domain.schema.fields import Entity, Field
from desktop_crm.foundation.errors import Refusal


def beyond(field: Field, value: Any) -> Refusal | None:
    """`value.below` or `value.above` for a number outside the limits of its field."""
    if value is None:
        return None
    if field.least is not None and value < field.least:
        return Refusal("value.below", field=field.name, value=str(value)[:80], limit=field.least)
    if field.most is not None and value > field.most:
        return Refusal("value.above", field=field.name, value=str(value)[:80], limit=field.most)
    return None


def refuse_beyond(entity: Entity, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `value.below`, `value.above` for the first number outside its limits."""
    for field in entity.limited:
        refusal = beyond(field, fields.get(field.name))
        if refusal is not None:
            refusal.params["entity"] = entity.name
            raise refusal
