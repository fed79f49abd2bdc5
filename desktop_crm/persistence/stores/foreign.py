"""Queries by the ids that other programs gave (Message-ID, UID), and of what happens between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.persistence.stores import records


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record that came from elsewhere."""

    id: str
    fields: dict[str, Any]


def known(session: Session, entity: str, foreign_id: str) -> Known | None:
    """The living record with that foreign id."""
    statement = f'SELECT id FROM "{entity}" WHERE external_id=? AND _deleted IS NULL ORDER BY id LIMIT 1'
    session.flush()
    row_id = session.connection().exec_driver_sql(statement, (foreign_id,)).scalar()
    if row_id is None:
        return None
    return Known(id=str(row_id), fields=dict(records.get(session, entity, str(row_id)).fields))


def between(session: Session, since: datetime, until: datetime) -> list[tuple[str, str, datetime, str]]:
    """Id, subject, time and repetition of appointments of that time, and of all that repeat."""
    statement = (
        "SELECT id, coalesce(subject,''), occurred_at, coalesce(repeats,'') FROM activity WHERE _deleted IS NULL"
        " AND kind IN ('meeting','visit') AND occurred_at IS NOT NULL"
        " AND ((repeats IS NULL AND occurred_at>=:since AND occurred_at<=:until) OR repeats IS NOT NULL)"
    )
    values = {name: at.isoformat().replace("+00:00", "Z") for name, at in (("since", since), ("until", until))}
    rows = session.connection().exec_driver_sql(statement, values)
    return [(row[0], row[1], datetime.fromisoformat(row[2]), row[3]) for row in rows]
