"""The words that conditions are written in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes.approvals import rules
from desktop_crm.domain.quotes.approvals.rules import COMPARISONS, EQUALITIES, NUMBERS, Condition
from desktop_crm.domain.schema.approval_options import ApprovalMeasure
from desktop_crm.foundation.errors import Refusal


def test_and_binds_more_than_or() -> None:
    found = rules.read("discount > 10% and margin < 20 or amount >= 100,000,000 KRW")
    assert [[one.measure.value for one in group] for group in found] == [["discount", "margin"], ["amount"]]
    assert found[1][0].number == Decimal(100_000_000)
    assert found[1][0].currency == "KRW"


def test_words_are_lists_and_may_be_quoted() -> None:
    found = rules.read('category = Sensors, "Flow meters, large" and currency != krw and tier = KEY')
    assert found[0][0].words == ("Sensors", "Flow meters, large")
    assert found[0][1].words == ("KRW",)
    assert found[0][2].words == ("key",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "discount",
        "discount 10",
        "discount = 10",
        "discount > ten",
        "discount > NaN",
        "discount > 1e30",
        "colour = red",
        "category > Sensors",
        "category =",
        "category = a b",
        "category = a,",
        "currency = WON",
        "tier = best",
        "discount > 10 and",
        "or discount > 10",
        'category = "open',
        "discount > 10; margin < 5",
        "discount > 1 " * 1000,
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.read(text)
    assert refused.value.code == "approval.condition"


_words = st.text(st.characters(exclude_characters='"', exclude_categories=("C", "Z")), min_size=1, max_size=12)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    measure = draw(st.sampled_from(ApprovalMeasure))
    if measure in NUMBERS:
        number = draw(st.decimals(-1000, 10**12, places=2))
        currency = draw(st.sampled_from(["", "KRW", "USD"])) if measure is ApprovalMeasure.AMOUNT else ""
        sign = draw(st.sampled_from(COMPARISONS))
        return Condition(measure=measure, comparison=sign, number=number, currency=currency)
    known = {
        ApprovalMeasure.CURRENCY: st.sampled_from(["KRW", "EUR"]),
        ApprovalMeasure.TIER: st.sampled_from(["key", "new"]),
    }
    words = tuple(draw(st.lists(known.get(measure, _words), min_size=1, max_size=3)))
    return Condition(measure=measure, comparison=draw(st.sampled_from(EQUALITIES)), words=words)


@given(st.lists(st.lists(conditions(), min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple))
def test_what_is_told_is_read_back(wanted: rules.Conditions) -> None:
    assert rules.read(rules.told(wanted)) == wanted
