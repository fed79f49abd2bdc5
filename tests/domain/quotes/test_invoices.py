"""Documents from outside: every EN 16931 example, to the last unit; printed figures that do not add up; fields that are none."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from desktop_crm import i18n
from desktop_crm.domain.quotes.invoices import Terms, price_invoice
from desktop_crm.domain.schema.options import RoundingLevel, RoundingPolicy
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n.error_texts import explain

FIGURES = ("line_total", "tax_exclusive", "tax_inclusive", "allowance_total", "charge_total", "payable")
SET_BY_HAND = {"BR-CO-17 taxable x rate, half-up 2 dp"}


@pytest.fixture(scope="module")
def examples(data: Any) -> list[dict[str, Any]]:
    return json.loads(data("money", "en16931_examples.json").read_text(encoding="utf-8"))["invoices"]


def bare(invoice: dict[str, Any]) -> dict[str, Any]:
    """Only what is input."""
    computed = {"vat_breakdown", "vat_total", "checks"}
    kept = {name: value for name, value in invoice.items() if name not in computed}
    kept["totals"] = {name: invoice["totals"][name] for name in ("prepaid", "rounding")}
    kept["lines"] = [{k: v for k, v in line.items() if k != "line_net"} for line in invoice["lines"]]
    return kept


def rates(invoice: dict[str, Any]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return sorted(
        (one["category"], Decimal(one["rate"] or 0), Decimal(one["taxable"]), Decimal(one["tax"]))
        for one in invoice["vat_breakdown"]
    )


def same(ours: dict[str, Any], published: dict[str, Any]) -> None:
    where = published["source_path"]
    assert [Decimal(one["line_net"]) for one in ours["lines"]] == [
        Decimal(one["line_net"]) for one in published["lines"]
    ], where
    assert rates(ours) == rates(published), where
    assert Decimal(ours["vat_total"]) == Decimal(published["vat_total"] or 0), where
    for name in FIGURES:
        assert Decimal(ours["totals"][name]) == Decimal(published["totals"][name] or 0), (where, name)


def test_documents_that_add_up_are_computed_as_published(examples: list[dict[str, Any]]) -> None:
    whole = [one for one in examples if all(one["checks"].values())]
    assert len(examples) == 29
    assert len(whole) == 17
    for invoice in whole:
        ours = price_invoice(bare(invoice), Terms())
        same(ours, invoice)
        assert ours["differences"] == []


def test_documents_whose_lines_do_not_add_up_keep_what_they_printed(examples: list[dict[str, Any]]) -> None:
    checked = 0
    for invoice in examples:
        broken = {name for name, holds in invoice["checks"].items() if not holds}
        if not broken or broken & SET_BY_HAND:
            continue
        ours = price_invoice(invoice, Terms(keep_printed=True))
        same(ours, invoice)
        assert any(one["field"].endswith("line_net") for one in ours["differences"])
        assert any(step["rule"] == "printed" for step in ours["trace"])
        checked += 1
    assert checked == 11


def test_sums_set_by_hand_are_told(examples: list[dict[str, Any]]) -> None:
    told = {}
    for invoice in examples:
        if {name for name, holds in invoice["checks"].items() if not holds} & SET_BY_HAND:
            ours = price_invoice(invoice, Terms(keep_printed=True))
            fields = [one["field"] for one in ours["differences"] if not one["field"].endswith("line_net")]
            told[invoice["source_path"]] = fields
    assert list(told.values()) == [["vat_total", "totals.tax_inclusive", "totals.payable"]]


def one_line(**fields: Any) -> dict[str, Any]:
    line = {"id": "1", "quantity": "3", "net_price": "10", "vat_category": "S", "vat_rate": "10"}
    return {"currency": "KRW", "lines": [line | fields]}


def test_a_trace_tells_each_step() -> None:
    document = one_line(
        quantity="2.5", net_price="333", allowances_charges=[{"charge": False, "percent": "10", "reason": "단골"}]
    )
    document["totals"] = {"prepaid": "100", "rounding": "-1"}
    document["document_allowances_charges"] = [
        {"charge": "true", "amount": "50", "reason": "배송", "vat_category": "S", "vat_rate": "10"}
    ]
    ours = price_invoice(document | {"issue_date": "2026-11-23"}, Terms(policy=RoundingPolicy.DOWN))
    steps = [(step["line"], step["rule"], step["source"], step["amount"]) for step in ours["trace"]]
    assert steps == [
        ("1", "price", "2.5 x 333", "832.5"),
        ("1", "line_allowance", "단골", "749.5"),
        ("1", "rounding", "down", "749"),
        (None, "charge", "배송", "50"),
        (None, "sum_of_lines", "", "749"),
        (None, "net", "", "799"),
        (None, "tax", "S 10 % x 799", "79"),
        (None, "gross", "", "878"),
        (None, "prepaid", "", "100"),
        (None, "payable_rounding", "", "-1"),
        (None, "payable", "", "777"),
    ]
    assert {step["date"] for step in ours["trace"]} == {"2026-11-23"}


def test_prices_that_hold_the_tax() -> None:
    ours = price_invoice(one_line(net_price="11000"), Terms(tax_included=True, level=RoundingLevel.LINE))
    assert (ours["totals"]["tax_exclusive"], ours["vat_total"], ours["totals"]["payable"]) == ("30000", "3000", "33000")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"quantity": "NaN"}, "lines[0].quantity"),
        ({"quantity": "1e400"}, "lines[0].quantity"),
        ({"net_price": "1,200"}, "lines[0].net_price"),
        ({"net_price": True}, "lines[0].net_price"),
        ({"price_base_quantity": "0"}, "lines[0].price_base_quantity"),
        ({"vat_rate": "-5"}, "lines[0].vat_rate"),
        ({"vat_rate": "ten"}, "lines[0].vat_rate"),
        ({"allowances_charges": {}}, "lines[0].allowances_charges"),
        ({"allowances_charges": [{"amount": "x"}]}, "lines[0].allowances_charges[0].amount"),
        ({"allowances_charges": [{"charge": "perhaps", "amount": "1"}]}, "lines[0].allowances_charges[0].charge"),
        ({"allowances_charges": [{"charge": [], "amount": "1"}]}, "lines[0].allowances_charges[0].charge"),
        ({"quantity": []}, "lines[0].quantity"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        price_invoice(one_line(**fields), Terms())
    assert refused.value.code == "invoice.field"
    assert refused.value.params["field"] == field


@pytest.mark.parametrize(
    ("fields", "code", "told"),
    [
        ({"quantity": None}, "invoice.line.missing", "Line 1: quantity is missing."),
        ({"net_price": ""}, "invoice.line.missing", "Line 1: net_price is missing."),
        (
            {"allowances_charges": [{"reason": "loyal"}]},
            "invoice.missing",
            "lines[0].allowances charges[0].percent is missing.",
        ),
    ],
)
def test_a_missing_field_is_named_plainly(fields: dict[str, Any], code: str, told: str) -> None:
    with pytest.raises(Refusal) as refused:
        price_invoice(one_line(**fields), Terms())
    assert refused.value.code == code
    assert str(refused.value.params["field"]).startswith("lines[0].")
    with i18n.speaking("en"):
        assert explain(refused.value).happened.lower() == told.lower()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, {}),
        ({"rounding": None}, {"rounding": None}),
        ({"prepaid": None, "rounding": "0"}, {"prepaid": None, "rounding": "0.00"}),
        ({"prepaid": "1.5", "rounding": "-0.01"}, {"prepaid": "1.50", "rounding": "-0.01"}),
    ],
)
def test_what_is_given_stays_as_it_was_given(given: dict[str, Any], shown: dict[str, Any]) -> None:
    ours = price_invoice(one_line(quantity="1", net_price="10") | {"currency": "USD", "totals": given}, Terms())
    assert {name: value for name, value in ours["totals"].items() if name in {"prepaid", "rounding"}} == shown
    assert ours["differences"] == []


@pytest.mark.parametrize("document", [None, [], "text", {"currency": "KRW", "lines": "x"}, {"lines": []}])
def test_what_is_no_document_is_refused(document: object) -> None:
    with pytest.raises(Refusal):
        price_invoice(document, Terms())


def test_eighteen_digits_keep_every_one() -> None:
    ours = price_invoice(one_line(quantity="1", net_price="999999999999999999"), Terms())
    assert ours["totals"]["payable"] == "1099999999999999999"
