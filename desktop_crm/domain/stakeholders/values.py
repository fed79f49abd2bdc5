"""A map as frozen values: what the scene draws, the findings judge and the picture prints. One per (map, person), one per line.

The rows behind them live in persistence; here are no ids made and nothing is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from desktop_crm.domain.schema.options import (
    ActivityKind,
    Adaptability,
    BuyingRole,
    Coverage,
    DecisionOrientation,
    EdgeKind,
    EvidenceTopic,
    MapLayout,
    NodeKind,
    PoliticalStatus,
    ResponseMode,
    Support,
)

INFLUENCE_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """The last time one of us dealt with a person, as recorded: what it was, when, and who of ours."""

    kind: ActivityKind
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A person (or a place for one) on a map, with what we think of them there."""

    id: str
    label: str
    kind: NodeKind = NodeKind.PERSON
    contact_id: str | None = None
    title: str = ""
    department: str = ""
    buying_role: BuyingRole | None = None
    influence: int | None = None
    support: Support | None = None
    coverage: Coverage | None = None
    reports_to_id: str | None = None
    x: int | None = None
    y: int | None = None
    note: str = ""
    touch: Touch | None = None
    political_status: PoliticalStatus | None = None
    decision_orientation: DecisionOrientation | None = None
    adaptability: Adaptability | None = None
    response_mode: ResponseMode | None = None
    goals: str = ""
    pains: str = ""
    group_id: str | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeView:
    """A line between two people that is not reports-to. `strength` is 1 (weak) to 3 (strong)."""

    id: str
    source_id: str
    target_id: str
    kind: EdgeKind
    label: str = ""
    strength: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieView:
    """How close somebody from outside is to a person: one of ours (`user_id`) or a competitor (`competitor_id`) by name. `strength` is 1 to 3."""

    id: str
    node_id: str
    user_id: str | None = None
    user_name: str = ""
    competitor: str = ""
    competitor_id: str | None = None
    strength: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """What we know something by: a value of a person (`node_id`), or a letter of the scorecard; with its date and author."""

    id: str
    topic: EvidenceTopic
    node_id: str | None = None
    value: str = ""
    body: str = ""
    observed_on: date | None = None
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """A whole map. Nodes come in the order they were made (ids sort by time), lines never dangle."""

    id: str
    name: str
    layout: MapLayout
    account_id: str | None = None
    account_name: str = ""
    opportunity_id: str | None = None
    opportunity_name: str = ""
    stage_name: str = ""
    stage_probability: float | None = None  # 0 to 1; how far the deal is
    wanted_roles: tuple[BuyingRole, ...] | None = None
    """What the team wants at the deal's stage; None where it has chosen nothing and the odds decide."""
    private: bool = False
    attitudes_stay: bool = False
    """Whether what we think of people leaves in no export, for the whole team."""
    owner_id: str | None = None
    stage_id: str | None = None
    reviewed_at: datetime | None = None
    nodes: tuple[NodeView, ...] = ()
    edges: tuple[EdgeView, ...] = ()
    ties: tuple[TieView, ...] = ()
    evidence: tuple[EvidenceView, ...] = ()
    _by_id: dict[str, NodeView] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {node.id: node for node in self.nodes})

    def node(self, node_id: str | None) -> NodeView | None:
        """The node of this id, if it is on the map."""
        return None if node_id is None else self._by_id.get(node_id)

    def bosses(self) -> dict[str, str | None]:
        """Who reports to whom, as stored."""
        return {node.id: node.reports_to_id for node in self.nodes}
