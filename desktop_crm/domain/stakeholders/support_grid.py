"""The influence × support grid: columns from enemy to mentor, rows from much to little influence, cards stacked in cells.

Dropping a card in a cell says what we think of the person: `meaning` turns a place into values, `place` values into places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop_crm.domain.schema.options import Support
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, Point
from desktop_crm.domain.stakeholders.values import NodeView

PAD = 16.0
TOP_PAD = 40.0  # room for the curves between cards of one row
STACK_GAP = 12.0
HEADING = 40.0
SIDE = 96.0
MIN_ROWS = 2


class InfluenceBand(StrEnum):
    """Influence in steps that a glance can tell apart."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"
    UNKNOWN = "unknown"


BAND_VALUES: dict[InfluenceBand, int | None] = {
    InfluenceBand.HIGH: 8,
    InfluenceBand.MIDDLE: 5,
    InfluenceBand.LOW: 2,
    InfluenceBand.UNKNOWN: None,
}
COLUMNS: tuple[Support | None, ...] = (
    None,
    Support.ENEMY,
    Support.NON_SUPPORTER,
    Support.NEUTRAL,
    Support.SUPPORTER,
    Support.MENTOR,
)


def band(influence: int | None) -> InfluenceBand:
    """High from 7, middle from 4, else low."""
    if influence is None:
        return InfluenceBand.UNKNOWN
    if influence >= 7:
        return InfluenceBand.HIGH
    return InfluenceBand.MIDDLE if influence >= 4 else InfluenceBand.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """One column of the grid, from `left` for `width`."""

    support: Support | None
    left: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One row of the grid, from `top` for `height`."""

    band: InfluenceBand
    top: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GridFrame:
    """The grid to draw behind the cards, and the sense of each of its places."""

    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]

    @property
    def width(self) -> float:
        return self.columns[-1].left + self.columns[-1].width

    @property
    def height(self) -> float:
        return self.rows[-1].top + self.rows[-1].height

    def meaning(self, at: Point) -> tuple[InfluenceBand, Support | None] | None:
        """The cell under a point; None outside the grid."""
        column = next((one for one in self.columns if one.left <= at.x < one.left + one.width), None)
        row = next((one for one in self.rows if one.top <= at.y < one.top + one.height), None)
        return None if column is None or row is None else (row.band, column.support)


def place(nodes: Sequence[NodeView]) -> tuple[dict[str, Point], GridFrame]:
    """Every card in its cell, one above the other; the unknown column and row are there when somebody is in them."""
    cells: dict[tuple[InfluenceBand, Support | None], list[NodeView]] = {}
    for node in nodes:
        cells.setdefault((band(node.influence), node.support), []).append(node)
    frame = _frame(cells)
    corners: dict[str, Point] = {}
    for row in frame.rows:
        for column in frame.columns:
            per_line = _per_line(column)
            for index, node in enumerate(sorted(cells.get((row.band, column.support), ()), key=_strongest_first)):
                corners[node.id] = Point(
                    column.left + PAD + (index % per_line) * (CARD_WIDTH + STACK_GAP),
                    row.top + TOP_PAD + (index // per_line) * (CARD_HEIGHT + STACK_GAP),
                )
    return corners, frame


def _frame(cells: dict[tuple[InfluenceBand, Support | None], list[NodeView]]) -> GridFrame:
    used_bands = {where[0] for where in cells}
    used_supports = {where[1] for where in cells}
    columns: list[GridColumn] = []
    left = SIDE
    for support in COLUMNS:
        if support is None and None not in used_supports:
            continue
        fullest = max((len(people) for where, people in cells.items() if where[1] == support), default=0)
        lines = 1 + (fullest > 5) + (fullest > 24)
        width = 2 * PAD + lines * CARD_WIDTH + (lines - 1) * STACK_GAP
        columns.append(GridColumn(support=support, left=left, width=width))
        left += width
    rows: list[GridRow] = []
    top = HEADING
    for one in InfluenceBand:
        if one is InfluenceBand.UNKNOWN and one not in used_bands:
            continue
        deepest = max(
            (-(-len(cells.get((one, column.support), ())) // _per_line(column)) for column in columns), default=0
        )
        height = PAD + TOP_PAD + max(deepest, MIN_ROWS) * (CARD_HEIGHT + STACK_GAP) - STACK_GAP
        rows.append(GridRow(band=one, top=top, height=height))
        top += height
    return GridFrame(columns=tuple(columns), rows=tuple(rows))


def _per_line(column: GridColumn) -> int:
    return int((column.width - 2 * PAD + STACK_GAP) // (CARD_WIDTH + STACK_GAP))


def _strongest_first(node: NodeView) -> tuple[int, str]:
    return (-(node.influence or 0), node.id)
