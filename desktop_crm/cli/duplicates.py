"""Duplicates at the terminal: list what may be one, merge it, list merges, part what was merged."""

from __future__ import annotations

import sys
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services import shared_keys
from desktop_crm.services.duplicates import finding, merging, parting, words
from desktop_crm.services.duplicates.merges import PastMerge, past_merges
from desktop_crm.services.workspace import Workspace

ENTITIES = click.Choice(["account", "contact"])


@click.group("duplicates")
def duplicates() -> None:
    """Records that are probably one: find, merge, part."""


@duplicates.command("list")
@click.option("--entity", type=ENTITIES, default="account", show_default=True)
@click.option("--audit", is_flag=True, help="Look through all records first.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 5000))
@workspace_options
def list_groups(entity: str, limit: int, *, audit: bool, workspace: Workspace, as_json: bool) -> None:
    """Print what may be one, the most certain first, with the reasons."""
    if audit:
        finding.audit(workspace, entity, None if as_json else _progress)
    found = finding.overview(workspace, entity, limit)
    emit(
        {
            "audited_at": found.audited_at.isoformat() if found.audited_at else None,
            "audited": found.audited,
            "more": found.more,
            "groups": [_plain(one) for one in found.groups],
        },
        lambda: _text(found),
        as_json=as_json,
    )


@duplicates.command("merge")
@click.argument("survivor")
@click.argument("others", nargs=-1, required=True)
@click.option("--entity", type=ENTITIES, default="account", show_default=True)
@workspace_options
def merge(survivor: str, others: tuple[str, ...], entity: str, *, workspace: Workspace, as_json: bool) -> None:
    """Merge OTHERS into SURVIVOR (ids): its gaps are filled, everything that belongs to them comes along."""
    done = merging.merge(workspace, entity, survivor, others)
    plain = {"survivor": done.survivor, "merges": list(done.merges), "followed": done.followed}
    text = ntr("Merged; {n} record came along.", "Merged; {n} records came along.", done.followed)
    emit(plain, "\n".join((text, *done.merges)), as_json=as_json)


@duplicates.command("merges")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 5000))
@workspace_options
def merges(limit: int, *, workspace: Workspace, as_json: bool) -> None:
    """Print the merges, the newest first; each can be undone."""
    past = past_merges(workspace, limit)
    emit([_plain_merge(one) for one in past], "\n".join(map(_line, past)), as_json=as_json)


@duplicates.command("undo")
@click.argument("merge_id")
@click.option("--dry-run", is_flag=True, help="Only say what could not be parted.")
@workspace_options
def undo(merge_id: str, *, dry_run: bool, workspace: Workspace, as_json: bool) -> None:
    """Part what was merged: the record is back with what was its own. What cannot be parted is listed."""
    if dry_run:
        stays, returned = parting.foresee(workspace, merge_id), 0
    else:
        done = parting.undo_merge(workspace, merge_id)
        stays, returned = done.stays, done.returned
    plain = {
        "returned": returned,
        "stays": [
            {"entity": one.entity, "id": one.row_id, "field": one.field, "reason": one.why.value} for one in stays
        ],
    }
    head = ntr("{n} record went back.", "{n} records went back.", returned)
    emit(plain, "\n".join((head, *map(words.stays_text, stays))), as_json=as_json)


@duplicates.command("dismiss")
@click.argument("members", nargs=-1, required=True)
@click.option("--entity", type=ENTITIES, default="account", show_default=True)
@workspace_options
def dismiss(members: tuple[str, ...], entity: str, *, workspace: Workspace, as_json: bool) -> None:
    """Say that MEMBERS (ids) are different records; they are not offered again."""
    shared_keys.dismiss(workspace, entity, members)
    emit({"dismissed": list(members)}, tr("They are not offered again."), as_json=as_json)


def _progress(what: str, count: int) -> None:
    said = tr("{n} records read", n=formats.number(count))
    if what == "compare":
        said = tr("{n} pairs compared", n=formats.number(count))
    print(said, file=sys.stderr, flush=True)


def _plain(group: finding.Group) -> dict[str, Any]:
    return {
        "entity": group.entity,
        "probability": round(group.probability, 4),
        "source": group.source.value,
        "field": group.field,
        "records": [{"id": row_id, "name": name} for row_id, name in group.names.items()],
        "reasons": [{"value": one.kind.value, "level": one.level, "bits": round(one.bits, 2)} for one in group.reasons],
    }


def _text(found: finding.Overview) -> str:
    lines = []
    for group in found.groups:
        lines.append(f"{words.likelihood(group)}  {words.reasons_text(group)}")
        lines += [f"    {row_id}  {name}" for row_id, name in group.names.items()]
    if found.more:
        lines.append(ntr("and {n} more", "and {n} more", found.more))
    return "\n".join(lines) or tr("Nothing waits for a decision.")


def _plain_merge(one: PastMerge) -> dict[str, Any]:
    return {
        "id": one.id,
        "entity": one.entity,
        "name": one.name,
        "survivor": one.survivor_id,
        "survivor_name": one.survivor_name,
        "at": one.at.isoformat() if one.at else None,
        "by": one.by,
        "state": "undone" if one.undone else "merged",
    }


def _line(one: PastMerge) -> str:
    state = f"  [{tr('undone')}]" if one.undone else ""
    at = formats.datetime(one.at) if one.at else ""
    return f"{one.id}  {at}  {one.by}  {one.name} → {one.survivor_name}{state}"


commands = (duplicates,)
