"""The content library, proposals, their blocks and issued versions, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class ContentBlockRow(SyncedRow):
    __tablename__ = "content_block"

    name: Mapped[str | None]
    content_kind: Mapped[str | None]
    language: Mapped[str | None]
    body: Mapped[str | None]
    industries: Mapped[tuple[str, ...] | None]
    products: Mapped[tuple[str, ...] | None]
    stage_id: Mapped[str | None]
    owner_id: Mapped[str | None]
    expires_on: Mapped[date | None]
    image: Mapped[str | None]
    pages: Mapped[str | None]
    note: Mapped[str | None]


class ProposalRow(SyncedRow):
    __tablename__ = "proposal"

    number: Mapped[str | None]
    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    quote_version_id: Mapped[str | None]
    owner_id: Mapped[str | None]
    proposal_state: Mapped[str | None]
    language: Mapped[str | None]
    draft_version: Mapped[int | None]
    submitted_by_id: Mapped[str | None]
    approved_by_id: Mapped[str | None]
    approved_hash: Mapped[str | None]
    based_on_id: Mapped[str | None]


class ProposalBlockRow(SyncedRow):
    __tablename__ = "proposal_block"

    proposal_id: Mapped[str | None] = mapped_column(index=True)
    block_kind: Mapped[str | None]
    name: Mapped[str | None]
    content_id: Mapped[str | None] = mapped_column(index=True)
    body: Mapped[str | None]
    order_key: Mapped[str | None]


class ProposalVersionRow(SyncedRow):
    __tablename__ = "proposal_version"

    proposal_id: Mapped[str | None] = mapped_column(index=True)
    number: Mapped[str | None]
    version: Mapped[int | None]
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[str | None]
    snapshot: Mapped[str | None]
    snapshot_hash: Mapped[str | None]
    pdf_ko: Mapped[str | None]
    pdf_en: Mapped[str | None]
    approved_hash: Mapped[str | None]
