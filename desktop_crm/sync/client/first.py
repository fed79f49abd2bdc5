"""A first sync by a ready file: which bytes to ask for, whether they are what was promised, and its rows in pieces.

The engine asks and writes; this room knows the file. What is no such file is forgotten, and the pages bring the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence import snapshots
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.snapshots import FoundRow, Snapshot
from desktop_crm.sync.protocol import SnapshotAnswer, SnapshotPart

PART: Final = 2 * 1024 * 1024
ROWS: Final = 2_000
_DIGEST: Final = 64


def offered(answer: SnapshotAnswer, clock: Clock) -> Snapshot | None:
    """The file that the server offers; None when it offers none."""
    if len(answer.id) != _DIGEST or answer.size <= 0:
        return None
    return Snapshot(id=answer.id, size=answer.size, rows=answer.rows, cursors=answer.cursors, day=_tomorrow(clock))


def next_part(snapshot: Snapshot) -> SnapshotPart:
    """The bytes to ask for next."""
    return SnapshotPart(id=snapshot.id, first=snapshot.got, last=min(snapshot.got + PART, snapshot.size) - 1)


def _tomorrow(clock: Clock) -> str:
    return (clock.now() + timedelta(days=1)).date().isoformat()


class Laying:
    """The rows of a file that is here, in pieces, from where it stopped."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshot: Snapshot | None = None

    @property
    def laid(self) -> int:
        return self._snapshot.laid if self._snapshot else 0

    def pieces(self, snapshot: Snapshot) -> Iterator[list[FoundRow]]:
        """Raises Trouble `sync.server.garbage` for what is not the promised file; it is forgotten then."""
        self._snapshot = snapshot
        with self._database.read() as session:
            packed = snapshots.whole(session.connection())
        try:
            if hashlib.sha256(packed).hexdigest() != snapshot.id:
                raise ValueError("hash")
            yield from snapshots.rows(packed, snapshot.day, snapshot.laid, ROWS)
        except snapshots.BROKEN as error:
            with self._database.writing() as connection:
                snapshots.forget(connection)
            raise Trouble("sync.server.garbage", reason="snapshot") from error

    def further(self, count: int) -> Snapshot:
        """So many more rows are among the records; to be noted in the transaction that puts them there."""
        assert self._snapshot is not None
        self._snapshot = replace(self._snapshot, laid=self._snapshot.laid + count)
        return self._snapshot
