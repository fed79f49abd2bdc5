"""Sync from the terminal: join, sync, look at conflicts and decide them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.cli.password_file import password_from
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import encode
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import sync as service
from desktop_crm.services import sync_words as words
from desktop_crm.services.sync_browser import open_page
from desktop_crm.services.workspace import Workspace


@click.command("sync")
@click.option("--server", "url", help="The server's address; not needed again once joined.")
@click.option("--user", help="Sign in as this user.")
@click.option("--password-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it.")
@click.option("--code", default="", help="The six digits of the second factor.")
@click.option("--oidc", is_flag=True, help="Sign in by the browser, at the company's own identity provider.")
@click.option(
    "--pin", help="Know the server by this fingerprint (SHA-256 of its certificate or public key); empty for none."
)
@click.option("--let-leave", is_flag=True, help="Let records leave in any number.")
@workspace_options
def sync(
    url: str | None,
    user: str | None,
    password_file: Path | None,
    code: str,
    *,
    oidc: bool,
    pin: str | None,
    let_leave: bool,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Send what waits and take what came.

    What the server refused is named, with --json under "refused": entity, id, field, code, message. It stays in the
    sync centre; the rest is through, so the command ends with 0.
    """
    known = service.account_of(workspace)
    address = url or (known.url if known else "")
    if oidc:
        if not address or user is not None:
            raise click.UsageError(tr("--oidc needs --server, and no --user"))
        report = service.join(workspace, address, "", "", browser=service.ByBrowser(_show_page), pin=pin or "")
    elif user is not None:
        if not address or password_file is None:
            raise click.UsageError(tr("--user needs --server and --password-file"))
        report = service.join(workspace, address, user, password_from(password_file), code, pin=pin or "")
    else:
        if pin is not None and known is not None:
            known.know_by(pin)
        report = service.sync_now(workspace, url=url, let_leave=let_leave)
    refused = service.quarantined(workspace)[: report.refused] if report.refused else ()
    done = {
        "pushed": report.pushed,
        "pulled": report.pulled,
        "conflicts": report.conflicts,
        "cursor": report.cursor,
        "refused": [_refused(one) for one in refused],
        "reset": report.was_reset,
    }
    text = tr("{pushed} changes sent, {pulled} records changed here", pushed=report.pushed, pulled=report.pulled)
    if report.conflicts:
        text += "\n" + ntr("{n} conflict to look at", "{n} conflicts to look at", report.conflicts)
    if refused:
        text += "\n" + ntr("The server refused {n} change", "The server refused {n} changes", len(refused))
        text += "".join(f"\n  {entity_label(one.entity)} {one.title or one.row_id}: {_why(one)}" for one in refused)
        text += "\n" + tr("Open the sync centre in the app to change it and send it again, or to let it go.")
    emit(done, text, as_json=as_json)


def _why(one: service.RefusedChange) -> str:
    words = explain(one.refusal)
    return " ".join(part for part in (words.happened, words.next_step) if part)


def _refused(one: service.RefusedChange) -> dict[str, Any]:
    """`field`: the one that does not fit; of a refusal of the whole change, the fields it sets."""
    field = one.refusal.params.get("field") or ", ".join(one.fields)
    return {"entity": one.entity, "id": one.row_id, "field": field, "code": one.reason, "message": _why(one)}


@click.command("conflicts")
@click.option("--all", "show_all", is_flag=True, help="Also those that were decided.")
@click.option("--resolve", metavar="CONFLICT_ID", help="Decide this one.")
@click.option(
    "--keep",
    type=click.Choice([choice.value for choice in service.Keep]),
    default="kept",
    show_default=True,
    help="Which value is to stand.",
)
@workspace_options
def conflicts(*, show_all: bool, resolve: str | None, keep: str, workspace: Workspace, as_json: bool) -> None:
    """List values that were typed and do not stand, or decide one."""
    if resolve is not None:
        changes = service.resolve(workspace, resolve, keep)
        emit({"conflict_id": resolve, "keep": keep, "tx_id": changes.tx_id}, tr("Decided"), as_json=as_json)
        return
    found = service.conflicts(workspace, open_only=not show_all)
    emit([_plain(one) for one in found], lambda: told(found), as_json=as_json)


def told(conflicts: tuple[service.Conflict, ...]) -> str:
    """The conflicts as people read them, and how one is decided."""
    if not conflicts:
        return tr("No conflicts")
    how = tr("Decide one with: desktop-crm conflicts --resolve ID --keep kept|lost|before")
    return "\n\n".join([*map(_told_one, conflicts), how])


def _told_one(conflict: service.Conflict) -> str:
    def line(word: str, value: Any, who: str, at: datetime | None) -> str:
        mark = " · ".join(part for part in (who, formats.datetime(at) if at else "") if part)
        text = words.conflict_value(conflict, value, exact=True).replace("\n", "\n    ")
        return f"  {word}: {text}" + (f"  ({mark})" if mark else "")

    title = f"{entity_label(conflict.entity)}: {words.conflict_title(conflict)}"
    state = "" if conflict.state == "open" else tr("decided")
    rows = [f"{title}  [{state}]" if state else title, f"  {words.conflict_reason(conflict)}"]
    if conflict.kind == "duplicate":
        first, second = tr("First record"), tr("Second record")
    else:
        first, second = tr("Stands"), tr("Does not stand")
        rows.append(line(tr("Before"), conflict.before, "", None))
    rows.append(line(first, conflict.kept, conflict.kept_by_name, conflict.kept_at))
    rows.append(line(second, conflict.lost, conflict.lost_by_name, conflict.lost_at))
    return "\n".join([*rows, f"  ID: {conflict.id}"])


def _plain(conflict: service.Conflict) -> dict[str, Any]:
    field = REGISTRY[conflict.entity].field(conflict.field) if conflict.entity in REGISTRY else None

    def value(held: Any) -> Any:
        if field is None or isinstance(held, bool | None) or conflict.kind == "duplicate":
            return held
        return encode(field, held)

    return {
        "conflict_id": conflict.id,
        "entity": conflict.entity,
        "id": conflict.row_id,
        "title": conflict.title,
        "field": conflict.field,
        "kind": conflict.kind,
        "before": value(conflict.before),
        "kept": value(conflict.kept),
        "kept_by": conflict.kept_by_name or conflict.kept_by,
        "kept_at": conflict.kept_at.isoformat() if conflict.kept_at else None,
        "lost": value(conflict.lost),
        "lost_by": conflict.lost_by_name or conflict.lost_by,
        "lost_at": conflict.lost_at.isoformat() if conflict.lost_at else None,
        "state": conflict.state,
    }


def _show_page(address: str) -> None:
    click.echo(tr("Sign in here, if your browser does not open by itself:") + f"\n{address}", err=True)
    open_page(address)


commands = (sync, conflicts)
