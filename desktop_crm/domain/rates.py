"""Exchange rates: what one unit of a currency was worth in another on a day, from stored rates alone, or a clear refusal.

1.  The newest rate of that very pair on or before the day counts; it may be stored either way round, the newer one wins,
    and of two of one day the one that was asked for.
2.  Without such a pair both currencies are taken through the workspace's own, each by rule 1.
3.  Without that too the rate is missing: it is never guessed, and a rate of a later day is never used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from desktop_crm.domain.money import EXACT, Money, rounded
from desktop_crm.foundation.errors import Refusal

ONE = Decimal(1)
_INVERSE = Context(prec=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One stored rate: `rate` units of `to` for one unit of `of`, from a day on."""

    of: str
    to: str
    rate: Decimal
    on: date
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A rate that was found: the factor, the oldest day it stands on, where it came from, and through which currency."""

    rate: Decimal
    on: date
    source: str = ""
    through: str = ""

    def of(self, money: Money, to: str) -> Money:
        """An amount in the other currency, rounded to its smallest unit."""
        return Money(amount=rounded(EXACT.multiply(money.amount, self.rate), to), currency=to)


class RateBook:
    """All stored rates, and the workspace's own currency; later rates of one pair and day replace earlier ones."""

    def __init__(self, rates: Iterable[Rate], home: str) -> None:
        self.home = home
        self._by_pair: dict[tuple[str, str], dict[date, Rate]] = defaultdict(dict)
        for one in rates:
            if one.rate > 0:
                self._by_pair[one.of, one.to][one.on] = one

    def rate(self, of: str, to: str, on: date) -> Quotation:
        """What one unit of `of` was worth in `to` on a day. Raises Refusal `rate.missing` with the pair and the day."""
        if of == to:
            return Quotation(rate=ONE, on=on)
        direct = self._pair(of, to, on)
        if direct is not None:
            return direct
        if self.home not in {of, to}:
            first, second = self._pair(of, self.home, on), self._pair(self.home, to, on)
            if first is not None and second is not None:
                sources = dict.fromkeys(one for one in (first.source, second.source) if one)
                return Quotation(
                    rate=EXACT.multiply(first.rate, second.rate),
                    on=min(first.on, second.on),
                    source=", ".join(sources),
                    through=self.home,
                )
        raise Refusal("rate.missing", of=of, to=to, on=on.isoformat())

    def convert(self, money: Money, to: str, on: date) -> Money:
        """An amount in another currency. Raises Refusal `rate.missing`."""
        return self.rate(money.currency, to, on).of(money, to)

    def _pair(self, of: str, to: str, on: date) -> Quotation | None:
        asked, turned = self._newest(of, to, on), self._newest(to, of, on)
        if asked is not None and (turned is None or asked.on >= turned.on):
            return Quotation(rate=asked.rate, on=asked.on, source=asked.source)
        if turned is None:
            return None
        return Quotation(rate=_INVERSE.divide(ONE, turned.rate), on=turned.on, source=turned.source)

    def _newest(self, of: str, to: str, on: date) -> Rate | None:
        held = self._by_pair.get((of, to))
        days = [day for day in held if day <= on] if held else []
        return held[max(days)] if held and days else None
