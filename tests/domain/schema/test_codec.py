"""Values as JSON and back: the form of the wire, the change log and JSON exports."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.codec import decode, encode, parse, plain
from desktop_crm.foundation.errors import Refusal

KST = timezone(timedelta(hours=9))
VALUES = {
    FieldType.TEXT: st.text(),
    FieldType.LONG_TEXT: st.text(),
    FieldType.CURRENCY: st.sampled_from(["KRW", "USD"]),
    FieldType.REFERENCE: st.uuids().map(str),
    FieldType.ORDER_KEY: st.text("abc", min_size=1),
    FieldType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    FieldType.DECIMAL: st.decimals(-(10**15), 10**15, places=9),
    FieldType.MONEY: st.decimals(-(10**15), 10**15, places=4),
    FieldType.DATE: st.dates(),
    FieldType.DATETIME: st.datetimes(timezones=st.sampled_from([UTC, KST]), min_value=datetime(1950, 1, 1)),  # noqa: DTZ001 - Hypothesis wants it bare
    FieldType.BOOLEAN: st.booleans(),
    FieldType.SET: st.sets(st.text()).map(lambda words: tuple(sorted(words))),
}
FIELDS = [(entity.name, field) for entity in REGISTRY for field in entity.fields]


@given(data=st.data(), pair=st.sampled_from(FIELDS))
def test_a_value_survives_json(data, pair):
    _, field = pair
    values = st.sampled_from(sorted(field.options)) if field.options else VALUES[field.type]
    value = data.draw(st.none() | values)
    raw = encode(field, value)
    assert decode(field, json.loads(json.dumps(raw))) == value


@pytest.mark.parametrize(
    ("number", "text"), [("1E+2", "100"), ("12.50", "12.50"), ("-0.000001", "-0.000001"), ("1E-7", "0.0000001")]
)
def test_numbers_are_written_without_an_exponent(number, text):
    assert plain(Decimal(number)) == text


def test_moments_are_utc():
    field = REGISTRY["activity"].field("occurred_at")
    assert encode(field, datetime(2026, 11, 23, 9, 0, tzinfo=KST)) == "2026-11-23T00:00:00Z"
    assert decode(field, "2026-11-23T09:00:00+09:00") == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entity", "field", "raw"),
    [
        ("account", "employees", "12"),
        ("account", "employees", True),
        ("account", "employees", 1.5),
        ("account", "annual_revenue", "NaN"),
        ("account", "annual_revenue", "Infinity"),
        ("account", "annual_revenue", "viel"),
        ("account", "annual_revenue", 1.5),
        ("account", "name", 7),
        ("account", "tags", "가,나"),
        ("account", "tags", [1]),
        ("task", "due_on", "2026-02-30"),
        ("task", "due_on", 20260101),
        ("task", "done", 1),
        ("activity", "occurred_at", "gestern"),
    ],
)
def test_what_does_not_fit_is_refused_with_field_and_value(entity, field, raw):
    with pytest.raises(Refusal) as refused:
        decode(REGISTRY[entity].field(field), raw)
    assert refused.value.code == "value.unreadable"
    assert refused.value.params["field"] == field


@pytest.mark.parametrize(
    ("entity", "field", "text", "value"),
    [
        ("account", "name", "", None),
        ("quote_line", "quantity", "-12", -12),
        ("account", "employees", "12", 12),
        ("account", "annual_revenue", "12.50", Decimal("12.50")),
        ("account", "tags", " 나, 가 ,,", ("가", "나")),
        ("account", "kind", "company", "company"),
        ("task", "done", "TRUE", True),
        ("task", "due_on", "2026-11-23", date(2026, 11, 23)),
        ("account", "x_grade", "A", "A"),
    ],
)
def test_typed_text_becomes_a_value(entity, field, text, value):
    assert parse(REGISTRY[entity].field(field), text) == value


@pytest.mark.parametrize(
    ("field", "text", "code"), [("employees", "viele", "value.unreadable"), ("kind", "gmbh", "value.not_an_option")]
)
def test_typed_nonsense_is_refused(field, text, code):
    with pytest.raises(Refusal) as refused:
        parse(REGISTRY["account"].field(field), text)
    assert refused.value.code == code
