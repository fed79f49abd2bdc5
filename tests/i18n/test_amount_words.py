"""Amounts in words, read back by a parser written for the test alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop_crm import i18n
from desktop_crm.foundation.errors import Bug
from desktop_crm.i18n import amount_words

DIGITS = {sign: value for value, sign in enumerate("영일이삼사오육칠팔구")}
PLACES = {"십": 10, "백": 100, "천": 1000}
MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16, "해": 10**20}
WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
} | {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
    "quintillion": 10**18,
}


def read_korean(words: str) -> int:
    total = group = digit = 0
    for sign in words:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in PLACES:
            assert digit, "a place without a figure could have one slipped in"
            group += digit * PLACES[sign]
            digit = 0
        else:
            total += (group + digit) * MYRIADS[sign]
            group = digit = 0
    return total + group + digit


def read_english(words: str) -> int:
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in WORDS:
            group += WORDS[word]
        elif word == "hundred":
            group *= 100
        else:
            total += group * SCALES[word]
            group = 0
    return total + group


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("163964229", "일금 일억육천삼백구십육만사천이백이십구원정"),
        ("0", "일금 영원정"),
        ("10", "일금 일십원정"),
        ("1111", "일금 일천일백일십일원정"),
        ("10000", "일금 일만원정"),
        ("100000000", "일금 일억원정"),
        ("100010001", "일금 일억일만일원정"),
        ("1000000000000", "일금 일조원정"),
        ("-5000", "일금 마이너스 오천원정"),
    ],
)
def test_won(amount: str, expected: str) -> None:
    assert amount_words.korean(Decimal(amount)) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "korean", "english"),
    [
        (
            "1200.50",
            "USD",
            "일금 미화 일천이백달러 오십센트정",
            "One thousand two hundred US dollars and fifty cents only",
        ),
        ("1.01", "USD", "일금 미화 일달러 일센트정", "One US dollar and one cent only"),
        ("21", "EUR", "일금 이십일유로정", "Twenty-one euros only"),
        ("1", "GBP", "일금 일파운드정", "One pound only"),
        ("5000", "JPY", "일금 오천엔정", "Five thousand Japanese yen only"),
        ("12.34", "CHF", "일금 일십이 CHF 34/100정", "Twelve CHF and 34/100 only"),
        ("-3", "USD", "일금 미화 마이너스 삼달러정", "Minus three US dollars only"),
    ],
)
def test_other_currencies(amount: str, currency: str, korean: str, english: str) -> None:
    assert amount_words.korean(Decimal(amount), currency) == korean
    assert amount_words.english(Decimal(amount), currency) == english


@given(some.integers(min_value=0, max_value=10**20))
def test_korean_words_read_back(amount: int) -> None:
    words = amount_words.korean(amount)
    assert read_korean(words.removeprefix("일금 ").removesuffix("원정")) == amount


@given(some.integers(min_value=0, max_value=10**20))
def test_english_words_read_back(amount: int) -> None:
    words = amount_words.english(amount)
    assert read_english(words.removesuffix(" won only").lower()) == amount


def test_every_kind_of_group_reads_back() -> None:
    groups = range(10_000)
    for amount in (*groups, *(group * 10_000 for group in groups), *(group * 100_010_000 + group for group in groups)):
        assert read_korean(amount_words.korean(amount).removeprefix("일금 ").removesuffix("원정")) == amount


@given(some.decimals(min_value=0, max_value=10**12, places=2))
def test_cents_are_never_lost(amount: Decimal) -> None:
    words = amount_words.english(amount, "USD").removesuffix(" only").lower()
    whole, _, cents = words.partition(" and ")
    dollars = read_english(whole.removesuffix(" us dollars").removesuffix(" us dollar"))
    minor = read_english(cents.removesuffix(" cents").removesuffix(" cent")) if cents else 0
    assert Decimal(dollars * 100 + minor) / 100 == amount


@pytest.mark.parametrize(("amount", "currency"), [("0.5", "KRW"), ("0.001", "USD"), ("1E+21", "KRW")])
def test_what_cannot_be_written_out_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(Bug) as caught:
        amount_words.korean(Decimal(amount), currency)
    assert caught.value.code == "amount_words.range"


def test_the_current_language_decides() -> None:
    with i18n.speaking("ko"):
        assert amount_words.in_words(7, "KRW") == "일금 칠원정"
    with i18n.speaking("en"):
        assert amount_words.in_words(7, "KRW") == "Seven won only"
