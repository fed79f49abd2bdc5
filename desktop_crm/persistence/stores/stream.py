"""Queries of a timeline: each source is asked for one window, newest first, and the windows are merged by time and key.

A window begins after a place (time, key), so that a hundred thousand entries are read a screen at a time and none is lost
between two of the same moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.activities.stream import ACTIVITIES, Asked, Sort, StreamEntry
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.fields import FieldType
from desktop_crm.foundation.hlc import Stamp, stamp_time

TEXT = 240
"""Signs of a body that are shown."""
Place = tuple[datetime, str]
LAST_PLACE: Place = (datetime(9999, 1, 1, tzinfo=UTC), "~")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OWN, _BELOW = (
    "=:id",
    (
        " IN (WITH RECURSIVE down(id) AS (VALUES(:id) UNION SELECT a.id FROM account a JOIN down ON a.parent_id=down.id"
        " WHERE a._deleted IS NULL) SELECT id FROM down)"
    ),
)
_OF_CONTRACT = "=(SELECT quote_id FROM contract WHERE id=:id)"
_SCOPES: dict[str, dict[str, str]] = {
    "account": {
        "activity": "account_id",
        "task": "account_id",
        "attachment": "account_id",
        "quote": "account_id",
        "proposal": "account_id",
    },
    "contact": {"activity": "contact_id", "task": "contact_id", "quote": "contact_id", "proposal": "contact_id"},
    "opportunity": {
        "activity": "opportunity_id",
        "task": "opportunity_id",
        "attachment": "opportunity_id",
        "quote": "opportunity_id",
        "proposal": "opportunity_id",
    },
    "quote": {"activity": "quote_id", "quote": "id"},
    "contract": {"activity": "quote_id", "quote": "id"},
}
"""By which column a source belongs to the record that is looked at."""
_TOLD: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "account": (
        ("account", "id", ("owner_id", "parent_id")),
        ("opportunity", "account_id", ("stage_id",)),
        ("quote", "account_id", ("status",)),
        ("proposal", "account_id", ("proposal_state",)),
        ("contract", "account_id", ("status",)),
    ),
    "contact": (
        ("contact", "id", ("account_id", "title")),
        ("quote", "contact_id", ("status",)),
        ("proposal", "contact_id", ("proposal_state",)),
    ),
    "opportunity": (
        ("opportunity", "id", ("stage_id", "amount", "close_date", "owner_id")),
        ("quote", "opportunity_id", ("status",)),
        ("proposal", "opportunity_id", ("proposal_state",)),
    ),
    "quote": (("quote", "id", ("status", "owner_id")),),
    "contract": (("contract", "id", ("status", "renewal_date", "end_date", "amount", "owner_id")),),
}
"""Whose changes of which fields are told."""
_AFTER = "{at}<=:at AND ({at}<:at OR {key}<:key)"


def window(
    session: Session, entity: str, row_id: str, asked: Asked, after: Place, limit: int
) -> tuple[StreamEntry, ...]:
    """The next entries after a place, newest first."""
    at, key = after
    values: dict[str, Any] = {
        "id": row_id,
        "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "key": key,
        "stamp": f"{int((at - _EPOCH).total_seconds() * 1000):012x}~",
        "like": f"%{asked.text.strip()}%",
        "limit": limit,
        "thread": asked.thread,
    }
    streams: list[Iterator[StreamEntry]] = []
    if asked.sort is None or asked.sort in ACTIVITIES or asked.thread:
        streams.append(_activities(session, entity, asked, values))
    if not asked.thread:
        for sort, source in (
            (Sort.TASK, _tasks),
            (Sort.FILE, _files),
            (Sort.QUOTE, _versions),
            (Sort.PROPOSAL, _proposals),
            (Sort.CHANGE, _changes),
        ):
            if asked.sort in {None, sort}:
                streams.append(source(session, entity, asked, values))
    newest = merge(*streams, key=lambda one: (one.at, one.key), reverse=True)
    return tuple(islice((one for one in newest if (one.at, one.key) < after), limit))


def _scope(entity: str, source: str, asked: Asked, alias: str) -> str | None:
    """The condition that a row belongs to what is looked at, or None when that source has none."""
    column = _SCOPES[entity].get(source)
    if column is None:
        return None
    if entity == "contract":
        return f"{alias}.{column}{_OF_CONTRACT}"
    return f"{alias}.{column}{_BELOW if entity == 'account' and asked.whole else _OWN}"


def _activities(session: Session, entity: str, asked: Asked, values: dict[str, Any]) -> Iterator[StreamEntry]:
    scope = _scope(entity, "activity", asked, "v")
    parts = [f"{scope} AND v._deleted IS NULL", _AFTER.format(at="v.occurred_at", key="v.id")]
    parts += ["v.kind=:sort"] if asked.sort else []
    parts += ["(v.subject LIKE :like OR v.body LIKE :like)"] if asked.text.strip() else []
    parts += ["v.thread_id=:thread"] if asked.thread else []
    if asked.grouped and not asked.thread:
        newer = "w.occurred_at>v.occurred_at OR (w.occurred_at=v.occurred_at AND w.id>v.id)"
        parts.append(
            "(v.thread_id IS NULL OR NOT EXISTS (SELECT 1 FROM activity w WHERE w.thread_id=v.thread_id"
            f" AND w._deleted IS NULL AND {_scope(entity, 'activity', asked, 'w')} AND ({newer})))"
        )
    among = "(SELECT count(*) FROM activity t WHERE t.thread_id=v.thread_id AND t._deleted IS NULL)"
    rows = session.connection().exec_driver_sql(
        f"SELECT v.id, v.occurred_at, v.kind, v.subject, substr(v.body, 1, {TEXT}), a.name, u.name, c.name, v.thread_id,"
        f" CASE WHEN v.thread_id IS NULL THEN 1 ELSE {among} END FROM activity v LEFT JOIN account a ON a.id=v.account_id"
        " LEFT JOIN user u ON u.id=v.owner_id LEFT JOIN contact c ON c.id=v.contact_id"
        f" WHERE {' AND '.join(parts)} ORDER BY v.occurred_at DESC, v.id DESC LIMIT :limit",
        {**values, "sort": str(asked.sort)},
    )
    for row in rows:
        yield StreamEntry(
            sort=Sort(row[2]) if row[2] in ACTIVITIES else Sort.NOTE,
            at=datetime.fromisoformat(row[1]),
            key=row[0],
            entity="activity",
            row_id=row[0],
            title=row[3] or "",
            text=row[4] or "",
            account=row[5] or "",
            who=row[6] or "",
            contact=row[7] or "",
            thread=row[8] or "",
            among=row[9],
        )


def _tasks(session: Session, entity: str, asked: Asked, values: dict[str, Any]) -> Iterator[StreamEntry]:
    scope = _scope(entity, "task", asked, "t")
    if scope is None:
        return
    at = "t.due_on || 'T00:00:00Z'"
    found = " AND (t.subject LIKE :like OR t.note LIKE :like)" if asked.text.strip() else ""
    rows = session.connection().exec_driver_sql(
        f"SELECT t.id, {at}, t.subject, substr(t.note, 1, {TEXT}), t.done, a.name, u.name, c.name FROM task t"
        " LEFT JOIN account a ON a.id=t.account_id LEFT JOIN user u ON u.id=t.owner_id LEFT JOIN contact c ON c.id=t.contact_id"
        f" WHERE {scope} AND t._deleted IS NULL AND t.due_on IS NOT NULL AND {_AFTER.format(at=at, key='t.id')}{found}"
        f" ORDER BY t.due_on DESC, t.id DESC LIMIT :limit",
        values,
    )
    for row in rows:
        yield StreamEntry(
            sort=Sort.TASK,
            at=datetime.fromisoformat(row[1]),
            key=row[0],
            entity="task",
            row_id=row[0],
            title=row[2] or "",
            text=row[3] or "",
            done=bool(row[4]),
            account=row[5] or "",
            who=row[6] or "",
            contact=row[7] or "",
        )


def _files(session: Session, entity: str, asked: Asked, values: dict[str, Any]) -> Iterator[StreamEntry]:
    scope = _scope(entity, "attachment", asked, "f")
    if scope is None:
        return
    found = " AND (f.name LIKE :like OR f.note LIKE :like)" if asked.text.strip() else ""
    rows = session.connection().exec_driver_sql(
        f"SELECT f.id, f.added_at, f.name, substr(f.note, 1, {TEXT}), a.name, u.name FROM attachment f"
        " LEFT JOIN account a ON a.id=f.account_id LEFT JOIN user u ON u.id=f.owner_id"
        f" WHERE {scope} AND f._deleted IS NULL AND {_AFTER.format(at='f.added_at', key='f.id')}{found}"
        " ORDER BY f.added_at DESC, f.id DESC LIMIT :limit",
        values,
    )
    for row in rows:
        yield StreamEntry(
            sort=Sort.FILE,
            at=datetime.fromisoformat(row[1]),
            key=row[0],
            entity="attachment",
            row_id=row[0],
            title=row[2] or "",
            text=row[3] or "",
            account=row[4] or "",
            who=row[5] or "",
        )


def _versions(session: Session, entity: str, asked: Asked, values: dict[str, Any]) -> Iterator[StreamEntry]:
    scope = _scope(entity, "quote", asked, "q")
    found = " AND (v.number LIKE :like OR q.name LIKE :like)" if asked.text.strip() else ""
    rows = session.connection().exec_driver_sql(
        "SELECT v.id, v.issued_at, v.quote_id, v.number, v.version, v.grand_total, v.currency, q.name, a.name, u.name"
        " FROM quote q JOIN quote_version v ON v.quote_id=q.id LEFT JOIN account a ON a.id=q.account_id"
        f" LEFT JOIN user u ON u.id=v.issued_by_id WHERE {scope} AND q._deleted IS NULL AND v._deleted IS NULL"
        f" AND {_AFTER.format(at='v.issued_at', key='v.id')}{found} ORDER BY v.issued_at DESC, v.id DESC LIMIT :limit",
        values,
    )
    for row in rows:
        yield StreamEntry(
            sort=Sort.QUOTE,
            at=datetime.fromisoformat(row[1]),
            key=row[0],
            entity="quote",
            row_id=row[2],
            title=row[3] or "",
            version=row[4] or 1,
            amount=Decimal(row[5]) if row[5] is not None else None,
            currency=row[6] or "",
            text=row[7] or "",
            account=row[8] or "",
            who=row[9] or "",
        )


def _proposals(session: Session, entity: str, asked: Asked, values: dict[str, Any]) -> Iterator[StreamEntry]:
    scope = _scope(entity, "proposal", asked, "p")
    if scope is None:
        return
    found = " AND (v.number LIKE :like OR p.name LIKE :like)" if asked.text.strip() else ""
    rows = session.connection().exec_driver_sql(
        "SELECT v.id, v.issued_at, v.proposal_id, v.number, v.version, p.name, a.name, u.name FROM proposal p"
        " JOIN proposal_version v ON v.proposal_id=p.id LEFT JOIN account a ON a.id=p.account_id"
        f" LEFT JOIN user u ON u.id=v.issued_by_id WHERE {scope} AND p._deleted IS NULL AND v._deleted IS NULL"
        f" AND {_AFTER.format(at='v.issued_at', key='v.id')}{found} ORDER BY v.issued_at DESC, v.id DESC LIMIT :limit",
        values,
    )
    for row in rows:
        yield StreamEntry(
            sort=Sort.PROPOSAL,
            at=datetime.fromisoformat(row[1]),
            key=row[0],
            entity="proposal",
            row_id=row[2],
            title=row[3] or "",
            version=row[4] or 1,
            text=row[5] or "",
            account=row[6] or "",
            who=row[7] or "",
        )


def _changes(session: Session, entity: str, asked: Asked, values: dict[str, Any]) -> Iterator[StreamEntry]:
    streams = [_changes_of(session, entity, asked, values, *told) for told in _TOLD[entity]]
    yield from merge(*streams, key=lambda one: (one.at, one.key), reverse=True)


def _changes_of(
    session: Session, entity: str, asked: Asked, values: dict[str, Any], of: str, column: str, fields: tuple[str, ...]
) -> Iterator[StreamEntry]:
    below = _BELOW if entity == "account" and asked.whole and column != "id" else _OWN
    title = REGISTRY[of].title
    told = " OR ".join(f"json_type(g.after,'$.{name}') IS NOT NULL" for name in fields)
    found = f" AND r.{title} LIKE :like" if asked.text.strip() else ""
    account = "r.id" if of == "account" else "r.account_id"
    rows = (
        session.connection()
        .exec_driver_sql(
            f"SELECT g.hlc, r.id, r.{title}, g.before, g.after, a.name, u.name FROM \"{of}\" r JOIN change g ON g.entity='{of}'"
            f" AND g.row_id=r.id AND g.kind='updated' LEFT JOIN account a ON a.id={account} LEFT JOIN user u ON u.id=g.actor"
            f" WHERE r.{column}{below} AND r._deleted IS NULL AND ({told}) AND g.hlc<=:stamp{found}"
            " ORDER BY g.hlc DESC LIMIT :limit",
            values,
        )
        .fetchall()
    )
    for row in rows:
        before, after = json.loads(row[3]), json.loads(row[4])
        field = next(name for name in fields if name in after)
        if before.get(field) == after[field]:
            continue
        names = _named(session, of, field, {before.get(field), after[field]} - {None})
        yield StreamEntry(
            sort=Sort.CHANGE,
            at=stamp_time(Stamp(row[0])),
            key=f"{row[0]}-{row[1]}",
            entity=of,
            row_id=row[1],
            title=row[2] or "",
            field=field,
            before=names.get(before.get(field), ""),
            after=names.get(after[field], ""),
            account=row[5] or "",
            who=row[6] or "",
        )


def _named(session: Session, entity: str, field: str, held: set[Any]) -> dict[Any, str]:
    """The names behind references; other values as they are."""
    described = REGISTRY[entity].field(field)
    if described.type is not FieldType.REFERENCE or described.target is None or not held:
        return {one: str(one) for one in held}
    title = REGISTRY[described.target].title
    statement = f'SELECT id, {title} FROM "{described.target}" WHERE id IN (SELECT value FROM json_each(?))'
    rows = session.connection().exec_driver_sql(statement, (json.dumps(sorted(held)),))
    return {row[0]: row[1] or "" for row in rows}
