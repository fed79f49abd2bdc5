"""Exchange rates: the newest stored one of the pair, turned round, or through our own currency; never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.money import Money
from desktop_crm.domain.rates import Rate, RateBook
from desktop_crm.foundation.errors import Refusal

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def rate(of, to, number, on=MAY, source=""):
    return Rate(of=of, to=to, rate=Decimal(number), on=on, source=source)


def book(*rates):
    return RateBook(rates, "KRW")


def test_the_newest_rate_on_or_before_the_day_counts():
    known = book(rate("USD", "KRW", "1300"), rate("USD", "KRW", "1400", JULY, "한국은행"))
    assert known.rate("USD", "KRW", MAY).rate == 1300
    assert known.rate("USD", "KRW", date(2026, 6, 30)).rate == 1300
    found = known.rate("USD", "KRW", date(2026, 12, 31))
    assert (found.rate, found.on, found.source, found.through) == (1400, JULY, "한국은행", "")


def test_a_later_rate_is_never_used_and_a_missing_one_is_refused_with_pair_and_day():
    with pytest.raises(Refusal) as refused:
        book(rate("USD", "KRW", "1300", JULY)).rate("USD", "KRW", JUNE)
    assert refused.value.code == "rate.missing"
    assert refused.value.params == {"of": "USD", "to": "KRW", "on": "2026-06-01"}


def test_one_currency_is_worth_itself():
    assert book().rate("EUR", "EUR", MAY).rate == 1


def test_a_rate_is_turned_round_and_the_newer_way_wins():
    known = book(rate("USD", "KRW", "1250"), rate("KRW", "USD", "0.001", JULY))
    assert known.convert(Money(amount=Decimal(1000), currency="KRW"), "USD", JUNE).amount == Decimal("0.80")
    assert known.rate("USD", "KRW", JULY).rate == 1000
    same_day = book(rate("USD", "KRW", "1250"), rate("KRW", "USD", "0.001"))
    assert same_day.rate("USD", "KRW", MAY).rate == 1250


def test_two_strange_currencies_meet_in_our_own():
    known = book(rate("USD", "KRW", "1300", JUNE, "b"), rate("EUR", "KRW", "1560", MAY, "a"))
    found = known.rate("EUR", "USD", JULY)
    assert (found.rate.quantize(Decimal("1.0000")), found.on, found.source, found.through) == (
        Decimal("1.2000"),
        MAY,
        "a, b",
        "KRW",
    )
    with pytest.raises(Refusal, match=r"rate\.missing"):
        known.rate("EUR", "JPY", JULY)


def test_amounts_are_rounded_to_the_smallest_unit():
    known = book(rate("USD", "KRW", "1333.335"))
    assert known.convert(Money(amount=Decimal("1.01"), currency="USD"), "KRW", MAY).amount == 1347
    assert known.convert(Money(amount=Decimal(13500000000000), currency="KRW"), "USD", MAY).amount == Decimal(
        "10124987343.77"
    )


@given(st.decimals("0.0001", "99999", places=4), st.decimals("0", "9999999999", places=0))
def test_there_and_back_is_the_same_to_the_smallest_unit(number, amount):
    known = book(Rate(of="USD", to="KRW", rate=number, on=MAY))
    there, back = known.rate("USD", "KRW", MAY).rate, known.rate("KRW", "USD", MAY).rate
    assert (amount * there * back).quantize(Decimal("1.000000")) == amount
