"""Accounts and contacts, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class AccountRow(SyncedRow):
    __tablename__ = "account"

    name: Mapped[str | None]
    parent_id: Mapped[str | None]
    kind: Mapped[str | None]
    industry: Mapped[str | None]
    employees: Mapped[int | None]
    annual_revenue: Mapped[Decimal | None]
    annual_revenue_currency: Mapped[str | None]
    founded_year: Mapped[int | None]
    country: Mapped[str | None]
    business_registration_number: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    tier: Mapped[str | None]
    relationship_stage: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str | None]
    address_line: Mapped[str | None]
    address_city: Mapped[str | None]
    address_postcode: Mapped[str | None]
    tags: Mapped[tuple[str, ...] | None]
    note: Mapped[str | None]
    merged_at: Mapped[datetime | None] = mapped_column(sort_order=2)


Index(
    "ix_account_place",
    AccountRow.parent_id,
    AccountRow.name.collate("NOCASE"),
    AccountRow.id,
    AccountRow.row_deleted,
    sqlite_where=AccountRow.row_deleted.is_(None),
)
"""A level of the tree in its order, read without touching other levels."""

Index(
    "ix_account_list_name",
    AccountRow.name,
    AccountRow.id,
    AccountRow.row_deleted,
    sqlite_where=AccountRow.row_deleted.is_(None),
)
"""Lists in their order, without sorting a hundred thousand rows."""


class HierarchyLinkRow(SyncedRow):
    __tablename__ = "hierarchy_link"

    hierarchy: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    parent_id: Mapped[str | None] = mapped_column(index=True)
    percent: Mapped[Decimal | None]
    note: Mapped[str | None]


class ContactRow(SyncedRow):
    __tablename__ = "contact"

    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    title: Mapped[str | None]
    department: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None]
    mobile: Mapped[str | None]
    owner_id: Mapped[str | None] = mapped_column(index=True)
    tags: Mapped[tuple[str, ...] | None]
    note: Mapped[str | None]
    merged_at: Mapped[datetime | None] = mapped_column(sort_order=2)
    other_phones: Mapped[tuple[str, ...] | None] = mapped_column(sort_order=2)
    other_emails: Mapped[tuple[str, ...] | None] = mapped_column(sort_order=2)
    addresses: Mapped[str | None] = mapped_column(sort_order=2)
    birthday: Mapped[date | None] = mapped_column(sort_order=2)


Index(
    "ix_contact_list_name",
    ContactRow.name,
    ContactRow.id,
    ContactRow.row_deleted,
    sqlite_where=ContactRow.row_deleted.is_(None),
)
"""Lists in their order, without sorting a hundred thousand rows."""
