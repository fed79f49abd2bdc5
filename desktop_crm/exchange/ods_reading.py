"""OpenDocument spreadsheets: which sheets there are, and the rows of one as text, one row at a time.

Values are taken from the file's typed attributes; only where a code is shown with leading zeros the shown text is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from desktop_crm.exchange.number_formats import money_text, plain
from desktop_crm.exchange.packages import Package, XmlReader, bare, elements, parse
from desktop_crm.exchange.sheets import MAX_COLUMNS, MAX_ROWS, NO_VALUE, Cells, SheetName, SheetRow
from desktop_crm.foundation.errors import Refusal

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_CONTENT = "content.xml"
_SPAN = re.compile(r"(-)?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?")
_SHOWN_CODE = re.compile(r"0\d+|\d[\d ]*(?:-\d+)+")
_MAX_CELL = 1 << 24


def is_ods(package: Package) -> bool:
    """Whether a package is a spreadsheet of this kind. Raises Refusal `import.file.encrypted`."""
    if _CONTENT not in package:
        return False
    if "mimetype" in package and not package.whole("mimetype").decode("ascii", "replace").startswith(MEDIA_TYPE):
        return False
    if "META-INF/manifest.xml" in package:
        names = {name for name, _ in elements(_without_doctype(package.whole("META-INF/manifest.xml")))}
        if "encryption-data" in names:
            raise Refusal("import.file.encrypted")
    return True


def _without_doctype(data: bytes) -> bytes:
    """Old OpenOffice names a document type in its manifest, without entities."""
    return re.sub(rb"<!DOCTYPE[^>\[]*>", b"", data, count=1)


class _Content:
    """Tables on their way out of `content.xml`. Rows are kept of the wanted table only; `done` is emptied by the caller."""

    def __init__(self, wanted: int | None) -> None:
        self.names: list[SheetName] = []
        self.done: list[SheetRow] = []
        self.over = False
        self._wanted = wanted
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._tables = 0
        self._inside = False
        self._row = 0
        self._repeat = 1
        self._cells: Cells = {}
        self._column = 0
        self._cell: dict[str, str] = {}
        self._cell_repeat = 1
        self._paragraphs: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._in_cell = self._in_paragraph = False
        self._aside = 0
        self._spans: dict[int, tuple[int, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._aside or name in {"annotation", "shapes", "frame", "custom-shape", "tracked-changes", "ruby-text"}:
            self._aside += 1
            return
        if name in {"table-row", "table-cell", "covered-table-cell"}:
            if self._inside:
                self._start_grid(name, bare(attributes))
        elif name == "table":
            self._start_table(bare(attributes))
        elif name == "style":
            self._style = bare(attributes).get("name", "")
        elif name == "table-properties":
            if bare(attributes).get("display") == "false":
                self._hidden_styles.add(self._style)
        elif self._in_cell:
            self._start_text(name, attributes)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._tables += 1
        if self._tables > 1:  # a table inside a cell belongs to that cell's drawing
            return
        self.names.append(
            SheetName(
                name=attributes.get("name", ""),
                hidden=attributes.get("style-name", "") in self._hidden_styles or attributes.get("display") == "false",
            )
        )
        self._inside = self._wanted == len(self.names) - 1
        self._row, self._repeat = 0, 0
        self._spans.clear()

    def _start_grid(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table-row":
            self._repeat = _count(attributes.get("number-rows-repeated"))
            self._cells, self._column = {}, 0
            return
        self._cell = attributes
        self._cell_repeat = _count(attributes.get("number-columns-repeated"))
        self._paragraphs, self._text, self._size = [], [], 0
        self._in_cell = name == "table-cell"

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self._text, self._in_paragraph = [], True
        elif name == "s":
            self._text.append(" " * min(_count(bare(attributes).get("c")), 1000))
        elif name == "tab":
            self._text.append("\t")
        elif name == "line-break":
            self._text.append("\n")

    def text(self, text: str) -> None:
        if self._in_paragraph and not self._aside:
            self._size += len(text)
            if self._size > _MAX_CELL:
                raise Refusal("import.sheet.too_large")
            self._text.append(re.sub(r"[ \t\r\n]+", " ", text))

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif name == "p" and self._in_cell:
            self._paragraphs.append("".join(self._text))
            self._in_paragraph = False
        elif name in {"table-cell", "covered-table-cell"} and self._inside:
            self._end_cell()
        elif name == "table-row" and self._inside:
            self._end_row()
        elif name == "table":
            self._tables -= 1
            if not self._tables:
                self.over, self._inside = self._inside, False

    def _end_cell(self) -> None:
        first = self._column + 1
        self._column += self._cell_repeat
        text = _cell_text(self._cell, "\n".join(self._paragraphs)) if self._in_cell else ""
        self._in_cell = False
        if not text:
            return
        if self._column > MAX_COLUMNS:
            raise Refusal("import.sheet.too_large")
        for column in range(first, self._column + 1):
            self._cells[column] = text
        rows = _count(self._cell.get("number-rows-spanned"))
        if rows > 1:
            self._spans[first] = (self._row + rows, text)

    def _end_row(self) -> None:
        if not self._cells:
            self._row += self._repeat
            return
        if self._row + self._repeat > MAX_ROWS:
            raise Refusal("import.sheet.too_large")
        for _ in range(self._repeat):
            self._row += 1
            self.done.append(SheetRow(number=self._row, cells=self._cells | self._spanned()))

    def _spanned(self) -> Cells:
        """What merged cells above say of this row."""
        self._spans = {column: span for column, span in self._spans.items() if span[0] >= self._row}
        return {column: text for column, (_, text) in self._spans.items() if column not in self._cells}


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 12 else 1


def _cell_text(cell: dict[str, str], shown: str) -> str:
    kind = cell.get("value-type", "")
    if shown.startswith(("#", "Err:")) and (kind in {"float", "percentage", "currency"} or "formula" in cell):
        return shown if shown.startswith("#") else "#VALUE!"
    match kind:
        case "float" | "percentage" | "currency":
            return _number(cell, kind, shown)
        case "date":
            return cell.get("date-value", shown).replace("T", " ").removesuffix(" 00:00:00")
        case "time":
            return _clock(cell.get("time-value", shown))
        case "boolean":
            return cell.get("boolean-value", shown)
        case "string":
            return cell.get("string-value") or shown
    return NO_VALUE if "formula" in cell and not shown else shown


def _number(cell: dict[str, str], kind: str, shown: str) -> str:
    raw = cell.get("value", "")
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return raw or shown
    if not value.is_finite():
        return raw
    if kind == "percentage":
        return f"{plain(value * 100)}%"
    if kind == "currency" and cell.get("currency"):
        return money_text(plain(value), cell["currency"])
    digits = re.sub(r"[- ]", "", shown)
    if _SHOWN_CODE.fullmatch(shown) and digits.isdecimal() and int(digits) == value:
        return shown
    return plain(value)


def _clock(text: str) -> str:
    match = _SPAN.fullmatch(text)
    if match is None:
        return text
    minus, days, hours, minutes, seconds, _ = match.groups()
    whole = int(days or 0) * 24 + int(hours or 0)
    return f"{minus or ''}{whole:02d}:{int(minutes or 0):02d}:{int(seconds or 0):02d}"


def names_of(package: Package) -> tuple[SheetName, ...]:
    """All sheets, in order."""
    content = _Content(wanted=None)
    parse(package.pieces(_CONTENT), content.start, content.end, content.text)
    return tuple(content.names)


def rows_of(package: Package, at: int) -> Iterator[SheetRow]:
    """The rows of the sheet at a place that hold something; what vertically merged cells say stands in each of their rows."""
    content = _Content(wanted=at)
    reader = XmlReader(content.start, content.end, content.text)
    for piece in package.pieces(_CONTENT):
        reader.feed(piece)
        if content.done:
            yield from content.done
            content.done.clear()
        if content.over:
            return
    reader.feed(b"", last=True)
    yield from content.done
