"""Delimited text as a stream of records: any size, every record numbered, nothing lost without a word.

A record that cannot be trusted (too many or too few cells, a quote never closed) comes with an issue code and is left to the
caller to refuse. Only a file that is no table at all raises. Nothing here knows what the columns mean.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.exchange.csv_sniffing import reader_options, sniff, unescaped
from desktop_crm.exchange.table_format import Aspect, CsvFormat, Detected, Record, TableFormat
from desktop_crm.exchange.text_encoding import detect_encoding
from desktop_crm.foundation.errors import Refusal, Trouble

_SAMPLE_CHARS = 1 << 18
MAX_CELL = 1 << 20
_MAX_RECOVERIES = 100
_STRICT_END = "unexpected end of data"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """A table with named columns. `records()` reads the file anew each time and holds one record at a time."""

    source: Path | bytes
    format: CsvFormat
    columns: tuple[str, ...]
    blank_columns: int = 0
    """Cells without a name at the end of the header; rows may have as many blank ones."""

    def records(self) -> Iterator[Record]:
        """Rows with something in them, below the header, each as wide as the columns."""
        width = len(self.columns)
        start = self.format.skip_rows + (1 if self.format.header else 0)
        for record in itertools.islice(_raw(self.source, self.format), start, None):
            if not any(cell and not cell.isspace() for cell in record.cells):
                continue
            yield _fitted(record, width, self)


def detect(source: Path | bytes) -> Detected[CsvFormat]:
    """The format of a file with the reasons. Refuses what is binary or empty."""
    data = file_bytes(source)
    encoding, mark, evidence = detect_encoding(data)
    if not data.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n\x1a"):
        raise Refusal("import.file.empty")
    piece = data[: _SAMPLE_CHARS * 2] if len(data) > _SAMPLE_CHARS * 2 else data
    text = piece.decode(encoding, "replace").removeprefix("\ufeff")
    guess = sniff(text, complete=len(piece) == len(data))
    return Detected(format=guess.format.changed(encoding=encoding, bom=mark), evidence=(evidence, *guess.evidence))


def open_table(source: Path | bytes, form: CsvFormat | None = None) -> CsvTable:
    """The table of a file, in the format given or detected."""
    chosen = detect(source).format if form is None else form
    first = next(itertools.islice(_raw(source, chosen), chosen.skip_rows, None), None)
    if first is None:
        raise Refusal("import.file.empty")
    names = column_names(first.cells, header=chosen.header)
    return CsvTable(source=source, format=chosen, columns=names, blank_columns=len(first.cells) - len(names))


def file_bytes(source: Path | bytes) -> bytes:
    """What a file holds. Raises Refusal `import.file.missing`, `import.file.folder`; Trouble `import.file.unreadable`."""
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except FileNotFoundError:
        raise Refusal("import.file.missing", path=str(source)) from None
    except IsADirectoryError:
        raise Refusal("import.file.folder", path=str(source)) from None
    except OSError as error:
        raise Trouble("import.file.unreadable", path=str(source), reason=error.strerror or str(error)) from error


def column_names(cells: tuple[str, ...], *, header: bool, trim: bool = True) -> tuple[str, ...]:
    """Column names, never blank and never twice; blank columns at the end are not columns."""
    names = [cell.strip() for cell in cells] if header else [""] * len(cells)
    while trim and header and len(names) > 1 and not names[-1]:
        names.pop()
    seen: dict[str, int] = {}
    result = []
    for index, name in enumerate(names):
        base = name or f"column_{index + 1}"
        count = seen[base] = seen.get(base, 0) + 1
        result.append(base if count == 1 else f"{base} ({count})")
    return tuple(result)


def _fitted(record: Record, width: int, table: CsvTable) -> Record:
    cells, issue, beyond = record.cells, record.issue, record.cells[width:]
    if issue is None and table.format.header and repeats_header(cells, table.columns):
        issue = "import.row.header_again"
    if issue is None and _stray_quote(cells, table.format.quote):
        issue = "import.row.quote_stray"
    if len(cells) > width:
        if issue is None and _shifted(cells, width, table.blank_columns):
            issue = "import.row.too_many_cells"
        cells = cells[:width]
    elif len(cells) < width:
        if issue is None and not (table.format.pad_short_rows and not cells[0].startswith("#")):
            issue = "import.row.too_few_cells"
        cells = cells + ("",) * (width - len(cells))
    if issue is None and max(map(len, cells)) > MAX_CELL:
        issue = "import.row.cell_too_long"
    if issue is None and cells is record.cells:
        return record
    return Record(number=record.number, cells=cells, issue=issue, beyond=beyond if issue else ())


def _shifted(cells: tuple[str, ...], width: int, blank_columns: int) -> bool:
    """Whether cells beyond the header may have been pushed there: they hold something, or a gap before them could have done it."""
    if any(cell.strip() for cell in cells[width:]):
        return True
    return len(cells) > width + blank_columns and not all(cell.strip() for cell in cells[:width])


def _stray_quote(cells: tuple[str, ...], quote: str) -> bool:
    """Whether a quote in the middle of a cell has split it: it is opened in one cell and closed at the end of a later one."""
    if not quote or quote not in "".join(cells):
        return False
    opened = False
    for cell in cells:
        if quote not in cell or cell.count(quote) % 2 == 0:
            continue
        if cell.endswith(quote):
            if opened or quote == "'":
                return True
        elif not cell.startswith(quote):
            opened = True
    return False


class _Remembering:
    """Lines of a file on their way to the parser, kept until the record they make is complete."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.pending: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.pending.append(line)
        return line


def _lines(source: Path | bytes, form: CsvFormat) -> Iterator[str]:
    """Lines with their ends as they stand; bytes without meaning become U+FFFD, which the importer refuses by cell."""
    raw = io.BytesIO(source) if isinstance(source, bytes) else io.BytesIO(file_bytes(source))
    with io.TextIOWrapper(raw, encoding=form.encoding, errors="replace", newline="") as text:
        first = True
        for line in text:
            clean = line.removeprefix("\ufeff") if first else line
            first = False
            yield unescaped(clean, form)


def _raw(source: Path | bytes, form: CsvFormat) -> Iterator[Record]:
    """All records of a file. A quote that is never closed costs its own line, not the rest of the file."""
    options = reader_options(form)
    lines = _Remembering(_lines(source, form))
    number = 0
    for _ in range(_MAX_RECOVERIES):
        tail: Record | None = None
        pending: list[str] = []
        for row in csv.reader(lines, **options):  # type: ignore[arg-type]
            if tail is not None:
                yield tail
            number += 1
            pending, lines.pending = lines.pending, []
            torn = _torn(pending, form, options)
            tail = Record(number=number, cells=tuple(row), issue="import.row.quote_stray" if torn else None)
        if tail is None:
            return
        if not _left_open(pending, options):
            yield tail
            return
        yield _broken(tail.number, pending[0], options)
        lines = _Remembering(iter(pending[1:]))
    for line in lines:
        number += 1
        yield _broken(number, line, options)


def _torn(lines: list[str], form: CsvFormat, options: dict[str, object]) -> bool:
    """Whether text goes on behind a closing quote; only an odd number of quotes gives reason to look."""
    odd = bool(form.quote) and sum(line.count(form.quote) for line in lines) % 2 == 1
    return odd and "expected after" in _strictly(lines, options)


def _left_open(lines: list[str], options: dict[str, object]) -> bool:
    """Whether the last record ended with the file inside a quote."""
    return _STRICT_END in _strictly(lines, options)


def _strictly(lines: list[str], options: dict[str, object]) -> str:
    """What a strict parser says against a record; nothing if it is well-formed."""
    try:
        for _ in csv.reader(iter(lines), strict=True, **options):  # type: ignore[arg-type]
            pass
    except csv.Error as error:
        return str(error)
    return ""


def repeats_header(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a row names the columns again, as tables put together from several do."""
    if len(columns) < 2 or not cells or cells[0].strip() != columns[0]:
        return False
    return all(cell.strip() == name for cell, name in zip(cells, columns, strict=False))


def _broken(number: int, line: str, options: dict[str, object]) -> Record:
    plain = {**options, "quoting": csv.QUOTE_NONE, "quotechar": None}
    cells = next(csv.reader([line], **plain), [])  # type: ignore[arg-type]
    return Record(number=number, cells=tuple(cells), issue="import.row.quote_open")


def aspects_open(found: Detected[TableFormat]) -> frozenset[Aspect]:
    """The facts that the user should confirm."""
    return frozenset(item.aspect for item in found.doubts)
