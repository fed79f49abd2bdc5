"""Products and price books, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class ProductRow(SyncedRow):
    __tablename__ = "product"

    code: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    name_en: Mapped[str | None]
    spec: Mapped[str | None]
    unit: Mapped[str | None]
    list_price: Mapped[Decimal | None]
    currency: Mapped[str | None]
    category: Mapped[str | None]
    tax_rate: Mapped[Decimal | None]
    active: Mapped[bool | None]
    tax_class: Mapped[str | None] = mapped_column(sort_order=2)
    life_cycle: Mapped[str | None] = mapped_column(sort_order=2)
    billing: Mapped[str | None] = mapped_column(sort_order=2)
    bundle_price: Mapped[str | None] = mapped_column(sort_order=2)
    cost: Mapped[Decimal | None] = mapped_column(sort_order=2)
    target_price: Mapped[Decimal | None] = mapped_column(sort_order=2)
    floor_price: Mapped[Decimal | None] = mapped_column(sort_order=2)
    image: Mapped[str | None] = mapped_column(sort_order=2)


Index(
    "ix_product_list_name",
    ProductRow.name,
    ProductRow.id,
    ProductRow.row_deleted,
    sqlite_where=ProductRow.row_deleted.is_(None),
)
"""Lists in their order, without sorting a hundred thousand rows."""


class PriceBookRow(SyncedRow):
    __tablename__ = "price_book"

    name: Mapped[str | None]
    currency: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    parent_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None] = mapped_column(sort_order=2)
    account_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)


class PriceBookEntryRow(SyncedRow):
    __tablename__ = "price_book_entry"

    price_book_id: Mapped[str | None] = mapped_column(index=True)
    product_id: Mapped[str | None] = mapped_column(index=True)
    unit_price: Mapped[Decimal | None]
    tier_mode: Mapped[str | None] = mapped_column(sort_order=2)
    tiers: Mapped[str | None] = mapped_column(sort_order=2)
    block: Mapped[Decimal | None] = mapped_column(sort_order=2)
    target_price: Mapped[Decimal | None] = mapped_column(sort_order=2)
    floor_price: Mapped[Decimal | None] = mapped_column(sort_order=2)


class BundleItemRow(SyncedRow):
    __tablename__ = "bundle_item"

    bundle_id: Mapped[str | None] = mapped_column(index=True)
    product_id: Mapped[str | None] = mapped_column(index=True)
    quantity: Mapped[Decimal | None]
    role: Mapped[str | None]
    choice: Mapped[str | None]
    choose_least: Mapped[int | None]
    choose_most: Mapped[int | None]
    excludes_id: Mapped[str | None] = mapped_column(index=True)
    order_key: Mapped[str | None]
