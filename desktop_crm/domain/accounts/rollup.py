"""What a record adds to its account, and how accounts add up. Exact: Decimal only, one currency never meets another.

Weighted = amount × probability of the stage, unrounded; rounding is for those who show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.calendar import Calendar
from desktop_crm.domain.schema.options import ContractStatus, QuoteStatus, StageKind

NO_CURRENCY = "XXX"
"""ISO 4217's code for "no currency": amounts that were stored without one are summed apart."""

_ZERO = Decimal(0)


class StageWeight(NamedTuple):
    """What a stage means for sums. `probability` from 0 to 1."""

    kind: str | None
    probability: Decimal


class Year(NamedTuple):
    """A fiscal year: its first day, and the day after its last."""

    begins: date
    ends: date

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.begins <= day < self.ends


def fiscal_year(day: date, first_month: int = 1) -> Year:
    """The fiscal year that a day lies in, for a year that begins with that month (1 to 12)."""
    first, last = Calendar(year_begins=first_month).months(day, "year")
    return Year(first, last + timedelta(1))


def of_opportunity(
    stage: StageWeight | None, amount: Decimal | None, closed: date | None = None, year: Year | None = None
) -> Sums | None:
    """What an opportunity adds, or None when it adds nothing. Without a stage it counts as open with probability 0.

    `closed` is its close date: what was won within `year` counts as won this year.
    """
    if not amount:
        return None
    kind, probability = stage or StageWeight(StageKind.OPEN, _ZERO)
    if kind == StageKind.WON:
        return Sums(_ZERO, _ZERO, amount, amount if year is not None and year.holds(closed) else _ZERO)
    if kind == StageKind.LOST:
        return None
    return Sums(amount, tidy(amount * probability), _ZERO)


def of_contract(status: str | None, amount: Decimal | None) -> Sums | None:
    """What a contract adds: its amount while it is in force. Without a status it is taken for one in force."""
    in_force = (status or ContractStatus.ACTIVE) == ContractStatus.ACTIVE
    return Sums(_ZERO, _ZERO, _ZERO, contracts=amount) if amount and in_force else None


def of_quote(amount: Decimal | None) -> Sums | None:
    """What an open quote adds: its total."""
    return Sums(_ZERO, _ZERO, _ZERO, quotes=amount) if amount else None


OPEN_QUOTES = frozenset(QuoteStatus) - {QuoteStatus.ACCEPTED, QuoteStatus.REJECTED, QuoteStatus.EXPIRED}
"""The states of a quote that is still open."""


def is_open(status: str | None) -> bool:
    """Whether a quote is still open: neither accepted nor rejected nor expired."""
    return (status or QuoteStatus.DRAFT) in OPEN_QUOTES


def tidy(number: Decimal) -> Decimal:
    """The same number without trailing zeros behind the point."""
    return number.to_integral_value() if number == number.to_integral_value() else number.normalize()


def sum_tree(
    parents: Mapping[str, str | None], own: Mapping[tuple[str, str], Sums], *, cut: bool = True
) -> dict[tuple[str, str], Sums]:
    """Totals by (account, currency): own plus all descendants. `parents` holds the accounts that are there.

    A circle is cut at its smallest id, so that nothing is counted twice; `cut=False` says that none is there.
    """
    links = cut_circles(parents) if cut else parents
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
