"""Texts in the current language: choice of language, placeholders, plural forms, particles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop_crm import i18n
from desktop_crm.i18n.particles import particle


@pytest.fixture(autouse=True)
def _language_as_it_was() -> object:
    before = i18n.current()
    yield
    i18n.use(before)


def test_english_is_the_source_text() -> None:
    i18n.use("en")
    assert i18n.tr("just now") == "just now"


def test_korean_comes_from_the_catalogue() -> None:
    i18n.use("ko")
    assert i18n.tr("just now") == "방금"


def test_a_text_without_korean_stays_readable() -> None:
    i18n.use("ko")
    text = "a text nobody has put into Korean: {name}"
    assert i18n.tr(text, name="한빛") == "a text nobody has put into Korean: 한빛"


def test_plural_forms() -> None:
    i18n.use("en")
    assert i18n.ntr("{n} account", "{n} accounts", 1) == "1 account"
    assert i18n.ntr("{n} account", "{n} accounts", 0) == "0 accounts"


def test_a_block_speaks_its_own_language_and_gives_it_back() -> None:
    i18n.use("ko")
    with i18n.speaking("en") as language:
        assert language == "en" == i18n.current()
        assert i18n.tr("just now") == "just now"
    assert i18n.current() == "ko"


def test_a_block_does_not_change_what_other_threads_speak() -> None:
    i18n.use("ko")
    with i18n.speaking("en"), ThreadPoolExecutor(1) as lane:
        assert lane.submit(i18n.tr, "just now").result() == "방금"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ko", "ko"),
        ("ko_KR.UTF-8", "ko"),
        ("ko-KR", "ko"),
        ("ko:en", "ko"),
        ("en_US", "en"),
        ("fr", "en"),
        ("kok", "en"),
    ],
)
def test_tags(tag: str, language: str) -> None:
    i18n.use(tag)
    assert i18n.current() == language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US"}, "ko"),
        ({"LC_ALL": "POSIX", "LANG": "ko_KR"}, "en"),
        ({}, "ko"),
    ],
)
def test_the_wish_of_the_system(environ: dict[str, str], language: str) -> None:
    assert i18n.detect(environ) == language


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("한빛", "을(를)", "을"),
        ("한빛전자", "을(를)", "를"),
        ("서울", "(으)로", "로"),
        ("부산", "(으)로", "으로"),
        ("대구", "(으)로", "로"),
        ("Excel", "을(를)", "을"),
        ("GTX Pro", "은(는)", "는"),
        ("3", "이(가)", "이"),
        ("2", "이(가)", "가"),
        ("한빛(주)", "과(와)", "와"),
        ("", "이(가)", "가"),
    ],
)
def test_particles_follow_the_last_sound(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


def test_particles_in_a_text_and_never_inside_a_value() -> None:
    from desktop_crm.i18n.language import Language
    from desktop_crm.i18n.particles import fill

    text = "“{name}”을(를) {place}(으)로 옮겼습니다"
    assert fill(text, {"name": "을(를)산업", "place": "서울"}, Language.KO) == "“을(를)산업”을 서울로 옮겼습니다"
    assert fill("{n}이(가)", {"n": 3}, Language.KO) == "3이"
    assert fill("{name}을(를)", {"name": "x"}, Language.EN) == "x을(를)"
