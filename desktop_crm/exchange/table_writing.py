"""Rows out as CSV, JSON or a workbook, exactly: what is written is what is read back.

A cell that begins with `=`, `+`, `-` or `@` is written as it is by default, because an export must come back unchanged; `guard`
puts an apostrophe in front for files that strangers will open in a spreadsheet. A file appears whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from desktop_crm.domain.money import Money
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.foundation.errors import Refusal

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableKind(StrEnum):
    """What a table for a spreadsheet is written as."""

    CSV = "csv"
    XLSX = "xlsx"


def table_bytes(
    kind: TableKind,
    labels: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    encoding: str = "utf-8-sig",
    replace: bool = False,
    sheet: str = "Sheet1",
) -> bytes:
    """A table as people open it: text, int, Decimal, Money, bool, date, datetime, time or None in the cells.

    A workbook keeps the types. CSV has ISO days and plain numbers; text that looks like a formula gets an apostrophe. Letters that
    `encoding` lacks are refused with their row and column, or become question marks with `replace`.
    """
    if kind is TableKind.XLSX:
        return xlsx_bytes(labels, rows, sheet=sheet)
    texts = ([_guarded(value) if isinstance(value, str) else cell_text(value) for value in row] for row in rows)
    return csv_bytes(labels, texts, encoding=encoding, replace=replace)


def csv_bytes(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "utf-8",
    guard: bool = False,
    replace: bool = False,
) -> bytes:
    """A table as delimited text with CRLF line ends; refuses where the encoding lacks a letter, unless it may `replace` it."""
    if not _known(encoding):
        raise Refusal("export.encoding.unknown", encoding=encoding)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    kept: list[Sequence[str]] = [columns]
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row] if guard else row)
        kept.append(row)
    try:
        return out.getvalue().encode(encoding, "replace" if replace else "strict")
    except UnicodeEncodeError as error:
        raise _lacking(columns, kept, encoding, error.object[error.start]) from None


def _known(encoding: str) -> bool:
    try:
        return bool("".encode(encoding) or True)
    except LookupError:
        return False


def _lacking(columns: Sequence[str], rows: list[Sequence[str]], encoding: str, character: str) -> Refusal:
    """Where the letter stands that the encoding lacks; rows count as in a spreadsheet."""
    number, at = next(
        (number, at) for number, row in enumerate(rows, 1) for at, cell in enumerate(row) if character in cell
    )
    return Refusal("export.encoding", encoding=encoding, character=character, row=number, column=columns[at])


def cell_text(value: Any) -> str:
    """A value as text that this app and spreadsheets read back: ISO days in the computer's time, plain numbers."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case Money():
            return f"{value.amount:f}"
        case datetime():
            local = value.astimezone().replace(tzinfo=None) if value.tzinfo else value
            return local.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(map(str, value))
    return str(value)


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def json_bytes(rows: Iterable[dict[str, Any]]) -> bytes:
    """A list of objects, one a line, in UTF-8."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"
