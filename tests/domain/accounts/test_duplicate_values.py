"""Values made comparable: what is the same for a reader is the same for the audit, and what says nothing is empty."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.accounts.duplicates import values
from desktop_crm.domain.accounts.duplicates.comparing import HOW, Kind
from desktop_crm.domain.accounts.duplicates.romanising import romanised


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("㈜한빛전자", "한빛전자"),
        ("(주) 한빛전자", "한빛전자"),
        ("주식회사 한빛전자", "한빛전자"),
        ("한빛전자 유한회사", "한빛전자"),
        ("한빛전자 Co., Ltd.", "한빛전자"),
        ("Acme S.p.A.", "acme"),
        ("ACME, INC", "acme"),
        ("A B Volvo", "volvo"),
        ("Müller GmbH & Co. KG", "muller"),
        ("The Company", "the company"),  # nothing would be left
        ("", ""),
    ],
)
def test_a_company_is_named_without_its_legal_form(text, plain):
    assert values.company_name(text) == plain


def test_hangul_is_the_same_composed_and_decomposed():
    assert values.company_name("한빛전자") == values.company_name("한빛전자")


def test_names_meet_in_latin_letters():
    assert values.latin(values.company_name("한빛전자㈜"))[0] == values.latin("hanbit electronics")[0]
    assert romanised("한빛") == "hanbit"
    assert romanised("엘지") == "lg"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("02-1234-5678", "+82212345678"),
        ("+82 2 1234 5678", "+82212345678"),
        ("82-10-1234-5678", "+821012345678"),
        ("010 1234 5678", "+821012345678"),
        ("+1 (312) 535-6600", "+13125356600"),
        ("5356600", "5356600"),
        ("12-34", ""),
        ("+", ""),
        ("+999999999999999999", "999999999999999999"),
    ],
)
def test_telephones_are_compared_as_one_dials_them_from_abroad(text, number):
    assert values.telephone(text) == number


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.hanbit.co.kr/about", "hanbit.co.kr"),
        ("hanbit.co.kr", "hanbit.co.kr"),
        ("kim@hanbit.co.kr", "hanbit.co.kr"),
        ("kim@naver.com", ""),
        ("hanbit", ""),
    ],
)
def test_a_domain_is_one_whatever_stands_around_it(text, name):
    assert values.host(text) == name


def test_cities_and_streets_have_one_short_form():
    assert values.street("서울특별시 강남구 테헤란로 12") == values.street("서울 강남구 테헤란로 12")
    assert values.street("224 North Central Avenue") == values.street("224 N. Central Ave")


def test_legal_forms_of_a_thousand_companies_are_taken_off(data):
    """Of the names in the list with a legal form that is written out, nearly none keeps it; a name is never emptied."""
    with data("dedupe", "cleanco_companies.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[0] for row in csv.reader(file, delimiter=";") if row]
    forms = {"inc", "ltd", "limited", "corp", "gmbh", "ag", "plc", "llc", "sa", "nv", "oyj", "spa", "corporation"}
    plain = [values.company_name(name) for name in rows]
    assert all(plain)
    assert [name for name in plain if len(name.split()) > 1 and name.split()[-1] in forms] == []


@pytest.mark.parametrize("kind", list(Kind))
@given(text=st.text(max_size=60))
def test_no_text_is_too_odd_to_be_compared_with_itself(kind, text):
    clean, level = HOW[kind]
    value = clean(text)
    assert not value or level(value, value) == 0


@pytest.mark.parametrize("kind", list(Kind))
@given(one=st.text(min_size=1, max_size=30), other=st.text(min_size=1, max_size=30))
def test_a_likeness_is_the_same_from_both_sides(kind, one, other):
    clean, level = HOW[kind]
    left, right = clean(one), clean(other)
    if left and right:
        assert level(left, right) == level(right, left)
