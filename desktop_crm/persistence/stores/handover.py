"""Queries of a hand-over: what moves with an account, and what its paper tells."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.handover import KnownPerson, Promise, Running, Talk
from desktop_crm.persistence.stores.quote_states import OPEN

_MANY = 60
_WITHIN = "account_id IN (SELECT value FROM json_each(:ids)) AND _deleted IS NULL"
_OWNED = "coalesce(owner_id,'')=:owner"
_MOVING = {
    "task": f"{_WITHIN} AND coalesce(done,0)=0 AND (owner_id IS NULL OR {_OWNED})",
    "opportunity": f"{_WITHIN} AND {_OWNED} AND coalesce((SELECT kind FROM stage WHERE stage.id=stage_id),'open')='open'",
    "quote": f"{_WITHIN} AND {_OWNED} AND coalesce(status,'draft') IN {OPEN}",
    "contract": f"{_WITHIN} AND {_OWNED} AND coalesce(status,'active')<>'ended'",
}
_PEOPLE = (
    "SELECT c.name, coalesce(c.title,''), a.name, coalesce(c.mobile, c.phone, ''), coalesce(c.email,''), n.buying_role,"
    " n.support, n.coverage, n.influence FROM contact c JOIN account a ON a.id=c.account_id"
    " LEFT JOIN map_node n ON n.id=(SELECT max(x.id) FROM map_node x JOIN stakeholder_map m ON m.id=x.map_id"
    " WHERE x.contact_id=c.id AND x._deleted IS NULL AND m._deleted IS NULL AND coalesce(m.private,0)=0)"
    " WHERE c.account_id IN (SELECT value FROM json_each(:ids)) AND c._deleted IS NULL"
    " ORDER BY n.buying_role IS NULL, n.influence IS NULL, n.influence DESC, c.name, c.id LIMIT :n"
)
_PROMISES = (
    "SELECT t.subject, t.due_on, coalesce(u.name,''), a.name, coalesce(t.note,'') FROM task t"
    " JOIN account a ON a.id=t.account_id LEFT JOIN user u ON u.id=t.owner_id"
    " WHERE t.account_id IN (SELECT value FROM json_each(:ids)) AND t._deleted IS NULL AND coalesce(t.done,0)=0"
    " ORDER BY t.due_on IS NULL, t.due_on, t.id LIMIT :n"
)
_DEALS = (
    "SELECT o.name, coalesce(s.name,''), o.amount, coalesce(o.currency,''), o.close_date, a.name FROM opportunity o"
    " JOIN account a ON a.id=o.account_id LEFT JOIN stage s ON s.id=o.stage_id"
    " WHERE o.account_id IN (SELECT value FROM json_each(:ids)) AND o._deleted IS NULL AND coalesce(s.kind,'open')='open'"
    " ORDER BY o.close_date IS NULL, o.close_date, o.id LIMIT :n"
)
_QUOTES = (
    "SELECT trim(coalesce(q.number,'') || ' ' || coalesce(q.name,'')), coalesce(q.status,'draft'), q.grand_total,"
    " coalesce(q.currency,''), q.valid_until, a.name FROM quote q JOIN account a ON a.id=q.account_id"
    " WHERE q.account_id IN (SELECT value FROM json_each(:ids)) AND q._deleted IS NULL"
    f" AND coalesce(q.status,'draft') IN {OPEN} ORDER BY q.number DESC LIMIT :n"
)
_RENEWALS = (
    "SELECT c.name, coalesce(c.status,'active'), c.amount, coalesce(c.currency,''), c.renewal_date, a.name FROM contract c"
    " JOIN account a ON a.id=c.account_id WHERE c.account_id IN (SELECT value FROM json_each(:ids)) AND c._deleted IS NULL"
    " AND coalesce(c.status,'active')<>'ended' ORDER BY c.renewal_date IS NULL, c.renewal_date, c.id LIMIT :n"
)
_TALKS = (
    "SELECT v.occurred_at, coalesce(v.kind,'note'), v.subject, coalesce(v.body,''), coalesce(c.name,''), coalesce(u.name,'')"
    " FROM activity v LEFT JOIN contact c ON c.id=v.contact_id LEFT JOIN user u ON u.id=v.owner_id"
    " WHERE v.account_id IN (SELECT value FROM json_each(:ids)) AND v._deleted IS NULL AND v.occurred_at IS NOT NULL"
    " ORDER BY v.occurred_at DESC LIMIT :n"
)


def moving(session: Session, entity: str, ids: Sequence[str], owner: str) -> tuple[str, ...]:
    """Open records of these accounts that are the former owner's; tasks of nobody too."""
    statement = f'SELECT id FROM "{entity}" WHERE {_MOVING[entity]} ORDER BY id'
    return tuple(row[0] for row in _all(session, statement, {"ids": json.dumps(list(ids)), "owner": owner}))


def owned_below(session: Session, ids: Sequence[str], owner: str) -> tuple[str, ...]:
    """Those of the accounts that are the owner's."""
    statement = (
        f"SELECT id FROM account WHERE id IN (SELECT value FROM json_each(:ids)) AND {_OWNED} AND _deleted IS NULL"
    )
    return tuple(row[0] for row in _all(session, statement, {"ids": json.dumps(list(ids)), "owner": owner}))


def people(session: Session, ids: Sequence[str], left_out: Collection[str] = ()) -> tuple[KnownPerson, ...]:
    """Who is known, those with a buying role first, the most influential before the others; private maps are not asked.

    `left_out`: fields that stay empty.
    """
    names = ("name", "title", "account", "phone", "email", "buying_role", "support", "coverage", "influence")
    blank = dict.fromkeys(set(left_out) & set(names))
    found = _of(session, _PEOPLE, ids, _MANY)
    return tuple(KnownPerson(**dict(zip(names, row, strict=True)) | blank) for row in found)


def promises(session: Session, ids: Sequence[str]) -> tuple[Promise, ...]:
    """What is promised, the most urgent first."""
    return tuple(
        Promise(subject=row[0] or "", due_on=_day(row[1]), owner=row[2], account=row[3] or "", note=row[4])
        for row in _of(session, _PROMISES, ids, _MANY)
    )


def deals(session: Session, ids: Sequence[str]) -> tuple[Running, ...]:
    """Opportunities that are open."""
    return tuple(_running(row) for row in _of(session, _DEALS, ids, _MANY))


def quotes(session: Session, ids: Sequence[str]) -> tuple[Running, ...]:
    """Quotes that may still be accepted."""
    return tuple(_running(row) for row in _of(session, _QUOTES, ids, _MANY))


def renewals(session: Session, ids: Sequence[str]) -> tuple[Running, ...]:
    """Contracts that are not ended, the first to be renewed first."""
    return tuple(_running(row) for row in _of(session, _RENEWALS, ids, _MANY))


def talks(session: Session, ids: Sequence[str], limit: int) -> tuple[Talk, ...]:
    """What was said last, the newest first."""
    return tuple(
        Talk(
            at=datetime.fromisoformat(row[0]),
            kind=row[1],
            subject=row[2] or "",
            text=row[3],
            contact=row[4],
            who=row[5],
        )
        for row in _of(session, _TALKS, ids, limit)
    )


def _running(row: Any) -> Running:
    amount = Decimal(row[2]) if row[2] is not None else None
    return Running(
        name=row[0] or "", state=row[1], amount=amount, currency=row[3], day=_day(row[4]), account=row[5] or ""
    )


def _of(session: Session, statement: str, ids: Sequence[str], limit: int) -> list[Any]:
    return _all(session, statement, {"ids": json.dumps(list(ids)), "n": limit})


def _all(session: Session, statement: str, values: Mapping[str, Any]) -> list[Any]:
    return list(session.execute(sql(statement), dict(values)).all())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
