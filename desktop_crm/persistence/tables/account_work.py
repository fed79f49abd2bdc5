"""Account plans, white space, teams, files and competitors, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class CompetitorRow(SyncedRow):
    __tablename__ = "competitor"

    name: Mapped[str | None]
    website: Mapped[str | None]
    strengths: Mapped[str | None]
    weaknesses: Mapped[str | None]
    note: Mapped[str | None]


class AccountMemberRow(SyncedRow):
    __tablename__ = "account_member"

    account_id: Mapped[str | None] = mapped_column(index=True)
    user_id: Mapped[str | None] = mapped_column(index=True)
    member_role: Mapped[str | None]
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    note: Mapped[str | None]


class AccountPlanRow(SyncedRow):
    __tablename__ = "account_plan"

    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    note: Mapped[str | None]


class PlanItemRow(SyncedRow):
    __tablename__ = "plan_item"

    plan_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    subject: Mapped[str | None]
    objective_id: Mapped[str | None]
    competitor_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None]
    due_on: Mapped[date | None]
    measure: Mapped[str | None]
    progress: Mapped[int | None]
    order_key: Mapped[str | None]
    note: Mapped[str | None]


class WhiteSpaceCellRow(SyncedRow):
    __tablename__ = "white_space_cell"

    account_id: Mapped[str | None] = mapped_column(index=True)
    product_id: Mapped[str | None] = mapped_column(index=True)
    usage: Mapped[str | None]
    competitor_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    quote_id: Mapped[str | None] = mapped_column(index=True)
    contract_id: Mapped[str | None] = mapped_column(index=True)
    note: Mapped[str | None]


class AttachmentRow(SyncedRow):
    __tablename__ = "attachment"

    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None]
    added_at: Mapped[datetime | None]
    size: Mapped[int | None]
    mime: Mapped[str | None]
    content: Mapped[str | None]
    note: Mapped[str | None]
    activity_id: Mapped[str | None] = mapped_column(index=True)
