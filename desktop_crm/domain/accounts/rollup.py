"""What a record adds to its account, and how accounts add up. Exact: Decimal only, one currency never meets another.

Weighted = amount × probability of the stage, unrounded; rounding is for those who show it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
    totals = totals_up(links, leaves_first(links), by_currency(own))
    return {(account, currency): sums for currency, some in totals.items() for account, sums in some.items()}


def by_currency(own: Mapping[tuple[str, str], Sums]) -> dict[str, dict[str, Sums]]:
    """The same amounts, currency by currency."""
    found: dict[str, dict[str, Sums]] = defaultdict(dict)
    for (account, currency), sums in own.items():
        found[currency][account] = sums
    return found


def leaves_first(parents: Mapping[str, str | None]) -> list[str]:
    """The accounts, each after all that stand below it; those of a circle are left out."""
    waits = Counter(parents.values())
    order = [account for account in parents if account not in waits]
    for account in order:
        parent = parents[account]
        if parent is not None and parent in parents:
            left = waits[parent] = waits[parent] - 1
            if not left:
                order.append(parent)
    return order


def totals_up(
    parents: Mapping[str, str | None], order: Sequence[str], own: Mapping[str, Mapping[str, Sums]]
) -> dict[str, dict[str, Sums]]:
    """Totals by currency and account. `order` as `leaves_first` gives it, `parents` without circles."""
    found = {}
    for currency, amounts in own.items():
        total = {account: sums for account, sums in amounts.items() if account in parents}
        for account in order:
            sums = total.get(account)
            parent = parents[account]
            if sums is not None and parent is not None:
                held = total.get(parent)
                total[parent] = sums if held is None else held + sums
        found[currency] = total
    return found


def cut_circles(parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same links without those to accounts that are not there, and with each circle cut at its smallest id."""
    links = {account: parent if parent in parents else None for account, parent in parents.items()}
    if len(leaves_first(links)) == len(links):
        return links
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
