"""Excel workbooks: which sheets there are, and the rows of one as text, one row at a time.

Values come from the file as it was last calculated; a formula without a value and an error stay visible as such (`CELL_ERRORS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from desktop_crm.exchange.number_formats import BUILT_IN, PLAIN, NumberStyle, number_text, style_of
from desktop_crm.exchange.packages import Package, XmlReader, elements, parse
from desktop_crm.exchange.sheets import (
    MAX_COLUMNS,
    MAX_ROWS,
    NO_VALUE,
    Cells,
    Merge,
    SheetName,
    SheetRow,
    column_number,
)
from desktop_crm.foundation.errors import Refusal

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_MAX_SHARED = 1 << 28
_MAX_MERGES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What all sheets of a workbook share; `paths` are the parts of its sheets."""

    names: tuple[SheetName, ...]
    paths: tuple[str, ...]
    since_1904: bool
    strings: str | None
    styles: str | None


def book_of(package: Package) -> Book | None:
    """The workbook of a package, or None where it is something else."""
    main = _main_part(package)
    if main is None:
        return None
    targets, kinds = _relations(package, main)
    names: list[SheetName] = []
    paths: list[str] = []
    since_1904 = False
    for name, attributes in elements(package.whole(main)):
        if name == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
        elif name == "sheet":
            relation = attributes.get("id", "")
            path = targets.get(relation, "")
            if kinds.get(relation, "").endswith("/worksheet") and path in package:
                names.append(
                    SheetName(name=attributes.get("name", ""), hidden=attributes.get("state", "visible") != "visible")
                )
                paths.append(path)

    def shared(ending: str) -> str | None:
        return next(
            (targets[one] for one, kind in kinds.items() if kind.endswith(ending) and targets[one] in package), None
        )

    return Book(
        names=tuple(names),
        paths=tuple(paths),
        since_1904=since_1904,
        strings=shared("/sharedStrings"),
        styles=shared("/styles"),
    )


def _main_part(package: Package) -> str | None:
    if "_rels/.rels" in package:
        targets, kinds = _relations(package, "")
        for one, kind in kinds.items():
            if kind.endswith("/officeDocument"):
                is_book = targets[one].casefold().endswith(".xml") and "workbook" in targets[one].casefold()
                return targets[one] if is_book and targets[one] in package else None
    return "xl/workbook.xml" if "xl/workbook.xml" in package else None


def _relations(package: Package, part: str) -> tuple[dict[str, str], dict[str, str]]:
    """Where a part's relations lead, and of what kind they are."""
    folder = dirname(part)
    path = join(folder, "_rels", f"{part.rpartition('/')[2]}.rels")
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    if path not in package:
        return targets, kinds
    for name, attributes in elements(package.whole(path)):
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            place = target if target.startswith("/") else join(folder, target)
            targets[attributes.get("Id", "")] = normpath(place).lstrip("/")
            kinds[attributes.get("Id", "")] = attributes.get("Type", "")
    return targets, kinds


def merges_of(package: Package, path: str) -> tuple[Merge, ...]:
    """The merged ranges of a sheet; they stand behind its rows."""
    found: list[Merge] = []
    tail = b""
    for piece in package.pieces(path):
        text = tail + piece
        end = 0
        for match in _MERGED.finditer(text):
            left, top, right, bottom = match.groups()
            found.append(
                Merge(
                    left=column_number(left.decode()),
                    top=int(top),
                    right=column_number(right.decode()),
                    bottom=int(bottom),
                )
            )
            end = match.end()
        if len(found) > _MAX_MERGES:
            raise Refusal("import.sheet.too_large")
        tail = text[max(end, len(text) - 200) :]
    return tuple(found)


class _Styles:
    """The number formats of cells; of the thousands of elements in that part only two kinds are heard."""

    def __init__(self) -> None:
        self.found: list[NumberStyle] = []
        self._codes = dict(BUILT_IN)
        self._of_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "xf":
            if self._of_cells:
                self.found.append(self._codes.get(_whole(attributes.get("numFmtId")), PLAIN))
        elif name == "numFmt":
            self._codes[_whole(attributes.get("numFmtId"))] = style_of(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._of_cells = True

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._of_cells = False


def _styles(package: Package, path: str | None) -> list[NumberStyle]:
    styles = _Styles()
    if path is not None:
        parse(package.pieces(path), styles.start, styles.end)
    return styles.found


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


class _Strings:
    """The strings that cells name by number; the reading aids above Asian writing are left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._heard = False
        self._aside = 0
        self._size = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._aside += 1
        elif name == "t":
            self._heard = not self._aside

    def text(self, text: str) -> None:
        if self._heard:
            self._parts.append(text)
            self._size += len(text)
            if self._size > _MAX_SHARED:
                raise Refusal("import.sheet.too_large")

    def end(self, name: str) -> None:
        if name == "t":
            self._heard = False
        elif name == "rPh":
            self._aside -= 1
        elif name == "si":
            self.found.append(unescaped("".join(self._parts)))


def _shared_strings(package: Package, path: str | None) -> list[str]:
    if path is None:
        return []
    strings = _Strings()
    parse(package.pieces(path), strings.start, strings.end, strings.text)
    return strings.found


def unescaped(text: str) -> str:
    """Signs that XML cannot hold, written as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Rows:
    """Rows on their way out of a sheet's XML; `done` is emptied by the caller after each piece."""

    def __init__(self, strings: list[str], styles: list[NumberStyle], *, since_1904: bool) -> None:
        self.done: list[SheetRow] = []
        self._strings, self._styles, self._since_1904 = strings, styles, since_1904
        self._row, self._column = 0, 0
        self._cells: Cells = {}
        self._type, self._style = "n", 0
        self._value: list[str] = []
        self._heard = self._has_formula = False
        self._aside = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._heard = self._type != "inlineStr"
        elif name == "row":
            self._row = _whole(attributes.get("r")) or self._row + 1
            self._cells, self._column = {}, 0
            if self._row > MAX_ROWS:
                raise Refusal("import.sheet.too_large")
        elif name == "f":
            self._has_formula = True
        elif name == "t":
            self._heard = not self._aside
        elif name == "rPh":
            self._aside += 1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = column_number(place[1]) if place else self._column + 1
        if self._column > MAX_COLUMNS:
            raise Refusal("import.sheet.too_large")
        self._type = attributes.get("t", "n")
        self._style = _whole(attributes.get("s"))
        self._value = []
        self._heard = self._has_formula = False

    def text(self, text: str) -> None:
        if self._heard:
            self._value.append(text)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._heard = False
        elif name == "c":
            text = self._cell()
            if text:
                self._cells[self._column] = text
        elif name == "row":
            if self._cells:
                self.done.append(SheetRow(number=self._row, cells=self._cells))
                self._cells = {}
        elif name == "rPh":
            self._aside -= 1

    def _cell(self) -> str:
        raw = "".join(self._value)
        match self._type:
            case "s":
                return self._shared(raw)
            case "str" | "inlineStr":
                return unescaped(raw)
            case "b":
                return {"1": "true", "0": "false"}.get(raw.strip(), raw.strip())
            case "e":
                return raw.strip() or NO_VALUE
            case "d":
                return raw.strip().replace("T", " ").removesuffix("Z")
        if not raw:
            return NO_VALUE if self._has_formula else ""
        style = self._styles[self._style] if self._style < len(self._styles) else PLAIN
        return number_text(raw, style, since_1904=self._since_1904)

    def _shared(self, raw: str) -> str:
        if not raw.strip():
            return ""
        at = _whole(raw.strip())
        if not raw.strip().isdecimal() or at >= len(self._strings):
            raise Refusal("import.file.damaged", reason=f"string {raw[:20]}")
        return self._strings[at]


def rows_of(package: Package, book: Book, at: int) -> Iterator[SheetRow]:
    """The rows of the sheet at a place that hold something."""
    rows = _Rows(_shared_strings(package, book.strings), _styles(package, book.styles), since_1904=book.since_1904)
    reader = XmlReader(rows.start, rows.end, rows.text)
    for piece in package.pieces(book.paths[at]):
        reader.feed(piece)
        if rows.done:
            yield from rows.done
            rows.done.clear()
    reader.feed(b"", last=True)
    yield from rows.done
