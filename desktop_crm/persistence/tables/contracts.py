"""Contracts and orders, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class ContractRow(SyncedRow):
    __tablename__ = "contract"

    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    renewal_date: Mapped[date | None]
    notice_date: Mapped[date | None]
    uplift: Mapped[Decimal | None]
    quote_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)


Index(
    "ix_contract_list_renewal_date",
    ContractRow.renewal_date,
    ContractRow.id,
    ContractRow.row_deleted,
    sqlite_where=ContractRow.row_deleted.is_(None),
)
"""Lists in their order, without sorting a hundred thousand rows."""


class OrderLineRow(SyncedRow):
    __tablename__ = "order_line"

    order_id: Mapped[str | None] = mapped_column(index=True)
    product_id: Mapped[str | None] = mapped_column(index=True)
    quantity: Mapped[Decimal | None]
    unit_price: Mapped[Decimal | None]
    discount_percent: Mapped[Decimal | None]
    order_key: Mapped[str | None]
    note: Mapped[str | None]


class OrderRow(SyncedRow):
    __tablename__ = "order"

    number: Mapped[str | None] = mapped_column(index=True)
    account_id: Mapped[str | None] = mapped_column(index=True)
    quote_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    ordered_on: Mapped[date | None]
