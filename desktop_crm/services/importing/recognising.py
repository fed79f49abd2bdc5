"""Looking at files before an import: which are tables, of what kind, and which column is which field, each with a reason.

Reads files only; needs no workspace, so it can run in a worker process.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX
from desktop_crm.exchange.dates import DateOrder, parse_date
from desktop_crm.exchange.table_format import Container, Detected, SheetFormat, Table, TableFormat
from desktop_crm.exchange.tables import SUFFIXES, detect, open_table
from desktop_crm.exchange.values import ColumnKind, ColumnProfile, profile
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.services.importing.beside import is_beside, unlabelled
from desktop_crm.services.importing.kinds import OUTSIDE_KEY, ROW_ID, Fit, best_fit, fit, is_reason, squeezed
from desktop_crm.services.importing.mapping import with_defaults, with_keys, with_taken
from desktop_crm.services.importing.plan import ColumnPlan, FilePlan, How, ImportPlan, Problem, choose
from desktop_crm.services.importing.programs import TREE_TYPE, fit_program, fit_tree, program_of
from desktop_crm.services.importing.reading import can_read
from desktop_crm.services.importing.units import unit_of

_BLANK_SHARE = 0.4
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_QUARTER = re.compile(r"(?:Q([1-4])[\s-]*(\d{4})|(\d{4})[\s-]*Q([1-4]))", re.IGNORECASE)
_OURS = re.compile(rf"{OWN_FIELD_PREFIX}\w+\.\w+")
_NO_CANCEL: Callable[[], bool] = bool


def inspect(
    paths: Sequence[Path],
    kind: str | None = None,
    mapping: Any = None,
    *,
    sheet: str | None = None,
    cancelled: Callable[[], bool] = _NO_CANCEL,
) -> ImportPlan:
    """The plan for these files and folders. A file that cannot be used carries its refusal; the others go on.

    `kind` (`accounts` …) overrides recognition; `mapping` is what `--mapping` holds; `sheet` names one of a workbook. Refusal when nothing is there at all.
    """
    entity = _entity(kind)
    choices = mapping or {}
    if not isinstance(choices, dict):
        raise Refusal("import.mapping.shape")
    files = []
    for path in files_of(paths):
        if cancelled():
            raise Refusal("import.cancelled")
        files.append(inspect_file(path, entity=entity, choices=_choices_for(choices, path), sheet=sheet))
    plan = ImportPlan(files=tuple(files))
    if "files" not in choices:
        _refuse_strangers(choices.get("columns", {}) if _is_one(choices) else choices, plan)
    return plan


def _is_one(choices: dict[str, Any]) -> bool:
    """Whether a mapping says the same of every file."""
    return not {"columns", "kind", "format", "keys", "defaults"}.isdisjoint(choices)


def _refuse_strangers(columns: dict[str, Any], plan: ImportPlan) -> None:
    """Raises Refusal `import.mapping.column` for a column that none of the files has."""
    known = {column.column for file in plan.usable for column in file.columns}
    for name in columns:
        if plan.usable and name not in known:
            raise Refusal("import.mapping.column", column=name, file=plan.usable[0].path.name)


def read_mapping(path: Path) -> Any:
    """The JSON of a mapping file."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Refusal("import.file.missing", path=str(path)) from None
    except (OSError, ValueError) as error:
        raise Refusal("import.mapping.shape", reason=str(error)) from error


def files_of(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Files as named, folders as the tables in them."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(child for child in path.iterdir() if child.is_file() and child.suffix.lower() in SUFFIXES)
            if not inside:
                raise Refusal("import.folder.empty", path=str(path))
            found.update(dict.fromkeys(inside))
        else:
            found[path] = None
    return tuple(found)


def inspect_file(
    path: Path,
    *,
    entity: str | None = None,
    choices: Any = None,
    form: TableFormat | None = None,
    sheet: str | None = None,
) -> FilePlan:
    """The plan for one file; `form` is what the user made of the detected format, `sheet` the sheet to look at instead.

    Of the lists in a JSON file the one is taken that says most; the first sheet of a workbook that holds a table stays.
    """
    plan = _look(path, entity, choices, form, sheet)
    found = plan.format
    if (
        not isinstance(found, SheetFormat)
        or found.container is not Container.JSON
        or form is not None
        or sheet is not None
    ):
        return plan
    plans = [_look(path, entity, choices, None, name) for name in found.sheets[1:]]
    return max(
        (plan, *plans), key=lambda one: sum(column.reason == "name" and bool(column.field) for column in one.columns)
    )


def _look(path: Path, entity: str | None, choices: Any, form: TableFormat | None, sheet: str | None) -> FilePlan:
    wishes = choices or {}
    file = FilePlan(path=path)
    try:
        format_wishes = dict(wishes.get("format") or {})
        wanted_sheet = format_wishes.pop("sheet", sheet)
        found: Detected[TableFormat] = detect(path, wanted_sheet) if form is None else Detected(format=form)
        if format_wishes:
            found = replace(found, format=found.format.changed(**format_wishes))
        file = replace(file, format=found.format, evidence=found.evidence)
        table = open_table(path, found.format)
        profiles, rows = _profiles(table)
        file = replace(file, rows=rows, columns=tuple(map(_unplaced, profiles)))
        wanted = _entity(wishes.get("kind")) or entity
        return _planned(file, profiles, wanted, wishes)
    except CrmError as error:
        return replace(file, refusal=Problem.of(error))


def _entity(kind: Any) -> str | None:
    if kind is None:
        return None
    found = REGISTRY.find(str(kind))
    if found is None:
        raise Refusal("import.kind.unknown", kind=str(kind))
    return found.name


def _choices_for(choices: dict[str, Any], path: Path) -> dict[str, Any]:
    """`{"files": {"name.csv": {kind, format, columns}}}`, or `{column: field}` for every file that has the column."""
    if "files" in choices:
        files = choices["files"]
        chosen = files.get(path.name) or files.get(str(path)) if isinstance(files, dict) else None
        return _shaped({} if chosen is None else chosen)
    if _is_one(choices):
        return _shaped(choices) | {"optional": True}
    return {"columns": choices, "optional": True} if choices else {}


def _shaped(wishes: Any) -> dict[str, Any]:
    """What is wished for a file. Raises Refusal `import.mapping.shape`."""
    if not isinstance(wishes, dict) or not all(
        isinstance(wishes.get(key) or {}, dict) for key in ("columns", "format", "defaults", "rows")
    ):
        raise Refusal("import.mapping.shape")
    return wishes


def _profiles(table: Table) -> tuple[tuple[ColumnProfile, ...], int]:
    cells: list[list[str]] = [[] for _ in table.columns]
    rows = 0
    for record in table.records():
        rows += 1
        if record.issue is None:
            for column, cell in zip(cells, record.cells, strict=True):
                column.append(cell)
    first = [profile(name, column) for name, column in zip(table.columns, cells, strict=True)]
    orders = {
        one.dates.order
        for one in first
        if one.dates and not one.dates.ambiguous and one.dates.order is not DateOrder.YMD
    }
    if len(orders) == 1 and any(one.dates and one.dates.ambiguous for one in first):
        hint = orders.pop()
        first = [
            profile(one.name, column, hint) if one.dates and one.dates.ambiguous else one
            for one, column in zip(first, cells, strict=True)
        ]
    return tuple(_without_derived(first, cells)), rows


def _without_derived(profiles: list[ColumnProfile], cells: list[list[str]]) -> list[ColumnProfile]:
    """Columns that only say the quarter of a date column beside them are marked by their samples' source."""
    result = list(profiles)
    for at, one in enumerate(profiles):
        if (
            one.kind is not ColumnKind.TEXT
            or not one.samples
            or not all(_QUARTER.fullmatch(text) for text in one.samples)
        ):
            continue
        for other, dates in enumerate(profiles):
            if dates.dates is not None and _tells_quarter(cells[at], cells[other], dates):
                result[at] = replace(one, derived_from=dates.name)
                break
    return result


def _tells_quarter(labels: list[str], days: list[str], dates: ColumnProfile) -> bool:
    assert dates.dates is not None
    for label, text in zip(labels, days, strict=True):
        match = _QUARTER.fullmatch(label.strip())
        day = parse_date(text, dates.dates) if text.strip() else None
        if match is None or day is None:
            if label.strip() or day is not None:
                return False
            continue
        quarter, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        if (int(quarter), int(year)) != ((day.month + 2) // 3, day.year):
            return False
    return True


def _planned(
    file: FilePlan, profiles: tuple[ColumnProfile, ...], entity: str | None, wishes: dict[str, Any]
) -> FilePlan:
    names = tuple(one.name for one in profiles)
    assert file.format is not None
    blank = sum(name == f"column_{at}" for at, name in enumerate(names, 1)) / max(1, len(names))
    if file.format.header and len(names) > 2 and blank > _BLANK_SHARE and entity is None:
        raise Refusal("import.file.no_table", file=file.path.name)
    ours = next((one.name for one in profiles if _is_our_id(one)), None)
    empty = {one.name for one in profiles if one.kind is ColumnKind.EMPTY}
    others = tuple(
        sorted((name for name in names if name != ours), key=empty.__contains__)
    )  # a filled column goes first
    found = _fitting(file, others, entity, profiles)
    if found is None:
        raise Refusal("import.file.kind_unknown", file=file.path.name, columns=", ".join(names[:8]))
    columns = tuple(
        _column(one, found.entity, ROW_ID if one.name == ours else found.matched.get(one.name)) for one in profiles
    )
    columns = tuple(
        replace(one, scale=Decimal(found.scales[one.column])) if one.column in found.scales else one for one in columns
    )
    planned = replace(file, entity=found.entity, columns=_distinct(columns), keys=(), defaults=(), mapping="")
    for name, choice in (wishes.get("columns") or {}).items():
        if name in names:
            planned = planned.with_column(choose(planned.column(name), found.entity, choice))
        elif not wishes.get("optional"):
            raise Refusal("import.mapping.column", column=name, file=file.path.name)
    planned = with_keys(planned, wishes["keys"]) if wishes.get("keys") else planned
    planned = with_taken(planned, wishes["rows"]) if wishes.get("rows") else planned
    return with_defaults(planned, wishes["defaults"]) if wishes.get("defaults") else planned


def plan_again(file: FilePlan, wishes: Mapping[str, Any]) -> FilePlan:
    """The same file, looked at already, planned by a mapping that was saved. Raises Refusal when it does not fit."""
    profiles = tuple(column.profile for column in file.columns)
    kept = _shaped(dict(wishes)) | {"optional": True}
    return _planned(replace(file, refusal=None), profiles, _entity(kept.get("kind")) or file.entity, kept)


def _fitting(
    file: FilePlan, columns: tuple[str, ...], entity: str | None, profiles: tuple[ColumnProfile, ...]
) -> Fit | None:
    """What the columns are: by the kind that was wished, by the program they come from, else by their names."""
    program = program_of(columns)
    if program is not None and entity in {None, program.entity}:
        return fit_program(program, columns)
    kind = next((one.samples[0] for one in profiles if one.name == TREE_TYPE and one.distinct == 1), None)
    if kind is not None and entity is None:
        return fit_tree(columns, kind)
    return fit(entity, columns) if entity else best_fit(columns, _called(file))


def _unplaced(one: ColumnProfile) -> ColumnPlan:
    return ColumnPlan(column=one.name, field=None, how=How.IGNORED, reason="no_kind", profile=one)


def _called(file: FilePlan) -> str:
    """The name of the file, and of its sheet."""
    sheet = file.format.sheet if isinstance(file.format, SheetFormat) else ""
    return f"{file.path.stem} {sheet}"


def _is_our_id(one: ColumnProfile) -> bool:
    """Whether the column holds our own row ids: our exports come back as the rows they were."""
    return squeezed(one.name) == ROW_ID and bool(one.samples) and all(_UUID.fullmatch(text) for text in one.samples)


def _column(one: ColumnProfile, entity: str, matched: str | None) -> ColumnPlan:
    dates, numbers = one.dates or one.partly_dates, one.numbers or one.partly_numbers
    plan = ColumnPlan(
        column=one.name,
        field=matched,
        how=How.AUTO,
        reason="name",
        profile=one,
        date_order=dates.order if dates else None,
        decimal=numbers.decimal if numbers else ".",
        currency=numbers.currency if numbers else None,
    )
    if matched == ROW_ID:
        return replace(plan, reason="our_id")
    if is_beside(entity, one.name):
        return replace(plan, field=one.name)
    if matched is not None and not _holds(entity, matched, one):
        matched, plan = None, replace(plan, reason="values")
    if matched is not None:
        unit = unit_of(one.name)
        amount = REGISTRY[entity].field(matched).type is FieldType.MONEY
        return replace(plan, scale=unit.scale, currency=unit.currency or plan.currency) if amount else plan
    if is_reason(one.name):
        return replace(plan, field=None, how=How.IGNORED, reason="refusals")
    if one.kind is ColumnKind.EMPTY:
        return replace(plan, field=None, how=How.IGNORED, reason="empty")
    if one.derived_from and not one.name.startswith(OWN_FIELD_PREFIX):
        return replace(plan, field=None, how=How.IGNORED, reason="derived", detail=one.derived_from)
    if _outside_key(entity, one):
        return replace(plan, field=OUTSIDE_KEY, reason="key")
    if entity == "hierarchy_link":
        return replace(plan, field=None, how=How.IGNORED, reason="of_account")
    return replace(plan, field=own_field(one.name), how=How.NEW_FIELD, reason="no_field")


def _holds(entity: str, field: str, one: ColumnProfile) -> bool:
    """Whether a column whose name fits also holds what the field can take in some cells; the others will be listed."""
    if one.kind is ColumnKind.EMPTY:
        return True
    kind = REGISTRY[entity].field(field).type
    if kind in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY}:
        return (one.numbers or one.partly_numbers) is not None
    if kind in {FieldType.DATE, FieldType.DATETIME}:
        return (one.dates or one.partly_dates) is not None
    return kind not in {FieldType.OPTION, FieldType.BOOLEAN} or can_read(entity, field, one)


def _outside_key(entity: str, one: ColumnProfile) -> bool:
    """A column called id that is filled and different in every row is another program's key."""
    names = {"id", f"{entity}id", f"{squeezed(entity)}id", "externalid", "recid", "entityid", f"{entity}번호"}
    return not REGISTRY[entity].has("external_id") and squeezed(one.name) in names and one.distinct == one.filled > 0


def own_field(column: str) -> str:
    """The name of a field of one's own for a column: small letters of any script, digits and underscores.

    A column of our own export has that name already.
    """
    ours = unlabelled(column)[1]
    if ours is not None:
        return ours
    if _OURS.fullmatch(column):
        return column
    plain = unicodedata.normalize("NFC", column).casefold()
    slug = re.sub(r"[^\w]+", "_", plain).strip("_") or "field"
    return (
        slug if column.startswith(OWN_FIELD_PREFIX) and slug.startswith(OWN_FIELD_PREFIX) else OWN_FIELD_PREFIX + slug
    )


def _distinct(columns: tuple[ColumnPlan, ...]) -> tuple[ColumnPlan, ...]:
    """No two columns go into one field; the later own fields are numbered."""
    seen: set[str] = set()
    result = []
    for column in columns:
        name, number = column.field, 2
        while name is not None and name in seen:
            name, number = f"{column.field}_{number}", number + 1
        if name is not None:
            seen.add(name)
        result.append(replace(column, field=name))
    return tuple(result)
