"""Backups and restoring, checking and mending, another passphrase."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_crm.cli.door import default_workspace, emit, guarded, passphrase_from, workspace_options
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import ErrorText, explain
from desktop_crm.i18n.safety_words import backup_kind
from desktop_crm.services.safety import backups, checking, rekeying, restoring
from desktop_crm.services.workspace import Workspace

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup")
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--own-passphrase-file", type=_FILE, help="Lock this backup with the passphrase in that file's first line."
)
@workspace_options
def backup(*, file: Path | None, own_passphrase_file: Path | None, workspace: Workspace, as_json: bool) -> None:
    """Back the workspace up into FILE, or beside it. With a passphrase of its own a backup opens on any machine."""
    own = passphrase_from(own_passphrase_file) if own_passphrase_file else None
    made = backups.make(workspace, file, passphrase=own)
    emit(_plain(made), tr("Backed up and proved: {file}", file=str(made.path)), as_json=as_json)


@click.command("backups")
@click.option("--workspace", "workspace_file", type=_FILE, help="The workspace file; it may be damaged or gone.")
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
def list_backups(*, workspace_file: Path | None, as_json: bool) -> None:
    """List the backups that lie beside the workspace, newest first."""

    def act() -> None:
        found = backups.backups_of(workspace_file or default_workspace())
        words = "\n".join(map(_line, found)) or tr("No backups yet")
        emit([_plain(one) for one in found], words, as_json=as_json)

    guarded(act, as_json=as_json)


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option(
    "--to",
    "--workspace",
    "target",
    type=_FILE,
    help="The workspace file that it becomes; without it the one it was made of.",
)
@click.option("--passphrase-file", type=_FILE, help="A file whose first line is the backup's passphrase.")
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
def restore(*, file: Path, target: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Bring a workspace back from the backup FILE. What lies in its place is set aside first."""

    def act() -> None:
        done = restoring.restore(file, target, passphrase=passphrase_from(passphrase_file))
        aside = str(done.aside) if done.aside else None
        words = tr("Restored: {file}", file=str(done.path))
        if aside:
            words += "\n" + tr("What was there before is now {file}", file=aside)
        emit({"workspace": str(done.path), "aside": aside}, words, as_json=as_json)

    guarded(act, as_json=as_json)


@click.command("check")
@click.option("--repair", is_flag=True, help="Make anew what can be made anew; what was typed is never changed.")
@workspace_options
def check(*, repair: bool, workspace: Workspace, as_json: bool) -> None:
    """Check the file, history, sums, search index and stored files. Ends with 1 when something is left that is wrong."""
    report = checking.check(workspace, repair=repair)
    plain = {
        "sound": report.sound,
        "records": report.records,
        "changes": report.changes,
        "files": report.files,
        "found": [_finding(one) for one in report.found],
        "left": [_finding(one) for one in report.left],
    }
    emit(plain, "\n".join(_report_lines(report)), as_json=as_json)
    if not report.sound:
        raise click.exceptions.Exit(1)


@click.command("passphrase")
@click.option("--workspace", "workspace_file", type=_FILE, help="The workspace file.")
@click.option("--passphrase-file", type=_FILE, help="A file whose first line is it.")
@click.option("--new-passphrase-file", type=_FILE, help="A file whose first line is the new passphrase.")
@click.option("--keyring", is_flag=True, help="From now on the system's keyring holds the key.")
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
def passphrase(
    *,
    workspace_file: Path | None,
    passphrase_file: Path | None,
    new_passphrase_file: Path | None,
    keyring: bool,
    as_json: bool,
) -> None:
    """Change what opens the workspace: another passphrase, or the keyring. Earlier backups keep what they were made with."""
    if keyring == (new_passphrase_file is not None):
        raise click.UsageError(tr("Name either --new-passphrase-file or --keyring"))

    def act() -> None:
        path = workspace_file or default_workspace()
        new = passphrase_from(new_passphrase_file) if new_passphrase_file else None
        if new_passphrase_file and not new:
            raise Refusal("passphrase.too_short", least=8)
        rekeying.change_key(path, passphrase=passphrase_from(passphrase_file), new_passphrase=new)
        words = tr("The keyring opens it now") if keyring else tr("The new passphrase opens it now")
        emit({"workspace": str(path.absolute()), "keyring": keyring}, words, as_json=as_json)

    guarded(act, as_json=as_json)


def _finding(one: checking.Finding) -> dict[str, object]:
    return {"code": one.code, "count": one.count, "places": list(one.places), "mendable": one.mendable}


def _report_lines(report: checking.CheckReport) -> list[str]:
    lines = []
    for one in report.mended:
        lines.append(tr("Repaired: {finding}", finding=_words(one).title))
    for one in report.left:
        text = _words(one)
        lines += [text.title, *(f"  {line}" for line in (text.happened, text.kept, text.next_step)), *_places(one)]
    if report.sound:
        facts = {"records": report.records, "changes": report.changes, "files": report.files}
        lines.append(tr("All is well: {records} records, {changes} changes, {files} files", **facts))
    return lines


def _words(one: checking.Finding) -> ErrorText:
    """A finding in the user's words."""
    return explain(Trouble(one.code, count=one.count))


def _places(one: checking.Finding) -> list[str]:
    return [f"  · {place}" for place in one.places] + (["  · …"] if one.count > len(one.places) else [])


def _plain(one: backups.Backup) -> dict[str, object]:
    return {"file": str(one.path), "at": one.at.isoformat(), "kind": one.kind.value, "size": one.size}


def _line(one: backups.Backup) -> str:
    kind = backup_kind(one.kind.value)
    return f"{formats.datetime(one.at)}  {formats.file_size(one.size):>10}  {kind}  {one.path}"


commands = (backup, list_backups, restore, check, passphrase)
