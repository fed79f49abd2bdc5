"""Cards in the cells of a grid, stacked from the top; a full column becomes wider. Knows only ids and the keys of rows and columns."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, Point

PAD = 16.0
TOP_PAD = 40.0  # room for the curves between cards of one row
STACK_GAP = 12.0
HEADING = 40.0
SIDE = 96.0
MIN_ROWS = 2

_Column = TypeVar("_Column", bound=Hashable)
_Row = TypeVar("_Row", bound=Hashable)
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Generic[_Key]):
    """A row or a column: what it stands for, where it begins and how wide (or high) it is."""

    key: _Key
    start: float
    extent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(Generic[_Row, _Column]):
    """The grid to draw behind the cards."""

    columns: tuple[Band[_Column], ...]
    rows: tuple[Band[_Row], ...]

    @property
    def width(self) -> float:
        return self.columns[-1].start + self.columns[-1].extent

    @property
    def height(self) -> float:
        return self.rows[-1].start + self.rows[-1].extent

    def meaning(self, at: Point) -> tuple[_Row, _Column] | None:
        """The cell under a point; None outside the grid."""
        column = next((one for one in self.columns if one.start <= at.x < one.start + one.extent), None)
        row = next((one for one in self.rows if one.start <= at.y < one.start + one.extent), None)
        return None if column is None or row is None else (row.key, column.key)


def pack(
    rows: Sequence[_Row],
    columns: Sequence[_Column],
    cells: Mapping[tuple[_Row, _Column], Sequence[str]],
    *,
    least: int = MIN_ROWS,
) -> tuple[dict[str, Point], Grid[_Row, _Column]]:
    """Every id in its cell; a row is at least `least` cards high."""
    grid = _grid(rows, columns, cells, least)
    corners: dict[str, Point] = {}
    for row in grid.rows:
        for column in grid.columns:
            per_line = _per_line(column.extent)
            for index, node_id in enumerate(cells.get((row.key, column.key), ())):
                corners[node_id] = Point(
                    column.start + PAD + (index % per_line) * (CARD_WIDTH + STACK_GAP),
                    row.start + TOP_PAD + (index // per_line) * (CARD_HEIGHT + STACK_GAP),
                )
    return corners, grid


def _grid(
    rows: Sequence[_Row], columns: Sequence[_Column], cells: Mapping[tuple[_Row, _Column], Sequence[str]], least: int
) -> Grid[_Row, _Column]:
    across: list[Band[_Column]] = []
    left = SIDE
    for key in columns:
        fullest = max((len(people) for where, people in cells.items() if where[1] == key), default=0)
        lines = 1 + (fullest > 5) + (fullest > 24)
        across.append(Band(key=key, start=left, extent=2 * PAD + lines * CARD_WIDTH + (lines - 1) * STACK_GAP))
        left += across[-1].extent
    down: list[Band[_Row]] = []
    top = HEADING
    for row in rows:
        deepest = max((-(-len(cells.get((row, one.key), ())) // _per_line(one.extent)) for one in across), default=0)
        height = PAD + TOP_PAD + max(deepest, least) * (CARD_HEIGHT + STACK_GAP) - STACK_GAP
        down.append(Band(key=row, start=top, extent=height))
        top += height
    return Grid(columns=tuple(across), rows=tuple(down))


def _per_line(width: float) -> int:
    return int((width - 2 * PAD + STACK_GAP) // (CARD_WIDTH + STACK_GAP))
