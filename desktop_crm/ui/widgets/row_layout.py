"""Which row of a table shows which row of an order: one after another, or under heads that open and close. Pure counting."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


class RowLayout:
    """Rows of a table over an order of so many places. Without `counts` row and place are the same number."""

    def __init__(self, total: int, counts: Sequence[int] = ()) -> None:
        self.total = total
        self._counts = tuple(counts)
        self._first = (0, *accumulate(self._counts))
        self._open = [True] * len(self._counts)
        self._heads: list[int] = []
        self._rows = total
        self._lay()

    def _lay(self) -> None:
        if not self._counts:
            return
        shown = [1 + (count if is_open else 0) for count, is_open in zip(self._counts, self._open, strict=True)]
        starts = list(accumulate(shown, initial=0))
        self._heads, self._rows = starts[:-1], starts[-1]

    @property
    def rows(self) -> int:
        """How many rows the table has, heads included."""
        return self._rows

    @property
    def grouped(self) -> bool:
        return bool(self._counts)

    def heap_at(self, row: int) -> int | None:
        """The group whose head stands in this row; None for a row that shows a place."""
        if not self._counts:
            return None
        heap = bisect_right(self._heads, row) - 1
        return heap if heap >= 0 and self._heads[heap] == row else None

    def place_at(self, row: int) -> int | None:
        """The place that a row shows; None for a head."""
        if not self._counts:
            return row
        heap = bisect_right(self._heads, row) - 1
        offset = row - self._heads[heap]
        return None if offset == 0 else self._first[heap] + offset - 1

    def row_of(self, place: int) -> int | None:
        """The row that shows a place; None when its group is closed."""
        if not self._counts:
            return place
        heap = bisect_right(self._first, place) - 1
        return self._heads[heap] + 1 + place - self._first[heap] if self._open[heap] else None

    def heap_of(self, row: int) -> int | None:
        """The group that a row belongs to, head or not."""
        return bisect_right(self._heads, row) - 1 if self._counts else None

    def head_row(self, heap: int) -> int:
        return self._heads[heap]

    def span(self, heap: int) -> tuple[int, int]:
        """First and last row below the head of a group, as if it were open."""
        return self._heads[heap] + 1, self._heads[heap] + self._counts[heap]

    def is_open(self, heap: int) -> bool:
        return self._open[heap]

    def turn(self, heap: int, *, is_open: bool) -> None:
        self._open[heap] = is_open
        self._lay()

    def turn_all(self, *, is_open: bool) -> None:
        self._open = [is_open] * len(self._counts)
        self._lay()
