"""Particles by sound: Hangul, digits and Latin letters, signs and brackets, beside a reference written out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop_crm.i18n.language import Language
from desktop_crm.i18n.particles import PAIRS, fill, particle

SYLLABLES = some.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
CLOSED = "영일삼육칠팔"  # how the digits 0, 1, 3, 6, 7 and 8 are said; each ends in a consonant
DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))


def _ends_closed(syllable: str) -> bool:
    return (ord(syllable) - 0xAC00) % 28 != 0


@given(some.text(SYLLABLES, min_size=1), some.sampled_from(sorted(PAIRS)))
def test_hangul(word: str, pair: str) -> None:
    closed, opened = PAIRS[pair]
    chosen = particle(word, pair)
    rieul = (ord(word[-1]) - 0xAC00) % 28 == 8
    if pair == "(으)로" and rieul:
        assert chosen == "로"
    else:
        assert chosen == (closed if _ends_closed(word[-1]) else opened)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("pair", ["을(를)", "이(가)", "은(는)", "과(와)", "(으)로"])
def test_digits_are_said(digit: str, pair: str) -> None:
    assert particle(f"3{digit}", pair) == particle(DIGITS[digit], pair)


@pytest.mark.parametrize(
    ("word", "object_particle"),
    [
        ("URL", "을"),
        ("PDF", "를"),
        ("CRM", "을"),
        ("VPN", "을"),
        ("ERP", "를"),
        ("USD", "를"),
        ("xlsx", "를"),
        ("Tab", "를"),
    ],
)
def test_latin_letters_are_said_by_name(word: str, object_particle: str) -> None:
    assert particle(word, "을(를)") == object_particle


@pytest.mark.parametrize("tail", ["", ")", "”", '"', "…", " ", "!", "』"])
def test_signs_after_the_word_are_not_heard(tail: str) -> None:
    assert particle(f"한빛{tail}", "이(가)") == "이"
    assert particle(f"전자{tail}", "이(가)") == "가"


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("{a}과(와) {b}을(를)", {"a": "한빛", "b": "누리"}, "한빛과 누리를"),
        ("“{a}”(이)라는", {"a": "한빛"}, "“한빛”이라는"),
        ("“{a}”(이)라는", {"a": "누리"}, "“누리”라는"),
        ("{a}(으)로 {n:,}건", {"a": "서울", "n": 12000}, "서울로 12,000건"),
        ("{n:,}을(를)", {"n": 1000}, "1,000을"),
        ("{a} 을(를)", {"a": "한빛"}, "한빛 을(를)"),
        ("값을(를) {a}", {"a": "x"}, "값을(를) x"),
        ("{{{a}}}은(는)", {"a": "한빛"}, "{한빛}은"),
    ],
)
def test_texts(text: str, values: dict[str, object], filled: str) -> None:
    assert fill(text, values, Language.KO) == filled


@given(some.text(max_size=20))
def test_no_value_is_ever_changed(value: str) -> None:
    assert fill("{name}", {"name": value}, Language.KO) == value
    assert fill("[{name}]을(를)", {"name": value}, Language.KO).startswith(f"[{value}]")


def test_a_text_that_names_more_than_it_is_given_says_so() -> None:
    with pytest.raises(KeyError):
        fill("{name}을(를) {other}", {"name": "x"}, Language.KO)
