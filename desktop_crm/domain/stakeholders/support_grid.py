"""The influence × support grid: columns from enemy to mentor, rows from much to little influence, cards stacked in cells.

Dropping a card in a cell says what we think of the person: `meaning` turns a place into values, `place` values into places.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from desktop_crm.domain.schema.options import Support
from desktop_crm.domain.stakeholders.geometry import Point
from desktop_crm.domain.stakeholders.grid import Grid, pack
from desktop_crm.domain.stakeholders.values import NodeView


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


GridFrame = Grid[InfluenceBand, Support | None]


def place(nodes: Sequence[NodeView]) -> tuple[dict[str, Point], GridFrame]:
    """Every card in its cell, one above the other; the unknown column and row are there when somebody is in them."""
    cells: dict[tuple[InfluenceBand, Support | None], list[NodeView]] = {}
    for node in nodes:
        cells.setdefault((band(node.influence), node.support), []).append(node)
    used_bands = {where[0] for where in cells}
    used_supports = {where[1] for where in cells}
    columns = [one for one in COLUMNS if one is not None or None in used_supports]
    rows = [one for one in InfluenceBand if one is not InfluenceBand.UNKNOWN or one in used_bands]
    ids = {where: [node.id for node in sorted(people, key=_strongest_first)] for where, people in cells.items()}
    return pack(rows, columns, ids)


def _strongest_first(node: NodeView) -> tuple[int, str]:
    return (-(node.influence or 0), node.id)
