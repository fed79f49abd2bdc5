"""Where a large map is cut into sheets of paper, along one side: between cards, so that no card is cut. Works on numbers only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FULL_ENOUGH = 0.6
"""A sheet is not ended at a gap between cards when it would be emptier than this; the cards at its end are repeated instead."""


@dataclass(frozen=True, slots=True)
class Strip:
    """What one sheet shows of a side of the map."""

    start: float
    end: float

    def holds(self, start: float, end: float) -> bool:
        """Whether it shows all of this."""
        return self.start <= start and end <= self.end


def strips(spans: Sequence[tuple[float, float]], length: float, room: float) -> tuple[Strip, ...]:
    """Strips of at most `room` that cover `length`, so that each span of at most `room` is whole on one of them.

    A strip ends at the last gap between spans; where none is near, the next one begins before the spans that did not fit.
    """
    made: list[Strip] = []
    start = 0.0
    while start + room < length:
        edge = start + room
        least = start + FULL_ENOUGH * room
        gap = _gap(spans, least, edge)
        if gap is not None:
            made.append(Strip(start, gap))
            start = gap
            continue
        made.append(Strip(start, edge))
        cut = [left for left, right in spans if start < left < edge < right <= left + room]
        start = min(cut, default=edge)
    made.append(Strip(start, length))
    return tuple(made)


def _gap(spans: Sequence[tuple[float, float]], least: float, most: float) -> float | None:
    """The last place from `least` to `most` that no span runs over."""
    place = most
    for left, right in sorted(spans, key=lambda span: -span[1]):
        if right <= place:
            break
        place = min(place, left)
    return place if place >= least else None
