"""What stands behind the values of a map: ties, evidence, who wrote what when, and newer values of other maps to take over.

Each act is one transaction and tells what it changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_crm.domain.schema.options import EvidenceTopic
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import stamp_time
from desktop_crm.persistence.stores import stakeholder_facts as facts
from desktop_crm.persistence.stores import stakeholders as store
from desktop_crm.persistence.stores.stakeholder_facts import Written
from desktop_crm.persistence.stores.white_space import competitor_called
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.stakeholders import Added, view
from desktop_crm.services.workspace import Workspace

__all__ = ["Offer", "Written"]

JUDGED = (
    "buying_role",
    "influence",
    "support",
    "coverage",
    "political_status",
    "decision_orientation",
    "adaptability",
    "response_mode",
    "goals",
    "pains",
)
"""The values that say what we think of a person on one map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A newer value of a person on another map of the account, to be taken over here or not."""

    node_id: str
    name: str
    field: str
    here: Any
    there: Any
    at: datetime
    by: str
    map_name: str
    from_map_id: str
    from_node_id: str


def set_tie(
    workspace: Workspace,
    map_id: str,
    node_id: str,
    *,
    user_id: str | None = None,
    competitor: str = "",
    strength: int | None = None,
) -> Added:
    """How close one of ours, or a competitor, is to a person; a tie that is there already gets the new strength.

    Raises Refusal `stakeholder.tie.nobody`, `stakeholder.tie.strength` outside 1 to 3, `record.missing`.
    """
    competitor = competitor.strip()
    if not user_id and not competitor:
        raise Refusal("stakeholder.tie.nobody")
    if strength is not None and not 1 <= strength <= 3:
        raise Refusal("stakeholder.tie.strength", value=strength)
    with workspace.write("stakeholders.set_tie") as work:
        current = store.view(work.session, map_id)
        if current is None or current.node(node_id) is None:
            raise Refusal("record.missing", entity="map_node", id=node_id)
        for tie in current.ties:
            same = tie.user_id == user_id if user_id else tie.competitor.casefold() == competitor.casefold()
            if tie.node_id == node_id and same:
                work.update("map_tie", tie.id, {"strength": strength})
                tie_id = tie.id
                break
        else:
            fields = {"map_id": map_id, "node_id": node_id, "strength": strength}
            whose = {"user_id": user_id} if user_id else _competitor(work, competitor)
            tie_id = work.insert("map_tie", fields | whose)
    return Added(id=tie_id, changes=work.changes)


def _competitor(work: UnitOfWork, name: str) -> dict[str, str]:
    """The competitor of this name, made when nobody has named it before."""
    known = competitor_called(work.session, name) or work.insert("competitor", {"name": name})
    return {"competitor_id": known, "competitor": name}


def remove_tie(workspace: Workspace, tie_id: str) -> Changes:
    """The tie is no more."""
    with workspace.write("stakeholders.remove_tie") as work:
        work.delete("map_tie", tie_id)
    return work.changes


def add_evidence(
    workspace: Workspace,
    map_id: str,
    topic: EvidenceTopic,
    body: str,
    *,
    node_id: str | None = None,
    value: str = "",
    observed_on: date | None = None,
) -> Added:
    """What we know a value, or a letter of the scorecard, by; dated today unless said otherwise.

    Raises Refusal `stakeholder.evidence.empty`.
    """
    if not body.strip():
        raise Refusal("stakeholder.evidence.empty")
    with workspace.write("stakeholders.add_evidence") as work:
        fields = {
            "map_id": map_id,
            "node_id": node_id,
            "topic": topic.value,
            "value": value or None,
            "body": body.strip(),
            "observed_on": observed_on or workspace.today(),
            "author_id": workspace.author.user_id,
        }
        evidence_id = work.insert("map_evidence", fields)
    return Added(id=evidence_id, changes=work.changes)


def remove_evidence(workspace: Workspace, evidence_id: str) -> Changes:
    """The evidence does not hold."""
    with workspace.write("stakeholders.remove_evidence") as work:
        work.delete("map_evidence", evidence_id)
    return work.changes


def who_may_be_tied(workspace: Workspace) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Our people by id and name, and the competitors whom the team has named."""
    with workspace.read() as session:
        return facts.users(session), facts.competitors(session)


def mark_reviewed(workspace: Workspace, map_id: str) -> Changes:
    """The map was gone through now; "since the last review" counts from here."""
    with workspace.write("stakeholders.mark_reviewed") as work:
        work.update("stakeholder_map", map_id, {"reviewed_at": workspace.clock.now()})
    return work.changes


def written(workspace: Workspace, node_id: str) -> dict[str, Written]:
    """When and by whom each value of a card was written."""
    with workspace.read() as session:
        return facts.written(session, node_id, JUDGED)


def offers(workspace: Workspace, map_id: str) -> tuple[Offer, ...]:
    """Values of this map's people that are newer on another map of the account; the newest of each, by person."""
    current = view(workspace, map_id)
    with workspace.read() as session:
        found, here = facts.elsewhere(session, current, JUDGED)
        cards = {node.contact_id: node for node in current.nodes if node.contact_id}
        newest: dict[tuple[str, str], facts.Elsewhere] = {}
        for one in found:
            card = cards[one.contact_id]
            held = newest.get((card.id, one.field))
            if held is None or one.version.stamp > held.version.stamp:
                newest[card.id, one.field] = one
        made = []
        for (node_id, field), one in newest.items():
            node = current.node(node_id)
            mine = getattr(node, field) if node is not None else None
            empty = mine in {None, ""}
            if node is None or mine == one.value:
                continue
            if not empty and one.version.stamp <= here[f"{node_id} {field}"].stamp:
                continue
            by = facts.authors(session, one.node_id, [one.version]).get(one.version.op_id, "")
            made.append(
                Offer(
                    node_id=node_id,
                    name=node.label,
                    field=field,
                    here=None if empty else mine,
                    there=one.value,
                    at=stamp_time(one.version.stamp),
                    by=by,
                    map_name=one.map_name,
                    from_map_id=one.map_id,
                    from_node_id=one.node_id,
                )
            )
    order = {node.id: place for place, node in enumerate(current.nodes)}
    return tuple(sorted(made, key=lambda one: (order[one.node_id], JUDGED.index(one.field))))


def take_over(workspace: Workspace, map_id: str, taken: Iterable[Offer]) -> Changes:
    """The chosen values, with the newest evidence each has on its map."""
    with workspace.write("stakeholders.take_over") as work:
        for offer in taken:
            work.update("map_node", offer.node_id, {offer.field: offer.there})
            if offer.field not in set(EvidenceTopic):
                continue
            for row in facts.evidence_rows(work.session, offer.from_map_id, offer.from_node_id, offer.field)[:1]:
                work.insert("map_evidence", row | {"map_id": map_id, "node_id": offer.node_id})
    return work.changes
