"""A list as a table of plain values, in its own order and with its own columns: what is copied and what is exported.

References are named, options say their words, an amount brings its currency in a column beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from desktop_crm.domain.lists.computed import field_of
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.lists.views import ListView
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.exchange.table_writing import TableKind, table_bytes
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label
from desktop_crm.services import lists
from desktop_crm.services.lists import Line
from desktop_crm.services.privacy import withheld
from desktop_crm.services.records import own_fields
from desktop_crm.services.workspace import Workspace

__all__ = ["Heading", "TableKind", "Value"]

STEP = 1000

Value = str | int | Decimal | date | datetime | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One column of the table: the field it comes from, what it is called, how its values look."""

    name: str
    label: str
    type: FieldType


def headings(entity: str, names: Sequence[str], labels: Mapping[str, str] | None = None) -> tuple[Heading, ...]:
    """The columns for these fields; `labels` names fields of one's own."""
    known = REGISTRY[entity]
    found: list[Heading] = []
    for name in names:
        field = field_of(known, name)
        label = (labels or {}).get(name) or field_label(entity, name)
        found.append(Heading(name=name, label=label, type=field.type))
        if field.currency_field and field.currency_field not in names:
            beside = known.field(field.currency_field)
            found.append(Heading(name=beside.name, label=field_label(entity, beside.name), type=beside.type))
    return tuple(found)


def table(
    workspace: Workspace,
    entity: str,
    keys: Sequence[int],
    columns: tuple[Heading, ...],
    *,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] = bool,
    private: bool = False,
) -> Iterator[tuple[Value, ...]]:
    """The rows with these row numbers, in this order; without those of private stakeholder maps unless `private`.

    Raises Refusal `export.cancelled`.
    """
    names = tuple(column.name for column in columns)
    fields = [field_of(REGISTRY[entity], name) for name in names]
    left_out = withheld(workspace, entity, private=private)
    for start in range(0, len(keys), STEP):
        if cancelled():
            raise Refusal("export.cancelled")
        part = keys[start : start + STEP]
        found = {line.key: line for line in lists.lines(workspace, entity, part, names)}
        for key in part:
            line = found.get(key)
            if line is not None and line.id not in left_out.rows:
                yield tuple(None if left_out.hides(line.id, f.name) else _value(f, line) for f in fields)
        if progress is not None:
            progress(min(start + STEP, len(keys)))


def keys_of(workspace: Workspace, entity: str, query: ListQuery) -> Sequence[int]:
    """The row numbers of a list in its order."""
    return lists.order(workspace, entity, query).keys


def write(
    kind: TableKind,
    labels: Sequence[str],
    rows: Sequence[tuple[Value, ...]],
    target: Path,
    *,
    encoding: str = "utf-8-sig",
    sheet: str = "Sheet1",
) -> int:
    """Write a table into a file, whole or not at all; runs in a worker process too. Returns how many rows.

    Raises Refusal `export.encoding`, `export.sheet.too_large`, `export.cell.too_long`; Trouble `export.file.unwritable`.
    """
    write_whole(target, table_bytes(kind, labels, rows, encoding=encoding, sheet=sheet))
    return len(rows)


def export_view(
    workspace: Workspace,
    entity: str,
    view: ListView,
    kind: TableKind,
    target: Path,
    *,
    encoding: str = "utf-8-sig",
    private: bool = False,
) -> int:
    """Write what a view of a list shows: its columns, filter, order and groups. Raises as `write`.

    Private stakeholder maps are left out unless `private`.
    """
    count, data = exported_view(workspace, entity, view, kind, encoding=encoding, private=private)
    write_whole(target, data)
    return count


def exported_view(
    workspace: Workspace,
    entity: str,
    view: ListView,
    kind: TableKind,
    *,
    encoding: str = "utf-8-sig",
    private: bool = False,
) -> tuple[int, bytes]:
    """How many rows a view of a list shows, and what their file holds. Raises Refusal as `write`."""
    labels = own_fields(workspace, entity)
    known = REGISTRY[entity]
    columns = headings(entity, view.columns or known.columns, labels)
    fields = [field_of(known, column.name) for column in columns]
    searched = tuple(field.name for field in fields if field.type in {FieldType.TEXT, FieldType.REFERENCE})
    first = view.sorts[0] if view.sorts else None
    query = ListQuery(
        filters=(view.where,) if view.where.parts else (),
        text=view.text,
        text_fields=searched,
        group=view.group,
        sort=first.field if first else None,
        descending=bool(first and first.descending),
        then=view.sorts[1:],
    )
    rows = list(table(workspace, entity, keys_of(workspace, entity, query), columns, private=private))
    names = [column.label for column in columns]
    return len(rows), table_bytes(kind, names, rows, encoding=encoding, sheet=entity_label(entity, plural=True))


def as_text(value: Value) -> str:
    """A value as plain text that spreadsheets and this app read back: ISO days, plain numbers."""
    match value:
        case None:
            return ""
        case bool():
            return tr("Yes") if value else tr("No")
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def tsv(columns: tuple[Heading, ...], rows: Sequence[tuple[Value, ...]]) -> str:
    """The table as text with tabs; tabs and line ends inside cells become spaces."""
    lines = [[column.label for column in columns], *([as_text(value) for value in row] for row in rows)]
    return "\n".join(
        "\t".join(" ".join(cell.split()) if "\t" in cell or "\n" in cell else cell for cell in line) for line in lines
    )


def html(columns: tuple[Heading, ...], rows: Sequence[tuple[Value, ...]]) -> str:
    """The table as HTML, for programs that take tables."""
    head = "".join(f"<th>{escape(column.label)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f'<meta charset="utf-8"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(value: Value) -> str:
    side = ' align="right"' if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""
    return f"<td{side}>{escape(as_text(value))}</td>"


def _value(field: Field, line: Line) -> Value:
    value: Any = line.fields.get(field.name)
    if value is None or value == "":
        return None
    if field.type is FieldType.REFERENCE:
        return line.titles.get(field.name, "")
    if field.type is FieldType.OPTION:
        return option_label(field.name, str(value))
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return value.astimezone().replace(tzinfo=None, microsecond=0)
    return value if isinstance(value, str | int | Decimal | date) else str(value)
