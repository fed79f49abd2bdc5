"""Crash reports and the log on the terminal: look at them, and put them into one file to hand over."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_crm.cli.door import emit, without_workspace
from desktop_crm.foundation import reports
from desktop_crm.i18n import formats, ntr, tr


@click.command("report")
@click.argument("name", required=False)
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Put the log and all reports into this ZIP file. They hold no customer data.",
)
@without_workspace
def report(name: str | None, bundle: Path | None, *, as_json: bool) -> None:
    """List what went wrong in the app, newest first; print the report NAME."""
    if bundle is not None:
        count = reports.bundle(bundle)
        text = ntr("{n} file put into {path}", "{n} files put into {path}", count, path=str(bundle))
        emit({"path": str(bundle), "files": count}, text, as_json=as_json)
    elif name is not None:
        text = reports.read(name)
        emit({"name": name, "text": text}, text.rstrip(), as_json=as_json)
    else:
        found = reports.listed()
        plain = [{"name": one.name, "at": one.at.isoformat(), "code": one.code} for one in found]
        lines = [f"{formats.datetime(one.at)}  {one.name}" for one in found]
        emit(plain, "\n".join(lines) or tr("Nothing went wrong so far"), as_json=as_json)


commands = (report,)
