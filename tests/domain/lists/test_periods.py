"""Days that move with today, against a calendar counted by hand and against each other."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.lists.periods import COUNTED, Period, Span

TODAY = date(2026, 11, 23)  # a Monday
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.TODAY, date(2026, 11, 23), date(2026, 11, 23)),
        (Span.YESTERDAY, date(2026, 11, 22), date(2026, 11, 22)),
        (Span.TOMORROW, date(2026, 11, 24), date(2026, 11, 24)),
        (Span.THIS_WEEK, date(2026, 11, 23), date(2026, 11, 29)),
        (Span.LAST_WEEK, date(2026, 11, 16), date(2026, 11, 22)),
        (Span.NEXT_WEEK, date(2026, 11, 30), date(2026, 12, 6)),
        (Span.THIS_MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Span.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Span.NEXT_MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        (Span.THIS_QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (Span.LAST_QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        (Span.NEXT_QUARTER, date(2027, 1, 1), date(2027, 3, 31)),
        (Span.THIS_YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Span.LAST_YEAR, date(2025, 1, 1), date(2025, 12, 31)),
        (Span.NEXT_YEAR, date(2027, 1, 1), date(2027, 12, 31)),
        (Span.OVERDUE, None, date(2026, 11, 22)),
        (Span.UPCOMING, date(2026, 11, 23), None),
    ],
)
def test_each_span_by_hand(span, first, last):
    assert Period(span=span).bounds(TODAY) == (first, last)


def test_spans_of_a_number_of_days_hold_today():
    assert Period(span=Span.LAST_DAYS, days=7).bounds(TODAY) == (date(2026, 11, 17), TODAY)
    assert Period(span=Span.NEXT_DAYS, days=7).bounds(TODAY) == (TODAY, date(2026, 11, 29))
    assert Period(span=Span.NEXT_DAYS, days=0).bounds(TODAY) == (TODAY, TODAY)


@given(DAYS, st.sampled_from(["week", "month", "quarter", "year"]))
def test_the_last_this_and_the_next_follow_each_other_without_a_gap(today, unit):
    spans = [Period(span=Span(f"{which}_{unit}")).bounds(today) for which in ("last", "this", "next")]
    assert spans[1][0] <= today <= spans[1][1]
    for before, after in pairwise(spans):
        assert before[1] + timedelta(1) == after[0]


@given(DAYS)
def test_what_is_overdue_and_what_is_coming_are_all_days(today):
    assert Period(span=Span.OVERDUE).bounds(today)[1] + timedelta(1) == Period(span=Span.UPCOMING).bounds(today)[0]
    assert {Span.LAST_DAYS, Span.NEXT_DAYS} == COUNTED
