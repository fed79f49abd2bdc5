"""Files by their content's hash: kept once however many rows name them, read by whoever may read such a row, gone when none does.

1.  A file may be read by who sent it first, and by everybody who may read a row that names it. To others it is not there.
2.  Whoever has the content may send it; what is there already is not written again.
3.  A file that no row names any more is remembered as idle, and goes thirty days later.
4.  A tenant may have a quota; what does not fit is refused, and everything else goes on.
5.  A large file may come in parts, one after the other. What has come stays for a week, for its sender alone; the whole is a
    file only when all of it is here and has the promised hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, func, or_, select

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.protocol import BLOB_BYTES, BLOB_PART
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.session import Session

PART: Final = BLOB_PART
IDLE_KEPT: Final = timedelta(days=30)
BEGUN_KEPT: Final = timedelta(days=7)
_UNDER_WAY: Final = 4
QUOTA: Final = "quota_mib"
"""The setting that says how many MiB of files a tenant may keep; 0 for any number."""
_MIB: Final = 2**20


def size(books: Books, session: Session, digest: str) -> int | None:
    """How large a file is; None when it is not there for this caller."""
    info = books.one(tables.blob_info, hash=digest)
    if info is None or not (info["by"] == session.user_id or _is_named(books, session, digest)):
        return None
    return int(info["size"])


def read(books: Books, digest: str, first: int, last: int) -> Iterator[bytes]:
    """The bytes from `first` to `last`, both included, part by part."""
    for part in range(first // PART, last // PART + 1):
        line = books.one(tables.blob, hash=digest, part=part)
        if line is None:
            return
        begin, end = first - part * PART, last - part * PART + 1
        yield bytes(line["data"])[max(begin, 0) : end]


def keep(books: Books, session: Session, clock: Clock, digest: str, data: bytes) -> None:
    """Take a file in. Raises Refusal `server.too_large`, `server.blob.hash`, `server.quota`."""
    if len(data) > BLOB_BYTES:
        raise Refusal("server.too_large", most=BLOB_BYTES)
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refusal("server.blob.hash")
    if books.one(tables.blob_info, hash=digest) is not None:
        return
    _check_room(books, len(data))
    for part, start in enumerate(range(0, max(len(data), 1), PART)):
        books.put(tables.blob, hash=digest, part=part, data=data[start : start + PART])
    facts = {"size": len(data), "at": clock.now().isoformat(), "by": session.user_id, "idle_since": None}
    books.put(tables.blob_info, hash=digest, **facts)


def arrived(books: Books, session: Session, digest: str) -> int:
    """How many bytes of a file this sender has sent in parts so far."""
    table = tables.upload
    ours = and_(table.c.tenant_id == books.tenant, table.c.by == session.user_id, table.c.hash == digest)
    query = select(func.coalesce(func.sum(func.length(table.c.data)), 0)).where(ours)
    return int(books.connection.execute(query).scalar_one())


def add(books: Books, session: Session, clock: Clock, digest: str, first: int, whole: int, data: bytes) -> int:
    """Take the next part in; says how much is here, and keeps the file when that is all.

    Raises Refusal `server.upload.offset` for a part that is not the next one, and as `keep`.
    """
    if not 0 < len(data) <= PART or not 0 < whole <= BLOB_BYTES or first + len(data) > whole:
        raise Refusal("server.too_large", most=min(PART, BLOB_BYTES))
    books.lock_head()
    held = arrived(books, session, digest)
    if first != held:
        raise Refusal("server.upload.offset", offset=held)
    if first == 0:
        _check_room(books, whole)
        _drop_oldest(books, session)
    now = clock.now().isoformat()
    books.put(tables.upload, by=session.user_id, hash=digest, first=first, data=data, at=now)
    if first + len(data) < whole:
        return first + len(data)
    lines = books.all(tables.upload, by=session.user_id, hash=digest)
    books.remove(tables.upload, by=session.user_id, hash=digest)
    parts = sorted((line["first"], bytes(line["data"])) for line in lines)
    keep(books, session, clock, digest, b"".join(part for _, part in parts))
    return whole


def forget_begun(books: Books, session: Session, digest: str) -> None:
    """Let go of what this sender has sent of a file: together it was not what was promised."""
    books.remove(tables.upload, by=session.user_id, hash=digest)


def _drop_oldest(books: Books, session: Session) -> None:
    """One sender has a few files under way at most."""
    table = tables.upload
    ours = and_(table.c.tenant_id == books.tenant, table.c.by == session.user_id)
    begun = select(table.c.hash, func.max(table.c.at)).where(ours).group_by(table.c.hash)
    newest = sorted(((row[1], row[0]) for row in books.connection.execute(begun)), reverse=True)
    for _, digest in newest[_UNDER_WAY - 1 :]:
        books.remove(tables.upload, by=session.user_id, hash=digest)


def _check_room(books: Books, more: int) -> None:
    quota = books.one(tables.setting, name=QUOTA)
    if quota is not None and int(quota["value"]) and total(books) + more > int(quota["value"]) * _MIB:
        raise Refusal("server.quota", most=quota["value"])


def total(books: Books) -> int:
    """How many bytes the tenant keeps."""
    table = tables.blob_info
    query = select(func.coalesce(func.sum(table.c.size), 0)).where(table.c.tenant_id == books.tenant)
    return int(books.connection.execute(query).scalar_one())


def clear(books: Books, now: datetime) -> int:
    """Note which files nobody names, and take out those that nobody has named for thirty days. Says how many went."""
    named, gone = _all_named(books), 0
    for info in books.all(tables.blob_info):
        digest, idle = info["hash"], info["idle_since"]
        if digest in named:
            if idle is not None:
                books.change(tables.blob_info, {"hash": digest}, idle_since=None)
        elif idle is None:
            books.change(tables.blob_info, {"hash": digest}, idle_since=now.isoformat())
        elif now - datetime.fromisoformat(idle) > IDLE_KEPT:
            books.remove(tables.blob, hash=digest)
            books.remove(tables.blob_info, hash=digest)
            gone += 1
    table, since = tables.upload, (now - BEGUN_KEPT).isoformat()
    books.connection.execute(delete(table).where(and_(table.c.tenant_id == books.tenant, table.c.at < since)))
    return gone


def _is_named(books: Books, session: Session, digest: str) -> bool:
    for entity, fields in tables.NAMES_FILES.items():
        table = tables.ENTITIES[entity]
        names = or_(*(table.c[field] == digest for field in fields))
        where = and_(table.c.tenant_id == books.tenant, names, table.c["_deleted"].is_(False))
        found = books.connection.execute(select(table.c["_scope"]).where(where))
        if any(session.may_read(row[0]) for row in found):
            return True
    return False


def _all_named(books: Books) -> set[str]:
    """Deleted rows name their files until they are purged: they may come back."""
    named = set[str]()
    for entity, fields in tables.NAMES_FILES.items():
        table = tables.ENTITIES[entity]
        for field in fields:
            where = and_(table.c.tenant_id == books.tenant, table.c[field].is_not(None))
            named |= {row[0] for row in books.connection.execute(select(table.c[field]).where(where).distinct())}
    return named
