"""Money as CLDR has it: digits of every currency, the signs and groups of Korean and English, numbers of 17 locales read back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from desktop_crm.exchange.numbers import NumberFormat, parse_number
from desktop_crm.i18n import formats, speaking

OTHERS_THAN_ISO = "AFN ALL IRR KPW LAK LBP MGA MMK PKR RSD SLL SOS SYP TRL YER ZMK IQD".split()
"""Money whose small coins are out of use: CLDR shows none, ISO 4217 (which quotes follow) has them."""


@pytest.fixture(scope="module")
def cldr(data: Any) -> dict[str, Any]:
    return json.loads(data("money", "cldr_currency.json").read_text(encoding="utf-8"))


def test_digits_are_cldrs_where_cldr_follows_iso(cldr: dict[str, Any]) -> None:
    for code, entry in cldr["fractions"].items():
        if code in OTHERS_THAN_ISO or code == "DEFAULT" or code not in formats_known():
            continue
        assert formats.minor_digits(code) == int(entry["_digits"]), code


def formats_known() -> frozenset[str]:
    from desktop_crm.domain.money import CURRENCIES

    return CURRENCIES


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_patterns_of_our_languages(cldr: dict[str, Any], locale: str) -> None:
    found = next(value for name, value in _locales(cldr) if name == locale)
    symbols, pattern = found["symbols"], found["currencyFormats"]["standard"]
    assert (symbols["group"], symbols["decimal"], pattern) == (",", ".", "¤#,##0.00")
    with speaking(locale):
        assert formats.money(Decimal("1234567.5"), "USD") == "$1,234,567.50"
        assert formats.money(Decimal(1234567), "KRW") == "₩1,234,567"
        assert formats.money(Decimal(-1234567), "KRW") == "−₩1,234,567"
        assert formats.money(Decimal("1.5"), "KWD").endswith("1.500")


def test_numbers_of_every_locale_are_read_back(cldr: dict[str, Any]) -> None:
    read = 0
    for name, found in _locales(cldr):
        if found["defaultNumberingSystem"] != "latn":
            continue
        symbols = found["symbols"]
        text = f"1234567{symbols['decimal']}25".replace("1234567", symbols["group"].join(("1", "234", "567")))
        parsed = parse_number(text, NumberFormat(decimal=symbols["decimal"]))
        assert parsed is not None, (name, text)
        assert parsed.value == Decimal("1234567.25"), name
        read += 1
    assert read >= 14


def _locales(cldr: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    locales = cldr["locales"]
    return list(locales.items()) if isinstance(locales, dict) else [tuple(one) for one in locales]
