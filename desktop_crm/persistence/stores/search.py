"""Finds rows by what someone types: words, the middle of a name, initial consonants, or keys on the wrong layout.

Ranked by kind of record; within a kind what is meant exactly, then what was opened lately, then one's own accounts, then
exactness, then shorter names, then the newest first. A kind in which something is meant exactly stands first; no kind crowds
the others out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desktop_crm.domain import text
from desktop_crm.domain.schema import REGISTRY, Entity
from desktop_crm.persistence.search import LAST_RANK, body, kind_and_place, kinds, number, numbers_of, title

_LONGEST = 100  # signs of a query that are looked at
_BY_TITLE, _BY_WORDS = 12, 50  # candidates of one kind that are looked at, at least

_FEW_SIGNS = 112  # what one open syllable may become; more are asked for by their initial consonant
_OWN = 500  # own accounts that are kept at hand
_TITLES = (
    "SELECT kind, place FROM search_title WHERE kind=:kind AND plain>=:low AND plain<:high"
    f" ORDER BY plain LIMIT {_BY_TITLE}"
)
_WORDS = (
    "SELECT rowid FROM search_text WHERE search_text MATCH :words AND rowid<=:highest ORDER BY rowid DESC LIMIT :most"
)

# What stands under a hit: texts of the row and of the rows it refers to, in this order; empty ones are left out.
_ACCOUNT = "LEFT JOIN account a ON a.id=r.account_id"
_DETAILS = {
    "account": ("a.name, r.industry, r.address_city", "LEFT JOIN account a ON a.id=r.parent_id"),
    "contact": ("a.name, r.department, r.title", _ACCOUNT),
    "opportunity": ("a.name, s.name", _ACCOUNT + " LEFT JOIN stage s ON s.id=r.stage_id"),
    "quote": ("r.name, a.name", _ACCOUNT),
    "proposal": ("r.name, a.name", _ACCOUNT),
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


Key = tuple[str, str]
"""Entity and id."""


class _Line(NamedTuple):
    n: int
    entity: str
    row_id: str
    rank: int
    title: str
    plain: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """What is near to the user: what was opened lately (its place in that row) and own accounts, with their lines of the index."""

    recent: Mapping[Key, int] = field(default_factory=dict)
    own: frozenset[Key] = frozenset()
    lines: tuple[_Line, ...] = ()


NOTHING_NEAR = Near()


def near(session: Session, recent: Sequence[Key], owner: str | None) -> Near:
    """Read what is near. Rows that are gone are left out."""
    connection = session.connection()
    known = {entity: kind for kind, entity in kinds(connection).items()}
    lines: list[_Line] = []
    for entity, row_id in recent:
        if entity in known:
            lines += _lines(connection, known[entity], entity, "id=?", (row_id,))
    own: list[_Line] = []
    if owner is not None:
        own = _lines(connection, known["account"], "account", "owner_id=?", (owner,), _OWN)
    return Near(
        recent={(line.entity, line.row_id): place for place, line in enumerate(lines)},
        own=frozenset((line.entity, line.row_id) for line in own),
        lines=tuple({line.n: line for line in (*lines, *own)}.values()),
    )


def recent(session: Session, nearby: Near, limit: int) -> tuple[Found, ...]:
    """What was opened lately, the last first."""
    lines = sorted(
        (line for line in nearby.lines if (line.entity, line.row_id) in nearby.recent),
        key=lambda line: nearby.recent[line.entity, line.row_id],
    )
    hits = [
        Found(entity=one.entity, id=one.row_id, title=one.title, span=None, exactness=Exactness.ELSEWHERE)
        for one in lines[:limit]
    ]
    return _with_details(session.connection(), hits)


def find(session: Session, query: str, limit: int = 20, nearby: Near = NOTHING_NEAR) -> tuple[Found, ...]:
    """The best rows for what was typed; for what else that may mean when it finds nothing."""
    connection = session.connection()
    for wording in text.wordings(query[:_LONGEST].strip()):
        lines = _candidates(connection, wording, nearby, max(limit, _BY_WORDS))
        if lines:
            meant = dict.fromkeys((line.n for line in lines), wording)
            return _with_details(connection, _best(lines, meant, limit, nearby))
    lines, meant = _becoming(connection, query[:_LONGEST].strip(), max(limit, _BY_WORDS))
    return _with_details(connection, _best(lines, meant, limit, nearby))


def _becoming(connection: Connection, query: str, most: int) -> tuple[list[_Line], dict[int, str]]:
    """What is found once the syllable that is being typed is whole, and what of each line is meant."""
    found: dict[int, _Line] = {}
    meant: dict[int, str] = {}
    for one in text.unfinished(query):
        words = [f'"{word}" *' for word in text.query_words(one.before)]
        if len(one.signs) <= _FEW_SIGNS:
            last = one.before[-1:] if text.is_syllable(one.before[-1:] or " ") else ""
            words.append("(" + " OR ".join(f'"{last}{sign}" *' for sign in one.signs) + ")")
        else:
            words.append(f'"{text.initials(one.before + one.low)[-text.LONGEST_INITIALS :]}" *')
        for line in _asked(connection, " AND ".join(words), most):
            held = next(filter(None, (one.found_in(text.compact(part)) for part in line.body.split("\n"))), "")
            if held:
                found.setdefault(line.n, line)
                meant.setdefault(line.n, held)
    return list(found.values()), meant


def _candidates(connection: Connection, query: str, nearby: Near, most: int) -> list[_Line]:
    plain = text.compact(query)
    found: dict[int, _Line] = {}
    if not text.is_initials(query):
        asked = {"low": plain, "high": plain + "\U0010ffff"}
        numbers = [
            number(row[0], row[1])
            for kind in kinds(connection)
            for row in connection.exec_driver_sql(_TITLES, {"kind": kind, **asked}).all()
        ]
        found.update((line.n, line) for line in _lines_of(connection, numbers))
    found.update((line.n, line) for line in _by_words(connection, query, most))
    long = [word for word in text.words(query) if len(word) > 2 and text.is_syllable(word[0])]
    held = {n: line for n, line in found.items() if not long or _holds(line, long)}
    held.update((line.n, line) for line in nearby.lines if line.n not in found and _is_meant(line, query))
    return list(held.values())


def _is_meant(line: _Line, query: str) -> bool:
    """Whether a line that the index was not asked for has what was typed in its title."""
    plain = text.compact(query)
    return plain in (text.initials(line.title) if text.is_initials(query) else line.plain)


def _by_words(connection: Connection, query: str, most: int) -> Iterator[_Line]:
    """Hits from the highest number down: the newest of each kind. A kind with many is left when enough of it were seen.

    One question to FTS for each such kind: a frequent word costs a walk through its whole list every time it is asked for.
    """
    return _asked(connection, " AND ".join(f'"{word}" *' for word in text.query_words(query)), most)


def _asked(connection: Connection, asked: str, most: int) -> Iterator[_Line]:
    highest = numbers_of(0)[1]
    while highest > 0:
        try:
            numbers = [
                row[0] for row in connection.exec_driver_sql(_WORDS, {"words": asked, "highest": highest, "most": most})
            ]
        except OperationalError as error:  # a sign that SQLite's older Unicode tables take for a gap
            if "fts5" not in str(error.orig):
                raise
            return
        yield from _lines_of(connection, numbers)
        if len(numbers) < most:
            return
        highest = numbers_of(kind_and_place(numbers[-1])[0])[0] - 1


def _lines_of(connection: Connection, numbers: Sequence[int]) -> list[_Line]:
    """What stands under the numbers, the highest first; of rows that are gone nothing."""
    places: dict[int, list[int]] = defaultdict(list)
    for found in numbers:
        kind, place = kind_and_place(found)
        places[kind].append(place)
    lines: list[_Line] = []
    known = kinds(connection) if places else {}
    for kind in places.keys() & known.keys():
        marks = ",".join("?" * len(places[kind]))
        lines += _lines(connection, kind, known[kind], f"rowid IN ({marks})", tuple(places[kind]))
    return sorted(lines, reverse=True)


def _lines(
    connection: Connection, kind: int, entity: str, where: str, values: tuple[Any, ...], most: int = -1
) -> list[_Line]:
    described = REGISTRY[entity]
    names = described.searchable
    columns = ", ".join(f'"{name}"' for name in names)
    rows = connection.exec_driver_sql(
        f'SELECT rowid, id, {columns} FROM "{entity}" WHERE {where} AND _deleted IS NULL LIMIT {most}', values
    )
    return [_line(kind, described, row[0], row[1], dict(zip(names, row[2:], strict=True))) for row in rows]


def _line(kind: int, entity: Entity, place: int, row_id: str, values: Mapping[str, Any]) -> _Line:
    shown = title(entity, values)
    return _Line(
        n=number(kind, place),
        entity=entity.name,
        row_id=row_id,
        rank=min(kind, LAST_RANK),
        title=shown,
        plain=text.compact(shown),
        body=text.fold("\n".join(body(entity, values))),
    )


def _holds(line: _Line, long: Sequence[str]) -> bool:
    """Whether a candidate really has the long words: pairs alone would find 한빛전 in 빛전 한빛."""
    if all(word in line.body for word in long):
        return True
    fields = [text.compact(field) for field in line.body.split("\n")]
    return all(any(word in field for field in fields) for word in long)


def _best(lines: Sequence[_Line], meant: Mapping[int, str], limit: int, nearby: Near) -> list[Found]:
    """The best of each kind in turn, so many that the list is full, shown by kind. `meant`: what of each line is meant."""
    kinds: dict[int, list[_Ranked]] = defaultdict(list)
    wanted = {wording: _wanted(wording) for wording in set(meant.values())}
    for line in lines:
        kinds[line.rank].append(_ranked(line, wanted[meant[line.n]], nearby))
    for ranked in kinds.values():
        ranked.sort()
    share = max(limit // 2, 1)
    order = sorted(kinds, key=lambda rank: (kinds[rank][0].inexact, rank))
    keep = {rank: len(kinds[rank][:share]) for rank in order}
    if sum(keep.values()) > limit:
        keep = _fair(order, keep, limit)
    else:
        for rank in order:
            keep[rank] = min(len(kinds[rank]), keep[rank] + limit - sum(keep.values()))
    return [
        Found(
            entity=one.line.entity,
            id=one.line.row_id,
            title=one.line.title,
            span=text.find_span(one.line.title, meant[one.line.n]),
            exactness=one.exactness,
        )
        for rank in order
        for one in kinds[rank][: keep[rank]]
    ]


class _Wanted(NamedTuple):
    """What was typed, taken apart once."""

    plain: str
    words: tuple[str, ...]
    initials: bool


def _wanted(query: str) -> _Wanted:
    return _Wanted(plain=text.compact(query), words=tuple(text.words(query)), initials=text.is_initials(query))


class _Ranked(NamedTuple):
    """A line with what it is sorted by."""

    inexact: bool
    recent: int
    foreign: bool
    exactness: Exactness
    length: int
    age: int
    line: _Line


def _ranked(line: _Line, wanted: _Wanted, nearby: Near) -> _Ranked:
    exactness, key = _exactness(line, wanted), (line.entity, line.row_id)
    return _Ranked(
        inexact=exactness is not Exactness.WHOLE,
        recent=nearby.recent.get(key, len(nearby.recent)),
        foreign=key not in nearby.own,
        exactness=exactness,
        length=len(line.plain),  # a group before its branches, whose names go on
        age=-line.n,
        line=line,
    )


def _fair(order: Sequence[int], there: dict[int, int], limit: int) -> dict[int, int]:
    """How many of each kind to show: one more for each in turn until the list is full."""
    keep = dict.fromkeys(order, 0)
    while sum(keep.values()) < limit:
        for rank in order:
            if keep[rank] < there[rank] and sum(keep.values()) < limit:
                keep[rank] += 1
    return keep


def _exactness(line: _Line, wanted: _Wanted) -> Exactness:
    plain = wanted.plain
    title = text.initials(line.title) if wanted.initials else line.plain
    if title == plain:
        return Exactness.WHOLE
    if title.startswith(plain):
        return Exactness.BEGINNING
    if any(word.startswith(plain) for word in text.words(line.title)):
        return Exactness.WORD
    if plain in title:
        return Exactness.WITHIN
    return Exactness.WITHIN if all(word in line.plain for word in wanted.words) else Exactness.ELSEWHERE


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
        ).all()
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
