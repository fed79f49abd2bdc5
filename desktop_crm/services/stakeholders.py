"""Stakeholder maps: opening, adding people, moving, connecting, deleting. Each act is one transaction and tells what it changed.

What a person *is* (name, title, department) is written to the contact when the card stands for one; what we *think* of them
on this map is written to the card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop_crm.domain.schema.options import BuyingRole, EdgeKind, MapLayout, NodeKind
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.findings import Finding
from desktop_crm.domain.stakeholders.findings import findings as judge
from desktop_crm.domain.stakeholders.geometry import Point
from desktop_crm.domain.stakeholders.layout import free, free_spot
from desktop_crm.domain.stakeholders.values import INFLUENCE_MAX, MapView, NodeView
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import stakeholders as store
from desktop_crm.persistence.stores.stakeholder_facts import team_of
from desktop_crm.persistence.stores.stakeholders import MapSummary, PersonChoice
from desktop_crm.persistence.tables.accounts import AccountRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import settings, stakeholder_roles
from desktop_crm.services.workspace import Workspace

__all__ = ["Added", "MapSummary", "Opened", "PersonChoice"]

_ON_CONTACT = {"label": "name", "title": "title", "department": "department"}
_ON_CARD = frozenset(
    {
        "buying_role",
        "influence",
        "support",
        "coverage",
        "note",
        "kind",
        "political_status",
        "decision_orientation",
        "adaptability",
        "response_mode",
        "goals",
        "pains",
        "group_id",
    }
)
GROUP_LIFT = 100
"""How far above its highest member the card of a group stands, in scene units."""
_ON_LINE = frozenset({"kind", "label", "strength"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A map that is there now, and what was made for it."""

    map_id: str
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The card or line that was added."""

    id: str
    changes: Changes


def view(workspace: Workspace, map_id: str, gone: frozenset[str] = frozenset()) -> MapView:
    """The whole map, with those of `gone` that were on it. Raises Refusal `record.missing`, `stakeholder.map.private` for somebody who is not on its team."""
    with workspace.read() as session:
        found = store.view(session, map_id, gone)
        if found is None:
            raise Refusal("record.missing", entity="stakeholder_map", id=map_id)
        if found.private and not _on_team(workspace, session, found.account_id, found.owner_id):
            raise Refusal("stakeholder.map.private", name=found.name)
        wanted = stakeholder_roles.wanted(session, found.stage_id)
    stay = not settings.shared_value(workspace, "privacy.attitudes")
    return replace(found, wanted_roles=wanted, attitudes_stay=stay)


def maps(workspace: Workspace, account_id: str | None = None) -> tuple[MapSummary, ...]:
    """The maps of one account (its opportunities' too), or all; without those that are private to others."""
    with workspace.read() as session:
        return tuple(
            one
            for one in store.summaries(session, account_id)
            if not one.private or _on_team(workspace, session, one.account_id, one.owner_id)
        )


def findings(workspace: Workspace, map_id: str) -> tuple[Finding, ...]:
    """What the map lacks."""
    return judge(view(workspace, map_id))


def candidates(workspace: Workspace, map_id: str, text: str, limit: int = 8) -> tuple[PersonChoice, ...]:
    """Contacts who fit what was typed and are not on the map yet."""
    current = view(workspace, map_id)
    with workspace.read() as session:
        return store.candidates(session, current, text, limit)


def find_map(workspace: Workspace, *, account_id: str | None = None, opportunity_id: str | None = None) -> str | None:
    """The map of an account or an opportunity, if there is one."""
    with workspace.read() as session:
        return store.find_map(session, account_id, opportunity_id)


def open_map(workspace: Workspace, *, account_id: str | None = None, opportunity_id: str | None = None) -> Opened:
    """The map of an account or an opportunity; made when there is none. Raises Refusal `record.missing`."""
    found = find_map(workspace, account_id=account_id, opportunity_id=opportunity_id)
    if found is not None:
        return Opened(map_id=found, changes=Changes.none())
    return create_map(workspace, account_id=account_id, opportunity_id=opportunity_id)


def create_map(
    workspace: Workspace, *, account_id: str | None = None, opportunity_id: str | None = None, name: str = ""
) -> Opened:
    """A new, empty map, named after its account or opportunity unless it has a name. Raises Refusal `record.missing`."""
    with workspace.write("stakeholders.create_map") as work:
        if opportunity_id is not None:
            opportunity = work.get(OpportunityRow, opportunity_id)
            account_id = account_id or opportunity.account_id
            name = name or opportunity.name or ""
        if account_id is not None:
            name = name or work.get(AccountRow, account_id).name or ""
        fields = {
            "name": name,
            "account_id": account_id,
            "opportunity_id": opportunity_id,
            "layout": MapLayout.ORG_CHART.value,
        }
        map_id = work.insert("stakeholder_map", fields)
    return Opened(map_id=map_id, changes=work.changes)


def add_person(
    workspace: Workspace,
    map_id: str,
    *,
    name: str = "",
    contact_id: str | None = None,
    reports_to_id: str | None = None,
    at: tuple[int, int] | None = None,
) -> Added:
    """A card for a contact, or for a new contact of the map's account by name.

    Raises Refusal `stakeholder.person.on_map` when the contact has a card already, `stakeholder.person.no_name`.
    """
    with workspace.write("stakeholders.add_person") as work:
        current = _current(work, map_id)
        name = name.strip()
        if contact_id is not None and store.nodes_of_contacts(work.session, map_id, [contact_id]):
            raise Refusal("stakeholder.person.on_map", name=name)
        if contact_id is None:
            if not name:
                raise Refusal("stakeholder.person.no_name")
            contact = {"name": name, "account_id": current.account_id, "owner_id": workspace.author.user_id}
            contact_id = work.insert("contact", contact)
        fields = {"kind": NodeKind.PERSON.value, "contact_id": contact_id, "label": name or None}
        node_id = _insert_node(work, current, fields, reports_to_id, at)
    return Added(id=node_id, changes=work.changes)


def add_placeholder(
    workspace: Workspace,
    map_id: str,
    *,
    label: str = "",
    reports_to_id: str | None = None,
    at: tuple[int, int] | None = None,
    role: BuyingRole | None = None,
    kind: NodeKind = NodeKind.PLACEHOLDER,
) -> Added:
    """A card without a contact: for somebody we know must exist (in a role), or for a group."""
    with workspace.write("stakeholders.add_placeholder") as work:
        fields = {"kind": kind.value, "label": label.strip() or None, "buying_role": role.value if role else None}
        node_id = _insert_node(work, _current(work, map_id), fields, reports_to_id, at)
    return Added(id=node_id, changes=work.changes)


def identify(
    workspace: Workspace, map_id: str, node_id: str, *, name: str = "", contact_id: str | None = None
) -> Changes:
    """A placeholder becomes a person: a contact, or a new one by name; all that was thought of the seat is kept.

    Raises Refusal `stakeholder.person.on_map`, `stakeholder.person.no_name`.
    """
    with workspace.write("stakeholders.identify") as work:
        current = _current(work, map_id)
        node = _node(current, node_id)
        if contact_id is not None and store.nodes_of_contacts(work.session, map_id, [contact_id]):
            raise Refusal("stakeholder.person.on_map", name=name)
        if contact_id is None:
            if not name.strip():
                raise Refusal("stakeholder.person.no_name")
            contact = {
                "name": name.strip(),
                "account_id": current.account_id,
                "title": node.title or None,
                "department": node.department or None,
                "owner_id": workspace.author.user_id,
            }
            contact_id = work.insert("contact", contact)
        fields = {"kind": NodeKind.PERSON.value, "contact_id": contact_id, "label": name.strip() or None}
        work.update("map_node", node_id, fields)
    return work.changes


def move(
    workspace: Workspace, map_id: str, places: Mapping[str, tuple[int, int]], layout: MapLayout | None = None
) -> Changes:
    """Cards to new places of the free layout, in scene units; with `layout` the map changes to it in the same act."""
    with workspace.write("stakeholders.move") as work:
        current = _current(work, map_id)
        updates = [(node_id, {"x": x, "y": y}) for node_id, (x, y) in places.items() if current.node(node_id)]
        work.bulk("map_node", updates=updates)
        if layout is not None and layout is not current.layout:
            work.update("stakeholder_map", map_id, {"layout": layout.value})
    return work.changes


def set_fields(workspace: Workspace, map_id: str, node_ids: Iterable[str], fields: Mapping[str, Any]) -> Changes:
    """The same values for one or many cards.

    Raises Refusal `stakeholder.influence.range` outside 0 to 10, `stakeholder.person.no_name` for an emptied name.
    """
    with workspace.write("stakeholders.set_fields") as work:
        current = _current(work, map_id)
        influence = fields.get("influence")
        if influence is not None and not 0 <= influence <= INFLUENCE_MAX:
            raise Refusal("stakeholder.influence.range", value=influence)
        own = {name: _plain(value) for name, value in fields.items() if name in _ON_CARD}
        for node_id in node_ids:
            node = _node(current, node_id)
            personal = {name: (value or "").strip() or None for name, value in fields.items() if name in _ON_CONTACT}
            if node.kind is NodeKind.PERSON and "label" in personal and not personal["label"]:
                raise Refusal("stakeholder.person.no_name")
            if node.contact_id is None:
                work.update("map_node", node_id, own | personal)
                continue
            if personal:
                work.update("contact", node.contact_id, {_ON_CONTACT[name]: value for name, value in personal.items()})
            work.update("map_node", node_id, own)
    return work.changes


def set_reports_to(workspace: Workspace, map_id: str, node_ids: Iterable[str], boss_id: str | None) -> Changes:
    """One or many people report to `boss_id` from now on, or to nobody.

    Raises Refusal `stakeholder.reports_to.circle` with the path of the circle.
    """
    with workspace.write("stakeholders.set_reports_to") as work:
        current = _current(work, map_id)
        if boss_id is not None:
            _node(current, boss_id)
        bosses = current.bosses()
        labels = {node.id: node.label for node in current.nodes}
        for node_id in node_ids:
            _node(current, node_id)
            reporting.refuse_circle(bosses, node_id, boss_id, labels)
            bosses[node_id] = boss_id
            work.update("map_node", node_id, {"reports_to_id": boss_id})
    return work.changes


def connect(
    workspace: Workspace,
    map_id: str,
    source_id: str,
    target_id: str,
    kind: EdgeKind,
    *,
    label: str = "",
    strength: int | None = None,
) -> Added:
    """A line between two people. Raises Refusal `stakeholder.connect.self`, `stakeholder.connect.twice`."""
    with workspace.write("stakeholders.connect") as work:
        current = _current(work, map_id)
        source, target = _node(current, source_id), _node(current, target_id)
        if source_id == target_id:
            raise Refusal("stakeholder.connect.self", name=source.label)
        for edge in current.edges:
            if edge.kind is kind and {edge.source_id, edge.target_id} == {source_id, target_id}:
                same_way = edge.source_id == source_id
                if same_way or kind in {EdgeKind.KNOWS, EdgeKind.CONFLICTS_WITH}:
                    raise Refusal("stakeholder.connect.twice", source=source.label, target=target.label)
        fields = {
            "map_id": map_id,
            "source_id": source_id,
            "target_id": target_id,
            "kind": kind.value,
            "label": label.strip() or None,
            "strength": strength,
        }
        edge_id = work.insert("map_edge", fields)
    return Added(id=edge_id, changes=work.changes)


def group(workspace: Workspace, map_id: str, node_ids: Iterable[str], label: str) -> Added:
    """A group around these cards, with a card of its own that carries its name; who was in another group leaves it."""
    with workspace.write("stakeholders.group") as work:
        current = _current(work, map_id)
        members = [_node(current, node_id) for node_id in node_ids]
        places = [(node.x, node.y) for node in members if node.x is not None and node.y is not None]
        at = _above(current, places) if places else None
        fields = {"kind": NodeKind.GROUP.value, "label": label.strip() or None}
        group_id = _insert_node(work, current, fields, None, at)
        work.bulk("map_node", updates=[(node.id, {"group_id": group_id}) for node in members if node.id != group_id])
    return Added(id=group_id, changes=work.changes)


def set_edge(workspace: Workspace, map_id: str, edge_id: str, fields: Mapping[str, Any]) -> Changes:
    """Kind, words or strength (1 to 3) of a line. Raises Refusal `record.missing`."""
    with workspace.write("stakeholders.set_edge") as work:
        if all(edge.id != edge_id for edge in _current(work, map_id).edges):
            raise Refusal("record.missing", entity="map_edge", id=edge_id)
        work.update("map_edge", edge_id, {name: _plain(value) for name, value in fields.items() if name in _ON_LINE})
    return work.changes


def delete(workspace: Workspace, map_id: str, node_ids: Iterable[str] = (), edge_ids: Iterable[str] = ()) -> Changes:
    """Cards and lines leave the map; contacts stay. Who reported to a deleted card reports to the next boss above."""
    with workspace.write("stakeholders.delete") as work:
        take_off(work, map_id, node_ids, edge_ids)
    return work.changes


def take_off(work: UnitOfWork, map_id: str, node_ids: Iterable[str] = (), edge_ids: Iterable[str] = ()) -> None:
    """As `delete`, within an act that is under way."""
    current = _current(work, map_id)
    gone = {node_id for node_id in node_ids if current.node(node_id) is not None}
    wanted_edges = set(edge_ids)
    bosses = current.bosses()
    rises: list[tuple[str, Mapping[str, Any]]] = []
    for node in current.nodes:
        if node.id not in gone and node.reports_to_id in gone:
            rises.append((node.id, {"reports_to_id": _next_boss(bosses, node.reports_to_id, gone)}))
    lines = [
        edge.id for edge in current.edges if edge.id in wanted_edges or edge.source_id in gone or edge.target_id in gone
    ]
    ties, evidence = store.parts_of(work.session, map_id, gone)
    work.bulk("map_edge", deletes=lines)
    work.bulk("map_tie", deletes=ties)
    work.bulk("map_evidence", deletes=evidence)
    work.bulk("map_node", updates=rises)
    work.bulk("map_node", deletes=sorted(gone))


def delete_map(workspace: Workspace, map_id: str) -> Changes:
    """The whole map with its cards and lines; contacts stay."""
    with workspace.write("stakeholders.delete_map") as work:
        current = _current(work, map_id)
        ties, evidence = store.parts_of(work.session, map_id)
        work.bulk("map_edge", deletes=[edge.id for edge in current.edges])
        work.bulk("map_tie", deletes=ties)
        work.bulk("map_evidence", deletes=evidence)
        work.bulk("map_node", deletes=[node.id for node in current.nodes])
        work.delete("stakeholder_map", map_id)
    return work.changes


def set_layout(workspace: Workspace, map_id: str, layout: MapLayout) -> Changes:
    """How the map stands from now on, for everyone who opens it.

    A map that becomes free keeps its cards where the free layout finds room for them, so that moving one moves no other.
    """
    with workspace.write("stakeholders.set_layout") as work:
        if layout is MapLayout.FREE:
            work.bulk("map_node", updates=_homeless(_current(work, map_id)))
        work.update("stakeholder_map", map_id, {"layout": layout.value})
    return work.changes


def rename_map(workspace: Workspace, map_id: str, name: str) -> Changes:
    """Another name. Raises Refusal `stakeholder.map.no_name`."""
    if not name.strip():
        raise Refusal("stakeholder.map.no_name")
    with workspace.write("stakeholders.rename_map") as work:
        work.update("stakeholder_map", map_id, {"name": name.strip()})
    return work.changes


def _on_team(workspace: Workspace, session: Session, account_id: str | None, keeper_id: str | None) -> bool:
    """Whether this user may see a private map; a workspace without users is one person's own."""
    me = workspace.author.user_id
    return me is None or str(me) in team_of(session, account_id, keeper_id)


def _current(work: UnitOfWork, map_id: str) -> MapView:
    found = store.view(work.session, map_id)
    if found is None:
        raise Refusal("record.missing", entity="stakeholder_map", id=map_id)
    return found


def _node(current: MapView, node_id: str) -> NodeView:
    node = current.node(node_id)
    if node is None:
        raise Refusal("record.missing", entity="map_node", id=node_id)
    return node


def _insert_node(
    work: UnitOfWork,
    current: MapView,
    fields: Mapping[str, Any],
    reports_to_id: str | None,
    at: tuple[int, int] | None,
) -> str:
    if reports_to_id is not None:
        _node(current, reports_to_id)
    place = {"x": at[0], "y": at[1]} if at is not None else {}
    return work.insert("map_node", {"map_id": current.id, "reports_to_id": reports_to_id, **fields, **place})


def _above(current: MapView, places: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the card of a group stands: above the upper left of its members, or the nearest place where it covers nobody."""
    wish = Point(float(min(x for x, _ in places)), float(min(y for _, y in places) - GROUP_LIFT))
    spot = free_spot(free(current), wish)
    return round(spot.x), round(spot.y)


def _homeless(current: MapView) -> list[tuple[str, Mapping[str, Any]]]:
    """Places for the cards that have none yet."""
    corners = free(current)
    return [
        (node.id, {"x": round(corners[node.id].x), "y": round(corners[node.id].y)})
        for node in current.nodes
        if node.x is None or node.y is None
    ]


def _next_boss(bosses: Mapping[str, str | None], boss_id: str | None, gone: set[str]) -> str | None:
    seen: set[str] = set()
    while boss_id is not None and boss_id in gone and boss_id not in seen:
        seen.add(boss_id)
        boss_id = bosses.get(boss_id)
    return None if boss_id in gone else boss_id


def _plain(value: object) -> object:
    """An option as its text, empty text as nothing."""
    if isinstance(value, str):
        return str(value).strip() or None
    return value
