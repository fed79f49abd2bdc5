"""The search index: made by the app, kept inside the transaction that changes what it holds.

`search_entry` has one line for each findable row, the newest last; `search_text` is FTS5 without a copy of the text, words in
syllable pairs and initial consonants. Reading it is `stores/search.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from desktop_crm.domain import text
from desktop_crm.domain.schema import REGISTRY, Entity
from desktop_crm.foundation.collector import let_go
from desktop_crm.persistence.change_log import Record

RANKS = {
    name: rank
    for rank, name in enumerate(
        ("account", "contact", "opportunity", "quote", "product", "lead", "contract", "order", "ticket")
    )
}
"""The order in which kinds of records are shown; the others follow."""
LAST_RANK = len(RANKS)
RANK_BITS = 40
"""Lines are numbered by kind, then by age: reading numbers downwards gives accounts first, the newest first."""

_PIECE = 2_000
_LONGEST = 1_000  # signs of a field that are indexed

_TABLES = (
    # `plain`: the folded title, for exactness; `body`: all findable text folded, to check a hit by.
    (
        "CREATE TABLE search_entry (n INTEGER PRIMARY KEY, entity TEXT NOT NULL, row_id TEXT NOT NULL, rank INTEGER NOT NULL,"
        " title TEXT NOT NULL, plain TEXT NOT NULL, body TEXT NOT NULL) STRICT"
    ),
    "CREATE UNIQUE INDEX ix_search_entry_row ON search_entry (entity, row_id)",
    "CREATE INDEX ix_search_entry_plain ON search_entry (rank, plain)",
    (
        "CREATE VIRTUAL TABLE search_text USING fts5(words, initials, content='', contentless_delete=1, detail=none,"
        " prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 0')"
    ),
)


def create(connection: Connection) -> None:
    """The tables of the index."""
    for statement in _TABLES:
        connection.exec_driver_sql(statement)


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Bring the index up to date with the records of this transaction."""
    last: dict[tuple[str, str], Record] = {}
    known: set[tuple[str, str]] = set()
    for record in records:
        findable = REGISTRY[record.entity].searchable
        if findable and (record.turned or any(name in record.after for name in findable)):
            key = (record.entity, record.row_id)
            if key not in last and record.clock_before is not None:
                known.add(key)
            last[key] = record
    if not last:
        return
    _forget(connection, known)
    rows = ((record.entity, record.row_id, record.row) for record in last.values() if not record.gone)
    while piece := list(islice(rows, _PIECE)):  # lists of a million rows would hold every thread when they go
        _learn(connection, piece)
    let_go(last, known)


def rebuild(connection: Connection) -> None:
    """The whole index anew from the rows; for a file whose index is in doubt, and after a migration."""
    connection.exec_driver_sql("DELETE FROM search_entry")
    connection.exec_driver_sql("INSERT INTO search_text(search_text) VALUES ('delete-all')")
    for entity in REGISTRY:
        if entity.searchable:
            columns = ", ".join(f'"{name}"' for name in entity.searchable)
            rows = connection.exec_driver_sql(
                f'SELECT id, {columns} FROM "{entity.name}" WHERE _deleted IS NULL ORDER BY _clk'
            )
            _learn(
                connection, [(entity.name, row[0], dict(zip(entity.searchable, row[1:], strict=True))) for row in rows]
            )


def _forget(connection: Connection, keys: set[tuple[str, str]]) -> None:
    """Take lines out of the index. Rows that were never in it are passed over."""
    if not keys:
        return
    numbers = []
    for entity, row_id in keys:
        found = connection.exec_driver_sql(
            "SELECT n FROM search_entry WHERE entity=? AND row_id=?", (entity, row_id)
        ).scalar()
        if found is not None:
            numbers.append((found,))
    if numbers:
        connection.exec_driver_sql("DELETE FROM search_text WHERE rowid=?", numbers)
        connection.exec_driver_sql("DELETE FROM search_entry WHERE n=?", numbers)


def _learn(connection: Connection, rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    following = {rank: _newest(connection, rank) + 1 for rank in {RANKS.get(name, LAST_RANK) for name, _, _ in rows}}
    entries, texts = [], []
    for name, row_id, values in rows:
        entity, rank = REGISTRY[name], RANKS.get(name, LAST_RANK)
        n, following[rank] = following[rank], following[rank] + 1
        title = _title(entity, values)
        parts = [str(values[field])[:_LONGEST] for field in entity.searchable if values.get(field)]
        entries.append((n, name, row_id, rank, title, text.compact(title), text.fold("\n".join(parts))))
        words = " ".join(word for part in parts for word in text.index_words(part))
        texts.append((n, words, " ".join(word for part in parts for word in text.initial_words(part))))
    if entries:
        connection.exec_driver_sql("INSERT INTO search_entry VALUES (?,?,?,?,?,?,?)", entries)
        connection.exec_driver_sql("INSERT INTO search_text (rowid, words, initials) VALUES (?,?,?)", texts)


def _newest(connection: Connection, rank: int) -> int:
    first, last = numbers_of(rank)
    newest = connection.exec_driver_sql(
        "SELECT max(n) FROM search_entry WHERE n BETWEEN ? AND ?", (first, last)
    ).scalar()
    return newest or first


def numbers_of(rank: int) -> tuple[int, int]:
    """The first and the last number that a line of this rank can have."""
    first = (LAST_RANK - rank) << RANK_BITS
    return first, first + (1 << RANK_BITS) - 1


def _title(entity: Entity, values: Mapping[str, Any]) -> str:
    shown = values.get(entity.title) or next((values[name] for name in entity.searchable if values.get(name)), "")
    return text.composed(str(shown))
