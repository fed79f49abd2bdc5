"""Names that an import left open, on the terminal: list them, say whom they mean, take that back."""

from __future__ import annotations

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.services import importing
from desktop_crm.services.history import revert
from desktop_crm.services.importing import Candidate, OpenGroup
from desktop_crm.services.workspace import Workspace


@click.command("references")
@click.option("--import", "import_id", metavar="ID", help="Only those that this import left open.")
@workspace_options
def references(import_id: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """List the names that imports left open, with the reason and who might be meant."""
    groups = importing.open_references(workspace, import_id)
    emit([group.as_json() for group in groups], lambda: _as_text(groups), as_json=as_json)


@click.command("accept")
@click.argument("reference", metavar="REFERENCE")
@click.option("--row", "row_id", metavar="ID", help="The record that is meant, if not the proposed one.")
@click.option("--new", "make", is_flag=True, help="Make a new record of that name.")
@click.option("--drop", is_flag=True, help="Leave the fields empty for good.")
@workspace_options
def accept(reference: str, row_id: str | None, *, make: bool, drop: bool, workspace: Workspace, as_json: bool) -> None:
    """Settle an open name in all its rows: as proposed, or as the options say.

    REFERENCE is its id from `references`, or the name as it stood in the file.
    """
    if sum((row_id is not None, make, drop)) > 1:
        raise click.UsageError("--row, --new and --drop exclude each other.")
    group = importing.find_group(workspace, reference)
    name = group.entity, group.field, group.value
    if drop:
        changes = importing.drop_reference(workspace, *name)
    elif make:
        changes = importing.create_missing(workspace, *name)
    else:
        changes = importing.accept_reference(workspace, *name, target_id=row_id or group.suggestion_id)
    text = tr(
        "{value}: settled in {rows} rows. Take it back with: desktop-crm reopen {id}",
        value=group.value,
        rows=group.rows,
        id=changes.tx_id,
    )
    emit(_plain(changes, group), text, as_json=as_json)


@click.command("reopen")
@click.argument("transaction", metavar="ID")
@workspace_options
def reopen(transaction: str, *, workspace: Workspace, as_json: bool) -> None:
    """Take back what `accept` did: the fields are empty and the name is open again."""
    done = revert(workspace, transaction)
    plain = {
        "id": done.changes.tx_id,
        "kept": [{"entity": k.entity, "id": k.row_id, "field": k.field} for k in done.kept],
    }
    emit(plain, tr("Taken back; the name is open again."), as_json=as_json)


def _plain(changes: Changes, group: OpenGroup) -> dict[str, object]:
    return {"id": changes.tx_id, "entity": group.entity, "field": group.field, "value": group.value, "rows": group.rows}


def _as_text(groups: tuple[OpenGroup, ...]) -> str:
    if not groups:
        return tr("No name is open.")
    lines = []
    for group in groups:
        lines.append(f"{group.id}  {open_line(group)}")
        lines += [f"    {one.row_id}  {_called(one)}" for one in group.candidates]
    return "\n".join(lines)


def _called(one: Candidate) -> str:
    kind = entity_label(one.entity)
    return f"{kind}: {one.name} ({one.hint})" if one.hint else f"{kind}: {one.name}"


def open_line(group: OpenGroup) -> str:
    """An open name with the reason, in one line."""
    column = f"{entity_label(group.entity)} · {field_label(group.entity, group.field)}"
    return tr(
        "Open: {column} = {value} in {rows} rows; {reason}",
        column=column,
        value=group.value,
        rows=group.rows,
        reason=_reason(group),
    )


def _reason(group: OpenGroup) -> str:
    if group.suggestion:
        return tr("is {suggestion} meant?", suggestion=group.suggestion)
    if group.reason == "other_kind":
        kinds = ", ".join(dict.fromkeys(entity_label(one.entity) for one in group.candidates))
        return tr("that is the name of another kind of record: {kinds}", kinds=kinds)
    if group.reason == "several":
        return tr("{n} records are called that", n=len(group.candidates))
    return tr("it would run in a circle") if group.reason == "circle" else tr("nothing of that name is known")


commands = (references, accept, reopen)
