"""Queries of forms: our own templates, and what the company says about how it prints."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.persistence.stores.quotes import supplier_id
from desktop_crm.persistence.tables.quotes import DocumentTemplateRow, SupplierRow


class Company(NamedTuple):
    """Hashes of pictures, and the key of the usual form; empty where nothing is set."""

    logo: str
    seal: str
    template: str


def templates(session: Session) -> list[tuple[str, str, str]]:
    """Id, name and form of each of our own, by name."""
    statement = select(DocumentTemplateRow).where(DocumentTemplateRow.row_deleted.is_(None))
    rows = session.scalars(statement.order_by(DocumentTemplateRow.name, DocumentTemplateRow.id))
    return [(row.id, row.name or "", row.form or "") for row in rows]


def template(session: Session, row_id: str) -> tuple[str, str] | None:
    """Name and form of one; None when it is gone."""
    row = session.get(DocumentTemplateRow, row_id)
    return None if row is None or row.row_deleted is not None else (row.name or "", row.form or "")


def company(session: Session) -> Company:
    """How our own company prints."""
    row_id = supplier_id(session)
    row = session.get(SupplierRow, row_id) if row_id else None
    return Company("", "", "") if row is None else Company(row.logo or "", row.seal or "", row.template or "")
