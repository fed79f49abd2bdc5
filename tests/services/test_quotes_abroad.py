"""Quotes in another currency and language: prices from its price book, products under their English names, in the printed page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes, records
from tests.documents.reading import page_texts

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def account(workspace):
    return records.create(workspace, "account", {"name": "Acme Inc."}).id


@pytest.fixture
def controller(workspace):
    """A product with a price in won of its own, and in dollars in this year's book."""
    product = records.create(
        workspace,
        "product",
        {
            "code": "HC-900",
            "name": "제어기 본체",
            "name_en": "Controller",
            "spec": "24V",
            "unit": "EA",
            "list_price": Decimal(6900000),
            "currency": "KRW",
        },
    ).id
    year = {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}
    book = records.create(workspace, "price_book", {"name": "Export 2026", "currency": "USD", **year}).id
    entry = {"price_book_id": book, "product_id": product, "unit_price": Decimal("5110.50")}
    records.create(workspace, "price_book_entry", entry)
    return product


@pytest.fixture
def lines_of(workspace, tmp_path):
    """The lines that a file gives in a currency."""

    def read(text, currency):
        path = tmp_path / "lines.csv"
        path.write_text(text, encoding="utf-8")
        return [one for section in quotes.lines_from_file(workspace, path, currency) for one in section.lines]

    return read


def test_a_file_of_products_takes_the_price_of_the_currency(lines_of, controller):
    text = "product,quantity\nHC-900,2\n"
    assert [(one.unit_price, one.product_id) for one in lines_of(text, "USD")] == [(Decimal("5110.50"), controller)]
    assert [one.unit_price for one in lines_of(text, "KRW")] == [6900000]
    with pytest.raises(Refusal, match=r"quote\.lines\.no_price"):
        lines_of(text, "EUR")


def test_a_price_in_the_file_goes_before_the_book(lines_of, controller):
    assert [one.unit_price for one in lines_of("product,unit_price\nHC-900,5000\n", "USD")] == [5000]


@pytest.mark.parametrize(
    ("text", "name", "name_en"),
    [
        ("product\nHC-900\n", "제어기 본체", "Controller"),
        ("product,name\nHC-900,제어반\n", "제어반", ""),
        ("product,name\nHC-900,제어기 본체\n", "제어기 본체", "Controller"),
        ("product,name,name_en\nHC-900,제어반,Panel\n", "제어반", "Panel"),
        ("name,name_en,unit_price\n설치,Installation,10\n", "설치", "Installation"),
        ("name,unit_price\n설치,10\n", "설치", ""),
    ],
)
def test_a_file_names_its_lines_in_english_as_well(lines_of, controller, text, name, name_en):
    (one,) = lines_of(text, "USD")
    assert (one.name, one.name_en) == (name, name_en)


def test_products_to_pick_carry_the_price_of_the_book_that_the_quote_names(workspace, controller):
    (plain,) = quotes.products(workspace, "제어기")
    assert (plain.price_in("USD"), plain.price_in("KRW"), plain.name_en) == (Decimal("5110.50"), 6900000, "Controller")
    top = records.create(workspace, "price_book", {"name": "표준", "currency": "KRW"}).id
    loyal = records.create(workspace, "price_book", {"name": "단골", "currency": "KRW", "parent_id": top}).id
    entry = {"price_book_id": loyal, "product_id": controller, "unit_price": Decimal(6000000)}
    records.create(workspace, "price_book_entry", entry)
    assert quotes.products(workspace, "제어기")[0].price_in("KRW") == 6900000
    (own,) = quotes.products(workspace, "제어기", price_book_id=loyal)
    assert (own.price_in("KRW"), own.price_in("USD")) == (6000000, Decimal("5110.50"))


@pytest.fixture
def quote(workspace, account, lines_of, controller):
    text = "product,name,quantity,unit_price,section\nHC-900,,2,,설비\n,현장 설치,1,900,설비\n"
    sections = (QuoteSection(id=new_row_id(), name="설비", lines=tuple(lines_of(text, "USD"))),)
    return quotes.create(workspace, account_id=account, currency="USD", sections=sections).id


def draft_of(workspace, quote):
    return quotes.open_quote(workspace, quote).draft


def printed(workspace, quote, locale):
    return "\n".join(page_texts(quotes.reprint(workspace, quote, None, locale)))


def test_the_english_quotation_prints_english_names(workspace, quote):
    issued = quotes.issue(workspace, quote)
    english, korean = printed(workspace, quote, "en"), printed(workspace, quote, "ko")
    assert "Controller" in english
    assert "제어기" not in english
    assert "현장 설치" in english, "a line without an English name keeps the one it has"
    assert "제어기 본체" in korean
    assert "Controller" not in korean
    assert "5,110.50" in english
    assert '"name_en":"Controller"' in issued.version.snapshot


def test_a_draft_is_printed_in_english_as_well(workspace, quote, tmp_path):
    quotes.print_draft_to(workspace, quote, "en", tmp_path / "draft.pdf")
    assert "Controller" in page_texts((tmp_path / "draft.pdf").read_bytes())[0]


def test_a_line_that_is_renamed_prints_its_new_name_in_both(workspace, quote):
    before = draft_of(workspace, quote)
    (section,) = before.sections
    first, *rest = section.lines
    after = replace(before, sections=(replace(section, lines=(first.renamed("특주 제어반"), *rest)),))
    quotes.save(workspace, before, after)
    assert [one.name_en for one in draft_of(workspace, quote).lines()] == ["", ""]
    quotes.issue(workspace, quote)
    assert "특주 제어반" in printed(workspace, quote, "en")
    assert "Controller" not in printed(workspace, quote, "en")


@pytest.mark.parametrize(
    ("fields", "name_en"),
    [
        ({"name": "특주 제어반"}, None),
        ({"name": "제어기 본체"}, "Controller"),
        ({"quantity": Decimal(5)}, "Controller"),
        ({"name": "제어반", "name_en": "Panel"}, "Panel"),
    ],
)
def test_a_line_renamed_by_its_fields_loses_the_english_name_of_the_old_one(workspace, quote, fields, name_en):
    row = next(draft_of(workspace, quote).lines()).id
    records.set_fields(workspace, "quote_line", row, fields)
    assert records.get(workspace, "quote_line", row).fields["name_en"] == name_en


def test_an_english_name_alone_makes_another_version(workspace, quote):
    quotes.issue(workspace, quote)
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.ISSUED
    (row,) = [one for one in records.list_rows(workspace, "quote_line").records if one.fields["name"] == "현장 설치"]
    records.set_fields(workspace, "quote_line", row.id, {"name_en": "Installation"})
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.DRAFT
    assert quotes.issue(workspace, quote).version.content.version == 2
    assert "Installation" in printed(workspace, quote, "en")
    records.set_fields(workspace, "quote_line", row.id, {"name_en": None})
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.DRAFT, "taken away is a change as well"


def test_a_version_taken_back_has_its_english_names(workspace, quote):
    quotes.issue(workspace, quote)
    before = draft_of(workspace, quote)
    bare = tuple(replace(one, lines=tuple(line.renamed("x") for line in one.lines)) for one in before.sections)
    quotes.save(workspace, before, replace(before, sections=bare))
    quotes.restore_version(workspace, quote, 1)
    assert [one.name_en for one in draft_of(workspace, quote).lines()] == ["Controller", ""]


def test_a_line_of_an_own_making_has_no_english_name():
    one = QuoteLine(id=new_row_id(), name="x", quantity=Decimal(1), unit_price=Decimal(1))
    assert one.name_en == ""
