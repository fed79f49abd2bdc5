"""Format codes of spreadsheets, and what becomes of a number under each."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.exchange.number_formats import BUILT_IN, PLAIN, NumberKind, number_text, plain, style_of
from desktop_crm.exchange.numbers import NumberFormat, parse_number

KINDS = {
    "General": NumberKind.PLAIN,
    "@": NumberKind.PLAIN,
    "#,##0.00": NumberKind.PLAIN,
    "0.00E+00": NumberKind.PLAIN,
    '#,##0"명"': NumberKind.PLAIN,
    '0"days"': NumberKind.PLAIN,
    "[Red]-#,##0": NumberKind.PLAIN,
    "yyyy-mm-dd": NumberKind.DATE,
    'yyyy"년" m"월" d"일"': NumberKind.DATE,
    "[$-412]yyyy\\-mm\\-dd;@": NumberKind.DATE,
    "mmm": NumberKind.DATE,
    "d/m/yy": NumberKind.DATE,
    "yyyy-mm-dd hh:mm": NumberKind.MOMENT,
    "m/d/yy h:mm AM/PM": NumberKind.MOMENT,
    "h:mm AM/PM": NumberKind.TIME,
    "[$-412]AM/PM h:mm:ss": NumberKind.TIME,
    "[h]:mm:ss": NumberKind.ELAPSED,
    "0%": NumberKind.PERCENT,
    "#,##0.0%;[Red]-#,##0.0%": NumberKind.PERCENT,
    '"₩"#,##0': NumberKind.MONEY,
    "[$₩-412]#,##0": NumberKind.MONEY,
    '_-"$"* #,##0.00_-;-"$"* #,##0.00_-': NumberKind.MONEY,
    '#,##0"원"': NumberKind.MONEY,
    '#,##0"만원"': NumberKind.PLAIN,
    "[$USD] #,##0.00": NumberKind.MONEY,
    "00000": NumberKind.CODE,
    "000-00-00000": NumberKind.CODE,
    "000\\-0000\\-0000": NumberKind.CODE,
}


@pytest.mark.parametrize("code", KINDS)
def test_a_code_has_one_meaning(code: str) -> None:
    assert style_of(code).kind is KINDS[code]


@pytest.mark.parametrize(
    ("code", "raw", "text"),
    [
        ('"₩"#,##0', "-1200", "-₩1200"),
        ('#,##0"원"', "1200", "1200원"),
        ("[$€-407] #,##0.00", "12.5", "€12.5"),
        ("0.0%", "0.155", "15.5%"),
        ("00000", "6236", "06236"),
        ("000-00-00000", "1208147521", "120-81-47521"),
        ("000-0000-0000", "1012345678", "010-1234-5678"),
        ("00000", "-1", "-1"),
        ("[h]:mm", "1.5", "36:00:00"),
        ("[h]:mm", "-0.25", "-6:00:00"),
        ("h:mm", "0.999999", "00:00:00"),
        ("h:mm", "0.5", "12:00:00"),
        ("yyyy-mm-dd", "no number", "no number"),
        ("General", "007", "007"),
    ],
)
def test_what_becomes_of_a_number(code: str, raw: str, text: str) -> None:
    assert number_text(raw, style_of(code)) == text


def test_the_numbers_of_built_in_formats() -> None:
    assert number_text("42663", BUILT_IN[14]) == "2016-10-20"
    assert number_text("42663.75", BUILT_IN[22]) == "2016-10-20 18:00:00"
    assert number_text("0.1", BUILT_IN[9]) == "10%"
    assert 4 not in BUILT_IN


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_no_digit_of_an_amount_is_lost(value: Decimal) -> None:
    text = number_text(str(value), PLAIN)
    parsed = parse_number(text, NumberFormat())
    assert parsed is not None
    assert parsed.value == value
    assert "E" not in plain(value)
