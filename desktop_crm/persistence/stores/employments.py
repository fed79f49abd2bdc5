"""Queries of employments: where a person works and worked, and who works or worked at an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.persistence.stores.records import titles
from desktop_crm.persistence.tables import ROWS, SyncedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """A person at an account. `id` is empty for the one that the contact itself names: its account of today."""

    id: str
    contact_id: str
    contact: str
    account_id: str
    account: str
    relation: str
    title: str
    department: str
    started_on: date | None
    ended_on: date | None


def of_contact(session: Session, contact_id: str) -> tuple[Employment, ...]:
    """Where a person works and worked, today's account first, then what lasts, then the last that ended."""
    contact = session.get(ROWS["contact"], contact_id)
    if contact is None or contact.row_deleted is not None:
        return ()
    rows = _rows(session, "contact_id", contact_id)
    main = contact.field_value("account_id")
    known = [row for row in rows if row.field_value("account_id") == main and row.field_value("ended_on") is None]
    found = _told(session, rows)
    if main and not known:
        found = (*_told(session, [contact]), *found)
    title, department = (contact.field_value(name) or "" for name in ("title", "department"))
    todays = {row.id for row in known}
    found = tuple(
        replace(one, title=one.title or title, department=one.department or department) if one.id in todays else one
        for one in found
    )
    return tuple(sorted(found, key=lambda one: (one.account_id != main, one.ended_on is not None, _late(one))))


def elsewhere(session: Session, account_id: str) -> tuple[Employment, ...]:
    """People whose account of today is another, and who also work or once worked here; those who still do first."""
    table = ROWS["contact"]
    rows = _rows(session, "account_id", account_id)
    ids = {row.field_value("contact_id") for row in rows}
    here = set(
        session.scalars(
            select(table.id).where(
                table.id.in_(ids), (table.__table__.c.account_id == account_id) | table.row_deleted.is_not(None)
            )
        )
    )
    found = _told(session, [row for row in rows if row.field_value("contact_id") not in here])
    return tuple(sorted(found, key=lambda one: (one.ended_on is not None, _late(one), one.contact)))


def open_rows(session: Session, contact_id: str, account_id: str) -> list[SyncedRow]:
    """Employments of that person there that have not ended."""
    return [
        row
        for row in _rows(session, "contact_id", contact_id)
        if row.field_value("account_id") == account_id and row.field_value("ended_on") is None
    ]


def left(session: Session, contact_id: str) -> str | None:
    """The account that a contact had before a pull gave it another one; None when it still has it."""
    row = (
        session.connection()
        .exec_driver_sql(
            "SELECT json_extract(before, '$.account_id') FROM change WHERE entity='contact' AND row_id=? AND cause='sync'"
            " AND json_extract(after, '$.account_id') IS NOT NULL ORDER BY n DESC LIMIT 1",
            (contact_id,),
        )
        .first()
    )
    contact = session.get(ROWS["contact"], contact_id)
    before = str(row[0]) if row is not None and row[0] else None
    return before if contact is not None and contact.field_value("account_id") != before else None


def is_known(session: Session, contact_id: str) -> bool:
    """Whether we had to do with a person: spoke, promised, dealt, or drew them on a map."""
    connection = session.connection()
    return any(
        connection.exec_driver_sql(
            f"SELECT 1 FROM {table} WHERE contact_id=? AND _deleted IS NULL LIMIT 1", (contact_id,)
        ).first()
        for table in ("activity", "task", "opportunity", "map_node")
    )


def is_noted(session: Session, contact_id: str, account_id: str) -> bool:
    """Whether it is known already that the person works or worked there; a note that was deleted counts too."""
    table = ROWS["employment"]
    statement = select(table.id).where(
        table.__table__.c.contact_id == contact_id, table.__table__.c.account_id == account_id
    )
    return session.scalars(statement.limit(1)).first() is not None


def _rows(session: Session, field: str, value: str) -> list[SyncedRow]:
    table = ROWS["employment"]
    return list(session.scalars(select(table).where(getattr(table, field) == value, table.row_deleted.is_(None))))


def _told(session: Session, rows: list[SyncedRow]) -> tuple[Employment, ...]:
    people = titles(session, "contact", (_contact(row) for row in rows))
    accounts = titles(session, "account", (row.field_value("account_id") or "" for row in rows))
    return tuple(
        Employment(
            id="" if row.described.name == "contact" else row.id,
            contact_id=_contact(row),
            contact=people.get(_contact(row), "…"),
            account_id=row.field_value("account_id") or "",
            account=accounts.get(row.field_value("account_id") or "", "…"),
            relation=row.field_value("relation") or "",
            title=row.field_value("title") or "",
            department=row.field_value("department") or "",
            started_on=row.field_value("started_on"),
            ended_on=row.field_value("ended_on"),
        )
        for row in rows
    )


def _contact(row: SyncedRow) -> str:
    return row.id if row.described.name == "contact" else row.field_value("contact_id") or ""


def _late(one: Employment) -> tuple[int, int]:
    """The latest first."""
    ended, started = one.ended_on or date.max, one.started_on or date.min
    return -ended.toordinal(), -started.toordinal()
