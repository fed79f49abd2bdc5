"""A mapping as a plain value: what `--mapping` takes, what a dry run shows, and what is saved for the next file of that form.

`{"kind", "columns": {column: field | null | {field, label, scale, currency, decimal, date_order, values}}, "keys", "defaults",
"rows": {row: id of the record that it means}}`; rows are of one file and never saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, ROW_ID
from desktop_crm.services.importing.plan import ColumnPlan, FilePlan, can_take
from desktop_crm.services.importing.reading import read_default

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY})
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_PARTS = frozenset({ROW_ID, GIVEN_NAME, FAMILY_NAME})


def as_wishes(file: FilePlan) -> dict[str, Any]:
    """The whole mapping of a file."""
    assert file.entity is not None
    wishes: dict[str, Any] = {
        "kind": file.kind,
        "columns": {column.column: _wish(file.entity, column) for column in file.columns},
    }
    if file.keys:
        wishes["keys"] = list(file.keys)
    if file.defaults:
        wishes["defaults"] = dict(file.defaults)
    if file.taken:
        wishes["rows"] = {str(row): record for row, record in file.taken}
    return wishes


def _wish(entity: str, column: ColumnPlan) -> Any:
    """One column: the field alone where nothing else is to be said."""
    if column.field is None:
        return None
    kind = REGISTRY[entity].field(column.field).type
    more: dict[str, Any] = {}
    if column.label:
        more["label"] = column.label
    if kind in _NUMBERS:
        if column.scale != Decimal(1):
            more["scale"] = format(column.scale.normalize(), "f")
        if column.decimal != ".":
            more["decimal"] = column.decimal
    if kind is FieldType.MONEY and column.currency:
        more["currency"] = column.currency
    if kind in _DATES and column.date_order is not None:
        more["date_order"] = column.date_order.value
    if column.values:
        more["values"] = dict(column.values)
    return {"field": column.field, **more} if more else column.field


def with_keys(file: FilePlan, keys: Any) -> FilePlan:
    """The same file with the fields that together decide that a row is known; none means the usual ones.

    Raises Refusal `import.mapping.key` for a field that no column fills or that points to rows of the same kind.
    """
    wanted = (keys,) if isinstance(keys, str) else tuple(keys or ())
    assert file.entity is not None
    filled = {column.field for column in file.columns if column.field is not None}
    for name in wanted:
        known = isinstance(name, str) and name in filled and name not in _PARTS and ":" not in name
        if not known or REGISTRY[file.entity].field(name).target == file.entity:
            raise Refusal("import.mapping.key", field=str(name))
    return replace(file, keys=wanted)


def with_taken(file: FilePlan, rows: Any) -> FilePlan:
    """The same file with rows that mean records which are there, by the row's number. Raises Refusal `import.mapping.shape`."""
    if not isinstance(rows, Mapping):
        raise Refusal("import.mapping.shape")
    taken = {}
    for row, record in rows.items():
        if not str(row).isdecimal() or not isinstance(record, str) or not record:
            raise Refusal("import.mapping.shape")
        taken[int(row)] = record
    return replace(file, taken=tuple(sorted(taken.items())))


def with_defaults(file: FilePlan, defaults: Any) -> FilePlan:
    """The same file with what its new rows have where it says nothing, as text.

    Raises Refusal `import.mapping.field`, `import.mapping.default`.
    """
    if not isinstance(defaults, Mapping):
        raise Refusal("import.mapping.shape")
    assert file.entity is not None
    kept = {}
    for name, value in defaults.items():
        text = "" if value is None else str(value).strip()
        if not can_take(file.entity, name) or name in _PARTS or ":" in name:
            raise Refusal("import.mapping.field", field=str(name), kind=REGISTRY[file.entity].plural)
        if text:
            kept[name] = text
    changed = replace(file, defaults=tuple(kept.items()))
    for name, text in changed.defaults:
        read_default(changed, name, text)
    return changed
