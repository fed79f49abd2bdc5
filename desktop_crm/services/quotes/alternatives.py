"""Offers that stand side by side (A, B, …), of which the customer takes one; and two versions of one number: which one holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_uppercase

from desktop_crm.domain.quotes.compare import Offer
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.persistence.tables.quotes import QuoteRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.quotes import comparing, editing, issuing, reading
from desktop_crm.services.quotes.editing import Created
from desktop_crm.services.quotes.reading import OpenQuote, WantedVersion
from desktop_crm.services.record_rules import refuse_broken
from desktop_crm.services.workspace import Workspace

_OPEN = frozenset({QuoteStatus.ISSUED, QuoteStatus.SENT, QuoteStatus.VIEWED, QuoteStatus.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One of the offers side by side: the draft in work, or its newest issued version. `version`: "v2"; a draft is marked."""

    quote_id: RowId
    number: str
    label: str
    status: QuoteStatus
    version: str
    is_draft: bool
    offer: Offer


def create_alternative(workspace: Workspace, quote_id: str, wanted: WantedVersion = None, label: str = "") -> Created:
    """A new quote beside this one, begun from one of its versions (the draft in work without one), under the next letter.

    Everything is taken over, what was granted too: it is for the same customer. Raises Refusal `record.missing`,
    `quote.version.unknown`, `quote.closed`.
    """
    found = reading.open_quote(workspace, quote_id)
    past = found.draft
    based_on: RowId | None = None
    if wanted is not None and not found.means_draft(wanted):
        based_on = reading.version_summary(workspace, quote_id, wanted).id
        past = issuing.version(workspace, quote_id, based_on).content.draft
    first = found.alternative_of_id or RowId(quote_id)

    def begun(work: UnitOfWork, empty: QuoteDraft) -> QuoteDraft:
        taken = [_label(work, one) for one in store.alternatives_of(work.session, first)]
        if not _label(work, first):
            refuse_broken(work, "quote", first, {"alternative": ascii_uppercase[0]})
            work.update("quote", first, {"alternative": ascii_uppercase[0]})
            taken.append(ascii_uppercase[0])
        free = (one for one in ascii_uppercase if one not in taken)
        work.update("quote", empty.id, {"alternative": label.strip() or next(free, str(len(taken) + 1))})
        return replace(past, supplier=empty.supplier, customer=empty.customer, valid_until=empty.valid_until)

    return editing.create(
        workspace,
        account_id=past.account_id,
        currency=past.currency,
        name=past.name,
        opportunity_id=past.opportunity_id,
        contact_id=past.contact_id,
        more={"alternative_of_id": first, "based_on_id": based_on},
        begun=begun,
    )


def alternatives(workspace: Workspace, quote_id: str) -> tuple[Alternative, ...]:
    """The offers that stand side by side, this one among them; empty where it stands alone."""
    return tuple(_alternative(workspace, one) for one in reading.open_quote(workspace, quote_id).beside)


def turn_down(work: UnitOfWork, quote: OpenQuote) -> tuple[str, ...]:
    """Reject what stands beside a quote that is accepted. Raises Refusal `quote.alternative.accepted`."""
    numbers = []
    for one in quote.beside:
        row = work.session.get(QuoteRow, one)
        if row is None or one == quote.draft.id:
            continue
        status = QuoteStatus(row.status or QuoteStatus.DRAFT)
        if status is QuoteStatus.ACCEPTED:
            raise Refusal("quote.alternative.accepted", number=row.number or "")
        if status in _OPEN:
            work.update("quote", one, {"status": QuoteStatus.REJECTED.value})
            numbers.append(row.number or "")
    return tuple(numbers)


def decide(workspace: Workspace, quote_id: str, version_id: str) -> Changes:
    """Say which of two versions of one number holds: it is the quote's newest from now on, and its content the draft's.

    The other stays where it is. Raises Refusal `record.missing`, `quote.version.unknown`, `quote.closed`.
    """
    chosen = reading.version_summary(workspace, quote_id, version_id)
    past = issuing.version(workspace, quote_id, chosen.id).content
    now = reading.open_quote(workspace, quote_id).draft
    back = editing.with_own_ids(now, replace(past.draft, supplier=now.supplier, customer=now.customer))
    state = {"standing_id": chosen.id, "status": QuoteStatus.ISSUED.value, "grand_total": past.amounts.grand_total}
    with workspace.write("quotes.decide") as work:
        refuse_broken(work, "quote", quote_id, state)
        editing.write(workspace, work, reading.stored(work.session, workspace, quote_id), now, back)
        work.update("quote", RowId(quote_id), {**state, "draft_version": chosen.version + 1})
    return work.changes


def _alternative(workspace: Workspace, quote_id: RowId) -> Alternative:
    found = reading.open_quote(workspace, quote_id)
    side, offer = comparing.offer_of(workspace, quote_id, str(found.draft_version) if found.is_draft else None)
    status = QuoteStatus.DRAFT if found.is_draft else found.status
    return Alternative(
        quote_id=quote_id,
        number=found.number,
        label=found.alternative,
        status=status,
        version=side.label,
        is_draft=found.is_draft,
        offer=offer,
    )


def _label(work: UnitOfWork, quote_id: str) -> str:
    row = work.session.get(QuoteRow, quote_id)
    return row.alternative or "" if row is not None else ""
