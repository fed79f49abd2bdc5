"""Canonical text: one value, one text, and the value back; damaged texts are told apart from values."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes import canonical

SEOUL = timezone(timedelta(hours=9))


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    amount: Decimal
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    parts: tuple[Part, ...]
    count: int
    day: date | None
    at: datetime
    note: str | None = None


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**18), max_value=10**18)
NAMES = st.text('가힣漢é aZ0"\\\n\u1100\u1161\u0301', max_size=10)
PARTS = st.builds(Part, name=NAMES, amount=AMOUNTS, colour=st.sampled_from(Colour))
MOMENTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
WHOLES = st.builds(
    Whole,
    parts=st.lists(PARTS, max_size=4).map(tuple),
    count=st.integers(-5, 5),
    day=st.none() | st.dates(),
    at=MOMENTS,
    note=st.none() | NAMES,
)


@given(value=WHOLES)
def test_a_value_comes_back_from_its_text(value: Whole) -> None:
    text = canonical.encode(value)
    again = canonical.decode(Whole, text)
    assert canonical.encode(again) == text
    assert (again.count, again.day, again.at) == (value.count, value.day, value.at)
    assert [part.amount for part in again.parts] == [part.amount for part in value.parts]
    assert [part.colour for part in again.parts] == [part.colour for part in value.parts]
    assert [part.name for part in again.parts] == [unicodedata.normalize("NFC", part.name) for part in value.parts]


@given(value=WHOLES)
def test_the_text_is_sorted_dense_json(value: Whole) -> None:
    text = canonical.encode(value)
    raw = json.loads(text)
    assert list(raw) == sorted(raw)
    assert text == json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(left=AMOUNTS, right=AMOUNTS)
def test_equal_amounts_have_one_text_and_unequal_ones_two(left: Decimal, right: Decimal) -> None:
    assert (canonical.decimal_text(left) == canonical.decimal_text(right)) == (left == right)
    assert canonical.decimal_text(left * 1) == canonical.decimal_text(left + Decimal("0.000000"))
    assert Decimal(canonical.decimal_text(left)) == left


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0E+5", "0"),
        ("-0.00", "0"),
        ("1E+5", "100000"),
        ("1.230", "1.23"),
        ("100", "100"),
        ("0.000001", "0.000001"),
        ("-5.50", "-5.5"),
    ],
)
def test_texts_of_decimals(value: str, text: str) -> None:
    assert canonical.decimal_text(Decimal(value)) == text


def test_one_moment_has_one_text_wherever_it_was_told() -> None:
    moment = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=SEOUL)
    parts = (Part(name="a", amount=Decimal(1), colour=Colour.RED),)
    here = Whole(parts=parts, count=1, day=None, at=moment)
    there = Whole(parts=parts, count=1, day=None, at=moment.astimezone(UTC))
    assert canonical.encode(here) == canonical.encode(there)
    assert '"at":"2026-11-23T00:30:15.123456Z"' in canonical.encode(here)


def test_the_digest_is_sha_256_of_utf_8() -> None:
    assert canonical.digest("견적") == hashlib.sha256("견적".encode()).hexdigest()
    assert len(canonical.digest("")) == 64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        '"text"',
        "{}",
        '{"at":"2026-11-23T00:00:00Z","count":1,"day":null,"note":null,"parts":[{}]}',
        '{"at":"yesterday","count":1,"day":null,"note":null,"parts":[]}',
        '{"at":"2026-11-23T00:00:00Z","count":1,"day":"no day","note":null,"parts":[]}',
        '{"at":"2026-11-23T00:00:00Z","count":1,"day":null,"note":null,"parts":[{"amount":"x","colour":"red","name":""}]}',
        '{"at":"2026-11-23T00:00:00Z","count":1,"day":null,"note":null,"parts":[{"amount":"1","colour":"green","name":""}]}',
    ],
)
def test_what_is_no_such_value_is_told(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, ArithmeticError)):
        canonical.decode(Whole, text)
