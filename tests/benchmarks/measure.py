"""Measuring: ours and the floor in turn, so that a drifting machine touches both alike; medians, spread, ratios of pairs."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

Act = Callable[[int], float]
"""Does the job for the given round and returns how many seconds it took, or how many bytes."""


class NotHereError(Exception):
    """What a floor needs is not on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One benchmark, set up and ready to be measured. `ours` is None when only the floor is asked for."""

    ours: Act | None
    floor: Act
    rounds: int
    warm_up: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A benchmark; `prepare` makes its job in a folder, with floors alone where told so."""

    name: str
    what: str
    floor: str
    goal: float | None
    goal_95: float | None = None
    """How far the 95th percentile of ours may lie above the floor's; None where no goal names it."""
    unit: str = "ms"
    prepare: Callable[[Path, bool], AbstractContextManager[Job]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    ours: list[float]
    floor: list[float]

    @property
    def ratios(self) -> list[float]:
        return [a / b for a, b in zip(self.ours, self.floor, strict=True)] if self.ours else []

    @property
    def ratio_95(self) -> float:
        """Our 95th percentile to the floor's."""
        return slow_edge(self.ours) / slow_edge(self.floor)


def slow_edge(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[round(len(values) * 0.95) - 1]


def measured(job: Job) -> Result:
    ours: list[float] = []
    floor: list[float] = []
    for number in range(job.warm_up + job.rounds):
        below = job.floor(number)
        above = job.ours(number) if job.ours else None
        if number >= job.warm_up:
            floor.append(below)
            if above is not None:
                ours.append(above)
    return Result(ours=ours, floor=floor)


CLOCKS: dict[bool, Callable[[], float]] = {False: time.perf_counter, True: time.process_time}
"""By whether the processor's time for this process is asked for: on a busy machine the wall's clock counts the others' turns."""
by_processor = False


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Seconds inside the block, with the rubbish of what went before collected first."""
    gc.collect()
    clock = CLOCKS[by_processor]
    began = clock()
    ended: list[float] = []
    yield lambda: ended[0] - began
    ended.append(clock())


def resident() -> int:
    """Bytes of memory that this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def spread(values: list[float], *, scale: float = 1000.0, digits: int = 2) -> str:
    """`12.30 [11.90–14.02]`: median, least and most."""
    middle, least, most = (v * scale for v in (statistics.median(values), min(values), max(values)))
    return f"{middle:.{digits}f} [{least:.{digits}f}–{most:.{digits}f}]"
