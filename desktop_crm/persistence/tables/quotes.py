"""Quotes, their sections and lines, and issued versions, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class SupplierRow(SyncedRow):
    """Our own company, as quotes print it."""

    __tablename__ = "supplier"

    name: Mapped[str | None]
    business_registration_number: Mapped[str | None]
    representative: Mapped[str | None]
    address_line: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]


class QuoteRow(SyncedRow):
    __tablename__ = "quote"

    number: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    price_book_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str | None]
    currency: Mapped[str | None]
    rounding_policy: Mapped[str | None]
    discount_percent: Mapped[Decimal | None]
    tax_rate: Mapped[Decimal | None]
    valid_until: Mapped[date | None]
    payment_terms: Mapped[str | None]
    remarks: Mapped[str | None]
    grand_total: Mapped[Decimal | None]
    draft_version: Mapped[int | None]
    discount_amount: Mapped[Decimal | None] = mapped_column(sort_order=2)


class QuoteSectionRow(SyncedRow):
    __tablename__ = "quote_section"

    quote_id: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    order_key: Mapped[str | None]


class QuoteLineRow(SyncedRow):
    __tablename__ = "quote_line"

    quote_id: Mapped[str | None] = mapped_column(index=True)
    section_id: Mapped[str | None] = mapped_column(index=True)
    order_key: Mapped[str | None]
    product_id: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    spec: Mapped[str | None]
    unit: Mapped[str | None]
    quantity: Mapped[Decimal | None]
    unit_price: Mapped[Decimal | None]
    discount_percent: Mapped[Decimal | None]
    tax_rate: Mapped[Decimal | None]
    remark: Mapped[str | None]
    name_en: Mapped[str | None] = mapped_column(sort_order=2)  # since file version 2, where older files have it too


class QuoteVersionRow(SyncedRow):
    __tablename__ = "quote_version"

    quote_id: Mapped[str | None] = mapped_column(index=True)
    number: Mapped[str | None]
    version: Mapped[int | None]
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[str | None] = mapped_column(index=True)
    grand_total: Mapped[Decimal | None]
    currency: Mapped[str | None]
    snapshot: Mapped[str | None]
    snapshot_hash: Mapped[str | None]
    pdf_ko: Mapped[str | None]
    pdf_en: Mapped[str | None]
