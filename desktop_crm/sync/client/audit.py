"""The daily audit, the laptop's side: what it holds of each scope, counted and hashed from its own rows.

The server computes the same from its own (`sync.server.audit`). Where they differ the scope is fetched again; nothing that
waits to be sent is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence import outbox
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.stores import sync as store
from desktop_crm.sync.protocol import Digest, Digests

EVERY: Final = timedelta(days=1)
FACT: Final = "audited_at"
"""Where the moment of the last audit is kept; a workspace that has just joined counts as audited, since it gets everything fresh."""


def is_due(database: Database, now: datetime) -> bool:
    """Whether the last audit was a day ago, or never, or its moment cannot be read. Not while anything waits to be sent."""
    with database.read() as session:
        if outbox.count(session.connection()):
            return False
        told = outbox.state(session.connection()).get(FACT, "")
    try:
        return not timedelta() <= now - datetime.fromisoformat(told) < EVERY
    except (ValueError, TypeError):
        return True


def compare(database: Database, theirs: Digests, now: datetime) -> list[str]:
    """The scopes that differ, made ready to be fetched again; none while anything waits to be sent: then nothing can be compared."""
    ours = digests(database)
    with database.writing() as connection:
        if outbox.count(connection):
            return []
        different = sorted(scope for scope, digest in theirs.items() if ours.get(scope, (0, "")) != tuple(digest))
        outbox.save(connection, **{FACT: now.isoformat()})
        if different:
            store.fetch_again(connection, different)
    return different


def digests(database: Database) -> Mapping[str, tuple[int, str]]:
    """Count and hash of the living rows of each scope."""
    found: dict[str, Digest] = {}
    with database.read() as session:
        for entity in REGISTRY.names():
            for scope, row_id, fields in store.living_rows(session.connection(), entity):
                found.setdefault(scope, Digest()).add(entity, row_id, fields)
    return {scope: digest.told() for scope, digest in found.items()}
