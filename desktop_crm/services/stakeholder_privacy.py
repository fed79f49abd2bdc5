"""Thoughts about third parties are personal data: maps for the account team alone, and the erasure of what was thought of a person.

An erasure cannot be undone. It leaves a trace: the card says when, the history by whom.
"""

from __future__ import annotations

from desktop_crm.domain.journal import ERASURE
from desktop_crm.domain.stakeholders.erased import PARTS, THOUGHTS
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence import erasing
from desktop_crm.persistence.stores import stakeholder_facts as facts
from desktop_crm.persistence.stores import stakeholders as store
from desktop_crm.services.workspace import Workspace


def set_private(workspace: Workspace, map_id: str, on: bool) -> Changes:
    """From now on only the account team sees the map (its keeper is whoever closed it), or everybody again."""
    with workspace.write("stakeholders.set_private") as work:
        if store.view(work.session, map_id) is None:
            raise Refusal("record.missing", entity="stakeholder_map", id=map_id)
        keeper = {"owner_id": workspace.author.user_id} if on else {}
        work.update("stakeholder_map", map_id, {"private": on} | keeper)
    return work.changes


def erase_person(workspace: Workspace, node_id: str) -> Changes:
    """Everything that was thought of the person of this card leaves every map, with its evidence, ties and lines, and the history.

    The card stays with its name and its place in the reporting lines. Not to be undone. Raises Refusal `record.missing`.
    """
    with workspace.write(ERASURE) as work:
        node = facts.card(work.session, node_id)
        if node is None:
            raise Refusal("record.missing", entity="map_node", id=node_id)
        cards = facts.nodes_of(work.session, node.contact_id) if node.contact_id else [node]
        ids = [card.id for card in cards]
        blank = dict.fromkeys(THOUGHTS) | {"erased_at": workspace.clock.now()}
        parts = facts.hanging_on(work.session, ids)
        for entity, rows in parts.items():
            empty: dict[str, object] = dict.fromkeys(PARTS[entity])
            work.bulk(entity, updates=[(row_id, empty) for row_id in rows])
            work.bulk(entity, deletes=rows)
        work.bulk("map_node", updates=[(row_id, blank) for row_id in ids])
    with workspace.database.writing() as connection:
        erasing.scrub(connection, ids)
    return work.changes
