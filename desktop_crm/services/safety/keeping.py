"""Which backups are kept: a pure rule over the days on which they were made.

1. Of each day the newest counts, of each week (Monday to Sunday) the newest.
2. The newest so many days that have one, and the newest so many weeks that have one, are kept: seven and four, unless others
   were chosen.
Days are counted, not measured from today: a clock that is days ahead or behind cannot empty the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final

DAYS: Final = 7
WEEKS: Final = 4


def kept(moments: Iterable[datetime], days: int = DAYS, weeks: int = WEEKS) -> set[datetime]:
    """Those of the moments (aware, in the user's own time zone) whose backups stay."""
    ordered = sorted(set(moments), reverse=True)
    return _newest_of_each(ordered, datetime.date, days) | _newest_of_each(ordered, _week, weeks)


def is_due(moments: Iterable[datetime], today: date) -> bool:
    """Whether none was made today. One dated in the future, by a clock that was wrong, does not hold today's back."""
    return all(moment.date() != today for moment in moments)


def _newest_of_each(ordered: list[datetime], span: Callable[[datetime], object], most: int) -> set[datetime]:
    newest: dict[object, datetime] = {}
    for moment in ordered:
        newest.setdefault(span(moment), moment)
    return set(list(newest.values())[:most])


def _week(moment: datetime) -> tuple[int, int]:
    return moment.isocalendar()[:2]
