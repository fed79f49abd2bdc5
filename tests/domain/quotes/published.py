"""Invoices and vectors that others published, as items our engine taxes; and which of their rules a quote does not have."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_crm.domain.quotes.taxing import Item, Rounding, Tax, part
from desktop_crm.domain.schema.options import RoundingLevel

OUT_OF_SCOPE = {
    "no lines": "a document without lines has no arithmetic of ours",
    "division tax": "a tax that is a share of the price with tax (Brazil)",
    "fixed tax": "a tax of so much a piece",
    "compound tax": "a tax on a base that holds another tax",
    "negative tax": "a tax below zero: reverse charge and withholding as a pair of taxes",
    "rounding mode": "half-odd, half-down and towards an infinity: no authority that our users answer to asks for them",
}
"""Rules (never files) by which a vector is out of scope."""


def percent(text: str) -> Decimal:
    return Decimal(text.removesuffix("%"))


def gobl_scope(invoice: dict[str, Any]) -> str | None:
    return None if invoice.get("lines") else "no lines"


def _gobl_taxes(entry: dict[str, Any], included: str | None, retained: set[str]) -> tuple[Tax, ...]:
    return tuple(
        Tax(
            category=f"{tax['cat']}/{tax.get('key', '')}",
            rate=percent(tax["percent"]) if tax.get("percent") else None,
            surcharge=percent(tax["surcharge"]) if tax.get("surcharge") else Decimal(0),
            included=tax["cat"] == included,
            retained=tax["cat"] in retained,
        )
        for tax in entry.get("taxes", [])
    )


def _gobl_part(entry: dict[str, Any], base: Decimal) -> Decimal:
    return part(base, percent(entry["percent"])) if entry.get("percent") else Decimal(entry["amount"])


def gobl_items(invoice: dict[str, Any]) -> tuple[list[Item], Rounding]:
    """Lines, charges and discounts; GOBL rounds the document, or each amount where it says `currency`."""
    terms = invoice.get("tax") or {}
    level = RoundingLevel.TAX if terms.get("rounding") == "currency" else RoundingLevel.DOCUMENT
    rounding = Rounding.of(invoice["currency"], level=level)
    included = terms.get("prices_include")
    categories = invoice["totals"].get("taxes", {}).get("categories", [])
    retained = {category["code"] for category in categories if category.get("retained")}
    items = []
    for line in invoice["lines"]:
        gross = Decimal(line["quantity"]) * Decimal(line["item"]["price"])
        amount = gross - sum(_gobl_part(one, gross) for one in line.get("discounts", []))
        amount += sum(_gobl_part(one, gross) for one in line.get("charges", []))
        items.append(Item(amount=rounding.line(amount), taxes=_gobl_taxes(line, included, retained)))
    total = sum((item.amount for item in items), Decimal(0))
    for sign, name in ((1, "charges"), (-1, "discounts")):
        for one in invoice.get(name) or []:
            amount = sign * rounding.line(_gobl_part(one, total))
            items.append(Item(amount=amount, taxes=_gobl_taxes(one, included, retained)))
    return items, rounding


def odoo_scope(vector: dict[str, Any]) -> str | None:
    taxes = vector["taxes"]
    if any(tax["kind"] == "division" for tax in taxes):
        return "division tax"
    if any(tax["kind"] == "fixed" for tax in taxes):
        return "fixed tax"
    if any(tax["amount"] < 0 or tax.get("reverse_charge") for tax in taxes):
        return "negative tax"
    later = [
        place
        for place, tax in enumerate(taxes)
        if tax.get("include_base_amount") and any(one.get("is_base_affected", True) for one in taxes[place + 1 :])
    ]
    return "compound tax" if later else None


def odoo_items(vector: dict[str, Any]) -> tuple[list[Item], Rounding]:
    level = RoundingLevel.LINE if vector["rounding"] == "round_per_line" else RoundingLevel.DOCUMENT
    unit = Decimal(str(vector["precision"])) if level is RoundingLevel.LINE else Decimal("0.000000001")
    taxes = tuple(
        Tax(category=str(place), rate=Decimal(str(tax["amount"])), included=bool(tax.get("price_included")))
        for place, tax in enumerate(vector["taxes"])
    )
    amount = Decimal(str(vector["price_unit"])) * Decimal(str(vector["quantity"]))
    return [Item(amount=amount, taxes=taxes)], Rounding(unit=unit.normalize(), level=level)
