"""What a value of the registry reads like in the user's language: the same words on the screen, the terminal and in reports.

Words only: no query, no widget.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from desktop_crm.domain.schema import Field, FieldType
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label


def shown(field: Field, value: Any, currency: str = "") -> tuple[str, str]:
    """A value in the user's language: short, and exact where the short one leaves something out."""
    kind = field.type
    if kind is FieldType.MONEY and isinstance(value, Decimal | int):
        short, exact = formats.money_short(value, currency), formats.money(value, currency)
        return short, exact if exact != short else ""
    if kind is FieldType.INTEGER and isinstance(value, int):
        return (str(value) if field.name.endswith("year") else formats.number(value)), ""
    if isinstance(value, Decimal):
        return formats.quantity(value), ""
    if isinstance(value, datetime):
        return formats.datetime(value), ""
    if isinstance(value, date):
        return formats.date(value), formats.weekday(value)
    if isinstance(value, bool):
        return (tr("Yes") if value else tr("No")), ""
    if kind is FieldType.OPTION:
        return option_label(field.name, str(value)), ""
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(str(part) for part in value)), ""
    text = str(value)
    first = text.split("\n", 1)[0]
    return first, text if first != text else ""
