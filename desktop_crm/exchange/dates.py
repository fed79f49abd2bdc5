"""Dates as people write them: which order a whole column is in, and what a single cell then means.

The order is decided over all values of a column, never cell by cell; where the values do not decide, that is said. Years of two
digits follow POSIX: 69 to 99 are 19xx, 00 to 68 are 20xx.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo


class DateOrder(enum.StrEnum):
    """In which order day, month and year stand where the first number is no full year."""

    YMD = "ymd"
    MDY = "mdy"
    DMY = "dmy"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFormat:
    """The order of a column; `two_digit` and `timed` tell what was seen, `ambiguous` lists orders that fit as well."""

    order: DateOrder = DateOrder.YMD
    two_digit: bool = False
    timed: bool = False
    ambiguous: tuple[DateOrder, ...] = ()
    sample: str = ""


_MONTHS = {
    name: index
    for index, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_TIME = (
    r"(?:(?:[T\s]\s*|\s*,\s*)(?P<noon>AM|PM|오전|오후)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>AM|PM)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_NUMBERS = re.compile(
    r"\s*(?P<a>\d{1,4})\s*(?:[-/.]|년)\s*(?P<b>\d{1,2})\s*(?:[-/.]|월)\s*(?P<c>\d{1,4})\s*(?:\.|일)?"
    r"\s*(?:\([월화수목금토일]\)|[월화수목금토일]요일)?" + _TIME + r"\s*",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"\s*((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s*")
_NAMED = re.compile(
    r"\s*(?:[A-Za-z]{3,9},\s*)?(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<m1>[A-Za-z]{3,9})\.?,?|"
    r"(?P<m2>[A-Za-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?)[\s-]+(?P<y>\d{4}|\d{2})" + _TIME + r"\s*",
    re.IGNORECASE,
)

Triple = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A cell taken apart: `fixed` is year, month, day where the writing leaves no choice; else the three numbers as they stand."""

    fixed: Triple | None
    free: Triple | None
    short_year: bool
    clock: time | None


def _full_year(year: int, *, short: bool) -> int:
    if not short:
        return year
    return 1900 + year if year >= 69 else 2000 + year


def _clock(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return None
    hour, half = int(match["hour"]), (match["half"] or match["noon"] or "").upper()
    if half in {"PM", "오후"} and hour < 12:
        hour += 12
    elif half in {"AM", "오전"} and hour == 12:
        hour = 0
    if hour > 23 or int(match["minute"]) > 59 or int(match["second"] or 0) > 59:
        return None
    return time(hour, int(match["minute"]), int(match["second"] or 0), tzinfo=_zone(match["zone"]))


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if span >= timedelta(hours=24):
        return None
    return timezone(-span if text[0] == "-" else span)


def _read(text: str) -> _Read | None:
    match = _NUMBERS.fullmatch(text)
    if match is not None:
        return _read_numbers(match)
    compact = _COMPACT.fullmatch(text)
    if compact is not None:
        year, month, day = (int(part) for part in compact.groups())
        return _Read(fixed=(year, month, day), free=None, short_year=False, clock=None)
    named = _NAMED.fullmatch(text)
    if named is None:
        return None
    month_number = _MONTHS.get((named["m1"] or named["m2"]).lower())
    if month_number is None:
        return None
    short = len(named["y"]) == 2
    day = int(named["d1"] or named["d2"])
    fixed = (_full_year(int(named["y"]), short=short), month_number, day)
    return _Read(fixed=fixed, free=None, short_year=short, clock=_clock(named))


def _read_numbers(match: re.Match[str]) -> _Read | None:
    first, middle, last = match["a"], match["b"], match["c"]
    clock = _clock(match)
    if clock is None and match["hour"] is not None:
        return None
    if len(first) == 4:
        if len(last) > 2:
            return None
        return _Read(fixed=(int(first), int(middle), int(last)), free=None, short_year=False, clock=clock)
    if len(first) == 3 or len(last) not in {2, 4}:
        return None
    free = (int(first), int(middle), int(last))
    return _Read(fixed=None, free=free, short_year=len(last) == 2, clock=clock)


def _place(read: _Read, order: DateOrder) -> date | None:
    if read.fixed is not None:
        triple = read.fixed
    else:
        assert read.free is not None
        first, second, third = read.free
        if order is DateOrder.YMD:
            if not read.short_year:
                return None
            triple = (_full_year(first, short=True), second, third)
        else:
            year = _full_year(third, short=read.short_year)
            triple = (year, first, second) if order is DateOrder.MDY else (year, second, first)
    try:
        return date(*triple)
    except ValueError:
        return None


def looks_like_date(text: str) -> bool:
    """Whether a cell is a date in any order."""
    read = _read(text)
    return read is not None and any(_place(read, order) is not None for order in DateOrder)


def parse_date(text: str, form: DateFormat) -> date | None:
    """The day a cell names in this column's order; None where it names none (31/02, or a month of 13)."""
    read = _read(text)
    return None if read is None else _place(read, form.order)


def parse_moment(text: str, form: DateFormat, zone: tzinfo | None = UTC) -> datetime | None:
    """The moment a cell names; without a time it is midnight, without a zone it is in `zone` (None: where the computer is)."""
    read = _read(text)
    day = None if read is None else _place(read, form.order)
    if read is None or day is None:
        return None
    clock = read.clock or time()
    return datetime.combine(day, clock, tzinfo=clock.tzinfo or zone).astimezone(UTC)


def detect_dates(values: Iterable[str], hint: DateOrder | None = None) -> tuple[DateFormat | None, float]:
    """The order that fits most of the distinct values, and which share it fits; `hint` (another column's order) breaks a tie."""
    total = 0
    reads: list[_Read] = []
    sample = ""
    for value in values:
        total += 1
        read = _read(value)
        if read is not None:
            reads.append(read)
            sample = sample or value
    if not reads:
        return None, 0.0
    placed = {order: [day for read in reads if (day := _place(read, order))] for order in DateOrder}
    top = max(len(days) for days in placed.values())
    free = [read for read in reads if read.free is not None]
    fitting = [order for order in DateOrder if len(placed[order]) == top]
    choose = len(fitting) > 1 and bool(free)
    order, ambiguous = _most_likely(fitting, free, hint) if choose else (fitting[0], tuple[DateOrder, ...]())
    form = DateFormat(
        order=order,
        two_digit=any(read.short_year for read in reads),
        timed=any(read.clock is not None for read in reads),
        ambiguous=ambiguous,
        sample=sample,
    )
    return form, top / total if total else 0.0


def _most_likely(
    fitting: list[DateOrder], free: list[_Read], hint: DateOrder | None
) -> tuple[DateOrder, tuple[DateOrder, ...]]:
    """Days differ more than months and years do, so the order in which the day's place varies most is taken.

    Between day and month the spread proves nothing when few values were seen; then the others stay listed as possible.
    """
    spread = {index: len({read.free[index] for read in free if read.free}) for index in range(3)}
    day_place = {DateOrder.YMD: 2, DateOrder.MDY: 1, DateOrder.DMY: 0}
    ranked = sorted(fitting, key=lambda order: (spread[day_place[order]], order == hint), reverse=True)
    best = ranked[0]
    ties = [order for order in ranked if spread[day_place[order]] * 2 > spread[day_place[best]]]
    if hint in ties:
        best = hint
    others = tuple(order for order in ties if order is not best)
    return best, others
