"""What a suggestion of a note is called: its kind and its value before and after. Screen and terminal ask here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol

from desktop_crm.i18n import formats
from desktop_crm.i18n.catalogue import tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label

Value = str | date | Decimal


class Told(Protocol):
    """What is asked of a suggestion here."""

    @property
    def what(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def value(self) -> Value: ...
    @property
    def before(self) -> Value | None: ...
    @property
    def currency(self) -> str: ...


def kind_word(what: str) -> str:
    """The word on its pill."""
    match what:
        case "task":
            return entity_label("task")
        case "meeting":
            return tr("Appointment")
        case "buying_role" | "support":
            return tr("Stakeholder")
        case _:
            return entity_label("opportunity")


def field_word(what: str) -> str:
    """The field that would change; empty for something new."""
    match what:
        case "buying_role" | "support":
            return field_label("map_node", what)
        case "close_date" | "amount":
            return field_label("opportunity", what)
        case "product":
            return field_label("opportunity", "product_id")
        case _:
            return ""


def value_words(one: Told) -> str:
    """Before and after, as "– → ₩160,000,000"; for something new its day."""
    after = _value(one.what, one.title if one.what == "product" else one.value, one.currency)
    if not field_word(one.what):
        return f"{after} ({formats.weekday(one.value)})" if isinstance(one.value, date) else after
    before = _value(one.what, one.before, one.currency) if one.before is not None else "–"
    return f"{before} → {after}"


def _value(what: str, value: Value, currency: str) -> str:
    if isinstance(value, Decimal):
        return formats.money(value, currency)
    if isinstance(value, date):
        return formats.date(value)
    return option_label(what, value) if what in {"buying_role", "support"} else value
