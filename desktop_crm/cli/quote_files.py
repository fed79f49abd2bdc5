"""Files of quotes on the terminal: is a PDF what it says it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, guarded, passphrase_from
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.verify_words import alteration_words, standing_words
from desktop_crm.services import quotes as services
from desktop_crm.services.quotes.verifying import Verified
from desktop_crm.services.workspace import open_workspace


@click.command("verify")
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--workspace",
    "workspace_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also ask this workspace whether it issued that version.",
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
)
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
def verify(file: Path, workspace_file: Path | None, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Tell whether FILE.pdf is as it was made, and what was altered. Ends with 1 when it was."""

    def run() -> Verified:
        if workspace_file is None:
            return services.verify(file)
        workspace = open_workspace(workspace_file, passphrase=passphrase_from(passphrase_file))
        with workspace.closing():
            return services.verify(file, workspace)

    found = guarded(run, as_json=as_json)
    emit(told(found), lambda: _shown(found), as_json=as_json)
    if not found.genuine:
        raise click.exceptions.Exit(1)


def told(found: Verified) -> dict[str, Any]:
    """The finding as JSON can hold it."""
    report = found.report
    value: dict[str, Any] = {
        "genuine": found.genuine,
        "number": found.number,
        "version": found.version,
        "workspace": found.standing.value if found.standing is not None else None,
        "newest_version": found.newest if found.standing is not None else None,
        "alterations": [],
        "signatures": [],
    }
    if report is not None:
        value |= {
            "hash": report.version_hash,
            "copy_hash": report.copy_hash,
            "locale": report.locale,
            "issued_on": report.issued_on.isoformat(),
            "customer": report.customer,
            "grand_total": str(report.grand_total),
            "currency": report.currency,
            "alterations": [
                {"part": one.part.value, "page": one.page, "was": one.was, "now": one.now} for one in report.alterations
            ],
            "signatures": [
                {"by": one.by, "at": one.at, "whole": one.whole, "trusted": one.trusted} for one in report.signatures
            ],
        }
    return value


def _shown(found: Verified) -> str:
    report = found.report
    rows = [f"{found.number} v{found.version}"]
    if report is None:
        rows.append(tr("Made by an earlier program; its bytes are the ones that were issued."))
    else:
        total = formats.money(report.grand_total, report.currency)
        rows[0] += f"  {report.customer}  {total}"
        rows.append(
            tr("Unaltered: the pages are what the quote inside makes.")
            if report.intact
            else tr("The file was altered.")
        )
        rows += [f"  {alteration_words(one.part.value, one.page, one.was, one.now)}" for one in report.alterations]
        rows.append(tr("Hash of the quote inside: {hash}", hash=report.copy_hash))
    if found.standing is not None:
        rows.append(standing_words(found.standing.value))
    return "\n".join(rows)
