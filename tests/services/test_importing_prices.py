"""Products, price books and prices from CSV and XLSX: the same file twice changes nothing, an unknown book is told."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from desktop_crm.persistence.stores.imports import values_of
from desktop_crm.services import importing, quotes

PRODUCTS = "품목코드,품목명,규격,단위,판매가,통화,원가,과세구분\nP-1,펌프,10A,EA,120000,KRW,60000,standard\nB-1,안내서,,권,5000,KRW,,면세\n"
BOOKS = "가격표,통화,적용시작일,적용종료일,상위가격표\n표준 2026,KRW,2026-01-01,2026-12-31,\n단골,KRW,2026-01-01,,표준 2026\n"
PRICES = (
    "가격표,품목코드,단가,수량구간,구간방식\n표준 2026,P-1,110000,10=100000; 50=90000,graduated\n단골,P-1,99000,,\n"
)


@pytest.fixture
def bring(workspace, tmp_path):
    def run(name, text):
        path = tmp_path / name
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in text.splitlines():
                book.active.append(row.split(","))
            data = io.BytesIO()
            book.save(data)
            path.write_bytes(data.getvalue())
        else:
            path.write_text(text, encoding="utf-8")
        return importing.run(workspace, importing.inspect([path]))

    return run


def entries(workspace):
    with workspace.read() as session:
        return [values["unit_price"] for _, values in values_of(session, "price_book_entry", ("unit_price",))]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_catalogue_with_its_prices(workspace, bring, suffix):
    for name, text in (("products", PRODUCTS), ("price_books", BOOKS), ("prices", PRICES)):
        bring(f"{name}.{suffix}", text)
    (pump,) = quotes.products(workspace, "펌프")
    source = pump.source("KRW")
    assert (pump.code, pump.cost, source.price, source.name) == ("P-1", Decimal(60000), Decimal(110000), "표준 2026")
    assert [(tier.quantity, tier.price) for tier in source.tiers] == [(10, 100000), (50, 90000)]
    (book,) = quotes.products(workspace, "안내서")
    assert (book.price_in("KRW"), book.tax_class) == (5000, "exempt")
    before = len(entries(workspace))
    bring(f"prices.{suffix}", PRICES)
    assert len(entries(workspace)) == before == 2


def test_tiers_that_are_none_are_listed_and_the_rest_goes_in(workspace, bring):
    bring("products.csv", PRODUCTS)
    bring("price_books.csv", BOOKS)
    bring("prices.csv", "가격표,품목코드,단가,수량구간\n표준 2026,P-1,1,nonsense\n단골,P-1,99000,\n")
    assert entries(workspace) == [99000]
