"""Ways through the people: from one we know to who signs, over lines that carry a good word.

A step's carrying force is between 0 and 1; a way carries the product of its steps, so short and strong ways come first.
Conflict lines carry nothing, and neither do people who have left.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, NodeKind
from desktop_crm.domain.stakeholders.findings import in_contact
from desktop_crm.domain.stakeholders.values import EdgeView, MapView

REPORTING_FORCE = 0.6
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
    """People from the first to the buyer. `force` is 0 to 1; `strong_steps` counts the steps of force 0.7 and more."""

    node_ids: tuple[str, ...]
    force: float
    strong_steps: int


def buyers(view: MapView) -> tuple[str, ...]:
    """Who signs: the economic buyers, or the decision makers while no economic buyer is known."""
    for role in _BUYERS:
        found = tuple(node.id for node in view.nodes if node.buying_role is role and node.kind is not NodeKind.DEPARTED)
        if found:
            return found
    return ()


def ways_to_buyer(view: MapView, limit: int = 3) -> tuple[Way, ...]:
    """The best ways from the people we are in contact with, strongest first; the first contact's depth counts as a step."""
    goals = set(buyers(view))
    steps = _steps(view)
    found: list[Way] = []
    for node in view.nodes:
        if not in_contact(node) or node.kind is not NodeKind.PERSON or node.coverage is None:
            continue
        way = _best(steps, node.id, goals)
        if way is not None:
            start = _CONTACT_FORCE[node.coverage]
            found.append(Way(node_ids=way.node_ids, force=way.force * start, strong_steps=way.strong_steps))
    found.sort(key=lambda one: (-one.force, len(one.node_ids), one.node_ids))
    return tuple(found[:limit])


def way_from(view: MapView, node_id: str) -> Way | None:
    """The best way from this person to who signs; None when there is none or nobody to reach."""
    return _best(_steps(view), node_id, set(buyers(view)))


def _steps(view: MapView) -> dict[str, dict[str, float]]:
    present = {node.id for node in view.nodes if node.kind is not NodeKind.DEPARTED}
    steps: dict[str, dict[str, float]] = {node_id: {} for node_id in present}

    def join(one: str, other: str, force: float) -> None:
        if one in present and other in present:
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


def _best(steps: dict[str, dict[str, float]], start: str, goals: set[str]) -> Way | None:
    if start not in steps:
        return None
    cost: dict[str, float] = {start: 0.0}
    came: dict[str, str] = {}
    queue: list[tuple[float, str]] = [(0.0, start)]
    while queue:
        here_cost, here = heapq.heappop(queue)
        if here_cost > cost[here]:
            continue
        if here in goals:
            return _traced(steps, came, here, here_cost)
        for there, force in steps[here].items():
            new_cost = here_cost - math.log(force)
            if new_cost < cost.get(there, math.inf):
                cost[there] = new_cost
                came[there] = here
                heapq.heappush(queue, (new_cost, there))
    return None


def _traced(steps: dict[str, dict[str, float]], came: dict[str, str], end: str, cost: float) -> Way:
    way = [end]
    while way[-1] in came:
        way.append(came[way[-1]])
    way.reverse()
    strong = sum(1 for one, other in itertools.pairwise(way) if steps[one][other] >= 0.7)
    return Way(node_ids=tuple(way), force=math.exp(-cost), strong_steps=strong)
