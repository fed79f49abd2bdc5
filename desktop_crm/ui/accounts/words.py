"""How sums of several currencies are said in one place: short where room is scarce, exact on hover."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from desktop_crm.domain.accounts.rollup import NO_CURRENCY
from desktop_crm.domain.accounts.sums import CurrencySums
from desktop_crm.i18n import formats, tr

Measure = Literal["open", "weighted", "won"]
NOTHING = "–"


def measure_label(measure: Measure) -> str:
    """What a sum is called at the head of a column."""
    return {"open": tr("Open"), "weighted": tr("Weighted"), "won": tr("Won sales")}[measure]


def amounts(
    sums: Iterable[CurrencySums], measure: Measure, home: str, *, own: bool = False
) -> tuple[tuple[str, Decimal], ...]:
    """(currency, amount) of one measure; the workspace's currency first, currencies with nothing left out."""
    found = [(s.currency, getattr(s.own if own else s.total, measure)) for s in sums]
    return tuple(sorted(((c, a) for c, a in found if a), key=lambda pair: (pair[0] != home, pair[0])))


def short(values: tuple[tuple[str, Decimal], ...]) -> str:
    """`₩4.82억`, and `+1` when there is another currency."""
    if not values:
        return NOTHING
    currency, amount = values[0]
    more = f" +{len(values) - 1}" if len(values) > 1 else ""
    return formats.money_short(amount, shown_currency(currency)) + more


def all_short(values: tuple[tuple[str, Decimal], ...]) -> str:
    """Every currency, short: `₩4.82억 · $1.2M`."""
    return " · ".join(formats.money_short(amount, shown_currency(currency)) for currency, amount in values) or NOTHING


def exact(values: tuple[tuple[str, Decimal], ...]) -> str:
    """Every currency to its last digit."""
    return "\n".join(formats.money(_settled(amount, currency), shown_currency(currency)) for currency, amount in values)


def told(sums: tuple[CurrencySums, ...], measure: Measure, home: str) -> str:
    """What a cell says on hover: the exact sums, and the account's own where they differ."""
    total, own = amounts(sums, measure, home), amounts(sums, measure, home, own=True)
    if not total:
        return ""
    lines = [tr("{measure}, with all below: {amount}", measure=measure_label(measure), amount=_line(total))]
    if own != total:
        lines.append(tr("This account alone: {amount}", amount=_line(own) or NOTHING))
    return "\n".join(lines)


def shown_currency(currency: str) -> str:
    """Amounts that were stored without a currency are shown without one."""
    return "" if currency == NO_CURRENCY else currency


def _line(values: tuple[tuple[str, Decimal], ...]) -> str:
    return " + ".join(exact(values).splitlines())


def _settled(amount: Decimal, currency: str) -> Decimal:
    """Weighted sums may have more digits than money has; two more than the currency are enough to read."""
    places = Decimal(1).scaleb(-formats.minor_digits(shown_currency(currency)))
    return amount if amount == amount.quantize(places) else amount.quantize(places)
