"""Stamps sort in causal order, stay near wall time, and never go back, whatever the wall clock does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.foundation.clock import FixedClock, SystemClock
from desktop_crm.foundation.hlc import NO_STAMP, HybridClock, Stamp, make_stamp, read_stamp, stamp_time
from desktop_crm.foundation.ids import DeviceId

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
A, B = DeviceId("aaaaaaaaaaaa"), DeviceId("bbbbbbbbbbbb")
parts = st.tuples(st.integers(0, 2**48 - 1), st.integers(0, 2**16 - 1), st.sampled_from([A, B]))


def test_a_stamp_tells_its_wall_time() -> None:
    stamp = HybridClock(A, FixedClock(NOON)).tick()
    assert stamp_time(stamp) == NOON
    assert stamp.endswith(f"-{A}")


@given(parts, parts)
def test_text_order_is_the_order_of_time_then_counter(left: tuple, right: tuple) -> None:
    assert (make_stamp(*left) < make_stamp(*right)) == (left < right)


@given(parts)
def test_a_stamp_is_put_together_and_taken_apart(whole: tuple) -> None:
    assert read_stamp(make_stamp(*whole)) == whole


@pytest.mark.parametrize("text", ["", "abc", "0123456789abcdef", "0123456789abcdef-", "zzzzzzzzzzzz0000-a", "0-1-2"])
def test_other_text_is_no_stamp(text: str) -> None:
    with pytest.raises(ValueError):
        read_stamp(Stamp(text))


@given(st.lists(st.timedeltas(min_value=timedelta(hours=-3), max_value=timedelta(days=2)), max_size=40))
def test_stamps_rise_while_the_wall_clock_jumps(jumps: list[timedelta]) -> None:
    wall = FixedClock(NOON)
    clock = HybridClock(A, wall)
    last = clock.tick()
    for jump in jumps:
        wall.at += jump
        stamp = clock.tick()
        assert stamp > last
        last = stamp


def test_a_clock_that_stands_still_counts_and_spills_into_the_next_millisecond() -> None:
    clock = HybridClock(A, FixedClock(NOON))
    stamps = [clock.tick() for _ in range(0x10000 + 2)]
    assert stamps == sorted(set(stamps))
    assert stamp_time(stamps[-1]) == NOON + timedelta(milliseconds=1)


@given(parts)
def test_what_is_learnt_is_below_the_next_stamp(learnt: tuple) -> None:
    if learnt[0] == 2**48 - 1:
        return  # the last millisecond there is, in the year 10889
    clock = HybridClock(A, FixedClock(NOON))
    clock.learn(make_stamp(*learnt))
    assert clock.tick() > make_stamp(*learnt)


def test_learning_something_old_changes_nothing() -> None:
    clock = HybridClock(A, FixedClock(NOON))
    before = clock.tick()
    clock.learn(make_stamp(5, 5, B))
    assert clock.last == before


def test_nobody_is_refused_for_drift() -> None:
    clock = HybridClock(A, FixedClock(NOON))
    tomorrow = make_stamp(int((NOON + timedelta(days=1)).timestamp() * 1000), 7, B)
    clock.learn(tomorrow)
    stamp = clock.tick()
    assert stamp > tomorrow
    assert read_stamp(stamp)[2] == A


def test_a_reopened_workspace_goes_on_above_its_last_stamp() -> None:
    first = HybridClock(A, FixedClock(NOON))
    last = [first.tick() for _ in range(3)][-1]
    second = HybridClock(A, FixedClock(NOON - timedelta(hours=2)), last)
    assert second.last == last
    assert second.tick() > last
    assert HybridClock(A, FixedClock(NOON), NO_STAMP).tick() == HybridClock(A, FixedClock(NOON)).tick()


def test_threads_never_share_a_stamp() -> None:
    clock = HybridClock(A, SystemClock())
    found: list[list[Stamp]] = [[] for _ in range(4)]
    threads = [
        threading.Thread(target=lambda mine=mine: mine.extend(clock.tick() for _ in range(500))) for mine in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [stamp for mine in found for stamp in mine]
    assert len(set(every)) == 2000
    assert all(mine == sorted(mine) for mine in found)
