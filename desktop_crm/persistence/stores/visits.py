"""Queries of a visit: promises of both sides, what people said last, the files and what was made of its note."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.activities.brief import LastWords, OpenPromise
from desktop_crm.domain.activities.debrief import KnownProduct
from desktop_crm.persistence.stores.quote_states import OPEN

_MANY = 40
_PROMISES = (
    "SELECT t.id, t.subject, t.due_on, coalesce(t.done,0), coalesce(t.promised_by,'ours') FROM task t"
    " WHERE t.account_id IN (SELECT value FROM json_each(:ids)) AND t._deleted IS NULL"
    " AND (coalesce(t.done,0)=0 OR t.activity_id=:visit) ORDER BY t.due_on IS NULL, t.due_on, t.id LIMIT :n"
)
_WORDS = (
    "SELECT c.id, c.name, v.occurred_at, coalesce(nullif(trim(v.body),''), v.subject, '') FROM contact c JOIN activity v"
    " ON v.id=(SELECT x.id FROM activity x WHERE x.contact_id=c.id AND x._deleted IS NULL AND x.occurred_at<:before"
    " ORDER BY x.occurred_at DESC LIMIT 1)"
    " WHERE c.account_id IN (SELECT value FROM json_each(:ids)) AND c._deleted IS NULL ORDER BY v.occurred_at DESC LIMIT :n"
)
_LAST_VISIT = (
    "SELECT max(occurred_at) FROM activity WHERE account_id IN (SELECT value FROM json_each(:ids)) AND kind='visit'"
    " AND _deleted IS NULL AND occurred_at<:before AND id<>:visit"
)
_FILES = (
    "SELECT id, name, coalesce(mime,''), coalesce(size,0), content FROM attachment WHERE activity_id=:visit"
    " AND _deleted IS NULL ORDER BY id"
)
_QUOTE = (
    "SELECT q.id, q.number, (SELECT max(v.version) FROM quote_version v WHERE v.quote_id=q.id AND v._deleted IS NULL)"
    f" FROM quote q WHERE q._deleted IS NULL AND coalesce(q.status,'draft') IN {OPEN}"
    " AND ((:deal IS NOT NULL AND q.opportunity_id=:deal) OR (:deal IS NULL AND q.account_id=:account))"
    " ORDER BY q.number DESC, q.id DESC LIMIT 1"
)
_MADE = (
    "SELECT external_id FROM task WHERE external_id LIKE :like AND _deleted IS NULL"
    " UNION SELECT external_id FROM activity WHERE external_id LIKE :like AND _deleted IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFile:
    """A photo, recording or paper of a visit."""

    id: str
    name: str
    mime: str
    size: int
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuote:
    """The quote that is open at a visit; `version` is None while nothing of it was issued."""

    id: str
    number: str
    version: int | None


def promises(session: Session, ids: Sequence[str], visit_id: str | None) -> tuple[OpenPromise, ...]:
    """What is open on both sides, the most urgent first; what was promised at this visit also when it is done."""
    rows = _all(session, _PROMISES, {"ids": json.dumps(list(ids)), "visit": visit_id, "n": _MANY})
    return tuple(
        OpenPromise(
            id=row[0],
            subject=row[1] or "",
            due_on=date.fromisoformat(row[2]) if row[2] else None,
            done=bool(row[3]),
            ours=row[4] != "theirs",
        )
        for row in rows
    )


def last_words(session: Session, ids: Sequence[str], before: datetime) -> tuple[LastWords, ...]:
    """The last thing each person of these accounts said, the latest first."""
    rows = _all(session, _WORDS, {"ids": json.dumps(list(ids)), "before": _told(before), "n": _MANY})
    return tuple(
        LastWords(contact_id=row[0], name=row[1] or "", at=datetime.fromisoformat(row[2]), text=row[3]) for row in rows
    )


def last_visit(session: Session, ids: Sequence[str], before: datetime, visit_id: str) -> datetime | None:
    """When one of us was there last."""
    values = {"ids": json.dumps(list(ids)), "before": _told(before), "visit": visit_id}
    found = session.connection().exec_driver_sql(_LAST_VISIT, values).scalar()
    return datetime.fromisoformat(str(found)) if found else None


def files(session: Session, visit_id: str) -> tuple[VisitFile, ...]:
    """The files of a visit in the order they came."""
    return tuple(
        VisitFile(id=row[0], name=row[1] or "", mime=row[2], size=row[3], content=row[4] or "")
        for row in _all(session, _FILES, {"visit": visit_id})
    )


def open_quote(session: Session, account_id: str | None, deal_id: str | None) -> OpenQuote | None:
    """The newest quote that may still be accepted: of the deal where there is one, else of the account."""
    for row in _all(session, _QUOTE, {"account": account_id, "deal": deal_id}):
        return OpenQuote(id=row[0], number=row[1] or "", version=row[2])
    return None


def contacts(session: Session, ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Id and name of the people of these accounts."""
    statement = (
        "SELECT id, name FROM contact WHERE account_id IN (SELECT value FROM json_each(:ids)) AND _deleted IS NULL"
        " AND name<>'' ORDER BY name, id LIMIT 500"
    )
    return tuple((row[0], row[1]) for row in _all(session, statement, {"ids": json.dumps(list(ids))}))


def products(session: Session, limit: int) -> tuple[KnownProduct, ...]:
    """Products by name."""
    rows = _all(session, "SELECT id, name FROM product WHERE _deleted IS NULL AND name<>'' LIMIT :n", {"n": limit})
    return tuple(KnownProduct(id=row[0], name=row[1]) for row in rows)


def made_of(session: Session, prefix: str) -> frozenset[str]:
    """The foreign ids of living tasks and appointments that begin so."""
    return frozenset(row[0] for row in _all(session, _MADE, {"like": f"{prefix}%"}))


def _told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _all(session: Session, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    return session.connection().exec_driver_sql(statement, values).fetchall()
