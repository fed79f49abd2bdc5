"""What scripts count on of every command there is, read off the command tree: options, JSON alone on standard output, exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext

import click
import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli import door
from desktop_crm.cli.main import group
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"
NO_WORKSPACE = {("init",), ("demo",), ("restore",), ("rescue", "show"), ("quote", "price"), ("report",)}
"""They name their file themselves, or need none; `--workspace` is taken all the same."""

NEEDS_NONE = {("backups",), ("settings", "list"), ("settings", "get"), ("settings", "set")}
"""What they tell is there without the workspace: its backups, and the laptop's own settings."""


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        one = command.get_command(context, name)
        assert one is not None
        yield from leaves(one, (*path, name))


COMMANDS = tuple(leaves(group(lambda: 0)))


def given(command: click.Command, folder) -> list[str]:
    """Something of the right form for everything that must be given."""
    words: list[str] = []
    for param in command.params:
        if isinstance(param, click.Argument) or param.required:
            word = _word(param.type, folder)
            words += [word] if isinstance(param, click.Argument) else [param.opts[0], word]
    return words


def _word(kind: click.ParamType, folder) -> str:
    if isinstance(kind, click.Choice):
        return str(next(iter(kind.choices)))
    if isinstance(kind, click.Path):
        place = folder / "given"
        if kind.file_okay and kind.exists:
            place.write_text("nothing of use", encoding="utf-8")
        elif kind.dir_okay and not kind.file_okay:
            place = folder / "folder"
            place.mkdir(exist_ok=True)
        return str(place)
    return "1"


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    whole = group(lambda: 0)

    def ask(path, *arguments):
        with i18n.speaking("en"):
            done = CliRunner().invoke(whole, [*path, *map(str, arguments)])
        assert done.exception is None or isinstance(done.exception, SystemExit), (path, done.exception)
        return done

    return ask


def told(path, done) -> object:
    """What stands on standard output, which must be one JSON value."""
    try:
        return json.loads(done.stdout)
    except ValueError:
        pytest.fail(f"{' '.join(path)}: {done.exit_code}, {done.stdout[:200]!r}, {done.stderr[:200]!r}")


def test_every_command_takes_a_workspace_and_json():
    assert len(COMMANDS) > 100
    for path, command in COMMANDS:
        options = {word for param in command.params for word in param.opts}
        assert options >= {"--workspace", "--json"}, path


def test_wrong_use_ends_with_two_and_prints_nothing_on_standard_output(run):
    for path, _ in COMMANDS:
        done = run(path, "--no-such-option", "--json")
        assert (done.exit_code, done.stdout, bool(done.stderr)) == (2, "", True), path


def test_without_a_workspace_every_command_refuses_in_json(run, tmp_path):
    for path, command in COMMANDS:
        if path not in NO_WORKSPACE:
            done = run(path, *given(command, tmp_path), "--workspace", tmp_path / "none.crm", "--json")
            if done.exit_code == 2:
                assert (done.stdout, bool(done.stderr)) == ("", True), path
                continue
            value = told(path, done)
            if path in NEEDS_NONE and not done.exit_code:
                continue
            assert done.exit_code in {1, 3}, (path, done.exit_code, done.stdout)
            assert value["error"].keys() >= {"code", "message"}, path
            assert done.stderr, path


class Open:
    """One workspace that stays open for all commands: its key is derived once."""

    def __init__(self, workspace):
        self.workspace = workspace

    def closing(self):
        return nullcontext(self.workspace)


def test_whatever_happens_in_a_workspace_standard_output_is_json(run, tmp_path, monkeypatch):
    """Words of the right form and no sense: most are refused, some find nothing, none speaks beside the JSON."""
    file = tmp_path / "w.crm"
    with init_workspace(file, name="팀", currency="KRW", passphrase=PASSPHRASE).closing() as workspace:
        monkeypatch.setattr(door, "opened_for_command", lambda *_: Open(workspace))
        ask_all(run, tmp_path, file)


def ask_all(run, tmp_path, file):
    ended: dict[int, int] = {}
    for path, command in COMMANDS:
        where = tmp_path / "new.crm" if path in {("demo",), ("restore",)} else file
        extra = ["--accounts", "1"] if path == ("demo",) else ["--name", "n"] if path == ("init",) else []
        done = run(path, *given(command, tmp_path), *extra, "--workspace", where, "--json")
        ended[done.exit_code] = ended.get(done.exit_code, 0) + 1
        if done.exit_code == 2:
            assert (done.stdout, bool(done.stderr)) == ("", True), path
            continue
        assert done.exit_code in {0, 1, 3}, path
        value = told(path, done)
        if done.exit_code and isinstance(value, dict) and "error" in value:
            assert value["error"]["code"] != "bug", (path, value)
    assert ended[0] > 10
    assert ended[1] > 30
