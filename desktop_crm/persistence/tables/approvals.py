"""Approval rules, requests and answers, keys and envelopes, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class ApprovalRuleRow(SyncedRow):
    __tablename__ = "approval_rule"

    name: Mapped[str | None]
    conditions: Mapped[str | None]
    rank: Mapped[int | None]
    active: Mapped[bool | None]
    own_allowed: Mapped[bool | None]
    note: Mapped[str | None]


class ApprovalStepRow(SyncedRow):
    __tablename__ = "approval_step"

    rule_id: Mapped[str | None] = mapped_column(index=True)
    place: Mapped[int | None]
    approver: Mapped[str | None]
    user_id: Mapped[str | None] = mapped_column(index=True)
    role: Mapped[str | None]
    need: Mapped[str | None]
    escalate_days: Mapped[int | None]
    escalate_to_id: Mapped[str | None] = mapped_column(index=True)


class ApprovalDelegateRow(SyncedRow):
    __tablename__ = "approval_delegate"

    user_id: Mapped[str | None] = mapped_column(index=True)
    delegate_id: Mapped[str | None] = mapped_column(index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    reason: Mapped[str | None]


class ApprovalRequestRow(SyncedRow):
    __tablename__ = "approval_request"

    quote_id: Mapped[str | None] = mapped_column(index=True)
    version: Mapped[int | None]
    requested_by_id: Mapped[str | None] = mapped_column(index=True)
    requested_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    content_hash: Mapped[str | None]
    snapshot: Mapped[str | None]


class ApprovalDecisionRow(SyncedRow):
    __tablename__ = "approval_decision"

    request_id: Mapped[str | None] = mapped_column(index=True)
    verdict: Mapped[str | None]
    decided_by_id: Mapped[str | None] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    content_hash: Mapped[str | None]


class CertificationKeyRow(SyncedRow):
    __tablename__ = "certification_key"

    public_key: Mapped[str | None]


class ApprovalKeyRow(SyncedRow):
    __tablename__ = "approval_key"

    user_id: Mapped[str | None] = mapped_column(index=True)
    public_key: Mapped[str | None]
    expires_on: Mapped[date | None]
    certificate: Mapped[str | None]
    revoked_at: Mapped[datetime | None]


class ApprovalEnvelopeRow(SyncedRow):
    __tablename__ = "approval_envelope"

    account_id: Mapped[str | None] = mapped_column(index=True)
    products: Mapped[str | None]
    limit_percent: Mapped[Decimal | None]
    margin_percent: Mapped[Decimal | None]
    largest_amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    expires_on: Mapped[date | None]
    max_uses: Mapped[int | None]
    granted_by_id: Mapped[str | None] = mapped_column(index=True)
    granted_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    key_id: Mapped[str | None] = mapped_column(index=True)
    signature: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
