"""Where a line's price came from: list, price book, contract, with their tiers and blocks, as they stood when it was taken.

Frozen into the line, so that a quote is priced without the catalogue and explains itself years later. Pure; looks nothing up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Final

from desktop_crm.domain.money import EXACT, ZERO
from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.schema.options import TierMode
from desktop_crm.foundation.errors import Refusal

_TIER: Final = re.compile(r"\s*([^\s=:]+)\s*[=:]\s*([^\s=:]+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From this quantity on, each costs this."""

    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSource:
    """One place that knows a price. `rule`: the pricing rule it belongs to; `day`: since when its price holds."""

    rule: str
    price: Decimal
    name: str = ""
    id: str = ""
    day: date | None = None
    tier_mode: TierMode | None = None
    tiers: tuple[Tier, ...] = ()
    block: Decimal = ZERO
    """The price is that of so many together; a part of a block costs a whole one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBasis:
    """All that was known of a product's price on a day. Guidance: what we aim at, and what nobody goes below alone."""

    sources: tuple[PriceSource, ...]
    on: date | None = None
    target_price: Decimal | None = None
    floor_price: Decimal | None = None

    def winner(self, order: Sequence[str]) -> PriceSource | None:
        """The source whose rule comes last."""
        ranked = [source for source in self.sources if source.rule in order]
        return max(ranked, key=lambda source: order.index(source.rule), default=None)


def tiered(source: PriceSource, quantity: Decimal) -> Decimal:
    """What that many cost: by tiers (the price below the first one is the source's own). A return costs what a sale does."""
    size = quantity.copy_abs()
    if source.tier_mode is TierMode.GRADUATED:
        amount, below, price = ZERO, ZERO, source.price
        for tier in source.tiers:
            if size <= tier.quantity:
                break
            amount = EXACT.add(amount, EXACT.multiply(EXACT.subtract(tier.quantity, below), price))
            below, price = tier.quantity, tier.price
        amount = EXACT.add(amount, EXACT.multiply(EXACT.subtract(size, below), price))
    else:
        price = source.price
        for tier in source.tiers:
            if size >= tier.quantity:
                price = tier.price
        amount = EXACT.multiply(size, price)
    return amount.copy_sign(EXACT.multiply(amount, quantity)) if amount else ZERO


def in_blocks(source: PriceSource, quantity: Decimal) -> Decimal:
    """What that many cost where only whole blocks are sold."""
    size = quantity.copy_abs()
    blocks = EXACT.divide(size, source.block).to_integral_value(ROUND_CEILING, EXACT)
    amount = EXACT.multiply(blocks, source.price)
    return EXACT.subtract(ZERO, amount) if quantity < ZERO else amount


def read_tiers(text: str) -> tuple[Tier, ...]:
    """`10=9000; 50=8500` as tiers, rising. Raises Refusal `price.tiers` for what is none."""
    found: dict[Decimal, Tier] = {}
    for piece in filter(str.strip, re.split(r"[;\n]", text)):
        match = _TIER.fullmatch(piece)
        try:
            numbers = [Decimal(part.replace(",", "")) for part in match.groups()] if match else []
        except InvalidOperation:
            numbers = []
        if len(numbers) != 2 or not all(number.is_finite() for number in numbers) or numbers[0] <= ZERO:
            raise Refusal("price.tiers", field="tiers", value=piece.strip()[:40])
        found[numbers[0]] = Tier(quantity=numbers[0], price=numbers[1])
    return tuple(found[quantity] for quantity in sorted(found))


def tiers_text(tiers: Sequence[Tier]) -> str:
    """Tiers as they are written into a field."""
    return "; ".join(f"{canonical.decimal_text(one.quantity)}={canonical.decimal_text(one.price)}" for one in tiers)


def kept(basis: PriceBasis | None) -> str | None:
    """The basis as a field holds it."""
    return None if basis is None else canonical.encode(basis)


def read(text: str | None) -> PriceBasis | None:
    """The basis out of its field; None where there is none that can be read."""
    if not text:
        return None
    try:
        return canonical.decode(PriceBasis, text)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None
