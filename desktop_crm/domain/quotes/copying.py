"""Taking over what another quote said: its structure and clauses, never what was granted to that customer. Pure.

Prices are not settled here: whoever copies takes today's prices afterwards. Ids stay those of the source; the caller renames.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.recurring import months_later


def as_new(past: QuoteDraft, onto: QuoteDraft, months: int) -> QuoteDraft:
    """The empty draft with the sections, lines and clauses of a past one; its days as many months later.

    Discounts are not taken over, but what was free of charge stays free. In another currency a price that is not the
    catalogue's means nothing and becomes zero.
    """
    same_money = past.currency == onto.currency
    return replace(
        onto,
        name=onto.name or past.name,
        payment_terms=past.payment_terms,
        remarks=past.remarks,
        sections=tuple(_section(section, months, same_money=same_money) for section in past.sections),
    )


def _section(section: QuoteSection, months: int, *, same_money: bool) -> QuoteSection:
    lines = tuple(_line(line, months, same_money=same_money) for line in section.lines)
    return replace(section, discount_percent=ZERO, discount_amount=ZERO, lines=lines)


def _line(line: QuoteLine, months: int, *, same_money: bool) -> QuoteLine:
    free = line.discount_percent == HUNDRED
    return replace(
        line,
        discount_percent=line.discount_percent if free else ZERO,
        discount_amount=ZERO,
        starts_on=months_later(line.starts_on, months) if line.starts_on else None,
        ends_on=months_later(line.ends_on, months) if line.ends_on else None,
        unit_price=line.unit_price if same_money else Decimal(0),
        cost=line.cost if same_money else None,
        price_basis=line.price_basis if same_money else None,
    )
