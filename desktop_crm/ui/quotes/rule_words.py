"""Pricing rules and their steps in words."""

from __future__ import annotations

from desktop_crm.domain.quotes.rules import TraceStep
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label


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
