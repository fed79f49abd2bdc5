"""Pipelines, stages, opportunities, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class PipelineRow(SyncedRow):
    __tablename__ = "pipeline"

    name: Mapped[str | None]
    order_key: Mapped[str | None]


class StageRow(SyncedRow):
    __tablename__ = "stage"

    pipeline_id: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    order_key: Mapped[str | None]
    kind: Mapped[str | None]
    probability: Mapped[Decimal | None]
    forecast_category: Mapped[str | None]
    stall_days: Mapped[int | None]


class OpportunityRow(SyncedRow):
    __tablename__ = "opportunity"

    name: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(index=True)
    account_id: Mapped[str | None] = mapped_column(index=True)
    pipeline_id: Mapped[str | None] = mapped_column(index=True)
    stage_id: Mapped[str | None] = mapped_column(index=True)
    product_id: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    opened_on: Mapped[date | None]
    close_date: Mapped[date | None]
    next_step: Mapped[str | None]
    loss_reason: Mapped[str | None]
    note: Mapped[str | None]


Index(
    "ix_opportunity_list_name",
    OpportunityRow.name,
    OpportunityRow.id,
    OpportunityRow.row_deleted,
    sqlite_where=OpportunityRow.row_deleted.is_(None),
)
Index(
    "ix_opportunity_list_close_date",
    OpportunityRow.close_date,
    OpportunityRow.id,
    OpportunityRow.row_deleted,
    sqlite_where=OpportunityRow.row_deleted.is_(None),
)
"""Lists in their order, without sorting a hundred thousand rows."""
