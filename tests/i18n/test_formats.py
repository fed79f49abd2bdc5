"""Amounts, numbers, dates: exact, in both languages, equal to Babel where Babel has an opinion, and fast."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as some

from desktop_crm import i18n
from desktop_crm.domain import money as domain_money
from desktop_crm.domain.money import Money
from desktop_crm.i18n import formats

NOW = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
AMOUNTS = some.decimals(min_value=-(10**15), max_value=10**15, places=2)


@pytest.fixture(autouse=True)
def _in_korean() -> Iterator[None]:
    before = i18n.current()
    i18n.use("ko")
    yield
    i18n.use(before)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0", "KRW", "₩0"),
        ("163964229", "KRW", "₩163,964,229"),
        ("-3908610", "KRW", "−₩3,908,610"),
        ("1200.5", "USD", "$1,200.50"),
        ("-0.01", "EUR", "−€0.01"),
        ("0.0125", "USD", "$0.0125"),
        ("1.5", "KRW", "₩1.5"),
        ("1E+3", "KRW", "₩1,000"),
        ("12.3", "KWD", "KWD\u00a012.300"),
        ("12345678901234567890123456789012.34", "USD", "$12,345,678,901,234,567,890,123,456,789,012.34"),
    ],
)
def test_exact_amounts(amount: str, currency: str, expected: str) -> None:
    assert formats.money(Decimal(amount), currency) == expected


def test_a_money_value_brings_its_currency() -> None:
    assert formats.money(Money(amount=Decimal("12.5"), currency="USD")) == "$12.50"
    assert formats.money_short(Money(amount=Decimal(482_000_000), currency="KRW")) == "₩4.82억"


@pytest.mark.parametrize(
    ("amount", "korean", "english"),
    [
        ("0", "₩0", "₩0"),
        ("999", "₩999", "₩999"),
        ("312000", "₩312,000", "₩312K"),
        ("31200000", "₩3,120만", "₩31.2M"),
        ("482000000", "₩4.82억", "₩482M"),
        ("40000000", "₩4,000만", "₩40M"),
        ("120000000", "₩1.20억", "₩120M"),
        ("3100000000", "₩31.0억", "₩3.1B"),
        ("482000000000", "₩4,820억", "₩482B"),
        ("1234567890123", "₩1.23조", "₩1.23T"),
        ("99999999", "₩1.00억", "₩100M"),
        ("99994999", "₩9,999만", "₩100M"),
        ("999999999999", "₩1.00조", "₩1T"),
        ("-31200000", "−₩3,120만", "−₩31.2M"),
        ("123456789012345678901", "₩12,346경", "₩123,456,789T"),
    ],
)
def test_short_won(amount: str, korean: str, english: str) -> None:
    assert formats.money_short(Decimal(amount), "KRW") == korean
    with i18n.speaking("en"):
        assert formats.money_short(Decimal(amount), "KRW") == english


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1200000", "$1.2M"), ("-9950", "−$9,950.00"), ("999999", "$1M"), ("12345", "$12.3K"), ("0", "$0.00")],
)
def test_short_dollars_read_the_same_in_both_languages(amount: str, expected: str) -> None:
    assert formats.money_short(Decimal(amount), "USD") == expected
    with i18n.speaking("en"):
        assert formats.money_short(Decimal(amount), "USD") == expected


@given(AMOUNTS)
def test_dollars_are_what_babel_says(amount: Decimal) -> None:
    with i18n.speaking("en"):
        assert formats.money(amount, "USD").replace("−", "-") == format_currency(amount, "USD", locale="en_US")


@given(some.integers(min_value=-(10**18), max_value=10**18))
def test_won_are_what_babel_says(amount: int) -> None:
    assert formats.money(amount, "KRW").replace("−", "-") == format_currency(amount, "KRW", locale="ko_KR")


@given(AMOUNTS)
def test_numbers_lose_nothing(amount: Decimal) -> None:
    assert Decimal(formats.number(amount).replace(",", "").replace("−", "-")) == amount
    assert formats.number(int(amount)).replace("−", "-") == format_decimal(int(amount), locale="ko_KR")


@given(some.integers(min_value=0, max_value=10**18))
def test_short_amounts_are_within_half_a_figure(amount: int) -> None:
    units = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
    text = formats.money_short(amount, "KRW").removeprefix("₩").replace(",", "")
    unit = units.get(text[-1], 1)
    shown = Decimal(text.rstrip("".join(units))) * unit
    assert abs(shown - amount) <= max(Decimal(amount) / 200, Decimal(0))


def test_numbers() -> None:
    assert formats.number(1234567) == "1,234,567"
    assert formats.number(Decimal("1234.505"), 2) == "1,234.51"
    assert formats.number(Decimal("-0.5")) == "−0.5"
    assert formats.number(Decimal("-0.001"), 2) == "0.00"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("12.000", "", "12"),
        ("1200.50", "kg", "1,200.5\u00a0kg"),
        ("3", "개", "3개"),
        ("2", "EA", "2\u00a0EA"),
        ("100", "", "100"),
    ],
)
def test_quantities(value: str, unit: str, expected: str) -> None:
    assert formats.quantity(Decimal(value), unit) == expected


def test_percentages() -> None:
    assert formats.percent(Decimal("12.50")) == "12.5%"
    assert formats.percent(10) == "10%"
    assert formats.share(Decimal("0.125")) == "12.5%"
    assert formats.share(Decimal(2) / 3) == "66.7%"
    assert formats.share(Decimal("-0.05")) == "−5%"


def test_dates_in_both_languages() -> None:
    day = dt.date(2027, 1, 2)
    assert (
        formats.date(day),
        formats.date_short(day),
        formats.date_long(day),
        formats.month(day),
        formats.weekday(day),
    ) == (
        "2027-01-02",
        "01-02",
        "2027년 1월 2일",
        "2027년 1월",
        "토",
    )
    with i18n.speaking("en"):
        assert formats.date(day) == "2 Jan 2027"
        assert formats.date_short(day) == "2 Jan"
        assert formats.date_long(day) == "2 January 2027"
        assert formats.month(day) == "Jan 2027"
        assert formats.weekday(day) == "Sat"


def test_times_follow_the_local_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        evening = dt.datetime(2026, 11, 22, 15, 2, 11, tzinfo=dt.UTC)
        assert formats.datetime(evening) == "2026-11-23 00:02"
        assert formats.time(evening, seconds=True) == "00:02:11"
        assert formats.date(evening) == "2026-11-23"
        with i18n.speaking("en"):
            assert formats.datetime(evening) == "23 Nov 2026, 00:02"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("ago", "korean", "english"),
    [
        (dt.timedelta(seconds=20), "방금", "just now"),
        (dt.timedelta(minutes=5), "5분 전", "5 minutes ago"),
        (dt.timedelta(minutes=-5), "5분 후", "in 5 minutes"),
    ],
)
def test_moments_from_now(ago: dt.timedelta, korean: str, english: str) -> None:
    assert formats.relative(NOW - ago, NOW) == korean
    with i18n.speaking("en"):
        assert formats.relative(NOW - ago, NOW) == english


@pytest.mark.parametrize(
    ("days", "korean", "english"),
    [
        (0, "오늘", "today"),
        (1, "어제", "yesterday"),
        (-1, "내일", "tomorrow"),
        (12, "12일 전", "12 days ago"),
        (-41, "41일 후", "in 41 days"),
        (92, "3개월 전", "3 months ago"),
        (-800, "2년 후", "in 2 years"),
    ],
)
def test_days_from_now(days: int, korean: str, english: str) -> None:
    today = NOW.date()
    assert formats.relative(today - dt.timedelta(days=days), today) == korean
    with i18n.speaking("en"):
        assert formats.relative(today - dt.timedelta(days=days), today) == english


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 B"), (1023, "1,023 B"), (1024, "1 KB"), (1536, "1.5 KB"), (3_355_443, "3.2 MB"), (1024**2 - 1, "1 MB")],
)
def test_file_sizes(size: int, expected: str) -> None:
    assert formats.file_size(size).replace("\u00a0", " ") == expected


def test_decimals_of_currencies_agree_with_the_domain() -> None:
    for code in Locale("en").currencies:
        assert formats.minor_digits(code) == domain_money.minor_digits(code), code
