"""What wants doing, on the terminal."""

from __future__ import annotations

from datetime import timedelta

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.i18n.reminder_words import why_words
from desktop_crm.services import reminders as services
from desktop_crm.services.workspace import Workspace


@click.command("reminders")
@click.option("--done", "done_key", default="", help="Do not show this one again, by its key.")
@click.option("--snooze", "snoozed", default="", help="Put this one off, by its key.")
@click.option("--days", type=click.IntRange(1, 365), default=7, help="For so many days.")
@workspace_options
def reminders(*, done_key: str, snoozed: str, days: int, workspace: Workspace, as_json: bool) -> None:
    """Print what wants doing and why: promises, quotes that run out, renewals, silent accounts, birthdays."""
    if done_key:
        services.done(workspace, done_key)
    if snoozed:
        services.put_off(workspace, snoozed, workspace.today() + timedelta(days))
    found, today = services.reminders(workspace), workspace.today()
    rows = [
        {
            "key": one.key,
            "why": one.why.value,
            "entity": one.entity,
            "id": one.row_id,
            "title": one.title,
            "account": one.account,
            "on": one.on.isoformat() if one.on else None,
        }
        for one in found
    ]
    lines = [
        "  ".join(part for part in (why_words(one.why, one.on, today), one.title, one.account) if part) for one in found
    ]
    emit(rows, lambda: "\n".join(lines), as_json=as_json)


commands = (reminders,)
