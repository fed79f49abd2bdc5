"""The business calendar: fiscal years, their quarters, and weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.calendar import PLAIN, Calendar
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.foundation.errors import Refusal

APRIL = Calendar(year_begins=4)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
calendars = st.builds(Calendar, year_begins=st.integers(1, 12), week_begins=st.integers(0, 6))


def test_a_year_from_april():
    assert APRIL.months(date(2026, 3, 31), "year") == (date(2025, 4, 1), date(2026, 3, 31))
    assert APRIL.months(date(2026, 4, 1), "year") == (date(2026, 4, 1), date(2027, 3, 31))
    assert APRIL.months(date(2026, 2, 5), "quarter") == (date(2026, 1, 1), date(2026, 3, 31))
    assert APRIL.months(date(2026, 2, 5), "quarter", 1) == (date(2026, 4, 1), date(2026, 6, 30))
    assert (APRIL.year_of(date(2026, 3, 31)), APRIL.quarter_of(date(2026, 3, 31))) == (2025, 4)
    assert Calendar(year_begins=2).months(date(2026, 1, 31), "quarter") == (date(2025, 11, 1), date(2026, 1, 31))


def test_a_week_from_sunday():
    sunday = Calendar(week_begins=6)
    assert sunday.week(date(2026, 11, 22)) == (date(2026, 11, 22), date(2026, 11, 28))
    assert sunday.week(date(2026, 11, 21)) == (date(2026, 11, 15), date(2026, 11, 21))
    assert PLAIN.week(date(2026, 11, 22), 1) == (date(2026, 11, 23), date(2026, 11, 29))


@pytest.mark.parametrize("wrong", [{"year_begins": 0}, {"year_begins": 13}, {"week_begins": 7}])
def test_what_is_no_month_or_weekday_is_refused(wrong):
    with pytest.raises(Refusal, match=r"calendar\.unknown"):
        Calendar(**wrong)


@given(days, calendars)
def test_years_and_quarters_and_weeks_join_without_gaps(day, calendar):
    for unit in ("month", "quarter", "year"):
        first, last = calendar.months(day, unit)
        assert first <= day <= last
        assert calendar.months(day, unit, 1)[0] == last + timedelta(1)
        assert calendar.months(day, unit, -1)[1] == first - timedelta(1)
    assert calendar.months(day, "year")[0].month == calendar.year_begins
    first, last = calendar.week(day)
    assert first <= day <= last
    assert first.weekday() == calendar.week_begins
    quarter = calendar.months(calendar.months(day, "year")[0], "quarter", calendar.quarter_of(day) - 1)
    assert quarter == calendar.months(day, "quarter")


@given(days)
def test_filters_count_by_the_calendar_they_are_given(day):
    for span in (Span.THIS_YEAR, Span.LAST_QUARTER, Span.NEXT_MONTH):
        which, _, unit = span.value.partition("_")
        step = {"last": -1, "this": 0, "next": 1}[which]
        assert Period(span=span).bounds(day, APRIL) == APRIL.months(day, unit, step)
    assert Period(span=Span.THIS_WEEK).bounds(day, Calendar(week_begins=6)) == Calendar(week_begins=6).week(day)
    assert Period(span=Span.THIS_YEAR).bounds(day) == (date(day.year, 1, 1), date(day.year, 12, 31))
