"""Prices out of price books: what each book, and each contract with the account, says of a product today. Frozen values out.

The book that a quote names goes first, then the books above it; without one, the book of the account (or of the nearest account
above it that has one), then the books that stand under no other, the newest first. Books beneath others, and those of other
accounts, are for those who name them. Contracts are those with the account and with all above it; the nearest has the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource, Tier, read_tiers
from desktop_crm.domain.quotes.order import Rule
from desktop_crm.domain.schema.options import PriceBookKind, TierMode
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables.accounts import AccountRow
from desktop_crm.persistence.tables.catalogue import PriceBookEntryRow, PriceBookRow, ProductRow

_CHUNK: Final = 400
_HIGHEST: Final = 200
"""So many accounts above one are looked at: more is a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPrice:
    """What a product costs in a currency, and the book that says so."""

    currency: str
    unit_price: Decimal
    book_id: RowId
    book: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookChoice:
    """A price book to choose. `account_id`: the account it was made for."""

    id: RowId
    name: str
    currency: str
    valid_from: date | None
    valid_until: date | None
    account_id: RowId | None


def prices_of(
    session: Session, product_ids: Sequence[str], today: date, book_id: str | None = None
) -> dict[str, tuple[BookPrice, ...]]:
    """The price of each product in every currency that a valid book has it in; `book_id` is the one that goes first."""
    books = _in_order(session, today, book_id, ())
    found: dict[str, tuple[BookPrice, ...]] = {}
    for (product_id, currency), source in sorted(_best(session, product_ids, books, Rule.BOOK).items()):
        one = BookPrice(currency=currency, unit_price=source[0].price, book_id=RowId(source[0].id), book=source[0].name)
        found[product_id] = (*found.get(product_id, ()), one)
    return found


def bases_of(
    session: Session,
    products: Sequence[ProductRow],
    today: date,
    book_id: str | None = None,
    account_id: str | None = None,
) -> dict[str, dict[str, PriceBasis]]:
    """For each product and currency all that is known of its price: its list price, what a book says, what was agreed."""
    ids = [product.id for product in products]
    accounts = accounts_above(session, account_id)
    booked = _best(session, ids, _in_order(session, today, book_id, accounts), Rule.BOOK)
    agreed = _best(session, ids, _contracts(session, today, accounts), Rule.CONTRACT)
    found: dict[str, dict[str, PriceBasis]] = {}
    for product in products:
        of_product: dict[str, list[tuple[PriceSource, PriceBookEntryRow | None]]] = {}
        if product.list_price is not None:
            listed = PriceSource(rule=Rule.LIST, price=product.list_price, id=product.id, name=product.code or "")
            of_product[product.currency or ""] = [(listed, None)]
        for known in (booked, agreed):
            for (product_id, currency), one in known.items():
                if product_id == product.id:
                    of_product.setdefault(currency, []).append(one)
        found[product.id] = {currency: _basis(product, currency, some, today) for currency, some in of_product.items()}
    return found


def accounts_above(session: Session, account_id: str | None) -> tuple[str, ...]:
    """The account, then those above it."""
    chain: list[str] = []
    while account_id and account_id not in chain and len(chain) < _HIGHEST:
        chain.append(account_id)
        account_id = session.scalar(select(AccountRow.parent_id).where(AccountRow.id == account_id))
    return tuple(chain)


def book_choices(session: Session, today: date, currency: str, account_id: str | None) -> tuple[BookChoice, ...]:
    """Books that a quote in this currency may name today, the one that is meant for its account first."""
    accounts = accounts_above(session, account_id)
    rows = [
        row
        for row in _books(session)
        if row.kind != PriceBookKind.CONTRACT
        and _is_valid(row, today)
        and (row.currency or "") in {"", currency}
        and (row.account_id is None or row.account_id in accounts)
    ]
    rows.sort(key=lambda row: (_nearness(row, accounts), row.parent_id is not None, row.name or "", row.id))
    return tuple(_choice(row) for row in rows)


def ended_book(
    session: Session, product_id: str, currency: str, today: date, account_id: str | None = None
) -> BookChoice | None:
    """The book or contract that priced this product in this currency and has run out, the one that ended last."""
    accounts = accounts_above(session, account_id)
    rows = {
        row.id: row
        for row in _books(session)
        if row.valid_until is not None
        and row.valid_until < today
        and (row.currency or "") in {"", currency}
        and (row.account_id is None or row.account_id in accounts)
    }
    held = [rows[str(one.price_book_id)] for one in _entries(session, [product_id], list(rows))]
    last = max(held, key=lambda row: (row.valid_until or date.min, row.id), default=None)
    return None if last is None else _choice(last)


def _choice(row: PriceBookRow) -> BookChoice:
    return BookChoice(
        id=RowId(row.id),
        name=row.name or "",
        currency=row.currency or "",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        account_id=RowId(row.account_id) if row.account_id else None,
    )


def _nearness(row: PriceBookRow, accounts: Sequence[str]) -> int:
    return accounts.index(row.account_id) if row.account_id in accounts else len(accounts)


def _basis(
    product: ProductRow,
    currency: str,
    known: Sequence[tuple[PriceSource, PriceBookEntryRow | None]],
    today: date,
) -> PriceBasis:
    """Guidance comes from the last source that gives any, else from the product where the currency is its own."""
    own = currency == (product.currency or "")
    target, floor = (product.target_price, product.floor_price) if own else (None, None)
    for _, entry in known:
        if entry is not None:
            target = entry.target_price if entry.target_price is not None else target
            floor = entry.floor_price if entry.floor_price is not None else floor
    return PriceBasis(sources=tuple(source for source, _ in known), on=today, target_price=target, floor_price=floor)


def _best(
    session: Session, product_ids: Sequence[str], books: Sequence[PriceBookRow], rule: Rule
) -> dict[tuple[str, str], tuple[PriceSource, PriceBookEntryRow]]:
    """By product and currency the entry of the first book that has one; the newest where a book names a product twice."""
    rank = {book.id: place for place, book in enumerate(books)}
    best: dict[tuple[str, str], tuple[int, PriceBookEntryRow]] = {}
    for entry in _entries(session, product_ids, list(rank)) if rank else ():
        place = rank[str(entry.price_book_id)]
        key = (str(entry.product_id), books[place].currency or "")
        if key not in best or place < best[key][0]:
            best[key] = (place, entry)
    return {key: (_source(entry, books[place], rule), entry) for key, (place, entry) in best.items()}


def _source(entry: PriceBookEntryRow, book: PriceBookRow, rule: Rule) -> PriceSource:
    tiers = _tiers(entry.tiers)
    return PriceSource(
        rule=rule,
        price=entry.unit_price or ZERO,
        name=book.name or "",
        id=book.id,
        day=book.valid_from,
        tier_mode=TierMode(entry.tier_mode or TierMode.VOLUME) if tiers else None,
        tiers=tiers,
        block=max(entry.block or ZERO, ZERO),
    )


def _tiers(text: str | None) -> tuple[Tier, ...]:
    """Tiers that cannot be read are none; whoever writes them is told at once, what came by sync is not guessed."""
    try:
        return read_tiers(text or "")
    except Refusal:
        return ()


def _entries(session: Session, product_ids: Sequence[str], book_ids: Sequence[str]) -> Iterable[PriceBookEntryRow]:
    """Entries of these books for these products, the newest first."""
    for start in range(0, len(product_ids), _CHUNK):
        statement = (
            select(PriceBookEntryRow)
            .where(
                PriceBookEntryRow.product_id.in_(product_ids[start : start + _CHUNK]),
                PriceBookEntryRow.price_book_id.in_(book_ids),
                PriceBookEntryRow.row_deleted.is_(None),
                PriceBookEntryRow.unit_price.is_not(None),
            )
            .order_by(PriceBookEntryRow.id.desc())
        )
        yield from session.scalars(statement)


def _books(session: Session) -> list[PriceBookRow]:
    return list(session.scalars(select(PriceBookRow).where(PriceBookRow.row_deleted.is_(None))))


def _in_order(session: Session, today: date, book_id: str | None, accounts: Sequence[str]) -> list[PriceBookRow]:
    """The books that may set a price today, the one that goes first at the head."""
    everything = {row.id: row for row in _books(session) if row.kind != PriceBookKind.CONTRACT}
    chain: list[str] = []

    def climb(start: str | None) -> None:
        while start in everything and start not in chain:
            chain.append(str(start))
            start = everything[str(start)].parent_id

    climb(book_id)
    own = [row for row in everything.values() if row.account_id in accounts and _is_valid(row, today)]
    for row in sorted(own, key=lambda row: (_nearness(row, accounts), -_age(row), row.id)):
        climb(row.id)
    roots = [
        row
        for row in everything.values()
        if row.parent_id not in everything and row.id not in chain and row.account_id is None
    ]
    roots.sort(key=lambda row: (row.valid_from or date.min, row.id), reverse=True)
    return [row for row in (*(everything[one] for one in chain), *roots) if _is_valid(row, today)]


def _contracts(session: Session, today: date, accounts: Sequence[str]) -> list[PriceBookRow]:
    """Contract prices with these accounts, the nearest account first, the newest of each first."""
    if not accounts:
        return []
    rows = [
        row
        for row in _books(session)
        if row.kind == PriceBookKind.CONTRACT and row.account_id in accounts and _is_valid(row, today)
    ]
    return sorted(rows, key=lambda row: (_nearness(row, accounts), -_age(row), row.id))


def _age(row: PriceBookRow) -> int:
    return (row.valid_from or date.min).toordinal()


def _is_valid(row: PriceBookRow, today: date) -> bool:
    return (row.valid_from or date.min) <= today <= (row.valid_until or date.max)
