"""Making a workspace, also of an archive, and making an archive of one."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_crm.cli.door import emit, passphrase_from, without_workspace, workspace_options
from desktop_crm.i18n import tr
from desktop_crm.services.archiving import archive, workspace_from
from desktop_crm.services.workspace import Workspace, init_workspace


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", help="What the workspace is called. With --from: what the archive says, if not given.")
@click.option("--currency", default="KRW", show_default=True, help="ISO 4217 code.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An archive to fill the workspace from; its currency is taken.",
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
)
@without_workspace
def init(
    file: Path, name: str | None, currency: str, source: Path | None, passphrase_file: Path | None, *, as_json: bool
) -> None:
    """Make a new, encrypted workspace FILE: empty, or filled from an archive."""
    if name is None and source is None:
        raise click.MissingParameter(param_hint="--name", param_type="option")
    passphrase = passphrase_from(passphrase_file)
    made = (
        workspace_from(source, file, name=name, passphrase=passphrase)
        if source is not None
        else init_workspace(file, name=name or "", currency=currency, passphrase=passphrase)
    )
    with made.closing() as workspace:
        done = {"workspace": str(workspace.path), "name": workspace.name, "currency": workspace.currency}
        words = tr("Workspace {name} made: {file}", name=workspace.name, file=str(workspace.path))
        emit(done, words, as_json=as_json)


@click.command("archive")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@workspace_options
def archive_workspace(file: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Write the whole workspace into FILE, a zip of JSON lines and plain files. It is not encrypted."""
    done = archive(workspace, file)
    plain = {
        "path": str(done.path),
        "records": done.records,
        "history": done.history,
        "files": done.files,
        "absent_files": done.absent,
    }
    text = tr(
        "{records} records, {history} changes and {files} files written to {path}. The archive is not encrypted.",
        records=done.records,
        history=done.history,
        files=done.files,
        path=str(done.path),
    )
    emit(plain, text, as_json=as_json)


commands = (init, archive_workspace)
