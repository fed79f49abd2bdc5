"""Any record by hand: get, set, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.money import known_currency
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.codec import encode, parse
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.services import records
from desktop_crm.services.values import shown
from desktop_crm.services.workspace import Workspace


def entity_named(word: str) -> str:
    """The entity of that name or plural. Raises Refusal `entity.unknown`."""
    found = REGISTRY.find(word)
    if found is None:
        raise Refusal("entity.unknown", name=word, known=", ".join(REGISTRY.names()))
    return found.name


def as_plain(entity: str, record: records.Record) -> dict[str, Any]:
    """A record as JSON can hold it: id and every field."""
    kinds = REGISTRY[entity]
    return {"id": record.id} | {name: encode(kinds.field(name), value) for name, value in record.fields.items()}


@click.command("get")
@click.argument("entity")
@click.argument("row_id", metavar="ID")
@workspace_options
def get(entity: str, row_id: str, *, workspace: Workspace, as_json: bool) -> None:
    """Print one record."""
    name = entity_named(entity)
    plain = as_plain(name, records.get(workspace, name, row_id))
    emit(plain, "\n".join(f"{field}: {value}" for field, value in plain.items() if value is not None), as_json=as_json)


@click.command("set")
@click.argument("entity")
@click.argument("row_id", metavar="ID")
@click.argument("assignments", metavar="FIELD=VALUE", nargs=-1, required=True)
@workspace_options
def set_fields(entity: str, row_id: str, assignments: tuple[str, ...], *, workspace: Workspace, as_json: bool) -> None:
    """Set fields of one record; an empty value clears the field."""
    name = entity_named(entity)
    fields = {}
    for assignment in assignments:
        field, equals, text = assignment.partition("=")
        if not equals or not field:
            raise click.UsageError(tr("{text} is not FIELD=VALUE", text=assignment))
        if not REGISTRY[name].has(field) and not _is_own(workspace, name, field):
            raise Refusal("field.unknown", entity=name, field=field, name=field)
        kind = REGISTRY[name].field(field)
        fields[field] = parse(kind, known_currency(text, field) if text and kind.type is FieldType.CURRENCY else text)
    changes = records.set_fields(workspace, name, row_id, fields)
    changed = sorted({field for item in changes.items for field in item.fields})
    emit(
        {"id": row_id, "tx_id": changes.tx_id, "changed": changed},
        ntr("{n} field set", "{n} fields set", len(changed)),
        as_json=as_json,
    )


def _is_own(workspace: Workspace, entity: str, field: str) -> bool:
    """Whether a field is one of the workspace's own, or the currency of one."""
    known = records.own_fields(workspace, entity)
    return field in known or f"{field.removesuffix('.currency')}.money" in known


@click.command("history")
@click.argument("entity")
@click.argument("row_id", metavar="ID")
@workspace_options
def history(entity: str, row_id: str, *, workspace: Workspace, as_json: bool) -> None:
    """Print everything that ever happened to one record, oldest first."""
    name = entity_named(entity)
    kinds = REGISTRY[name]
    entries = records.history(workspace, name, row_id)
    rows = [
        {
            "at": stamp_time(Stamp(entry.stamp)).isoformat(),
            "stamp": entry.stamp,
            "actor": entry.actor,
            "cause": entry.cause,
            "kind": entry.kind,
            "tx_id": entry.tx_id,
            "op_id": entry.op_id,
            "fields": [
                {"field": f, "old": encode(kinds.field(f), entry.before.get(f)), "new": encode(kinds.field(f), after)}
                for f, after in entry.after.items()
            ],
        }
        for entry in entries
    ]
    emit(
        rows,
        lambda: "\n".join(_told(name, one.stamp, one.kind, one.before, one.after) for one in entries),
        as_json=as_json,
    )


def _told(entity: str, stamp: str, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """When, what happened, and each field with what it was and is, in the user's words."""
    kinds = {
        ChangeKind.CREATED: tr("Created"),
        ChangeKind.DELETED: tr("Deleted"),
        ChangeKind.RESTORED: tr("Restored"),
    }
    lines = [f"{formats.datetime(stamp_time(Stamp(stamp)))}  {kinds.get(ChangeKind(kind), tr('Edited'))}"]
    for name, value in after.items():
        field, old = REGISTRY[entity].field(name), before.get(name)
        was, now = ("–" if one is None else shown(field, one)[0] for one in (old, value))
        change = now if old is None else f"{was} → {now}"
        lines.append(f"    {field_label(entity, name)}: {change}")
    return "\n".join(lines)


commands = (get, set_fields, history)
