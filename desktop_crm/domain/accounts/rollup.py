"""What an opportunity adds to its account, and how accounts add up. Exact: Decimal only, one currency never meets another.

Weighted = amount × probability of the stage, unrounded; rounding is for those who show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.schema.options import StageKind

NO_CURRENCY = "XXX"
"""ISO 4217's code for "no currency": amounts that were stored without one are summed apart."""

_ZERO = Decimal(0)


class StageWeight(NamedTuple):
    """What a stage means for sums. `probability` from 0 to 1."""

    kind: str | None
    probability: Decimal


class Contribution(NamedTuple):
    """What one opportunity adds."""

    currency: str
    open: Decimal
    weighted: Decimal
    won: Decimal


def contribution(stage: StageWeight | None, amount: Decimal | None, currency: str | None) -> Contribution | None:
    """What an opportunity adds, or None when it adds nothing. Without a stage it counts as open with probability 0."""
    if not amount:
        return None
    kind, probability = stage or StageWeight(StageKind.OPEN, _ZERO)
    currency = currency or NO_CURRENCY
    if kind == StageKind.WON:
        return Contribution(currency, _ZERO, _ZERO, amount)
    if kind == StageKind.LOST:
        return None
    return Contribution(currency, amount, tidy(amount * probability), _ZERO)


def tidy(number: Decimal) -> Decimal:
    """The same number without trailing zeros behind the point."""
    return number.to_integral_value() if number == number.to_integral_value() else number.normalize()


def sum_tree(parents: Mapping[str, str | None], own: Mapping[tuple[str, str], Sums]) -> dict[tuple[str, str], Sums]:
    """Totals by (account, currency): own plus all descendants. `parents` holds the accounts that are there.

    A circle is cut at its smallest id, so that nothing is counted twice.
    """
    links = cut_circles(parents)
    pending: dict[str, int] = defaultdict(int)
    for parent in links.values():
        if parent:
            pending[parent] += 1
    mine: dict[str, dict[str, Sums]] = defaultdict(dict)
    for (account, currency), sums in own.items():
        if account in links:
            mine[account][currency] = sums
    ready = [account for account in links if not pending[account]]
    while ready:
        account = ready.pop()
        parent = links[account]
        if not parent:
            continue
        for currency, sums in mine[account].items():
            mine[parent][currency] = mine[parent].get(currency, Sums.none()) + sums
        pending[parent] -= 1
        if not pending[parent]:
            ready.append(parent)
    return {(account, currency): sums for account, totals in mine.items() for currency, sums in totals.items()}


def cut_circles(parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same links without those to accounts that are not there, and with each circle cut at its smallest id."""
    links = {account: parent if parent in parents else None for account, parent in parents.items()}
    settled: set[str] = set()
    for start in links:
        path: list[str] = []
        on_path: set[str] = set()
        node: str | None = start
        while node and node not in settled and node not in on_path:
            path.append(node)
            on_path.add(node)
            node = links[node]
        if node in on_path and node is not None:
            circle = path[path.index(node) :]
            links[min(circle)] = None
        settled.update(path)
    return links
