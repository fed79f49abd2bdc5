"""JSON as tables: a list of objects, a Salesforce sObject tree (`{"records": […]}`), or one object of several lists, each a sheet.

An object inside a row gives columns with a dot in their name; a list of plain values stands in one cell, parted by commas. In a tree
the records inside a record make a sheet of their own, and what refers to a record (`@AccountRef1`) says its name, also where that
record stands in another tree of the same folder.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_crm.exchange.csv_reading import file_bytes
from desktop_crm.exchange.sheets import MAX_COLUMNS, Cells, SheetName, SheetRow
from desktop_crm.foundation.errors import CrmError, Refusal

MAX_BYTES = 1 << 29
_DEEP = 3
_MOST_BESIDE, _LARGEST_BESIDE = 100, 1 << 24


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
    if isinstance(value, dict) and _is_tree(value):
        return _trees(value, source)
    found = [(name, one) for name, one in value.items() if _is_rows(one)] if isinstance(value, dict) else []
    if not found:
        raise Refusal("import.file.no_table", file=source.name if isinstance(source, Path) else "")
    return found


def _is_tree(value: Any) -> bool:
    """Whether this is a list of sObjects: `{"records": [{"attributes": {"type": …}, …}]}`."""
    records = value.get("records") if isinstance(value, dict) else None
    return _is_rows(records) and all(isinstance(one.get("attributes"), dict) for one in records or ())


def _trees(value: dict[str, Any], source: Path | bytes) -> list[tuple[str, list[dict[str, Any]]]]:
    """The records by their type, parents first; a child names the record that it stood in."""
    found: dict[str, list[dict[str, Any]]] = {}

    def take(records: list[dict[str, Any]], parent: tuple[str, Any] | None, deep: int) -> None:
        for one in records:
            plain = {key: inner for key, inner in one.items() if not _is_tree(inner)}
            if parent is not None:
                plain.setdefault(*parent)
            kind = str(one["attributes"].get("type", ""))
            found.setdefault(kind, []).append(plain)
            for inner in one.values() if deep else ():
                if _is_tree(inner):
                    take(inner["records"], (kind, one.get("Name")), deep - 1)

    take(value["records"], None, _DEEP)
    names = _names_by_reference(value, source)
    for records in found.values():
        for one in records:
            for key, inner in one.items():
                if isinstance(inner, str) and inner.startswith("@") and inner[1:] in names:
                    one[key] = names[inner[1:]]
    return list(found.items())


def _names_by_reference(value: dict[str, Any], source: Path | bytes) -> dict[str, str]:
    """What records are called, by the reference that stands for them; trees beside the file are looked at when needed."""
    texts = json.dumps(value)
    if '"@' not in texts:
        return {}
    trees = [value]
    if isinstance(source, Path):
        for beside in sorted(source.parent.glob("*.json"))[:_MOST_BESIDE]:
            if beside != source and beside.stat().st_size < _LARGEST_BESIDE:
                with contextlib.suppress(CrmError):
                    trees.append(_load(beside))
    return {
        str(one["attributes"].get("referenceId", "")): str(one["Name"])
        for tree in trees
        if _is_tree(tree)
        for one in tree["records"]
        if "Name" in one
    }


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
