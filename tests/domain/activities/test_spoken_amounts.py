"""Amounts in notes, by hand-written cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.domain.activities.spoken_amounts import find_amounts

CASES = {
    "1억 2천": (120_000_000, ""),
    "금액은 1억 6천 아래면 가능": (160_000_000, ""),
    "1억 2천만 원": (120_000_000, "KRW"),
    "1억2천5백만원": (125_000_000, "KRW"),
    "2억 500만": (205_000_000, ""),
    "1.5억": (150_000_000, ""),
    "3,500만원": (35_000_000, "KRW"),
    "5천만": (50_000_000, ""),
    "3천 5백만 원": (35_000_000, "KRW"),
    "300만 원": (3_000_000, "KRW"),
    "12,000,000원": (12_000_000, "KRW"),
    "₩4,820,000": (4_820_000, "KRW"),
    "1조 2천억": (1_200_000_000_000, ""),
    "10만 달러": (100_000, "USD"),
    "$120k": (120_000, "USD"),
    "USD 1.2M": (1_200_000, "USD"),
    "1.2 million dollars": (1_200_000, "USD"),
    "€45,000": (45_000, "EUR"),
    "120 EUR": (120, "EUR"),
    "2백만 원": (2_000_000, "KRW"),
}


@pytest.mark.parametrize(("text", "wanted"), CASES.items())
def test_an_amount_is_found_exactly(text, wanted):
    assert [(one.amount, one.currency) for one in find_amounts(text)] == [(Decimal(wanted[0]), wanted[1])]


@pytest.mark.parametrize(
    "text", ["납기 8주", "라인 3", "2천 개", "3만 명", "14시", "교육 2회", "5만 km", "50%", "v4", "11/25"]
)
def test_what_counts_something_else_is_no_amount(text):
    assert find_amounts(text) == ()


def test_two_amounts_in_one_note_stand_where_they_stand():
    text = "처음엔 2억 얘기했으나 1억 6천 정도."
    assert [text[one.start : one.end] for one in find_amounts(text)] == ["2억", "1억 6천"]
