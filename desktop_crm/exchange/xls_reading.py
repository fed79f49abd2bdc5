"""Old binary Excel files (.xls, BIFF5 and BIFF8) as sheets, through xlrd, which tells error cells, number formats and merged cells.

xlrd holds a sheet whole, but as ragged rows: a sheet has 65,536 rows of 256 columns at most, so what a hostile file can cost is
bounded. It answers damage with whatever exception it runs into; here all of them are one refusal. The format has no seals:
a byte bent inside a number is another number.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from desktop_crm.exchange.csv_reading import file_bytes
from desktop_crm.exchange.number_formats import BUILT_IN, PLAIN, NumberStyle, number_text, style_of
from desktop_crm.exchange.sheets import NO_VALUE, Merge, SheetName, SheetRow
from desktop_crm.foundation.errors import Refusal

MAX_BYTES = 1 << 28
"""What is read at all; Excel itself wrote no larger ones that anybody could open."""
_MAX_MERGES = 100_000
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_NO_WORKBOOK = "Can't find workbook"


def names_of(source: Path | bytes) -> tuple[SheetName, ...]:
    """All sheets, in order. Raises Refusal `import.file.damaged`, `import.file.encrypted`, `import.file.binary`."""
    book = _book(source)
    hidden = book._sheet_visibility  # noqa: SLF001 - said of a sheet only after it was read whole
    return tuple(SheetName(name=name, hidden=bool(hidden[at])) for at, name in enumerate(book.sheet_names()))


def merges_of(source: Path | bytes, at: int) -> tuple[Merge, ...]:
    """The merged ranges of a sheet."""
    found = _sheet(_asked(source), at)[1]
    if len(found) > _MAX_MERGES:
        raise Refusal("import.sheet.too_large")
    return found


def rows_of(source: Path | bytes, at: int) -> Iterator[SheetRow]:
    """The rows of the sheet at a place that hold something."""
    yield from _sheet(_asked(source), at)[0]


_Asked = tuple[Path | bytes, int, int]


def _asked(source: Path | bytes) -> _Asked:
    """The file as it lies there now, so that one written anew is read anew."""
    if isinstance(source, bytes):
        return source, 0, len(source)
    try:
        facts = source.stat()
    except OSError:
        file_bytes(source)
        raise
    return source, facts.st_mtime_ns, facts.st_size


@lru_cache(maxsize=1)  # an import looks at a sheet several times in a row
def _sheet(asked: _Asked, at: int) -> tuple[tuple[SheetRow, ...], tuple[Merge, ...]]:
    book = _book(asked[0])
    try:
        sheet = book.sheet_by_index(at)
        styles = _styles(book)
        rows = tuple(_rows(book, sheet, styles))
        merges = tuple(
            Merge(left=left + 1, top=top + 1, right=right, bottom=bottom)
            for top, bottom, left, right in sheet.merged_cells
        )
    except Exception as error:
        raise _refusal(error) from error
    return rows, merges


def _book(source: Path | bytes) -> Any:
    if _asked(source)[2] > MAX_BYTES:
        raise Refusal("import.sheet.too_large")
    import xlrd

    try:
        return xlrd.open_workbook(
            file_contents=file_bytes(source),
            logfile=io.StringIO(),
            on_demand=True,
            ragged_rows=True,
            formatting_info=True,
        )
    except Exception as error:
        raise _refusal(error) from error


def _refusal(error: Exception) -> Refusal:
    told = str(error)
    if "encrypted" in told:
        return Refusal("import.file.encrypted")
    if told.startswith(_NO_WORKBOOK):
        return Refusal("import.file.binary", kind="OLE")
    return Refusal("import.file.damaged", reason=told[:120] or type(error).__name__)


def _styles(book: Any) -> list[NumberStyle]:
    """The number format of each kind of cell; the built-in ones look the same in every language."""
    formats = {
        key: BUILT_IN.get(key) or (style_of(form.format_str) if form.format_str else PLAIN)
        for key, form in book.format_map.items()
    }
    return [formats.get(one.format_key, BUILT_IN.get(one.format_key, PLAIN)) for one in book.xf_list]


def _rows(book: Any, sheet: Any, styles: list[NumberStyle]) -> Iterator[SheetRow]:
    since_1904 = book.datemode == 1
    for row in range(sheet.nrows):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        cells = {}
        for column, kind in enumerate(kinds):
            if kind == _TEXT:
                text = values[column]
            elif kind in {_NUMBER, _DATE}:
                style = styles[sheet.cell_xf_index(row, column)]
                text = number_text(_digits(values[column]), style, since_1904=since_1904)
            elif kind == _BOOLEAN:
                text = "true" if values[column] else "false"
            elif kind == _ERROR:
                text = _error_text(values[column])
            else:
                continue
            if text:
                cells[column + 1] = text
        if cells:
            yield SheetRow(number=row + 1, cells=cells)


def _digits(value: float) -> str:
    """The shortest digits that mean this number, as a workbook of today has them."""
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _error_text(code: int) -> str:
    from xlrd import error_text_from_code

    return str(error_text_from_code.get(code, NO_VALUE))
