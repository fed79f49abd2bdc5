"""Queries of proposals: blocks in their order, issued versions, the won ones to begin from. Frozen values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.domain.quotes.similar import Side, WonDeal
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores.content import outcome
from desktop_crm.persistence.stores.quotes import version_labels
from desktop_crm.persistence.stores.won_deals import products_of
from desktop_crm.persistence.tables.accounts import AccountRow
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow, StageRow
from desktop_crm.persistence.tables.proposals import ProposalBlockRow, ProposalRow, ProposalVersionRow
from desktop_crm.persistence.tables.quotes import QuoteRow, QuoteVersionRow

_TEAM = (
    "SELECT u.name, m.member_role, u.email FROM account_member m JOIN user u ON u.id=m.user_id WHERE m.account_id=:account"
    " AND m._deleted IS NULL AND u._deleted IS NULL AND (m.until_on IS NULL OR m.until_on>=:today)"
    " ORDER BY m.member_role IS NULL, m.member_role, u.name"
)
_PAINS = (
    "SELECT DISTINCT n.pains FROM map_node n JOIN stakeholder_map m ON m.id=n.map_id WHERE m.account_id=:account"
    " AND n._deleted IS NULL AND m._deleted IS NULL AND coalesce(m.private,0)=0 AND coalesce(n.pains,'')<>''"
    " ORDER BY n.influence DESC, n.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlock:
    """A block as it is edited. `body` of a block from the library is empty as long as its own text is not changed here."""

    id: str
    kind: BlockKind
    name: str
    body: str
    content_id: str
    order_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedProposal:
    """One issued version, without its content. `label`: "v2"; where two laptops issued one number apart the later is "v2-B"."""

    id: str
    number: str
    version: int
    label: str
    issued_at: datetime
    issued_by: str
    hash: str
    pdf_ko: str
    pdf_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteChoice:
    """An issued quote version whose prices a proposal may show. `newest`: of its quote."""

    id: str
    quote_id: str
    number: str
    version: int
    snapshot: str
    hash: str
    newest: bool


def blocks(session: Session, proposal_id: str) -> tuple[StoredBlock, ...]:
    """In the order in which they are printed."""
    row = ProposalBlockRow
    found = session.scalars(
        select(row)
        .where(row.proposal_id == proposal_id, row.row_deleted.is_(None))
        .order_by(row.order_key.is_(None), row.order_key, row.id)
    )
    known = set(BlockKind)
    return tuple(
        StoredBlock(
            id=one.id,
            kind=BlockKind(one.block_kind) if one.block_kind in known else BlockKind.TEXT,
            name=one.name or "",
            body=one.body or "",
            content_id=one.content_id or "",
            order_key=one.order_key or "",
        )
        for one in found
    )


def versions(session: Session, proposal_id: str) -> tuple[IssuedProposal, ...]:
    """The issued versions, the newest first."""
    row = ProposalVersionRow
    statement = (
        select(row, UserRow.name)
        .outerjoin(UserRow, UserRow.id == row.issued_by_id)
        .where(row.proposal_id == proposal_id, row.row_deleted.is_(None))
        .order_by(row.version.desc(), row.issued_at.desc(), row.id.desc())
    )
    issued = session.execute(statement).all()
    labels = version_labels(
        [(one.id, one.version or 0, one.issued_at) for one, _ in issued if one.issued_at is not None]
    )
    return tuple(
        IssuedProposal(
            id=one.id,
            number=one.number or "",
            version=one.version or 0,
            label=labels[one.id],
            issued_at=one.issued_at,
            issued_by=name or "",
            hash=one.snapshot_hash or "",
            pdf_ko=one.pdf_ko or "",
            pdf_en=one.pdf_en or "",
        )
        for one, name in issued
        if one.issued_at is not None
    )


def snapshot(session: Session, version_id: str) -> tuple[str, str] | None:
    """The canonical text of an issued version and its hash."""
    row = session.get(ProposalVersionRow, version_id)
    return None if row is None or row.row_deleted is not None else (row.snapshot or "", row.snapshot_hash or "")


def ids_of(session: Session, word: str) -> tuple[str, ...]:
    """The proposal with this id, or those with this number."""
    row = ProposalRow
    statement = select(row.id).where(row.row_deleted.is_(None), or_(row.id == word, row.number == word.upper()))
    return tuple(session.scalars(statement.order_by(row.id)))


def quote_version(session: Session, version_id: str | None) -> QuoteChoice | None:
    """One issued quote version; None where it is not here."""
    row = session.get(QuoteVersionRow, version_id) if version_id else None
    if row is None or row.row_deleted is not None:
        return None
    later = select(QuoteVersionRow.id).where(
        QuoteVersionRow.quote_id == row.quote_id,
        QuoteVersionRow.version > (row.version or 0),
        QuoteVersionRow.row_deleted.is_(None),
    )
    return _choice(row, newest=session.scalars(later).first() is None)


def quote_version_of(session: Session, snapshot_hash: str) -> str | None:
    """The issued quote version with this hash, where it is here."""
    row = QuoteVersionRow
    statement = select(row.id).where(row.snapshot_hash == snapshot_hash, row.row_deleted.is_(None))
    return session.scalars(statement.order_by(row.id)).first()


def quote_choices(session: Session, account_id: str | None, opportunity_id: str | None) -> tuple[QuoteChoice, ...]:
    """The issued quote versions for that customer, those of the opportunity first, the newest first."""
    row, quote = QuoteVersionRow, QuoteRow
    found = session.execute(
        select(row, quote.opportunity_id)
        .join(quote, quote.id == row.quote_id)
        .where(quote.account_id == account_id, row.row_deleted.is_(None), quote.row_deleted.is_(None))
        .order_by(row.issued_at.desc(), row.id.desc())
    ).all()
    highest: dict[str, int] = {}
    for one, _ in found:
        highest[one.quote_id or ""] = max(highest.get(one.quote_id or "", 0), one.version or 0)
    ordered = sorted(found, key=lambda pair: not (opportunity_id and pair[1] == opportunity_id))
    return tuple(_choice(one, newest=highest[one.quote_id or ""] == one.version) for one, _ in ordered)


def team(session: Session, account_id: str | None, today: str) -> list[tuple[str, str, str]]:
    """Name, role and mail address of those who look after the account now."""
    rows = session.execute(sql(_TEAM), {"account": account_id, "today": today})
    return [(row[0] or "", row[1] or "", row[2] or "") for row in rows]


def pains(session: Session, account_id: str | None) -> tuple[str, ...]:
    """What troubles the customer's people, as maps that everyone may read say it."""
    rows = session.execute(sql(_PAINS), {"account": account_id})
    return tuple(dict.fromkeys(line.strip() for row in rows for line in str(row[0]).splitlines() if line.strip()))


def won_proposals(session: Session, but: str | None = None) -> tuple[WonDeal, ...]:
    """Issued proposals that were won, as far as deals are compared."""
    row = ProposalRow
    found = session.execute(
        select(row, AccountRow, OpportunityRow, StageRow.kind, ProposalVersionRow.issued_at, QuoteVersionRow.quote_id)
        .join(ProposalVersionRow, ProposalVersionRow.proposal_id == row.id)
        .outerjoin(AccountRow, AccountRow.id == row.account_id)
        .outerjoin(OpportunityRow, OpportunityRow.id == row.opportunity_id)
        .outerjoin(StageRow, StageRow.id == OpportunityRow.stage_id)
        .outerjoin(QuoteVersionRow, QuoteVersionRow.id == row.quote_version_id)
        .where(row.row_deleted.is_(None), ProposalVersionRow.row_deleted.is_(None), row.id != (but or ""))
        .order_by(ProposalVersionRow.issued_at)
    ).all()
    products = products_of(session, sorted({quote for *_, quote in found if quote}))
    newest: dict[str, WonDeal] = {}
    for proposal, account, deal, kind, issued_at, quote in found:
        if outcome(proposal.proposal_state, kind) != "won" or issued_at is None:
            continue
        people = {
            proposal.contact_id,
            proposal.owner_id,
            *((deal.contact_id, deal.owner_id) if deal is not None else ()),
        }
        own = products.get(quote or "", frozenset())
        newest[proposal.id] = WonDeal(
            quote_id=RowId(proposal.id),
            number=proposal.number or "",
            name=proposal.name or "",
            account_name=account.name or "" if account is not None else "",
            won_on=issued_at.date(),
            side=Side(
                account_id=RowId(proposal.account_id) if proposal.account_id else None,
                industry=account.industry or "" if account is not None else "",
                employees=account.employees if account is not None else None,
                products=own | ({RowId(deal.product_id)} if deal is not None and deal.product_id else set()),
                people=frozenset(RowId(one) for one in people if one),
            ),
        )
    return tuple(newest.values())


def _choice(row: QuoteVersionRow, *, newest: bool) -> QuoteChoice:
    return QuoteChoice(
        id=row.id,
        quote_id=row.quote_id or "",
        number=row.number or "",
        version=row.version or 0,
        snapshot=row.snapshot or "",
        hash=row.snapshot_hash or "",
        newest=newest,
    )
