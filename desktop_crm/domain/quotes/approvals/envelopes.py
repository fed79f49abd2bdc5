"""Approval in advance: "up to 12 % on these products for this account until this date, three times". Pure.

Beside the discount it may set a least margin and a largest amount; only then it speaks for rules on margins and amounts.

What is signed is the canonical text of the terms; what certifies a manager's key is the text of the certificate. Checking
signatures is `security.signatures`' work; here is what the terms allow. An envelope is used by issuing a version under it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.approvals.needs import concessions
from desktop_crm.domain.quotes.approvals.standing import ON_DISCOUNTS
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import PricedQuote
from desktop_crm.domain.schema.approval_options import ApprovalMeasure
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What the server says of a manager's key: whose it is, and until when it may sign. `public_key`: hex."""

    key_id: RowId
    user_id: UserId
    public_key: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a manager grants. `products`: their ids, sorted; none means every product. `limit_percent`: on each line.

    `margin_percent`: the least margin of the whole offer; `largest_amount`: its largest net amount, in `currency`. None: the envelope
    says nothing about it.
    """

    id: RowId
    account_id: RowId
    products: tuple[RowId, ...]
    limit_percent: Decimal
    expires_on: date
    max_uses: int
    granted_by: UserId
    granted_at: datetime
    key_id: RowId
    margin_percent: Decimal | None = field(default=None, metadata=canonical.LATER)
    largest_amount: Decimal | None = field(default=None, metadata=canonical.LATER)
    currency: str = field(default="", metadata=canonical.LATER)

    @property
    def measures(self) -> frozenset[ApprovalMeasure]:
        """What it speaks about."""
        margin = {ApprovalMeasure.MARGIN} if self.margin_percent is not None else set()
        amount = {ApprovalMeasure.AMOUNT} if self.largest_amount is not None else set()
        return ON_DISCOUNTS | margin | amount


def certificate_text(certificate: Certificate) -> str:
    """What the server signs."""
    return canonical.encode(certificate)


def terms_text(terms: Terms) -> str:
    """What the manager signs."""
    return canonical.encode(terms)


def check_terms(terms: Terms, today: date) -> None:
    """Raises Refusal `envelope.limit_unsound`, `envelope.uses_unsound`, `envelope.date_unsound`, `envelope.amount_unsound` for terms
    nobody should grant.
    """
    if not ZERO < terms.limit_percent < HUNDRED or (terms.margin_percent or ZERO) >= HUNDRED:
        raise Refusal("envelope.limit_unsound")
    if not 1 <= terms.max_uses <= 999:
        raise Refusal("envelope.uses_unsound")
    if terms.largest_amount is not None and (terms.largest_amount <= ZERO or not terms.currency):
        raise Refusal("envelope.amount_unsound")
    if terms.expires_on < today:
        raise Refusal("envelope.date_unsound")


def refuse_outside(terms: Terms, draft: QuoteDraft, priced: PricedQuote, on: date) -> None:
    """Raises Refusal `envelope.account`, `envelope.expired`, `envelope.product`, `envelope.limit`, `envelope.margin`, `envelope.amount` for an offer
    outside the terms.

    Every line counts, optional ones too; a line without a concession may be of any product.
    """
    if draft.account_id != terms.account_id:
        raise Refusal("envelope.account")
    if on > terms.expires_on:
        raise Refusal("envelope.expired", date=terms.expires_on.isoformat())
    least, margin = terms.margin_percent, priced.margin_percent
    if least is not None and (margin is None or margin < least):
        raise Refusal("envelope.margin", limit=canonical.decimal_text(least))
    if terms.largest_amount is not None and (
        draft.currency != terms.currency or priced.net_amount > terms.largest_amount
    ):
        raise Refusal("envelope.amount", limit=f"{canonical.decimal_text(terms.largest_amount)} {terms.currency}")
    for one in concessions(draft, priced):
        if one.final >= one.reference and one.reference > ZERO:
            continue
        if not one.reference and not one.final:
            continue
        if terms.products and one.line.product_id not in terms.products:
            raise Refusal("envelope.product", line=one.line.name)
        if one.percent > terms.limit_percent:
            raise Refusal("envelope.limit", line=one.line.name, limit=canonical.decimal_text(terms.limit_percent))


def refuse_used_up(terms: Terms, uses: int) -> None:
    """Raises Refusal `envelope.used_up` when it was used as often as it may be."""
    if uses >= terms.max_uses:
        raise Refusal("envelope.used_up", uses=uses)
