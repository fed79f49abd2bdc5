"""Records side by side, field by field, for whoever decides what the one record is to say. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_crm.domain.accounts.duplicates import joining
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.i18n.labels import field_label
from desktop_crm.persistence.stores import journal as pointing
from desktop_crm.persistence.stores import records as store
from desktop_crm.persistence.stores.records import Record
from desktop_crm.services.records import own_fields
from desktop_crm.services.values import shown
from desktop_crm.services.workspace import Workspace

_APART = frozenset({"merge", "duplicate_set", "conflict"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One field on all records: its values, how they read, and whether several can stand together (sets, notes)."""

    field: str
    label: str
    unit: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    joins: bool

    @property
    def differs(self) -> bool:
        """Whether there is anything to decide."""
        return len({str(value) for value in self.values}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Records side by side. `belongs`: for each, how many records of which kind point to it."""

    entity: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    survivor: str
    rows: tuple[SheetRow, ...]
    belongs: tuple[Mapping[str, int], ...]

    def records(self) -> dict[str, dict[str, Any]]:
        """The values by record."""
        return {row_id: {row.field: row.values[at] for row in self.rows} for at, row_id in enumerate(self.ids)}


def sheet(workspace: Workspace, entity: str, ids: Sequence[str]) -> Sheet:
    """The records side by side. Raises Refusal `record.missing`."""
    own = own_fields(workspace, entity)
    with workspace.read() as session:
        found = [store.get(session, entity, row_id) for row_id in ids]
        belongs = []
        for row_id in ids:
            kinds = Counter(other for other, *_ in pointing.referring(session, entity, [row_id]))
            belongs.append({kind: count for kind, count in kinds.most_common() if kind not in _APART})
    described = REGISTRY[entity]
    fields = [*joining.joined_fields(described), *(described.field(name) for name in own)]
    return Sheet(
        entity=entity,
        ids=tuple(ids),
        names=tuple(str(one.fields.get(described.title) or "…") for one in found),
        survivor=joining.survivor_of({one.id: one.fields for one in found}),
        rows=tuple(_row(entity, field, found, own) for field in fields),
        belongs=tuple(belongs),
    )


def _row(entity: str, field: Field, found: Sequence[Record], own: Mapping[str, str]) -> SheetRow:

    return SheetRow(
        field=field.name,
        label=own.get(field.name) or field_label(entity, field.name),
        unit=field.unit or "",
        values=tuple(one.fields.get(field.name) for one in found),
        texts=tuple(_text(field, one) for one in found),
        joins=field.type in {FieldType.SET, FieldType.LONG_TEXT},
    )


def _text(field: Field, record: Record) -> str:
    value = record.fields.get(field.name)
    if joining.is_blank(value):
        return ""
    if field.type is FieldType.REFERENCE:
        return record.titles.get(field.name, "…")
    short, exact = shown(field, value, str(record.fields.get(field.currency_field or "") or ""))
    return exact if field.type is FieldType.LONG_TEXT and exact else short
