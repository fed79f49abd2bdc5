"""The words of a timeline's entries: the kind before, the bold line, what stands below. Nothing is read or painted here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.fields import FieldType
from desktop_crm.i18n import formats, ptr, tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label
from desktop_crm.services.timeline import Sort, StreamEntry
from desktop_crm.ui.theme import Mood, mood_of


def sort_word(sort: Sort) -> str:
    """The name of a kind."""
    match sort:
        case Sort.TASK | Sort.QUOTE | Sort.PROPOSAL:
            return entity_label(str(sort))
        case Sort.FILE:
            return entity_label("attachment")
        case Sort.CHANGE:
            return ptr("timeline", "Change")
        case _:
            return option_label("kind", str(sort))


def mood(entry: StreamEntry) -> Mood:
    """The colour of the pill."""
    if entry.sort is Sort.TASK:
        return Mood.good if entry.done else Mood.neutral
    if entry.sort in {Sort.QUOTE, Sort.PROPOSAL}:
        return Mood.accent
    return mood_of("kind", str(entry.sort))


def heading(entry: StreamEntry) -> str:
    """The bold line."""
    if entry.sort in {Sort.QUOTE, Sort.PROPOSAL}:
        return tr("{number} v{version} issued", number=entry.title, version=entry.version or 1)
    if entry.among > 1:
        return f"{entry.title} ({formats.number(entry.among)})"
    return entry.title


def below(entry: StreamEntry) -> str:
    """What was said, or what changed."""
    if entry.sort is Sort.CHANGE:
        before, after = (value_word(entry, value) for value in (entry.before, entry.after))
        return f"{field_label(entry.entity, entry.field)}: {before} → {after}"
    if entry.sort is Sort.QUOTE and entry.amount is not None:
        return " · ".join(part for part in (formats.money(entry.amount, entry.currency), entry.text) if part)
    return " ".join(entry.text.split())


def around(entry: StreamEntry) -> str:
    """Who and where."""
    return " · ".join(part for part in (entry.contact, entry.account, entry.who) if part)


def value_word(entry: StreamEntry, value: str) -> str:
    """A field's value as people read it."""
    if not value:
        return "–"
    described = REGISTRY[entry.entity].field(entry.field)
    if described.type is FieldType.OPTION:
        return option_label(entry.field, value)
    if described.type is FieldType.DATE:
        return formats.date(date.fromisoformat(value))
    if described.type is FieldType.MONEY:
        try:
            return formats.number(Decimal(value))
        except InvalidOperation:
            return value
    return value


def spoken(entry: StreamEntry) -> str:
    """The whole entry for a screen reader."""
    parts = (sort_word(entry.sort), formats.date(entry.at), heading(entry), below(entry), around(entry))
    return ", ".join(part for part in parts if part)
