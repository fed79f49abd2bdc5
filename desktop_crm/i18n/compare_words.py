"""The words of a comparison of two quotes: what a difference is about, and values before and after. Codes come as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from desktop_crm.i18n import formats
from desktop_crm.i18n.catalogue import mark, told, tr
from desktop_crm.i18n.labels import field_label, option_label

_ASPECTS = {
    "added": mark("Added"),
    "removed": mark("Taken out"),
    "moved": mark("Moved"),
    "quantity": mark("Quantity"),
    "price": mark("Price"),
    "discount": mark("Discount"),
    "text": mark("Text"),
    "tax": mark("Tax"),
    "terms": mark("Terms"),
    "composition": mark("Composition"),
    "party": mark("Customer and supplier"),
}
_AMOUNTS = {
    "subtotal": mark("Subtotal"),
    "discount_amount": mark("Discount"),
    "net_amount": mark("Net amount"),
    "tax_amount": mark("VAT"),
    "grand_total": mark("Grand total"),
    "optional": mark("Options offered"),
    "recurring": mark("Recurring part"),
    "prepaid": mark("Paid in advance"),
    "cost": mark("Cost"),
    "margin": mark("Margin"),
    "margin_percent": mark("Margin in percent"),
}
_MONEY = frozenset({"unit_price", "discount_amount", "cost", "prepaid"})
_PERCENT = frozenset({"discount_percent", "tax_rate", "percent_of"})


def aspect_label(aspect: str) -> str:
    """What a difference is about."""
    return told(_ASPECTS[aspect])


def amount_label(name: str) -> str:
    """What an amount of the whole is called."""
    return told(_AMOUNTS[name])


def amount_text(name: str, value: Decimal | None, currency: str) -> str:
    """An amount of the whole; a dash where it is not known."""
    if value is None:
        return "–"
    return formats.percent(round(value, 1)) if name == "margin_percent" else formats.money(value, currency)


def difference_label(entity: str, field: str) -> str:
    """What the field of a difference is called; `customer.name` is the customer's name."""
    party, _, part = field.rpartition(".")
    if not party:
        return field_label(entity, field)
    whose = tr("Customer") if party == "customer" else tr("Supplier")
    return f"{whose}: {field_label('contact' if part.startswith('contact') else 'supplier', part)}"


def value_text(field: str, value: Any, currency: str) -> str:
    """A value before or after; a dash for nothing. Ids say nothing to a reader and are left out by the caller."""
    if value in (None, "", ()):
        return "–"
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if isinstance(value, Decimal):
        if field in _MONEY:
            return formats.money(value, currency)
        return formats.percent(value) if field in _PERCENT else formats.number(value)
    if isinstance(value, dt.date):
        return formats.date(value)
    if isinstance(value, tuple):
        return ", ".join(value_text(field, one, currency) for one in value)
    return option_label(field, value) or str(value)
