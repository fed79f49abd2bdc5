"""Dates, numbers and yes-or-no are read as their column means them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.exchange.csv_reading import open_table
from desktop_crm.exchange.dates import DateFormat, DateOrder, detect_dates, looks_like_date, parse_date, parse_moment
from desktop_crm.exchange.numbers import NumberFormat, detect_numbers, parse_number
from desktop_crm.exchange.values import ColumnKind, parse_boolean, profile

Data = Callable[..., Path]
ANY = DateFormat()
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "2026. 11. 23.",
        "2026. 11. 23",
        "2026년 11월 23일",
        "2026년11월23일(월)",
        "20261123",
        "23 Nov 2026",
        "23-Nov-2026",
        "Nov 23, 2026",
        "November 23rd 2026",
        "2026-11-23T09:30:00Z",
        "2026-11-23 오후 3:05",
        "Mon, 23 Nov 2026 10:00:00 +0900",
    ],
)
def test_a_writing_that_leaves_no_choice(text: str) -> None:
    assert parse_date(text, ANY) == DAY


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("11/23/2026", DateOrder.MDY, DAY),
        ("23/11/2026", DateOrder.DMY, DAY),
        ("23.11.26", DateOrder.DMY, DAY),
        ("26-11-23", DateOrder.YMD, DAY),
        ("1/2/70", DateOrder.MDY, date(1970, 1, 2)),
        ("31/02/2017", DateOrder.DMY, None),
        ("2017-02-30", DateOrder.YMD, None),
        ("13/01/2017", DateOrder.MDY, None),
        ("hello", DateOrder.YMD, None),
        ("1.2", DateOrder.DMY, None),
    ],
)
def test_order_decides_the_rest(text: str, order: DateOrder, day: date | None) -> None:
    assert parse_date(text, DateFormat(order=order)) == day


def test_moments_have_zones() -> None:
    assert parse_moment("2026-11-23 15:30", ANY) == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    assert parse_moment("2026-11-23T15:30:00+09:00", ANY) == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert parse_moment("2026. 11. 23. 오후 3:30", ANY) == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    assert parse_moment("11/23/2026 12:05 AM", DateFormat(order=DateOrder.MDY)) == datetime(
        2026, 11, 23, 0, 5, tzinfo=UTC
    )
    assert parse_moment("2026-11-23 25:00", ANY) is None


@pytest.mark.parametrize(
    "text", ["", "12", "3.14", "010-1234-5678", "1,395", "2026", "12:30", "192.168.0.1", "Maybe 3 2020"]
)
def test_what_is_no_date(text: str) -> None:
    assert not looks_like_date(text)


DAYS = st.lists(st.dates(date(1970, 1, 1), date(2060, 1, 1)), min_size=60, max_size=90, unique=True)
WRITINGS = {DateOrder.MDY: "%m/%d/%Y", DateOrder.DMY: "%d/%m/%Y"}


@given(days=DAYS, order=st.sampled_from(list(WRITINGS)))
def test_the_order_of_a_column_is_found_from_its_values(days: list[date], order: DateOrder) -> None:
    if max(day.day for day in days) <= 12:
        return
    texts = [day.strftime(WRITINGS[order]) for day in days]
    form, share = detect_dates(texts)
    assert form is not None
    assert (form.order, share) == (order, 1.0)
    assert [parse_date(text, form) for text in texts] == days


def test_what_the_values_leave_open_is_said_and_a_hint_settles_it() -> None:
    texts = ["01/02/2026", "03/04/2026", "05/06/2026"]
    form, _ = detect_dates(texts)
    assert form is not None
    assert form.ambiguous
    hinted, _ = detect_dates(texts, DateOrder.DMY)
    assert hinted is not None
    assert hinted.order is DateOrder.DMY


def test_two_digit_years_of_days_spread_over_a_month() -> None:
    days = [date(2016, 10, 1) + timedelta(days=index) for index in range(400)]
    form, share = detect_dates([day.strftime("%d-%m-%y") for day in days])
    assert form is not None
    assert (form.order, form.two_digit, share) == (DateOrder.DMY, True, 1.0)


@pytest.mark.parametrize(
    ("text", "value", "currency", "percent"),
    [
        ("1054", "1054", None, False),
        ("1,234,567.89", "1234567.89", None, False),
        ("-5", "-5", None, False),
        ("(1,200)", "-1200", None, False),
        ("△1,200", "-1200", None, False),
        ("1200-", "-1200", None, False),
        ("₩1,200,000", "1200000", "KRW", False),
        ("1,200,000원", "1200000", "KRW", False),
        ("1200 KRW", "1200", "KRW", False),
        ("US$ 12.50", "12.50", "USD", False),
        ("-$5.00", "-5.00", "USD", False),
        ("$-5.00", "-5.00", "USD", False),
        ("12.5%", "12.5", None, True),
        ("4억 8,200만", "482000000", None, False),
        ("4.82억원", "482000000.00", "KRW", False),
        ("3천만 원", "30000000", "KRW", False),
        ("1조 2억", "1000200000000", None, False),
        ("350만", "3500000", None, False),
        ("1.2M", "1200000.0", None, False),
        ("1e3", "1000", None, False),
        ("1 234 567,5".replace(",", "."), "1234567.5", None, False),
        ("12,34,567", "1234567", None, False),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str, currency: str | None, percent: bool) -> None:
    parsed = parse_number(text, NumberFormat())
    assert parsed is not None
    assert (parsed.value, parsed.currency, parsed.percent) == (Decimal(value), currency, percent)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.2.3", "1,23", "--5", "5%%", "1,2345", "(5", "$5€", "2016-10-20", "12-34", "만", "1만 2억", "1/2"],
)
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text, NumberFormat()) is None


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_written_numbers_come_back_in_both_worlds(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans({",": ".", ".": ","}))
    for text, mark in ((english, "."), (german, ",")):
        parsed = parse_number(text, NumberFormat(decimal=mark))
        assert parsed is not None
        assert parsed.value == value


def test_the_decimal_sign_is_found_over_the_column() -> None:
    german, _ = detect_numbers(["1.234,50", "12,00", "99"])
    grouped, _ = detect_numbers(["1,395", "2,064", "12"])
    open_, _ = detect_numbers(["23.824", "17.518"])
    assert german is not None
    assert grouped is not None
    assert open_ is not None
    assert (german.decimal, german.ambiguous) == (",", False)
    assert (grouped.decimal, grouped.ambiguous) == (".", False)
    assert (open_.decimal, open_.ambiguous) == (".", True)


def test_yes_and_no() -> None:
    assert [parse_boolean(word) for word in ("Y", "예", "TRUE", "아니오", "0", "maybe")] == [
        True,
        True,
        True,
        False,
        False,
        None,
    ]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["", " "], ColumnKind.EMPTY),
        (["1", "2", ""], ColumnKind.INTEGER),
        (["1.5", "2"], ColumnKind.NUMBER),
        (["₩1", "₩2"], ColumnKind.NUMBER),
        (["06236", "04524"], ColumnKind.TEXT),
        (["8801234567890123456"], ColumnKind.TEXT),
        (["010-1234-5678", "02-555-1234"], ColumnKind.TEXT),
        (["2026-01-02", "2026-01-03"], ColumnKind.DATE),
        (["2026-01-02 10:00"], ColumnKind.MOMENT),
        (["Y", "N"], ColumnKind.BOOLEAN),
        (["true", "false"], ColumnKind.BOOLEAN),
        (["0", "1"], ColumnKind.INTEGER),
        (["한빛전자", "대한정밀"], ColumnKind.TEXT),
    ],
)
def test_what_a_column_holds(values: list[str], kind: ColumnKind) -> None:
    assert profile("column", values).kind is kind


def test_one_odd_cell_does_not_change_the_column() -> None:
    found = profile("day", [f"{day:02}/10/2016" for day in range(1, 29)] + ["31/02/2017", "soon"])
    assert found.kind is ColumnKind.DATE
    assert found.share < 1


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("sales_pipeline.csv", DateOrder.YMD),
        ("sales_pipeline_us-dates.csv", DateOrder.MDY),
        ("sales_pipeline_dmy2_first2000.csv", DateOrder.DMY),
    ],
)
def test_three_writings_of_one_pipeline_give_the_same_days(data: Data, name: str, order: DateOrder) -> None:
    table, reference = open_table(data("crm-maven", name)), open_table(data("crm-maven", "sales_pipeline.csv"))
    for column in ("engage_date", "close_date"):
        at = table.columns.index(column)
        texts = [record.cells[at] for record in table.records()]
        form = profile(column, texts).dates
        assert form is not None
        assert (form.order, form.ambiguous) == (order, ())
        expected = [parse_date(record.cells[at], ANY) for record in reference.records()]
        assert [parse_date(text, form) for text in texts] == expected[: len(texts)]


def test_bare_figures_between_others_count_for_both_signs():
    for texts, sign in ((["1", "2", "3,5", "4,25"], ","), (["1", "2", "3.5", "4.25"], ".")):
        form, share = detect_numbers(texts)
        assert (form.decimal, share) == (sign, 1.0)
    form, share = detect_numbers(["12", "０", "7"])
    assert (form.decimal, form.ambiguous, share) == (".", False, 1.0)
