"""Sums of several currencies in the workspace's own: at stored rates alone, each with its day; what has no rate is named.

Pure. It never guesses: a currency without a rate stays outside the total.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop_crm.domain.money import EXACT, ZERO
from desktop_crm.domain.rates import RateBook
from desktop_crm.foundation.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRate:
    """One unit of a currency in the workspace's own, as it was stored for a day."""

    currency: str
    rate: Decimal
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InHome:
    """The total of what could be converted, the rates that were used, and the currencies without one."""

    total: Decimal
    used: tuple[UsedRate, ...]
    missing: tuple[str, ...]


def in_home(amounts: Iterable[tuple[str, Decimal]], book: RateBook, on: date) -> InHome:
    """(currency, amount) pairs as one amount, unrounded; rounding is for those who show it."""
    total, used, missing = ZERO, list[UsedRate](), list[str]()
    for currency, amount in amounts:
        if currency == book.home:
            total = EXACT.add(total, amount)
            continue
        try:
            found = book.rate(currency, book.home, on)
        except Refusal:
            missing.append(currency)
            continue
        total = EXACT.add(total, EXACT.multiply(amount, found.rate))
        used.append(UsedRate(currency=currency, rate=found.rate, on=found.on))
    return InHome(total=total, used=tuple(used), missing=tuple(missing))
