"""Filters as values: conditions on fields, joined by "and" or "or" to any depth; what each type of field can be asked.

A filter may hold what moves with the day and with who looks ("this month", "me"); `settled` makes it firm before SQL sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from desktop_crm.domain.calendar import PLAIN, Calendar
from desktop_crm.domain.lists.computed import field_of
from desktop_crm.domain.lists.periods import Period
from desktop_crm.domain.schema import Entity, FieldType

ME = "@me"
"""Stands for the user who looks, in place of a user's id."""


class Test(StrEnum):
    """How a condition compares. What is empty is neither at least nor at most anything, and it is not what it is compared to."""

    __test__ = False
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    LACKS = "lacks"
    BEGINS = "begins"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    DURING = "during"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    EMPTY = "empty"
    FILLED = "filled"
    WITHIN = "within"
    """Of an account: it, or one anywhere below it. Pages ask it; nobody chooses it in a filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition on a field; `value` is the registry's Python value, a tuple of them for ANY_OF and NONE_OF, a Period for
    DURING, nothing for EMPTY and FILLED. A point in time may be compared with a day: its whole length where the user is.
    """

    field: str
    test: Test = Test.IS
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions of which all hold, or any one. Without parts it asks nothing."""

    parts: tuple[Filter | Group, ...] = ()
    any: bool = False


Part = Filter | Group
NOTHING = Group()

_ENDS = (Test.EMPTY, Test.FILLED)
_CHOICE = (Test.ANY_OF, Test.NONE_OF, *_ENDS)
_SIZE = (Test.IS, Test.IS_NOT, Test.AT_LEAST, Test.AT_MOST, Test.ABOVE, Test.BELOW, *_ENDS)
_WORDS = (Test.CONTAINS, Test.LACKS, Test.IS, Test.IS_NOT, Test.BEGINS, *_ENDS)
_DAYS = (Test.DURING, Test.IS, Test.AT_LEAST, Test.AT_MOST, *_ENDS)
TESTS: dict[FieldType, tuple[Test, ...]] = {
    FieldType.TEXT: _WORDS,
    FieldType.LONG_TEXT: (Test.CONTAINS, Test.LACKS, *_ENDS),
    FieldType.INTEGER: _SIZE,
    FieldType.DECIMAL: _SIZE,
    FieldType.MONEY: _SIZE,
    FieldType.CURRENCY: _CHOICE,
    FieldType.DATE: _DAYS,
    FieldType.DATETIME: _DAYS,
    FieldType.BOOLEAN: (Test.IS,),
    FieldType.OPTION: _CHOICE,
    FieldType.REFERENCE: _CHOICE,
    FieldType.SET: (Test.ANY_OF, Test.NONE_OF, Test.CONTAINS, *_ENDS),
    FieldType.ORDER_KEY: (),
}
"""What a field of each type can be asked, the most usual first."""


def fields_of(part: Part) -> Iterator[str]:
    """The fields a filter looks at."""
    if isinstance(part, Filter):
        yield part.field
        return
    for one in part.parts:
        yield from fields_of(one)


def moves(part: Part) -> bool:
    """Whether a filter holds a span of days, for which the business calendar is needed."""
    return isinstance(part.value, Period) if isinstance(part, Filter) else any(map(moves, part.parts))


def settled(entity: Entity, part: Part, today: date, me: str | None, calendar: Calendar = PLAIN) -> Part:
    """The filter with today's days and this user's id in place of what moves."""
    if isinstance(part, Group):
        return replace(part, parts=tuple(settled(entity, one, today, me, calendar) for one in part.parts))
    kind = field_of(entity, part.field).type
    if kind is FieldType.REFERENCE:
        return replace(part, value=_mine(part.value, me))
    if part.test is Test.DURING:
        first, last = part.value.bounds(today, calendar) if isinstance(part.value, Period) else (None, None)
        ends = ((Test.AT_LEAST, first), (Test.AT_MOST, last))
        days = tuple(Filter(field=part.field, test=test, value=day) for test, day in ends if day is not None)
        return settled(entity, Group(parts=days), today, me, calendar)
    if kind is FieldType.DATETIME and isinstance(part.value, date) and not isinstance(part.value, datetime):
        return _whole_day(part, part.value)
    return part


def _mine(value: Any, me: str | None) -> Any:
    if isinstance(value, tuple):
        return tuple(_mine(one, me) for one in value)
    return (me or "") if value == ME else value


def _whole_day(part: Filter, day: date) -> Part:
    start, end = _midnight(day), _midnight(day + timedelta(1))
    since = Filter(field=part.field, test=Test.AT_LEAST, value=start)
    before = Filter(field=part.field, test=Test.BELOW, value=end)
    match part.test:
        case Test.AT_LEAST:
            return since
        case Test.AT_MOST:
            return before
        case Test.ABOVE:
            return replace(since, value=end)
        case Test.BELOW:
            return replace(before, value=start)
        case Test.IS_NOT:
            sides = (replace(before, value=start), replace(since, value=end))
            return Group(parts=(*sides, Filter(field=part.field, test=Test.EMPTY)), any=True)
        case _:
            return Group(parts=(since, before))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()
