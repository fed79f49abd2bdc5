"""What entities, fields and options are called: the words of forms, columns, import mappings and histories.

The keys are the registry's names; this room does not import the registry, a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop_crm.i18n.catalogue import told, tr
from desktop_crm.i18n.label_table import ENTITIES, FIELDS, OPTIONS
from desktop_crm.i18n.language import Language, current

_OWN_PREFIX = "x_"


class _Own:
    """What the open workspace calls its own fields, in one place so that every list, history and message says the same."""

    labels: Mapping[tuple[str, str], tuple[str, str]] = {}


def call_own(labels: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    """From now on call fields of the workspace's own so: (entity, field) → (label, label in English)."""
    _Own.labels = labels


def entity_label(entity: str, *, plural: bool = False) -> str:
    """What a kind of record is called, one or many."""
    words = ENTITIES.get(entity)
    return told(words[1 if plural else 0]) if words else _plain(entity)


def entity_word(entity: str, *, plural: bool = False) -> str:
    """The same within a sentence or on a button: "New opportunity"."""
    words = entity_label(entity, plural=plural)
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def field_label(entity: str, field: str) -> str:
    """What a field of an entity is called; for a field of the workspace's own, its name without the prefix."""
    words = FIELDS.get(f"{entity}.{field}") or FIELDS.get(field)
    if words:
        return told(words)
    if not field.startswith(_OWN_PREFIX):
        return _plain(field)
    stem, _, kind = field.partition(".")
    if kind == "currency":
        return tr("{field}: currency", field=field_label(entity, f"{stem}.money"))
    called = _Own.labels.get((entity, field))
    if called is None:
        return _plain(stem.removeprefix(_OWN_PREFIX))
    label, english = called
    return english if english and current() is Language.EN else label


def option_label(field: str, value: str | None) -> str:
    """What an option of a field is called; `field` is the plain name (`status`), which no two entities use differently."""
    if value is None:
        return ""
    if field.startswith(_OWN_PREFIX):
        return value
    words = OPTIONS.get(field, {}).get(value)
    return told(words) if words else _plain(value)


def version_state_label(state: str) -> str:
    """What the state of an issued version is called: a state of the quote, or replaced by a newer version."""
    return tr("Replaced") if state == "superseded" else option_label("status", state)


def _plain(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
