"""The index of long texts: notes, mails, lines of quotes, comments, the words of files. Kept in the transaction that changes them.

FTS5 without a copy of the text, in syllable pairs as the index of names (`search.py`, which calls this); a row stands in it
under a number made of its kind and its row number, with its title, and only when it has a long text: who edits a name pays
nothing here. Reading is `stores/full_text.py`'s.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from desktop_crm.domain import text
from desktop_crm.persistence.change_log import Record

_PIECE = 500
_BITS = 32
_LONGEST = 200_000  # signs of a text that are indexed

_TABLE = (
    "CREATE VIRTUAL TABLE search_long USING fts5(words, content='', contentless_delete=1, detail=none,"
    " tokenize='unicode61 remove_diacritics 0')"
)
_FILE_WORDS = "(SELECT f.text FROM file_text f WHERE f.content=r.content)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Which fields of an entity stand in the index. `number` is its place in the file and never changes."""

    number: int
    titles: tuple[str, ...]
    texts: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "account": Kind(number=0, titles=("name",), texts=("note",)),
    "contact": Kind(number=1, titles=("name", "department"), texts=("title",)),
    "opportunity": Kind(number=2, titles=("name",), texts=("note",)),
    "quote": Kind(number=3, titles=("number", "name"), texts=("remarks",)),
    "quote_line": Kind(number=4, titles=(), texts=("name", "spec", "remark")),
    "activity": Kind(number=5, titles=("subject",), texts=("body",)),
    "task": Kind(number=6, titles=("subject",), texts=("note",)),
    "attachment": Kind(number=7, titles=("name",), texts=("note", "content")),  # of the content its words
    "comment": Kind(number=8, titles=(), texts=("body",)),
}


def create(connection: Connection) -> None:
    """The table of the index."""
    connection.exec_driver_sql(_TABLE)


def number(kind: int, place: int) -> int:
    """The number of a row in the index."""
    return kind << _BITS | place


def place_of(found: int) -> int:
    """The row number that a number of the index holds."""
    return found & ((1 << _BITS) - 1)


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Bring the index up to date with the records of this transaction."""
    touched: dict[str, dict[str, None]] = defaultdict(dict)
    stood: dict[str, dict[str, None]] = defaultdict(dict)
    for record in records:
        kind = KINDS.get(record.entity)
        if kind is None or not _touches(kind, record):
            continue
        if record.clock_before is not None and _has_text(kind, {**record.row, **record.before}):
            stood[record.entity][record.row_id] = None
        if _has_text(kind, record.row) or record.row_id in touched.get(record.entity, ()):
            touched[record.entity][record.row_id] = None
    for entity, ids in stood.items():
        _forget(connection, entity, ids)
    for entity, ids in touched.items():
        _learn(connection, entity, list(ids))


def forget(connection: Connection, entity: str, row_id: str) -> None:
    """A row is about to leave its table."""
    if entity in KINDS:
        _forget(connection, entity, (row_id,))


def file_was_read(connection: Connection, content: str) -> None:
    """The words of a file became known: whatever holds it is found by them."""
    rows = connection.exec_driver_sql("SELECT id FROM attachment WHERE content=? AND _deleted IS NULL", (content,))
    ids = [row[0] for row in rows]
    _forget(connection, "attachment", ids)
    _learn(connection, "attachment", ids)


def rebuild(connection: Connection) -> None:
    """The whole index anew from the rows."""
    connection.exec_driver_sql("INSERT INTO search_long(search_long) VALUES ('delete-all')")
    for entity in KINDS:
        _learn(connection, entity, None)


def _touches(kind: Kind, record: Record) -> bool:
    after = record.after
    return record.turned or any(name in after for name in (*kind.texts, *kind.titles))


def _has_text(kind: Kind, values: Mapping[str, Any]) -> bool:
    return any(values.get(name) for name in kind.texts)


def _forget(connection: Connection, entity: str, ids: Iterable[str]) -> None:
    places = connection.exec_driver_sql(
        f'SELECT rowid FROM "{entity}" WHERE id IN (SELECT value FROM json_each(?))', (json.dumps(list(ids)),)
    )
    gone = [(number(KINDS[entity].number, row[0]),) for row in places]
    if gone:
        connection.exec_driver_sql("DELETE FROM search_long WHERE rowid=?", gone)


def _learn(connection: Connection, entity: str, ids: list[str] | None) -> None:
    """Put rows into the index, all of them for no ids; those without a long text are passed over."""
    kind = KINDS[entity]
    columns = [_FILE_WORDS if name == "content" else f'r."{name}"' for name in (*kind.titles, *kind.texts)]
    some = any_of = " OR ".join(f"r.\"{name}\"<>''" for name in kind.texts)
    values: tuple[str, ...] = ()
    if ids is not None:
        some, values = f"({any_of}) AND r.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    rows = connection.exec_driver_sql(
        f'SELECT r.rowid, {", ".join(columns)} FROM "{entity}" r WHERE r._deleted IS NULL AND ({some}) ORDER BY r.rowid',
        values,
    )
    for piece in rows.partitions(_PIECE):
        lines = [
            (number(kind.number, row[0]), " ".join(text.index_words("\n".join(filter(None, row[1:]))[:_LONGEST])))
            for row in piece
        ]
        connection.exec_driver_sql("INSERT INTO search_long (rowid, words) VALUES (?,?)", lines)
