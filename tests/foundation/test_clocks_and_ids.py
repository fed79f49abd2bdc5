"""Ids sort by time; stamps sort by cause; a laptop that learns from another is never refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.foundation.clock import FixedClock, SystemClock
from desktop_crm.foundation.hlc import NO_STAMP, HybridClock, Stamp, make_stamp, read_stamp, stamp_time
from desktop_crm.foundation.ids import DeviceId, new_device_id, new_id, new_row_id
from desktop_crm.foundation.versions import NO_VERSION, Version, newest, read_clock, stamped, version_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STEPS = st.lists(st.integers(min_value=-7200, max_value=86_400), max_size=20)


def test_ids_are_version_7_and_sort_by_time():
    made = [new_id() for _ in range(200)]
    assert made == sorted(made)
    assert len(set(made)) == 200
    assert {(len(one), one[14]) for one in made} == {(36, "7")}
    assert len(new_row_id()) == 36
    assert len(new_device_id()) == 12


@given(millis=st.integers(0, 2**48 - 1), counter=st.integers(0, 0xFFFF), device=st.text("abcdef-", min_size=1))
def test_a_stamp_is_read_as_it_was_made(millis, counter, device):
    assert read_stamp(make_stamp(millis, counter, device)) == (millis, counter, device)


@pytest.mark.parametrize("text", ["", "-", "0000000000000000", "0000000000000000-", "zzzzzzzzzzzzzzzz-d"])
def test_other_text_is_no_stamp(text):
    with pytest.raises(ValueError, match=r".*"):
        read_stamp(Stamp(text))


@given(steps=STEPS)
def test_ticks_only_rise_whatever_the_wall_clock_does(steps):
    wall = FixedClock(NOON)
    clock = HybridClock(DeviceId("d"), wall)
    given_out = [clock.tick()]
    for step in steps:
        wall.at += timedelta(seconds=step)
        given_out.append(clock.tick())
    assert given_out == sorted(set(given_out))
    assert clock.last == given_out[-1]


@given(ahead=st.integers(min_value=-86_400, max_value=86_400 * 365))
def test_a_tick_is_above_everything_learnt(ahead):
    theirs = HybridClock(DeviceId("b"), FixedClock(NOON + timedelta(seconds=ahead)))
    stamp = theirs.tick()
    ours = HybridClock(DeviceId("a"), FixedClock(NOON))
    ours.learn(stamp)
    assert ours.tick() > stamp


def test_the_counter_flows_into_the_milliseconds():
    clock = HybridClock(DeviceId("d"), FixedClock(NOON), make_stamp(2**42, 0xFFFE, "other"))
    first, second = clock.tick(), clock.tick()
    assert read_stamp(first) == (2**42, 0xFFFF, "d")
    assert read_stamp(second) == (2**42 + 1, 0, "d")
    assert first < second


def test_a_clock_goes_on_where_the_file_left_off():
    last = make_stamp(2**41, 5, "d")
    assert HybridClock(DeviceId("d"), FixedClock(NOON), last).tick() > last


def test_a_stamp_tells_its_wall_time():
    assert stamp_time(HybridClock(DeviceId("d"), FixedClock(NOON)).tick()) == NOON
    assert abs((SystemClock().now() - datetime.now(UTC)).total_seconds()) < 5


def test_a_row_clock_keeps_only_the_fields_that_differ():
    first, second = Version(Stamp("1-d"), "o1"), Version(Stamp("2-d"), "o2")
    text = stamped(None, ("name", "kind"), first)
    assert read_clock(text) == {"": "1-d o1"}
    text = stamped(text, ("kind",), second)
    clock = read_clock(text)
    assert version_of(clock, "name") == first
    assert version_of(clock, "kind") == second
    assert version_of(clock, "never") == first
    assert newest(clock) == second


def test_a_row_without_a_clock_was_written_by_nobody():
    assert version_of(read_clock(None), "name") == NO_VERSION
    assert newest({}) == NO_VERSION
    assert NO_VERSION.stamp == NO_STAMP
