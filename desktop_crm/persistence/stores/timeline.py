"""One stream of what happened around an account: activities, issued quotes, and stage, owner and place changes from the log.

Each source is asked for one page, newest first, and merged by time; frozen values come out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.persistence import plain

_DOWN = (
    "WITH RECURSIVE down(id) AS (VALUES(:account) UNION SELECT a.id FROM account a JOIN down ON a.parent_id=down.id"
    " WHERE a._deleted IS NULL AND :whole)"
)
_ACTIVITIES = (
    _DOWN
    + " SELECT v.id, v.occurred_at, v.kind, v.subject, v.body, v.account_id, a.name, u.name, c.name FROM activity v"
    " JOIN account a ON a.id=v.account_id LEFT JOIN user u ON u.id=v.owner_id LEFT JOIN contact c ON c.id=v.contact_id"
    " WHERE v.rowid IN (SELECT rowid FROM activity WHERE account_id IN (SELECT id FROM down) AND _deleted IS NULL"
    " AND occurred_at<:before ORDER BY occurred_at DESC LIMIT :limit) ORDER BY v.occurred_at DESC"
)
_VERSIONS = (
    _DOWN
    + " SELECT v.quote_id, v.issued_at, v.number, v.version, v.grand_total, v.currency, q.name, q.account_id, a.name,"
    " u.name FROM quote q CROSS JOIN quote_version v ON v.quote_id=q.id JOIN account a ON a.id=q.account_id"
    " LEFT JOIN user u ON u.id=v.issued_by_id WHERE q.account_id IN (SELECT id FROM down) AND v._deleted IS NULL"
    " AND v.issued_at IS NOT NULL AND v.issued_at<:before ORDER BY v.issued_at DESC LIMIT :limit"
)
_STAGES = (
    _DOWN + " SELECT o.id, g.hlc, o.name, json_extract(g.before,'$.stage_id'), json_extract(g.after,'$.stage_id'),"
    " o.account_id, a.name, u.name FROM opportunity o CROSS JOIN change g ON g.entity='opportunity' AND g.row_id=o.id"
    " AND g.kind='updated' JOIN account a ON a.id=o.account_id LEFT JOIN user u ON u.id=g.actor"
    " WHERE o.account_id IN (SELECT id FROM down) AND o._deleted IS NULL"
    " AND json_type(g.after,'$.stage_id') IS NOT NULL AND g.hlc<:stamp ORDER BY g.hlc DESC LIMIT :limit"
)
_OWN = (
    "SELECT g.row_id, g.hlc, g.before, g.after, a.name, u.name FROM change g JOIN account a ON a.id=g.row_id"
    " LEFT JOIN user u ON u.id=g.actor WHERE g.entity='account' AND g.row_id=:account AND g.kind='updated'"
    " AND (json_type(g.after,'$.owner_id') IS NOT NULL OR json_type(g.after,'$.parent_id') IS NOT NULL)"
    " AND g.hlc<:stamp ORDER BY g.hlc DESC LIMIT :limit"
)
_END = datetime(9999, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Happening(StrEnum):
    """What kind of thing happened."""

    ACTIVITY = "activity"
    QUOTE = "quote"
    STAGE = "stage"
    OWNER = "owner"
    PARENT = "parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened. `entity` and `row_id` open it; `before` and `after` are names for changes.

    `kind` is the activity's kind for activities; `version`, `amount` and `currency` belong to quotes.
    """

    what: Happening
    at: datetime
    entity: str
    row_id: str
    title: str
    text: str = ""
    kind: str | None = None
    account_id: str | None = None
    account: str = ""
    who: str = ""
    contact: str = ""
    before: str = ""
    after: str = ""
    version: int | None = None
    amount: Decimal | None = None
    currency: str = ""


def page(
    session: Session, account_id: str, *, before: datetime | None = None, limit: int = 30, whole: bool = True
) -> tuple[TimelineEntry, ...]:
    """One page of the account's timeline, newest first, of what happened before that moment; `whole`: with all accounts below."""
    end = before or _END
    values: dict[str, Any] = {
        "account": account_id,
        "before": end.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "stamp": f"{int((end - _EPOCH).total_seconds() * 1000):012x}",
        "limit": limit,
        "whole": int(whole),
    }
    sources = (_activities, _versions, _stages, _own)
    streams = [source(session, values) for source in sources]
    return tuple(islice(merge(*streams, key=lambda entry: entry.at, reverse=True), limit))


def _activities(session: Session, values: dict[str, Any]) -> Iterator[TimelineEntry]:
    for row in plain.rows(session, _ACTIVITIES, values):
        yield TimelineEntry(
            what=Happening.ACTIVITY,
            at=datetime.fromisoformat(row[1]),
            entity="activity",
            row_id=row[0],
            kind=row[2],
            title=row[3] or "",
            text=row[4] or "",
            account_id=row[5],
            account=row[6] or "",
            who=row[7] or "",
            contact=row[8] or "",
        )


def _versions(session: Session, values: dict[str, Any]) -> Iterator[TimelineEntry]:
    for row in plain.rows(session, _VERSIONS, values):
        yield TimelineEntry(
            what=Happening.QUOTE,
            at=datetime.fromisoformat(row[1]),
            entity="quote",
            row_id=row[0],
            title=row[2] or "",
            version=row[3],
            amount=Decimal(row[4]) if row[4] is not None else None,
            currency=row[5] or "",
            text=row[6] or "",
            account_id=row[7],
            account=row[8] or "",
            who=row[9] or "",
        )


def _stages(session: Session, values: dict[str, Any]) -> Iterator[TimelineEntry]:
    rows = plain.rows(session, _STAGES, values)
    names = _names(session, "stage", {stage for row in rows for stage in (row[3], row[4]) if stage})
    for row in rows:
        yield TimelineEntry(
            what=Happening.STAGE,
            at=stamp_time(Stamp(row[1])),
            entity="opportunity",
            row_id=row[0],
            title=row[2] or "",
            before=names.get(row[3] or "", ""),
            after=names.get(row[4] or "", ""),
            account_id=row[5],
            account=row[6] or "",
            who=row[7] or "",
        )


def _own(session: Session, values: dict[str, Any]) -> Iterator[TimelineEntry]:
    rows = plain.rows(session, _OWN, values)
    kinds = {"owner_id": (Happening.OWNER, "user"), "parent_id": (Happening.PARENT, "account")}
    for row in rows:
        before, after = json.loads(row[2]), json.loads(row[3])
        field = next(name for name in kinds if name in after)
        what, table = kinds[field]
        names = _names(session, table, {some.get(field) for some in (before, after)} - {None})
        yield TimelineEntry(
            what=what,
            at=stamp_time(Stamp(row[1])),
            entity="account",
            row_id=row[0],
            title=row[4] or "",
            before=names.get(before.get(field) or "", ""),
            after=names.get(after.get(field) or "", ""),
            account_id=row[0],
            account=row[4] or "",
            who=row[5] or "",
        )


def _names(session: Session, table: str, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    statement = f'SELECT id, name FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))'
    found = plain.rows(session, statement, {"ids": json.dumps(sorted(ids))})
    return {row[0]: row[1] or "" for row in found}
