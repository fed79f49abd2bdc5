"""Pricing: by hand, by property (every figure is a sum of printed figures), against published invoices; each line once."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.money import minor_digits, rounded, smallest_unit
from desktop_crm.domain.quotes import rules, taxing
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.domain.schema.options import RoundingPolicy
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import CUSTOMER, SUPPLIER, drafts, korean_draft, line, long_draft


def one_section(*lines: Any, currency: str = "KRW", **more: Any) -> QuoteDraft:
    section = QuoteSection(id=RowId("s"), lines=lines)
    return QuoteDraft(
        id=RowId("q"), supplier=SUPPLIER, customer=CUSTOMER, currency=currency, sections=(section,), **more
    )


def test_the_quote_of_the_picture_by_hand() -> None:
    priced = price(korean_draft())
    assert [section.net for section in priced.sections] == [91_512_000 + 11_700_000, 22_680_000, 27_075_000]
    assert priced.subtotal == 152_967_000
    assert priced.discount_amount == 4_589_010
    assert priced.net_amount == 148_377_990
    assert priced.tax_amount == 14_837_799
    assert priced.grand_total == 163_215_789


def test_a_free_line_costs_nothing_and_keeps_its_gross() -> None:
    free = price(korean_draft()).sections[1].lines[1]
    assert (free.net, free.gross) == (0, 3_600_000)


def test_the_policy_decides_the_last_won_and_cent() -> None:
    lines = (line(1, "a", "3", "33.335"),)
    by_policy = {
        policy: price(one_section(*lines, currency="USD", rounding_policy=policy)).subtotal for policy in RoundingPolicy
    }
    assert by_policy == {
        RoundingPolicy.HALF_UP: Decimal("100.01"),
        RoundingPolicy.HALF_EVEN: Decimal("100.00"),
        RoundingPolicy.UP: Decimal("100.01"),
        RoundingPolicy.DOWN: Decimal("100.00"),
    }


def test_two_rates_are_taxed_apart_after_the_discount_on_the_whole() -> None:
    draft = one_section(
        line(1, "taxed", "1", "1000"),
        line(2, "exempt", "1", "1000", tax_rate=Decimal(0)),
        discount_percent=Decimal(10),
        tax_rate=Decimal(10),
    )
    priced = price(draft)
    assert [(tax.rate, tax.base, tax.amount) for tax in priced.taxes] == [(10, 900, 90), (0, 900, 0)]
    assert priced.grand_total == 1890


def test_a_refund_line_bears_no_part_of_the_discount() -> None:
    draft = one_section(line(1, "new", "1", "1000"), line(2, "returned", "-1", "400"), discount_percent=Decimal(10))
    priced = price(draft)
    assert priced.discount_amount == 60
    assert [item.share for item in priced.sections[0].lines] == [60, 0]
    credit = price(one_section(line(1, "returned", "-1", "400"), discount_percent=Decimal(10), tax_rate=Decimal(10)))
    assert (credit.net_amount, credit.tax_amount, credit.grand_total) == (-360, -36, -396)


def test_an_empty_draft_comes_to_nothing() -> None:
    priced = price(one_section(discount_percent=Decimal(10), tax_rate=Decimal(10)))
    assert (priced.subtotal, priced.discount_amount, priced.grand_total, priced.taxes) == (0, 0, 0, ())


def check_sums(draft: QuoteDraft, priced: PricedQuote) -> None:
    items = [item for section in priced.sections for item in section.lines]
    assert [item.id for item in items] == [item.id for item in draft.lines()]
    assert [section.id for section in priced.sections] == [section.id for section in draft.sections]
    for section in priced.sections:
        assert section.net == sum(item.net for item in section.lines)
    assert priced.subtotal == sum(section.net for section in priced.sections)
    assert priced.discount_amount == sum(item.share for item in items)
    assert priced.net_amount == priced.subtotal - priced.discount_amount
    assert priced.net_amount == sum(tax.base for tax in priced.taxes)
    assert priced.tax_amount == sum(tax.amount for tax in priced.taxes)
    assert priced.grand_total == priced.net_amount + priced.tax_amount


@given(draft=drafts())
def test_every_figure_is_a_sum_of_printed_figures(draft: QuoteDraft) -> None:
    priced = price(draft)
    check_sums(draft, priced)
    digits = minor_digits(draft.currency)
    printed = [priced.subtotal, priced.discount_amount, priced.tax_amount, priced.grand_total]
    printed += [item.net for section in priced.sections for item in section.lines]
    assert all(-int(figure.as_tuple().exponent) <= digits for figure in printed)


@given(draft=drafts())
def test_no_line_is_off_by_a_whole_unit(draft: QuoteDraft) -> None:
    priced = price(draft)
    amounts = [item for section in priced.sections for item in section.lines]
    for item, amount in zip(draft.lines(), amounts, strict=True):
        exact = item.quantity * item.unit_price * (100 - item.discount_percent) / 100
        assert abs(amount.net - exact) < smallest_unit(draft.currency)
        assert amount.gross == item.quantity * item.unit_price


@given(draft=drafts())
def test_moving_lines_between_sections_changes_no_total(draft: QuoteDraft) -> None:
    flat = replace(draft, sections=(QuoteSection(id=RowId("all"), lines=tuple(draft.lines())),))
    apart, together = price(draft), price(flat)
    assert apart.grand_total == together.grand_total
    assert apart.taxes == together.taxes


def test_consistent_published_invoices_come_to_their_printed_totals(data: Any) -> None:
    invoices = json.loads(data("money", "en16931_examples.json").read_text(encoding="utf-8"))["invoices"]
    checked = 0
    for invoice in invoices:
        plain = all(invoice["checks"].values()) and not invoice["document_allowances_charges"]
        if not plain or any(item["allowances_charges"] or item["price_base_quantity"] for item in invoice["lines"]):
            continue
        if any(item["vat_rate"] is None for item in invoice["lines"]):
            continue
        lines = [
            line(number, "x", item["quantity"], item["net_price"], tax_rate=Decimal(item["vat_rate"]))
            for number, item in enumerate(invoice["lines"])
        ]
        priced = price(one_section(*lines, currency=invoice["currency"]))
        assert priced.net_amount == Decimal(invoice["totals"]["tax_exclusive"]), invoice["source_path"]
        assert priced.grand_total == Decimal(invoice["totals"]["tax_inclusive"]), invoice["source_path"]
        checked += 1
    assert checked >= 3


def test_each_line_is_priced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand lines: a thousand amounts worked out, and figures rounded once a line and once for each sum."""
    draft = long_draft(1000)
    check_sums(draft, price(draft))
    worked, roundings = [], []
    first_amount, to_unit = rules._first_amount, taxing.rounded_to_unit

    def counted(line: QuoteLine) -> Decimal:
        worked.append(line.id)
        return first_amount(line)

    def noted(amount: Decimal, *more: Any) -> Decimal:
        roundings.append(amount)
        return to_unit(amount, *more)

    monkeypatch.setattr(rules, "_first_amount", counted)
    monkeypatch.setattr(taxing, "rounded_to_unit", noted)
    priced = price(draft)
    assert worked == [one.id for one in draft.lines()]
    assert len(roundings) < 1000 + len(priced.sections) + 20


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(draft=drafts(), amount=AMOUNTS)
def test_an_amount_off_the_whole_is_spread_without_losing_a_unit(draft: QuoteDraft, amount: Decimal) -> None:
    draft = replace(draft, discount_percent=Decimal(0), discount_amount=amount)
    priced = price(draft)
    check_sums(draft, priced)
    shares = [one.share for section in priced.sections for one in section.lines]
    assert sum(shares) == priced.discount_amount
    bearing = any(one.net for section in priced.sections for one in section.lines)
    if bearing and priced.subtotal:
        assert priced.discount_amount == rounded(amount, draft.currency, draft.rounding_policy)
    assert priced.net_amount == priced.subtotal - priced.discount_amount


def test_an_amount_off_three_equal_lines_gives_the_odd_won_to_the_first() -> None:
    draft = one_section(*(line(n, "x", "1", "1000") for n in range(3)), discount_amount=Decimal(100))
    (section,) = price(draft).sections
    assert [one.share for one in section.lines] == [34, 33, 33]
    assert price(draft).net_amount == 2900


def test_percent_and_amount_add_up_when_two_people_gave_one_each() -> None:
    draft = one_section(line(1, "x", "1", "1000"), discount_percent=Decimal(10), discount_amount=Decimal(50))
    assert price(draft).discount_amount == 150


def test_without_a_line_that_can_bear_it_nothing_is_taken_off() -> None:
    assert price(one_section(discount_amount=Decimal(50))).grand_total == 0
    assert price(one_section(line(1, "free", "1", "1000", "100"), discount_amount=Decimal(50))).discount_amount == 0


def test_tax_is_on_what_is_left_after_the_amount() -> None:
    lines = (line(1, "x", "1", "1000", tax_rate=Decimal(0)), line(2, "y", "1", "3000"))
    priced = price(one_section(*lines, discount_amount=Decimal(400), tax_rate=Decimal(10)))
    assert [(tax.rate, tax.base, tax.amount) for tax in priced.taxes] == [(10, 2700, 270), (0, 900, 0)]


def test_a_negative_line_bears_nothing_of_the_discount_and_lowers_its_base() -> None:
    lines = (line(1, "new", "1", "1000"), line(2, "trade-in", "1", "-300"), line(3, "returned", "-2", "50"))
    priced = price(one_section(*lines, discount_amount=Decimal(60), tax_rate=Decimal(10)))
    (section,) = priced.sections
    assert [one.net for one in section.lines] == [1000, -300, -100]
    assert [one.share for one in section.lines] == [60, 0, 0]
    assert (priced.subtotal, priced.net_amount, priced.tax_amount) == (600, 540, 54)
