"""The reports-to lines as stems by band and bars by height, so that a curve is judged by bisection, however large the chart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QPointF

Way = list[tuple[float, float]]
"""Places of a curve, near enough to each other to stand for it."""


class ReportChart:
    """The reports-to lines: for each band of heights the places of its stems, for each height the ends of its bars."""

    def __init__(self, courses: Iterable[list[QPointF]]) -> None:
        stems: dict[tuple[float, float], list[float]] = {}
        bars: dict[float, list[tuple[float, float]]] = {}
        for course in courses:
            for one, other in pairwise(course):
                if one.x() == other.x():
                    low, high = sorted((one.y(), other.y()))
                    stems.setdefault((low, high), []).append(one.x())
                else:
                    bars.setdefault(one.y(), []).append((min(one.x(), other.x()), max(one.x(), other.x())))
        self._stems = sorted((low, high, sorted(places)) for (low, high), places in stems.items())
        self._bars = sorted((y, sorted(a for a, _ in ends), sorted(b for _, b in ends)) for y, ends in bars.items())
        self._lows, self._heights = [low for low, _, _ in self._stems], [y for y, _, _ in self._bars]
        self._longest = max((high - low for low, high, _ in self._stems), default=0.0)

    def crossed(self, way: Way) -> int:
        """How many stems and bars a curve crosses."""
        count = 0
        for (ax, ay), (bx, by) in pairwise(way):
            top, bottom = (ay, by) if ay <= by else (by, ay)
            slope = (bx - ax) / (by - ay) if by != ay else 0.0
            first, last = bisect_left(self._lows, top - self._longest), bisect_left(self._lows, bottom)
            for low, high, places in self._stems[first:last]:
                if high > top:
                    begin = ax + (max(low, top) - ay) * slope if slope else ax
                    end = ax + (min(high, bottom) - ay) * slope if slope else bx
                    count += abs(bisect_left(places, end) - bisect_left(places, begin))
            first, last = bisect_left(self._heights, top), bisect_left(self._heights, bottom)
            for y, lefts, rights in self._bars[first:last]:
                x = ax + (y - ay) * slope
                count += bisect_left(lefts, x) - bisect_left(rights, x)
        return count
