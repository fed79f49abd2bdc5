"""The terminal speaks Korean and English: helps, usage errors, and who chooses the language."""

from __future__ import annotations

import json
import re

import click
import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.language import in_words
from desktop_crm.cli.main import ROOMS, group
from desktop_crm.cli.server import desktop_crm_server
from tests.support.terminal import Laptop

HANGUL = re.compile("[가-힣]")


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                one = command.get_command(context, name)
                assert one is not None
                found += _commands(one, (*path, name))
    return found


PROGRAMS = {"desktop-crm": group(lambda: 0), "desktop-crm-server": desktop_crm_server}
ALL = [(program, path) for program, command in PROGRAMS.items() for path in _commands(command)]


def _said(program: str, *arguments: str, language: str) -> str:
    with i18n.speaking(language):
        done = CliRunner().invoke(PROGRAMS[program], list(arguments), prog_name=program)
    assert done.exit_code in {0, 2}
    return done.stdout + done.stderr


@pytest.mark.parametrize(("program", "path"), ALL, ids=[" ".join((program, *path)) for program, path in ALL])
def test_every_help_is_said_in_both_languages(program: str, path: tuple[str, ...]) -> None:
    korean, english = (_said(program, *path, "--help", language=language) for language in ("ko", "en"))
    assert "사용법:" in korean
    assert "Usage:" in english
    assert not HANGUL.search(english)
    described = [line.strip() for line in korean.splitlines() if re.match(r"  \S.*  \S", line)]
    assert described
    assert [line for line in described if not HANGUL.search(line)] == []


@pytest.mark.parametrize(
    ("arguments", "korean", "english"),
    [
        (["exprt"], "오류: 없는 명령입니다: 'exprt'.", "Error: No such command 'exprt'."),
        (["quote", "new"], "오류: 빠진 옵션 '--account'.", "Error: Missing option '--account'."),
        (["get", "account"], "오류: 빠진 인수 'ID'.", "Error: Missing argument 'ID'."),
        (["get", "--workspce", "x"], "오류: 없는 옵션입니다: '--workspce'.", "Error: No such option '--workspce'."),
        (
            ["conflicts", "--keep", "x"],
            "'--keep'의 값이 올바르지 않습니다: 'x': 다음 중 하나여야 합니다: 'kept', 'lost', 'before'.",
            "Invalid value for '--keep': 'x' is not one of 'kept', 'lost', 'before'.",
        ),
        (
            ["quote", "show", "Q-1", "--version", "x"],
            "1 이상의 숫자이거나 해시의 네 글자 이상이어야 합니다",
            "a number from 1, or four or more signs of a hash",
        ),
        (["get", "a", "b", "c", "d"], "필요 없는 인수가 있습니다: c d", "unexpected extra arguments (c d)"),
        (["conflicts", "--keep"], "옵션 '--keep'에 값 1개가 필요합니다.", "Option '--keep' requires an argument."),
    ],
)
def test_usage_errors(arguments: list[str], korean: str, english: str) -> None:
    assert korean in _said("desktop-crm", *arguments, language="ko")
    assert english in _said("desktop-crm", *arguments, language="en")


def test_a_usage_error_says_where_help_is() -> None:
    assert "도움말: 'desktop-crm --help'" in _said("desktop-crm", "exprt", language="ko")
    assert "Try 'desktop-crm --help' for help." in _said("desktop-crm", "exprt", language="en")


def test_a_help_is_translated_without_changing_the_command() -> None:
    command = group(lambda: 0).get_command(click.Context(click.Group()), "init")
    assert command is not None
    with i18n.speaking("ko"):
        twin = in_words(command)
        assert (twin.help, twin.params[1].help) != (command.help, command.params[1].help)
    with i18n.speaking("en"):
        assert in_words(command).help == command.help


def test_two_columns_for_a_syllable() -> None:
    lines = _said("desktop-crm", "import", "--help", language="ko").splitlines()
    wide = [len(line) + len(HANGUL.findall(line)) for line in lines if HANGUL.search(line)]
    assert max(wide) <= 80


def test_the_list_of_commands_is_whole() -> None:
    told = _said("desktop-crm", "--help", language="ko")
    assert [name for name in ROOMS if f"\n  {name} " not in told] == []


def test_the_language_chosen_in_the_app_comes_before_the_systems(tmp_path) -> None:
    laptop = Laptop.at(tmp_path / "home")
    home = {"DESKTOP_CRM_HOME": str(laptop.home)}
    assert "Usage:" in laptop.run("--help", LANG="en_US.UTF-8", **home).stdout
    assert "사용법:" in laptop.run("--help", LANG="ko_KR.UTF-8", **home).stdout
    settings = laptop.home / "config" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"language": "ko"}), encoding="utf-8")
    done = laptop.run("get", "account", LANG="en_US.UTF-8", **home)
    assert done.returncode == 2
    assert "오류: 빠진 인수 'ID'." in done.stderr


def test_a_home_that_cannot_be_written_still_has_a_help(tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    done = Laptop.at(tmp_path / "home").run("--help", DESKTOP_CRM_HOME=str(blocked))
    assert (done.returncode, "Usage:" in done.stdout) == (0, True)
