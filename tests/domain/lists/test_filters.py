"""Filters as values: what may be asked of each field, what moves made firm, and the way to JSON and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.lists.filter_json import from_json, to_json
from desktop_crm.domain.lists.filters import ME, NOTHING, TESTS, Filter, Group, Test, fields_of, settled
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.errors import Refusal

TODAY = date(2026, 11, 23)
DEAL, VISIT = REGISTRY["opportunity"], REGISTRY["activity"]


def firm(part, entity=DEAL, me="u1"):
    return settled(entity, part, TODAY, me)


def test_every_type_of_field_says_what_it_can_be_asked():
    assert set(TESTS) == set(FieldType)


def test_me_becomes_the_user_and_nobody_when_there_is_none():
    assert firm(Filter(field="owner_id", value=ME)).value == "u1"
    assert firm(Filter(field="owner_id", test=Test.ANY_OF, value=(ME, "u2"))).value == ("u1", "u2")
    assert firm(Filter(field="owner_id", value=ME), me=None).value == ""
    assert firm(Filter(field="name", value=ME)).value == ME


def test_a_period_becomes_its_days():
    found = firm(Group(parts=(Filter(field="close_date", test=Test.DURING, value=Period(span=Span.THIS_MONTH)),)))
    assert found.parts[0].parts == (
        Filter(field="close_date", test=Test.AT_LEAST, value=date(2026, 11, 1)),
        Filter(field="close_date", test=Test.AT_MOST, value=date(2026, 11, 30)),
    )
    late = firm(Filter(field="close_date", test=Test.DURING, value=Period(span=Span.OVERDUE)))
    assert [part.test for part in late.parts] == [Test.AT_MOST]


@pytest.mark.parametrize(
    ("test", "inside"),
    [
        (Test.IS, [False, True, True, False]),
        (Test.IS_NOT, [True, False, False, True]),
        (Test.AT_LEAST, [False, True, True, True]),
        (Test.AT_MOST, [True, True, True, False]),
        (Test.ABOVE, [False, False, False, True]),
        (Test.BELOW, [True, False, False, False]),
    ],
)
def test_a_moment_is_compared_with_a_whole_day_where_the_user_is(test, inside):
    midnight = datetime(2026, 11, 23).astimezone()
    moments = [midnight - timedelta(microseconds=1), midnight, midnight + timedelta(hours=23), midnight + timedelta(1)]
    found = firm(Filter(field="occurred_at", test=test, value=TODAY), VISIT)
    assert [_holds(found, moment) for moment in moments] == inside


def _holds(part, moment):
    if isinstance(part, Group):
        return (any if part.any else all)(_holds(one, moment) for one in part.parts)
    if part.test is Test.EMPTY:
        return False
    return moment >= part.value if part.test is Test.AT_LEAST else moment < part.value


def test_the_fields_of_a_filter_are_all_named():
    part = Group(parts=(Filter(field="name"), Group(parts=(Filter(field="amount"), Filter(field="x_a")), any=True)))
    assert list(fields_of(part)) == ["name", "amount", "x_a"]
    assert list(fields_of(NOTHING)) == []


FILTERS = st.one_of(
    st.builds(Filter, field=st.just("name"), test=st.sampled_from(TESTS[FieldType.TEXT][:5]), value=st.text()),
    st.builds(Filter, field=st.just("x_own"), test=st.just(Test.IS), value=st.text()),
    st.builds(Filter, field=st.just("amount"), test=st.just(Test.AT_LEAST), value=st.decimals(-999, 999, places=2)),
    st.builds(Filter, field=st.just("close_date"), test=st.just(Test.AT_MOST), value=st.dates()),
    st.builds(
        Filter,
        field=st.just("close_date"),
        test=st.just(Test.DURING),
        value=st.builds(Period, span=st.sampled_from(Span), days=st.integers(0, 90)),
    ),
    st.builds(Filter, field=st.just("owner_id"), test=st.just(Test.ANY_OF), value=st.just((ME, "u2"))),
    st.builds(Filter, field=st.sampled_from(["name", "amount"]), test=st.sampled_from([Test.EMPTY, Test.FILLED])),
)
PARTS = st.recursive(
    FILTERS, lambda inner: st.builds(Group, parts=st.lists(inner, max_size=3).map(tuple), any=st.booleans())
)


@given(PARTS)
def test_json_and_back_is_the_same(part):
    assert from_json(DEAL, to_json(DEAL, part)) == part


def test_days_for_moments_and_words_of_a_set_go_through_json():
    account = REGISTRY["account"]
    for entity, part in (
        (VISIT, Filter(field="occurred_at", test=Test.AT_LEAST, value=TODAY)),
        (account, Filter(field="tags", test=Test.ANY_OF, value=("가", "b"))),
        (account, Filter(field="annual_revenue", test=Test.IS, value=Decimal("1.50"))),
        (REGISTRY["task"], Filter(field="done", test=Test.IS, value=False)),
    ):
        assert from_json(entity, to_json(entity, part)) == part


@pytest.mark.parametrize(
    "raw",
    [
        None,
        3,
        {},
        {"any": 5},
        {"field": "name"},
        {"field": "name", "test": "sounds_like", "value": "x"},
        {"field": "amount", "test": "is", "value": "much"},
        {"field": "close_date", "test": "during", "value": {"span": "soon"}},
        {"field": "owner_id", "test": "any_of", "value": None},
    ],
)
def test_what_is_no_filter_is_refused(raw):
    with pytest.raises(Refusal, match=r"filter\.unreadable"):
        from_json(DEAL, raw)


def test_a_filter_that_is_too_deep_is_refused():
    raw = {"all": []}
    for _ in range(50):
        raw = {"all": [raw]}
    with pytest.raises(Refusal, match=r"filter\.unreadable"):
        from_json(DEAL, raw)


def test_a_moment_stays_a_moment_when_it_is_one():
    exact = Filter(field="occurred_at", test=Test.AT_LEAST, value=datetime(2026, 1, 1, tzinfo=UTC))
    assert settled(VISIT, exact, TODAY, None) == exact
