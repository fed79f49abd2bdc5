"""How the table of a file is written down: the facts a reader needs, and why we believe them.

Values only. Detection fills them in, the user may change any of them, the reader obeys.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, Protocol, TypeVar

from desktop_crm.foundation.errors import Refusal

ENCODINGS: tuple[str, ...] = ("utf-8", "utf-8-sig", "cp949", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1")
DELIMITERS: tuple[str, ...] = (",", ";", "\t", "|")
QUOTES: tuple[str, ...] = ('"', "'", "")


class Aspect(enum.StrEnum):
    """What a piece of evidence speaks about."""

    ENCODING = "encoding"
    DELIMITER = "delimiter"
    QUOTE = "quote"
    HEADER = "header"
    PREAMBLE = "preamble"
    SHORT_ROWS = "short_rows"
    SHEET = "sheet"
    MERGED = "merged"
    DATES = "dates"
    NUMBERS = "numbers"


class Container(enum.StrEnum):
    """What kind of file holds sheets."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat:
    """`escape` empty means that a quote is doubled; `skip_rows` are records before the header."""

    encoding: str = "utf-8"
    bom: bool = False
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_initial_space: bool = False
    header: bool = True
    skip_rows: int = 0
    pad_short_rows: bool = False

    def changed(self, **choices: Any) -> CsvFormat:
        """The same format with the user's choices; an unknown name or value is refused."""
        _check(self, choices)
        candidate = replace(self, **choices)
        if len(candidate.delimiter) != 1 or candidate.delimiter in "\r\n":
            raise Refusal("import.format.value", name="delimiter", value=candidate.delimiter)
        if len(candidate.quote) > 1 or len(candidate.escape) > 1 or candidate.skip_rows < 0:
            raise Refusal("import.format.value", name="quote", value=candidate.quote)
        try:
            "".encode(candidate.encoding)
        except LookupError:
            raise Refusal("import.format.value", name="encoding", value=candidate.encoding) from None
        return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFormat:
    """A sheet of a workbook, or a list of a JSON file. `header_rows` 0 means that no row names the columns.

    `sheets` are all that the file has, hidden ones too.
    """

    container: Container
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_rows: int = 1
    skip_rows: int = 0
    skip_columns: int = 0

    @property
    def encoding(self) -> str:
        """What stands where a text file names its encoding."""
        return self.container.value

    @property
    def header(self) -> bool:
        """Whether the columns are named."""
        return self.header_rows > 0

    def changed(self, **choices: Any) -> SheetFormat:
        """The same format with the user's choices; an unknown name or value is refused."""
        _check(self, choices)
        candidate = replace(self, **choices)
        if candidate.container is not self.container or candidate.sheets != self.sheets:
            raise Refusal("import.format.value", name="container", value=candidate.container)
        if candidate.sheet not in self.sheets:
            raise Refusal("import.sheet.unknown", sheet=candidate.sheet, sheets=", ".join(self.sheets))
        for name in ("header_rows", "skip_rows", "skip_columns"):
            if getattr(candidate, name) < 0:
                raise Refusal("import.format.value", name=name, value=getattr(candidate, name))
        return candidate


TableFormat = CsvFormat | SheetFormat
Format_co = TypeVar("Format_co", bound=TableFormat, covariant=True)


def _check(form: TableFormat, choices: dict[str, Any]) -> None:
    """Raises Refusal for a setting that the format does not have, or of another type."""
    known = {item.name for item in fields(form)}
    for name, value in choices.items():
        if name not in known:
            raise Refusal("import.format.unknown", name=name)
        if type(value) is not type(getattr(form, name)):
            raise Refusal("import.format.value", name=name, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for a detected fact: a code the doors can say, its figures, and whether it is beyond doubt."""

    aspect: Aspect
    code: str
    sure: bool = True
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected(Generic[Format_co]):
    """A format with the reasons for it."""

    format: Format_co
    evidence: tuple[Evidence, ...] = ()

    @property
    def doubts(self) -> tuple[Evidence, ...]:
        """What the user should look at."""
        return tuple(item for item in self.evidence if not item.sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row: `number` as a spreadsheet counts it (the first row of the file is 1); `issue` is a code or None."""

    number: int
    cells: tuple[str, ...]
    issue: str | None = None
    beyond: tuple[str, ...] = ()
    """What a refused row holds beyond the last column."""


class Table(Protocol):
    """A table with named columns, whatever file it stands in. `records()` reads the file anew and holds little of it."""

    @property
    def format(self) -> TableFormat:
        """How it is read."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, never blank and never twice."""

    def records(self) -> Iterator[Record]:
        """Rows with something in them, each as wide as the columns."""
