"""What the sweeper walks through: little while someone works, everything when nobody looks, and nothing is held for ever."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from desktop_crm.foundation.collector import resting
from desktop_crm.ui.runtime import garbage
from desktop_crm.ui.runtime.garbage import MANY, Sweeper
from desktop_crm.ui.runtime.lanes import Lanes


class Ring:
    """Refers to itself: only a walk frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def sweeper(qapp) -> Iterator[Sweeper]:
    sweeper = Sweeper()
    sweeper._timer.stop()
    yield sweeper
    sweeper.stop()


@pytest.fixture
def walks() -> Iterator[list[int]]:
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_what_the_program_loaded_is_set_aside_until_the_last_sweeper_stops(qapp) -> None:
    one, two = Sweeper(), Sweeper()
    assert gc.get_freeze_count() > MANY
    one.stop()
    assert gc.get_freeze_count() > MANY
    assert not gc.isenabled()
    two.stop()
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()


def test_a_ring_made_in_passing_is_swept_soon(sweeper) -> None:
    gone = weakref.ref(Ring())
    kept = [[] for _ in range(1000)]
    sweeper.sweep()
    assert gone() is None
    assert kept


def test_much_at_once_is_set_aside_without_a_walk_and_walked_through_when_nobody_looks(sweeper, walks) -> None:
    gone = weakref.ref(Ring())
    pile = [[] for _ in range(MANY + 5_000)]
    sweeper.sweep()
    assert walks == []
    assert gc.get_count()[0] < MANY
    assert gone() is not None
    sweeper._walked -= garbage.REST_S + 1
    sweeper._on_state(Qt.ApplicationState.ApplicationActive)
    assert walks == []
    sweeper._on_state(Qt.ApplicationState.ApplicationInactive)
    assert walks == [2]
    assert gone() is None
    assert pile
    sweeper._on_state(Qt.ApplicationState.ApplicationInactive)
    assert walks == [2], "it was not long ago"


def test_what_grows_slowly_is_set_aside_too(sweeper, walks) -> None:
    pile = []
    for _ in range(7):
        pile.append([[] for _ in range(MANY // 5)])
        sweeper.sweep()
    assert walks
    assert sum(map(len, pile)) > MANY
    assert len(gc.get_objects()) < MANY


def test_nothing_is_walked_through_while_something_large_is_built(sweeper, walks) -> None:
    sweeper._walked -= garbage.REST_S + 1
    with resting():
        pile = [[] for _ in range(5000)]
        sweeper.sweep()
        sweeper._on_state(Qt.ApplicationState.ApplicationInactive)
    assert walks == []
    assert pile


def test_a_result_goes_with_the_last_who_needs_it_and_waits_for_no_sweep(qtbot, qapp) -> None:
    class Large:
        pass

    lanes, seen = Lanes(), []
    lanes._sweeper._timer.stop()
    job = lanes.read(Large, lambda result: seen.append(weakref.ref(result)))
    qtbot.waitUntil(lambda: bool(seen) and seen[0]() is None)
    job.cancel()
    lanes.stop()
