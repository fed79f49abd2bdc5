"""Taking deleted rows out for good after 180 days, with the conflicts about them. What stays is their id, so that nobody revives a ruin.

A laptop that last heard of this server before the newest of those deletions might still show the rows: it is told to begin anew
("reset"), keeps what it typed, and loses what the server no longer has. A row that something living hangs on stays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, and_, delete, select, update

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.sync.merge import stamp_of
from desktop_crm.sync.protocol import DELETED, START, Token
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books, Head
from desktop_crm.sync.server.scopes import followers

KEPT: Final = timedelta(days=180)
_AT_ONCE: Final = 500


def is_behind(head: Head, token: Token) -> bool:
    """Whether somebody who last heard of that commit may have missed deletions of which nothing is left."""
    return START[0] < token[0] < head.purged_seq


def purge(books: Books, now: datetime, kept: timedelta = KEPT) -> int:
    """Take out what was deleted longer ago than that. Says how many rows went."""
    books.lock_head()
    total, newest = 0, books.head().purged_seq
    for entity in REGISTRY.names():
        found = _long_deleted(books, entity, now - kept)
        ids = sorted(found.keys() - _held_by_something_living(books, entity, list(found)))
        for start in range(0, len(ids), _AT_ONCE):
            _take_out(books, entity, ids[start : start + _AT_ONCE])
        newest = max([newest, *(found[row_id] for row_id in ids)])
        total += len(ids)
    table = tables.head
    books.connection.execute(update(table).where(table.c.tenant_id == books.tenant).values(purged_seq=newest))
    return total


def purged(books: Books, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (entity, id) were taken out."""
    table, found = tables.purged, set[tuple[str, str]]()
    ids = sorted({row_id for _, row_id in keys})
    for start in range(0, len(ids), _AT_ONCE):
        where = and_(table.c.tenant_id == books.tenant, table.c.row_id.in_(ids[start : start + _AT_ONCE]))
        rows = books.connection.execute(select(table.c.entity, table.c.row_id).where(where))
        found |= {(row.entity, row.row_id) for row in rows}
    return found


def _long_deleted(books: Books, entity: str, before: datetime) -> dict[str, int]:
    """Rows with the commit of their last change."""
    table = tables.ENTITIES[entity]
    where = and_(table.c.tenant_id == books.tenant, table.c["_deleted"].is_(True))
    rows = books.connection.execute(select(table.c.id, table.c["_clk"], table.c["_seq"]).where(where))
    return {row_id: seq for row_id, clock, seq in rows if _deleted_at(clock) < before}


def _deleted_at(clock: str) -> datetime:
    return stamp_time(Stamp(stamp_of(json.loads(clock)[DELETED])))


def _held_by_something_living(books: Books, entity: str, ids: list[str]) -> set[str]:
    held = set[str]()
    for other, field in followers(entity):
        held |= {value for _, value in books.find(other.name, field, ids)}
    for other in REGISTRY:
        if other.parent and other.field(other.parent).target == entity:
            held |= {value for _, value in books.find(other.name, other.parent, ids)}
    return held


def _take_out(books: Books, entity: str, ids: list[str]) -> None:
    feed = tables.feed
    about = [row_id for row_id, _ in books.find("conflict", "row_id", ids)] if entity != "conflict" else []
    for name, rows in ((entity, ids), ("conflict", about)):
        _delete(books, tables.ENTITIES[name], "id", rows)
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            where = and_(feed.c.tenant_id == books.tenant, feed.c.entity == name, feed.c.row_id.in_(part))
            books.connection.execute(delete(feed).where(where))
        lines = [{"tenant_id": books.tenant, "entity": name, "row_id": row_id} for row_id in rows]
        books.upsert(tables.purged, lines, keep=True)


def _delete(books: Books, table: Table, key: str, values: list[str]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        where = and_(table.c.tenant_id == books.tenant, table.c[key].in_(values[start : start + _AT_ONCE]))
        books.connection.execute(delete(table).where(where))
