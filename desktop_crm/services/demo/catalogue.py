"""Products of the demo and its price books: standard in won, a partner book under it, and one in dollars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop_crm.services.demo import words
from desktop_crm.services.demo.dice import Dice, Row

WON_PER_DOLLAR = 1350


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The products, the books, their prices, and the standard book of each currency."""

    products: list[Row]
    books: list[Row]
    entries: list[Row]
    standard: dict[str, Row]

    def price(self, book: Row, product: Row) -> Decimal:
        """What a product costs in a book."""
        return self.prices[book["id"], product["id"]]

    @property
    def prices(self) -> dict[tuple[str, str], Decimal]:
        """All prices by book and product."""
        return {(row["price_book_id"], row["product_id"]): row["unit_price"] for row in self.entries}


def catalogue(dice: Dice) -> Catalogue:
    """All of it."""
    products = [_product(dice, one) for one in words.PRODUCTS]
    year = dice.today.year
    won = _book(dice, f"표준 가격표 {year}", "KRW", date(year, 1, 1))
    partner = _book(dice, f"협력사 가격표 {year}", "KRW", date(year, 1, 1)) | {"parent_id": won["id"]}
    dollar = _book(dice, f"Export price list {year}", "USD", date(year, 1, 1))
    entries = []
    for product in products:
        price = product["list_price"]
        entries.append(_entry(dice, won, product, price))
        entries.append(_entry(dice, partner, product, (price * 92 / 100 // 1000) * 1000))
        entries.append(_entry(dice, dollar, product, Decimal(int(price) // WON_PER_DOLLAR // 5 * 5)))
    return Catalogue(
        products=products, books=[won, partner, dollar], entries=entries, standard={"KRW": won, "USD": dollar}
    )


def _product(dice: Dice, one: words.ProductWords) -> Row:
    return {
        "id": dice.id(),
        "code": one.code,
        "name": one.name,
        "name_en": one.name_en,
        "spec": one.spec,
        "unit": one.unit,
        "list_price": Decimal(one.price),
        "currency": "KRW",
        "category": one.category,
        "tax_rate": Decimal(10),
        "active": True,
    }


def _book(dice: Dice, name: str, currency: str, start: date) -> Row:
    return {
        "id": dice.id(),
        "name": name,
        "currency": currency,
        "valid_from": start,
        "valid_until": date(start.year, 12, 31),
        "parent_id": None,
    }


def _entry(dice: Dice, book: Row, product: Row, price: Decimal) -> Row:
    return {"id": dice.id(), "price_book_id": book["id"], "product_id": product["id"], "unit_price": price}
