"""A proposal as it stands: its blocks filled from records, library and quote version, and what is missing for its issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop_crm.domain.proposals import placeholders
from desktop_crm.domain.proposals.proposal import Block, Goal, Member, Price, PriceLine, Said
from desktop_crm.domain.quotes import customer_copy, versions
from desktop_crm.domain.schema.options import BlockKind, ContentKind, PlanItemKind, ProposalState
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, forms, speaking, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import content, plans, records, templates
from desktop_crm.persistence.stores import proposals as store
from desktop_crm.persistence.stores import quotes as quote_store
from desktop_crm.persistence.stores.proposals import IssuedProposal, QuoteChoice, StoredBlock
from desktop_crm.services.workspace import Workspace

STOPPING: Final = frozenset({"placeholder", "content_gone", "price"})
"""What is missing so that nothing can be issued; the rest is only said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something a proposal lacks: `code` and, where there is more to say, `what`; in which block."""

    code: str
    block_id: str = ""
    title: str = ""
    what: str = ""

    @property
    def stops(self) -> bool:
        """Whether nothing can be issued as long as it is missing."""
        return self.code in STOPPING


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProposal:
    """One proposal: what is edited (`blocks`), what a customer would read (`said`), and what is missing."""

    id: str
    number: str
    name: str
    state: ProposalState
    language: str
    account_id: str
    account_name: str
    industry: str
    contact_id: str
    opportunity_id: str
    opportunity_name: str
    quote_version_id: str
    quote_label: str
    draft_version: int
    submitted_by_id: str
    approved_by_id: str
    approved_hash: str
    based_on_id: str
    blocks: tuple[StoredBlock, ...]
    said: Said
    missing: tuple[Missing, ...]
    versions: tuple[IssuedProposal, ...]

    @property
    def is_draft(self) -> bool:
        """Whether there is something that was not issued yet."""
        return self.state in {ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.APPROVED}


def find(workspace: Workspace, number: str) -> RowId:
    """The proposal with this number or id. Raises Refusal `proposal.unknown`."""
    with workspace.read() as session:
        found = store.ids_of(session, number.strip())
    if len(found) != 1:
        raise Refusal("proposal.unknown", number=number)
    return RowId(found[0])


def open_proposal(workspace: Workspace, proposal_id: str) -> OpenProposal:
    """One proposal. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        return stored(session, workspace, proposal_id)


def choices(workspace: Workspace, proposal_id: str) -> tuple[QuoteChoice, ...]:
    """The quote versions whose prices it may show. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        row = records.get(session, "proposal", proposal_id).fields
        return store.quote_choices(session, row.get("account_id"), row.get("opportunity_id"))


def stored(session: Session, workspace: Workspace, proposal_id: str) -> OpenProposal:
    """The same within a session."""
    row = records.get(session, "proposal", proposal_id)
    fields = row.fields
    language = str(fields.get("language") or "ko")
    account = _maybe(session, "account", fields.get("account_id"))
    chosen = store.quote_version(session, fields.get("quote_version_id"))
    price = price_of(chosen) if chosen is not None else None
    blocks = store.blocks(session, proposal_id)
    with speaking(language), forms.written():
        values = _values(session, workspace, fields, account, price)
        filling = _Filling(session, workspace, str(fields.get("account_id") or ""), values, price)
        said = Said(
            title=str(fields.get("name") or ""),
            language=language,
            account=str(account.get("name") or ""),
            contact=" ".join(one for one in (values["contact.name"], values["contact.title"]) if one),
            company=values["company.name"],
            company_line=" · ".join(one for one in (values["company.phone"], values["company.email"]) if one),
            owner=values["owner.name"],
            logo=templates.company(session).logo,
            blocks=tuple(filling.block(one) for one in blocks),
        )
    if chosen is not None and not chosen.newest and any(one.kind is BlockKind.PRICE for one in blocks):
        filling.missing.append(Missing(code="price_old", what=f"{chosen.number} v{chosen.version}"))
    past = store.versions(session, proposal_id)
    state = fields.get("proposal_state") or ProposalState.DRAFT.value
    return OpenProposal(
        id=proposal_id,
        number=str(fields.get("number") or ""),
        name=said.title,
        state=ProposalState(state),
        language=language,
        account_id=str(fields.get("account_id") or ""),
        account_name=said.account,
        industry=str(account.get("industry") or ""),
        contact_id=str(fields.get("contact_id") or ""),
        opportunity_id=str(fields.get("opportunity_id") or ""),
        opportunity_name=row.titles.get("opportunity_id", ""),
        quote_version_id=chosen.id if chosen is not None else "",
        quote_label=f"{chosen.number} v{chosen.version}" if chosen is not None else "",
        draft_version=max(int(fields.get("draft_version") or 1), past[0].version + 1 if past else 1),
        submitted_by_id=str(fields.get("submitted_by_id") or ""),
        approved_by_id=str(fields.get("approved_by_id") or ""),
        approved_hash=str(fields.get("approved_hash") or ""),
        based_on_id=str(fields.get("based_on_id") or ""),
        blocks=blocks,
        said=said,
        missing=tuple(filling.missing),
        versions=past,
    )


def price_of(choice: QuoteChoice) -> Price:
    """What a customer may read of the quote version. Raises Trouble `quote.snapshot.altered`, `quote.snapshot.unreadable`."""
    told = customer_copy.copy_of(versions.from_snapshot(choice.snapshot, choice.hash)).content
    amounts, draft = told.amounts, told.draft
    nets = {one.id: one.net for one in amounts.sections}
    return Price(
        number=told.number,
        version=told.version,
        hash=choice.hash,
        currency=draft.currency,
        sections=tuple(
            PriceLine(
                heading=section.name,
                amount=nets[section.id],
                lines=tuple(one.name for one in section.lines if one.name),
            )
            for section in draft.sections
            if section.id in nets and not section.optional
        ),
        discount=amounts.discount_amount,
        net_amount=amounts.net_amount,
        tax_amount=amounts.tax_amount,
        grand_total=amounts.grand_total,
        valid_until=draft.valid_until,
        payment_terms=draft.payment_terms,
    )


class _Filling:
    """Fills blocks one by one and remembers what was missing."""

    def __init__(
        self, session: Session, workspace: Workspace, account_id: str, values: Mapping[str, str], price: Price | None
    ) -> None:
        self.missing: list[Missing] = []
        self._session = session
        self._today = workspace.today()
        self._account_id = account_id
        self._values = values
        self._price = price

    def block(self, one: StoredBlock) -> Block:
        """The block as it is printed."""
        found = content.content(self._session, one.content_id) if one.content_id else None
        title = one.name or (found.name if found is not None else "") or option_label("block_kind", one.kind.value)
        text = one.body or (found.body if found is not None else "")
        for word in placeholders.unfilled(f"{title} {text}", self._values):
            self._lacks("placeholder", one, title, word)
        if one.content_id and found is None:
            self._lacks("content_gone", one, title)
        elif found is not None and found.expired(self._today):
            self._lacks("content_expired", one, title)
        goals = self._goals() if one.kind is BlockKind.GOALS else ()
        team = self._team() if one.kind is BlockKind.TEAM else ()
        price = self._price if one.kind is BlockKind.PRICE else None
        if one.kind is BlockKind.PRICE and price is None:
            self._lacks("price", one, title)
        attached = found is not None and (found.image or found.pages)
        if not (text.strip() or goals or team or price or attached) and one.kind is not BlockKind.PRICE:
            self._lacks("empty", one, title)
        return Block(
            id=one.id,
            kind=one.kind,
            title=placeholders.filled(title, self._values),
            text=placeholders.filled(text, self._values),
            content_id=one.content_id,
            content_kind=ContentKind(found.kind) if found is not None and found.kind in set(ContentKind) else None,
            image=found.image if found is not None else "",
            pages=found.pages if found is not None else "",
            goals=goals,
            team=team,
            price=price,
        )

    def _lacks(self, code: str, block: StoredBlock, title: str, what: str = "") -> None:
        self.missing.append(Missing(code=code, block_id=block.id, title=title, what=what))

    def _goals(self) -> tuple[Goal, ...]:
        """The goals and objectives of the newest account plan."""
        known = plans.plans(self._session, self._account_id)
        plan = plans.plan(self._session, known[0].id) if known else None
        wanted = {PlanItemKind.GOAL, PlanItemKind.OBJECTIVE}
        lines = plan.items if plan is not None else ()
        return tuple(
            Goal(subject=one.subject, measure=one.measure, due_on=one.due_on) for one in lines if one.kind in wanted
        )

    def _team(self) -> tuple[Member, ...]:
        rows = store.team(self._session, self._account_id, self._today.isoformat())
        return tuple(Member(name=name, role=role, email=email) for name, role, email in rows)


def _values(
    session: Session, workspace: Workspace, fields: Mapping[str, Any], account: Mapping[str, Any], price: Price | None
) -> dict[str, str]:
    contact = _maybe(session, "contact", fields.get("contact_id"))
    deal = _maybe(session, "opportunity", fields.get("opportunity_id"))
    company = quote_store.supplier(session, fields.get("owner_id"))
    values = {
        "account.name": account.get("name"),
        "account.industry": account.get("industry"),
        "contact.name": contact.get("name"),
        "contact.title": contact.get("title"),
        "opportunity.name": deal.get("name"),
        "proposal.number": fields.get("number"),
        "proposal.name": fields.get("name"),
        "owner.name": company.contact,
        "company.name": company.name or workspace.name,
        "company.phone": company.phone,
        "company.email": company.email,
    }
    if price is not None:
        values["quote.number"] = price.number
        values["quote.total"] = formats.money(price.grand_total, price.currency)
        values["quote.valid_until"] = formats.date_long(price.valid_until) if price.valid_until else ""
    return {name: str(values.get(name) or "") for name in placeholders.PLACEHOLDERS}


def _maybe(session: Session, entity: str, row_id: str | None) -> Mapping[str, Any]:
    """The fields of a row; none where it is gone."""
    if not row_id:
        return {}
    try:
        return records.get(session, entity, row_id).fields
    except Refusal:
        return {}


def missing_words(one: Missing) -> str:
    """What is missing, in words."""
    words = {
        "placeholder": tr("{what} is not known", what="{" + one.what + "}"),
        "content_gone": tr("The block of the library is gone"),
        "content_expired": tr("The block of the library has expired"),
        "price": tr("No quote version is chosen"),
        "price_old": tr("{what} was replaced by a newer version", what=one.what),
        "empty": tr("Nothing is written here yet."),
    }
    return f"{one.title}: {words[one.code]}" if one.title else words[one.code]
