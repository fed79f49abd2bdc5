"""An account as a row of the tree, and its sums: frozen values only, so light that the first look can have them.

Which sums are right is `rollup`'s, who stands where is `hierarchy`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

_ZERO = Decimal(0)


class Sums(NamedTuple):
    """Open, weighted and won amounts of one currency."""

    open: Decimal
    weighted: Decimal
    won: Decimal

    @staticmethod
    def none() -> Sums:
        """No amount at all."""
        return Sums(_ZERO, _ZERO, _ZERO)

    def __add__(self, other: tuple[object, ...]) -> Sums:
        if not isinstance(other, Sums):
            return NotImplemented
        return Sums(self.open + other.open, self.weighted + other.weighted, self.won + other.won)

    def __bool__(self) -> bool:
        return any(self)


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
