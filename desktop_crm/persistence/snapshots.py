"""The file of a first sync on its way: its parts lie in the encrypted workspace until its rows are laid down, never beside it in the clear.

What is noted between two transactions is enough to go on after a crash: which file, which bytes, how many rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import zstandard
from sqlalchemy import Connection

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence import outbox

_FACT: Final = "snapshot"
_OWN: Final = frozenset({"id", "_clk", "_scope", "_seq", "_by", "_extra"})
BROKEN: Final = (sqlite3.Error, zstandard.ZstdError, ValueError, KeyError, TypeError)
"""What reading something raises that is no such file."""
_LARGEST: Final = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Which file, and how far it has come. `got`: bytes that are here; `laid`: rows that are among the records."""

    id: str
    size: int
    rows: int
    cursors: dict[str, int]
    day: str = ""
    """Whose visits come first (ISO date); kept, so that the order stays when it goes on another day."""
    got: int = 0
    laid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A row of the file, as it would come over the wire."""

    entity: str
    id: str
    fields: dict[str, Any]
    clocks: dict[str, str]
    scope: str
    seq: int
    by: str
    deleted: bool = False


def begun(connection: Connection) -> Snapshot | None:
    """The file that is on its way."""
    text = outbox.state(connection).get(_FACT)
    return Snapshot(**json.loads(text)) if text else None


def begin(connection: Connection, snapshot: Snapshot) -> None:
    """Take up a file. Rows that came before it, with the server's verdicts, count as unconfirmed until they are found in it.

    It does not tell what left its scopes before it was made.
    """
    note(connection, snapshot)
    outbox.note_left_behind(connection, *REGISTRY.names())
    cursors = json.dumps(snapshot.cursors)
    for entity in REGISTRY.names():
        connection.exec_driver_sql(
            f'UPDATE "{entity}" SET _seq=0 WHERE _seq <= (SELECT value FROM json_each(?) WHERE key=_scope)', (cursors,)
        )


def note(connection: Connection, snapshot: Snapshot) -> None:
    """Remember how far it is."""
    outbox.save(connection, **{_FACT: json.dumps(asdict(snapshot))})


def keep_part(connection: Connection, snapshot: Snapshot, data: bytes) -> Snapshot | None:
    """Keep the next bytes. None when there are none, the server has the file no more: the pages bring the rows."""
    if not data or len(data) > snapshot.size - snapshot.got:
        forget(connection)
        return None
    connection.exec_driver_sql("INSERT OR REPLACE INTO sync_snapshot (first, data) VALUES (?,?)", (snapshot.got, data))
    further = replace(snapshot, got=snapshot.got + len(data))
    note(connection, further)
    return further


def forget(connection: Connection) -> None:
    """It is laid down, or good for nothing."""
    connection.exec_driver_sql("DELETE FROM sync_snapshot")
    connection.exec_driver_sql("DELETE FROM sync_state WHERE name=?", (_FACT,))


def whole(connection: Connection) -> bytes:
    """All the bytes that are here."""
    found = connection.exec_driver_sql("SELECT data FROM sync_snapshot ORDER BY first")
    return b"".join(bytes(row[0]) for row in found)


def rows(packed: bytes, day: str, passed: int, at_once: int) -> Iterator[list[FoundRow]]:
    """The rows in pieces, without the first `passed`; the accounts of that day's visits (ISO date) come first, with their people.

    The file is unpacked in memory alone. Raises one of `BROKEN` for what is no such file.
    """
    data = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    if len(data) > _LARGEST:
        raise ValueError("too large")
    with closing(sqlite3.connect(":memory:")) as source:
        source.deserialize(data)
        kinds = {(entity, name): kind for entity, name, kind in source.execute("SELECT entity, field, kind FROM form")}
        piece: list[FoundRow] = []
        for place, row in enumerate(_ordered(source, kinds, day)):
            if place < passed:
                continue
            piece.append(row)
            if len(piece) == at_once:
                yield piece
                piece = []
        if piece:
            yield piece


def _ordered(source: sqlite3.Connection, kinds: Mapping[tuple[str, str], str], day: str) -> Iterator[FoundRow]:
    held = {row[0] for row in source.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    known = [name for name in REGISTRY.names() if name in held]
    near = "SELECT account_id FROM activity WHERE substr(occurred_at,1,10)=? AND account_id IS NOT NULL"
    first = [(name, column) for name, column in _FIRST if name in held] if "activity" in held else []
    for name, column in first:
        yield from _rows(source, name, kinds, f'WHERE "{column}" IN ({near})', (day,))
    for name in known:
        column = dict(first).get(name, "")
        rest = f'WHERE "{column}" IS NULL OR "{column}" NOT IN ({near})' if column else ""
        yield from _rows(source, name, kinds, rest, (day,) if column else ())


_FIRST: Final = (("account", "id"), ("contact", "account_id"), ("activity", "account_id"))


def _rows(
    source: sqlite3.Connection,
    entity: str,
    kinds: Mapping[tuple[str, str], str],
    where: str,
    values: tuple[str, ...],
) -> Iterator[FoundRow]:
    found = source.execute(f'SELECT * FROM "{entity}" {where} ORDER BY rowid', values)
    names = [column[0] for column in found.description]
    for columns in found:
        row = dict(zip(names, columns, strict=True))
        fields = {
            name: _value(kinds.get((entity, name)), value)
            for name, value in row.items()
            if name not in _OWN and value is not None
        }
        yield FoundRow(
            entity=entity,
            id=row["id"],
            fields=fields | (json.loads(row["_extra"]) if row["_extra"] else {}),
            clocks=_clocks(row["_clk"]),
            scope=row["_scope"],
            seq=row["_seq"],
            by=row["_by"] or "",
        )


def _value(kind: str | None, value: Any) -> Any:
    if kind == "set":
        return json.loads(value)
    return bool(value) if kind == "flag" else value


def _clocks(text: str) -> dict[str, str]:
    """Without removals that wait for an addition; the server alone keeps those."""
    clocks: dict[str, str] = json.loads(text)
    if '"-' not in text and " -" not in text:
        return clocks
    kept = {
        name: " ".join(mark for mark in held.split() if not mark.startswith("-")) if "/" in name else held
        for name, held in clocks.items()
    }
    return {name: held for name, held in kept.items() if held or "/" not in name}
