"""Quotes that were won, as far as deals are compared: customer, products, people, day. Frozen values out.

Won is a quote that was accepted, or one that was issued for an opportunity that is won.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.domain.quotes.similar import Side, WonDeal
from desktop_crm.domain.schema.options import QuoteStatus, StageKind
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables.accounts import AccountRow, ContactRow
from desktop_crm.persistence.tables.catalogue import ProductRow
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow, StageRow
from desktop_crm.persistence.tables.quotes import QuoteLineRow, QuoteRow, QuoteVersionRow

_CHUNK = 400


def won_deals(session: Session, but: str | None = None) -> tuple[WonDeal, ...]:
    """All won quotes, except one that is looked at from."""
    issued = func.max(QuoteVersionRow.issued_at)
    statement = (
        select(QuoteRow, AccountRow, OpportunityRow, issued)
        .join(QuoteVersionRow, QuoteVersionRow.quote_id == QuoteRow.id)
        .outerjoin(AccountRow, AccountRow.id == QuoteRow.account_id)
        .outerjoin(OpportunityRow, OpportunityRow.id == QuoteRow.opportunity_id)
        .outerjoin(StageRow, StageRow.id == OpportunityRow.stage_id)
        .where(QuoteRow.row_deleted.is_(None), QuoteVersionRow.row_deleted.is_(None), QuoteRow.id != (but or ""))
        .where(or_(QuoteRow.status == QuoteStatus.ACCEPTED.value, StageRow.kind == StageKind.WON.value))
        .group_by(QuoteRow.id)
    )
    rows = session.execute(statement).all()
    products = products_of(session, [quote.id for quote, *_ in rows])
    return tuple(
        WonDeal(
            quote_id=RowId(quote.id),
            number=quote.number or "",
            name=quote.name or "",
            account_name=account.name or "" if account is not None else "",
            won_on=day.date(),
            side=_side(quote, account, deal, products.get(quote.id, frozenset())),
        )
        for quote, account, deal, day in rows
        if day is not None
    )


def side_of(
    session: Session,
    *,
    account_id: str | None,
    opportunity_id: str | None,
    products: Collection[str],
    people: Collection[str | None],
) -> Side:
    """What is known of the deal at hand."""
    account = session.get(AccountRow, account_id) if account_id else None
    deal = session.get(OpportunityRow, opportunity_id) if opportunity_id else None
    own = {RowId(one) for one in products}
    known = {RowId(one) for one in people if one}
    if deal is not None:
        own |= _ids(deal.product_id)
        known |= _ids(deal.contact_id, deal.owner_id)
    return Side(
        account_id=RowId(account_id) if account_id else None,
        industry=account.industry or "" if account is not None else "",
        employees=account.employees if account is not None else None,
        products=frozenset(own),
        people=frozenset(known),
    )


def products_of(session: Session, quote_ids: Sequence[str]) -> dict[str, frozenset[RowId]]:
    """The products on each quote."""
    found: dict[str, set[RowId]] = {}
    for start in range(0, len(quote_ids), _CHUNK):
        statement = (
            select(QuoteLineRow.quote_id, QuoteLineRow.product_id)
            .where(QuoteLineRow.quote_id.in_(quote_ids[start : start + _CHUNK]))
            .where(QuoteLineRow.row_deleted.is_(None), QuoteLineRow.product_id.is_not(None))
            .distinct()
        )
        for quote_id, product_id in session.execute(statement):
            found.setdefault(str(quote_id), set()).add(RowId(str(product_id)))
    return {quote_id: frozenset(ids) for quote_id, ids in found.items()}


def names_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """What products, contacts, users and accounts are called."""
    found: dict[str, str] = {}
    wanted = sorted(ids)
    kinds: tuple[Any, ...] = (ProductRow, ContactRow, UserRow, AccountRow)
    for start in range(0, len(wanted), _CHUNK):
        for kind in kinds:
            statement = select(kind.id, kind.name).where(kind.id.in_(wanted[start : start + _CHUNK]))
            found |= {row_id: name or "" for row_id, name in session.execute(statement)}
    return found


def _side(quote: QuoteRow, account: AccountRow | None, deal: OpportunityRow | None, products: frozenset[RowId]) -> Side:
    of_deal = _ids(deal.contact_id, deal.owner_id) if deal is not None else set()
    return Side(
        account_id=RowId(quote.account_id) if quote.account_id else None,
        industry=account.industry or "" if account is not None else "",
        employees=account.employees if account is not None else None,
        products=products | (_ids(deal.product_id) if deal is not None else set()),
        people=frozenset(_ids(quote.contact_id, quote.owner_id) | of_deal),
    )


def _ids(*values: str | None) -> set[RowId]:
    return {RowId(one) for one in values if one}
