"""Sheets as values: rows with the cells that hold something, merged ranges, and the words for cells without a value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""What a sheet can have in Excel; a file that claims more is refused."""

NO_VALUE = "#NO_VALUE!"
"""Stands for a formula that was never calculated."""

CELL_ERRORS = frozenset(
    {
        "#DIV/0!",
        "#REF!",
        "#NAME?",
        "#VALUE!",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
    }
)
"""What a failed formula shows. `#N/A` is not among them: it is how many a table says that nothing is known."""

Cells = dict[int, str]
"""Column, counted from 1, to text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetName:
    """A sheet and whether its author hid it."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row as the spreadsheet counts it."""

    number: int
    cells: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A merged range, its ends included. Its value stands in its first cell."""

    left: int
    top: int
    right: int
    bottom: int


@lru_cache(maxsize=MAX_COLUMNS)
def column_number(letters: str) -> int:
    """A to XFD as 1 to 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
