"""What a column holds, judged over all its values: text, whole numbers, numbers, dates, moments, yes or no.

Pure, and without any idea of what the column is for.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from desktop_crm.exchange.dates import DateFormat, DateOrder, detect_dates
from desktop_crm.exchange.numbers import NumberFormat, detect_numbers, parse_number

_PROBE = 200
_ENOUGH = 0.8
_FEW = 60

_YES = frozenset({"true", "yes", "y", "t", "1", "예", "네", "o", "x", "✓", "on", "참"})
_NO = frozenset({"false", "no", "n", "f", "0", "아니오", "아니요", "", "off", "거짓"})
_YES_ALONE = frozenset({"x", "✓", "o"})


class ColumnKind(enum.StrEnum):
    """What the cells of a column are."""

    EMPTY = "empty"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """A column at a glance. `share` is how many of the distinct values fit the kind."""

    name: str
    kind: ColumnKind
    filled: int
    distinct: int
    samples: tuple[str, ...] = ()
    dates: DateFormat | None = None
    numbers: NumberFormat | None = None
    share: float = 1.0
    partly_dates: DateFormat | None = None
    partly_numbers: NumberFormat | None = None
    """For text in which some cells are dates or numbers: how these would be read if the column were meant so."""
    choices: tuple[str, ...] = ()
    """All distinct values, where they are few."""
    derived_from: str = ""
    """Another column that says the same and more; set by whoever sees both."""


def parse_boolean(text: str) -> bool | None:
    """Yes or no in the usual words of both languages; None for anything else."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def profile(name: str, values: Iterable[str], hint: DateOrder | None = None) -> ColumnProfile:
    """Judge one column; blank cells say nothing."""
    counted: dict[str, None] = {}
    filled = 0
    for value in values:
        stripped = value.strip()
        if stripped:
            filled += 1
            counted[stripped] = None
    distinct = list(counted)
    samples = tuple(distinct[:3])
    if not distinct:
        return ColumnProfile(name=name, kind=ColumnKind.EMPTY, filled=0, distinct=0)

    def told(kind: ColumnKind, **more: object) -> ColumnProfile:
        choices = tuple(distinct) if len(distinct) <= _FEW else ()
        base = {"name": name, "kind": kind, "filled": filled, "distinct": len(distinct), "samples": samples}
        base["choices"] = choices
        return ColumnProfile(**base, **more)  # type: ignore[arg-type]

    if len(distinct) <= 3 and _boolean(distinct):
        return told(ColumnKind.BOOLEAN)
    probe = distinct[:_PROBE]
    if detect_dates(probe)[1] >= _ENOUGH:
        dates, share = detect_dates(distinct, hint)
        if dates is not None and share >= _ENOUGH:
            kind = ColumnKind.MOMENT if dates.timed else ColumnKind.DATE
            return told(kind, dates=dates, numbers=_numbers_too(probe), share=share)
    if detect_numbers(probe)[1] >= _ENOUGH and not _codes(distinct):
        numbers, share = detect_numbers(distinct)
        if numbers is not None and share >= _ENOUGH:
            kind = ColumnKind.INTEGER if _whole(distinct, numbers) else ColumnKind.NUMBER
            return told(kind, numbers=numbers, share=share)
    return told(ColumnKind.TEXT, partly_dates=detect_dates(probe, hint)[0], partly_numbers=detect_numbers(probe)[0])


def _numbers_too(probe: Sequence[str]) -> NumberFormat | None:
    """20161020 is a date and a number; the mapping decides."""
    form, share = detect_numbers(islice(probe, 20))
    return form if share == 1.0 else None


def _boolean(distinct: Sequence[str]) -> bool:
    words = {value.casefold() for value in distinct}
    if words <= {"0", "1"} or not words <= _YES | _NO:
        return False
    return bool(words & _NO) or words <= _YES_ALONE or bool(words & {"true", "yes", "y", "예"})


def _codes(distinct: Sequence[str]) -> bool:
    """Leading zeros, or long rows of digits, are codes: 06236, 8801234567890."""
    plain = [value for value in distinct if value.isdecimal()]
    return any((value[0] == "0" and len(value) > 1) or len(value) > 15 for value in plain)


def _whole(distinct: Sequence[str], form: NumberFormat) -> bool:
    return (
        not form.currency
        and not form.percent
        and all(
            (parsed := parse_number(value, form)) is None or parsed.value == parsed.value.to_integral_value()
            for value in distinct
        )
    )
