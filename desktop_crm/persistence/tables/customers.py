"""Tickets, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class TicketRow(SyncedRow):
    __tablename__ = "ticket"

    subject: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str | None]
    priority: Mapped[str | None]
    opened_on: Mapped[date | None]
    body: Mapped[str | None]
