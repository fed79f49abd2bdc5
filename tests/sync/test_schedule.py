"""When the next run is due."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.sync.client.schedule import AFTER_EDIT, EVERY, LONGEST_RETRY, SPARING, STUCK_AFTER, Schedule
from tests.sync.peers import BEGIN


def test_a_run_comes_soon_after_an_edit_and_else_every_few_minutes():
    plan = Schedule.start(BEGIN)
    assert plan.is_due(BEGIN)
    plan = plan.succeeded(BEGIN)
    assert not plan.is_due(BEGIN + EVERY - timedelta(seconds=1))
    assert plan.is_due(BEGIN + EVERY)
    plan = plan.edited(BEGIN)
    assert plan.is_due(BEGIN + AFTER_EDIT)
    assert plan.succeeded(BEGIN, waiting=True).is_due(BEGIN + AFTER_EDIT)
    spared = plan.succeeded(BEGIN, sparing=True)
    assert not spared.is_due(BEGIN + EVERY)
    assert spared.is_due(BEGIN + SPARING)
    assert spared.edited(BEGIN).is_due(BEGIN + AFTER_EDIT)


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_pauses_grow_with_each_failure_up_to_a_bound_and_edits_do_not_shorten_them(seed, failures):
    chance, plan, before = random.Random(seed), Schedule.start(BEGIN), timedelta(0)
    for n in range(failures):
        plan = plan.failed(BEGIN, chance)
        pause = plan.due - BEGIN
        assert pause <= LONGEST_RETRY * 1.33
        if n > 1 and pause < LONGEST_RETRY * 0.67:
            assert pause * 2.1 > before
        before = pause
        assert plan.edited(BEGIN).due == plan.due
    assert plan.asked(BEGIN).is_due(BEGIN)
    assert plan.succeeded(BEGIN).failures == 0


def test_a_queue_that_waits_too_long_is_stuck_unless_one_works_offline_on_purpose():
    plan = Schedule.start(BEGIN).edited(BEGIN).edited(BEGIN + timedelta(minutes=5))
    late = BEGIN + STUCK_AFTER + timedelta(seconds=1)
    assert not plan.is_stuck(BEGIN + STUCK_AFTER)
    assert plan.is_stuck(late)
    assert not plan.succeeded(late).is_stuck(late)
    offline = Schedule(due=BEGIN, waits_since=BEGIN, offline=True)
    assert not offline.is_stuck(late)
    assert not offline.is_due(late)
