"""Queries of the white space: what deals, quotes and written cells say of products at the units of an account."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.white_space import Offered, Place, Trace, Unit, Written
from desktop_crm.domain.schema.options import ProductUsage
from desktop_crm.persistence import plain
from desktop_crm.persistence.stores.quote_states import OPEN

_UNITS = (
    "WITH RECURSIVE down(root, id) AS (SELECT value, value FROM json_each(:deep) UNION SELECT down.root, a.id FROM account a"
    " JOIN down ON a.parent_id=down.id WHERE a._deleted IS NULL),"
    " unit(root, id) AS (SELECT root, id FROM down UNION SELECT value, value FROM json_each(:alone)) "
)
_DEALS = (
    "SELECT u.root, o.product_id, sum(s.kind='won'), sum(coalesce(s.kind,'open')='open') FROM unit u"
    " CROSS JOIN opportunity o ON o.account_id=u.id LEFT JOIN stage s ON s.id=o.stage_id"
    " WHERE o._deleted IS NULL AND o.product_id IS NOT NULL AND coalesce(s.kind,'open')<>'lost' GROUP BY 1, 2"
)
_QUOTES = (
    "SELECT u.root, l.product_id, count(DISTINCT CASE WHEN q.status='accepted' THEN q.id END),"
    f" count(DISTINCT CASE WHEN coalesce(q.status,'draft') IN {OPEN} THEN q.id END) FROM unit u"
    " CROSS JOIN quote q ON q.account_id=u.id CROSS JOIN quote_line l ON l.quote_id=q.id"
    " WHERE q._deleted IS NULL AND l._deleted IS NULL AND l.product_id IS NOT NULL GROUP BY 1, 2"
)
_WRITTEN = (
    "SELECT w.account_id, w.product_id, w.id, w.usage, coalesce(c.name,''), coalesce(w.note,'') FROM white_space_cell w"
    " LEFT JOIN competitor c ON c.id=w.competitor_id WHERE w._deleted IS NULL AND w.account_id IN"
    " (SELECT value FROM json_each(:all)) ORDER BY w.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A record that a cell knows: what it is, what it is called, and a word on how it stands."""

    entity: str
    id: str
    title: str
    state: str = ""


def units(session: Session, account_id: str, limit: int) -> tuple[Unit, ...]:
    """The accounts right below an account by name, the account itself last; itself alone where nothing is below."""
    below = _all(
        session,
        "SELECT id, name FROM account WHERE parent_id=:account AND _deleted IS NULL ORDER BY name COLLATE NOCASE, id LIMIT :n",
        {"account": account_id, "n": limit},
    )
    own = _all(session, "SELECT id, name FROM account WHERE id=:account", {"account": account_id})
    return (
        *(Unit(id=row[0], name=row[1] or "") for row in below if row[0] != account_id),
        *(Unit(id=row[0], name=row[1] or "", alone=True) for row in own),
    )


def traces(session: Session, rows: Sequence[Unit]) -> dict[Place, Trace]:
    """What deals and quotes say."""
    values = _values(rows)
    found: dict[Place, Trace] = {}
    for root, product, won, running in _all(session, _UNITS + _DEALS, values):
        found[root, product] = Trace(won=won or 0, open=running or 0)
    for root, product, accepted, running in _all(session, _UNITS + _QUOTES, values):
        before = found.get((root, product), Trace())
        found[root, product] = Trace(won=before.won, open=before.open, accepted=accepted, running=running)
    return {place: trace for place, trace in found.items() if trace.weight}


def written(session: Session, rows: Sequence[Unit]) -> dict[Place, Written]:
    """What was written into cells; the one made last where two laptops made one."""
    return {
        (row[0], row[1]): Written(id=row[2], usage=_usage(row[3]), competitor=row[4], note=row[5])
        for row in _all(session, _WRITTEN, {"all": json.dumps([unit.id for unit in rows])})
    }


def offered(session: Session, ids: Sequence[str]) -> tuple[Offered, ...]:
    """These products by name."""
    statement = "SELECT id, name FROM product WHERE id IN (SELECT value FROM json_each(:ids)) AND _deleted IS NULL"
    return tuple(
        Offered(id=row[0], name=row[1] or "") for row in _all(session, statement, {"ids": json.dumps(list(ids))})
    )


def linked(session: Session, unit: Unit, product_id: str, today: date, limit: int) -> tuple[Linked, ...]:
    """The deals and quotes of a product at a unit, the contracts in force there, and its people."""
    values = {**_values([unit]), "product": product_id, "n": limit, "today": today.isoformat()}
    deals = _all(
        session,
        _UNITS + "SELECT o.id, o.name, s.name FROM unit u JOIN opportunity o ON o.account_id=u.id LEFT JOIN stage s"
        " ON s.id=o.stage_id WHERE o._deleted IS NULL AND o.product_id=:product ORDER BY o.close_date DESC, o.id LIMIT :n",
        values,
    )
    quotes = _all(
        session,
        _UNITS
        + "SELECT DISTINCT q.id, q.number, coalesce(q.status,'draft') FROM unit u JOIN quote q ON q.account_id=u.id"
        " JOIN quote_line l ON l.quote_id=q.id WHERE q._deleted IS NULL AND l._deleted IS NULL AND l.product_id=:product"
        " ORDER BY q.number DESC LIMIT :n",
        values,
    )
    contracts = _all(
        session,
        _UNITS + "SELECT c.id, c.name, coalesce(c.status,'active') FROM unit u JOIN contract c ON c.account_id=u.id"
        " WHERE c._deleted IS NULL AND coalesce(c.status,'active')='active' AND coalesce(c.end_date,:today)>=:today"
        " ORDER BY c.renewal_date, c.id LIMIT :n",
        values,
    )
    people = _all(
        session,
        _UNITS + "SELECT c.id, c.name, coalesce(c.title,'') FROM unit u JOIN contact c ON c.account_id=u.id"
        " WHERE c._deleted IS NULL ORDER BY c.name, c.id LIMIT :n",
        values,
    )
    kinds = (("opportunity", deals), ("quote", quotes), ("contract", contracts), ("contact", people))
    return tuple(
        Linked(entity=entity, id=row[0], title=row[1] or "", state=row[2] or "")
        for entity, rows in kinds
        for row in rows
    )


def cell_id(session: Session, account_id: str, product_id: str) -> str | None:
    """The record that was written for a cell, the newest."""
    found = written(session, [Unit(id=account_id, name="")]).get((account_id, product_id))
    return found.id if found else None


def competitor_called(session: Session, name: str) -> str | None:
    """The competitor of that name, whatever the case."""
    statement = "SELECT min(id) FROM competitor WHERE name=:name COLLATE NOCASE AND _deleted IS NULL"
    return session.connection().exec_driver_sql(statement, {"name": name}).scalar()


def _values(rows: Sequence[Unit]) -> dict[str, Any]:
    return {
        "deep": json.dumps([unit.id for unit in rows if not unit.alone]),
        "alone": json.dumps([unit.id for unit in rows if unit.alone]),
    }


def _usage(value: str | None) -> ProductUsage | None:
    return ProductUsage(value) if value in set(ProductUsage) else None


def _all(session: Session, statement: str, values: Mapping[str, Any]) -> list[Any]:
    return plain.rows(session, statement, values)
