"""Calendars and people as files on the terminal: `calendar` and `cards`, each in and out.

Several files are taken one after the other; one that cannot be read is told with its reason, and the others still come in.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services import accounts, calendar_files, contact_files
from desktop_crm.services.account_work.papers import keep
from desktop_crm.services.workspace import Workspace

FILES = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group("calendar")
def calendar() -> None:
    """Bring appointments and tasks in and out as iCalendar files."""


@calendar.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@workspace_options
def calendar_import(files: tuple[Path, ...], *, workspace: Workspace, as_json: bool) -> None:
    """Take in .ics files."""
    take_files(
        workspace, files, calendar_files.import_calendar, ("created", "updated", "same", "left"), as_json=as_json
    )


@calendar.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@workspace_options
def calendar_export(file: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Write all appointments, visits and tasks as an .ics file."""
    _write(calendar_files.export_calendar(workspace), file, as_json=as_json)


@click.group("cards")
def cards() -> None:
    """Bring people in and out as vCard files."""


@cards.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@workspace_options
def cards_import(files: tuple[Path, ...], *, workspace: Workspace, as_json: bool) -> None:
    """Take in .vcf files of version 2.1, 3.0 or 4.0."""
    take_files(workspace, files, contact_files.import_cards, ("created", "updated", "same"), as_json=as_json)


@cards.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--account", "name", default="", help="Only people of this account, by name or id.")
@click.option("--version", type=click.Choice(("2.1", "3.0", "4.0")), default="3.0", help="The version of the format.")
@workspace_options
def cards_export(file: Path, *, name: str, version: str, workspace: Workspace, as_json: bool) -> None:
    """Write people as a .vcf file."""
    account_id = accounts.find(workspace, name) if name else None
    _write(contact_files.export_cards(workspace, account_id, version), file, as_json=as_json)


@cards.command("qr")
@click.argument("contact_id")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@workspace_options
def cards_qr(contact_id: str, file: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Write a person's business card as a QR code (SVG)."""
    size = contact_files.qr_to(workspace, contact_id, file)
    emit({"file": str(file), "size": size}, str(file), as_json=as_json)


def _write(data: bytes, file: Path, *, as_json: bool) -> None:
    keep(file, data)
    emit({"file": str(file), "size": len(data)}, str(file), as_json=as_json)


def take_files(
    workspace: Workspace,
    files: tuple[Path, ...],
    act: Callable[[Workspace, bytes], Any],
    names: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Take in one file after the other; one that is refused does not stop the others. Ends with 1 when all were refused."""
    rows: list[dict[str, Any]] = []
    for path in files:
        try:
            taken = act(workspace, path.read_bytes())
        except Refusal as refusal:
            rows.append({"file": path.name, "refused": explain(refusal).happened})
        else:
            rows.append(
                {"file": path.name, **{name: getattr(taken, name) for name in names}, "notes": list(taken.notes)}
            )
    emit(rows, lambda: "\n".join(_line(row, names) for row in rows), as_json=as_json)
    if all("refused" in row for row in rows):
        raise SystemExit(1)


def _line(row: dict[str, Any], names: tuple[str, ...]) -> str:
    if "refused" in row:
        return f"{row['file']}: {row['refused']}"
    told = ", ".join(f"{name} {row[name]}" for name in names if row[name])
    notes = "".join(f"\n  {note if isinstance(note, str) else ': '.join(note)}" for note in row["notes"])
    return f"{row['file']}: {told or tr('nothing new')}{notes}"


commands = (calendar, cards)
