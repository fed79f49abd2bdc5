"""Prices out of price books: which book sets a product's price today, in each currency. Frozen values out.

The book that a quote names goes first, then the books above it; without one, the books that stand under no other, the newest
first. Books beneath others are for those who name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables.catalogue import PriceBookEntryRow, PriceBookRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPrice:
    """What a product costs in a currency, and the book that says so."""

    currency: str
    unit_price: Decimal
    book_id: RowId
    book: str


def prices_of(
    session: Session, product_ids: Sequence[str], today: date, book_id: str | None = None
) -> dict[str, tuple[BookPrice, ...]]:
    """The price of each product in every currency that a valid book has it in; `book_id` is the one that goes first."""
    books = _in_order(session, today, book_id)
    rank = {book.id: place for place, book in enumerate(books)}
    found: dict[tuple[str, str], tuple[int, BookPrice]] = {}
    for product_id, own_book, price in _entries(session, product_ids, list(rank)):
        place = rank[own_book]
        book = books[place]
        key = (product_id, book.currency or "")
        if key not in found or place < found[key][0]:
            told = BookPrice(currency=key[1], unit_price=price, book_id=RowId(book.id), book=book.name or "")
            found[key] = (place, told)
    prices: dict[str, tuple[BookPrice, ...]] = {}
    for (product_id, _), (_, one) in sorted(found.items(), key=lambda item: item[0]):
        prices[product_id] = (*prices.get(product_id, ()), one)
    return prices


def _entries(session: Session, product_ids: Sequence[str], book_ids: Sequence[str]) -> list[tuple[str, str, Decimal]]:
    """Product, book and price; the newest first where a book names a product twice."""
    columns = (PriceBookEntryRow.product_id, PriceBookEntryRow.price_book_id, PriceBookEntryRow.unit_price)
    found: list[tuple[str, str, Decimal]] = []
    for start in range(0, len(product_ids), 400):
        statement = (
            select(*columns)
            .where(
                PriceBookEntryRow.product_id.in_(product_ids[start : start + 400]),
                PriceBookEntryRow.price_book_id.in_(book_ids),
                PriceBookEntryRow.row_deleted.is_(None),
                PriceBookEntryRow.unit_price.is_not(None),
            )
            .order_by(PriceBookEntryRow.id.desc())
        )
        found += [
            (str(product), str(book), price) for product, book, price in session.execute(statement) if price is not None
        ]
    return found


def _in_order(session: Session, today: date, book_id: str | None) -> list[PriceBookRow]:
    """The books that may set a price today, the one that goes first at the head."""
    everything = {
        row.id: row for row in session.scalars(select(PriceBookRow).where(PriceBookRow.row_deleted.is_(None)))
    }
    chain: list[str] = []
    while book_id in everything and book_id not in chain:
        chain.append(str(book_id))
        book_id = everything[str(book_id)].parent_id
    roots = [row for row in everything.values() if row.parent_id not in everything and row.id not in chain]
    roots.sort(key=lambda row: (row.valid_from or date.min, row.id), reverse=True)
    return [row for row in (*(everything[one] for one in chain), *roots) if _is_valid(row, today)]


def _is_valid(row: PriceBookRow, today: date) -> bool:
    return (row.valid_from or date.min) <= today <= (row.valid_until or date.max)
