"""The daily audit, the laptop's side: what it holds of each scope, counted and hashed from its own rows.

The server computes the same from its own (`sync.server.audit`). Where they differ the scope is fetched again; nothing that
waits to be sent is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence import outbox
from desktop_crm.persistence.stores import sync as store
from desktop_crm.sync.protocol import Digest, Digests

EVERY: Final = timedelta(days=1)
_FACT: Final = "audited_at"


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether the last audit was a day ago, or never, or its moment cannot be read. Not while anything waits to be sent."""
    if outbox.count(connection):
        return False
    try:
        return not timedelta() <= now - datetime.fromisoformat(outbox.state(connection)[_FACT]) < EVERY
    except (KeyError, ValueError, TypeError):
        return True


def begin(connection: Connection, now: datetime) -> None:
    """The next audit is a day away: one was just made, or a workspace has just joined and gets everything fresh."""
    outbox.save(connection, **{_FACT: now.isoformat()})


def compare(connection: Connection, theirs: Digests, now: datetime) -> list[str]:
    """The scopes that differ, made ready to be fetched again; none while anything waits to be sent: then nothing can be compared."""
    if outbox.count(connection):
        return []
    ours = digests(connection)
    different = sorted(scope for scope, digest in theirs.items() if ours.get(scope, (0, "")) != tuple(digest))
    begin(connection, now)
    if different:
        store.fetch_again(connection, different)
    return different


def digests(connection: Connection) -> Mapping[str, tuple[int, str]]:
    """Count and hash of the living rows of each scope."""
    found: dict[str, Digest] = {}
    for entity in REGISTRY.names():
        for scope, row_id, fields in store.living_rows(connection, entity):
            found.setdefault(scope, Digest()).add(entity, row_id, fields)
    return {scope: digest.told() for scope, digest in found.items()}
