"""The seniority × department grid: a column for each department, in the order in which they came onto the map, rows by title."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_crm.domain.schema.options import NodeKind
from desktop_crm.domain.stakeholders.geometry import Point
from desktop_crm.domain.stakeholders.grid import Grid, pack
from desktop_crm.domain.stakeholders.seniority import Seniority, seniority
from desktop_crm.domain.stakeholders.values import NodeView

RankFrame = Grid[Seniority, str]


def place(nodes: Sequence[NodeView]) -> tuple[dict[str, Point], RankFrame]:
    """Every card in its cell, the most influential first; people without a department in the last column."""
    cells: dict[tuple[Seniority, str], list[NodeView]] = {}
    for node in nodes:
        cells.setdefault((_level(node), node.department), []).append(node)
    departments = [one for one in dict.fromkeys(node.department for node in nodes) if one]
    if not departments or any(not node.department for node in nodes):
        departments.append("")
    used = {level for level, _ in cells}
    ids = {
        where: [node.id for node in sorted(people, key=lambda one: (-(one.influence or 0), one.id))]
        for where, people in cells.items()
    }
    return pack([level for level in Seniority if level in used or not used], departments, ids, least=1)


def _level(node: NodeView) -> Seniority:
    return Seniority.UNKNOWN if node.kind is NodeKind.GROUP else seniority(node.title)
