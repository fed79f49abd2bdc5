"""Beginning a proposal from a won one that is like it: the ranking with its reasons, and the copy of its outline."""

from __future__ import annotations

from desktop_crm.domain.quotes import similar
from desktop_crm.domain.quotes.similar import Similar
from desktop_crm.i18n.similar_words import reason_text
from desktop_crm.persistence.stores import proposals as store
from desktop_crm.persistence.stores import won_deals
from desktop_crm.services.proposals import editing, reading
from desktop_crm.services.proposals.editing import CreatedProposal
from desktop_crm.services.quotes.starting import SimilarDeals
from desktop_crm.services.workspace import Workspace


def similar_proposals(
    workspace: Workspace, *, account_id: str, opportunity_id: str | None = None, limit: int = 5
) -> SimilarDeals:
    """Won proposals like one for that customer, the most alike first, each with its reasons."""
    with workspace.read() as session:
        offers = store.quote_choices(session, account_id, opportunity_id)
        quotes = [offers[0].quote_id] if offers else []
        wanted = won_deals.side_of(
            session,
            account_id=account_id,
            opportunity_id=opportunity_id,
            products=won_deals.products_of(session, quotes).get(quotes[0], frozenset()) if quotes else (),
            people=(workspace.author.user_id,),
        )
        found = similar.ranked(wanted, store.won_proposals(session), workspace.today(), limit)
        ids = {one for deal in found for reason in deal.reasons for one in reason.ids}
        return SimilarDeals(deals=found, names=won_deals.names_of(session, ids))


def reasons_of(found: SimilarDeals, one: Similar) -> tuple[str, ...]:
    """Why a won proposal is like ours, in words."""
    return tuple(
        reason_text(reason.kind.value, [found.names[row] for row in reason.ids if row in found.names], reason.figure)
        for reason in one.reasons
    )


def create_like(
    workspace: Workspace,
    like_id: str,
    *,
    account_id: str,
    name: str = "",
    opportunity_id: str | None = None,
    contact_id: str | None = None,
    quote_version_id: str | None = None,
) -> CreatedProposal:
    """A new proposal with the outline and the texts of that one; placeholders are filled anew, prices come from our own quote.

    Raises Refusal `record.missing`, and as `create` does.
    """
    past = reading.open_proposal(workspace, like_id)
    return editing.create(
        workspace,
        account_id=account_id,
        name=name,
        language=past.language,
        opportunity_id=opportunity_id,
        contact_id=contact_id,
        quote_version_id=quote_version_id,
        blocks=past.blocks,
        based_on_id=past.versions[0].id if past.versions else None,
    )
