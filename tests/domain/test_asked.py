"""What is typed to search everything, read in both languages; particles; snippets with the hit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.asked import Asked, read, stem
from desktop_crm.domain.snippets import snippet

TODAY = date(2026, 11, 23)


def test_the_whole_example():
    found = read("예산 owner:me stage:협상 amount:>1억 after:지난달", TODAY)
    assert found == Asked(
        words=("예산",), owner="@me", stage="협상", least=Decimal(100_000_000), over=True, after=date(2026, 10, 1)
    )


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("담당:나", Asked(owner="@me")),
        ("담당자:김민준 계약", Asked(owner="김민준", words=("계약",))),
        ('account:"한빛 전자"', Asked(account="한빛 전자")),
        ("종류:메일", Asked(kind="메일")),
        ("금액:1억2천..3억", Asked(least=Decimal(120_000_000), most=Decimal(300_000_000))),
        ("amount:>100M after:lastmonth", Asked(least=Decimal(100_000_000), over=True, after=date(2026, 10, 1))),
        ("amount:<=120k", Asked(most=Decimal(120_000))),
        ("amount:<5,000,000", Asked(most=Decimal(5_000_000), under=True)),
        ("amount:=3500만", Asked(least=Decimal(35_000_000), most=Decimal(35_000_000))),
        ("before:지난주", Asked(before=date(2026, 11, 22))),
        ("after:2026-10", Asked(after=date(2026, 10, 1))),
        ("before:2026-02", Asked(before=date(2026, 2, 28))),
        ("이후:2026-11-05", Asked(after=date(2026, 11, 5))),
        ("after:yesterday", Asked(after=date(2026, 11, 22))),
        ("after:작년", Asked(after=date(2025, 1, 1))),
    ],
)
def test_filters(typed, wanted):
    assert read(typed, TODAY) == wanted


@pytest.mark.parametrize("typed", ["amount:viel", "after:irgendwann", "http://a.kr", "14:30", "owner:"])
def test_what_is_no_filter_is_a_word(typed):
    found = read(typed, TODAY)
    assert not found.narrowed
    assert len(found.words) == 1


def test_nothing_is_empty():
    assert read("  ", TODAY).empty
    assert not read("a", TODAY).empty


@given(st.text(max_size=60))
def test_anything_can_be_read(typed):
    read(typed, TODAY)
    snippet(typed, typed.split())


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("예산은", "예산"),
        ("공장에서", "공장"),
        ("김민준이", "김민준"),
        ("도로", "도로"),
        ("회의", "회의"),
        ("plan은", "plan은"),
    ],
)
def test_particles_are_left_out_where_enough_is_left(word, wanted):
    assert stem(word) == wanted


def test_a_snippet_shows_the_hit_with_what_stands_around():
    found = snippet("가" * 100 + " 내년 예산은 10월에 확정된다고 함. " + "나" * 200, ["예산"])
    ((begin, end),) = found.hits
    assert found.text[begin:end] == "예산"
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert snippet("BUDGET and budget", ["budget"]).hits == ((0, 6), (11, 17))
    assert snippet("nothing here", ["x"]).hits == ()
