"""Every text has Korean, no Korean is left over, placeholders match, the compiled catalogue is fresh."""

from __future__ import annotations

import gettext
import importlib.util
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from tests.support import i18n_sources as sources

LOCALE = sources.ROOT / "resources" / "locale" / "ko"
MO = LOCALE / "LC_MESSAGES" / "desktop_crm.mo"


@pytest.fixture(scope="module")
def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue_compiler", sources.ROOT / "packaging" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def korean(compiler: ModuleType) -> dict[str, str]:
    return {text.key: text.korean for text in compiler.texts()}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _variants(key: str) -> Iterator[str]:
    yield from key.rpartition("\x04")[2].split("\0")


def test_every_text_has_korean(korean: dict[str, str]) -> None:
    missing = [f"{said.place}: {said.key!r}" for said in sources.texts() if said.key not in korean]
    assert not missing, "without Korean:\n" + "\n".join(missing)


def test_no_korean_is_left_over(korean: dict[str, str]) -> None:
    said = {text.key for text in sources.texts()}
    assert sorted(set(korean) - said) == []


def test_placeholders_match(korean: dict[str, str]) -> None:
    for key, text in korean.items():
        wanted = set.union(*(_placeholders(variant) for variant in _variants(key)))
        assert _placeholders(text) <= wanted, (key, text)
        lost = _placeholders(list(_variants(key))[-1]) - _placeholders(
            text
        )  # the one Korean form stands for the plural
        assert not lost, f"{text!r} does not say {lost} of {key!r}"


def test_callers_fill_what_their_text_names() -> None:
    for said in sources.texts():
        if said.filled is not None:
            named = set.union(*(_placeholders(variant) for variant in _variants(said.key)))
            unfilled = named - said.filled if said.filled or "\0" in said.key else set()
            assert not unfilled, f"{said.place}: {unfilled} of {said.key!r}"
            assert not said.filled - named - {"n"}, f"{said.place}: {said.filled - named} is not in {said.key!r}"


def test_texts_can_be_read_from_the_source() -> None:
    assert sources.unreadable() == [], "write the text where it is said, or name it with mark() and say it with told()"


def test_rooms_agree(compiler: ModuleType) -> None:
    assert compiler.quarrels(compiler.texts()) == []


def test_the_compiled_catalogue_is_fresh(compiler: ModuleType) -> None:
    assert MO.read_bytes() == compiler.compiled(compiler.texts()), "run `python packaging/catalogue.py`"


def test_the_check_of_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "packaging/catalogue.py", "--check"],
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_gettext_reads_what_we_compiled(korean: dict[str, str]) -> None:
    with MO.open("rb") as stream:
        read = gettext.GNUTranslations(stream)
    for key, text in korean.items():
        context, _, source = key.rpartition("\x04")
        if "\0" in source:
            singular, plural = source.split("\0")
            assert read.ngettext(singular, plural, 1) == read.ngettext(singular, plural, 5) == text
        else:
            assert (read.pgettext(context, source) if context else read.gettext(source)) == text


def test_every_entry_is_filled_in() -> None:
    for path in sorted(LOCALE.glob("*.po")):
        with path.open("rb") as stream:
            empty = [message.id for message in read_po(stream, locale="ko") if message.id and not any(message.string)]
        assert not empty, (path.name, empty)


def test_particles_after_a_placeholder_are_pairs(korean: dict[str, str]) -> None:
    bare = re.compile(r"\}[”\"’')]*(을|를|은|는|이|가|과|와|으로|로|이라는|라는)(?=[\s.,?]|$)")
    assert [text for text in korean.values() if bare.search(text)] == [], "write 을(를), 이(가), (으)로 …"
