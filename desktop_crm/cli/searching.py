"""`search`: everything by words and filters, as on the search page."""

from __future__ import annotations

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label, option_label
from desktop_crm.services import full_text
from desktop_crm.services.full_text import Found
from desktop_crm.services.workspace import Workspace


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many hits.")
@click.option("--read-files", is_flag=True, help="Read the words of files that were not read yet first.")
@workspace_options
def search(words: tuple[str, ...], limit: int, read_files: bool, *, workspace: Workspace, as_json: bool) -> None:
    """Search names, notes, mails, lines of quotes and files; filters are owner:, stage:, amount:, after:, before:, account:, kind:."""
    if read_files:
        full_text.read_files(workspace)
    result = full_text.search(workspace, " ".join(words), limit)
    plain = {
        "meant": result.meant or None,
        "hits": [
            {
                "entity": one.entity,
                "id": one.id,
                "title": one.title,
                "snippet": one.snippet.text or None,
                "kind": one.kind or None,
                "at": one.at.isoformat() if one.at else None,
                "account": one.account or None,
                "amount": str(one.amount) if one.amount is not None else None,
            }
            for one in result.found
        ],
    }
    lines = [line(one) for one in result.found] or [tr("Nothing found")]
    if result.meant:
        lines.insert(0, tr("Found instead: {words}", words=result.meant))
    emit(plain, "\n".join(lines), as_json=as_json)


def line(one: Found) -> str:
    """One hit in one line."""
    kind = option_label("kind", one.kind) if one.kind else entity_label(one.entity)
    day = formats.date(one.at) if one.at else ""
    return f"{kind}: " + " · ".join(part for part in (one.title, one.account, day, one.snippet.text) if part)


commands: tuple[click.Command, ...] = (search,)
