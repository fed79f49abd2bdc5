"""Ways through the people: from one of ours over those we know to who signs, over lines that carry a good word.

A step's carrying force is between 0 and 1; a way carries the product of its steps, so short and strong ways come first.
Conflict lines carry nothing, and neither do people who have left. One search from the buyers outwards finds all ways.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, field

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, NodeKind
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView, TieView

REPORTING_FORCE = 0.6
STRONG = 0.7
TIE_FORCE = {1: 0.4, 2: 0.7, 3: 1.0}
"""How well a tie of one of ours carries by its strength; one without a strength carries as a medium one."""
_KIND_FORCE: dict[EdgeKind, float] = {
    EdgeKind.INFLUENCES: 0.7,
    EdgeKind.KNOWS: 0.5,
    EdgeKind.ASSISTANT_OF: 0.7,
    EdgeKind.INFORMAL_REPORTS_TO: 0.5,
}
_CONTACT_FORCE: dict[Coverage, float] = {Coverage.BRIEF: 0.4, Coverage.MULTIPLE: 0.7, Coverage.IN_DEPTH: 1.0}
_BUYERS = (BuyingRole.ECONOMIC_BUYER, BuyingRole.DECISION_MAKER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """People from the first to the buyer. `force` is 0 to 1; `strong_steps` counts the steps of force 0.7 and more.

    `user_id` and `user_name`: who of ours opens the way, where a tie is recorded.
    """

    node_ids: tuple[str, ...]
    force: float
    strong_steps: int
    user_id: str | None = None
    user_name: str = ""


@dataclass(frozen=True, slots=True)
class Routes:
    """All best ways of one map to who signs, found by one search."""

    view: MapView
    goals: frozenset[str]
    steps: dict[str, dict[str, float]]
    _cost: dict[str, float] = field(repr=False)
    _next: dict[str, str] = field(repr=False)

    def way_from(self, node_id: str) -> Way | None:
        """The best way from this person; None when there is none or nobody to reach."""
        if node_id not in self._cost:
            return None
        way = [node_id]
        while way[-1] in self._next:
            way.append(self._next[way[-1]])
        strong = sum(1 for one, other in itertools.pairwise(way) if self.steps[one][other] >= STRONG)
        return Way(node_ids=tuple(way), force=math.exp(-self._cost[node_id]), strong_steps=strong)

    def best(self, limit: int = 3) -> tuple[Way, ...]:
        """The best ways from the people we are in contact with, strongest first; how well we know the first counts too."""
        found: list[tuple[float, int, str]] = []
        entries = entry_forces(self.view)
        for node_id, (force, _tie) in entries.items():
            if node_id in self._cost:
                found.append((-force * math.exp(-self._cost[node_id]), 0, node_id))
        ways = []
        for minus, _, node_id in heapq.nsmallest(max(limit * 4, limit), found):
            way, tie = self.way_from(node_id), entries[node_id][1]
            if way is not None:
                ways.append(
                    Way(
                        node_ids=way.node_ids,
                        force=-minus,
                        strong_steps=way.strong_steps,
                        user_id=tie.user_id if tie else None,
                        user_name=tie.user_name if tie else "",
                    )
                )
        ways.sort(key=lambda one: (-one.force, len(one.node_ids), one.node_ids))
        return tuple(ways[:limit])


def buyers(view: MapView) -> tuple[str, ...]:
    """Who signs: the economic buyers, or the decision makers while no economic buyer is known."""
    for role in _BUYERS:
        found = tuple(node.id for node in view.nodes if node.buying_role is role and node.kind is not NodeKind.DEPARTED)
        if found:
            return found
    return ()


def in_contact(node: NodeView) -> bool:
    """Whether somebody of ours has met this person at all."""
    return node.coverage in _CONTACT_FORCE


def entry_forces(view: MapView) -> dict[str, tuple[float, TieView | None]]:
    """Whom we can begin with and how well: by the best tie of one of ours, else by the contact level."""
    ties: dict[str, TieView] = {}
    for tie in view.ties:
        held = ties.get(tie.node_id)
        if tie.user_id is not None and (held is None or tie_force(tie) > tie_force(held)):
            ties[tie.node_id] = tie
    found: dict[str, tuple[float, TieView | None]] = {}
    for node in view.nodes:
        if node.kind is not NodeKind.PERSON:
            continue
        best = ties.get(node.id)
        if best is not None:
            found[node.id] = (tie_force(best), best)
        elif node.coverage in _CONTACT_FORCE and node.coverage is not None:
            found[node.id] = (_CONTACT_FORCE[node.coverage], None)
    return found


def tie_force(tie: TieView) -> float:
    """How well a tie carries."""
    return TIE_FORCE.get(tie.strength or 2, TIE_FORCE[2])


def routes(view: MapView) -> Routes:
    """Search from who signs outwards, once."""
    steps = _steps(view)
    back: dict[str, dict[str, float]] = {node_id: {} for node_id in steps}
    for one, ahead in steps.items():
        for other, force in ahead.items():
            back[other][one] = -math.log(force)
    goals = [node_id for node_id in buyers(view) if node_id in steps]
    cost = dict.fromkeys(goals, 0.0)
    following: dict[str, str] = {}
    queue = [(0.0, node_id) for node_id in goals]
    heapq.heapify(queue)
    while queue:
        here_cost, here = heapq.heappop(queue)
        if here_cost > cost[here]:
            continue
        for there, more in back[here].items():
            new = here_cost + more
            if new < cost.get(there, math.inf):
                cost[there] = new
                following[there] = here
                heapq.heappush(queue, (new, there))
    return Routes(view, frozenset(goals), steps, cost, following)


def ways_to_buyer(view: MapView, limit: int = 3) -> tuple[Way, ...]:
    """The best ways of a map, see `Routes.best`."""
    return routes(view).best(limit)


def way_from(view: MapView, node_id: str) -> Way | None:
    """The best way from this person to who signs; None when there is none or nobody to reach."""
    return routes(view).way_from(node_id)


def _steps(view: MapView) -> dict[str, dict[str, float]]:
    steps: dict[str, dict[str, float]] = {
        node.id: {} for node in view.nodes if node.kind not in {NodeKind.DEPARTED, NodeKind.GROUP}
    }

    def join(one: str, other: str, force: float) -> None:
        if one in steps and other in steps:
            steps[one][other] = max(force, steps[one].get(other, 0.0))

    for node in view.nodes:
        if node.reports_to_id is not None:
            join(node.id, node.reports_to_id, REPORTING_FORCE)
            join(node.reports_to_id, node.id, REPORTING_FORCE)
    for edge in view.edges:
        force = _force(edge)
        if force > 0.0:
            join(edge.source_id, edge.target_id, force)
            back = 1.0 if edge.kind is EdgeKind.KNOWS else 0.8
            join(edge.target_id, edge.source_id, force * back)
    return steps


def _force(edge: EdgeView) -> float:
    """The kind's force, moved by the line's strength: 1 weak −0.2, 3 strong +0.2."""
    plain = _KIND_FORCE.get(edge.kind, 0.0)
    if plain == 0.0 or edge.strength is None:
        return plain
    return min(0.95, max(0.1, plain + (edge.strength - 2) * 0.2))
