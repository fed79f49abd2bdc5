"""The merges of the past, for whoever wants to part one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_crm.domain.schema.options import MergeState
from desktop_crm.persistence.stores import duplicates as store
from desktop_crm.persistence.stores.records import titles
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMerge:
    """A record that went into another: what both are called, when and by whom, and whether they were parted since."""

    id: str
    entity: str
    name: str
    survivor_id: str
    survivor_name: str
    at: datetime | None
    by: str
    undone: bool


def past_merges(workspace: Workspace, limit: int = 200) -> tuple[PastMerge, ...]:
    """The merges, the newest first."""
    with workspace.read() as session:
        found = store.merges(session, limit)
        people = titles(session, "user", (one.merged_by_id or "" for one in found))
        names = {
            entity: titles(session, entity, (one.survivor_id for one in found if one.entity == entity))
            for entity in {one.entity for one in found}
        }
    return tuple(
        PastMerge(
            id=one.id,
            entity=one.entity,
            name=one.name,
            survivor_id=one.survivor_id,
            survivor_name=names[one.entity].get(one.survivor_id, "…"),
            at=one.merged_at,
            by=people.get(one.merged_by_id or "", ""),
            undone=one.state == MergeState.UNDONE,
        )
        for one in found
    )
