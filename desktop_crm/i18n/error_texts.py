"""What the user reads when something goes wrong: what happened, what was kept, what to do. One row per error code.

The rows stand in `error_table.py`; the doors (reporter and terminal) ask `explain`. No other room words an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.foundation.errors import Bug, CrmError, Refusal
from desktop_crm.i18n.catalogue import mark, told, tr
from desktop_crm.i18n.error_rows.row import Row
from desktop_crm.i18n.formats import number
from desktop_crm.i18n.label_table import ENTITIES, OPTIONS
from desktop_crm.i18n.labels import entity_label, field_label, option_label
from desktop_crm.i18n.language import current
from desktop_crm.i18n.particles import fill

_NOTHING_CHANGED = mark("Nothing was changed.")
_UNKNOWN_REFUSAL = Row(
    mark("This cannot be done"),
    mark("A rule said no ({code})."),
    _NOTHING_CHANGED,
    mark("Check the values and try again."),
)
_UNKNOWN_TROUBLE = Row(
    mark("Something outside the app failed"),
    mark("The disk, the network or the server did not do its part ({code})."),
    mark("Everything saved before is still there."),
    mark("Try again in a moment."),
)
_UNKNOWN_BUG = Row(
    mark("A fault in the app"),
    mark("The app made a mistake ({code})."),
    mark("Everything saved before is still there."),
    mark("Copy the report and send it to us. It holds no customer data."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorText:
    """An error in the user's words, each a sentence or two; `kept` may be empty."""

    title: str
    happened: str
    kept: str
    next_step: str

    def lines(self) -> tuple[str, ...]:
        """The sentences that are there, in reading order."""
        return tuple(line for line in (self.title, self.happened, self.kept, self.next_step) if line)


class _Facts(dict[str, object]):
    """The error's parameters; a text that names one more than the error carries stays readable."""

    def __missing__(self, name: str) -> str:
        return "…"


def explain(error: CrmError) -> ErrorText:
    """The text for an error in the current language; for a code without a row, one that fits its branch."""
    from desktop_crm.i18n.error_table import TABLE  # some hundred rows that a day without errors never needs

    row = TABLE.get(error.code) or _unknown(error)
    facts = _Facts({name: _shown(name, value, error.params) for name, value in error.params.items()})
    facts.setdefault("code", error.code)
    return ErrorText(
        title=_filled(row.title, facts),
        happened=_filled(row.happened, facts),
        kept=_filled(row.kept or (_NOTHING_CHANGED if isinstance(error, Refusal) else ""), facts),
        next_step=_filled(row.next_step, facts),
    )


def _unknown(error: CrmError) -> Row:
    if isinstance(error, Bug):
        return _UNKNOWN_BUG
    return _UNKNOWN_REFUSAL if isinstance(error, Refusal) else _UNKNOWN_TROUBLE


def _filled(marked: str, facts: _Facts) -> str:
    if not marked:
        return ""
    return fill(told(marked), facts, current())


def _shown(name: str, value: object, params: Mapping[str, object]) -> object:
    """A parameter in the user's words: names of fields and records by their labels, large numbers grouped."""
    if name == "field" and isinstance(value, str):
        return ", ".join(field_label(str(params.get("entity", "")), part) for part in value.split(", "))
    if name in {"before", "after"} and value in OPTIONS.get(str(params.get("field", "")), ()):
        return option_label(str(params["field"]), str(value))
    if name == "kind" and value == "unknown":
        return tr("data of another program")
    if name in {"entity", "kind"} and value in ENTITIES:
        return entity_label(str(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        exact = Decimal(value)
        return number(exact) if abs(exact) >= 10_000 else str(value)
    return value
