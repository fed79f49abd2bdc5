"""Ten thousand random quotes: sums that hold whatever the rules do, and the same figures from fractions worked out apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from random import Random

from desktop_crm.domain.money import minor_digits
from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource, Tier
from desktop_crm.domain.quotes.draft import Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import explain, price
from desktop_crm.domain.quotes.versions import freeze, from_snapshot
from desktop_crm.domain.schema.options import Billing, BundlePrice, RoundingLevel, RoundingPolicy, TaxClass, TierMode
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.foundation.ids import RowId

COUNT = 10_000
NOBODY = Party(name="x")


def amount(dice: Random, digits: int) -> Decimal:
    size = 10 ** dice.choice((1, 3, 6, 9, 12))
    return Decimal(dice.randrange(-size // 10, size)).scaleb(-dice.choice((0, 0, digits, digits + 1)))


def percent(dice: Random) -> Decimal:
    return dice.choice((Decimal(0), Decimal(0), Decimal(dice.randrange(0, 10_001)) / 100))


def plain_line(dice: Random, number: int, digits: int) -> QuoteLine:
    return QuoteLine(
        id=RowId(f"l{number}"),
        name="x",
        quantity=Decimal(dice.randrange(-3, 200)).scaleb(-dice.choice((0, 0, 1))),
        unit_price=amount(dice, digits),
        discount_percent=percent(dice),
        tax_rate=dice.choice((None, None, Decimal(0), Decimal("5.5"))),
    )


def plain_quote(dice: Random) -> QuoteDraft:
    currency = dice.choice(("KRW", "KRW", "USD", "KWD"))
    digits = minor_digits(currency)
    count = iter(range(1000))
    sections = tuple(
        QuoteSection(
            id=RowId(f"s{place}"), lines=tuple(plain_line(dice, next(count), digits) for _ in range(dice.randrange(4)))
        )
        for place in range(dice.randrange(3))
    )
    return QuoteDraft(
        id=RowId("q"),
        supplier=NOBODY,
        customer=NOBODY,
        currency=currency,
        sections=sections,
        discount_percent=percent(dice),
        tax_rate=Decimal(10),
        rounding_policy=dice.choice(tuple(RoundingPolicy)),
    )


def odd_line(dice: Random, line: QuoteLine, above: QuoteLine | None) -> QuoteLine:
    """The line with one of the rules that a plain one does not need."""
    kind = dice.randrange(8)
    if kind == 0:
        return replace(line, optional=True)
    if kind == 1:
        return replace(line, billing=dice.choice((Billing.MONTHLY, Billing.YEARLY)), term_months=dice.randrange(1, 40))
    if kind == 2:
        return replace(line, percent_of=Decimal(dice.randrange(1, 30)), percent_of_section=dice.random() < 0.5)
    if kind == 3 and above is not None:
        return replace(line, parent_id=above.id)
    if kind == 4:
        return replace(line, bundle_price=dice.choice(tuple(BundlePrice)))
    if kind == 5:
        tiers = (Tier(quantity=Decimal(10), price=line.unit_price / 2),)
        known = PriceSource(rule="book", price=line.unit_price, tier_mode=dice.choice(tuple(TierMode)), tiers=tiers)
        return replace(line, price_basis=PriceBasis(sources=(known,)))
    if kind == 6:
        return replace(line, tax_class=dice.choice(tuple(TaxClass)), cost=abs(line.unit_price) / 3)
    return replace(line, discount_amount=Decimal(dice.randrange(100)))


def odd_quote(dice: Random) -> QuoteDraft:
    draft = plain_quote(dice)
    sections: list[QuoteSection] = []
    for section in draft.sections:
        lines: list[QuoteLine] = []
        for line in section.lines:
            lines.append(odd_line(dice, line, lines[-1] if lines else None))
        sections.append(
            replace(
                section,
                lines=tuple(lines),
                discount_percent=percent(dice),
                optional=dice.random() < 0.1,
                parent_id=sections[-1].id if sections and dice.random() < 0.3 else None,
            )
        )
    return replace(
        draft,
        sections=tuple(sections),
        tax_included=dice.random() < 0.3,
        rounding_level=dice.choice(tuple(RoundingLevel)),
        discount_amount=Decimal(dice.choice((0, 0, 7))),
    )


def in_units(value: Fraction, policy: RoundingPolicy) -> int:
    """A fraction of units to whole ones, worked out without the program."""
    sign, size = (-1 if value < 0 else 1), abs(value)
    low = floor(size)
    rest = size - low
    up = {
        RoundingPolicy.UP: rest > 0,
        RoundingPolicy.DOWN: False,
        RoundingPolicy.HALF_UP: rest >= Fraction(1, 2),
        RoundingPolicy.HALF_EVEN: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1),
    }[policy]
    return sign * (low + up)


def by_fractions(draft: QuoteDraft) -> tuple[int, int, int]:
    """Subtotal, discount and tax in smallest units."""
    scale = 10 ** minor_digits(draft.currency)
    policy = draft.rounding_policy
    lines = list(draft.lines())
    nets = [
        in_units(
            Fraction(line.quantity) * Fraction(line.unit_price) * (100 - Fraction(line.discount_percent)) / 100 * scale,
            policy,
        )
        for line in lines
    ]
    subtotal = sum(nets)
    weights = [max(net if subtotal >= 0 else -net, 0) for net in nets]
    discount = in_units(Fraction(subtotal) * Fraction(draft.discount_percent) / 100, policy) if any(weights) else 0
    shares = [0] * len(nets)
    if discount:
        total = sum(weights)
        shares = [discount * weight // total for weight in weights]
        left = discount - sum(shares)
        rests = sorted(range(len(nets)), key=lambda place: -(discount * weights[place] % total))
        for place in rests[:left]:
            shares[place] += 1
    bases: dict[Decimal, int] = {}
    for line, net, share in zip(lines, nets, shares, strict=True):
        rate = draft.tax_rate if line.tax_rate is None else line.tax_rate
        bases[rate] = bases.get(rate, 0) + net - share
    tax = sum(in_units(Fraction(base) * Fraction(rate) / 100, policy) for rate, base in bases.items())
    return subtotal, discount, tax


def test_plain_quotes_come_to_what_fractions_give() -> None:
    dice = Random(20261123)
    for _ in range(COUNT // 2):
        draft = plain_quote(dice)
        priced = price(draft)
        digits = minor_digits(draft.currency)
        figures = (priced.subtotal, priced.discount_amount, priced.tax_amount)
        assert tuple(int(one.scaleb(digits)) for one in figures) == by_fractions(draft), draft


def test_sums_hold_whatever_the_rules_do() -> None:
    dice = Random(187)
    for turn in range(COUNT // 2):
        draft = odd_quote(dice)
        priced = price(draft)
        assert priced.net_amount + priced.tax_amount == priced.grand_total, draft
        finals = [one.final for section in priced.sections for one in section.lines if one.counted]
        if draft.rounding_level is not RoundingLevel.DOCUMENT:
            bears = priced.grand_total if draft.tax_included else priced.net_amount
            assert sum(finals, Decimal(0)) == priced.subtotal - priced.discount_amount == bears, draft
            assert sum((one.amount for one in priced.taxes), Decimal(0)) == priced.tax_amount
            assert (
                sum((one.share for part in priced.sections for one in part.lines), Decimal(0)) == priced.discount_amount
            )
        if turn % 10 == 0:
            again, steps = explain(draft)
            assert again == priced
            assert steps[-1].amount == priced.grand_total
            version = freeze(
                draft, number="Q", version=1, issued_at=SystemClock().now(), issued_on=date(2026, 11, 23), issued_by=""
            )
            back = from_snapshot(version.snapshot, version.hash).content
            assert (back.draft, back.amounts) == (version.content.draft, version.content.amounts)
            assert canonical.encode(back.amounts) == canonical.encode(priced)
            assert price(back.draft).grand_total == priced.grand_total
