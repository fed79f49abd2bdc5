"""Rows of a planned file as values of our fields. Names of other records stay names; bad cells are listed, never guessed.

Reads files only; needs no workspace, so it can run in a worker process.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from desktop_crm.domain.money import CURRENCIES
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.domain.schema.codec import is_held
from desktop_crm.domain.schema.limits import beyond
from desktop_crm.domain.text import is_blank
from desktop_crm.exchange.dates import DateFormat, DateOrder, parse_date, parse_moment
from desktop_crm.exchange.numbers import CURRENCY_SIGNS, NumberFormat, Parsed, parse_number
from desktop_crm.exchange.sheets import CELL_ERRORS, NO_VALUE
from desktop_crm.exchange.table_format import Record
from desktop_crm.exchange.tables import open_table
from desktop_crm.exchange.values import ColumnKind, ColumnProfile, parse_boolean
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import speaking
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import option_label
from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, OUTSIDE_KEY, ROW_ID, squeezed
from desktop_crm.services.importing.matching import exact
from desktop_crm.services.importing.meter import Meter
from desktop_crm.services.importing.plan import ColumnPlan, FilePlan, How, ImportPlan, Problem

_BLANKS = frozenset({"", "null", "n/a", "#n/a", "none", "nan", "-", "—", "미정", "없음"})
_TEXT_BLANKS = frozenset({"", "null", "n/a", "#n/a"})
_LONGEST_BLANK = max(map(len, _BLANKS | _TEXT_BLANKS))
_UNREAD = object()
_STAND_INS: Final = {
    "opportunity": ("name", "external_id", "account_id"),
    "activity": ("subject", "body", "kind", "occurred_at"),
    "hierarchy_link": ("account_id",),
    "employment": ("contact_id", "account_id"),
    "account": ("name", OUTSIDE_KEY),
    "price_book_entry": ("product_id",),
    "account_member": ("user_id",),
    "white_space_cell": ("product_id",),
    "order": ("number", "account_id"),
    "order_line": ("product_id", "order_id"),
}
"""Fields of which one is enough for a row without its title."""
_WORDLIKE = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.ORDER_KEY, FieldType.REFERENCE, FieldType.SET})
_QUOTED = re.compile(
    r"(?:[가-힣]+\s+)?(?:(?P<before>10{0,3})\s*)?(?P<code>[A-Za-z]{3}|[^\w\s()\[\]/]{1,3})"
    r"\s*(?:[(\[/]?\s*(?P<after>10{0,3})\s*[가-힣]*\s*[)\]]?)?"
)
"""A currency in a list of rates, with the number of units that a rate is for: a power of ten up to a thousand."""
UNITS = "from_currency:units"
_ORDER_EVERY = 2000
_PIECE = 500

Convert = Callable[[str], Any]


class _BadCell(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One good row: its number in the file, and values by field; references hold the name as it stands in the file."""

    number: int
    values: dict[str, Any]


class PackedRows:
    """Rows in pieces as they came from a worker process: each is unpacked when it is reached, so that no thread is held up."""

    def __init__(self, rows: Collection[Row]) -> None:
        plain = [(row.number, row.values) for row in rows]
        self._count = len(plain)
        self._pieces = tuple(pickle.dumps(plain[at : at + _PIECE]) for at in range(0, len(plain), _PIECE))

    def __len__(self) -> int:
        return self._count

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)

    def __iter__(self) -> Iterator[Row]:
        for piece in self._pieces:
            for number, values in pickle.loads(piece):  # noqa: S301 - made above, by this program's own worker
                yield Row(number=number, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOfFile:
    """All rows of one file: the good ones, and the problems of the others. `refused` counts rows, not problems."""

    plan: FilePlan
    rows: Collection[Row] = ()
    total: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    called: Mapping[int, str] = field(default_factory=dict)
    """What the refused rows are called, as far as that could be read."""
    digest: str = ""
    """The hash of the file's bytes."""


def read_measured(plan: ImportPlan, meter: Meter) -> tuple[RowsOfFile, ...]:
    """`read_rows` for a worker process, the rows packed for the way back. Refusal `import.cancelled` when the meter is gone."""
    meter.tell(0, sum(file.rows for file in plan.usable))
    found = read_rows(plan, meter.tell, meter.stopped)
    return tuple(replace(file, rows=PackedRows(file.rows)) for file in found)


@dataclass(slots=True, kw_only=True)
class _Sorting:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    called: dict[int, str] = field(default_factory=dict)
    total: int = 0
    refused: int = 0


def read_rows(
    plan: ImportPlan, progress: Callable[[int, int], None] | None = None, cancelled: Callable[[], bool] = bool
) -> tuple[RowsOfFile, ...]:
    """The rows of all files of a plan. Refusal `import.cancelled` when `cancelled` says so."""
    done, whole = 0, sum(file.rows for file in plan.usable)
    result = []
    for file in plan.files:
        if file.refusal is not None:
            result.append(RowsOfFile(plan=file))
            continue
        sorting = _Sorting()
        try:
            digest = _digest(file)
            for record in _records(file):
                _sort(record, file, sorting)
                done += 1
                if done % _ORDER_EVERY == 0:
                    if cancelled():
                        raise Refusal("import.cancelled")
                    if progress is not None:
                        progress(done, whole)
        except CrmError as error:
            if error.code == "import.cancelled":
                raise
            result.append(RowsOfFile(plan=_refused(file, error)))
            continue
        result.append(
            RowsOfFile(
                plan=file,
                rows=tuple(sorting.rows),
                total=sorting.total,
                refused=sorting.refused,
                problems=tuple(sorting.problems),
                called=sorting.called,
                digest=digest,
            )
        )
    return tuple(result)


def _digest(file: FilePlan) -> str:
    """The hash of the bytes; empty where they cannot be read, which the reading itself tells."""
    with suppress(OSError), file.path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
    return ""


def _refused(file: FilePlan, error: CrmError) -> FilePlan:
    return FilePlan(path=file.path, entity=file.entity, format=file.format, refusal=Problem.of(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    record: Record
    values: dict[str, Any]
    problems: tuple[Problem, ...]


def _records(file: FilePlan) -> Iterator[_Numbered]:
    assert file.entity is not None
    assert file.format is not None
    table = open_table(file.path, file.format)
    places = {name: at for at, name in enumerate(table.columns)}
    columns = [
        (column, places[column.column], _converter(file.entity, column))
        for column in file.columns
        if column.field is not None and column.column in places
    ]
    for record in table.records():
        if record.issue is not None:
            yield _Numbered(record=record, values={}, problems=(Problem(code=record.issue, row=record.number),))
            continue
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for column, at, convert in columns:
            cell = record.cells[at]
            if not cell:
                continue
            try:
                value = convert(cell)
            except _BadCell as bad:
                params = {"value": cell[:80], **bad.params}
                problems.append(Problem(code=bad.code, row=record.number, column=column.column, params=params))
                continue
            if value is not None:
                assert column.field is not None
                _put(values, column, value)
        yield _Numbered(record=record, values=values, problems=tuple(problems))


def _put(values: dict[str, Any], column: ColumnPlan, value: Any) -> None:
    assert column.field is not None
    if type(value) is str:
        values[column.field] = value
    elif isinstance(value, _Amount):
        values[column.field] = value.value
        if value.currency:
            values[f"{column.field}:currency"] = value.currency
    elif isinstance(value, _Quoted):
        values[column.field] = value.code
        if value.units > 1:
            values[UNITS] = value.units
    else:
        values[column.field] = value


def _sort(numbered: _Numbered, file: FilePlan, sorting: _Sorting) -> None:
    sorting.total += 1
    problems = list(numbered.problems)
    values = _for_one_unit(_joined_name(numbered.values))
    if not problems:
        problems.extend(_missing(file, numbered.record.number, values))
    if problems:
        sorting.refused += 1
        sorting.problems.extend(problems)
        title = values.get(REGISTRY[file.entity or ""].title)
        if title:
            sorting.called[numbered.record.number] = str(title)
        return
    sorting.rows.append(Row(number=numbered.record.number, values=values))


def _for_one_unit(values: dict[str, Any]) -> dict[str, Any]:
    """A rate for a hundred yen as the rate for one."""
    units = values.pop(UNITS, None)
    if units is not None and "rate" in values:
        values["rate"] = values["rate"] / units
    return values


def _joined_name(values: dict[str, Any]) -> dict[str, Any]:
    """Given and family name as one: Hangul without a gap and family name first."""
    given, family = values.pop(GIVEN_NAME, None), values.pop(FAMILY_NAME, None)
    if "name" in values or not (given or family):
        return values
    parts = [part for part in (given, family) if part]
    if all("가" <= char <= "힣" for part in parts for char in part):
        return values | {"name": "".join(reversed(parts))}
    return values | {"name": " ".join(parts)}


def _missing(file: FilePlan, number: int, values: dict[str, Any]) -> Iterator[Problem]:
    """A row without its title; opportunities and activities can be named after what they belong to."""
    assert file.entity is not None
    entity = REGISTRY[file.entity]
    fields = _STAND_INS.get(entity.name, (entity.title,))
    if ROW_ID in values or any(name in values for name in fields):
        return
    columns = [column.column for column in file.columns if column.field in fields]
    yield Problem(code="import.row.no_name", row=number, column=columns[0] if columns else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quoted:
    """A currency, and for how many units of it a rate is meant."""

    code: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    value: Decimal
    currency: str | None


def _converter(entity: str, column: ColumnPlan) -> Convert:
    """The function that reads this column's cells; the same text is read once."""
    assert column.field is not None
    kind = REGISTRY[entity].field(column.field)
    plain = _plain_converter(kind, column)
    blanks = _TEXT_BLANKS if kind.type in _WORDLIKE else _BLANKS
    known: dict[str, Any] = {}
    mapped = {exact(said): meant for said, meant in column.values}

    def convert(cell: str) -> Any:
        found = known.get(cell, _UNREAD)
        if found is not _UNREAD:
            if isinstance(found, _BadCell):
                raise found
            return found
        text = cell.strip()
        if not text.isascii():
            text = "" if is_blank(text) else unicodedata.normalize("NFC", text)
        text = mapped.get(exact(text), text) if mapped else text
        value: Any = None
        if "\ufffd" in text or "\x00" in text:
            value = _BadCell("import.cell.damaged")
        elif text.startswith("#") and text in CELL_ERRORS:
            value = _BadCell("import.cell.error")
        elif text == NO_VALUE:
            value = _BadCell("import.cell.not_calculated")
        elif len(text) > _LONGEST_BLANK or text.casefold() not in blanks:
            try:
                value = plain(text)
                if refusal := beyond(kind, value):
                    value = _BadCell(refusal.code, **refusal.params)
            except _BadCell as bad:
                value = bad
        if len(known) < 50_000:
            known[cell] = value
        if isinstance(value, _BadCell):
            raise value
        return value

    return convert


def can_read(entity: str, name: str, one: ColumnProfile) -> bool:
    """Whether a field can take any of the values that are looked at in a column."""
    convert = _converter(entity, ColumnPlan(column=name, field=name, how=How.AUTO, reason="name", profile=one))
    for text in one.choices or one.samples:
        with suppress(_BadCell):
            convert(text)
            return True
    return False


def read_default(file: FilePlan, name: str, text: str) -> dict[str, Any]:
    """What a default writes, as a cell of that column would. Raises Refusal `import.mapping.default`."""
    assert file.entity is not None
    profile = ColumnProfile(name=name, kind=ColumnKind.TEXT, filled=1, distinct=1)
    column = ColumnPlan(column=name, field=name, how=How.CHOSEN, reason="chosen", profile=profile)
    values: dict[str, Any] = {}
    try:
        value = _converter(file.entity, column)(text)
    except _BadCell as bad:
        reason = explain(Refusal(bad.code, **{"value": text, **bad.params})).happened
        raise Refusal("import.mapping.default", field=name, reason=reason) from bad
    if value is not None:
        _put(values, column, value)
    if UNITS in values:  # said once for a whole file it would have to change each rate
        raise Refusal(
            "import.mapping.default", field=name, reason=explain(Refusal("import.cell.currency", value=text)).happened
        )
    return values


def _plain_converter(kind: Field, column: ColumnPlan) -> Convert:
    numbers = NumberFormat(decimal=column.decimal)
    dates = DateFormat(order=column.date_order or DateOrder.YMD)
    scale = column.scale
    match kind.type:
        case FieldType.INTEGER:
            return lambda text: _integer(text, numbers, scale)
        case FieldType.DECIMAL:
            return lambda text: _decimal(text, numbers, scale, kind.name)
        case FieldType.MONEY:
            return lambda text: _amount(text, numbers, scale, column.currency)
        case FieldType.DATE:
            return lambda text: _day(text, dates)
        case FieldType.DATETIME:
            return lambda text: _moment(text, dates)
        case FieldType.BOOLEAN:
            return _boolean
        case FieldType.CURRENCY:
            return _quoted_currency if kind.name == "from_currency" else _currency
        case FieldType.OPTION:
            return _option(kind)
        case FieldType.SET:
            return lambda text: tuple(
                sorted({part.strip() for part in text.replace(";", ",").split(",") if part.strip()})
            )
        case _:
            return _registration_number if kind.name == "business_registration_number" else str


def _number(text: str, form: NumberFormat) -> Parsed:
    parsed = parse_number(text, form)
    if parsed is None:
        raise _BadCell("import.cell.number")
    return parsed


def _integer(text: str, form: NumberFormat, scale: Decimal) -> int:
    value = _scaled(_number(text, form).value, scale)
    if value != value.to_integral_value():
        raise _BadCell("import.cell.integer")
    if abs(value) >= 2**63:
        raise _BadCell("import.cell.number")
    return int(value)


def _decimal(text: str, form: NumberFormat, scale: Decimal, field_name: str) -> Decimal:
    parsed = _number(text, form)
    share = parsed.percent and field_name in {"probability", "uplift"}
    return _scaled(parsed.value, scale / (100 if share else 1))


def _amount(text: str, form: NumberFormat, scale: Decimal, currency: str | None) -> _Amount:
    parsed = _number(text, form)
    return _Amount(value=_scaled(parsed.value, scale), currency=currency or parsed.currency)


def _scaled(value: Decimal, scale: Decimal) -> Decimal:
    """The number times the scale; one with more digits than can be kept is refused, not rounded."""
    if not is_held(value) or not is_held(scaled := value * scale):
        raise _BadCell("import.cell.too_large")
    return scaled


def _day(text: str, form: DateFormat) -> date:
    day = parse_date(text, form)
    if day is None:
        raise _BadCell("import.cell.date")
    return day


def _moment(text: str, form: DateFormat) -> Any:
    moment = parse_moment(text, form, None)
    if moment is None:
        raise _BadCell("import.cell.date")
    return moment


def _boolean(text: str) -> bool:
    answer = parse_boolean(text)
    if answer is None:
        raise _BadCell("import.cell.boolean")
    return answer


def _quoted_currency(text: str) -> _Quoted:
    """A currency as lists of rates name it: `USD`, `JPY(100)`, `JPY (100엔)`, `100 JPY`, `일본 JPY 100`."""
    match = _QUOTED.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise _BadCell("import.cell.currency")
    return _Quoted(code=_currency(match["code"]), units=int(match["before"] or match["after"] or 1))


def _currency(text: str) -> str:
    code = CURRENCY_SIGNS.get(text, text.upper())
    if code not in CURRENCIES:
        raise _BadCell("import.cell.currency")
    return code


def _option(kind: Field) -> Convert:
    """An option by its value or by its label in either language."""
    if kind.options is None:
        return str  # a choice of one's own; which ones there are is asked where the workspace is known
    words: dict[str, str] = {}
    for option in kind.options:
        words[squeezed(option.value)] = option.value
        for language in ("ko", "en"):
            with speaking(language):
                words.setdefault(squeezed(option_label(kind.name, option.value)), option.value)

    def convert(text: str) -> str:
        value = words.get(squeezed(text))
        if value is None:
            raise _BadCell("import.cell.option", options=", ".join(option.value for option in kind.options or ()))
        return value

    return convert


def _registration_number(text: str) -> str:
    digits = text.replace("-", "").replace(" ", "")
    if len(digits) == 10 and digits.isascii() and digits.isdecimal():
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return text
