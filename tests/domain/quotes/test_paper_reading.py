"""Forms from plain values and back, what they refuse, and what they lack for a quote."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes import paper_reading
from desktop_crm.domain.quotes.paper import (
    COMPANY,
    Clause,
    ColumnForm,
    ColumnKind,
    Paper,
    PaperWords,
    SectionSums,
    ShownPrices,
    Signing,
    kept,
)
from desktop_crm.domain.quotes.paper_reading import Gap
from desktop_crm.foundation.errors import Refusal
from tests.domain.quotes.samples import korean_draft

WORDS = st.builds(PaperWords, title=st.text(max_size=8), cover=st.text(max_size=8))
OTHERS = st.lists(st.sampled_from([one for one in ColumnKind if one is not ColumnKind.ITEM]), unique=True)
PAPERS = st.builds(
    Paper,
    landscape=st.booleans(),
    margin=st.integers(8, 50).map(Decimal),
    sums=st.sampled_from(SectionSums),
    prices=st.sampled_from(ShownPrices),
    signing=st.sampled_from(Signing),
    ko=WORDS,
    columns=OTHERS.map(lambda kinds: tuple(ColumnForm(kind=one) for one in [*kinds, ColumnKind.ITEM])),
    clauses=st.lists(st.builds(Clause, title_ko=st.text(max_size=5)), max_size=3).map(tuple),
)


@given(paper=PAPERS)
def test_a_form_comes_back_as_it_was_kept(paper):
    assert kept(paper_reading.from_text(kept(paper))) == kept(paper)


def test_what_is_left_out_is_the_programs_own():
    assert paper_reading.read({}) == Paper()
    assert paper_reading.read({"landscape": True, "columns": ["item", "amount"]}).columns == (
        ColumnForm(kind=ColumnKind.ITEM),
        ColumnForm(kind=ColumnKind.AMOUNT),
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"size": "a3"}, "size"),
        ({"accent": "red"}, "accent"),
        ({"margin": 500}, "margin"),
        ({"margin": "NaN"}, "margin"),
        ({"cover": "yes"}, "cover"),
        ({"columns": ["amount"]}, "columns"),
        ({"columns": ["item", "item"]}, "columns"),
        ({"columns": ["item", "margin"]}, "kind"),
        ({"ko": {"slogan": "x"}}, "ko"),
        ({"clauses": ["x"]}, "clauses"),
        ({"colour": "x"}, "colour"),
    ],
)
def test_what_is_wrong_is_refused_by_name(values, field):
    with pytest.raises(Refusal) as refused:
        paper_reading.read(values)
    assert refused.value.params["field"] == field


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_a_text_that_is_no_form_is_refused(text):
    with pytest.raises(Refusal):
        paper_reading.from_text(text)


def test_what_a_form_lacks_is_named():
    whole = korean_draft()
    assert paper_reading.gaps(Paper(), whole, "ko") == ()
    asking = Paper(
        logo=COMPANY,
        seal=COMPANY,
        cover=True,
        ko=PaperWords(cover="{contact} {nobody}"),
        clauses=(Clause(body_en="only English"), Clause(body_ko="한국어만")),
    )
    bare = replace(whole, name="", valid_until=None, customer=replace(whole.customer, contact=""))
    assert [gap for gap, _ in paper_reading.gaps(asking, bare, "ko")] == [
        Gap.LOGO,
        Gap.SEAL,
        Gap.VALID_UNTIL,
        Gap.TITLE,
        Gap.CONTACT,
        Gap.KOREAN,
        Gap.PLACEHOLDER,
    ]
    assert (Gap.ENGLISH, "") in paper_reading.gaps(asking, whole, "en")
