"""How this laptop writes numbers, dates and times: chosen once for the process, and set aside for a block (a document).

`formats` asks here. What leaves the laptop by promise (an issued quote, an export that is read again) is written in the
standard forms of its language, whatever is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

NARROW_SPACE = "\u202f"


class NumberForm(StrEnum):
    """Thousands and decimals."""

    COMMA_POINT = "1,234.5"
    POINT_COMMA = "1.234,5"
    SPACE_COMMA = "1 234,5"
    SPACE_POINT = "1 234.5"
    PLAIN_POINT = "1234.5"


class DateForm(StrEnum):
    """`LANGUAGE` is how the language of now writes it."""

    LANGUAGE = "language"
    ISO = "iso"
    DOTS = "dots"
    KOREAN = "korean"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class TimeForm(StrEnum):
    HOURS_24 = "24"
    HOURS_12 = "12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """All of them. `week_begins`: 0 Monday to 6 Sunday."""

    number: NumberForm = NumberForm.COMMA_POINT
    date: DateForm = DateForm.LANGUAGE
    time: TimeForm = TimeForm.HOURS_24
    week_begins: int = 0


STANDARD = Forms()
SIGNS = {
    NumberForm.COMMA_POINT: (",", "."),
    NumberForm.POINT_COMMA: (".", ","),
    NumberForm.SPACE_COMMA: (NARROW_SPACE, ","),
    NumberForm.SPACE_POINT: (NARROW_SPACE, "."),
    NumberForm.PLAIN_POINT: ("", "."),
}
"""What stands between thousands, and before decimals."""


class _Chosen:
    """The forms of the process, in one place so that `use` needs no `global`."""

    forms = STANDARD


_OVERRIDE: ContextVar[Forms | None] = ContextVar("desktop_crm_forms", default=None)


def use(forms: Forms) -> None:
    """Write so from now on, everywhere in the process."""
    _Chosen.forms = forms


def current() -> Forms:
    """The forms here and now."""
    return _OVERRIDE.get() or _Chosen.forms


@contextmanager
def written(forms: Forms = STANDARD) -> Iterator[Forms]:
    """Write otherwise within the block, on this thread or task only."""
    token = _OVERRIDE.set(forms)
    try:
        yield forms
    finally:
        _OVERRIDE.reset(token)
