"""What of a map is shown to others: without some people, without what we think of them, or one department alone. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from desktop_crm.domain.schema.options import EdgeKind, NodeKind
from desktop_crm.domain.stakeholders.values import MapView, NodeView

_PLAIN_LINES = frozenset({EdgeKind.ASSISTANT_OF, EdgeKind.INFORMAL_REPORTS_TO})


def without(view: MapView, node_ids: Collection[str]) -> MapView:
    """The map without these people; who reported to one of them reports to the next boss who is left."""
    if not node_ids:
        return view
    hidden = set(node_ids)
    return _with_nodes(view, tuple(node for node in view.nodes if node.id not in hidden))


def of_department(view: MapView, department: str) -> MapView:
    """The people of one division, and everybody above them, so that it is seen where they belong. Empty: all."""
    if not department:
        return view
    wanted = {node.id for node in view.nodes if node.department == department}
    bosses = view.bosses()
    for node_id in list(wanted):
        boss = bosses.get(node_id)
        while boss is not None and boss not in wanted:
            wanted.add(boss)
            boss = bosses.get(boss)
    return _with_nodes(view, tuple(node for node in view.nodes if node.id in wanted))


def departments(view: MapView) -> tuple[str, ...]:
    """The divisions on the map, by name."""
    return tuple(sorted({node.department for node in view.nodes if node.department}))


def without_thoughts(view: MapView) -> MapView:
    """The map as an org chart of facts: no attitude, influence, role or politics, no ties and no evidence."""
    nodes = tuple(
        NodeView(
            id=node.id,
            label="" if node.kind is NodeKind.PLACEHOLDER else node.label,  # what we call a seat is a guess of ours
            kind=node.kind,
            contact_id=node.contact_id,
            title=node.title,
            department=node.department,
            reports_to_id=node.reports_to_id,
            x=node.x,
            y=node.y,
            group_id=node.group_id,
        )
        for node in view.nodes
    )
    edges = tuple(replace(edge, label="", strength=None) for edge in view.edges if edge.kind in _PLAIN_LINES)
    return replace(view, nodes=nodes, edges=edges, ties=(), evidence=())


def _with_nodes(view: MapView, nodes: tuple[NodeView, ...]) -> MapView:
    here = {node.id for node in nodes}
    bosses = view.bosses()

    def boss_of(node: NodeView) -> str | None:
        boss, seen = node.reports_to_id, {node.id}
        while boss is not None and boss not in here and boss not in seen:
            seen.add(boss)
            boss = bosses.get(boss)
        return boss if boss in here else None

    return replace(
        view,
        nodes=tuple(replace(node, reports_to_id=boss_of(node)) for node in nodes),
        edges=tuple(edge for edge in view.edges if edge.source_id in here and edge.target_id in here),
        ties=tuple(tie for tie in view.ties if tie.node_id in here),
        evidence=tuple(one for one in view.evidence if one.node_id is None or one.node_id in here),
    )
