"""Which backups are kept: seven days, four weeks, and never none, whatever the clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.services.safety.keeping import DAYS, WEEKS, is_due, kept

START = datetime(2020, 1, 1, tzinfo=UTC)
minutes = st.integers(0, 12 * 365 * 24 * 60).map(lambda n: START + timedelta(minutes=n))
moments = st.lists(minutes, max_size=60)


@given(moments)
def test_the_newest_is_kept_and_no_more_than_the_rule_says(made):
    stay = kept(made)
    assert stay <= set(made)
    assert len(stay) <= DAYS + WEEKS
    assert not made or max(made) in stay
    assert bool(stay) == bool(made)


@given(moments)
def test_keeping_twice_keeps_the_same(made):
    assert kept(kept(made)) == kept(made)


@given(moments)
def test_of_a_kept_day_or_week_it_is_the_newest(made):
    for one in kept(made):
        day = [other for other in made if other.date() == one.date()]
        week = [other for other in made if other.isocalendar()[:2] == one.isocalendar()[:2]]
        assert one in {max(day), max(week)}


@given(moments, st.integers(1, 900))
def test_a_new_backup_costs_at_most_one_day_and_one_week(made, later):
    before = kept(made)
    after = kept([*made, datetime(2033, 1, 1, tzinfo=UTC) + timedelta(days=later)])
    assert len(before - after) <= 2


def test_a_backup_every_day_for_a_year_leaves_a_week_of_days_and_four_weeks():
    first = datetime(2026, 1, 1, 9, tzinfo=UTC)
    stay: set[datetime] = set()
    for day in range(365):
        stay = kept({*stay, first + timedelta(days=day), first + timedelta(days=day, hours=3)})
    last = first + timedelta(days=364, hours=3)
    assert {last - timedelta(days=n) for n in range(DAYS)} <= stay
    assert len({at.isocalendar()[:2] for at in stay}) >= WEEKS
    assert min(stay) >= last - timedelta(weeks=WEEKS)


@given(moments, st.integers(-800, 800))
def test_a_clock_that_jumped_empties_nothing(made, days):
    """One backup is made by a wrong clock; all days and weeks but the oldest kept ones stay."""
    before = kept(made)
    if not before:
        return
    wrong = max(made) + timedelta(days=days)
    after = kept({*before, wrong})
    assert len(before - after) <= 2


def test_it_is_due_once_a_day_and_a_future_one_does_not_hold_it_back():
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert is_due([], now.date())
    assert is_due([now - timedelta(days=1), now + timedelta(days=2)], now.date())
    assert not is_due([now.replace(hour=1)], now.date())
