"""Money: digits of currencies, rounding against published vectors, exact allocation."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.money import (
    Money,
    allocate,
    minor_digits,
    rounded,
    rounded_to_unit,
    smallest_unit,
    sums_by_currency,
)
from desktop_crm.domain.schema.options import RoundingPolicy
from desktop_crm.foundation.errors import Refusal

CURRENCIES = st.sampled_from(["KRW", "JPY", "USD", "EUR", "KWD", "CLF"])
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=6)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**9, places=3), min_size=1, max_size=40).filter(any)


@pytest.fixture
def vectors(data: Any) -> Callable[[str], Any]:
    return lambda name: json.loads(data("money", name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("KRW", 0), ("JPY", 0), ("VND", 0), ("USD", 2), ("EUR", 2), ("KWD", 3), ("IQD", 3), ("CLF", 4)],
)
def test_minor_digits_follow_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
    assert smallest_unit(currency) == Decimal(10) ** -digits


@pytest.mark.parametrize("text", ["", "krw", "KR", "KRWW", "₩", "US1"])
def test_what_is_no_currency_code_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        Money(amount=Decimal(1), currency=text)
    assert refused.value.code == "money.currency.unknown"


@pytest.mark.parametrize(
    ("amount", "policy", "expected"),
    [
        ("2.5", RoundingPolicy.HALF_UP, "3"),
        ("-2.5", RoundingPolicy.HALF_UP, "-3"),
        ("2.5", RoundingPolicy.HALF_EVEN, "2"),
        ("3.5", RoundingPolicy.HALF_EVEN, "4"),
        ("2.01", RoundingPolicy.UP, "3"),
        ("-2.01", RoundingPolicy.UP, "-3"),
        ("2.99", RoundingPolicy.DOWN, "2"),
        ("-2.99", RoundingPolicy.DOWN, "-2"),
    ],
)
def test_policies_round_won(amount: str, policy: RoundingPolicy, expected: str) -> None:
    assert rounded(Decimal(amount), "KRW", policy) == Decimal(expected)


def test_rounding_never_gives_a_negative_zero() -> None:
    assert str(rounded(Decimal("-0.001"), "USD")) == "0.00"


def test_very_large_amounts_keep_every_digit() -> None:
    amount = Decimal("123456789012345678901234567890.125")
    assert rounded(amount, "USD") == Decimal("123456789012345678901234567890.13")
    doubled = Money(amount=amount, currency="USD") + Money(amount=amount, currency="USD")
    assert doubled.amount == Decimal("246913578024691357802469135780.250")


def test_rounding_to_whole_units_agrees_with_moneyphp(vectors: Callable[[str], Any]) -> None:
    modes = {"ROUND_HALF_UP": RoundingPolicy.HALF_UP, "ROUND_HALF_EVEN": RoundingPolicy.HALF_EVEN}
    used = [v for v in vectors("moneyphp_rounding_allocation.json")["round_to_integer"] if v["mode"] in modes]
    assert len(used) > 10
    for vector in used:
        assert rounded(Decimal(vector["value"]), "KRW", modes[vector["mode"]]) == Decimal(vector["expected"]), vector


def test_rounding_to_cents_agrees_with_odoo(vectors: Callable[[str], Any]) -> None:
    published = vectors("odoo_rounding.json")
    for value, expected in published["round_2_digits"]:
        assert rounded(Decimal(value), "USD") == Decimal(expected), value
    for value, expected in published["round_3_digits"]:
        assert rounded(Decimal(value), "KWD") == Decimal(expected), value
    for value, digits, expected in published["round_up"]:
        currency = {0: "KRW", 3: "KWD"}[digits]
        assert rounded(Decimal(value), currency, RoundingPolicy.UP) == Decimal(expected), value
    for value, unit, expected in published["round_to_unit"]:
        assert rounded_to_unit(Decimal(value), Decimal(unit)) == Decimal(expected), value


def test_minor_digits_agree_with_cldr_where_cldr_follows_iso(vectors: Callable[[str], Any]) -> None:
    fractions = vectors("cldr_currency.json")["fractions"]
    for code in ("KRW", "JPY", "BHD", "KWD", "CLF", "VND", "CHF", "CLP", "JOD", "BIF"):
        assert minor_digits(code) == int(fractions[code]["_digits"]), code


def test_allocation_agrees_with_moneyphp(vectors: Callable[[str], Any]) -> None:
    published = vectors("moneyphp_rounding_allocation.json")
    for vector in published["allocate_by_ratio"]:
        weights = [Decimal(str(ratio)) for ratio in vector["ratios"]]
        assert allocate(Decimal(vector["amount_minor"]), weights, "KRW") == vector["expected"], vector
    for vector in published["split_evenly"]:
        parts = allocate(Decimal(vector["amount_minor"]), [Decimal(1)] * vector["parts"], "KRW")
        assert parts == vector["expected"], vector


@given(amount=AMOUNTS, weights=WEIGHTS, currency=CURRENCIES)
def test_shares_sum_to_the_amount_and_stay_within_one_unit(
    amount: Decimal, weights: list[Decimal], currency: str
) -> None:
    whole = rounded(amount, currency)
    shares = allocate(whole, weights, currency)
    assert sum(shares) == whole
    unit, total = smallest_unit(currency), sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - whole * weight / total) <= unit
        assert weight or not share


@given(amount=AMOUNTS, currency=CURRENCIES, policy=st.sampled_from(RoundingPolicy))
def test_rounding_moves_an_amount_by_less_than_one_unit(amount: Decimal, currency: str, policy: RoundingPolicy) -> None:
    result = rounded(amount, currency, policy)
    assert abs(result - amount) < smallest_unit(currency) or result == amount
    assert rounded(result, currency, policy) == result
    if policy is RoundingPolicy.DOWN:
        assert abs(result) <= abs(amount)
    if policy is RoundingPolicy.UP:
        assert abs(result) >= abs(amount)


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(-1), Decimal(2)]])
def test_weights_that_share_nothing_are_refused(weights: list[Decimal]) -> None:
    with pytest.raises(Refusal) as refused:
        allocate(Decimal(10), weights, "KRW")
    assert refused.value.code == "money.allocate.weights"


def test_a_fraction_of_a_unit_is_not_shared_out() -> None:
    with pytest.raises(Refusal) as refused:
        allocate(Decimal("0.5"), [Decimal(1)], "KRW")
    assert refused.value.code == "money.allocate.fraction"


def test_sums_keep_currencies_apart() -> None:
    won, dollar = Money(amount=Decimal(1000), currency="KRW"), Money(amount=Decimal("1.50"), currency="USD")
    assert sums_by_currency([dollar, won, won]) == (
        Money(amount=Decimal(2000), currency="KRW"),
        Money(amount=Decimal("1.50"), currency="USD"),
    )
    with pytest.raises(Refusal) as refused:
        _ = won + dollar
    assert refused.value.code == "money.currency.mixed"


def test_arithmetic_of_money() -> None:
    price = Money(amount=Decimal("19.99"), currency="USD")
    assert price.times(Decimal("0.1")).amount == Decimal("2.00")
    assert price.times(Decimal("0.1"), RoundingPolicy.DOWN).amount == Decimal("1.99")
    assert (price - price) == Money.zero("USD")
    assert not (price - price)
    assert (-price).amount == Decimal("-19.99")
    assert price.rounded() == price
    assert [share.amount for share in price.allocated([Decimal(1), Decimal(1)])] == [Decimal("10.00"), Decimal("9.99")]
