"""What presses first, what is silent, whose birthday comes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop_crm.domain.activities.reminders import Reminder, Why, gap, next_birthday, ranked

TODAY = date(2026, 11, 23)


def one(why, title, days):
    return Reminder(why=why, entity="x", row_id=title, title=title, account="", on=TODAY + timedelta(days))


@pytest.mark.parametrize(
    ("tier", "days", "silent"),
    [("key", 31, True), ("key", 30, False), ("managed", 31, False), ("managed", 61, True), (None, 900, False)],
)
def test_silence_depends_on_the_tier(tier, days, silent):
    assert gap(tier, TODAY - timedelta(days), TODAY) is silent


def test_somebody_never_contacted_is_silent():
    assert gap("key", None, TODAY)
    assert not gap(None, None, TODAY)


@pytest.mark.parametrize(
    ("born", "day"),
    [
        (date(1980, 11, 23), date(2026, 11, 23)),
        (date(1980, 11, 22), date(2027, 11, 22)),
        (date(1984, 2, 29), date(2027, 2, 28)),
    ],
)
def test_the_next_birthday(born, day):
    assert next_birthday(born, TODAY) == day


def test_the_late_stand_first_and_the_done_are_gone():
    late, soon, later = one(Why.TASK, "late", -3), one(Why.QUOTE, "soon", 2), one(Why.RENEWAL, "later", 60)
    assert ranked([later, soon, late], TODAY, {}) == (late, soon, later)
    assert ranked([later, soon, late], TODAY, {late.key: None, soon.key: TODAY + timedelta(1)}) == (later,)
    assert ranked([soon], TODAY, {soon.key: TODAY}) == (soon,)
