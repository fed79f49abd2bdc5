"""What the import page says about formats, columns and findings, in the current language. No widget lives here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.exchange.dates import DateFormat, DateOrder
from desktop_crm.exchange.table_format import CsvFormat
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.services.importing import (
    Candidate,
    ColumnPlan,
    FieldChange,
    FilePlan,
    How,
    ImportPlan,
    ImportReport,
    OpenGroup,
    PreviewRow,
    RowState,
)
from desktop_crm.services.importing.beside import is_beside
from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, OUTSIDE_KEY, ROW_ID
from desktop_crm.services.importing.reports import left_text, problem_text, replaced_text
from desktop_crm.services.values import shown
from desktop_crm.ui.theme import Mood

NAMED = 5
"""Differences that are named beside the counts; the list of rows has them all."""
SCALES = ("1", "1000", "10000", "1000000", "100000000")


def encoding_name(encoding: str) -> str:
    """An encoding as people know it."""
    known = {
        "utf-8": "UTF-8",
        "utf-8-sig": "UTF-8 (BOM)",
        "cp949": "CP949 (EUC-KR)",
        "utf-16-le": "UTF-16 LE",
        "utf-16-be": "UTF-16 BE",
        "cp1252": "Windows-1252",
        "iso-8859-1": "ISO-8859-1",
    }
    return known.get(encoding, encoding.upper())


def delimiter_name(delimiter: str) -> str:
    """A delimiter by its name."""
    return {",": tr("Comma"), ";": tr("Semicolon"), "\t": tr("Tab"), "|": tr("Vertical bar")}.get(delimiter, delimiter)


def quote_name(quote: str) -> str:
    """A quotation mark by its name."""
    return {'"': tr("Double quote"), "'": tr("Single quote"), "": tr("No quotes")}.get(quote, quote)


def order_name(order: DateOrder) -> str:
    """An order of day, month and year."""
    return {
        DateOrder.YMD: tr("Y-M-D"),
        DateOrder.MDY: tr("M/D/Y"),
        DateOrder.DMY: tr("D/M/Y"),
    }[order]


def scale_name(scale: str, currency: str) -> str:
    """A unit of amounts."""
    words = {
        "1": currency,
        "1000": tr("thousand {currency}", currency=currency),
        "10000": tr("ten thousand {currency}", currency=currency),
        "1000000": tr("million {currency}", currency=currency),
        "100000000": tr("hundred million {currency}", currency=currency),
    }
    return words[scale]


def rows_text(count: int) -> str:
    """How many rows."""
    return ntr("{count} row", "{count} rows", count, count=formats.number(count))


def amount(plan: ImportPlan) -> str:
    """How much several files hold."""
    files = ntr("{count} file", "{count} files", len(plan.files), count=len(plan.files))
    return f"{files} · {rows_text(sum(file.rows for file in plan.usable))}"


def format_line(file: FilePlan) -> str:
    """One line about how a file is read: `UTF-8 · Comma · 85 rows · dates like 2016-10-20`."""
    if file.format is None:
        return ""
    form = file.format
    place = delimiter_name(form.delimiter) if isinstance(form, CsvFormat) else form.sheet
    parts = [part for part in (encoding_name(form.encoding), place, rows_text(file.rows)) if part]
    dates = first_dates(file)
    if dates is not None:
        parts.append(tr("dates like {sample}", sample=dates.sample))
    if not form.header:
        parts.append(tr("no header row"))
    return " · ".join(parts)


def first_dates(file: FilePlan) -> DateFormat | None:
    """The first date column that is brought in."""
    for column in file.columns:
        if column.field is not None and column.profile.dates is not None:
            return column.profile.dates
    return None


def target_name(entity: str, field: str) -> str:
    """A field as a place for a column; references say that they are found by name."""
    special = {
        ROW_ID: tr("our own id"),
        OUTSIDE_KEY: tr("the other program's key"),
        GIVEN_NAME: tr("given name"),
        FAMILY_NAME: tr("family name"),
    }
    if is_beside(entity, field):
        reference, _, aspect = field.partition(":")
        target = REGISTRY[entity].field(reference).target or ""
        return f"{field_label(entity, reference)} · {field_label(target, aspect)}"
    name = special.get(field) or field_label(entity, field)
    if REGISTRY[entity].field(field).type is FieldType.REFERENCE:
        return tr("{field} (found by name)", field=name)
    return name


def is_amount(entity: str, field: str) -> bool:
    """Whether a field holds money."""
    return REGISTRY[entity].field(field).type is FieldType.MONEY


def column_pill(column: ColumnPlan, opened: int, entity: str, currency: str) -> tuple[str, Mood, str]:
    """The word beside a column, its mood, and the reason. `opened`: in how many rows the name was not found."""
    filled = column.profile.filled
    if column.field is None:
        return tr("left out"), Mood.neutral, reason_text(column)
    if opened:
        found = tr("{found} of {all} found", found=formats.number(max(0, filled - opened)), all=formats.number(filled))
        return tr("{n} open", n=formats.number(opened)), Mood.warn, f"{found}. {tr('See the list at the right.')}"
    if column.doubtful:
        return tr("check"), Mood.warn, tr("The values can be read in more than one way.")
    if is_amount(entity, column.field) and column.currency is None and column.scale == 1:
        return tr("check unit"), Mood.warn, tr("The amounts carry no currency: {currency} is taken.", currency=currency)
    if column.how is How.NEW_FIELD:
        return tr("new field"), Mood.info, reason_text(column)
    if column.how is How.CHOSEN:
        return tr("chosen"), Mood.accent, reason_text(column)
    return tr("automatic"), Mood.good, reason_text(column)


def reason_text(column: ColumnPlan) -> str:
    """Why a column goes where it goes."""
    return {
        "name": tr("The column's name says so."),
        "our_id": tr("The values are ids of this workspace."),
        "key": tr("The values are different in every row."),
        "values": tr("The name fits, but the values do not."),
        "no_field": tr("No field of ours fits, so it becomes one of your own."),
        "empty": tr("The column is empty."),
        "derived": tr("It only repeats “{column}”.", column=column.detail),
        "of_account": tr("It tells of the account, not of who stands above it."),
        "taken": tr("Another column goes into that field."),
        "chosen": tr("You chose it."),
        "refusals": tr("It says why rows were not taken, and is no part of the data."),
        "no_kind": tr("Say first what the file holds."),
    }.get(column.reason, "")


def question(group: OpenGroup) -> str:
    """What is asked about a name that was left open."""
    if group.suggestion:
        return tr("Is “{name}” meant?", name=group.suggestion)
    if group.reason == "other_kind":
        kinds = ", ".join(dict.fromkeys(entity_label(one.entity) for one in group.candidates))
        return tr("That is the name of another kind of record: {kinds}", kinds=kinds)
    return {
        "several": tr("Several are called that"),
        "circle": tr("It would run in a circle"),
    }.get(group.reason, tr("Not known here"))


def state_name(state: RowState) -> str:
    """What becomes of a row, in a word."""
    return {
        RowState.NEW: tr("new row"),
        RowState.CHANGED: tr("changed"),
        RowState.UNCHANGED: tr("as before"),
        RowState.REFUSED: tr("not taken"),
    }[state]


def state_title(state: RowState) -> str:
    """The rows of a state."""
    return {
        RowState.NEW: tr("New rows"),
        RowState.CHANGED: tr("Changed"),
        RowState.UNCHANGED: tr("As before"),
        RowState.REFUSED: tr("Not taken"),
    }[state]


def changes_text(row: PreviewRow) -> str:
    """What changes in a row, a line each: old → new; for a new row what it gets; else what is wrong."""
    if row.problems:
        return "\n".join(
            f"{one.column}: {problem_text(one)}" if one.column else problem_text(one) for one in row.problems
        )
    named = REGISTRY[row.entity].title if row.state is RowState.NEW else None
    return "\n".join(_change_text(row, one) for one in row.changes if one.field != named)


def _change_text(row: PreviewRow, change: FieldChange) -> str:
    field = REGISTRY[row.entity].field(change.field)
    name = field_label(row.entity, change.field)
    new = shown(field, change.new, change.currency)[0]
    if row.state is RowState.NEW:
        return f"{name} {new}"
    old = shown(field, change.old, change.currency)[0] if change.old is not None else tr("empty")
    return f"{name}: {old} → {new}"


def differences(report: ImportReport) -> Iterator[tuple[str, list[str]]]:
    """What stands here and the files say otherwise: a heading, and the first of the values."""
    left, gone = report.total("left_count"), report.total("replaced_count")
    if left:
        heading = ntr(
            "Imported before: {n} value that was changed since stays.",
            "Imported before: {n} values that were changed since stay.",
            left,
        )
        yield heading, _first([left_text(one) for file in report.files for one in file.left], left)
    if gone:
        heading = ntr("{n} value is replaced.", "{n} values are replaced.", gone)
        yield heading, _first([replaced_text(one) for file in report.files for one in file.replaced], gone)


def _first(lines: list[str], count: int) -> list[str]:
    shown_lines = lines[:NAMED]
    return [*shown_lines, tr("… and {n} more", n=formats.number(count - NAMED))] if count > NAMED else shown_lines


def candidate(one: Candidate) -> str:
    """A record that may be meant, told from others of its name."""
    return f"{one.name} · {one.hint}" if one.hint else one.name


def place(first: int | None, rows: int) -> str:
    """Where something stands: `row 17`, or `row 3 and 1,479 more`."""
    if first is None:
        return rows_text(rows) if rows else tr("whole file")
    if rows <= 1:
        return tr("row {row}", row=formats.number(first))
    return tr("row {row}, +{more}", row=formats.number(first), more=formats.number(rows - 1))


def file_title(paths: tuple[Path, ...]) -> str:
    """What is being imported, in a few words."""
    if not paths:
        return tr("Import")
    if len(paths) == 1:
        return tr("Import — {file}", file=paths[0].name)
    return tr("Import — {file} and {more} more", file=paths[0].name, more=len(paths) - 1)
