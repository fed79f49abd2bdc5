"""What was done here, and taking any of it back: journal, undo, redo."""

from __future__ import annotations

from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.journal import LIMIT
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.acts import act_text
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.journal import Entry, Journal, Turned
from desktop_crm.services.workspace import Workspace


@click.command("journal")
@click.option("--limit", default=LIMIT, show_default=True, type=click.IntRange(1, LIMIT))
@workspace_options
def journal(limit: int, *, workspace: Workspace, as_json: bool) -> None:
    """Print the last acts, the newest first: when, who, what, and whether each can be undone or redone."""
    entries = Journal(workspace).entries(limit)
    emit([_plain(entry) for entry in entries], "\n".join(map(_line, entries)), as_json=as_json)


@click.command("undo")
@click.argument("act", required=False)
@workspace_options
def undo(act: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Undo the last act, or the ACT that the journal names. An act on which later ones stand says why it cannot be undone."""
    _tell(Journal(workspace).undo(act), as_json=as_json)


@click.command("redo")
@click.argument("act", required=False)
@workspace_options
def redo(act: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Do again what was undone last, or the undone ACT that the journal names."""
    _tell(Journal(workspace).redo(act), as_json=as_json)


def _tell(turned: Turned, *, as_json: bool) -> None:
    text = act_text(turned.facts)
    kept = [
        {"entity": one.entity, "id": one.row_id, "field": one.field, "reason": one.why.value} for one in turned.kept
    ]
    plain = {
        "act": turned.act,
        "text": text,
        "undone": turned.undone,
        "tx_id": turned.changes.tx_id,
        "changed": len(turned.changes.items),
        "kept": kept,
    }
    words = tr("Undone: {act}", act=text) if turned.undone else tr("Redone: {act}", act=text)
    emit(plain, words, as_json=as_json)


def _plain(entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    return {
        "act": entry.id,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "text": act_text(facts),
        "cause": facts.cause,
        "entity": facts.entity,
        "kind": facts.kind,
        "count": facts.count,
        "fields": list(facts.fields),
        "state": "undone" if entry.undone else "done",
        "transactions": list(entry.transactions),
        "can_turn": entry.refusal is None,
        "reason": {"code": entry.refusal.code, "message": explain(entry.refusal).happened} if entry.refusal else None,
    }


def _line(entry: Entry) -> str:
    state = f"[{tr('undone')}]  " if entry.undone else ""
    reason = f"  ({explain(entry.refusal).happened})" if entry.refusal else ""
    return f"{entry.id}  {formats.datetime(entry.at)}  {entry.who}  {state}{act_text(entry.facts)}{reason}"


commands = (journal, undo, redo)
