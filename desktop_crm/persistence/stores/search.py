"""Finds rows by what someone types: words, the middle of a name, initial consonants, or keys on the wrong layout.

Ranked by kind of record, then exactness, then the newest first; no kind crowds the others out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desktop_crm.domain import text
from desktop_crm.persistence.search import LAST_RANK, numbers_of

_RANKS = range(LAST_RANK + 1)
_LONGEST = 100  # signs of a query that are looked at
_BY_TITLE, _BY_WORDS = 12, 100  # candidates of one kind that are looked at

_COLUMNS = "n, entity, row_id, rank, title, plain, body"
_TITLES = " UNION ALL ".join(
    f"SELECT * FROM (SELECT {_COLUMNS} FROM search_entry WHERE rank={rank} AND plain>=:low AND plain<:high"
    f" ORDER BY plain LIMIT {_BY_TITLE})"
    for rank in _RANKS
)
_WORDS = (
    f"SELECT {_COLUMNS} FROM (SELECT rowid AS found FROM search_text WHERE search_text MATCH :words AND rowid<=:highest"
    f" ORDER BY rowid DESC LIMIT {_BY_WORDS}) JOIN search_entry ON n=found ORDER BY n DESC"
)

# What stands under a hit: texts of the row and of the rows it refers to, in this order; empty ones are left out.
_ACCOUNT = "LEFT JOIN account a ON a.id=r.account_id"
_DETAILS = {
    "account": ("a.name, r.industry, r.address_city", "LEFT JOIN account a ON a.id=r.parent_id"),
    "contact": ("a.name, r.department, r.title", _ACCOUNT),
    "opportunity": ("a.name, s.name", _ACCOUNT + " LEFT JOIN stage s ON s.id=r.stage_id"),
    "quote": ("r.name, a.name", _ACCOUNT),
    "product": ("r.code, r.spec", ""),
    "lead": ("r.company", ""),
    "contract": ("a.name", _ACCOUNT),
    "order": ("a.name", _ACCOUNT),
    "ticket": ("a.name", _ACCOUNT),
    "activity": ("a.name", _ACCOUNT),
    "task": ("a.name", _ACCOUNT),
    "stakeholder_map": ("a.name", _ACCOUNT),
    "user": ("r.email", ""),
    "team": ("r.region", ""),
}


class Exactness(IntEnum):
    """How well a title fits what was typed; lower is better."""

    WHOLE = 0
    BEGINNING = 1
    WORD = 2
    WITHIN = 3
    ELSEWHERE = 4  # not in the title but in another field


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row that was found; `span` is where in the title, `details` are texts to tell it from its like."""

    entity: str
    id: str
    title: str
    span: tuple[int, int] | None
    exactness: Exactness
    details: tuple[str, ...] = ()


class _Line(NamedTuple):
    n: int
    entity: str
    row_id: str
    rank: int
    title: str
    plain: str
    body: str


def find(session: Session, query: str, limit: int = 20) -> tuple[Found, ...]:
    """The best rows for what was typed; on the other keyboard layout too when this one finds nothing."""
    connection = session.connection()
    for wording in _wordings(query[:_LONGEST].strip()):
        lines = _candidates(connection, wording)
        if lines:
            return _with_details(connection, _best(lines, wording, limit))
    return ()


def _wordings(query: str) -> Iterable[str]:
    if not text.compact(query):
        return
    yield query
    typed = [text.hangul_for_keys(word) for word in query.split()]
    if all(typed):
        yield " ".join(word for word in typed if word)
    keys = text.keys_for_hangul(query)
    if keys != query.lower():
        yield keys


def _candidates(connection: Connection, query: str) -> list[_Line]:
    plain = text.compact(query)
    found: dict[int, _Line] = {}
    if not text.is_initials(query):
        rows = connection.exec_driver_sql(_TITLES, {"low": plain, "high": plain + "\U0010ffff"})
        found.update((row[0], _Line(*row)) for row in rows)
    found.update((line.n, line) for line in _by_words(connection, query))
    return [line for line in found.values() if _holds(line, query)]


def _by_words(connection: Connection, query: str) -> Iterator[_Line]:
    """Hits from the highest number down: the newest of each kind. A kind with many is left when enough of it were seen.

    One question to FTS for each such kind: a frequent word costs a walk through its whole list every time it is asked for.
    """
    asked = " AND ".join(f'"{word}" *' for word in text.query_words(query))
    highest = numbers_of(0)[1]
    while highest > 0:
        try:
            rows = connection.exec_driver_sql(_WORDS, {"words": asked, "highest": highest}).all()
        except OperationalError as error:  # a sign that SQLite's older Unicode tables take for a gap
            if "fts5" not in str(error.orig):
                raise
            return
        yield from (_Line(*row) for row in rows)
        if len(rows) < _BY_WORDS:
            return
        highest = numbers_of(rows[-1].rank)[0] - 1


def _holds(line: _Line, query: str) -> bool:
    """Whether a candidate really has the words: pairs alone would find 한빛전 in 빛전 한빛."""
    long = [word for word in text.words(query) if len(word) > 2 and text.is_syllable(word[0])]
    if all(word in line.body for word in long):
        return True
    fields = [text.compact(field) for field in line.body.split("\n")]
    return all(any(word in field for field in fields) for word in long)


def _best(lines: Sequence[_Line], query: str, limit: int) -> list[Found]:
    """The best of each kind in turn, so many that the list is full, shown by kind."""
    kinds: dict[int, list[tuple[Exactness, int, _Line]]] = defaultdict(list)
    for line in lines:
        kinds[line.rank].append((_exactness(line, query), -line.n, line))
    for ranked in kinds.values():
        ranked.sort()
    share = max(limit // 2, 1)
    order = sorted(kinds)
    chosen = [(rank, hit) for rank in order for hit in kinds[rank][:share]]
    if len(chosen) > limit:
        keep = _fair(order, {rank: len(kinds[rank][:share]) for rank in order}, limit)
        chosen = [(rank, hit) for rank in order for hit in kinds[rank][: keep[rank]]]
    else:
        rest = [(rank, hit) for rank in order for hit in kinds[rank][share:]]
        chosen = sorted(chosen + rest[: limit - len(chosen)], key=lambda pair: (pair[0], pair[1]))
    return [
        Found(
            entity=line.entity,
            id=line.row_id,
            title=line.title,
            span=text.find_span(line.title, query),
            exactness=exactness,
        )
        for _, (exactness, _, line) in chosen
    ]


def _fair(order: Sequence[int], there: dict[int, int], limit: int) -> dict[int, int]:
    """How many of each kind to show: one more for each in turn until the list is full."""
    keep = dict.fromkeys(order, 0)
    while sum(keep.values()) < limit:
        for rank in order:
            if keep[rank] < there[rank] and sum(keep.values()) < limit:
                keep[rank] += 1
    return keep


def _exactness(line: _Line, query: str) -> Exactness:
    plain = text.compact(query)
    title = text.initials(line.title) if text.is_initials(query) else line.plain
    if title == plain:
        return Exactness.WHOLE
    if title.startswith(plain):
        return Exactness.BEGINNING
    if any(word.startswith(plain) for word in text.words(line.title)):
        return Exactness.WORD
    if plain in title:
        return Exactness.WITHIN
    return Exactness.WITHIN if all(word in line.plain for word in text.words(query)) else Exactness.ELSEWHERE


def _with_details(connection: Connection, hits: list[Found]) -> tuple[Found, ...]:
    ids: dict[str, list[str]] = defaultdict(list)
    for hit in hits:
        ids[hit.entity].append(hit.id)
    details: dict[tuple[str, str], tuple[str, ...]] = {}
    for entity, row_ids in ids.items():
        columns, joins = _DETAILS.get(entity, ("NULL", ""))
        marks = ",".join("?" * len(row_ids))
        rows = connection.exec_driver_sql(
            f'SELECT r.id, {columns} FROM "{entity}" r {joins} WHERE r.id IN ({marks})', tuple(row_ids)
        )
        details.update({(entity, row[0]): tuple(str(part) for part in row[1:] if part) for row in rows})
    return tuple(
        Found(
            entity=hit.entity,
            id=hit.id,
            title=hit.title,
            span=hit.span,
            exactness=hit.exactness,
            details=details.get((hit.entity, hit.id), ()),
        )
        for hit in hits
    )
