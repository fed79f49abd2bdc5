"""Queries of working together: what was said about a record, who follows it, what came since somebody looked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.domain.schema import REGISTRY

_CAME = "coalesce((SELECT min(h.n) FROM change h WHERE h.entity='comment' AND h.row_id=c.id), 0)"
"""When a comment came to this laptop; what a first sync brought was there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment. `unread`: another wrote it, and it came after the user looked last."""

    id: str
    entity: str
    record_id: str
    record: str
    text: str
    author_id: str | None
    author: str
    at: datetime | None
    mentions: tuple[str, ...]
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One of ours; `row_id`: of the row that says so; `role`, `duty`: on a deal."""

    id: str
    name: str
    row_id: str = ""
    role: str | None = None
    duty: str = ""


def of_record(session: Session, entity: str, record_id: str, me: str) -> tuple[Comment, ...]:
    """What was said about a record, the oldest first."""
    return _comments(
        session, "c.entity=:entity AND c.record_id=:record", me, entity=entity, record=record_id, limit=-1
    )[::-1]


def for_user(session: Session, me: str, limit: int) -> tuple[Comment, ...]:
    """What others said to the user, or about records the user follows, the newest first."""
    where = (
        "c.author_id IS NOT :me AND (c.mentions LIKE '%\"' || :me || '\"%' OR EXISTS (SELECT 1 FROM follower f"
        " WHERE f.record_id=c.record_id AND f.entity=c.entity AND f.user_id=:me AND f._deleted IS NULL))"
    )
    found = _comments(session, where, me, limit=limit)
    titles = {entity: _titles(session, entity, found) for entity in {one.entity for one in found} if entity in REGISTRY}
    return tuple(
        Comment(
            id=one.id,
            entity=one.entity,
            record_id=one.record_id,
            record=titles[one.entity][one.record_id],
            text=one.text,
            author_id=one.author_id,
            author=one.author,
            at=one.at,
            mentions=one.mentions,
            unread=one.unread,
        )
        for one in found
        if one.record_id in titles.get(one.entity, {})
    )


def followers(session: Session, entity: str, record_id: str) -> tuple[Colleague, ...]:
    """Who follows a record, by name."""
    rows = session.execute(
        sql(
            "SELECT f.user_id, coalesce(u.name,''), min(f.id) FROM follower f JOIN user u ON u.id=f.user_id"
            " WHERE f.record_id=:record AND f.entity=:entity AND f._deleted IS NULL GROUP BY 1 ORDER BY 2"
        ),
        {"record": record_id, "entity": entity},
    )
    return tuple(Colleague(id=row[0], name=row[1], row_id=row[2]) for row in rows)


def deal_team(session: Session, opportunity_id: str) -> tuple[Colleague, ...]:
    """Who does what on a deal, in the order they came."""
    rows = session.execute(
        sql(
            "SELECT m.user_id, coalesce(u.name,''), m.id, m.deal_role, coalesce(m.duty,'') FROM deal_member m"
            " LEFT JOIN user u ON u.id=m.user_id WHERE m.opportunity_id=:deal AND m._deleted IS NULL ORDER BY m.id"
        ),
        {"deal": opportunity_id},
    )
    return tuple(Colleague(id=row[0], name=row[1], row_id=row[2], role=row[3], duty=row[4]) for row in rows)


def users(session: Session) -> dict[str, str]:
    """Names of all who work here, by id."""
    rows = session.execute(sql("SELECT id, name FROM user WHERE _deleted IS NULL AND coalesce(active,1)=1"))
    return {row[0]: row[1] or "" for row in rows}


def looked_at(session: Session, entity: str, record_id: str, me: str) -> int | None:
    """The newest change that was there when the user looked last; None when never."""
    row = session.execute(
        sql("SELECT n FROM record_look WHERE entity=:entity AND row_id=:record AND user_id=:me"),
        {"entity": entity, "record": record_id, "me": me},
    ).first()
    return None if row is None else int(row[0])


def stamps_since(session: Session, entity: str, record_id: str, me: str | None, n: int) -> frozenset[str]:
    """Stamps of what others changed in a record after that change."""
    rows = session.execute(
        sql(
            "SELECT hlc FROM change WHERE entity=:entity AND row_id=:record AND n>:n AND kind<>'created'"
            " AND actor IS NOT :me"
        ),
        {"entity": entity, "record": record_id, "me": me, "n": n},
    )
    return frozenset(row[0] for row in rows)


def write_look(connection: Connection, entity: str, record_id: str, me: str) -> None:
    """The user has seen the record as it stands."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO record_look (entity, row_id, user_id, n) SELECT ?,?,?,coalesce(max(n), 0) FROM change",
        (entity, record_id, me),
    )


def _comments(session: Session, where: str, me: str, *, limit: int, **values: str) -> tuple[Comment, ...]:
    rows = session.execute(
        sql(
            f"SELECT c.id, c.entity, c.record_id, c.body, c.author_id, coalesce(u.name,''), c.written_at, c.mentions,"
            f" c.author_id IS NOT :me AND (l.n IS NULL OR {_CAME} > l.n) FROM comment c LEFT JOIN user u ON u.id=c.author_id"
            " LEFT JOIN record_look l ON l.entity=c.entity AND l.row_id=c.record_id AND l.user_id=:me"
            f" WHERE c._deleted IS NULL AND {where} ORDER BY c.written_at DESC, c.id DESC LIMIT :limit"
        ),
        {"me": me, "limit": limit, **values},
    )
    return tuple(
        Comment(
            id=row[0],
            entity=row[1] or "",
            record_id=row[2] or "",
            record="",
            text=row[3] or "",
            author_id=row[4],
            author=row[5],
            at=datetime.fromisoformat(row[6]) if row[6] else None,
            mentions=tuple(json.loads(row[7])) if row[7] else (),
            unread=bool(row[8]),
        )
        for row in rows
    )


def _titles(session: Session, entity: str, found: tuple[Comment, ...]) -> dict[str, str]:
    """Of the records that are there."""
    ids = json.dumps(sorted({one.record_id for one in found if one.entity == entity}))
    statement = f'SELECT id, "{REGISTRY[entity].title}" FROM "{entity}" WHERE _deleted IS NULL'
    rows = session.execute(sql(f"{statement} AND id IN (SELECT value FROM json_each(:ids))"), {"ids": ids})
    return {row[0]: str(row[1] or "") for row in rows}
