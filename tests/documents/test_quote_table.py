"""The line table: columns as wide as their figures, rows that wrap and are cut, sums with the terms beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.documents import quote_head, quote_table
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.quote_table import FIGURE, LEFT, NAME, RIGHT, Row, columns_for, plain_amount
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import speaking
from tests.domain.quotes.samples import korean_draft, line, long_draft


@pytest.fixture(autouse=True)
def korean() -> Iterator[None]:
    with speaking("ko"):
        yield


def document(draft: QuoteDraft) -> QuoteDocument:
    return QuoteDocument.from_draft(draft, number="Q-1", version=1, today=date(2026, 11, 23))


def rows(draft: QuoteDraft) -> list[Row]:
    found: list[Row] = []
    for section, priced in zip(draft.sections, price(draft).sections, strict=True):
        found += quote_table.rows_of(section, priced, draft.currency, len(found) + 1)
    return found


def one(**fields: object) -> QuoteDraft:
    bare = replace(line(1, "이름", "1", "1000"), **fields)
    return replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), lines=(bare,)),))


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("8200000", "KRW", "8,200,000"),
        ("1234567.891", "KRW", "1,234,567.891"),
        ("1500.5", "USD", "1,500.50"),
        ("1500", "USD", "1,500.00"),
        ("0.3335", "USD", "0.3335"),
        ("-4589010", "KRW", "−4,589,010"),
        ("1E+3", "KRW", "1,000"),
        ("0", "KWD", "0.000"),
    ],
)
def test_amounts_have_the_currencys_digits_and_never_lose_any(value: str, currency: str, text: str) -> None:
    assert plain_amount(Decimal(value), currency) == text


def test_a_row_says_what_the_line_says() -> None:
    (row,) = rows(one(spec="24V", unit="EA", quantity=Decimal("1.50"), discount_percent=Decimal("7.5"), remark="주의"))
    assert row == Row(
        number="1",
        name="이름",
        details=("24V", "주의"),
        unit="EA",
        quantity="1.5",
        unit_price="1,000",
        discount="7.5%",
        amount="1,387",
        key="line-00001",
    )


def test_columns_do_not_overlap_and_stay_on_the_paper() -> None:
    wide = one(
        quantity=Decimal("123456789.123"), unit_price=Decimal("987654321012.55"), discount_percent=Decimal("99.99")
    )
    for draft in (korean_draft(), long_draft(100), long_draft(100, "USD"), one(), wide):
        printed = rows(draft)
        columns = columns_for(printed)
        assert LEFT < columns.name < columns.name + columns.room <= columns.unit
        edges = [columns.quantity, columns.unit_price, columns.discount, columns.amount]
        shown = [edge for edge in edges if edge is not None]
        assert shown == sorted(shown)
        assert columns.amount <= RIGHT
        for row in printed:
            assert columns.unit + columns.figure.width(row.unit) <= columns.quantity - columns.figure.width(
                row.quantity
            )
            assert columns.quantity <= columns.unit_price - columns.figure.width(row.unit_price)
            left_of_amount = columns.unit_price if columns.discount is None else columns.discount
            assert left_of_amount <= columns.amount - columns.strong.width(row.amount)


def test_figures_are_set_smaller_only_when_names_would_have_no_room() -> None:
    assert columns_for(rows(long_draft(40))).figure == FIGURE
    wide = one(
        quantity=Decimal("123456789.123"), unit_price=Decimal("987654321012.55"), discount_percent=Decimal("99.99")
    )
    columns = columns_for(rows(wide))
    assert columns.figure.size < FIGURE.size
    assert columns.room > 60


def test_a_discount_column_stands_only_where_a_line_has_one() -> None:
    assert columns_for(rows(one())).discount is None
    assert columns_for(rows(one(discount_percent=Decimal(5)))).discount is not None


@settings(deadline=None, max_examples=60)
@given(name=st.text("가나다 abc漢", max_size=2000), spec=st.text("가 x", max_size=300))
def test_a_row_is_cut_only_when_it_would_fill_a_page(name: str, spec: str) -> None:
    (row,) = rows(one(name=name, spec=spec))
    columns = columns_for([row])
    blocks = quote_table.row_blocks(row, columns, keeps_next=True)
    texts = len(NAME.wrapped(name, columns.room)) + (
        len(quote_table.SPEC.wrapped(spec, columns.room)) if spec.strip() else 0
    )
    assert len(blocks) == max(1, -(-texts // 40))
    assert all(block.height <= 40 * NAME.leading + 20 for block in blocks)
    assert [block.keeps_next for block in blocks] == [False] * (len(blocks) - 1) + [True]
    assert all(block.in_table for block in blocks)


def test_headings_and_the_header_never_stand_last() -> None:
    columns = columns_for(rows(korean_draft()))
    assert quote_table.header_block(columns).keeps_next
    heading = quote_table.section_block("key", "1. 아주 긴 구분 이름 " * 12, "1,000", columns)
    assert heading.keeps_next
    assert heading.height > quote_table.section_block("key", "1. 짧은 이름", "1,000", columns).height


def test_short_terms_stand_beside_the_sums_and_long_ones_below() -> None:
    short = document(korean_draft())
    terms = quote_head.terms_of(short)
    assert [label for label, _ in terms] == ["유효기간", "결제 조건", "비고"]
    beside = quote_head.terms_beside(terms, 240, 160)
    assert {text.text for text in beside} >= {"유효기간", "2026년 12월 22일까지", "비고"}
    assert max(text.y for text in beside) <= 160
    long = [("비고", "긴 문장입니다. " * 200)]
    assert quote_head.terms_beside(long, 240, 160) == []
    blocks = quote_head.term_blocks(long)
    assert len(blocks) > 20
    assert blocks[0].keeps_next, "a label is not left alone"
    assert blocks[-2].keeps_next, "nor is the last line"
    assert blocks[-1].keeps_next, "the last line goes with the signature"
    assert not blocks[len(blocks) // 2].keeps_next


def test_a_quote_without_terms_has_none() -> None:
    bare = replace(korean_draft(), valid_until=None, payment_terms=" ", remarks="\n")
    assert quote_head.terms_of(document(bare)) == []
    assert quote_head.terms_beside([], 240, 160) == []
    assert quote_head.term_blocks([]) == []


def test_the_sums_grow_with_discount_and_rates() -> None:
    columns = columns_for(rows(korean_draft()))
    plain = document(replace(korean_draft(), discount_percent=Decimal(0)))
    discounted = document(korean_draft())
    first, *others = korean_draft().sections
    exempt = replace(first, lines=(replace(first.lines[0], tax_rate=Decimal(0)), *first.lines[1:]))
    two_rates = document(replace(korean_draft(), sections=(exempt, *others)))
    heights = [quote_table.sums_block(one_of, columns).height for one_of in (plain, discounted, two_rates)]
    assert heights == sorted(heights)
    assert len(set(heights)) == 3
    assert quote_table.sums_block(discounted, columns).keeps_next, "the signature is never alone on a page"
    for one_of in (plain, discounted, two_rates):
        assert LEFT + 100 < quote_table.sums_left(one_of, columns) < columns.amount - 100


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_parties_print_what_is_known_and_no_empty_labels(locale: str) -> None:
    with speaking(locale):
        full = quote_head.parties_block(document(korean_draft()))
        supplier = replace(korean_draft().supplier, registration_number="", address="", phone="", email="", contact="")
        bare = replace(
            korean_draft(), supplier=supplier, customer=replace(korean_draft().customer, address=""), name=""
        )
        assert quote_head.parties_block(document(bare)).height < full.height
        assert quote_head.words_block(document(korean_draft())).height >= 30
