"""Leads, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class LeadRow(SyncedRow):
    __tablename__ = "lead"

    name: Mapped[str | None]
    company: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None]
    source: Mapped[str | None]
    status: Mapped[str | None]
    owner_id: Mapped[str | None] = mapped_column(index=True)
    note: Mapped[str | None]
