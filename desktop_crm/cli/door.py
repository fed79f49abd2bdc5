"""What every command shares: opening the workspace, printing, and ending with the right exit code.

Exit codes: 0 ok, 1 refused, 2 usage, 3 trouble.
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from desktop_crm.foundation import reports
from desktop_crm.foundation.errors import Bug, CrmError, Refusal
from desktop_crm.foundation.paths import user_data
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

PASSPHRASE_VARIABLE = "DESKTOP_CRM_PASSPHRASE"  # noqa: S105 - the name of a variable
_OTHER_COMMAND_SECONDS = 5.0

MEET = frozenset({"sync", "save", "show"})
"""What a laptop may do that has not met its server for too long: meet it, and save what is only here."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def passphrase_from(file: Path | None) -> str | None:
    """The passphrase from a file's first line or from the environment, if any. Raises Refusal `passphrase.unreadable`."""
    if file is None:
        return os.environ.get(PASSPHRASE_VARIABLE) or None
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("passphrase.unreadable", file=str(file)) from error
    return lines[0] if lines else ""


def opened_for_command(file: Path | None, passphrase_file: Path | None) -> Workspace:
    """The workspace of that file, or the only one there is. A command that runs at the same time is waited for."""
    from desktop_crm.services.workspace import open_workspace  # the server's commands open none, and stay small

    return open_workspace(
        file or default_workspace(), passphrase=passphrase_from(passphrase_file), patience=_OTHER_COMMAND_SECONDS
    )


def workspace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--workspace`, `--passphrase-file` and `--json`; the command gets `workspace` (open, closed for it) and `as_json`."""

    @click.option(
        "--workspace", "workspace_file", type=click.Path(path_type=Path, dir_okay=False), help="The workspace file."
    )
    @click.option(
        "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
    @functools.wraps(command)
    def opened(
        *args: Any, workspace_file: Path | None, passphrase_file: Path | None, as_json: bool, **options: Any
    ) -> Any:
        def run() -> Any:
            from desktop_crm.services import sync_lock

            with opened_for_command(workspace_file, passphrase_file).closing() as workspace:
                if click.get_current_context().info_name not in MEET:
                    sync_lock.check(workspace)
                return command(*args, workspace=workspace, as_json=as_json, **options)

        return guarded(run, as_json=as_json)

    return opened


def without_workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    """For a command that needs no workspace: `--workspace` is taken, as everywhere, and not opened; the command gets `as_json`."""

    @click.option(
        "--workspace",
        type=click.Path(path_type=Path, dir_okay=False),
        expose_value=False,
        help="Taken as with every command; this one opens none.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
    @functools.wraps(command)
    def alone(*args: Any, as_json: bool, **options: Any) -> Any:
        return guarded(lambda: command(*args, as_json=as_json, **options), as_json=as_json)

    return alone


def guarded(act: Callable[[], Result], *, as_json: bool) -> Result:
    """Run a command's body; a CrmError is printed and ends the program with its exit code."""
    try:
        return act()
    except CrmError as error:
        fail(error, as_json=as_json)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        raise click.Abort from None
    except Exception as error:
        if os.environ.get("DESKTOP_CRM_TRACEBACK"):
            raise
        bug = Bug("bug", kind=type(error).__name__, detail=str(error)[:200])
        bug.__cause__ = error
        kept = reports.keep(error)
        fail(bug, as_json=as_json, report=kept.name if kept is not None else "")
    raise AssertionError


def fail(error: CrmError, *, as_json: bool, report: str = "") -> None:
    """Say what happened on standard error (with `--json` also as JSON on standard output) and exit.

    `report`: the name of the report that was written about it.
    """
    words = explain(error)
    if as_json:
        params = {name: str(value) for name, value in error.params.items()}
        say(json.dumps({"error": {"code": error.code, "message": words.happened, **params}}, ensure_ascii=False))
    for line in (words.title, words.happened, words.kept, words.next_step):
        if line:
            print(line, file=sys.stderr)
    if report:
        print(tr("Report: desktop-crm report {name}", name=report), file=sys.stderr)
    sys.exit(error.exit_code)


def emit(value: Any, text: str | Callable[[], str], *, as_json: bool) -> None:
    """Print a result: the JSON value with `--json`, else the text."""
    if as_json:
        say(json.dumps(value, ensure_ascii=False))
        return
    say(text() if callable(text) else text)


def say(text: str) -> None:
    """Print to standard output. Where nobody reads it any more (`… | head -3`) the rest is dropped without a word."""
    with _listener_may_leave():
        print(text, flush=True)


def say_bytes(data: bytes) -> None:
    """Print bytes as they are."""
    with _listener_may_leave():
        out = sys.stdout.buffer
        out.write(data)
        out.flush()


@contextmanager
def _listener_may_leave() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def default_workspace() -> Path:
    """The one workspace in the user's folder. Raises Refusal `workspace.not_named` when there is none or several."""
    from desktop_crm.services.workspace import SUFFIX

    found = sorted(user_data().glob(f"*{SUFFIX}"))
    if len(found) != 1:
        raise Refusal("workspace.not_named", count=len(found), folder=str(user_data()))
    return found[0]


class VersionName(click.ParamType[str]):
    """An issued version by its number, or by the first four or more signs of its hash."""

    name = "version"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"v?[1-9][0-9]{0,5}(-[b-z])?|[0-9a-f]{4,64}", value.lower()):
            self.fail(tr("a number from 1, or four or more signs of a hash"), param, ctx)
        return value.lower().removeprefix("v")
