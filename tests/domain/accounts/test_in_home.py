"""Sums in the workspace's currency: at stored rates with their days, and never at a guessed one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.accounts.in_home import UsedRate, in_home
from desktop_crm.domain.rates import Rate, RateBook

TODAY = date(2026, 11, 23)
BOOK = RateBook(
    (
        Rate(of="USD", to="KRW", rate=Decimal("1400.5"), on=date(2026, 11, 20)),
        Rate(of="USD", to="KRW", rate=Decimal(9999), on=date(2026, 11, 24)),
        Rate(of="EUR", to="KRW", rate=Decimal(1600), on=date(2026, 11, 1)),
    ),
    "KRW",
)


def test_each_rate_is_told_with_its_day_and_a_later_one_is_not_used():
    found = in_home((("KRW", Decimal(100)), ("USD", Decimal(2)), ("EUR", Decimal(-1))), BOOK, TODAY)
    assert found.total == Decimal(100) + Decimal("2801.0") - 1600
    assert found.used == (
        UsedRate(currency="USD", rate=Decimal("1400.5"), on=date(2026, 11, 20)),
        UsedRate(currency="EUR", rate=Decimal(1600), on=date(2026, 11, 1)),
    )
    assert found.missing == ()


def test_what_has_no_rate_is_named_and_left_out():
    found = in_home((("JPY", Decimal(5)), ("XXX", Decimal(7)), ("KRW", Decimal(1))), BOOK, TODAY)
    assert (found.total, found.missing) == (1, ("JPY", "XXX"))


@given(st.lists(st.tuples(st.sampled_from(["KRW", "USD", "EUR"]), st.decimals(-(10**15), 10**15, places=2))))
def test_converting_is_exact_and_knows_no_order(amounts):
    assert in_home(amounts, BOOK, TODAY).total == in_home(list(reversed(amounts)), BOOK, TODAY).total
