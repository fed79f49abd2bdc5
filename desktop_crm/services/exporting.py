"""Export: every record of a kind as CSV, JSON or a workbook, with all its fields, in the order of ids, so that equal data gives equal files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop_crm.domain.money import CURRENCIES, Money
from desktop_crm.domain.schema import REGISTRY, Entity, FieldType
from desktop_crm.domain.schema.codec import decode, encode
from desktop_crm.exchange.table_writing import cell_text, csv_bytes, json_bytes
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n.labels import entity_label
from desktop_crm.persistence.stores.imports import values_of, whole_rows
from desktop_crm.persistence.stores.quotes import totals as quote_totals
from desktop_crm.services.importing.beside import NAMED, labelled
from desktop_crm.services.privacy import hidden_fields, withheld
from desktop_crm.services.records import own_fields
from desktop_crm.services.workspace import Workspace

_TELL_EVERY = 5000


class ExportFormat(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


def export(
    workspace: Workspace,
    kind: str,
    form: ExportFormat,
    target: Path,
    *,
    encoding: str = "utf-8",
    guard: bool = False,
    replace: bool = False,
    cancelled: Callable[[], bool] = bool,
    private: bool = False,
    fields: Sequence[str] = (),
) -> int:
    """Write all records of a kind (`accounts`) into a file; returns how many. The file appears whole or not at all.

    Private stakeholder maps are left out unless `private`; `fields` are those to write, all if empty, the id always.

    Raises Refusal `export.kind.unknown`, `export.field.unknown`, `export.encoding`, `export.sheet.too_large`, `export.cell.too_long`, `export.cancelled`;
    Trouble `export.file.unwritable`.
    """
    count, data = exported(
        workspace,
        kind,
        form,
        encoding=encoding,
        guard=guard,
        replace=replace,
        cancelled=cancelled,
        private=private,
        fields=fields,
    )
    write_whole(target, data)
    return count


def exported(
    workspace: Workspace,
    kind: str,
    form: ExportFormat,
    *,
    encoding: str = "utf-8",
    guard: bool = False,
    replace: bool = False,
    cancelled: Callable[[], bool] = bool,
    private: bool = False,
    fields: Sequence[str] = (),
) -> tuple[int, bytes]:
    """How many records of a kind there are, and what their file holds. Raises Refusal as `export`."""
    entity = REGISTRY.find(kind)
    if entity is None:
        raise Refusal("export.kind.unknown", kind=kind)
    labels = own_fields(workspace, entity.name)
    rows = plain_rows(workspace, entity.name, cancelled, private=private)
    wanted = _wanted(entity, fields, {*labels, *(name for row in rows for name in row)}) if fields else ()
    if form is ExportFormat.JSON:
        return len(rows), json_bytes([{name: row.get(name) for name in wanted} for row in rows] if fields else rows)
    _tell_targets(workspace, entity.name, rows)
    left_out = hidden_fields(workspace, entity.name)
    known = [name for name in entity.by_name if name not in left_out]
    every = dict.fromkeys(["id", *known, *(name for row in rows for name in row)])
    columns = [name for name in wanted if name not in left_out] if fields else list(every)
    heads = [labelled(name, labels.get(name, "")) for name in columns]
    if form is ExportFormat.XLSX:
        typed = ([_typed(entity, name, row, workspace.currency) for name in columns] for row in rows)
        return len(rows), xlsx_bytes(heads, typed, sheet=entity_label(entity.name, plural=True))
    cells = [[cell_text(row.get(name)) for name in columns] for row in rows]
    return len(rows), csv_bytes(heads, cells, encoding=encoding, guard=guard, replace=replace)


def _wanted(entity: Entity, fields: Sequence[str], held: Collection[str]) -> tuple[str, ...]:
    """The id and the fields that were asked for, once each. Raises Refusal `export.field.unknown`."""
    known = dict.fromkeys(("id", *entity.by_name, *sorted(held)))
    for name in fields:
        if name not in known:
            raise Refusal("export.field.unknown", kind=entity.plural, name=name, fields=", ".join(known))
    return tuple(dict.fromkeys(("id", *fields)))


def plain_rows(
    workspace: Workspace, entity: str, cancelled: Callable[[], bool] = bool, *, private: bool = True
) -> list[dict[str, Any]]:
    """All records of an entity as JSON can hold them: `id`, then every field; references by id."""
    kinds = REGISTRY[entity]
    found = []
    left_out = withheld(workspace, entity, private=private)
    with workspace.read() as session:
        totals = quote_totals(session) if entity == "quote" else {}
        for row_id, stored in whole_rows(session, entity):
            if row_id in left_out.rows:
                continue
            values = dict(stored) | ({"grand_total": totals[row_id]} if row_id in totals else {})
            shown = {name: value for name, value in values.items() if not left_out.hides(row_id, name)}
            found.append({"id": row_id} | {name: encode(kinds.field(name), value) for name, value in shown.items()})
            if len(found) % _TELL_EVERY == 0 and cancelled():
                raise Refusal("export.cancelled")
    return found


def _tell_targets(workspace: Workspace, entity: str, rows: list[dict[str, Any]]) -> None:
    """Put beside an id what another workspace cannot know: the name of a stage, and what it is worth."""
    with workspace.read() as session:
        for reference, aspects in NAMED.get(entity, {}).items():
            target = REGISTRY[entity].field(reference).target or ""
            known = dict(values_of(session, target, aspects))
            for row in rows:
                told = known.get(row.get(reference) or "", {})
                row.update(
                    {f"{reference}:{name}": encode(REGISTRY[target].field(name), told.get(name)) for name in aspects}
                )


def _typed(entity: Entity, name: str, row: dict[str, Any], currency: str) -> Any:
    """A value of a row as a workbook takes it."""
    raw = row.get(name)
    if raw is None or not (entity.has(name) or "." in name):
        return raw
    field = entity.field(name)
    value = decode(field, raw)
    if field.type is not FieldType.MONEY:
        return value
    code = row.get(field.currency_field or "") or currency
    return Money(amount=value, currency=code) if code in CURRENCIES else value
