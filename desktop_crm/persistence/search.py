"""The search index: made by the app, kept inside the transaction that changes what it holds.

A row stands in it under a number made of its kind and its own row number in its table (nothing here ever gives rows other numbers:
a file is copied by pages, and what is put together anew builds its index anew). `search_text` is FTS5 without a copy of the
text, words in syllable pairs and initial consonants; `search_title` has the folded titles in their order; what a hit says is
read from the row itself. Reading is `stores/search.py`'s.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection

from desktop_crm.domain import text
from desktop_crm.domain.schema import REGISTRY, Entity
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.foundation.collector import let_go
from desktop_crm.persistence import long_texts
from desktop_crm.persistence.change_log import Record

RANKS = {
    name: rank
    for rank, name in enumerate(
        ("account", "contact", "opportunity", "quote", "product", "lead", "contract", "order", "ticket")
    )
}
"""The order in which kinds of records are shown; the others follow. A kind's place here is its number in the file."""
LAST_RANK = len(RANKS)
_LAST_KIND = 255
_BITS = 32  # lists count rows by so many, too
"""Numbers stand by kind, then by age: reading them downwards gives accounts first, the newest first."""

_PIECE = 2_000
_LONGEST = 1_000  # signs of a field that are indexed

_TABLES = (
    # kinds without a place of their own get a number when the first row of them is indexed
    "CREATE TABLE search_kind (kind INTEGER PRIMARY KEY, entity TEXT NOT NULL) STRICT",
    # `plain`: the folded title, for exactness; `place`: the row's number in its table
    (
        "CREATE TABLE search_title (kind INTEGER NOT NULL, place INTEGER NOT NULL, plain TEXT NOT NULL,"
        " PRIMARY KEY (kind, plain, place)) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE VIRTUAL TABLE search_text USING fts5(words, initials, content='', contentless_delete=1, detail=none,"
        " prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 0')"
    ),
)
_Found = tuple[str, str, Mapping[str, Any]]
"""Entity, id and values of a row."""
_FORGET_TITLE = "DELETE FROM search_title WHERE kind=? AND plain=? AND place=?"


def create(connection: Connection) -> None:
    """The tables of the index."""
    for statement in _TABLES:
        connection.exec_driver_sql(statement)
    long_texts.create(connection)


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Bring the index up to date with the records of this transaction."""
    long_texts.refresh(connection, records)
    last: dict[tuple[str, str], Record] = {}
    stood: list[Record] = []
    for record in records:
        findable = REGISTRY[record.entity].searchable
        if findable and (record.turned or any(name in record.after for name in findable)):
            key = (record.entity, record.row_id)
            if key not in last and _was_there(record):
                stood.append(record)
            last[key] = record
    if not last:
        return
    # in pieces: lists of a million rows would hold every thread when they go
    before: Iterator[_Found] = ((record.entity, record.row_id, {**record.row, **record.before}) for record in stood)
    while piece := list(islice(before, _PIECE)):
        for name, rows in _by_entity(piece).items():
            _forget(connection, REGISTRY[name], rows)
    now: Iterator[_Found] = ((record.entity, record.row_id, record.row) for record in last.values() if not record.gone)
    while piece := list(islice(now, _PIECE)):
        for name, rows in _by_entity(piece).items():
            _learn(connection, REGISTRY[name], ((place, rows[one]) for one, place in _places(connection, name, rows)))
    let_go(last, stood)


def forget(connection: Connection, entity: str, row: Mapping[str, Any]) -> None:
    """A row is about to leave the table itself; `row` has its id and its fields. Must come before the row goes."""
    if REGISTRY[entity].searchable:
        _forget(connection, REGISTRY[entity], {row["id"]: row})
    long_texts.forget(connection, entity, row["id"])


def rebuild(connection: Connection) -> None:
    """The whole index anew from the rows; for a file whose index is in doubt, and after a migration."""
    connection.exec_driver_sql("DELETE FROM search_title")
    connection.exec_driver_sql("INSERT INTO search_text(search_text) VALUES ('delete-all')")
    for entity in REGISTRY:
        if entity.searchable:
            columns = ", ".join(f'"{name}"' for name in entity.searchable)
            rows = connection.exec_driver_sql(
                f'SELECT rowid, {columns} FROM "{entity.name}" WHERE _deleted IS NULL ORDER BY rowid'
            )
            for piece in rows.partitions(_PIECE):
                named = ((row[0], dict(zip(entity.searchable, row[1:], strict=True))) for row in piece)
                _learn(connection, entity, named)
    long_texts.rebuild(connection)


def number(kind: int, place: int) -> int:
    """The number of a row in the index."""
    return (_LAST_KIND - kind) << _BITS | place


def kind_and_place(found: int) -> tuple[int, int]:
    """What a number of the index is made of."""
    return _LAST_KIND - (found >> _BITS), found & ((1 << _BITS) - 1)


def numbers_of(kind: int) -> tuple[int, int]:
    """The first and the last number that a row of this kind can have."""
    return number(kind, 0), number(kind, (1 << _BITS) - 1)


def kinds(connection: Connection) -> dict[int, str]:
    """Entities by the numbers of their kinds in this file."""
    others = connection.exec_driver_sql("SELECT kind, entity FROM search_kind").all()
    return {rank: name for name, rank in RANKS.items()} | {row[0]: row[1] for row in others if row[1] in REGISTRY}


def title(entity: Entity, values: Mapping[str, Any]) -> str:
    """What a hit is called: its title, or the first findable field that it has."""
    shown = values.get(entity.title) or next((values[name] for name in entity.searchable if values.get(name)), "")
    return text.composed(str(shown))


def body(entity: Entity, values: Mapping[str, Any]) -> list[str]:
    """The findable texts of a row, as far as they are indexed."""
    return [str(values[field])[:_LONGEST] for field in entity.searchable if values.get(field)]


def _was_there(record: Record) -> bool:
    """Whether the row stood in the index before this operation."""
    if record.clock_before is None or record.kind is ChangeKind.RESTORED:
        return False
    return record.kind is ChangeKind.DELETED or not record.gone


def _kind_of(connection: Connection, entity: str) -> int:
    if entity in RANKS:
        return RANKS[entity]
    known = connection.exec_driver_sql("SELECT kind FROM search_kind WHERE entity=?", (entity,)).scalar()
    if known is not None:
        return int(known)
    newest = connection.exec_driver_sql("SELECT max(kind) FROM search_kind").scalar()
    kind = LAST_RANK if newest is None else int(newest) + 1
    connection.exec_driver_sql("INSERT INTO search_kind VALUES (?,?)", (kind, entity))
    return kind


def _by_entity(rows: Iterable[_Found]) -> dict[str, dict[str, Mapping[str, Any]]]:
    found: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for name, row_id, values in rows:
        found[name][row_id] = values
    return found


def _places(connection: Connection, entity: str, ids: Iterable[str]) -> list[tuple[str, int]]:
    """Ids with their row numbers; rows that are not there, or have left, are passed over."""
    rows = connection.exec_driver_sql(
        f'SELECT id, rowid FROM "{entity}" WHERE id IN (SELECT value FROM json_each(?))', (json.dumps(list(ids)),)
    )
    return [(row[0], row[1]) for row in rows]


def _forget(connection: Connection, entity: Entity, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Take rows out of the index; `rows` are as they stood there. Rows that were never in it are passed over."""
    places = _places(connection, entity.name, rows)
    if not places:
        return
    kind = _kind_of(connection, entity.name)
    connection.exec_driver_sql("DELETE FROM search_text WHERE rowid=?", [(number(kind, place),) for _, place in places])
    titles = [(kind, text.compact(title(entity, rows[row_id])), place) for row_id, place in places]
    if connection.exec_driver_sql(_FORGET_TITLE, titles).rowcount < len(titles):  # one stood there under another title
        numbers = json.dumps([place for _, place in places])
        connection.exec_driver_sql(
            "DELETE FROM search_title WHERE kind=? AND place IN (SELECT value FROM json_each(?))", (kind, numbers)
        )


def _learn(connection: Connection, entity: Entity, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    kind = _kind_of(connection, entity.name)
    titles, texts = [], []
    for place, values in rows:
        parts = body(entity, values)
        titles.append((kind, place, text.compact(title(entity, values))))
        words = chain.from_iterable(map(text.index_words, parts))
        initials = chain.from_iterable(map(text.initial_words, parts))
        texts.append((number(kind, place), " ".join(words), " ".join(initials)))
    if titles:
        texts.sort()
        connection.exec_driver_sql("INSERT INTO search_title VALUES (?,?,?)", titles)
        connection.exec_driver_sql("INSERT INTO search_text (rowid, words, initials) VALUES (?,?,?)", texts)
