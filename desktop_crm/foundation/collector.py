"""Rest for Python's garbage collector while something large is built or held: one walk through a million objects stops every thread.

The sweeper of the window asks `is_resting`; who made something large that stays says `hold`, and the sweeper `release`s it all when nobody
looks.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Rest:
    """How many ask for rest, and whether automatic collection was on before the first."""

    lock = threading.Lock()
    asking = 0
    was_on = False


@contextmanager
def resting() -> Iterator[None]:
    """No collection within the block, on any thread."""
    with _Rest.lock:
        if _Rest.asking == 0:
            _Rest.was_on = gc.isenabled()
            gc.disable()
        _Rest.asking += 1
    try:
        yield
    finally:
        with _Rest.lock:
            _Rest.asking -= 1
            if _Rest.asking == 0 and _Rest.was_on:
                gc.enable()


def let_go(*piles: dict[Any, Any] | list[Any] | set[Any]) -> None:
    """Empty these, an entry at a time: a large one freed in one go holds every thread as long as that takes."""
    for pile in piles:
        take = pile.popitem if isinstance(pile, dict) else pile.pop
        while pile:
            take()


def is_resting() -> bool:
    """Whether a collection should wait."""
    return _Rest.asking > 0


def hold() -> None:
    """What is there now is no longer walked through. It is freed as ever when nobody refers to it; only cycles wait."""
    gc.freeze()


def release() -> None:
    """What was held is walked through again."""
    gc.unfreeze()


def seldom() -> None:
    """Walk when 50,000 objects more are there, not 700: for a process whose requests make many that soon are gone by themselves."""
    gc.set_threshold(50_000, 20, 10)
