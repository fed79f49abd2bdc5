"""The calendar's layout: side by side, in lanes, across midnight, and moves by the wall's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.activities.agenda import Event, bars, moved_by, pieces, week_of, weeks_of

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = date(2026, 11, 23)


def event(number, hour, minutes=60, day=MONDAY, minute=0):
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SEOUL)
    return Event(entity="activity", id=str(number), kind="meeting", subject=str(number), start=start, minutes=minutes)


def whole(number, day=MONDAY, days=1):
    return Event(entity="activity", id=str(number), kind="meeting", subject=str(number), day=day, days=days)


def test_what_overlaps_stands_side_by_side_and_what_follows_has_the_whole_width():
    laid = pieces([event(1, 9, 120), event(2, 10, 90), event(3, 11), event(4, 13)], MONDAY, SEOUL)
    assert [(p.event.id, p.column, p.columns) for p in laid] == [("1", 0, 2), ("2", 1, 2), ("3", 0, 2), ("4", 0, 1)]


def test_an_evening_goes_on_after_midnight():
    late = event(1, 23, 180)
    (before,), (after,) = (pieces([late], MONDAY + timedelta(days=n), SEOUL) for n in (0, 1))
    assert (before.begin, before.end, after.begin, after.end) == (23 * 60, 24 * 60, 0, 120)
    assert pieces([event(2, 22, 120)], MONDAY + timedelta(days=1), SEOUL) == ()


def test_whole_days_lie_in_lanes_and_are_cut_at_the_week():
    laid = bars(
        [whole(1, MONDAY - timedelta(days=2), 4), whole(2, MONDAY + timedelta(days=1), 9), event(3, 9)],
        MONDAY,
        7,
        SEOUL,
    )
    assert [(b.event.id, b.first, b.last, b.lane) for b in laid] == [("1", 0, 1, 0), ("3", 0, 0, 1), ("2", 1, 6, 1)]


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(1, 600)), max_size=25))
def test_nothing_covers_another(times):
    laid = pieces([event(n, hour, minutes) for n, (hour, minutes) in enumerate(times)], MONDAY, SEOUL)
    assert len(laid) == len(times)
    for one in laid:
        assert 0 <= one.column < one.columns
        for other in laid:
            if one is not other and one.begin < other.end and other.begin < one.end:
                assert one.columns == other.columns
                assert one.column != other.column


@given(st.lists(st.tuples(st.integers(-9, 8), st.integers(1, 12)), max_size=25))
def test_no_lane_holds_two_at_once(spans):
    laid = bars([whole(n, MONDAY + timedelta(days=at), days) for n, (at, days) in enumerate(spans)], MONDAY, 7, SEOUL)
    taken = [(bar.lane, place) for bar in laid for place in range(bar.first, bar.last + 1)]
    assert len(taken) == len(set(taken))
    assert len(laid) == sum(at < 7 and at + days > 0 for at, days in spans)


@pytest.mark.parametrize(
    ("month", "begins", "first", "weeks"),
    [
        (date(2026, 11, 17), 0, date(2026, 10, 26), 6),
        (date(2026, 11, 17), 6, date(2026, 11, 1), 5),
        (date(2027, 2, 1), 0, date(2027, 2, 1), 4),
    ],
)
def test_a_sheet_shows_whole_weeks(month, begins, first, weeks):
    assert weeks_of(month, begins) == (first, weeks)
    assert week_of(first, begins) == first


def test_nine_stays_nine_across_a_change_of_the_clock():
    zone = ZoneInfo("Europe/Berlin")
    nine = Event(entity="activity", id="1", kind="visit", subject="", start=datetime(2026, 10, 24, 7, tzinfo=UTC))
    moved, _ = moved_by(nine, 1, 0, zone)
    assert (moved.hour, moved.astimezone(UTC).hour) == (9, 8)
    assert moved_by(whole(1), -2, 0, zone) == (None, MONDAY - timedelta(days=2))
