"""Visits on the terminal: the page before one, and what its note suggests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.activities.debrief import Suggested, Suggestion
from desktop_crm.domain.schema.codec import plain
from desktop_crm.i18n import current, formats, tr
from desktop_crm.i18n.visit_words import kind_word, value_words
from desktop_crm.services import accounts, visits
from desktop_crm.services.workspace import Workspace


@click.group("visit")
def visit() -> None:
    """Prepare a visit, and see what its note suggests."""


@visit.command("brief")
@click.argument("name")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the page there.")
@click.option("--locale", "language", type=click.Choice(("ko", "en")), help="The language of the page.")
@workspace_options
def brief(name: str, *, pdf: Path | None, language: str | None, workspace: Workspace, as_json: bool) -> None:
    """Print the page before a visit. NAME is an account's name or id."""
    account_id = accounts.find(workspace, name)
    paper = visits.brief(workspace, account_id, visits.next_visit(workspace, account_id))
    if pdf is not None:
        visits.print_to(paper, pdf, language or current().value)
    shown: dict[str, Any] = {
        "account": paper.account,
        "at": paper.at.isoformat(),
        "last_visit": paper.last_visit.isoformat() if paper.last_visit else None,
        "address": paper.address,
        "people": [{"name": one.name, "support": one.support, "buying_role": one.buying_role} for one in paper.people],
        "words": [{"name": one.name, "at": one.at.isoformat(), "text": one.text} for one in paper.words],
        "promises": [
            {"subject": one.subject, "due_on": one.due_on.isoformat() if one.due_on else None, "ours": one.ours}
            for one in paper.promises
        ],
        "quotes": [one.name for one in paper.quotes],
        "renewals": [one.name for one in paper.renewals],
        "news": [one.title for one in paper.news],
    }
    lines = [f"{paper.account}  {formats.datetime(paper.at)}", paper.address]
    lines += [f"{one.name}: {' '.join(one.text.split())}" for one in paper.words]
    lines += [f"- {one.subject}  {formats.date(one.due_on) if one.due_on else ''}".rstrip() for one in paper.promises]
    emit(shown, lambda: "\n".join(line for line in lines if line), as_json=as_json)


@visit.command("plan")
@click.argument("name")
@click.option("--subject", default="", help="What it is about.")
@workspace_options
def plan(name: str, *, subject: str, workspace: Workspace, as_json: bool) -> None:
    """Make a visit of now. NAME is an account's name or id."""
    made = visits.plan(workspace, accounts.find(workspace, name), subject=subject)
    emit({"id": made.id}, str(made.id), as_json=as_json)


@visit.command("note")
@click.argument("visit_id")
@click.argument("text")
@workspace_options
def note(visit_id: str, text: str, *, workspace: Workspace, as_json: bool) -> None:
    """Write the note of a visit, and print what it suggests."""
    visits.save_note(workspace, visit_id, text)
    _tell(workspace, visit_id, as_json=as_json)


@visit.command("suggestions")
@click.argument("visit_id")
@workspace_options
def suggestions(visit_id: str, *, workspace: Workspace, as_json: bool) -> None:
    """Print what the note of a visit suggests."""
    _tell(workspace, visit_id, as_json=as_json)


@visit.command("accept")
@click.argument("visit_id")
@click.argument("key")
@workspace_options
def accept(visit_id: str, key: str, *, workspace: Workspace, as_json: bool) -> None:
    """Do one thing that the note suggests. KEY is printed by `visit suggestions`."""
    visits.accept(workspace, visit_id, key)
    _tell(workspace, visit_id, as_json=as_json)


@visit.command("drop")
@click.argument("visit_id")
@click.argument("key")
@workspace_options
def drop(visit_id: str, key: str, *, workspace: Workspace, as_json: bool) -> None:
    """Do not show one suggestion again on this laptop."""
    visits.drop(workspace, visit_id, key)
    _tell(workspace, visit_id, as_json=as_json)


def _tell(workspace: Workspace, visit_id: str, *, as_json: bool) -> None:
    found = visits.visit(workspace, visit_id).answers
    rows = [{**_plain(one.suggestion), "accepted": one.accepted} for one in found]
    lines = [
        f"{one.suggestion.key}  {kind_word(one.suggestion.what)}  {one.suggestion.title}"
        f"  {value_words(one.suggestion)}" + (f"  {tr('accepted')}" if one.accepted else "")
        for one in found
    ]
    emit(rows, lambda: "\n".join(lines), as_json=as_json)


def _plain(one: Suggestion) -> dict[str, Any]:
    value = one.value
    told = plain(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
    row = {"key": one.key, "what": one.what.value, "title": one.title, "value": told, "words": one.words}
    return row | ({"currency": one.currency} if one.what is Suggested.AMOUNT else {})


commands = (visit,)
