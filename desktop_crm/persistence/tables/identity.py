"""Employments, sets of probable duplicates and merges, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class EmploymentRow(SyncedRow):
    __tablename__ = "employment"

    contact_id: Mapped[str | None] = mapped_column(index=True)
    account_id: Mapped[str | None] = mapped_column(index=True)
    relation: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    note: Mapped[str | None]


class DuplicateSetRow(SyncedRow):
    __tablename__ = "duplicate_set"

    name: Mapped[str | None]
    entity: Mapped[str | None]
    members: Mapped[tuple[str, ...] | None]
    probability: Mapped[Decimal | None]
    field: Mapped[str | None]
    state: Mapped[str | None]


class MergeRow(SyncedRow):
    __tablename__ = "merge"

    name: Mapped[str | None]
    entity: Mapped[str | None]
    survivor_id: Mapped[str | None] = mapped_column(index=True)
    lost_id: Mapped[str | None] = mapped_column(index=True)
    account_id: Mapped[str | None] = mapped_column(index=True)
    merged_at: Mapped[datetime | None]
    merged_by_id: Mapped[str | None]
    state: Mapped[str | None]
    facts: Mapped[str | None]
