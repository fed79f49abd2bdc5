"""Days that move with today: "this month", "the last 7 days", "next quarter", "overdue"; years and weeks by the business calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desktop_crm.domain.calendar import PLAIN, Calendar

MOST_DAYS = 36_500


class Span(StrEnum):
    """Which days; `LAST_DAYS` and `NEXT_DAYS` count from today on, today included."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    NEXT_WEEK = "next_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    NEXT_QUARTER = "next_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    NEXT_YEAR = "next_year"
    LAST_DAYS = "last_days"
    NEXT_DAYS = "next_days"
    OVERDUE = "overdue"
    UPCOMING = "upcoming"


COUNTED = frozenset({Span.LAST_DAYS, Span.NEXT_DAYS})
"""Spans that need a number of days."""

_STEPS = {"last": -1, "this": 0, "next": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of days; `days` counts for `LAST_DAYS` and `NEXT_DAYS` alone."""

    span: Span
    days: int = 0

    def bounds(self, today: date, calendar: Calendar = PLAIN) -> tuple[date | None, date | None]:
        """First and last day, both included; None where it has no end."""
        days = max(1, min(self.days, MOST_DAYS))
        match self.span:
            case Span.TODAY:
                return today, today
            case Span.YESTERDAY:
                return today - timedelta(1), today - timedelta(1)
            case Span.TOMORROW:
                return today + timedelta(1), today + timedelta(1)
            case Span.LAST_DAYS:
                return today - timedelta(days - 1), today
            case Span.NEXT_DAYS:
                return today, today + timedelta(days - 1)
            case Span.OVERDUE:
                return None, today - timedelta(1)
            case Span.UPCOMING:
                return today, None
            case _:
                which, _, unit = self.span.value.partition("_")
                step = _STEPS[which]
                return calendar.week(today, step) if unit == "week" else calendar.months(today, unit, step)
