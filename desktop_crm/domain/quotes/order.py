"""The pricing rules by name, in the order in which they are applied; a workspace may change it within its three parts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from desktop_crm.foundation.errors import Refusal


class Rule(StrEnum):
    """One step on the way from a catalogue to a total."""

    LIST = "list"
    BOOK = "book"
    CONTRACT = "contract"
    TIERS = "tiers"
    BLOCK = "block"
    BUNDLE = "bundle"
    PERCENT_OF_TOTAL = "percent_of_total"
    LINE_DISCOUNT = "line_discount"
    SECTION_DISCOUNT = "section_discount"
    WHOLE_DISCOUNT = "whole_discount"
    TAX = "tax"
    ROUNDING = "rounding"


SOURCES: Final = (Rule.LIST, Rule.BOOK, Rule.CONTRACT)
"""Where a price comes from; the last one that knows one has the word."""
ON_LINES: Final = (Rule.TIERS, Rule.BLOCK, Rule.BUNDLE, Rule.PERCENT_OF_TOTAL, Rule.LINE_DISCOUNT)
ON_SUMS: Final = (Rule.SECTION_DISCOUNT, Rule.WHOLE_DISCOUNT)
LAST: Final = (Rule.TAX, Rule.ROUNDING)
DECLARED: Final = (*SOURCES, *ON_LINES, *ON_SUMS, *LAST)


def checked(order: Sequence[str]) -> tuple[Rule, ...]:
    """The order as rules. Raises Refusal `pricing.order` unless each rule is named once and within its part."""
    parts, start = (SOURCES, ON_LINES, ON_SUMS, LAST), 0
    for part in parts:
        some = list(order[start : start + len(part)])
        start += len(part)
        fixed = part is LAST
        if (some != list(part) if fixed else sorted(some) != sorted(part)) or len(order) > len(DECLARED):
            raise Refusal("pricing.order", order=", ".join(order)[:200])
    return tuple(Rule(one) for one in order)


def read(text: str | None) -> tuple[Rule, ...]:
    """The order out of a field; the declared one where there is none that holds."""
    try:
        return checked([one.strip() for one in text.split(",")]) if text else DECLARED
    except Refusal:
        return DECLARED


def kept(order: Sequence[str]) -> str | None:
    """The order as a field holds it; None for the declared one."""
    return None if tuple(order) == DECLARED else ",".join(order)
