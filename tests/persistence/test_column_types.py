"""Values in STRICT tables: exact, in text or integers, never as floating point."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from desktop_crm.persistence.column_types import (
    DateText,
    DecimalText,
    FlagInteger,
    JsonText,
    MomentText,
    WordsText,
)

DIALECT = create_engine("sqlite://").dialect
KST = timezone(timedelta(hours=9))
WORDS = st.sets(st.text()).map(lambda words: tuple(sorted(words)))
JSON = st.dictionaries(
    st.text(min_size=1), st.none() | st.text() | st.integers() | st.lists(st.text(), max_size=3), max_size=4
)
CASES = [
    (DecimalText(), st.decimals(allow_nan=False, allow_infinity=False)),
    (DateText(), st.dates()),
    (MomentText(), st.datetimes(timezones=st.sampled_from([UTC, KST])).filter(lambda m: m.year > 1900)),
    (FlagInteger(), st.booleans()),
    (WordsText(), WORDS),
]


@given(data=st.data(), case=st.sampled_from(CASES))
def test_a_value_comes_back_as_it_went_in(data, case):
    kind, values = case
    value = data.draw(st.none() | values)
    stored = kind.process_bind_param(value, DIALECT)
    assert stored is None or isinstance(stored, str | int)
    assert not isinstance(stored, float | bool) or isinstance(kind, FlagInteger)
    assert kind.process_result_value(stored, DIALECT) == value


@given(value=JSON)
def test_own_fields_come_back_and_nothing_is_stored_for_none(value):
    kind = JsonText()
    stored = kind.process_bind_param(value, DIALECT)
    assert (stored is None) == (not value)
    assert kind.process_result_value(stored, DIALECT) == value


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (DecimalText(), Decimal("1E+3"), "1000"),
        (DecimalText(), Decimal("12.50"), "12.50"),
        (DateText(), date(2026, 1, 2), "2026-01-02"),
        (MomentText(), datetime(2026, 1, 2, 9, tzinfo=KST), "2026-01-02T00:00:00Z"),
        (WordsText(), ("나", "가", "나"), '["가", "나"]'),
        (JsonText(), {"b": 1, "a": "가"}, '{"a":"가","b":1}'),
        (FlagInteger(), True, 1),
    ],
)
def test_the_stored_form_is_canonical(kind, value, text):
    assert kind.process_bind_param(value, DIALECT) == text
