"""Queries about settings that a team shares and about exchange rates."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.domain.rates import Rate
from desktop_crm.persistence import plain
from desktop_crm.persistence.tables import ROWS


def shared(session: Session) -> dict[str, str]:
    """Every shared setting that was ever set: name → JSON. Of two rows of one name the later made counts."""
    found = plain.rows(session, "SELECT name, value FROM workspace_setting WHERE _deleted IS NULL ORDER BY id")
    return {name: value for name, value in found if name and value is not None}


def rates(session: Session) -> tuple[Rate, ...]:
    """Every whole exchange rate, in the order in which they were made."""
    row = ROWS["exchange_rate"].__table__
    names = ("from_currency", "to_currency", "rate", "valid_on", "source")
    statement = select(*(row.c[name] for name in names)).where(row.c["_deleted"].is_(None)).order_by(row.c.id)
    return tuple(
        Rate(of=of, to=to, rate=rate, on=on, source=source or "")
        for of, to, rate, on, source in session.execute(statement)
        if of and to and rate is not None and on is not None
    )
