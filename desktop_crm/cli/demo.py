"""The demo workspace: made in a file of its own, without a window when the file is named."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from desktop_crm.cli.door import emit, guarded, passphrase_from
from desktop_crm.foundation.errors import Trouble
from desktop_crm.foundation.paths import user_data
from desktop_crm.i18n import tr
from desktop_crm.i18n.formats import number
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import demo
from desktop_crm.services.workspace import SUFFIX

OpenApp = Callable[[Path, str | None], int]
"""Opens the app on a workspace file, with its passphrase when it has one; handed in by the way into the program."""

_SHOWN = ("account", "contact", "opportunity", "quote", "activity")


@click.command("demo")
@click.option(
    "--accounts", default=demo.ACCOUNTS, show_default=True, type=click.IntRange(1, 1_000_000), help="How many accounts."
)
@click.option(
    "--output",
    "--workspace",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to make; then no window is opened.",
)
@click.option("--seed", default=demo.SEED, show_default=True, help="The same seed gives the same companies and people.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
)
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
@click.pass_obj
def make_demo(
    open_app: OpenApp, accounts: int, output: Path | None, seed: int, passphrase_file: Path | None, *, as_json: bool
) -> None:
    """Make a workspace with two made-up years of accounts, people, opportunities and quotes, and open it."""

    def act() -> int:
        passphrase = passphrase_from(passphrase_file)
        if output is not None:
            made = demo.make(output, accounts=accounts, seed=seed, passphrase=passphrase)
            counted = ", ".join(f"{entity_label(name, plural=True)} {number(made.counts[name])}" for name in _SHOWN)
            text = tr("Demo workspace made: {file} ({counts})", file=str(output), counts=counted)
            done = {"workspace": str(output), "user": made.user_name, "counts": dict(made.counts)}
            emit(done, text, as_json=as_json)
            return 0
        path, phrase = _kept_demo(accounts, seed, passphrase)
        return open_app(path, phrase)

    click.get_current_context().exit(guarded(act, as_json=as_json))


def _kept_demo(accounts: int, seed: int, passphrase: str | None) -> tuple[Path, str | None]:
    """The demo in the user's folder, made when it is not there yet; without a keyring one that lasts as long as this run."""
    path = user_data() / f"demo{SUFFIX}"
    if path.exists():
        return path, passphrase
    try:
        demo.make(path, accounts=accounts, seed=seed, passphrase=passphrase)
    except Trouble as trouble:
        if trouble.code != "keyring.absent":
            raise
        folder = Path(tempfile.mkdtemp(prefix="desktop-crm-demo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path, passphrase = folder / f"demo{SUFFIX}", secrets.token_hex(32)
        demo.make(path, accounts=accounts, seed=seed, passphrase=passphrase)
    return path, passphrase


commands = (make_demo,)
