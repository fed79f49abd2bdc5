"""The timeline of an account, a contact, a deal, a quote or a contract: everything that happened, a window at a time."""

from __future__ import annotations

from desktop_crm.domain.activities.stream import Asked, Sort, StreamEntry
from desktop_crm.persistence.stores import stream
from desktop_crm.persistence.stores.stream import LAST_PLACE, Place
from desktop_crm.services.workspace import Workspace

__all__ = ["LAST_PLACE", "SUBJECTS", "Asked", "Place", "Sort", "StreamEntry"]

SUBJECTS = ("account", "contact", "opportunity", "quote", "contract")
WINDOW = 120


def window(
    workspace: Workspace,
    entity: str,
    row_id: str,
    asked: Asked | None = None,
    *,
    after: Place = LAST_PLACE,
    limit: int = WINDOW,
) -> tuple[StreamEntry, ...]:
    """The next entries after a place, newest first; fewer than `limit` when there are no more."""
    with workspace.read() as session:
        return stream.window(session, entity, row_id, asked or Asked(), after, limit)


def place_of(entry: StreamEntry) -> Place:
    """After which the next window begins."""
    return entry.at, entry.key
