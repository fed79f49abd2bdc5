"""The plan of an import: which files, as what, column by column, with the reasons. Frozen values that the user may change.

Knows nothing of a workspace; it can be made in a worker process and sent about.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from desktop_crm.domain.money import known_currency
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX
from desktop_crm.exchange.dates import DateOrder
from desktop_crm.exchange.table_format import Aspect, Evidence, TableFormat
from desktop_crm.exchange.values import ColumnProfile
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.services.importing.beside import is_beside
from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, PERSONS, ROW_ID


class How(enum.StrEnum):
    """How a column came to its field."""

    AUTO = "auto"
    NEW_FIELD = "new_field"
    IGNORED = "ignored"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a file, a row or a cell: a code with its facts. `row` counts as a spreadsheet does."""

    code: str
    row: int | None = None
    column: str | None = None
    params: dict[str, Any] = field(default_factory=dict)

    def error(self) -> Refusal:
        """The same as something to raise."""
        return Refusal(self.code, **self.params)

    @staticmethod
    def of(error: CrmError) -> Problem:
        """The same as a value that can be listed and sent about."""
        return Problem(code=error.code, params=dict(error.params))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column. `field` None means it is left out; `reason` is a code (`name`, `no_field`, `empty`, `derived`, …)."""

    column: str
    field: str | None
    how: How
    reason: str
    profile: ColumnProfile
    detail: str = ""
    date_order: DateOrder | None = None
    decimal: str = "."
    scale: Decimal = Decimal(1)
    currency: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    """Cell → what is read in its place; nothing for a cell that is to count as empty."""
    label: str = ""
    """What a new field of one's own is called, if not after the column."""

    @property
    def doubtful(self) -> bool:
        """Whether someone should look: an ambiguous date order or decimal sign."""
        return any(self.doubts)

    @property
    def doubts(self) -> Iterator[Evidence]:
        """What its values would allow as well."""
        dates, numbers = self.profile.dates, self.profile.numbers
        if self.field is not None and dates and dates.ambiguous:
            params = {"column": self.column, "order": "/".join((self.date_order or dates.order).value.upper())}
            yield Evidence(aspect=Aspect.DATES, code="dates.ambiguous", sure=False, params=params)
        if self.field is not None and numbers and numbers.ambiguous:
            params = {"column": self.column}
            yield Evidence(aspect=Aspect.NUMBERS, code="numbers.ambiguous", sure=False, params=params)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """One file: its format, its kind and its columns, or the refusal that keeps it out."""

    path: Path
    rows: int = 0
    entity: str | None = None
    format: TableFormat | None = None
    evidence: tuple[Evidence, ...] = ()
    columns: tuple[ColumnPlan, ...] = ()
    refusal: Problem | None = None
    keys: tuple[str, ...] = ()
    """The fields that together decide that a row is known; none means the usual ones of its kind."""
    defaults: tuple[tuple[str, str], ...] = ()
    """Field → what a new row has where the file says nothing, as text."""
    taken: tuple[tuple[int, str], ...] = ()
    """Row → the record that it means, whatever its keys say: it is changed, and no new one is made."""
    mapping: str = ""
    """The saved mapping that was used."""
    own: tuple[tuple[str, str], ...] = ()
    """The workspace's own fields that a column may go into: (entity, name)."""

    @property
    def kind(self) -> str | None:
        """The kind as users and scripts name it: `accounts`."""
        return REGISTRY[self.entity].plural if self.entity else None

    def column(self, name: str) -> ColumnPlan:
        """The plan of one column. Refusal `import.mapping.column` for a name the file does not have."""
        for column in self.columns:
            if column.column == name:
                return column
        raise Refusal("import.mapping.column", column=name, file=self.path.name)

    def with_column(self, changed: ColumnPlan) -> FilePlan:
        """The same with one column planned anew; another column that had this field loses it."""
        columns = []
        for column in self.columns:
            if column.column == changed.column:
                columns.append(changed)
            elif changed.field is not None and column.field == changed.field:
                columns.append(replace(column, field=None, how=How.IGNORED, reason="taken"))
            else:
                columns.append(column)
        return replace(self, columns=tuple(columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """All files of one import, in the order in which they were named."""

    files: tuple[FilePlan, ...]
    overwrite: bool = False
    """Whether a file that came in before also replaces what was changed since."""

    @property
    def usable(self) -> tuple[FilePlan, ...]:
        """The files that will be read."""
        return tuple(file for file in self.files if file.refusal is None)

    def with_file(self, changed: FilePlan) -> ImportPlan:
        """The same with one file planned anew."""
        return replace(self, files=tuple(changed if file.path == changed.path else file for file in self.files))


def choose(column: ColumnPlan, entity: str, choice: Any) -> ColumnPlan:
    """A column as the user wants it: a field name, None, or `{field, label, scale, currency, decimal, date_order, values}`."""
    wishes = choice if isinstance(choice, dict) else {"field": choice}
    unknown = set(wishes) - {"field", "label", "scale", "currency", "decimal", "date_order", "values"}
    if unknown:
        raise Refusal("import.mapping.wish", name=", ".join(sorted(map(str, unknown))), column=column.column)
    changed = column
    if "field" in wishes:
        field = wishes["field"] or None
        if field is not None and not can_take(entity, field):
            raise Refusal("import.mapping.field", field=str(field), kind=REGISTRY[entity].plural)
        changed = replace(changed, field=field, how=How.CHOSEN if field else How.IGNORED, reason="chosen", detail="")
    try:
        if "scale" in wishes:
            changed = replace(changed, scale=_scale(wishes["scale"]))
        if "date_order" in wishes:
            changed = replace(changed, date_order=DateOrder(wishes["date_order"]))
    except (ValueError, InvalidOperation) as error:
        raise Refusal("import.mapping.wish", name=str(error), column=column.column) from error
    if "decimal" in wishes:
        if wishes["decimal"] not in {".", ","}:
            raise Refusal("import.mapping.wish", name="decimal", column=column.column)
        changed = replace(changed, decimal=wishes["decimal"])
    if "currency" in wishes:
        changed = replace(changed, currency=known_currency(str(wishes["currency"])) if wishes["currency"] else None)
    if "label" in wishes:
        changed = replace(changed, label=str(wishes["label"] or "").strip())
    if "values" in wishes:
        changed = replace(changed, values=_values(wishes["values"], column))
    return changed


def _values(values: Any, column: ColumnPlan) -> tuple[tuple[str, str], ...]:
    if not isinstance(values, dict) or not all(isinstance(value, str | None) for value in values.values()):
        raise Refusal("import.mapping.wish", name="values", column=column.column)
    return tuple((str(cell), value or "") for cell, value in values.items())


def _scale(value: Any) -> Decimal:
    scale = Decimal(str(value))
    if not scale.is_finite() or scale <= 0:
        raise ValueError("scale")
    return scale


def can_take(entity: str, field: Any) -> bool:
    """Whether a column may go into this field."""
    if not isinstance(field, str):
        return False
    parts = entity in PERSONS and field in {GIVEN_NAME, FAMILY_NAME}
    own = field.startswith(OWN_FIELD_PREFIX) and len(field) > len(OWN_FIELD_PREFIX)
    return field == ROW_ID or parts or own or REGISTRY[entity].has(field) or is_beside(entity, field)
