"""Where the cards of a map stand, in each layout. Pure and repeatable: the same map gives the same places on screen and paper.

Stable: people are taken in the order they came onto the map, so that one more person moves others as blocks only.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.domain.schema.options import EdgeKind, MapLayout
from desktop_crm.domain.stakeholders import rank_grid, reporting, support_grid, tidy_tree
from desktop_crm.domain.stakeholders.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    LEVEL_PITCH,
    ROW_PITCH,
    SIBLING_GAP,
    SINGLES_PER_ROW,
    Point,
)
from desktop_crm.domain.stakeholders.rank_grid import RankFrame
from desktop_crm.domain.stakeholders.support_grid import GridFrame
from desktop_crm.domain.stakeholders.values import MapView, NodeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The upper left corner of each card by node id, and the frame of the grid when the layout has one."""

    corners: dict[str, Point]
    frame: GridFrame | RankFrame | None = None


def arrange(view: MapView, layout: MapLayout | None = None) -> Placement:
    """Places every node of `view`, in its own layout or in the one asked for."""
    wanted = layout or view.layout
    if wanted is MapLayout.INFLUENCE_SUPPORT:
        corners, frame = support_grid.place(view.nodes)
        return Placement(corners=corners, frame=frame)
    if wanted is MapLayout.SENIORITY_DEPARTMENT:
        corners, ranks = rank_grid.place(view.nodes)
        return Placement(corners=corners, frame=ranks)
    if wanted is MapLayout.FREE:
        return Placement(corners=free(view))
    return Placement(corners=org_chart(view))


def org_chart(view: MapView) -> dict[str, Point]:
    """Trees of reports side by side, assistants beside whom they assist; people without any such line in rows below.

    An assistant who reports to somebody else stays below that boss: a line from there to another's side would run along
    other people's lines and behind their cards, and nobody could say whose it is.
    """
    order = [node.id for node in view.nodes]
    boss_of = reporting.safe_bosses(order, view.bosses())
    leads = set(boss_of.values())
    beside: dict[str, list[str]] = {}
    aside: set[str] = set()
    for edge in view.edges:
        person, boss = edge.source_id, edge.target_id
        if (
            edge.kind is not EdgeKind.ASSISTANT_OF
            or person in leads
            or person in aside
            or boss in aside
            or person == boss
            or boss_of.get(person, boss) != boss
        ):
            continue
        if person in beside or view.node(person) is None or view.node(boss) is None:
            continue
        beside.setdefault(boss, []).append(person)
        aside.add(person)
    upright = [one for one in order if one not in aside]
    children = reporting.children_of(upright, boss_of)
    roots = [one for one in upright if one not in boss_of and (one in children or one in beside)]
    corners = tidy_tree.place(tidy_tree.Forest(roots=roots, children=children, beside=beside))
    singles = [one for one in upright if one not in corners]
    depth = max((corner.y for corner in corners.values()), default=-LEVEL_PITCH)
    return corners | rows(singles, Point(0.0, depth + LEVEL_PITCH))


def free(view: MapView) -> dict[str, Point]:
    """The stored places; people without one stand in rows below the others, or in the org chart when nobody has one."""
    corners = {
        node.id: Point(float(node.x), float(node.y)) for node in view.nodes if node.x is not None and node.y is not None
    }
    if not corners:
        return org_chart(view)
    homeless = [node.id for node in view.nodes if node.id not in corners]
    left = min(corner.x for corner in corners.values())
    bottom = max(corner.y for corner in corners.values())
    return corners | rows(homeless, Point(left, bottom + LEVEL_PITCH))


def rows(ids: list[str], start: Point) -> dict[str, Point]:
    """Cards in rows of a fixed length, so that one more card never moves another."""
    return {
        one: Point(
            start.x + (index % SINGLES_PER_ROW) * (CARD_WIDTH + SIBLING_GAP),
            start.y + (index // SINGLES_PER_ROW) * ROW_PITCH,
        )
        for index, one in enumerate(ids)
    }


def free_spot(taken: dict[str, Point], wish: Point) -> Point:
    """The place nearest to `wish` (searched in rings of half cards) where a card covers no other."""
    step_x, step_y = CARD_WIDTH / 2 + SIBLING_GAP / 2, CARD_HEIGHT / 2 + SIBLING_GAP / 2
    for ring in range(len(taken) + 2):
        for across in range(-ring, ring + 1):
            for down in (ring, -ring) if abs(across) != ring else range(-ring, ring + 1):
                spot = Point(wish.x + across * step_x, wish.y + down * step_y)
                if not any(_crowds(spot, corner) for corner in taken.values()):
                    return spot
    return wish


def _crowds(one: Point, other: Point) -> bool:
    return abs(one.x - other.x) < CARD_WIDTH + SIBLING_GAP / 2 and abs(one.y - other.y) < CARD_HEIGHT + SIBLING_GAP / 2


def aligned(view: MapView, corners: dict[str, Point], chosen: set[str]) -> dict[str, Point]:
    """`chosen` cards brought into line: on one height when they stand side by side, on one left edge when above each other.

    Cards that would then cover each other are spread along the line. Only cards that move are returned.
    """
    people: list[NodeView] = [node for node in view.nodes if node.id in chosen and node.id in corners]
    if len(people) < 2:
        return {}
    xs = [corners[node.id].x for node in people]
    ys = [corners[node.id].y for node in people]
    side_by_side = max(xs) - min(xs) >= max(ys) - min(ys)
    moved: dict[str, Point] = {}
    last: float | None = None
    for node in sorted(people, key=lambda one: corners[one.id] if side_by_side else corners[one.id][::-1]):
        old = corners[node.id]
        along = old.x if side_by_side else old.y
        room = (CARD_WIDTH if side_by_side else CARD_HEIGHT) + SIBLING_GAP
        along = along if last is None else max(along, last + room)
        new = Point(along, _middle(ys)) if side_by_side else Point(_middle(xs), along)
        last = along
        if new != old:
            moved[node.id] = new
    return moved


def _middle(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
