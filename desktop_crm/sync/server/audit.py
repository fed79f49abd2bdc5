"""The daily audit, the server's side: what it holds of each scope, counted and hashed from its own rows."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_crm.sync.protocol import Digest, Digests
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books


def digests(books: Books, scopes: Iterable[str], entities: Iterable[str]) -> Digests:
    """Count and hash of the living rows of each scope, over the entities that the laptop knows."""
    known = [entity for entity in entities if entity in tables.ENTITIES]
    found: Digests = {}
    for scope in sorted(scopes):
        digest = Digest()
        for entity in known:
            for row in books.living_rows(entity, scope):
                digest.add(entity, row.id, row.state.fields)
        found[scope] = digest.told()
    return found
