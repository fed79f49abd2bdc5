"""A ready file for a first sync: everything one may read at one moment, as an SQLite file, packed, in parts, kept for whoever asks next.

1.  It holds the living rows of a set of scopes as they lie in the server's tables; who has just these scopes gets the same file.
2.  Its cursors are those of the moment; what happened since comes by pages. So a file some hours old is as good as a new one.
3.  It lies in the database, so that any process gives any range of it. It goes after a day, and when somebody is erased.
4.  Few rows come as quickly by pages: then there is no file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import zstandard
from sqlalchemy import Table, and_, func, select

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.clock import Clock
from desktop_crm.sync.protocol import SnapshotAnswer, SnapshotAsk, Standing
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.purge import is_behind
from desktop_crm.sync.server.session import Session
from desktop_crm.sync.server.store import Store

PART: Final = 4 * 1024 * 1024
WORTH_IT: Final = 4_000
"""So many rows are two pages of a pull."""
FRESH: Final = timedelta(hours=6)
KEPT: Final = timedelta(days=1)
_AT_ONCE: Final = 5_000
_LEVEL: Final = 3


def offer(
    store: Store, session: Session, clock: Clock, ask: SnapshotAsk, worth_it: int | None = None
) -> SnapshotAnswer:
    """The file for what the caller may read; made when there is none that is fresh. Without an id where pages do as well."""
    least = WORTH_IT if worth_it is None else worth_it
    scopes = json.dumps(sorted(session.grants))
    now = clock.now()
    with store.reading(session.tenant) as books:
        head = books.head()
        if not books.knows(ask.hw) or is_behind(head, ask.hw):
            return SnapshotAnswer(standing=Standing.RESET, hw=head.token, now=head.clock)
        found = _fresh(books, scopes, now, head.purged_seq)
        if found is None and _count(books, session) < least:
            return SnapshotAnswer(standing=Standing.OK, hw=head.token, now=head.clock)
        made = None if found else _pack(books, session)
    if made is not None:
        digest, size, rows, parts = made
        line = {"id": digest, "scopes": scopes, "seq": head.seq, "size": size, "rows": rows, "at": now.isoformat()}
        with store.writing(session.tenant) as books:
            for part, data in enumerate(parts):
                books.put(tables.snapshot_part, id=digest, part=part, data=data)
            books.put(tables.snapshot, **line)
        found = line
    assert found is not None
    return SnapshotAnswer(
        standing=Standing.OK,
        hw=head.token,
        now=head.clock,
        id=found["id"],
        size=found["size"],
        rows=found["rows"],
        cursors=dict.fromkeys(session.grants, found["seq"]),
    )


def read(books: Books, session: Session, digest: str, first: int, last: int) -> bytes:
    """The bytes from `first` to `last`; none for a file that is not there, or that holds more than the caller may read."""
    line = books.one(tables.snapshot, id=digest)
    if line is None or not all(map(session.may_read, json.loads(line["scopes"]))):
        return b""
    last = min(last, line["size"] - 1, first + PART - 1)
    data = b"".join(
        bytes(found["data"])
        for part in range(first // PART, last // PART + 1)
        if (found := books.one(tables.snapshot_part, id=digest, part=part)) is not None
    )
    begin = first % PART
    return data[begin : begin + last - first + 1] if first <= last else b""


def clear(books: Books, now: datetime) -> None:
    """Files go when their time is over."""
    for line in books.all(tables.snapshot):
        if now - datetime.fromisoformat(line["at"]) > KEPT:
            _drop(books, line["id"])


def forget_all(books: Books) -> None:
    """Nobody gets any of them again: values in them are to be gone everywhere."""
    for line in books.all(tables.snapshot):
        _drop(books, line["id"])


def _drop(books: Books, digest: str) -> None:
    books.remove(tables.snapshot_part, id=digest)
    books.remove(tables.snapshot, id=digest)


def _fresh(books: Books, scopes: str, now: datetime, purged: int) -> dict[str, Any] | None:
    """Files from before the newest purge could show what is gone."""
    lines = [line for line in books.all(tables.snapshot, scopes=scopes) if line["seq"] >= purged]
    lines = [line for line in lines if now - datetime.fromisoformat(line["at"]) <= FRESH]
    return max(lines, key=lambda line: line["seq"], default=None)


def _count(books: Books, session: Session) -> int:
    table = tables.feed
    where = and_(table.c.tenant_id == books.tenant, table.c.scope.in_(list(session.grants)), table.c.kind == "row")
    return int(books.connection.execute(select(func.count()).where(where)).scalar_one())


def _pack(books: Books, session: Session) -> tuple[str, int, int, list[bytes]]:
    """Hash, size, number of rows, and the packed file in its parts."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "snapshot.sqlite"
        rows = _write(books, session, file)
        packed = bytearray()
        with file.open("rb") as source:
            packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
            while piece := source.read(PART):
                packed += packer.compress(piece)
            packed += packer.flush()
    whole = bytes(packed)
    parts = [whole[start : start + PART] for start in range(0, len(whole), PART)]
    return hashlib.sha256(whole).hexdigest(), len(whole), rows, parts


def _write(books: Books, session: Session, file: Path) -> int:
    """Each entity as a table of its fields and the row's clock, scope, commit and author; `form`: which are sets and flags."""
    total = 0
    target = sqlite3.connect(file, isolation_level=None)
    try:
        target.execute("PRAGMA journal_mode=OFF")
        target.execute("PRAGMA synchronous=OFF")
        target.execute("BEGIN")
        target.execute("CREATE TABLE form (entity TEXT, field TEXT, kind TEXT)")
        for entity in REGISTRY:
            kinds = [(entity.name, field.name, _KINDS[field.type]) for field in entity.fields if field.type in _KINDS]
            target.executemany("INSERT INTO form VALUES (?,?,?)", kinds)
            names = ("id", "_clk", "_scope", "_seq", "_by", "_extra", *entity.by_name)
            columns = ", ".join(f'"{name}"' for name in names)
            target.execute(f'CREATE TABLE "{entity.name}" ({columns})')
            marks = ",".join("?" * len(names))
            found = _living(books, tables.ENTITIES[entity.name], names, session)
            for some in found:
                target.executemany(f'INSERT INTO "{entity.name}" VALUES ({marks})', some)
                total += len(some)
        target.execute("COMMIT")
    finally:
        target.close()
    return total


_KINDS: Final = {FieldType.SET: "set", FieldType.BOOLEAN: "flag"}


def _living(books: Books, table: Table, names: tuple[str, ...], session: Session) -> Iterator[list[tuple[object, ...]]]:
    columns = [table.c[name] for name in names]
    readable = table.c["_scope"].in_(list(session.grants))
    where = and_(table.c.tenant_id == books.tenant, readable, table.c["_deleted"].is_(False))
    found = books.connection.execute(select(*columns).where(where))
    for some in found.partitions(_AT_ONCE):
        yield [tuple(row) for row in some]
