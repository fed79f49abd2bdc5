"""Copying people from one map to another (or within one): cards with what is thought of them, and the lines among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop_crm.domain.schema.options import MapLayout, NodeKind
from desktop_crm.domain.stakeholders.values import MapView, NodeView
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import stakeholders as store
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.stakeholder_facts import JUDGED
from desktop_crm.services.stakeholders import view
from desktop_crm.services.workspace import Workspace

OFFSET = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """The new cards, and how many were left out since the person is on the map already."""

    ids: tuple[str, ...]
    known: int
    changes: Changes


def paste(workspace: Workspace, map_id: str, source_map_id: str, node_ids: Iterable[str]) -> Pasted:
    """Copy cards of `source_map_id` onto `map_id`, with the lines among them; whoever is there already is not doubled.

    Cards that were cut from there are copied as they were. Lines to somebody who is there already are drawn to that card. Raises Refusal `record.missing`, `stakeholder.map.private`.
    """
    ids = tuple(node_ids)
    source = view(workspace, source_map_id, gone=frozenset(ids))
    with workspace.write("stakeholders.paste") as work:
        current = store.view(work.session, map_id)
        if current is None:
            raise Refusal("record.missing", entity="stakeholder_map", id=map_id)
        there = {node.contact_id: node.id for node in current.nodes if node.contact_id}
        chosen = [node for node in map(source.node, ids) if node is not None]
        copies: dict[str, str] = {}
        made: list[str] = []
        for node in chosen:
            if node.contact_id in there and node.contact_id is not None:
                copies[node.id] = there[node.contact_id]
                continue
            copies[node.id] = work.insert("map_node", _fields(current, node))
            made.append(node.id)
        for node in chosen:
            if node.id in made and node.reports_to_id in copies:
                work.update("map_node", copies[node.id], {"reports_to_id": copies[node.reports_to_id]})
            if node.id in made and node.group_id in copies:
                work.update("map_node", copies[node.id], {"group_id": copies[node.group_id]})
        _lines(work, current, source, copies, set(made))
    return Pasted(ids=tuple(copies[one] for one in made), known=len(chosen) - len(made), changes=work.changes)


def _lines(work: UnitOfWork, current: MapView, source: MapView, copies: dict[str, str], made: set[str]) -> None:
    for edge in source.edges:
        if edge.source_id in copies and edge.target_id in copies and made & {edge.source_id, edge.target_id}:
            fields = {
                "map_id": current.id,
                "source_id": copies[edge.source_id],
                "target_id": copies[edge.target_id],
                "kind": edge.kind.value,
                "label": edge.label or None,
                "strength": edge.strength,
            }
            work.insert("map_edge", fields)


def _fields(current: MapView, node: NodeView) -> dict[str, object]:
    thoughts = {name: _plain(getattr(node, name)) for name in (*JUDGED, "note")}
    place = {}
    if current.layout is MapLayout.FREE and node.x is not None and node.y is not None:
        place = {"x": node.x + OFFSET, "y": node.y + OFFSET}
    kind = node.kind if node.contact_id or node.kind is not NodeKind.PERSON else NodeKind.PLACEHOLDER
    return {
        "map_id": current.id,
        "kind": kind.value,
        "contact_id": node.contact_id,
        "label": node.label or None,
        "title": node.title or None,
        "department": node.department or None,
        **thoughts,
        **place,
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) and value else (value if value != "" else None)
