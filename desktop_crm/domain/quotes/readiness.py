"""Whether a draft may be issued, and everything that stands in the way, so that all of it can be shown at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.ids import RowId

LARGEST = Decimal(10) ** 15
"""Quantities and prices from here on are a slip of the finger, and would not fit on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One reason, as an error code, and the field it is about; `line_id` where it is about one line."""

    code: str
    field: str = ""
    line_id: RowId | None = None


def obstacles(draft: QuoteDraft) -> tuple[Obstacle, ...]:
    """Empty when the draft may be issued."""
    found: list[Obstacle] = []
    if not draft.customer.name.strip():
        found.append(Obstacle(code="quote.issue.no_customer", field="account_id"))
    lines = tuple(draft.lines())
    if not lines:
        found.append(Obstacle(code="quote.issue.no_lines", field="lines"))
    if not _is_percent(draft.discount_percent):
        found.append(Obstacle(code="quote.issue.discount", field="discount_percent"))
    if not _is_percent(draft.tax_rate):
        found.append(Obstacle(code="quote.issue.tax", field="tax_rate"))
    if draft.discount_amount and _is_too_much(draft):
        found.append(Obstacle(code="quote.issue.discount_amount", field="discount_amount"))
    for line in lines:
        found.extend(Obstacle(code=code, field=name, line_id=line.id) for code, name in _of_line(line))
    return tuple(found)


def _is_too_much(draft: QuoteDraft) -> bool:
    priced = price(draft)
    return draft.discount_amount < ZERO or priced.discount_amount > max(priced.subtotal, ZERO)


def _of_line(line: QuoteLine) -> list[tuple[str, str]]:
    found = []
    if not line.name.strip():
        found.append(("quote.issue.line_name", "name"))
    if not line.quantity:
        found.append(("quote.issue.line_quantity", "quantity"))
    if abs(line.quantity) >= LARGEST:
        found.append(("quote.issue.line_too_many", "quantity"))
    if abs(line.unit_price) >= LARGEST:
        found.append(("quote.issue.line_too_dear", "unit_price"))
    if not _is_percent(line.discount_percent):
        found.append(("quote.issue.line_discount", "discount_percent"))
    if line.tax_rate is not None and not _is_percent(line.tax_rate):
        found.append(("quote.issue.line_tax", "tax_rate"))
    return found


def _is_percent(value: Decimal) -> bool:
    return ZERO <= value <= HUNDRED
