"""How sums of several currencies are said in one place: short where room is scarce, exact on hover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from desktop_crm.domain.accounts.in_home import in_home
from desktop_crm.domain.accounts.rollup import NO_CURRENCY
from desktop_crm.domain.accounts.sums import CurrencySums
from desktop_crm.domain.rates import RateBook
from desktop_crm.i18n import formats, tr

Measure = Literal["open", "weighted", "won", "won_year", "quotes", "contracts"]
NOTHING = "–"


def measure_label(measure: Measure) -> str:
    """What a sum is called at the head of a column."""
    return {
        "open": tr("Open"),
        "weighted": tr("Weighted"),
        "won": tr("Won sales"),
        "won_year": tr("Won this year"),
        "quotes": tr("Open quotes"),
        "contracts": tr("Contract value"),
    }[measure]


def amounts(
    sums: Iterable[CurrencySums], measure: Measure, home: str, *, own: bool = False
) -> tuple[tuple[str, Decimal], ...]:
    """(currency, amount) of one measure; the workspace's currency first, currencies with nothing left out."""
    found = [(s.currency, getattr(s.own if own else s.total, measure)) for s in sums]
    return tuple(sorted(((c, a) for c, a in found if a), key=lambda pair: (pair[0] != home, pair[0])))


def short(values: tuple[tuple[str, Decimal], ...], rates: Rates | None = None) -> str:
    """`₩4.82억`; with other currencies `≈ ₩6.1억` where all have a stored rate, else the first and `+1` for each other."""
    if not values:
        return NOTHING
    if rates is not None and any(currency != rates.book.home for currency, _ in values):
        found = in_home(values, rates.book, rates.on)
        if not found.missing:
            return f"≈ {formats.money_short(found.total, rates.book.home)}"
    currency, amount = values[0]
    more = f" +{len(values) - 1}" if len(values) > 1 else ""
    return formats.money_short(amount, shown_currency(currency)) + more


def all_short(values: tuple[tuple[str, Decimal], ...]) -> str:
    """Every currency, short: `₩4.82억 · $1.2M`."""
    return " · ".join(formats.money_short(amount, shown_currency(currency)) for currency, amount in values) or NOTHING


def exact(values: tuple[tuple[str, Decimal], ...]) -> str:
    """Every currency to its last digit."""
    return "\n".join(formats.money(_settled(amount, currency), shown_currency(currency)) for currency, amount in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The stored rates, and the day they are asked for."""

    book: RateBook
    on: date


def told_in_home(values: tuple[tuple[str, Decimal], ...], rates: Rates) -> tuple[str, ...]:
    """The whole in the home currency, each rate with its day, and what has none."""
    if all(currency == rates.book.home for currency, _ in values):
        return ()
    found = in_home(values, rates.book, rates.on)
    lines = []
    if found.used:
        home = rates.book.home
        total = formats.money(_settled(found.total, home), home)
        lines.append(tr("In {currency}: {amount}", currency=home, amount=total))
        lines += [
            tr(
                "{currency} at {rate}, {day}",
                currency=one.currency,
                rate=formats.number(one.rate),
                day=formats.date(one.on),
            )
            for one in found.used
        ]
    if found.missing:
        currencies = ", ".join(shown_currency(one) or tr("amounts without a currency") for one in found.missing)
        lines.append(tr("No stored rate: {currencies}", currencies=currencies))
    return tuple(lines)


def told(sums: tuple[CurrencySums, ...], measure: Measure, home: str, rates: Rates | None = None) -> str:
    """What a cell says on hover: the exact sums, and the account's own where they differ."""
    total, own = amounts(sums, measure, home), amounts(sums, measure, home, own=True)
    if not total:
        return ""
    lines = [tr("{measure}, with all below: {amount}", measure=measure_label(measure), amount=_line(total))]
    if own != total:
        lines.append(tr("This account alone: {amount}", amount=_line(own) or NOTHING))
    if rates is not None:
        lines += told_in_home(total, rates)
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
