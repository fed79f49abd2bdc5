"""Queries of quotes: a whole draft with its parties, the list, issued versions, products to choose from. Frozen values out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.domain.money import CURRENCIES, ZERO
from desktop_crm.domain.quotes import order
from desktop_crm.domain.quotes.answers import IN_WORK
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource
from desktop_crm.domain.quotes.draft import LOOSE, Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.options import (
    Billing,
    BundlePrice,
    LifeCycle,
    QuoteStatus,
    RoundingLevel,
    RoundingPolicy,
    TaxClass,
)
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import search
from desktop_crm.persistence.stores.price_books import bases_of
from desktop_crm.persistence.stores.quote_lines import HEAD_COLUMNS, LINE_COLUMNS, line_of, section_of
from desktop_crm.persistence.tables.accounts import AccountRow, ContactRow
from desktop_crm.persistence.tables.catalogue import ProductRow
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow
from desktop_crm.persistence.tables.quotes import (
    QuoteLineRow,
    QuoteRow,
    QuoteSectionRow,
    QuoteVersionRow,
    SupplierRow,
)

_NOBODY = Party(name="")
_SAID_TOTALS = "quote totals of this transaction"
_ALL = 1_000_000_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HASH_SIGNS = 8
"""So much of a hash tells two versions of one number apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A quote as it stands: its draft, what a draft does not hold, and the order keys of its rows."""

    draft: QuoteDraft
    number: str
    status: QuoteStatus
    draft_version: int
    account_name: str
    opportunity_name: str
    price_book_id: RowId | None
    keys: Mapping[str, str]
    alternative: str = ""
    alternative_of_id: RowId | None = None
    based_on_id: RowId | None = None
    standing_id: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSummary:
    """One quote in a list. `version` is the newest issued one, 0 when there is none; the total is the engine's."""

    id: RowId
    number: str
    name: str
    account_id: RowId | None
    account_name: str
    status: QuoteStatus
    version: int
    draft_version: int
    grand_total: Decimal
    currency: str
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSummary:
    """One issued version. `pdf_ko`, `pdf_en`: hashes of the stored files.

    `label`: "v4"; where two laptops issued the same number apart from each other the later one is "v4-B".
    """

    id: RowId
    number: str
    version: int
    label: str
    issued_at: datetime
    issued_by: str
    grand_total: Decimal
    currency: str
    hash: str
    pdf_ko: str | None
    pdf_en: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChoice:
    """A product that may become a line. `bases`: all that is known of its price today, in each currency."""

    id: RowId
    code: str
    name: str
    name_en: str
    spec: str
    unit: str
    list_price: Decimal | None
    currency: str
    tax_rate: Decimal | None
    bases: Mapping[str, PriceBasis] = field(default_factory=dict)
    tax_class: TaxClass = TaxClass.STANDARD
    life_cycle: LifeCycle = LifeCycle.AVAILABLE
    billing: Billing = Billing.ONCE
    bundle_price: BundlePrice | None = None
    cost: Decimal | None = None

    def basis(self, currency: str) -> PriceBasis | None:
        """What is known of its price in that currency; a price of no currency holds in each."""
        return self.bases.get(currency) or self.bases.get("")

    def source(self, currency: str, order: Sequence[str] = DECLARED) -> PriceSource | None:
        """What sets its price in that currency: a contract, a book, or its own list price."""
        known = self.basis(currency)
        return known.winner(order) if known is not None else None

    def price_in(self, currency: str) -> Decimal | None:
        """The price in that currency; None when nothing has one."""
        source = self.source(currency)
        return None if source is None else source.price


def stored(session: Session, quote_id: str) -> Stored | None:
    """The whole quote, or None when it is not there."""
    row = session.get(QuoteRow, quote_id)
    if row is None or row.row_deleted is not None:
        return None
    account = _live(session, AccountRow, row.account_id)
    opportunity = _live(session, OpportunityRow, row.opportunity_id)
    draft = replace(
        _bare_draft(row, _sections_of(session, [quote_id])[quote_id]),
        supplier=supplier(session, row.owner_id),
        customer=_customer(account, _live(session, ContactRow, row.contact_id)),
    )
    return Stored(
        draft=draft,
        number=row.number or "",
        status=QuoteStatus(row.status or QuoteStatus.DRAFT),
        draft_version=row.draft_version or 1,
        account_name=account.name or "" if account else "",
        opportunity_name=opportunity.name or "" if opportunity else "",
        price_book_id=_id(row.price_book_id),
        keys=_keys(session, quote_id),
        alternative=row.alternative or "",
        alternative_of_id=_id(row.alternative_of_id),
        based_on_id=_id(row.based_on_id),
        standing_id=_id(row.standing_id),
    )


def supplier(session: Session, owner_id: str | None) -> Party:
    """Our own company, and who wrote the quote."""
    row = session.scalars(select(SupplierRow).where(SupplierRow.row_deleted.is_(None)).order_by(SupplierRow.id)).first()
    owner = _live(session, UserRow, owner_id)
    writer = owner.name or "" if owner else ""
    if row is None:
        return Party(name="", contact=writer)
    return Party(
        name=row.name or "",
        registration_number=row.business_registration_number or "",
        representative=row.representative or "",
        address=row.address_line or "",
        phone=row.phone or "",
        email=row.email or "",
        contact=writer,
    )


def pricing_terms(session: Session) -> dict[str, Any]:
    """How our own company prices, as far as it says: fields that a new quote takes over."""
    row_id = supplier_id(session)
    row = session.get(SupplierRow, row_id) if row_id else None
    names = ("rounding_policy", "rounding_level", "tax_included", "pricing_order")
    found = {} if row is None else {name: getattr(row, name) for name in names}
    return {name: value for name, value in found.items() if value}


def supplier_id(session: Session) -> str | None:
    """The row of our own company."""
    return session.scalars(
        select(SupplierRow.id).where(SupplierRow.row_deleted.is_(None)).order_by(SupplierRow.id)
    ).first()


def summaries(
    session: Session, text: str = "", limit: int = 200, account_id: str | None = None
) -> tuple[QuoteSummary, ...]:
    """Quotes, the newest first; `text` is looked for in number, title and account name.

    Totals are computed from the lines: a stored one may be behind after edits by two people were merged.
    """
    statement = (
        select(QuoteRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == QuoteRow.account_id)
        .where(QuoteRow.row_deleted.is_(None))
        .order_by(QuoteRow.id.desc())
        .limit(limit)
    )
    if account_id is not None:
        statement = statement.where(QuoteRow.account_id == account_id)
    if text.strip():
        like = f"%{text.strip()}%"
        statement = statement.where(
            or_(QuoteRow.number.like(like), QuoteRow.name.like(like), AccountRow.name.like(like))
        )
    found = [(row, account or "") for row, account in session.execute(statement)]
    ids = [row.id for row, _ in found]
    sections, newest = _sections_of(session, ids), _newest_versions(session, ids)
    return tuple(
        _summary(row, account, sections.get(row.id, ()), newest.get(row.id, (0, ZERO))) for row, account in found
    )


def totals(session: Session) -> dict[str, Decimal]:
    """The grand total of every quote as its list shows it."""
    return {one.id: one.grand_total for one in summaries(session, limit=_ALL)}


def totals_of(session: Session, ids: Sequence[str]) -> dict[str, Decimal]:
    """The same of some quotes, a page of a list; none for quotes without lines or in no known currency."""
    known: dict[str, Decimal] = said_totals(session)
    unknown = [one for one in ids if one not in known]
    sections = _sections_of(session, unknown)
    return {one: known[one] for one in ids if one in known} | {
        row.id: price(_bare_draft(row, sections[row.id])).grand_total
        for some in _chunks(unknown)
        for row in session.scalars(select(QuoteRow).where(QuoteRow.id.in_(some)))
        if sections[row.id] and (row.currency or "KRW") in CURRENCIES
    }


def said_totals(session: Session) -> dict[str, Decimal]:
    """Totals that were worked out from all lines within this transaction: who counts quotes does not work them out again.

    Whoever says one clears it when the transaction is over.
    """
    return cast("dict[str, Decimal]", session.connection().info.setdefault(_SAID_TOTALS, {}))


def _summary(
    row: QuoteRow, account: str, sections: tuple[QuoteSection, ...], newest: tuple[int, Decimal]
) -> QuoteSummary:
    version, issued_total = newest
    total = price(_bare_draft(row, sections)).grand_total if sections or not row.grand_total else row.grand_total
    status = QuoteStatus(row.status or QuoteStatus.DRAFT)
    if status not in {*IN_WORK, QuoteStatus.ACCEPTED} and version and total != issued_total:
        status = QuoteStatus.DRAFT  # a line was edited by itself, or an undo reached behind the issue
    return QuoteSummary(
        id=RowId(row.id),
        number=row.number or "",
        name=row.name or "",
        account_id=_id(row.account_id),
        account_name=account,
        status=status,
        version=version,
        draft_version=row.draft_version or 1,
        grand_total=total,
        currency=row.currency or "",
        valid_until=row.valid_until,
    )


def _newest_versions(session: Session, ids: Sequence[str]) -> dict[str, tuple[int, Decimal]]:
    """The newest version of each quote and its total."""
    columns = (QuoteVersionRow.quote_id, QuoteVersionRow.version, QuoteVersionRow.grand_total)
    found: dict[str, tuple[int, Decimal]] = {}
    for some in _chunks(ids):
        statement = select(*columns).where(QuoteVersionRow.quote_id.in_(some), QuoteVersionRow.row_deleted.is_(None))
        for quote_id, version, total in session.execute(
            statement.order_by(QuoteVersionRow.issued_at, QuoteVersionRow.id)
        ):
            if quote_id and (version or 0) >= found.get(quote_id, (0, ZERO))[0]:
                found[quote_id] = (version or 0, total or ZERO)
    return found


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def versions(session: Session, quote_id: str) -> tuple[VersionSummary, ...]:
    """The issued versions, the newest first; of several with one number the one that was decided for goes first."""
    statement = (
        select(QuoteVersionRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == QuoteVersionRow.issued_by_id)
        .where(QuoteVersionRow.quote_id == quote_id, QuoteVersionRow.row_deleted.is_(None))
        .order_by(QuoteVersionRow.version.desc(), QuoteVersionRow.issued_at.desc(), QuoteVersionRow.id.desc())
    )
    found = [(row, name, row.issued_at) for row, name in session.execute(statement) if row.issued_at is not None]
    held = session.scalar(select(QuoteRow.standing_id).where(QuoteRow.id == quote_id))
    found.sort(key=lambda one: (-(one[0].version or 0), one[0].id != held))
    labels = version_labels([(row.id, row.version or 0, issued_at) for row, _, issued_at in found])
    return tuple(
        VersionSummary(
            id=RowId(row.id),
            number=row.number or "",
            version=row.version or 0,
            label=labels[row.id],
            issued_at=issued_at,
            issued_by=name or "",
            grand_total=row.grand_total or ZERO,
            currency=row.currency or "",
            hash=row.snapshot_hash or "",
            pdf_ko=row.pdf_ko,
            pdf_en=row.pdf_en,
        )
        for row, name, issued_at in found
    )


def version_labels(issued: Sequence[tuple[str, int, datetime]]) -> dict[str, str]:
    """What each version is called: v4, and v4-B, v4-C for those that were issued of the same number later."""
    found: dict[str, str] = {}
    taken: Counter[int] = Counter()
    for row_id, version, _ in sorted(issued, key=lambda one: (one[2], one[0])):
        found[row_id] = f"v{version}" + (f"-{_LETTERS[min(taken[version], 25)]}" if taken[version] else "")
        taken[version] += 1
    return found


def version_of(session: Session, version_id: str) -> tuple[str, str] | None:
    """The quote that a version is of, and its number; None when it is not here."""
    row = _live(session, QuoteVersionRow, version_id)
    return None if row is None else (row.quote_id or "", row.number or "")


def alternatives_of(session: Session, quote_id: str) -> tuple[str, ...]:
    """The quotes that stand side by side with one, itself among them, in the order they were made."""
    row = _live(session, QuoteRow, quote_id)
    if row is None:
        return ()
    first = row.alternative_of_id or quote_id
    statement = select(QuoteRow.id).where(or_(QuoteRow.id == first, QuoteRow.alternative_of_id == first))
    return tuple(session.scalars(statement.where(QuoteRow.row_deleted.is_(None)).order_by(QuoteRow.id)))


def quote_of_file(session: Session, digest: str) -> str | None:
    """The quote one of whose issued files has this SHA-256."""
    named = or_(QuoteVersionRow.pdf_ko == digest, QuoteVersionRow.pdf_en == digest)
    return session.scalars(select(QuoteVersionRow.quote_id).where(named, QuoteVersionRow.row_deleted.is_(None))).first()


def product_ids_of(session: Session, code: str) -> tuple[str, ...]:
    """The products of that code."""
    return tuple(
        session.scalars(select(ProductRow.id).where(ProductRow.code == code, ProductRow.row_deleted.is_(None)))
    )


def snapshot(session: Session, version_id: str) -> tuple[str, str] | None:
    """The canonical text of an issued version and its hash."""
    row = session.get(QuoteVersionRow, version_id)
    return None if row is None else (row.snapshot or "", row.snapshot_hash or "")


def quote_ids_of(session: Session, word: str) -> tuple[str, ...]:
    """The quote with this id, or those with this number; letters may be of either case."""
    live = select(QuoteRow.id).where(QuoteRow.row_deleted.is_(None)).order_by(QuoteRow.id)
    word = word.strip()
    named = tuple(session.scalars(live.where(QuoteRow.id == word.lower())))
    return named or tuple(session.scalars(live.where(func.upper(QuoteRow.number) == word.upper())))


def account_ids_of(session: Session, name: str) -> tuple[str, ...]:
    """Accounts of that name, letters of either case."""
    statement = select(AccountRow.id).where(func.lower(AccountRow.name) == name.strip().lower())
    return tuple(session.scalars(statement.where(AccountRow.row_deleted.is_(None)).order_by(AccountRow.id)))


def products_by_id(
    session: Session, ids: Sequence[str], today: date, price_book_id: str | None, account_id: str | None
) -> dict[str, ProductChoice]:
    """Products by their ids; those that are gone are not there."""
    rows = [
        row
        for some in _chunks(ids)
        for row in session.scalars(select(ProductRow).where(ProductRow.id.in_(some), ProductRow.row_deleted.is_(None)))
    ]
    return {one.id: one for one in _choices(session, rows, today, price_book_id, account_id)}


def products_named(
    session: Session, words: Sequence[str], today: date, price_book_id: str | None = None, account_id: str | None = None
) -> dict[str, ProductChoice]:
    """Products by code or name, as they were written; a code goes before a name."""
    found: dict[str, ProductRow] = {}
    for start in range(0, len(words), 400):
        some = [word.lower() for word in words[start : start + 400]]
        for column in (ProductRow.name, ProductRow.code):
            statement = select(ProductRow).where(func.lower(column).in_(some), ProductRow.row_deleted.is_(None))
            for row in session.scalars(statement.order_by(ProductRow.id.desc())):
                found[str(getattr(row, column.key)).lower()] = row
    choices = {
        one.id: one
        for one in _choices(
            session, list({row.id: row for row in found.values()}.values()), today, price_book_id, account_id
        )
    }
    return {word: choices[RowId(row.id)] for word, row in found.items()}


def product_chosen(session: Session, product_id: str, today: date) -> ProductChoice | None:
    """One product with today's prices."""
    row = session.get(ProductRow, product_id)
    return _choices(session, [row], today)[0] if row is not None and row.row_deleted is None else None


def product_choices(
    session: Session,
    text: str,
    limit: int,
    today: date,
    price_book_id: str | None = None,
    account_id: str | None = None,
) -> tuple[ProductChoice, ...]:
    """Products for what was typed (name, code, initial consonants), the best first; for nothing typed, by name."""
    if text.strip():
        hits = search.find(session, text, limit * 4)
        ids = [hit.id for hit in hits if hit.entity == "product"][:limit]
        rows = {row.id: row for row in session.scalars(select(ProductRow).where(ProductRow.id.in_(ids)))}
        return _choices(session, [rows[row_id] for row_id in ids if row_id in rows], today, price_book_id, account_id)
    statement = select(ProductRow).where(ProductRow.row_deleted.is_(None)).order_by(ProductRow.name).limit(limit)
    return _choices(session, list(session.scalars(statement)), today, price_book_id, account_id)


def _life_cycle(row: ProductRow) -> LifeCycle:
    if row.life_cycle:
        return LifeCycle(row.life_cycle)
    return LifeCycle.WITHDRAWN if row.active is False else LifeCycle.AVAILABLE


def _choices(
    session: Session,
    rows: Sequence[ProductRow],
    today: date,
    price_book_id: str | None = None,
    account_id: str | None = None,
) -> tuple[ProductChoice, ...]:
    bases = bases_of(session, rows, today, price_book_id, account_id)
    return tuple(
        ProductChoice(
            id=RowId(row.id),
            code=row.code or "",
            name=row.name or "",
            name_en=row.name_en or "",
            spec=row.spec or "",
            unit=row.unit or "",
            list_price=row.list_price,
            currency=row.currency or "",
            tax_rate=row.tax_rate,
            bases=bases.get(row.id, {}),
            tax_class=TaxClass(row.tax_class or TaxClass.STANDARD),
            life_cycle=_life_cycle(row),
            billing=Billing(row.billing or Billing.ONCE),
            bundle_price=BundlePrice(row.bundle_price) if row.bundle_price else None,
            cost=row.cost,
        )
        for row in rows
    )


def _bare_draft(row: QuoteRow, sections: tuple[QuoteSection, ...]) -> QuoteDraft:
    """What a row and its lines come to a price by; without parties."""
    return QuoteDraft(
        id=RowId(row.id),
        supplier=_NOBODY,
        customer=_NOBODY,
        currency=row.currency or "KRW",
        sections=sections,
        name=row.name or "",
        account_id=_id(row.account_id),
        contact_id=_id(row.contact_id),
        opportunity_id=_id(row.opportunity_id),
        rounding_policy=RoundingPolicy(row.rounding_policy or RoundingPolicy.HALF_UP),
        discount_percent=row.discount_percent or ZERO,
        discount_amount=row.discount_amount or ZERO,
        tax_rate=row.tax_rate or ZERO,
        price_book_id=_id(row.price_book_id),
        template=row.template or "",
        rounding_level=RoundingLevel(row.rounding_level or RoundingLevel.TAX),
        tax_included=bool(row.tax_included),
        prepaid=row.prepaid or ZERO,
        exchange_rate=row.exchange_rate,
        exchange_on=row.exchange_on,
        pricing_order=() if not row.pricing_order else order.read(row.pricing_order),
        valid_until=row.valid_until,
        payment_terms=row.payment_terms or "",
        remarks=row.remarks or "",
    )


def _sections_of(session: Session, ids: Sequence[str]) -> dict[str, tuple[QuoteSection, ...]]:
    """The sections of each quote, in order, the loose lines first."""
    heads, lines = _heads_and_lines(session, ids)
    found: dict[str, tuple[QuoteSection, ...]] = {}
    for quote_id in ids:
        own = heads.get(quote_id, [])
        known = {head.id for head in own}
        by_section: dict[str, list[QuoteLine]] = defaultdict(list)
        for row in lines.get(quote_id, []):
            by_section[row.section_id if row.section_id in known else LOOSE].append(line_of(row))
        sections = [section_of(head, tuple(by_section[head.id])) for head in own]
        if by_section[LOOSE]:
            sections.insert(0, QuoteSection(id=LOOSE, lines=tuple(by_section[LOOSE])))
        found[quote_id] = tuple(sections)
    return found


def _heads_and_lines(session: Session, ids: Sequence[str]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Headings and lines by quote, each in their order."""
    found: tuple[dict[str, list[Any]], dict[str, list[Any]]] = (defaultdict(list), defaultdict(list))
    for some in _chunks(ids):
        for rows, kind, columns in zip(
            found, (QuoteSectionRow, QuoteLineRow), (HEAD_COLUMNS, LINE_COLUMNS), strict=True
        ):
            wanted: Any = kind
            for row in session.execute(select(*columns).where(wanted.quote_id.in_(some), wanted.row_deleted.is_(None))):
                rows[row.quote_id].append(row)
    for rows in found:
        for own in rows.values():
            own.sort(key=lambda row: (row.order_key or "", row.id))
    return found


def _keys(session: Session, quote_id: str) -> dict[str, str]:
    """The order keys of a quote's headings and lines."""
    found: dict[str, str] = {}
    for kind in (QuoteSectionRow, QuoteLineRow):
        statement = select(kind.id, kind.order_key).where(kind.quote_id == quote_id, kind.row_deleted.is_(None))
        found |= {row_id: key for row_id, key in session.execute(statement) if key}
    return found


def _customer(account: AccountRow | None, contact: ContactRow | None) -> Party:
    if account is None:
        return Party(name="")
    street = " ".join(part for part in (account.address_city, account.address_line) if part)
    return Party(
        name=account.name or "",
        registration_number=account.business_registration_number or "",
        address=street,
        phone=account.phone or "",
        department=(contact.department or "") if contact else "",
        contact=(contact.name or "") if contact else "",
        contact_title=(contact.title or "") if contact else "",
        email=(contact.email or "") if contact else "",
    )


def _live(session: Session, kind: type[Any], row_id: str | None) -> Any:
    row = session.get(kind, row_id) if row_id else None
    return row if row is not None and row.row_deleted is None else None


def _id(value: str | None) -> RowId | None:
    return RowId(value) if value else None


def deleted_rows(session: Session, entity: str, ids: Sequence[str]) -> frozenset[str]:
    """Which of these rows are there, marked as deleted."""
    table = {"quote_section": QuoteSectionRow, "quote_line": QuoteLineRow}[entity]
    return frozenset(
        session.scalars(select(table.id).where(table.id.in_(ids), table.row_deleted.is_not(None))) if ids else ()
    )
