"""Beginning a quote from another: from a won deal that is like ours, with today's prices, or as an alternative beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop_crm.domain.quotes import copying, similar
from desktop_crm.domain.quotes.compare import LineDifference, Offer
from desktop_crm.domain.quotes.compare import compare as differences
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.similar import Similar
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import quotes as quote_store
from desktop_crm.persistence.stores import won_deals as store
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.quotes import comparing, editing, issuing, picking, reading
from desktop_crm.services.quotes.comparing import Compared
from desktop_crm.services.quotes.picking import Repriced
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarDeals:
    """Won deals like the one at hand, the most alike first. `names`: of the products and people in their reasons, by id."""

    deals: tuple[Similar, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A quote that was begun from another. `changed`: each line that is not as it was there, and what changed in it.

    `withdrawn`, `unpriced`: lines whose product is not sold any more, or has no price today in the quote's currency.
    """

    id: RowId
    number: str
    changes: Changes
    source: str
    changed: tuple[LineDifference, ...]
    withdrawn: tuple[str, ...]
    unpriced: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From what a quote was begun, and what is not as it was there. `old_prices`: of lines whose price is another now."""

    quote_id: RowId
    version_id: RowId
    compared: Compared
    old_prices: Mapping[RowId, Decimal]
    withdrawn: tuple[RowId, ...]
    unpriced: tuple[RowId, ...]


def similar_deals(
    workspace: Workspace,
    *,
    account_id: str | None,
    opportunity_id: str | None = None,
    contact_id: str | None = None,
    product_ids: Collection[str] = (),
    but: str | None = None,
    limit: int = 10,
) -> SimilarDeals:
    """Won deals like one with that customer; `but` is a quote that is not compared with itself."""
    with workspace.read() as session:
        people = (contact_id, workspace.author.user_id)
        wanted = store.side_of(
            session, account_id=account_id, opportunity_id=opportunity_id, products=product_ids, people=people
        )
        found = similar.ranked(wanted, store.won_deals(session, but), workspace.today(), limit)
        ids = {one for deal in found for reason in deal.reasons for one in reason.ids}
        return SimilarDeals(deals=found, names=store.names_of(session, ids))


def similar_to(workspace: Workspace, quote_id: str, limit: int = 10) -> SimilarDeals:
    """Won deals like that quote: its customer, its products, its people. Raises Refusal `record.missing`."""
    draft = reading.open_quote(workspace, quote_id).draft
    return similar_deals(
        workspace,
        account_id=draft.account_id,
        opportunity_id=draft.opportunity_id,
        contact_id=draft.contact_id,
        product_ids={line.product_id for line in draft.lines() if line.product_id},
        but=quote_id,
        limit=limit,
    )


def begun_from(workspace: Workspace, quote_id: str) -> Origin | None:
    """From what a quote was begun; None where from nothing, or where that is not on this laptop.

    Raises Refusal `record.missing`, Trouble `quote.snapshot.altered`.
    """
    found = reading.open_quote(workspace, quote_id)
    if found.based_on_id is None:
        return None
    with workspace.read() as session:
        source = quote_store.version_of(session, found.based_on_id)
        if source is None:
            return None
        fresh = picking.repriced_in(session, workspace, found.draft, keep_by_hand=True)
    compared = comparing.compare_offers(
        workspace, (source[0], found.based_on_id), (quote_id, str(found.draft_version) if found.is_draft else None)
    )
    return Origin(
        quote_id=RowId(source[0]),
        version_id=found.based_on_id,
        compared=compared,
        old_prices={
            line.id: field.old
            for line in compared.comparison.lines
            for field in line.fields
            if field.field == "unit_price"
        },
        withdrawn=fresh.withdrawn,
        unpriced=fresh.unpriced,
    )


def create_like(
    workspace: Workspace,
    like_id: str,
    *,
    account_id: str | None,
    name: str = "",
    currency: str | None = None,
    opportunity_id: str | None = None,
    contact_id: str | None = None,
) -> Begun:
    """A new quote with structure and clauses of that quote's newest issued version, today's prices and no discounts.

    Raises Refusal `quote.version.unknown` where it was never issued, and as `create` does.
    """
    source = reading.version_summary(workspace, like_id)
    past = issuing.version(workspace, like_id, source.id).content
    kept: list[Repriced] = []

    def begun(work: UnitOfWork, empty: QuoteDraft) -> QuoteDraft:
        months = _months(past.issued_on, workspace.today())
        copied = copying.as_new(past.draft, empty, months)
        kept.append(picking.repriced_in(work.session, workspace, copied, keep_by_hand=False))
        return kept[0].draft

    made = editing.create(
        workspace,
        account_id=account_id,
        currency=currency or past.draft.currency,
        name=name,
        opportunity_id=opportunity_id,
        contact_id=contact_id,
        more={"based_on_id": source.id},
        begun=begun,
    )
    fresh = kept[0]
    called = {line.id: line.name for line in fresh.draft.lines()}
    return Begun(
        id=made.id,
        number=made.number,
        changes=made.changes,
        source=f"{past.number} {source.label}",
        changed=differences(Offer(draft=past.draft, amounts=past.amounts), Offer.of(fresh.draft)).lines,
        withdrawn=tuple(called[one] for one in fresh.withdrawn),
        unpriced=tuple(called[one] for one in fresh.unpriced),
    )


def _months(past: date, today: date) -> int:
    """Whole months between two days, as far as they are begun."""
    return max((today.year - past.year) * 12 + today.month - past.month, 0)
