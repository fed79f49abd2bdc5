"""Pricing rules and their steps in words."""

from __future__ import annotations

from desktop_crm.domain.quotes.rules import TraceStep
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label


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


def source_words(step: TraceStep) -> str:
    """Where a step has its figures from, in words where the trace has a code."""
    text = step.source
    if step.rule == "rounding":
        policy, _, level = text.partition(" / ")
        parts = [option_label("rounding_policy", policy)]
        return " · ".join([*parts, option_label("rounding_level", level)] if level else parts)
    if step.rule == "tax":
        kind, _, rest = text.partition(" ")
        return f"{option_label('tax_class', kind)} {rest.replace(' x ', ' × ')}"
    if step.rule == "tiers":
        mode, _, rest = text.partition(": ")
        return f"{option_label('tier_mode', mode)}: {rest}"
    if step.rule == "bundle":
        return tr("{n} parts", n=text)
    return text.replace(" x ", " × ")
