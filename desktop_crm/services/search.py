"""Finding anything by what someone types: the palette, the pickers and the command line ask here."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.persistence.stores import search as store
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One record that was found. `span` is the part of the title that matched, None when another field did."""

    entity: str
    id: str
    title: str
    subtitle: str
    span: tuple[int, int] | None


def find(workspace: Workspace, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """The best records for what was typed, by kind, exactness and age; empty for a text without letters or digits."""
    with workspace.read() as session:
        found = store.find(session, text, limit)
    return tuple(
        Hit(entity=one.entity, id=one.id, title=one.title, subtitle=" · ".join(one.details), span=one.span)
        for one in found
    )
