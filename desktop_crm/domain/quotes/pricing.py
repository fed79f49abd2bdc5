"""What a quote comes to: the one place that turns a draft into amounts, for the screen, the list, the PDF and the export.

1. A line: quantity times price, less the line's discount, rounded to the currency's smallest unit by the quote's policy.
2. A section: the sum of its lines. The subtotal: the sum of all lines.
3. The discount on the whole: percent of the subtotal, rounded once, and the amount that was agreed; spread over the lines in
   proportion, exactly.
4. Net amount (공급가액): subtotal less that discount.
5. Tax (세액): for each rate on the sum of its lines' shares, rounded once a rate. Grand total (합계): net plus tax.

So every printed figure is a sum of printed figures. Pure and quick: 1,000 lines are priced within one frame, on each key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.money import EXACT, HUNDRED, ZERO, allocate, rounded
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.foundation.ids import RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """`gross`: before any discount, unrounded. `net`: the line's printed amount. `share`: its part of the discount on the whole."""

    id: RowId
    gross: Decimal
    net: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedSection:
    """A section's sum and its lines."""

    id: RowId
    net: Decimal
    lines: tuple[PricedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """The tax at one rate (percent) on everything that is taxed at it."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedQuote:
    """Every amount of a quote, in whole smallest units of its currency."""

    currency: str
    sections: tuple[PricedSection, ...]
    subtotal: Decimal
    discount_amount: Decimal
    net_amount: Decimal
    taxes: tuple[TaxShare, ...]
    tax_amount: Decimal
    grand_total: Decimal


def line_net(line: QuoteLine, draft: QuoteDraft) -> Decimal:
    """The amount of one line, after its own discount."""
    gross = EXACT.multiply(line.quantity, line.unit_price)
    if line.discount_percent:
        gross = _part(gross, HUNDRED - line.discount_percent)
    return rounded(gross, draft.currency, draft.rounding_policy)


def price(draft: QuoteDraft) -> PricedQuote:
    """All amounts of the draft."""
    lines = tuple(draft.lines())
    nets = [line_net(line, draft) for line in lines]
    subtotal = _sum(nets)
    weights = _weights(subtotal, nets)
    discount = _discount(draft, subtotal) if any(weights) else ZERO
    shares = allocate(discount, weights, draft.currency) if discount else [ZERO] * len(nets)
    taxes = _taxes(draft, lines, nets, shares)
    net_amount = EXACT.subtract(subtotal, discount)
    tax_amount = _sum([tax.amount for tax in taxes])
    return PricedQuote(
        currency=draft.currency,
        sections=_sections(draft, nets, shares),
        subtotal=subtotal,
        discount_amount=discount,
        net_amount=net_amount,
        taxes=taxes,
        tax_amount=tax_amount,
        grand_total=EXACT.add(net_amount, tax_amount),
    )


def _part(amount: Decimal, percent: Decimal) -> Decimal:
    return EXACT.multiply(amount, percent).scaleb(-2, EXACT)


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def _discount(draft: QuoteDraft, subtotal: Decimal) -> Decimal:
    percent = rounded(_part(subtotal, draft.discount_percent), draft.currency, draft.rounding_policy)
    if not draft.discount_amount:
        return percent
    return EXACT.add(percent, rounded(draft.discount_amount, draft.currency, draft.rounding_policy))


def _weights(subtotal: Decimal, nets: Sequence[Decimal]) -> Sequence[Decimal]:
    """How much of the discount each line bears. Lines against the subtotal's sign (returns, credits) bear none of it."""
    side = Decimal(1).copy_sign(subtotal)
    return [max(EXACT.multiply(net, side), ZERO) for net in nets]


def _taxes(
    draft: QuoteDraft, lines: Sequence[QuoteLine], nets: Sequence[Decimal], shares: Sequence[Decimal]
) -> tuple[TaxShare, ...]:
    bases: dict[Decimal, Decimal] = {}
    for line, net, share in zip(lines, nets, shares, strict=True):
        rate = draft.tax_rate if line.tax_rate is None else line.tax_rate
        bases[rate] = EXACT.add(bases.get(rate, ZERO), EXACT.subtract(net, share))
    return tuple(
        TaxShare(rate=rate, base=base, amount=rounded(_part(base, rate), draft.currency, draft.rounding_policy))
        for rate, base in sorted(bases.items(), reverse=True)
    )


def _sections(draft: QuoteDraft, nets: Sequence[Decimal], shares: Sequence[Decimal]) -> tuple[PricedSection, ...]:
    found: list[PricedSection] = []
    start = 0
    for section in draft.sections:
        end = start + len(section.lines)
        lines = tuple(
            PricedLine(id=line.id, gross=EXACT.multiply(line.quantity, line.unit_price), net=net, share=share)
            for line, net, share in zip(section.lines, nets[start:end], shares[start:end], strict=True)
        )
        found.append(PricedSection(id=section.id, net=_sum(nets[start:end]), lines=lines))
        start = end
    return tuple(found)
