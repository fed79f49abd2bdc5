"""A quote as UBL: the sums of EN 16931 hold, and published invoices come to their published figures through it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from lxml import etree

from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.domain.schema.options import TaxClass
from desktop_crm.exchange.quote_ubl import quotation
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from tests.documents.test_quote_pdf import odd_draft, wide_draft
from tests.domain.quotes.samples import drafts, korean_draft, line, long_draft

SCHEMA = Path(__file__).resolve().parents[1] / "data" / "ubl" / "quotation-2.1.zip"
SPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def written(draft):
    version = freeze(
        draft,
        number="Q-1",
        version=2,
        issued_at=datetime(2026, 11, 22, tzinfo=UTC),
        issued_on=date(2026, 11, 22),
        issued_by="x",
    )
    return version.content, ET.fromstring(quotation(version.content))  # noqa: S314 - our own text


def number(part, path):
    found = part.find(path, SPACES)
    return Decimal(found.text) if found is not None else Decimal(0)


def holds(root):
    """BR-CO-10 … BR-CO-17 and BR-S-8 of EN 16931, as the published examples are checked."""
    total = root.find("cac:QuotedMonetaryTotal", SPACES)
    lines = root.findall("cac:QuotationLine/cac:LineItem", SPACES)
    nets = sum((number(one, "cbc:LineExtensionAmount") for one in lines), Decimal(0))
    allowances = root.findall("cac:AllowanceCharge", SPACES)
    off = sum((number(one, "cbc:Amount") for one in allowances), Decimal(0))
    taxes = root.findall("cac:TaxTotal/cac:TaxSubtotal", SPACES)
    assert nets == number(total, "cbc:LineExtensionAmount"), "BR-CO-10"
    assert off == number(total, "cbc:AllowanceTotalAmount"), "BR-CO-11"
    assert nets - off == number(total, "cbc:TaxExclusiveAmount"), "BR-CO-13"
    tax = sum((number(one, "cbc:TaxAmount") for one in taxes), Decimal(0))
    assert tax == number(root, "cac:TaxTotal/cbc:TaxAmount"), "BR-CO-14"
    assert nets - off + tax == number(total, "cbc:TaxInclusiveAmount"), "BR-CO-15"
    paid = number(total, "cbc:PrepaidAmount")
    assert nets - off + tax - paid == number(total, "cbc:PayableAmount"), "BR-CO-16"
    assert sum((number(one, "cbc:TaxableAmount") for one in taxes), Decimal(0)) == nets - off
    for one in lines:
        gross = number(one, "cbc:Quantity") * number(one, "cac:Price/cbc:PriceAmount")
        rebate = number(one, "cac:AllowanceCharge/cbc:Amount")
        charged = one.findtext("cac:AllowanceCharge/cbc:ChargeIndicator", namespaces=SPACES) == "true"
        assert gross + (rebate if charged else -rebate) == number(one, "cbc:LineExtensionAmount")


@pytest.mark.parametrize("make", [korean_draft, lambda: long_draft(60), lambda: long_draft(60, "USD")])
def test_the_standards_sums_hold(make):
    content, root = written(make())
    holds(root)
    assert number(root, "cac:QuotedMonetaryTotal/cbc:TaxInclusiveAmount") == content.amounts.grand_total


@settings(max_examples=40, deadline=None)
@given(draft=drafts())
def test_they_hold_for_any_draft(draft):
    holds(written(draft)[1])


def test_who_sells_and_buys_what_until_when():
    _, root = written(korean_draft())
    text = {
        tag: root.findtext(tag, namespaces=SPACES) for tag in ("cbc:ID", "cbc:IssueDate", "cbc:PricingCurrencyCode")
    }
    assert list(text.values()) == ["Q-1-v2", "2026-11-22", "KRW"]
    assert root.findtext("cac:ValidityPeriod/cbc:EndDate", namespaces=SPACES) == "2026-12-22"
    seller = "cac:SellerSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID"
    assert root.findtext(seller, namespaces=SPACES) == "123-81-45678"
    first = root.find("cac:QuotationLine/cac:LineItem", SPACES)
    assert first.find("cbc:Quantity", SPACES).get("unitCode") == "SET"
    assert first.findtext("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", namespaces=SPACES) == "S"


def test_exempt_and_zero_rated_have_their_categories():
    lines = (
        line(1, "a", "1", "100", tax_class=TaxClass.EXEMPT),
        line(2, "b", "1", "100", tax_class=TaxClass.ZERO_RATED),
        line(3, "c", "1", "100"),
    )
    _, root = written(replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), lines=lines),)))
    holds(root)
    codes = [one.text for one in root.findall("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID", SPACES)]
    assert sorted(codes) == ["E", "S", "Z"]


def test_prices_that_hold_their_tax_are_refused():
    with pytest.raises(Refusal) as refused:
        written(replace(korean_draft(), tax_included=True))
    assert refused.value.code == "quote.ubl.included"


def test_published_invoices_come_to_their_published_figures(data):
    invoices = json.loads(data("money", "en16931_examples.json").read_text(encoding="utf-8"))["invoices"]
    checked = 0
    for invoice in invoices:
        plain = all(invoice["checks"].values()) and not invoice["document_allowances_charges"]
        if not plain or any(one["allowances_charges"] or one["price_base_quantity"] for one in invoice["lines"]):
            continue
        if any(one["vat_rate"] is None for one in invoice["lines"]):
            continue
        lines = tuple(
            line(place, "x", one["quantity"], one["net_price"], tax_rate=Decimal(one["vat_rate"]))
            for place, one in enumerate(invoice["lines"])
        )
        section = QuoteSection(id=RowId("s"), lines=lines)
        draft = replace(
            korean_draft(), sections=(section,), currency=invoice["currency"], discount_percent=Decimal(0),
            rounding_policy=type(korean_draft().rounding_policy)("half_up"),
        )  # fmt: skip
        _, root = written(draft)
        holds(root)
        totals = invoice["totals"]
        total = root.find("cac:QuotedMonetaryTotal", SPACES)
        assert number(total, "cbc:TaxExclusiveAmount") == Decimal(totals["tax_exclusive"]), invoice["source_path"]
        assert number(total, "cbc:TaxInclusiveAmount") == Decimal(totals["tax_inclusive"]), invoice["source_path"]
        subtotals = root.findall("cac:TaxTotal/cac:TaxSubtotal", SPACES)
        shares = sorted((number(one, "cbc:TaxableAmount"), number(one, "cbc:TaxAmount")) for one in subtotals)
        printed = sorted((Decimal(one["taxable"]), Decimal(one["tax"])) for one in invoice["vat_breakdown"])
        assert shares == printed, invoice["source_path"]
        checked += 1
    assert checked >= 3


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ubl")
    with zipfile.ZipFile(SCHEMA) as held:
        held.extractall(folder)
    return etree.XMLSchema(etree.parse(folder / "maindoc" / "UBL-Quotation-2.1.xsd"))


@pytest.mark.parametrize("make", [korean_draft, odd_draft, wide_draft, lambda: long_draft(40, "USD")])
def test_the_standards_schema_is_kept(schema, make):
    found = etree.fromstring(ET.tostring(written(make())[1]))
    assert schema.validate(found), [str(one) for one in schema.error_log]


@settings(max_examples=30, deadline=None)
@given(draft=drafts())
def test_any_draft_keeps_the_schema(schema, draft):
    try:
        root = written(draft)[1]
    except Refusal:
        return
    if root.find("cac:QuotationLine", SPACES) is None:
        return  # the schema knows no quotation of nothing, and none is issued
    assert schema.validate(etree.fromstring(ET.tostring(root))), [str(one) for one in schema.error_log]


def test_the_schema_finds_what_is_in_no_place(schema):
    root = written(korean_draft())[1]
    ET.SubElement(root, f"{{{SPACES['cbc']}}}Note").text = "late"
    assert not schema.validate(etree.fromstring(ET.tostring(root)))
