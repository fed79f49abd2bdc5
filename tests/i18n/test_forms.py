"""The forms of numbers, dates and times that are chosen on a laptop: shown everywhere, and read back as they are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.i18n import formats, forms, speaking
from desktop_crm.i18n.forms import DateForm, Forms, NumberForm, TimeForm

DAY = date(2026, 11, 3)
AFTERNOON = datetime(2026, 11, 3, 14, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _by_utc(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("form", "money", "percent", "short", "size"),
    [
        (NumberForm.COMMA_POINT, "$1,234,567.80", "1,234.5%", "$1.23M", "1.5\u00a0KB"),
        (NumberForm.POINT_COMMA, "$1.234.567,80", "1.234,5%", "$1,23M", "1,5\u00a0KB"),
        (NumberForm.SPACE_COMMA, "$1\u202f234\u202f567,80", "1\u202f234,5%", "$1,23M", "1,5\u00a0KB"),
        (NumberForm.PLAIN_POINT, "$1234567.80", "1234.5%", "$1.23M", "1.5\u00a0KB"),
    ],
)
def test_numbers(form, money, percent, short, size):
    with speaking("en"), forms.written(Forms(number=form)):
        assert formats.money(Decimal("1234567.8"), "USD") == money
        assert formats.percent(Decimal("1234.5")) == percent
        assert formats.money_short(Decimal("1234567.8"), "USD") == short
        assert formats.file_size(1536) == size


def test_korean_units_keep_their_words():
    with speaking("ko"), forms.written(Forms(number=NumberForm.POINT_COMMA)):
        assert formats.money_short(Decimal(482_000_000), "KRW") == "₩4,82억"


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("form", "whole", "short", "typed"),
    [
        (DateForm.ISO, "2026-11-03", "11-03", "2026-11-03"),
        (DateForm.DOTS, "2026. 11. 3.", "11. 3.", "2026. 11. 3."),
        (DateForm.KOREAN, "2026년 11월 3일", "11월 3일", "2026-11-03"),
        (DateForm.DAY_FIRST, "03/11/2026", "03/11", "03/11/2026"),
        (DateForm.MONTH_FIRST, "11/03/2026", "11/03", "11/03/2026"),
    ],
)
def test_dates_are_the_same_in_both_languages(language, form, whole, short, typed):
    with speaking(language), forms.written(Forms(date=form)):
        assert (formats.date(DAY), formats.date_short(DAY), formats.date_typed(DAY)) == (whole, short, typed)


def test_as_the_language_is_as_it_always_was():
    with speaking("ko"):
        assert (formats.date(DAY), formats.date_short(DAY), formats.time(AFTERNOON)) == ("2026-11-03", "11-03", "14:02")
    with speaking("en"):
        assert (formats.date(DAY), formats.date_short(DAY), formats.time(AFTERNOON)) == ("3 Nov 2026", "3 Nov", "14:02")


@pytest.mark.parametrize(
    ("hour", "ko", "en"),
    [(0, "오전 12:02", "12:02\u00a0AM"), (12, "오후 12:02", "12:02\u00a0PM"), (14, "오후 2:02", "2:02\u00a0PM")],
)
def test_twelve_hours(hour, ko, en):
    moment = AFTERNOON.replace(hour=hour)
    with forms.written(Forms(time=TimeForm.HOURS_12)):
        with speaking("ko"):
            assert formats.time(moment) == ko
        with speaking("en"):
            assert formats.time(moment) == en
            assert formats.datetime(moment) == f"3 Nov 2026, {en}"
            assert formats.time(moment, seconds=True).endswith(en[-2:])


@given(st.sampled_from(NumberForm), st.decimals("-99999999", "99999999", places=3))
def test_a_number_is_read_back_as_it_is_shown(form, number):
    with speaking("en"), forms.written(Forms(number=form)):
        shown = formats.number(number)
        assert Decimal(formats.plain(shown).replace(formats.MINUS, "-")) == number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12.5", "12.5"),
        ("1.234", "1234"),
        ("1.234,5", "1234.5"),
        ("1,5", "1.5"),
        ("1.234.567", "1234567"),
        ("1234.56", "1234.56"),
    ],
)
def test_where_the_comma_is_for_decimals_a_pasted_point_is_not_lost(typed, meant):
    with forms.written(Forms(number=NumberForm.POINT_COMMA)):
        assert formats.plain(typed) == meant


def test_chosen_forms_hold_for_the_process_and_a_block_sets_them_aside():
    before = forms.current()
    try:
        forms.use(Forms(number=NumberForm.PLAIN_POINT))
        assert formats.number(1234) == "1234"
        with forms.written():
            assert formats.number(1234) == "1,234"
        assert formats.number(1234) == "1234"
    finally:
        forms.use(before)
