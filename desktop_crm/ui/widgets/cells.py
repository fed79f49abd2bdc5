"""How a value of the registry is shown in one cell or line: text, exact value on hover, side, mood.

Made on the read lane, once per row, so that painting only draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_crm.domain.lists.computed import COMPUTED, field_of
from desktop_crm.domain.phones import PHONES, national
from desktop_crm.domain.schema import REGISTRY, Entity, Field, FieldType, MergeRule
from desktop_crm.i18n.labels import field_label
from desktop_crm.services.values import shown
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.cell import EMPTY, Cell

__all__ = ["EMPTY", "Cell", "Column", "shown"]

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY})
WIDTHS = {
    FieldType.INTEGER: 96,
    FieldType.DECIMAL: 96,
    FieldType.MONEY: 120,
    FieldType.CURRENCY: 64,
    FieldType.DATE: 104,
    FieldType.DATETIME: 176,
    FieldType.BOOLEAN: 72,
    FieldType.OPTION: 124,
    FieldType.REFERENCE: 168,
    FieldType.SET: 150,
}
TITLE_WIDTH = 240
TEXT_WIDTH = 150
USUAL = {"email": 216, "title": 110, "department": 130, "phone": 132, "code": 120, "unit": 72, "number": 170}
"""Texts that are longer or shorter than others are, by field."""
LEAST = {
    FieldType.MONEY: 96,
    FieldType.DATE: 100,
    FieldType.DATETIME: 136,
    FieldType.OPTION: 84,
    FieldType.REFERENCE: 108,
}
LEAST_BY_NAME = {
    "email": 112,
    "title": 66,
    "phone": 120,
    "product_id": 76,
    "unit": 56,
    "code": 90,
    "number": 110,
    "owner_id": 76,
    "manager_id": 76,
    "contact_id": 76,
}
"""How narrow a column may become before the table scrolls sideways: what stands in it is still told apart."""
LEAST_TITLE = 140
LEAST_TEXT = 84
ELASTIC = frozenset({FieldType.TEXT, FieldType.REFERENCE})
"""What has no length of its own, so that spare room is of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    label: str
    type: FieldType
    width: int
    least: int = 0
    """How narrow it may become where room is scarce; 0 where it may not."""
    right: bool = False
    target: str | None = None
    sortable: bool = True
    editable: bool = False


def column_of(entity: Entity, name: str, label: str = "") -> Column:
    """The column of a field; a field of one's own brings its label."""
    field = field_of(entity, name)
    usual = USUAL.get(name) or WIDTHS.get(field.type, TEXT_WIDTH)
    width = TITLE_WIDTH if name == entity.title else usual
    text = LEAST_TITLE if name == entity.title else LEAST_TEXT
    least = LEAST_BY_NAME.get(name) or LEAST.get(field.type, text if field.type in ELASTIC else width)
    return Column(
        name=name,
        label=label or field_label(entity.name, name),
        type=field.type,
        width=width,
        least=min(least, width),
        right=field.type in NUMBERS,
        target=field.target,
        sortable=field.type is not FieldType.SET,
        editable=_is_editable(entity, field),
    )


def _is_editable(entity: Entity, field: Field) -> bool:
    """Whether people may type a value into a cell; what rules say beside that, services know."""
    fixed = entity.server_made or entity.issued or entity.ledger or not field.typed or field.merge is MergeRule.FIXED
    return not fixed and field.type not in {FieldType.ORDER_KEY, FieldType.LONG_TEXT}


def possible_columns(entity: str, own: Mapping[str, str]) -> tuple[Column, ...]:
    """Every column that a list of an entity can show, fields of one's own last; a currency stands with its amount."""
    known = REGISTRY[entity]
    beside = {field.currency_field for field in known.fields if field.currency_field}
    names = [
        field.name
        for field in known.fields
        if field.type is not FieldType.ORDER_KEY and field.name not in beside and field.unit != "position"
    ]
    proposed = [name for name in known.columns if name in names]
    rest = [name for name in names if name not in proposed]
    rest += [field.name for field in COMPUTED.get(entity, ())]
    own_columns = (column_of(known, name, label) for name, label in own.items())
    return (*(column_of(known, name) for name in (*proposed, *rest)), *own_columns)


def columns_of(entity: str, names: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of an entity: those named, else those the registry proposes."""
    known = REGISTRY[entity]
    return tuple(column_of(known, name) for name in names or known.columns)


def cell_of(
    field: Field,
    row: Mapping[str, Any],
    titles: Mapping[str, str],
    kinds: Mapping[str, str] | None = None,
    *,
    strong: bool = False,
) -> Cell:
    """The cell of a field in a row; `titles` says, by field, what the rows that references point to are called.

    A reference that has a kind in `kinds` (a stage: open, won, lost) is a state and shown as one.
    """
    value = row.get(field.name)
    if value is None or value == "":
        return EMPTY
    if field.name in PHONES:
        value = national(value) if isinstance(value, str) else tuple(map(national, value))
    text, exact = shown(field, value, str(row.get(field.currency_field or "") or ""))
    if field.type is FieldType.REFERENCE:
        kind = (kinds or {}).get(field.name)
        mood = {"open": Mood.info}.get(kind, mood_of("kind", kind)) if kind else None
        return Cell(text=titles.get(field.name, "…"), row_id=str(value), strong=strong, mood=mood)
    mood = mood_of(field.name, str(value)) if field.type is FieldType.OPTION else None
    return Cell(text=text, exact=exact, mood=mood, strong=strong)
