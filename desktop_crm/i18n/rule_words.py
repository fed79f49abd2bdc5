"""What the steps of a price are called. Codes come as text."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import tr


def rule_label(rule: str) -> str:
    """What a step of a price is called."""
    return {
        "list": tr("List price"),
        "book": tr("Price book"),
        "contract": tr("Contract price"),
        "hand": tr("Price set by hand"),
        "quantity": tr("Quantity × unit price"),
        "tiers": tr("Price tiers"),
        "block": tr("Whole blocks"),
        "bundle": tr("Sum of the bundle"),
        "percent_of_total": tr("Percent of the others"),
        "line_discount": tr("Line discount"),
        "section_discount": tr("Section discount"),
        "whole_discount": tr("Overall discount"),
        "subtotal": tr("Subtotal"),
        "net": tr("Net amount"),
        "tax": tr("VAT"),
        "rounding": tr("Rounding"),
        "prepaid": tr("Prepaid"),
        "exchange": tr("In the main currency"),
    }.get(rule, rule)
