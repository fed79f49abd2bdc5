"""Lines that are due again and again: how many months a line covers, by term or between two days, and what each year costs.

Months are counted from the day of the start; the rest of a month is counted by its days. Pure: the days are handed in.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from desktop_crm.domain.schema.options import Billing

YEAR: Final = 12
_PERIOD: Final = {Billing.MONTHLY: 1, Billing.YEARLY: YEAR}


def periods(
    billing: Billing,
    *,
    term_months: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    ramp: Sequence[Decimal] = (),
) -> Fraction:
    """How many times the price is due, each year weighed by its percent of `ramp` (the last one goes on); 1 for what is due once.

    Without a term it is one year.
    """
    if billing is Billing.ONCE:
        return Fraction(1)
    months = Fraction(term_months) if term_months else Fraction(YEAR)
    if starts_on is not None and ends_on is not None and not term_months:
        months = months_between(starts_on, ends_on)
    return _weighed(months, ramp) / _PERIOD[billing]


def months_between(first: date, last: date) -> Fraction:
    """Months from the first to the last day, both counted; what is left over as its share of the month it lies in."""
    end = last + timedelta(days=1) if last < date.max else last
    if end <= first:
        return Fraction(0)
    whole = (end.year - first.year) * YEAR + end.month - first.month
    if months_later(first, whole) > end:
        whole -= 1
    begin = months_later(first, whole)
    rest = (end - begin).days
    return whole + Fraction(rest, (months_later(first, whole + 1) - begin).days) if rest else Fraction(whole)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    place = day.year * YEAR + day.month - 1 + months
    year, month = divmod(place, YEAR)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _weighed(months: Fraction, ramp: Sequence[Decimal]) -> Fraction:
    if not ramp:
        return months
    weighed = Fraction(0)
    year = 0
    while months > 0:
        part = min(months, Fraction(YEAR))
        weighed += part * Fraction(ramp[min(year, len(ramp) - 1)]) / 100
        months -= part
        year += 1
    return weighed
