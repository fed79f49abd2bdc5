"""The collector rests while someone asks, and works again after the last one."""

from __future__ import annotations

import gc

from desktop_crm.foundation.collector import hold, is_resting, let_go, release, resting, seldom


def test_rest_is_counted_and_given_back() -> None:
    before = gc.isenabled()
    gc.enable()
    with resting():
        assert is_resting()
        with resting():
            assert not gc.isenabled()
        assert is_resting()
        assert not gc.isenabled()
    assert not is_resting()
    assert gc.isenabled()
    if not before:
        gc.disable()


def test_what_was_off_stays_off() -> None:
    before = gc.isenabled()
    gc.disable()
    with resting():
        pass
    assert not gc.isenabled()
    if before:
        gc.enable()


def test_what_is_held_is_not_walked_through() -> None:
    hold()
    assert gc.get_freeze_count() > 0
    release()
    assert gc.get_freeze_count() == 0


def test_what_is_let_go_is_empty_and_what_it_held_stays_whole() -> None:
    inner = {"a": 1}
    pile, names, numbers = {1: inner, 2: inner}, ["x", "y"], {3, 4}
    let_go(pile, names, numbers)
    assert (pile, names, numbers) == ({}, [], set())
    assert inner == {"a": 1}


def test_a_server_walks_seldom_and_still_walks() -> None:
    before = gc.get_threshold()
    try:
        seldom()
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_threshold()[2] > 0
    finally:
        gc.set_threshold(*before)
