"""Finding anything by what someone types: the palette, the pickers and the command line ask here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from threading import Lock

from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import journal
from desktop_crm.persistence.stores import search as store
from desktop_crm.services.workspace import Workspace

_RECENT = "search.recent"
REMEMBERED = 50
"""Records that were opened lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One record that was found. `span` is the part of the title that matched, None when another field did."""

    entity: str
    id: str
    title: str
    subtitle: str
    span: tuple[int, int] | None
    begins: bool = False
    """Whether the title begins with what was typed, or is it."""


def find(workspace: Workspace, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """The best records for what was typed, by kind, nearness, exactness and age; empty for a text without letters or digits."""
    return Finder(workspace).find(text, limit)


class Finder:
    """Finds with what is near to the user at hand: what he opened lately, the accounts he owns. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = Lock()
        self._near = store.NOTHING_NEAR
        self._as_of: tuple[object, ...] = ()

    def find(self, text: str, limit: int = 20) -> tuple[Hit, ...]:
        """As the module's `find`."""
        with self._workspace.read() as session:
            return _hits(store.find(session, text, limit, self._nearby(session)))

    def recent(self, limit: int = 8) -> tuple[Hit, ...]:
        """What was opened lately, the last first."""
        with self._workspace.read() as session:
            return _hits(store.recent(session, self._nearby(session), limit))

    def opened(self, entity: str, row_id: str) -> None:
        """Remember that a record was opened, on this laptop. Writes; belongs on the thread that does."""
        with self._workspace.database.writing() as connection:
            before = json.loads(read_fact(connection, _RECENT) or "[]")
            after = [[entity, row_id], *(one for one in before if one != [entity, row_id])][:REMEMBERED]
            if after != before:
                write_fact(connection, _RECENT, json.dumps(after))

    def _nearby(self, session: Session) -> store.Near:
        """What is near, read again when anything was written since."""
        connection, owner = session.connection(), self._workspace.author.user_id
        said = read_fact(connection, _RECENT) or "[]"
        as_of = (said, owner, journal.newest(connection))
        with self._lock:
            if as_of != self._as_of:
                self._near = store.near(session, [(entity, row_id) for entity, row_id in json.loads(said)], owner)
                self._as_of = as_of
            return self._near


def _hits(found: tuple[store.Found, ...]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            entity=one.entity,
            id=one.id,
            title=one.title,
            subtitle=" · ".join(one.details),
            span=one.span,
            begins=one.exactness <= store.Exactness.BEGINNING,
        )
        for one in found
    )
