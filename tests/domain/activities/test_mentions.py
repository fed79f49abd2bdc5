"""Who is named by @ in a comment, and who is offered while one types."""

from __future__ import annotations

import pytest

from desktop_crm.domain.activities.mentions import candidates, mentioned, typed_name

NAMES = {"1": "박서준", "2": "박서준영", "3": "Kim Minsu", "4": "Lee Legal"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@박서준 확인 부탁", ("1",)),
        ("@박서준영 님과 @박서준", ("2", "1")),
        ("(@kim minsu) please, @Lee Legal!", ("3", "4")),
        ("no one@박 here, mail me a@b.kr", ()),
        ("", ()),
    ],
)
def test_the_longest_name_after_an_at_is_meant(text, found):
    assert mentioned(text, NAMES) == found


def test_two_of_one_name_are_both_meant():
    assert mentioned("@A B", {"1": "A B", "2": "a b"}) == ("1", "2")


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("@", ""),
        ("확인 @박ㅅ", "박ㅅ"),
        ("a@b", None),
        ("@Kim Mi", "Kim Mi"),
        ("@Kim Minsu and", None),
        ("plain", None),
    ],
)
def test_what_is_typed_after_an_at(before, typed):
    assert typed_name(before) == typed


def test_people_are_found_by_beginning_middle_initial_consonants_and_the_other_layout():
    assert [row for row, _ in candidates("박ㅅ", {"1": "박서준"})] or [row for row, _ in candidates("박서", NAMES)] == [
        "1",
        "2",
    ]
    assert [row for row, _ in candidates("ㅂㅅㅈ", NAMES)] == ["1", "2"]
    assert [row for row, _ in candidates("minsu", NAMES)] == ["3"]
    assert [row for row, _ in candidates("qkrtj", NAMES)] == ["1", "2"]
    assert [row for row, _ in candidates("", NAMES)] == ["3", "4", "1", "2"]
    assert candidates("없음", NAMES) == ()
