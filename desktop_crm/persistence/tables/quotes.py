"""Quotes, their sections and lines, and issued versions, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class DocumentTemplateRow(SyncedRow):
    """A form of our own that quotes are printed in."""

    __tablename__ = "document_template"

    name: Mapped[str | None]
    form: Mapped[str | None]


class SupplierRow(SyncedRow):
    """Our own company, as quotes print it."""

    __tablename__ = "supplier"

    name: Mapped[str | None]
    business_registration_number: Mapped[str | None]
    representative: Mapped[str | None]
    address_line: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    pricing_order: Mapped[str | None] = mapped_column(sort_order=2)
    rounding_policy: Mapped[str | None] = mapped_column(sort_order=2)
    rounding_level: Mapped[str | None] = mapped_column(sort_order=2)
    tax_included: Mapped[bool | None] = mapped_column(sort_order=2)
    logo: Mapped[str | None] = mapped_column(sort_order=2)
    seal: Mapped[str | None] = mapped_column(sort_order=2)
    template: Mapped[str | None] = mapped_column(sort_order=2)


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
    rounding_level: Mapped[str | None] = mapped_column(sort_order=2)
    tax_included: Mapped[bool | None] = mapped_column(sort_order=2)
    prepaid: Mapped[Decimal | None] = mapped_column(sort_order=2)
    exchange_rate: Mapped[Decimal | None] = mapped_column(sort_order=2)
    exchange_on: Mapped[date | None] = mapped_column(sort_order=2)
    pricing_order: Mapped[str | None] = mapped_column(sort_order=2)
    template: Mapped[str | None] = mapped_column(sort_order=2)
    alternative: Mapped[str | None] = mapped_column(sort_order=2)
    alternative_of_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    based_on_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    standing_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)


class QuoteSectionRow(SyncedRow):
    __tablename__ = "quote_section"

    quote_id: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    order_key: Mapped[str | None]
    parent_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    discount_percent: Mapped[Decimal | None] = mapped_column(sort_order=2)
    discount_amount: Mapped[Decimal | None] = mapped_column(sort_order=2)
    optional: Mapped[bool | None] = mapped_column(sort_order=2)
    hide_prices: Mapped[bool | None] = mapped_column(sort_order=2)
    hide_lines: Mapped[bool | None] = mapped_column(sort_order=2)


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
    discount_amount: Mapped[Decimal | None] = mapped_column(sort_order=2)
    tax_class: Mapped[str | None] = mapped_column(sort_order=2)
    cost: Mapped[Decimal | None] = mapped_column(sort_order=2)
    optional: Mapped[bool | None] = mapped_column(sort_order=2)
    parent_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    indent: Mapped[int | None] = mapped_column(sort_order=2)
    bundle_price: Mapped[str | None] = mapped_column(sort_order=2)
    percent_of: Mapped[Decimal | None] = mapped_column(sort_order=2)
    percent_of_section: Mapped[bool | None] = mapped_column(sort_order=2)
    billing: Mapped[str | None] = mapped_column(sort_order=2)
    term_months: Mapped[int | None] = mapped_column(sort_order=2)
    starts_on: Mapped[date | None] = mapped_column(sort_order=2)
    ends_on: Mapped[date | None] = mapped_column(sort_order=2)
    ramp: Mapped[str | None] = mapped_column(sort_order=2)
    price_basis: Mapped[str | None] = mapped_column(sort_order=2)


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
    approved_hash: Mapped[str | None] = mapped_column(sort_order=2)
    envelope_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
