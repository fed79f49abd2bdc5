"""A conflict in the user's words: what its values read like and why it arose, for the sync centre and the terminal alike.

Words only: no query, no widget.
"""

from __future__ import annotations

from typing import Any

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.stakeholders.erased import CARD
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.services.sync import Conflict
from desktop_crm.services.values import shown


def conflict_title(conflict: Conflict) -> str:
    """Which record and which field."""
    name = tr("Deletion") if conflict.is_deletion else field_label(conflict.entity, conflict.field)
    return f"{conflict.title or entity_label(conflict.entity)} — {name}"


def conflict_value(conflict: Conflict, value: Any, *, exact: bool = False) -> str:
    """One of its values; `exact` writes amounts in full."""
    if conflict.is_deletion:
        return tr("deleted") if value else tr("kept")
    if value is None or value == "":
        return "–"
    field = REGISTRY[conflict.entity].field(conflict.field)
    if field.type is FieldType.REFERENCE or conflict.kind == "duplicate":
        return conflict.names.get(str(value)) or "…"
    short, whole = shown(field, value)
    wanted = field.type is FieldType.LONG_TEXT or (exact and field.type is FieldType.MONEY)
    return whole if whole and wanted else short


def conflict_reason(conflict: Conflict) -> str:
    """Why there are two values."""
    if conflict.kind == "duplicate":
        return tr("Two records carry the same key. Both are kept; merge them or correct one.")
    if conflict.is_deletion and conflict.entity == CARD:
        return tr(
            "One side took this card off the map while the other changed it or drew a line to it."
            " The card was kept, with its lines to everyone who is on the map."
        )
    if conflict.is_deletion:
        return tr("One side deleted the record while the other changed it. The change was kept.")
    if conflict.kind in {"circle", "tree"}:
        return tr("Two laptops moved records under one another. The earlier move was kept, the later one taken back.")
    return tr("The same field was changed in two places. The later value shows now, the other one is kept too.")
