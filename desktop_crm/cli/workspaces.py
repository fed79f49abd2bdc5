"""Making a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_crm.cli.door import emit, guarded, passphrase_from
from desktop_crm.i18n import tr
from desktop_crm.services.workspace import init_workspace


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", required=True, help="What the workspace is called.")
@click.option("--currency", default="KRW", show_default=True, help="ISO 4217 code.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
)
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
def init(file: Path, name: str, currency: str, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Make a new, empty, encrypted workspace FILE."""

    def act() -> None:
        passphrase = passphrase_from(passphrase_file)
        with init_workspace(file, name=name, currency=currency, passphrase=passphrase).closing() as workspace:
            done = {"workspace": str(workspace.path), "name": workspace.name, "currency": workspace.currency}
            emit(
                done,
                tr("Workspace {name} made: {file}", name=workspace.name, file=str(workspace.path)),
                as_json=as_json,
            )

    guarded(act, as_json=as_json)


commands = (init,)
