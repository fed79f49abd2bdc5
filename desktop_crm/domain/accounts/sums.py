"""An account as a row of the tree, and its sums: frozen values only, so light that the first look can have them.

Which sums are right is `rollup`'s, who stands where is `hierarchy`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import add, sub
from typing import NamedTuple

_ZERO = Decimal(0)


class Sums(NamedTuple):
    """Amounts of one currency: opportunities, those won within the fiscal year, open quotes, contracts in force."""

    open: Decimal
    weighted: Decimal
    won: Decimal
    won_year: Decimal = _ZERO
    quotes: Decimal = _ZERO
    contracts: Decimal = _ZERO

    @staticmethod
    def none() -> Sums:
        """No amount at all."""
        return _NOTHING

    def __add__(self, other: tuple[object, ...]) -> Sums:
        if not isinstance(other, Sums):
            return NotImplemented
        return Sums(*map(add, self, other))

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*map(sub, self, other))

    def __bool__(self) -> bool:
        return any(self)


_NOTHING = Sums(_ZERO, _ZERO, _ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencySums:
    """One currency's sums of an account: its own, and with everything below it."""

    currency: str
    own: Sums
    total: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """One account as a row of the tree."""

    id: str
    name: str
    parent_id: str | None
    kind: str | None
    tier: str | None
    child_count: int
    sums: tuple[CurrencySums, ...] = ()
    people: int = 0
    last_contact: datetime | None = None
    percent: Decimal | None = None
    """In a hierarchy beside the home tree: how much of it the one above holds, 0 to 100."""
    owners: int = 0
    """How many stand right above it there."""
    circle: bool = False
    """It stands above itself: the way down ends here."""
