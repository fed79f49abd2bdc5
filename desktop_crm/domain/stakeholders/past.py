"""A map as it was: rows with what happened to them are folded back to any moment, and two moments are compared.

Values of before there was a history are taken to have stood as they are; nothing is guessed beyond that. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from desktop_crm.domain.schema.options import (
    Adaptability,
    BuyingRole,
    Coverage,
    DecisionOrientation,
    EdgeKind,
    NodeKind,
    PoliticalStatus,
    ResponseMode,
    Support,
)
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView, TieView

_Option = TypeVar("_Option")
TOLD = (
    "buying_role",
    "influence",
    "support",
    "coverage",
    "reports_to_id",
    "kind",
    "title",
    "department",
    "political_status",
    "decision_orientation",
    "adaptability",
    "response_mode",
)
"""The fields whose change is told as a turn of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one operation did to a row."""

    at: datetime
    kind: str
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPast:
    """A row as it is now, gone or not, and its steps, the newest first."""

    entity: str
    id: str
    values: Mapping[str, Any]
    gone: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody who is there on both days, but not the same: a field before and after."""

    node_id: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """From one day to another: who came, who left, who turned, and which lines came and went."""

    came: tuple[NodeView, ...] = ()
    left: tuple[NodeView, ...] = ()
    turned: tuple[Turn, ...] = ()
    lines_came: tuple[EdgeView, ...] = ()
    lines_gone: tuple[EdgeView, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.left or self.turned or self.lines_came or self.lines_gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPast:
    """A map of today with the history of its cards, lines and ties."""

    now: MapView
    rows: tuple[RowPast, ...]
    contacts: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    """Name, title and department of contacts, also of those who are off the map by now."""

    def moments(self) -> tuple[datetime, ...]:
        """When something happened, the oldest first, each moment once."""
        return tuple(sorted({step.at for row in self.rows for step in row.steps}))

    def at(self, when: datetime) -> MapView:
        """The map as it stood just after that moment, in the layout of today."""
        nodes, edges, ties = [], [], []
        for row in self.rows:
            values = _folded(row, when)
            if values is None:
                continue
            if row.entity == "map_node":
                nodes.append(self._node(row.id, values))
            elif row.entity == "map_edge":
                edges.append(_edge(row.id, values))
            elif row.entity == "map_tie":
                ties.append(_tie(row.id, values))
        here = {node.id for node in nodes}
        return replace(
            self.now,
            nodes=tuple(node if node.reports_to_id in here else replace(node, reports_to_id=None) for node in nodes),
            edges=tuple(edge for edge in edges if edge.source_id in here and edge.target_id in here),
            ties=tuple(tie for tie in ties if tie.node_id in here),
            evidence=tuple(
                one
                for one in self.now.evidence
                if (one.observed_on is None or one.observed_on <= when.date())
                and (one.node_id is None or one.node_id in here)
            ),
        )

    def _node(self, node_id: str, values: Mapping[str, Any]) -> NodeView:
        name, title, department = self.contacts.get(values.get("contact_id") or "", ("", "", ""))
        return NodeView(
            id=node_id,
            label=name or values.get("label") or "",
            kind=_option(NodeKind, values.get("kind")) or NodeKind.PERSON,
            contact_id=values.get("contact_id"),
            title=title or values.get("title") or "",
            department=department or values.get("department") or "",
            buying_role=_option(BuyingRole, values.get("buying_role")),
            influence=values.get("influence"),
            support=_option(Support, values.get("support")),
            coverage=_option(Coverage, values.get("coverage")),
            reports_to_id=values.get("reports_to_id"),
            x=values.get("x"),
            y=values.get("y"),
            note=values.get("note") or "",
            political_status=_option(PoliticalStatus, values.get("political_status")),
            decision_orientation=_option(DecisionOrientation, values.get("decision_orientation")),
            adaptability=_option(Adaptability, values.get("adaptability")),
            response_mode=_option(ResponseMode, values.get("response_mode")),
            goals=values.get("goals") or "",
            pains=values.get("pains") or "",
            group_id=values.get("group_id"),
            erased_at=values.get("erased_at"),
        )


def difference(before: MapView, after: MapView) -> Difference:
    """What is other in `after`. Somebody marked as having left counts as gone, and as come when they are back."""
    was, now = _present(before), _present(after)
    turned = [
        Turn(node_id=node_id, field=name, before=getattr(was[node_id], name), after=getattr(now[node_id], name))
        for node_id in now
        if node_id in was
        for name in TOLD
        if getattr(was[node_id], name) != getattr(now[node_id], name)
    ]
    old, new = {edge.id: edge for edge in before.edges}, {edge.id: edge for edge in after.edges}
    return Difference(
        came=tuple(node for node_id, node in now.items() if node_id not in was),
        left=tuple(node for node_id, node in was.items() if node_id not in now),
        turned=tuple(turned),
        lines_came=tuple(edge for edge_id, edge in new.items() if edge_id not in old),
        lines_gone=tuple(edge for edge_id, edge in old.items() if edge_id not in new),
    )


def with_those_who_left(view: MapView, gone: Iterable[NodeView]) -> MapView:
    """A map with those who are off it by now, shown as having left, below whom they reported to if that person is there."""
    kept = {node.id for node in view.nodes}
    ghosts = [
        replace(
            node,
            kind=NodeKind.DEPARTED,
            reports_to_id=node.reports_to_id if node.reports_to_id in kept else None,
        )
        for node in gone
        if node.id not in kept
    ]
    return replace(view, nodes=(*view.nodes, *ghosts))


def _present(view: MapView) -> dict[str, NodeView]:
    return {node.id: node for node in view.nodes if node.kind is not NodeKind.DEPARTED}


def _folded(row: RowPast, when: datetime) -> dict[str, Any] | None:
    """The row's values at a moment; None while it was not there."""
    values, gone = dict(row.values), row.gone
    for step in row.steps:
        if step.at <= when:
            break
        if step.kind == "created":
            return None
        if step.kind in {"deleted", "restored"}:
            gone = step.kind == "restored"
        values.update(step.before)
    return None if gone else values


def _edge(edge_id: str, values: Mapping[str, Any]) -> EdgeView:
    return EdgeView(
        id=edge_id,
        source_id=values.get("source_id") or "",
        target_id=values.get("target_id") or "",
        kind=_option(EdgeKind, values.get("kind")) or EdgeKind.KNOWS,
        label=values.get("label") or "",
        strength=values.get("strength"),
    )


def _tie(tie_id: str, values: Mapping[str, Any]) -> TieView:
    return TieView(
        id=tie_id,
        node_id=values.get("node_id") or "",
        user_id=values.get("user_id"),
        competitor=values.get("competitor") or "",
        competitor_id=values.get("competitor_id"),
        strength=values.get("strength"),
    )


def _option(options: Iterable[_Option], value: Any) -> _Option | None:
    return next((option for option in options if option == value), None)
