"""Queries over whole texts: notes, mails, lines of quotes, comments, words of files; by the two indexes, the newest first.

The indexes (`persistence/long_texts.py`, `persistence/search.py`) know pairs of syllables only, so what they name is read and
looked through. Where a word is in more rows than `_MANY`, the rows that came last are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desktop_crm.domain import text
from desktop_crm.domain.asked import ME, Asked, stem
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence import long_texts, search

LINES = (
    "(SELECT group_concat(coalesce(l.name,'')||' '||coalesce(l.spec,'')||' '||coalesce(l.remark,''), ' / ')"
    " FROM quote_line l WHERE l.quote_id=r.id AND l._deleted IS NULL)"
)
_ACCOUNT_OF = (
    "CASE r.entity WHEN 'account' THEN r.record_id "
    + " ".join(
        f"WHEN '{one}' THEN (SELECT o.account_id FROM \"{one}\" o WHERE o.id=r.record_id)"
        for one in ("contact", "opportunity", "quote", "contract", "activity")
    )
    + " END"
)
_AT_ONCE = 100  # rows that are read together
_MANY = 5_000  # rows that are looked at for one question; the newest of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where texts stand: SQL of the title, the text, the day, the amount; how its account and owner are reached."""

    entity: str
    title: str
    text: str
    at: str = "NULL"
    amount: str = "NULL"
    kind: str = "NULL"
    account: str = "r.account_id"
    stage: bool = False
    owner: str = "r.owner_id"
    about: str = "NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    entity: str
    id: str
    title: str
    text: str
    kind: str
    at: str
    account: str
    owner: str
    stage: str
    amount: str
    currency: str
    about: str
    """Kind and id of the record that a comment is about."""


SOURCES = (
    Source(entity="account", title="r.name", text="r.note", account="r.id"),
    Source(
        entity="contact",
        title="r.name",
        text="coalesce(r.title,'')||' '||coalesce(r.department,'')",
        owner="a.owner_id",
    ),
    Source(entity="opportunity", title="r.name", text="r.note", at="r.opened_on", amount="r.amount", stage=True),
    Source(
        entity="quote",
        title="r.number||' '||coalesce(r.name,'')",
        text=f"coalesce({LINES},'')||' '||coalesce(r.remarks,'')",
        at="(SELECT max(v.issued_at) FROM quote_version v WHERE v.quote_id=r.id AND v._deleted IS NULL)",
        amount="r.grand_total",
    ),
    Source(entity="contract", title="r.name", text="NULL", at="r.start_date", amount="r.amount"),
    Source(entity="activity", title="r.subject", text="r.body", at="r.occurred_at", kind="r.kind"),
    Source(entity="task", title="r.subject", text="r.note", at="r.due_on"),
    Source(
        entity="attachment",
        title="r.name",
        text="coalesce(r.note,'')||' '||coalesce((SELECT f.text FROM file_text f WHERE f.content=r.content),'')",
        at="r.added_at",
    ),
    Source(
        entity="comment",
        title="''",
        text="r.body",
        at="r.written_at",
        account=_ACCOUNT_OF,
        owner="r.author_id",
        about="r.entity||' '||r.record_id",
    ),
    Source(entity="ticket", title="r.subject", text="NULL", at="r.opened_on"),
)
BY_ENTITY = {source.entity: source for source in SOURCES}


def find(
    session: Session, asked: Asked, me: str | None, entities: tuple[str, ...], limit: int, *, named: bool = True
) -> list[Hit]:
    """The newest of each kind that hold all words and pass all filters; without `named` only the index of long texts is asked."""
    connection = session.connection()
    found: list[Hit] = []
    for source in SOURCES:
        if source.entity in entities and _fits(source, asked):
            places = _places(connection, source.entity, [stem(word) for word in asked.words], named=named)
            found += _of(connection, source, asked, me, places, limit)
    return _called(connection, found)


def _called(connection: Connection, hits: list[Hit]) -> list[Hit]:
    """Comments are called by their records; those of records that are gone are left out."""
    about = {hit.about for hit in hits if hit.about}
    if not about:
        return hits
    named: dict[str, str] = {}
    for entity in {one.partition(" ")[0] for one in about} & set(REGISTRY.names()):
        ids = [one.partition(" ")[2] for one in about if one.startswith(f"{entity} ")]
        rows = connection.exec_driver_sql(
            f'SELECT id, "{REGISTRY[entity].title}" FROM "{entity}"'
            " WHERE _deleted IS NULL AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        )
        named.update({f"{entity} {row[0]}": str(row[1] or "") for row in rows})
    return [
        replace(hit, title=named[hit.about]) if hit.about else hit
        for hit in hits
        if not hit.about or hit.about in named
    ]


def unread(session: Session, limit: int) -> list[tuple[str, str, str]]:
    """Content, name and kind of files whose text was not read yet."""
    rows = session.connection().exec_driver_sql(
        "SELECT DISTINCT r.content, r.name, coalesce(r.mime,'') FROM attachment r WHERE r._deleted IS NULL"
        " AND r.content IS NOT NULL AND NOT EXISTS (SELECT 1 FROM file_text f WHERE f.content=r.content) LIMIT ?",
        (limit,),
    )
    return [(row[0], row[1] or "", row[2]) for row in rows]


def keep_text(connection: Connection, content: str, words: str) -> None:
    """The text of a file; empty for one that has none."""
    connection.exec_driver_sql("INSERT OR REPLACE INTO file_text (content, text) VALUES (?,?)", (content, words))
    long_texts.file_was_read(connection, content)


def _fits(source: Source, asked: Asked) -> bool:
    """Whether a source can answer at all: a note has no amount, a contact no day."""
    money = asked.least is not None or asked.most is not None
    dated = asked.after is not None or asked.before is not None
    return not (
        (asked.stage and not source.stage) or (money and source.amount == "NULL") or (dated and source.at == "NULL")
    )


def _of(
    connection: Connection,
    source: Source,
    asked: Asked,
    me: str | None,
    places: Iterator[int],
    limit: int,
) -> list[Hit]:
    """The newest rows that pass the filters and hold the words; without words the filters alone are asked."""
    where, named = _filters(source, asked, me)
    select = _select(source)
    order = f"ORDER BY {'r.id' if source.at == 'NULL' else source.at} DESC"
    if not asked.words:
        rows = connection.exec_driver_sql(f"{select} WHERE {where} {order} LIMIT :limit", {**named, "limit": limit})
        return [Hit(entity=source.entity, **_fields(row)) for row in rows]
    sought = [text.fold(stem(word)) for word in asked.words]
    places = islice(places, _MANY)
    found: list[Hit] = []
    while len(found) < limit and (some := list(islice(places, _AT_ONCE))):
        rows = connection.exec_driver_sql(
            f"{select} WHERE {where} AND r.rowid IN (SELECT value FROM json_each(:places)) {order}",
            {**named, "places": json.dumps(some)},
        )
        for hit in (Hit(entity=source.entity, **_fields(row)) for row in rows):
            whole = text.fold(f"{hit.title} {hit.text}")
            if all(word in whole for word in sought):
                found.append(hit)
    return sorted(found, key=lambda hit: hit.at, reverse=True)[:limit] if source.at != "NULL" else found[:limit]


def _select(source: Source) -> str:
    stage = "LEFT JOIN stage s ON s.id=r.stage_id" if source.stage else ""
    currency = "r.currency" if REGISTRY[source.entity].has("currency") else "NULL"
    return (
        f"SELECT r.id, {source.title}, {source.text}, {source.kind}, {source.at}, a.name, u.name,"
        f' {"s.name" if source.stage else "NULL"}, {source.amount}, {currency}, {source.about} FROM "{source.entity}" r'
        f" LEFT JOIN account a ON a.id={source.account} LEFT JOIN user u ON u.id={source.owner} {stage}"
    )


def _filters(source: Source, asked: Asked, me: str | None) -> tuple[str, dict[str, Any]]:
    where = ["r._deleted IS NULL"]
    named: dict[str, Any] = {}
    if asked.owner == ME:
        where.append(f"{source.owner}=:me")
        named["me"] = me or ""
    elif asked.owner:
        where.append("u.name LIKE :owner ESCAPE '\\'")
        named["owner"] = f"%{_plain(asked.owner)}%"
    if asked.account:
        where.append("a.name LIKE :account ESCAPE '\\'")
        named["account"] = f"%{_plain(asked.account)}%"
    if asked.stage:
        where.append("s.name LIKE :stage ESCAPE '\\'")
        named["stage"] = f"%{_plain(asked.stage)}%"
    if asked.least is not None:
        where.append(f"CAST({source.amount} AS REAL){'>' if asked.over else '>='}:least")
        named["least"] = float(asked.least)
    if asked.most is not None:
        where.append(f"CAST({source.amount} AS REAL){'<' if asked.under else '<='}:most")
        named["most"] = float(asked.most)
    _days(source, asked, where, named)
    return " AND ".join(where), named


def _places(connection: Connection, entity: str, stems: list[str], *, named: bool) -> Iterator[int]:
    """Row numbers of an entity whose rows may hold all words, the newest first."""
    words = [asked for asked in map(_asked, stems) if asked]
    if not words:
        return
    last = 0
    for place in merge(*_lists(connection, entity, words, named=named), reverse=True):
        if place != last:
            yield place
            last = place


def _lists(connection: Connection, entity: str, words: list[str], *, named: bool) -> Iterator[Iterable[int]]:
    """The indexes that know rows of an entity: by its names, by its long texts, of a quote by its lines."""
    every = " AND ".join(words)
    numbers = _numbers(connection)
    if named and entity in numbers:
        yield _matches(connection, "search_text", every, search.numbers_of(numbers[entity]))
    kind = long_texts.KINDS.get(entity)
    if kind is not None:
        yield _matches(connection, "search_long", every, _span(kind.number))
    if entity == "quote":
        yield _quotes(connection, words)


def _quotes(connection: Connection, words: list[str]) -> list[int]:
    """Quotes of which each word stands in a line or in what they are called."""
    found: set[int] | None = None
    span, called = _span(long_texts.KINDS["quote_line"].number), _numbers(connection)["quote"]
    for word in words:
        lines = json.dumps(list(islice(_matches(connection, "search_long", word, span), _MANY)))
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT q.rowid FROM quote_line l JOIN quote q ON q.id=l.quote_id"
            " WHERE l._deleted IS NULL AND l.rowid IN (SELECT value FROM json_each(?))",
            (lines,),
        )
        held = {row[0] for row in rows}
        named = _matches(connection, "search_text", word, search.numbers_of(called))
        remarks = _matches(connection, "search_long", word, _span(long_texts.KINDS["quote"].number))
        held.update(islice(named, _MANY), islice(remarks, _MANY))
        found = held if found is None else found & held
    return sorted(found or (), reverse=True)


def _matches(connection: Connection, table: str, asked: str, span: tuple[int, int]) -> Iterator[int]:
    """Row numbers of an index between two of its numbers, downwards; read as they are asked for."""
    try:
        for row in connection.exec_driver_sql(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC",
            (asked, *span),
        ):
            yield long_texts.place_of(row[0])
    except OperationalError as error:  # a sign that SQLite's older Unicode tables take for a gap
        if "fts5" not in str(error.orig):
            raise


def _numbers(connection: Connection) -> dict[str, int]:
    return {entity: kind for kind, entity in search.kinds(connection).items()}


def _span(kind: int) -> tuple[int, int]:
    return long_texts.number(kind, 0), long_texts.number(kind + 1, 0) - 1


def _asked(word: str) -> str:
    """A word as the indexes are asked for it: pairs of syllables stand there whole, other words may go on."""
    return " AND ".join(f'"{one}"' if _is_pair(one) else f'"{one}" *' for one in text.query_words(word))


def _is_pair(word: str) -> bool:
    return len(word) == 2 and all(map(text.is_syllable, word))


def _fields(row: Any) -> dict[str, str]:
    names = ("id", "title", "text", "kind", "at", "account", "owner", "stage", "amount", "currency", "about")
    return {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}


def _days(source: Source, asked: Asked, where: list[str], named: dict[str, Any]) -> None:
    moments = source.entity in {"activity", "quote", "attachment", "comment"}
    for name, day, sign in (("after", asked.after, ">="), ("before", asked.before, "<")):
        if day is None:
            continue
        edge = day if name == "after" else day + timedelta(days=1)
        where.append(f"{source.at}{sign}:{name}")
        named[name] = _moment(edge) if moments else edge.isoformat()


def _moment(day: date) -> str:
    return datetime.combine(day, datetime.min.time()).astimezone().astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
