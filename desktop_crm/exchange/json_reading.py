"""JSON as tables: a list of objects, a Salesforce sObject tree (`{"records": […]}`), or one object of several lists, each a sheet.

An object inside a row gives columns with a dot in their name; a list of plain values stands in one cell, parted by commas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_crm.exchange.csv_reading import file_bytes
from desktop_crm.exchange.sheets import MAX_COLUMNS, Cells, SheetName, SheetRow
from desktop_crm.foundation.errors import Refusal

MAX_BYTES = 1 << 29
_DEEP = 3


def is_json(source: Path | bytes) -> bool:
    """Whether a text that begins like JSON is JSON: `[a],[b]` may be a table of brackets."""
    try:
        _load(source)
    except Refusal as error:
        return error.code != "import.file.damaged"
    return True


def names_of(source: Path | bytes) -> tuple[SheetName, ...]:
    """The lists of objects in a file, in order."""
    return tuple(SheetName(name=name) for name, _ in _lists(source))


def rows_of(source: Path | bytes, at: int) -> Iterator[SheetRow]:
    """The names of the columns as row 1, then a row for each object."""
    rows = [dict(_flat(one, "", _DEEP)) for one in _lists(source)[at][1]]
    places = {name: number for number, name in enumerate(dict.fromkeys(name for row in rows for name in row), 1)}
    if len(places) > MAX_COLUMNS:
        raise Refusal("import.sheet.too_large")
    yield SheetRow(number=1, cells={number: name for name, number in places.items()})
    for number, row in enumerate(rows, 2):
        cells: Cells = {places[name]: text for name, text in row.items() if text}
        if cells:
            yield SheetRow(number=number, cells=cells)


def _lists(source: Path | bytes) -> list[tuple[str, list[dict[str, Any]]]]:
    value = _load(source)
    if _is_rows(value):
        return [("", value)]
    found = [(name, one) for name, one in value.items() if _is_rows(one)] if isinstance(value, dict) else []
    if not found:
        raise Refusal("import.file.no_table", file=source.name if isinstance(source, Path) else "")
    return found


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _load(source: Path | bytes) -> Any:
    data = file_bytes(source)
    if len(data) > MAX_BYTES:
        raise Refusal("import.sheet.too_large")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refusal("import.file.damaged", reason=str(error)[:120]) from error


def _flat(value: dict[str, Any], before: str, deep: int) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, dict) and deep:
            yield from _flat(inner, f"{name}.", deep - 1)
        else:
            yield name, _text(inner)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list() if not any(isinstance(one, (dict, list)) for one in value):
            return ", ".join(_text(one) for one in value)
        case int() | float():
            return repr(value)
    return json.dumps(value, ensure_ascii=False)
