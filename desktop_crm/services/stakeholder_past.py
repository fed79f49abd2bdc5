"""A stakeholder map in time: its whole past read once, so that any date can be shown without asking again."""

from __future__ import annotations

from desktop_crm.domain.stakeholders.past import MapPast
from desktop_crm.persistence.stores import stakeholder_past as store
from desktop_crm.services.stakeholders import view
from desktop_crm.services.workspace import Workspace


def past(workspace: Workspace, map_id: str) -> MapPast:
    """The map with all that is known of what it was. Raises Refusal `record.missing`, `stakeholder.map.private`."""
    now = view(workspace, map_id)
    with workspace.read() as session:
        return store.past(session, now)
