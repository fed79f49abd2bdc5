"""Taxes on amounts: several rates, inside the price or on top, kept back or not, rounded at the line, the rate or the document.

The one place that computes a tax: for quotes, for invoices read from a file, on screen and on paper. Pure; knows no quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.money import EXACT, HUNDRED, ZERO, added, rounded_to_unit, smallest_unit
from desktop_crm.domain.schema.options import RoundingLevel, RoundingPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """One rate in percent. `rate` None: outside every tax. `included`: the price holds it. `retained`: the buyer keeps it back.

    `surcharge`: percent on the same base and never inside the price, told apart from the tax itself.
    """

    category: str
    rate: Decimal | None = None
    surcharge: Decimal = ZERO
    included: bool = False
    retained: bool = False

    @property
    def inside(self) -> Decimal:
        """The percent of the base that the price holds."""
        return self.rate or ZERO if self.included else ZERO

    @property
    def on_top(self) -> Decimal:
        """The percent of the base that comes on top of the price, without the surcharge."""
        return ZERO if self.included else self.rate or ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How amounts become whole units: by which mode, at which level, to which unit (one won, one cent, 0.05)."""

    unit: Decimal
    policy: RoundingPolicy = RoundingPolicy.HALF_UP
    level: RoundingLevel = RoundingLevel.TAX

    @staticmethod
    def of(
        currency: str,
        policy: RoundingPolicy = RoundingPolicy.HALF_UP,
        level: RoundingLevel = RoundingLevel.TAX,
    ) -> Rounding:
        """To the smallest unit of a currency."""
        return Rounding(unit=smallest_unit(currency), policy=policy, level=level)

    def whole(self, amount: Decimal) -> Decimal:
        """The amount in whole units."""
        return rounded_to_unit(amount, self.unit, self.policy)

    def line(self, amount: Decimal) -> Decimal:
        """A line's amount as it goes into sums: whole, unless only the document is rounded."""
        return amount if self.level is RoundingLevel.DOCUMENT else self.whole(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An amount and the taxes on it; negative for an allowance."""

    amount: Decimal
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSum:
    """What one tax comes to; its surcharge stands beside `amount`."""

    tax: Tax
    base: Decimal
    amount: Decimal
    surcharge: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxed:
    """Sums of a document. `net`: without tax. `gross`: with it. `retained` is not in `tax`; what is paid is `gross` less that."""

    net: Decimal
    included: Decimal
    tax: Decimal
    retained: Decimal
    gross: Decimal
    sums: tuple[TaxSum, ...]


def tax_items(items: Sequence[Item], rounding: Rounding) -> Taxed:
    """The taxes on all items, in the order in which they first appear."""
    found: dict[Tax, list[_Part]] = {}
    for group in items if rounding.level is RoundingLevel.LINE else _grouped(items):
        for one in _parts(group, rounding):
            found.setdefault(one.tax, []).append(one)
    sums = tuple(_sum(tax, parts, rounding) for tax, parts in found.items())
    total = added(item.amount for item in items)
    if rounding.level is RoundingLevel.DOCUMENT:
        total = rounding.whole(total)
    charged = [tax for tax in found if not tax.retained]
    included = _whole_sum([[one.inside for one in found[tax]] for tax in charged], rounding)
    on_tops = [[one.on_top for one in found[tax]] for tax in charged]
    on_tops += [[one.surcharge for one in found[tax]] for tax in charged if tax.surcharge]
    on_top = _whole_sum(on_tops, rounding)
    kept = [[EXACT.add(one.inside, one.on_top) for one in parts] for tax, parts in found.items() if tax.retained]
    net = EXACT.subtract(total, included)
    tax_total = EXACT.add(included, on_top)
    return Taxed(
        net=net,
        included=included,
        tax=tax_total,
        retained=_whole_sum(kept, rounding),
        gross=EXACT.add(net, tax_total),
        sums=sums,
    )


def part(amount: Decimal, percent: Decimal) -> Decimal:
    """So many percent of an amount, exact."""
    return EXACT.multiply(amount, percent).scaleb(-2, EXACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One tax on one item (or one group of them): base, what the price holds of it, what comes on top."""

    tax: Tax
    amount: Decimal
    base: Decimal
    inside: Decimal
    on_top: Decimal
    surcharge: Decimal
    alone: bool


def _whole_sum(by_tax: Sequence[Sequence[Decimal]], rounding: Rounding) -> Decimal:
    """The sum over all taxes: each in whole units, or only their sum."""
    if rounding.level is RoundingLevel.DOCUMENT:
        return rounding.whole(added(amount for amounts in by_tax for amount in amounts))
    return added(rounding.whole(added(amounts)) for amounts in by_tax)


def _grouped(items: Sequence[Item]) -> list[Item]:
    """One item for all that bear the same taxes."""
    sums: dict[tuple[Tax, ...], Decimal] = {}
    for item in items:
        sums[item.taxes] = EXACT.add(sums.get(item.taxes, ZERO), item.amount)
    return [Item(amount=amount, taxes=taxes) for taxes, amount in sums.items()]


def _parts(item: Item, rounding: Rounding) -> list[_Part]:
    """Each tax of an item; in whole units only where lines are rounded by themselves."""
    lines = rounding.level is RoundingLevel.LINE
    all_inside = added(tax.inside for tax in item.taxes)
    inside = [ZERO] * len(item.taxes)
    if all_inside:
        whole = EXACT.add(HUNDRED, all_inside)
        inside = [EXACT.divide(EXACT.multiply(item.amount, tax.inside), whole) for tax in item.taxes]
        inside = [rounding.whole(amount) for amount in inside] if lines else inside
    base = EXACT.subtract(item.amount, added(inside))
    on_top = [part(base, tax.on_top) for tax in item.taxes]
    extra = [part(base, tax.surcharge) for tax in item.taxes]
    if lines:
        on_top, extra = [rounding.whole(one) for one in on_top], [rounding.whole(one) for one in extra]
    alone = sum(bool(tax.inside) for tax in item.taxes) == 1
    return [
        _Part(
            tax=tax,
            amount=item.amount,
            base=base,
            inside=inside[place],
            on_top=on_top[place],
            surcharge=extra[place],
            alone=alone and bool(tax.inside),
        )
        for place, tax in enumerate(item.taxes)
    ]


def _sum(tax: Tax, parts: Sequence[_Part], rounding: Rounding) -> TaxSum:
    inside = rounding.whole(added(one.inside for one in parts))
    amount = rounding.whole(added(EXACT.add(one.inside, one.on_top) for one in parts))
    base = added(one.base for one in parts)
    surcharge = rounding.whole(added(one.surcharge for one in parts))
    if rounding.level is RoundingLevel.TAX and all(one.alone for one in parts):
        base = EXACT.subtract(added(one.amount for one in parts), inside)
    return TaxSum(tax=tax, base=rounding.whole(base), amount=amount, surcharge=surcharge)
