"""`desktop-crm rescue …` and `exchange`: what is only on this laptop as an encrypted file, and sync over a folder without a server."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_crm.cli.door import emit, passphrase_from, without_workspace, workspace_options
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services import rescue as service
from desktop_crm.services.workspace import Workspace

_SECRET = click.option(
    "--file-passphrase-file",
    "secret",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A text file whose first line is the passphrase of the encrypted file.",
)


@click.group("rescue")
def rescue() -> None:
    """Save what is only on this laptop into one encrypted file, and read such a file back."""


@rescue.command("save")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_SECRET
@workspace_options
def save(file: Path, secret: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Write what waits, what was refused and what is to be decided."""
    bundle = service.write(workspace, file, passphrase_from(secret) or "")
    emit(_counts(bundle) | {"file": str(file)}, _words(bundle), as_json=as_json)


@rescue.command("show")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_SECRET
@without_workspace
def show(file: Path, secret: Path, *, as_json: bool) -> None:
    """Say what a bundle holds, without changing anything."""
    bundle = service.read(file, passphrase_from(secret) or "")
    emit(_counts(bundle) | {"workspace": bundle.workspace, "user": bundle.user}, _words(bundle), as_json=as_json)


@rescue.command("take")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_SECRET
@workspace_options
def take(file: Path, secret: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Make the changes of a bundle in this workspace; what is here already is passed over."""
    done = service.take_back(workspace, file, passphrase_from(secret) or "")
    text = tr("{taken} changes made here, {known} were here already", taken=done.taken, known=done.known)
    emit({"taken": done.taken, "known": done.known, "tx_id": done.changes.tx_id}, text, as_json=as_json)


@click.command("exchange")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_SECRET
@click.option("--let-leave", is_flag=True, help="Let records leave in any number.")
@workspace_options
def exchange(folder: Path, secret: Path, *, let_leave: bool, workspace: Workspace, as_json: bool) -> None:
    """Sync without a server, over a shared folder or a stick."""
    from desktop_crm.services import team_folder

    report = team_folder.exchange(workspace, folder, passphrase_from(secret) or "", let_leave=let_leave)
    text = tr("{pushed} changes sent, {pulled} records changed here", pushed=report.pushed, pulled=report.pulled)
    if report.conflicts:
        text += "\n" + ntr("{n} conflict to look at", "{n} conflicts to look at", report.conflicts)
    done = {"pushed": report.pushed, "pulled": report.pulled, "conflicts": report.conflicts, "refused": report.refused}
    emit(done, text, as_json=as_json)


def _counts(bundle: service.Bundle) -> dict[str, object]:
    return {"waiting": len(bundle.waiting), "refused": len(bundle.refused), "conflicts": len(bundle.conflicts)}


def _words(bundle: service.Bundle) -> str:
    return tr(
        "{waiting} waiting changes, {refused} refused, {conflicts} conflicts, of {time}",
        waiting=len(bundle.waiting),
        refused=len(bundle.refused),
        conflicts=len(bundle.conflicts),
        time=formats.datetime(bundle.at),
    )


commands = (rescue, exchange)
