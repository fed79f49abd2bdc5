"""Small maps for tests, from terse descriptions."""

from __future__ import annotations

from desktop_crm.domain.schema.options import EdgeKind, MapLayout
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView


def people(*bosses, **facts):
    """Nodes n0, n1, …; each argument is the index of the boss or None. `facts` are lists or single values by field."""
    nodes = []
    for index, boss in enumerate(bosses):
        own = {name: value[index] if isinstance(value, list | tuple) else value for name, value in facts.items()}
        nodes.append(
            NodeView(id=f"n{index:05}", label=f"P{index}", reports_to_id=None if boss is None else f"n{boss:05}", **own)
        )
    return tuple(nodes)


def line(source, target, kind=EdgeKind.INFLUENCES, strength=None):
    """An edge from node `source` to node `target`, by index."""
    return EdgeView(
        id=f"e{source}-{target}-{kind}",
        source_id=f"n{source:05}",
        target_id=f"n{target:05}",
        kind=kind,
        strength=strength,
    )


def a_map(nodes, edges=(), layout=MapLayout.ORG_CHART):
    return MapView(id="m", name="Map", layout=layout, nodes=tuple(nodes), edges=tuple(edges))
