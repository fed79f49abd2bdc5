"""The business calendar: with which month a fiscal year begins and with which day a week; the one place that counts them.

Filters ("this quarter"), figures and forecasts ask here, so that a year is the same year everywhere. Pure; today is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from desktop_crm.foundation.errors import Refusal

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}

Days = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`year_begins`: the month (1 to 12). `week_begins`: the weekday (0 Monday to 6 Sunday)."""

    year_begins: int = 1
    week_begins: int = 0

    def __post_init__(self) -> None:
        if not (1 <= self.year_begins <= 12 and 0 <= self.week_begins <= 6):
            raise Refusal("calendar.unknown", month=self.year_begins, day=self.week_begins)

    def months(self, today: date, unit: str, step: int = 0) -> Days:
        """The month, quarter or fiscal year in which `today` lies, or one so many steps away."""
        length, shift = MONTHS_IN[unit], self.year_begins - 1
        start = (today.year * 12 + today.month - 1 - shift) // length * length + shift + step * length
        return _first_of(start), _first_of(start + length) - timedelta(1)

    def week(self, today: date, step: int = 0) -> Days:
        """The week in which `today` lies, or one so many weeks away."""
        first = today - timedelta((today.weekday() - self.week_begins) % 7) + timedelta(7 * step)
        return first, first + timedelta(6)

    def year_of(self, day: date) -> int:
        """The fiscal year of a day, named after the calendar year in which it begins."""
        return self.months(day, "year")[0].year

    def quarter_of(self, day: date) -> int:
        """The quarter of its fiscal year, 1 to 4."""
        return (day.month - self.year_begins) % 12 // 3 + 1


PLAIN = Calendar()
"""Years from January, weeks from Monday (ISO 8601)."""


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
