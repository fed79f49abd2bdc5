"""Approval in advance: "up to 12 % on these products for this account until this date, three times". Pure.

What is signed is the canonical text of the terms; what certifies a manager's key is the text of the certificate. Checking
signatures is `security.signatures`' work; here is what the terms allow. An envelope is used by issuing a version under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.approvals.needs import concessions
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import PricedQuote
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
    """What a manager grants. `products`: their ids, sorted; none means every product. `limit_percent`: on each line."""

    id: RowId
    account_id: RowId
    products: tuple[RowId, ...]
    limit_percent: Decimal
    expires_on: date
    max_uses: int
    granted_by: UserId
    granted_at: datetime
    key_id: RowId


def certificate_text(certificate: Certificate) -> str:
    """What the server signs."""
    return canonical.encode(certificate)


def terms_text(terms: Terms) -> str:
    """What the manager signs."""
    return canonical.encode(terms)


def check_terms(terms: Terms, today: date) -> None:
    """Raises Refusal `envelope.limit_unsound`, `envelope.uses_unsound`, `envelope.date_unsound` for terms nobody should grant."""
    if not ZERO < terms.limit_percent < HUNDRED:
        raise Refusal("envelope.limit_unsound")
    if not 1 <= terms.max_uses <= 999:
        raise Refusal("envelope.uses_unsound")
    if terms.expires_on < today:
        raise Refusal("envelope.date_unsound")


def refuse_outside(terms: Terms, draft: QuoteDraft, priced: PricedQuote, on: date) -> None:
    """Raises Refusal `envelope.account`, `envelope.expired`, `envelope.product`, `envelope.limit` for an offer outside the terms.

    Every line counts, optional ones too; a line without a concession may be of any product.
    """
    if draft.account_id != terms.account_id:
        raise Refusal("envelope.account")
    if on > terms.expires_on:
        raise Refusal("envelope.expired", date=terms.expires_on.isoformat())
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
