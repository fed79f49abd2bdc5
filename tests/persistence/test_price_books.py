"""Which book sets a product's price: by currency, by the days it is valid, by the book that a quote names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from desktop_crm.persistence.stores.price_books import prices_of
from desktop_crm.persistence.stores.quotes import product_choices, products_named

TODAY = date(2026, 11, 23)


@pytest.fixture
def put(workspace):
    def insert(entity, **fields):
        with workspace.write("test") as work:
            return work.insert(entity, fields)

    return insert


@pytest.fixture
def product(put):
    return put(
        "product", code="HC-900", name="제어기", name_en="Controller", list_price=Decimal(6900000), currency="KRW"
    )


@pytest.fixture
def book(put, product):
    """`book("US", "USD", "2600")`: a book with the product's price in it."""

    def make(name, currency, price=None, **more):
        made = put("price_book", name=name, currency=currency, **more)
        if price is not None:
            put("price_book_entry", price_book_id=made, product_id=product, unit_price=Decimal(price))
        return made

    return make


@pytest.fixture
def told(workspace, product):
    """What the books say: currency → (price, book)."""

    def read(book_id=None, today=TODAY):
        with workspace.read() as session:
            found = prices_of(session, [product], today, book_id)
        return {one.currency: (str(one.unit_price), one.book) for one in found.get(product, ())}

    return read


def test_each_currency_has_its_price(book, told):
    book("원화", "KRW", "6500000")
    book("US", "USD", "5100.50")
    book("empty", "EUR")
    assert told() == {"KRW": ("6500000", "원화"), "USD": ("5100.50", "US")}


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (date(2026, 1, 1), None, True),
        (date(2026, 11, 24), None, False),
        (None, date(2026, 11, 22), False),
    ],
)
def test_a_book_counts_on_the_days_it_is_valid(book, told, start, end, counts):
    book("US", "USD", "5100", valid_from=start, valid_until=end)
    assert bool(told()) is counts


def test_of_two_books_the_newer_one_counts_and_the_older_fills_in(book, told, put, workspace):
    book("2025", "USD", "5000", valid_from=date(2025, 1, 1))
    newer = book("2026", "USD", valid_from=date(2026, 1, 1))
    assert told() == {"USD": ("5000", "2025")}
    with workspace.read() as session:
        ((other, _),) = session.connection().exec_driver_sql("SELECT id, name FROM product").all()
    put("price_book_entry", price_book_id=newer, product_id=other, unit_price=Decimal(5200))
    assert told() == {"USD": ("5200", "2026")}
    assert told(today=date(2025, 6, 1)) == {"USD": ("5000", "2025")}


def test_a_book_beneath_another_is_for_those_who_name_it(book, told):
    standard = book("표준", "KRW", "6900000")
    partner = book("협력사", "KRW", "6300000", parent_id=standard)
    bare = book("협력사 2", "KRW", parent_id=partner)
    assert told() == {"KRW": ("6900000", "표준")}
    assert told(partner) == {"KRW": ("6300000", "협력사")}
    assert told(bare) == {"KRW": ("6300000", "협력사")}, "what it lacks is in the book above"
    assert told("nothing") == {"KRW": ("6900000", "표준")}


def test_books_that_stand_above_each_other_in_a_circle_are_read_once(book, told, workspace):
    first = book("a", "KRW", "1")
    second = book("b", "KRW", "2", parent_id=first)
    with workspace.write("test") as work:  # as two laptops may have left it
        work.update("price_book", first, {"parent_id": second})
    assert told(first) == {"KRW": ("1", "a")}
    assert told() == {}


def test_deleted_books_and_prices_do_not_count(book, told, workspace):
    gone = book("US", "USD", "5100")
    book("EU", "EUR", "4000")
    with workspace.write("test") as work:
        work.delete("price_book", gone)
    assert set(told()) == {"EUR"}
    with workspace.read() as session:
        entries = session.connection().exec_driver_sql("SELECT id FROM price_book_entry").all()
    with workspace.write("test") as work:
        for (entry,) in entries:
            work.delete("price_book_entry", entry)
    assert told() == {}


def test_a_choice_takes_the_books_price_before_its_own(book, workspace, product):
    def chosen(**more):
        with workspace.read() as session:
            (one,) = product_choices(session, "", 5, TODAY, **more)
            named = products_named(session, ["hc-900"], TODAY)["hc-900"]
        assert named.id == product
        return one

    bare = chosen()
    assert (bare.price_in("KRW"), bare.price_in("USD"), bare.source("KRW").rule) == (6900000, None, "list")
    book("US", "USD", "5100")
    special = book("단골", "KRW", "6000000", parent_id=book("표준", "KRW", "6800000"))
    assert (chosen().price_in("KRW"), chosen().price_in("USD"), chosen().price_in("EUR")) == (6800000, 5100, None)
    assert chosen(price_book_id=special).price_in("KRW") == 6000000
    assert chosen().source("USD").name == "US"
    assert chosen().name_en == "Controller"


def test_the_number_of_questions_does_not_grow_with_the_products(workspace, put, book):
    """One look into the books for all products of a list."""
    usd = book("US", "USD")
    for number in range(40):
        one = put("product", code=f"P{number}", name=f"품목 {number:02}")
        put("price_book_entry", price_book_id=usd, product_id=one, unit_price=Decimal(number + 1))
    asked = []
    with workspace.read() as session:

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement.split()[0])

        event.listen(session.get_bind(), "before_cursor_execute", note)
        try:
            found = product_choices(session, "", 40, TODAY)
        finally:
            event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(found) == 40
    assert sum(one.price_in("USD") is not None for one in found) >= 39
    assert asked.count("SELECT") == 3
