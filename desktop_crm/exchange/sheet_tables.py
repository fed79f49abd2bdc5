"""Where in a sheet the table stands, with the reasons, and its records. Excel, OpenDocument and JSON come out as one kind of value.

A sheet is read one row at a time, anew on each call. Cells that are merged downwards say the same of each of their rows.
"""

from __future__ import annotations

import bisect
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from desktop_crm.exchange import json_reading, ods_reading, xls_reading, xlsx_reading
from desktop_crm.exchange.csv_reading import MAX_CELL, column_names, repeats_header
from desktop_crm.exchange.csv_sniffing import SAMPLE_ROWS, header_of, looks_typed
from desktop_crm.exchange.packages import Package, opened
from desktop_crm.exchange.sheets import Cells, Merge, SheetName, SheetRow
from desktop_crm.exchange.table_format import Aspect, Container, Detected, Evidence, Record, SheetFormat
from desktop_crm.foundation.errors import Refusal

_MOST_TITLES = 40
_MOST_HEADERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """The table of a sheet. `left` is its first column as the spreadsheet counts; `merges` of its rows are filled down."""

    source: Path | bytes
    format: SheetFormat
    columns: tuple[str, ...]
    merges: tuple[Merge, ...] = ()

    def records(self) -> Iterator[Record]:
        """Rows with something in them, below the header, each as wide as the columns."""
        first = self.format.skip_columns + 1
        wanted = range(first, first + len(self.columns))
        beyond = first + len(self.columns)
        top = self.format.skip_rows + self.format.header_rows
        for row in _filled(_sheet_rows(self.source, self.format), self.merges):
            cells = row.cells
            if row.number <= top:
                continue
            texts = tuple([cells.get(column, "") for column in wanted])
            issue, surplus = None, tuple[str, ...]()
            if max(cells) >= beyond and any(cells[column].strip() for column in cells if column >= beyond):
                issue = "import.row.too_many_cells"
                surplus = tuple(cells.get(column, "") for column in range(beyond, max(cells) + 1))
            elif not any(text and not text.isspace() for text in texts):
                continue
            elif any(len(text) > MAX_CELL for text in texts):
                issue = "import.row.cell_too_long"
            elif self.format.header and repeats_header(texts, self.columns):
                issue = "import.row.header_again"
            yield Record(number=row.number, cells=texts, issue=issue, beyond=surplus)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    names: tuple[SheetName, ...]
    at: int
    rows: tuple[SheetRow, ...]
    merges: tuple[Merge, ...]


def detect_sheet(source: Path | bytes, container: Container, sheet: str | None = None) -> Detected[SheetFormat]:
    """Which sheet holds the table (or the one named) and where it stands in it. Refuses a file without any table."""
    sample = _sample(source, container, sheet)
    names = tuple(one.name for one in sample.names)
    form = SheetFormat(container=container, sheet=names[sample.at], sheets=names)
    if not sample.rows:
        raise Refusal("import.file.empty")
    evidence = [_sheet_evidence(sample)] if len(names) > 1 else []
    head, depth = _block(sample.rows, _head(sample.rows), sample.merges)
    if head:
        evidence.append(Evidence(aspect=Aspect.PREAMBLE, code="preamble.skipped", sure=False, params={"count": head}))
    body = sample.rows[head:]
    first = min(min(row.cells) for row in body)
    top = body[0].number
    form = form.changed(skip_rows=top - 1, skip_columns=first - 1, header_rows=depth)
    dense = _dense(body, form, sample.merges)
    has_header, why = header_of(dense)
    evidence.append(why)
    filled = sum(merge.bottom - merge.top for merge in sample.merges if merge.top >= top + depth)
    if filled:
        evidence.append(Evidence(aspect=Aspect.MERGED, code="merged.filled", sure=False, params={"count": filled}))
    return Detected(format=form if has_header else form.changed(header_rows=0), evidence=tuple(evidence))


def open_sheet(source: Path | bytes, form: SheetFormat) -> SheetTable:
    """The table of a sheet in the format given."""
    merges = _merges(source, form)
    top = form.skip_rows + 1
    sample = [
        row
        for row in islice(_filled(_sheet_rows(source, form), merges), SAMPLE_ROWS + top)
        if row.number >= top and (max(row.cells) > form.skip_columns)
    ]
    if not sample:
        raise Refusal("import.file.empty")
    names = [_label(sample, column, form, merges) for column in _columns(sample, form)]
    return SheetTable(
        source=source, format=form, columns=column_names(tuple(names), header=form.header, trim=False), merges=merges
    )


def _label(rows: Sequence[SheetRow], column: int, form: SheetFormat, merges: tuple[Merge, ...]) -> str:
    """The words above a column, each once, from the top: `지분율 동일인`."""
    words: list[str] = []
    for row in rows:
        if row.number > form.skip_rows + form.header_rows:
            break
        text = row.cells.get(column) or _from_the_left(row, column, merges)
        plain = " ".join(text.split())
        if plain and plain not in words:
            words.append(plain)
    return " ".join(words)


def _from_the_left(row: SheetRow, column: int, merges: tuple[Merge, ...]) -> str:
    for merge in merges:
        if merge.top <= row.number <= merge.bottom and merge.left < column <= merge.right:
            return row.cells.get(merge.left, "")
    return ""


def _sample(source: Path | bytes, container: Container, sheet: str | None) -> _Sample:
    """The first rows of the sheet that was named, else of the first one shown that holds a table, else of any."""
    names = sheet_names(source, container)
    if sheet is not None:
        order = [at for at, one in enumerate(names) if one.name == sheet]
        if not order:
            raise Refusal("import.sheet.unknown", sheet=sheet, sheets=", ".join(one.name for one in names))
    else:
        order = sorted(range(len(names)), key=lambda at: names[at].hidden)
    best: _Sample | None = None
    for at in order:
        form = SheetFormat(container=container, sheet=names[at].name, sheets=tuple(one.name for one in names))
        merges = _merges(source, form)
        found = tuple(islice(_filled(_sheet_rows(source, form), merges), SAMPLE_ROWS))
        sample = _Sample(names=names, at=at, rows=found, merges=merges)
        wide = max((len(row.cells) for row in found), default=0)
        if wide > 1 and len(found) > 1 and not (names[at].hidden and best is not None and best.rows):
            return sample
        if best is None or (found and not best.rows):
            best = sample
    if best is None:
        raise Refusal("import.file.empty")
    return best


def _sheet_evidence(sample: _Sample) -> Evidence:
    params = {"sheet": sample.names[sample.at].name, "count": len(sample.names)}
    return Evidence(aspect=Aspect.SHEET, code="sheet.of_several", sure=False, params=params)


def _head(rows: tuple[SheetRow, ...]) -> int:
    """Which row names the columns: the first that is about as full as the rows usually are and holds words only.

    Where none of the first few such rows does, the first of them.
    """
    usual = statistics.median(len(row.cells) for row in rows)
    enough = max(2, usual * 0.6)
    full = [at for at, row in enumerate(rows[:_MOST_TITLES]) if len(row.cells) >= enough]
    if not full:
        return 0
    words = [at for at in full if not any(looks_typed(text) for text in rows[at].cells.values())]
    return words[0] if words and words[0] - full[0] <= 3 else full[0]


def _block(rows: tuple[SheetRow, ...], at: int, merges: tuple[Merge, ...]) -> tuple[int, int]:
    """The first row of the header that a row belongs to, and how many rows it has: merged cells tie them together."""
    first = at
    while first and len(rows[first - 1].cells) > 1 and _tied(rows[first - 1].number, rows[first].number, merges):
        first -= 1
    head = rows[at]
    begun = [merge for merge in merges if merge.top <= head.number <= merge.bottom]
    merged = {column for merge in begun for column in range(merge.left, merge.right + 1)}
    whole = merged.issuperset(head.cells)
    bottom = max((merge.bottom for merge in begun), default=head.number) if whole else head.number
    depth = bottom - rows[first].number + 1
    return (first, depth) if depth <= _MOST_HEADERS else (at, 1)


def _tied(upper: int, lower: int, merges: tuple[Merge, ...]) -> bool:
    return any(merge.top <= upper and merge.bottom >= lower for merge in merges)


def _dense(rows: Sequence[SheetRow], form: SheetFormat, merges: tuple[Merge, ...]) -> list[tuple[str, ...]]:
    """The names of the columns and the rows below them, all of one width."""
    columns = _columns(rows, form)
    names = tuple(_label(rows, column, form, merges) for column in columns)
    below = [row for row in rows if row.number > form.skip_rows + form.header_rows]
    return [names, *(tuple(row.cells.get(column, "") for column in columns) for row in below)]


def _columns(rows: Sequence[SheetRow], form: SheetFormat) -> range:
    return range(form.skip_columns + 1, max(max(row.cells) for row in rows) + 1)


def sheet_names(source: Path | bytes, container: Container) -> tuple[SheetName, ...]:
    """All sheets of a file, in order."""
    if container is Container.JSON:
        return json_reading.names_of(source)
    if container is Container.XLS:
        return xls_reading.names_of(source)
    with opened(source) as package:
        return ods_reading.names_of(package) if container is Container.ODS else _book(package).names


def _book(package: Package) -> xlsx_reading.Book:
    book = xlsx_reading.book_of(package)
    if book is None or not book.names:
        raise Refusal("import.file.empty")
    return book


def _place(form: SheetFormat) -> int:
    if form.sheet not in form.sheets:
        raise Refusal("import.sheet.unknown", sheet=form.sheet, sheets=", ".join(form.sheets))
    return form.sheets.index(form.sheet)


def _merges(source: Path | bytes, form: SheetFormat) -> tuple[Merge, ...]:
    """Merged ranges that reach over several rows or columns; OpenDocument says them cell by cell."""
    if form.container is Container.XLS:
        found = xls_reading.merges_of(source, _place(form))
    elif form.container is Container.XLSX:
        with opened(source) as package:
            found = xlsx_reading.merges_of(package, _book(package).paths[_place(form)])
    else:
        return ()
    return tuple(sorted(found, key=lambda merge: merge.top))


def _sheet_rows(source: Path | bytes, form: SheetFormat) -> Iterator[SheetRow]:
    if form.container is Container.JSON:
        yield from json_reading.rows_of(source, _place(form))
        return
    if form.container is Container.XLS:
        yield from xls_reading.rows_of(source, _place(form))
        return
    with opened(source) as package:
        if form.container is Container.ODS:
            yield from ods_reading.rows_of(package, _place(form))
        else:
            yield from xlsx_reading.rows_of(package, _book(package), _place(form))


def _filled(rows: Iterator[SheetRow], merges: tuple[Merge, ...]) -> Iterator[SheetRow]:
    """Rows in which cells merged downwards are written out."""
    down = [merge for merge in merges if merge.bottom > merge.top]
    if not down:
        yield from rows
        return
    tops = [merge.top for merge in down]
    known: Cells = {}
    live: list[Merge] = []
    begun = 0
    for row in rows:
        live = [merge for merge in live if merge.bottom >= row.number]
        now = bisect.bisect_right(tops, row.number)
        live += [merge for merge in down[begun:now] if merge.bottom >= row.number]
        begun = now
        cells = row.cells
        for merge in live:
            if row.number == merge.top:
                known[merge.left] = cells.get(merge.left, "")
            elif known.get(merge.left) and merge.left not in cells:
                cells = {**cells, merge.left: known[merge.left]}
        yield SheetRow(number=row.number, cells=cells) if cells is not row.cells else row
