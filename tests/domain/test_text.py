"""Text as a searcher sees it: pairs, initials, keyboard layouts, places of a match."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop_crm.domain import text

SYLLABLES = some.text(some.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=12)
ANY = some.text(max_size=30)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [("GTX Pro", "gtx pro"), ("Café", "cafe"), ("한빛", "한빛"), (unicodedata.normalize("NFD", "한빛"), "한빛")],
)
def test_folding(raw: str, folded: str) -> None:
    assert text.fold(raw) == folded


@given(ANY)
def test_folding_keeps_places(raw: str) -> None:
    assert len(text.fold(raw)) == len(text.composed(raw))


def test_pairs_of_a_name() -> None:
    assert text.syllable_pairs("한빛전자") == ["한빛", "빛전", "전자", "자"]


def test_an_index_bridges_gaps_and_joins_codes() -> None:
    stored = text.index_words("한빛 전자 HC-900")
    assert {"한빛", "빛전", "전자", "hc", "900", "hc900"} <= set(stored)
    assert len(stored) == len(set(stored))


@pytest.mark.parametrize(
    ("stored", "query"),
    [
        ("한빛전자", "한"),
        ("한빛전자", "빛전"),
        ("한빛전자", "자"),
        ("한빛 전자", "한빛전자"),
        ("한빛전자", "한빛 전자"),
        ("(주)한빛전자", "한빛전자"),
        ("LG한빛", "한빛"),
        ("LG한빛", "lg"),
        ("HC-900 제어기", "hc900"),
        ("HC-900 제어기", "hc-9"),
        ("010-1234-5678", "0101234"),
        ("010-1234-5678", "5678"),
        ("kim@hanbit.co.kr", "hanbit"),
    ],
)
def test_what_is_typed_finds_what_is_stored(stored: str, query: str) -> None:
    words = text.index_words(stored)
    for wanted in text.query_words(query):
        assert any(word.startswith(wanted) for word in words), (wanted, words)


@given(SYLLABLES, some.data())
def test_every_middle_of_a_name_finds_it(name: str, data: some.DataObject) -> None:
    start = data.draw(some.integers(0, len(name) - 1))
    end = data.draw(some.integers(start + 1, len(name)))
    words = text.index_words(name)
    assert all(any(word.startswith(wanted) for word in words) for wanted in text.query_words(name[start:end]))


@given(SYLLABLES, some.data())
def test_every_row_of_initials_finds_the_name(name: str, data: some.DataObject) -> None:
    start = data.draw(some.integers(0, len(name) - 1))
    typed = text.initials(name[start:])
    words = text.initial_words(name)
    assert text.is_initials(typed)
    assert all(any(word.startswith(wanted) for word in words) for wanted in text.query_words(typed))


def test_initial_consonants() -> None:
    assert text.initials("한빛 전자(주)") == "ㅎㅂㅈㅈㅈ"
    assert text.initials("까치 SK") == "ㄲㅊsk"
    assert text.is_initials("ㅎㅂ")
    assert not text.is_initials("한ㅂ")
    assert not text.is_initials("hb")
    assert not text.is_initials("")


@pytest.mark.parametrize(
    ("keys", "hangul"),
    [
        ("gksqlc", "한빛"),
        ("gksqlcwjswk", "한빛전자"),
        ("ekfrrhrl", "닭고기"),
        ("rkqtdl", "값이"),
        ("dksgek", "않다"),
        ("dhkswjs", "완전"),
        ("tlstprP", "신세계"),
        ("Tkddyd", "쌍용"),
    ],
)
def test_korean_typed_on_the_latin_layout(keys: str, hangul: str) -> None:
    assert text.hangul_for_keys(keys) == hangul


@pytest.mark.parametrize("keys", ["gtx", "hb", "", "gks1", "gksq", "한빛"])
def test_keys_that_make_no_whole_syllables(keys: str) -> None:
    assert text.hangul_for_keys(keys) is None


@given(SYLLABLES)
def test_typing_a_name_and_reading_it_back(name: str) -> None:
    typed = "".join(text._LETTER_KEYS[jamo] for sign in name for jamo in text._letters(sign))
    assert text.hangul_for_keys(typed) == name


def test_latin_typed_on_the_korean_layout() -> None:
    assert text.keys_for_hangul("ㅎㅅㅌ") == "gtx"
    assert text.keys_for_hangul("한빛") == "gksqlc"
    assert text.keys_for_hangul("GTX 9") == "gtx 9"


@pytest.mark.parametrize(
    ("title", "query", "span"),
    [
        ("(주)한빛전자", "빛전", (4, 6)),
        ("한빛 전자", "한빛전자", (0, 5)),
        ("한빛 전자", "ㅂㅈ", (1, 4)),
        ("Café 24", "CAFE", (0, 4)),
        ("HC-900", "hc900", (0, 6)),
        ("한빛전자", "누리", None),
        ("한빛전자", " ", None),
        ("한빛전자", "--", None),
    ],
)
def test_where_a_match_stands(title: str, query: str, span: tuple[int, int] | None) -> None:
    assert text.find_span(title, query) == span


@given(ANY, ANY)
def test_nothing_typed_breaks_anything(title: str, query: str) -> None:
    span = text.find_span(title, query)
    if span is not None:
        assert 0 <= span[0] < span[1] <= len(text.composed(title))
    text.query_words(query)
    text.hangul_for_keys(query)
    text.keys_for_hangul(query)


LATIN = some.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


@given(LATIN)
def test_a_latin_word_typed_on_the_korean_layout_is_read_back(word: str) -> None:
    shown = text._composed("".join(text._KEYS.get(key) or text._KEYS[key.upper()] for key in word))
    assert text.keys_for_hangul(shown) == word
    assert word in text.wordings(shown)


@given(SYLLABLES)
def test_a_korean_word_typed_on_the_latin_layout_is_among_what_is_meant(name: str) -> None:
    typed = "".join(text._LETTER_KEYS[jamo] for sign in name for jamo in text._letters(sign))
    assert name in text.wordings(typed)
    assert text.fits(name, typed)


@given(ANY)
def test_what_was_typed_is_meant_first(query: str) -> None:
    meant = text.wordings(query)
    assert meant[:1] == ((query,) if text.compact(query) else meant[:1])
    assert len(set(meant)) == len(meant)


@given(some.integers(0, 99_999_999), some.sampled_from(["{}-{}-{}", "{} {} {}", "{}{}{}", "{}.{}.{}", "({}) {}-{}"]))
def test_a_number_is_found_however_it_is_written(number: int, form: str) -> None:
    digits = f"{number:08}"
    stored = text.index_words(f"010-{digits[:4]}-{digits[4:]}")
    shapes = [form.format("010", digits[:4], digits[4:]), "+82 " + form.format("10", digits[:4], digits[4:])]
    for shape in (*shapes, f"82-10{digits}", f"+82(0)10{digits}"):
        assert any(
            all(any(word.startswith(wanted) for word in stored) for wanted in text.query_words(one))
            for one in text.wordings(shape)
        ), shape


@pytest.mark.parametrize(
    ("shown", "query", "wanted"),
    [
        ("새 견적", "ㅅㄱㅈ", True),
        ("새 견적", "새견", True),
        ("새 견적", "to rus", True),
        ("Go to Quotes", "quotes", True),
        ("Go to Quotes", "TOQ", True),
        ("설정(으)로 이동", "설정", True),
        ("Go to Quotes", "accounts", False),
        ("새 견적", "ㅈㄱ", False),
    ],
)
def test_names_of_actions_are_found_by_what_is_meant(shown: str, query: str, wanted: bool) -> None:
    assert text.fits(shown, query) is wanted


@pytest.mark.parametrize(
    ("typed", "whole", "others"),
    [
        ("한비", "한빛", "한바"),
        ("한비ㅊ", "한빛", "한비"),
        ("한비ㅊ", "한비차", "한비자"),
        ("간", "가나", "가다"),
        ("달", "닭", "담"),
        ("갑", "값", "감"),
        ("값", "갑사", "갑자"),
        ("밝", "발기", "발나"),
        ("ㄱ", "가", "나"),
        ("HC 비", "hc빛", "hc"),
    ],
)
def test_what_a_syllable_becomes_while_it_is_typed(typed: str, whole: str, others: str) -> None:
    assert any(one.found_in(whole) == whole for one in text.unfinished(typed))
    assert not any(one.found_in(others) for one in text.unfinished(typed))


@given(name=some.text(alphabet=some.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=4))
def test_at_every_key_press_the_name_is_still_meant(name: str) -> None:
    typed = "".join(text._letters(sign) for sign in name)
    for count in range(1, len(typed) + 1):
        so_far = text._composed(typed[:count])
        meant = so_far in name or any(one.found_in(name) for one in text.unfinished(so_far))
        assert meant, (name, so_far)


@pytest.mark.parametrize("typed", ["", "   ", "abc", "한빛 ㅏ", "12"])
def test_what_ends_in_no_syllable_becomes_nothing_else(typed: str) -> None:
    assert text.unfinished(typed) == ()


@pytest.mark.parametrize("unseen", ["", "  ", "\u200b", "\u202e\u200f", "\u3164", "\t\n\x01", "\ufeff "])
def test_a_text_of_which_nothing_is_seen_is_blank(unseen):
    assert text.is_blank(unseen)


@pytest.mark.parametrize("seen", ["한빛", "-", "😀", "שלום", "\u200bA", "e\u0301", "\u3164가"])
def test_a_text_with_a_sign_to_see_is_not_blank(seen):
    assert not text.is_blank(seen)
