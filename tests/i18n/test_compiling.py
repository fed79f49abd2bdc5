"""The compiler of the catalogue: rooms into one file, repeated texts, quarrels, contexts, plural forms, odd signs."""

from __future__ import annotations

import gettext
import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import PoFileError

from tests.support.i18n_sources import ROOT

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The compiler, working in a folder of its own."""
    spec = importlib.util.spec_from_file_location("compiler_under_test", ROOT / "packaging" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LOCALE", tmp_path)
    monkeypatch.setattr(module, "TARGET", tmp_path / "LC_MESSAGES" / "desktop_crm.mo")
    monkeypatch.setattr(module.texts, "__defaults__", (tmp_path,))
    return module


def _room(folder: Path, name: str, *entries: str) -> None:
    (folder / f"{name}.po").write_text(HEAD + "\n\n".join(entries) + "\n", encoding="utf-8")


def _read(compiler: ModuleType) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(compiler.TARGET.read_bytes()))


def test_rooms_become_one_catalogue(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "Save"\nmsgstr "저장"')
    _room(tmp_path, "two", 'msgid "Close"\nmsgstr "닫기"')
    assert compiler.main([]) == 0
    read = _read(compiler)
    assert (read.gettext("Save"), read.gettext("Close"), read.gettext("Unknown")) == ("저장", "닫기", "Unknown")


def test_rooms_may_repeat_what_they_agree_on(compiler: ModuleType, tmp_path: Path) -> None:
    for room in ("one", "two"):
        _room(tmp_path, room, 'msgid "Save"\nmsgstr "저장"')
    assert compiler.main([]) == 0


def test_a_quarrel_is_named_and_the_first_room_is_heard(
    compiler: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _room(tmp_path, "a", 'msgid "Draft"\nmsgstr "초안"')
    _room(tmp_path, "b", 'msgid "Draft"\nmsgstr "임시"')
    assert compiler.main([]) == 1
    assert "a.po" in (told := capsys.readouterr().err)
    assert "b.po" in told
    assert _read(compiler).gettext("Draft") == "초안"


def test_contexts_tell_words_apart(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "Open"\nmsgstr "열기"', 'msgctxt "state"\nmsgid "Open"\nmsgstr "진행"')
    assert compiler.main([]) == 0
    read = _read(compiler)
    assert (read.gettext("Open"), read.pgettext("state", "Open"), read.pgettext("other", "Open")) == (
        "열기",
        "진행",
        "Open",
    )


def test_plural_forms(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n}일"')
    assert compiler.main([]) == 0
    read = _read(compiler)
    assert {read.ngettext("{n} day", "{n} days", n) for n in (0, 1, 2, 100)} == {"{n}일"}


def test_odd_signs_survive(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "Say \\"{name}\\"\\n\\tand \\\\ more"\nmsgstr "“{name}”\\n\\t그리고 \\\\ 더"')
    assert compiler.main([]) == 0
    assert _read(compiler).gettext('Say "{name}"\n\tand \\ more') == "“{name}”\n\t그리고 \\ 더"


def test_an_empty_translation_is_left_out(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "Save"\nmsgstr ""')
    assert compiler.main([]) == 0
    assert _read(compiler).gettext("Save") == "Save"


def test_the_same_texts_give_the_same_bytes(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "B"\nmsgstr "나"', 'msgid "A"\nmsgstr "가"')
    compiler.main([])
    first = compiler.TARGET.read_bytes()
    _room(tmp_path, "one", 'msgid "A"\nmsgstr "가"', 'msgid "B"\nmsgstr "나"')
    compiler.main([])
    assert compiler.TARGET.read_bytes() == first


def test_a_check_writes_nothing(compiler: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _room(tmp_path, "one", 'msgid "Save"\nmsgstr "저장"')
    assert compiler.main(["--check"]) == 1
    assert not compiler.TARGET.exists()
    compiler.main([])
    assert compiler.main(["--check"]) == 0
    _room(tmp_path, "one", 'msgid "Save"\nmsgstr "보관"')
    assert compiler.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().err


def test_a_broken_room_stops_the_compiler(compiler: ModuleType, tmp_path: Path) -> None:
    _room(tmp_path, "one", 'msgid "Save"\nmsgstr[2] "저장"\nnonsense')
    with pytest.raises(PoFileError):
        compiler.main([])
    assert not compiler.TARGET.exists()
