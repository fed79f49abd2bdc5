"""Pricing against invoices that others computed and published: many countries, currencies and rates (GOBL's examples)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from desktop_crm.domain.quotes.draft import Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import line

BEYOND_A_QUOTE = ("tax_included", "retained_tax", "rounding", "charge", "discount")


def percent(text: str) -> Decimal:
    return Decimal(text.removesuffix("%"))


def as_line(published: dict[str, Any]) -> QuoteLine | None:
    """The line as a quote has it; None for what a quote does not know (charges, surcharges, two taxes at once)."""
    discounts, taxes = published.get("discounts", []), published.get("taxes", [])
    odd_discount = len(discounts) > 1 or (discounts and not discounts[0].get("percent"))
    odd_tax = len(taxes) > 1 or any("surcharge" in tax for tax in taxes)
    if (
        published.get("charges")
        or "sum" not in published
        or not published["item"].get("price")
        or odd_discount
        or odd_tax
    ):
        return None
    rate = percent(taxes[0]["percent"]) if taxes and taxes[0].get("percent") else Decimal(0)
    discount = discounts[0]["percent"].removesuffix("%") if discounts else "0"
    return line(published["i"], "x", published["quantity"], published["item"]["price"], discount, tax_rate=rate)


@pytest.fixture(scope="module")
def invoices(data: Any) -> list[tuple[dict[str, Any], QuoteDraft]]:
    found = []
    for invoice in json.loads(data("money", "gobl_invoices.json").read_text(encoding="utf-8"))["invoices"]:
        if "lines" not in invoice or "bypass" in invoice["source_path"]:  # figures set by hand
            continue
        beyond = any(name in invoice["totals"] for name in BEYOND_A_QUOTE)
        lines = [as_line(published) for published in invoice["lines"]]
        if beyond or invoice.get("charges") or invoice.get("discounts") or None in lines:
            continue
        section = QuoteSection(id=RowId("s"), lines=tuple(one for one in lines if one is not None))
        nobody = Party(name="x")
        draft = QuoteDraft(
            id=RowId("q"), supplier=nobody, customer=nobody, currency=invoice["currency"], sections=(section,)
        )
        found.append((invoice, draft))
    return found


def test_enough_invoices_are_within_what_a_quote_knows(invoices) -> None:
    assert len(invoices) >= 90
    assert len({invoice["currency"] for invoice, _ in invoices}) >= 8
    assert len({invoice["$regime"] for invoice, _ in invoices if invoice.get("$regime")}) >= 10


def test_totals_are_those_that_were_published(invoices) -> None:
    for invoice, draft in invoices:
        priced = price(draft)
        totals = invoice["totals"]
        assert priced.net_amount == Decimal(totals["total"]), invoice["source_path"]
        assert priced.grand_total == Decimal(totals["total_with_tax"]), invoice["source_path"]
        assert priced.tax_amount == Decimal(totals.get("tax", "0")), invoice["source_path"]


def test_lines_are_those_that_were_published(invoices) -> None:
    for invoice, draft in invoices:
        amounts = [amount.net for section in price(draft).sections for amount in section.lines]
        for published, amount in zip(invoice["lines"], amounts, strict=True):
            assert amount == Decimal(published["total"]).quantize(amount), invoice["source_path"]


def test_taxes_are_apart_by_rate_as_published(invoices) -> None:
    checked = 0
    for invoice, draft in invoices:
        categories = invoice["totals"].get("taxes", {}).get("categories", [])
        if len(categories) != 1:
            continue
        published = {
            percent(rate["percent"]): (Decimal(rate["base"]), Decimal(rate["amount"]))
            for rate in categories[0]["rates"]
            if rate.get("percent")
        }
        if len(published) != len([rate for rate in categories[0]["rates"] if rate.get("percent")]):
            continue  # two keys of one rate: a quote knows the rate alone
        computed = {tax.rate: (tax.base, tax.amount) for tax in price(draft).taxes if tax.rate}
        assert computed == {rate: figures for rate, figures in published.items() if rate}, invoice["source_path"]
        checked += 1
    assert checked >= 60
