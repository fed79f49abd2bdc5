"""Rows out of a spreadsheet, as text, to quote lines: which column is what, and how they write numbers. Pure; looks nothing up.

The columns are those of a head row, else the grid's own order; which sign parts the decimals is decided over all numbers together.
A row that has nothing but a name stands for a heading where other rows have figures.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from desktop_crm.foundation.errors import Refusal

COLUMNS: Final = ("name", "spec", "unit", "quantity", "unit_price", "discount_percent", "amount")
"""The grid's own columns, as they are copied."""
NUMBERS: Final = frozenset({"quantity", "unit_price", "discount_percent", "amount"})
_WORDS: Final = {
    "name": "품목 품명 품목명 제품 제품명 item name product description",
    "code": "품목코드 코드 품번 code sku",
    "spec": "규격 사양 spec specification",
    "unit": "단위 unit uom",
    "quantity": "수량 qty quantity 개수 menge",
    "unit_price": "단가 unitprice price 가격 einzelpreis",
    "discount_percent": "할인 할인율 discount discount% rabatt",
    "amount": "금액 합계 amount total 공급가액 betrag",
    "remark": "비고 메모 remark note remarks",
}
_KNOWN: Final = {word: name for name, words in _WORDS.items() for word in words.split()}
ReadNumber = Callable[[str], Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedRow:
    """A row by field; numbers are numbers. `heading`: it names a section."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, Decimal] = field(default_factory=dict)
    heading: bool = False


def cells_of(text: str) -> list[list[str]]:
    """Rows of cells; a cell in quotes may hold line ends, as spreadsheets copy them."""
    rows = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), delimiter="\t")
    found = [[cell.strip() for cell in row] for row in rows]
    return [row for row in found if any(row)]


def number_cells(rows: Sequence[Sequence[str]]) -> list[str]:
    """Every cell that is to be read as a number, to learn from all of them how they are written."""
    columns, body = _columns(rows)
    return [
        row[place]
        for row in body
        for place, name in enumerate(columns)
        if name in NUMBERS and place < len(row) and row[place]
    ]


def read_rows(rows: Sequence[Sequence[str]], read: ReadNumber) -> tuple[PastedRow, ...]:
    """The rows as fields. Raises Refusal `paste.number` with row, field and text for a number that is none."""
    columns, body = _columns(rows)
    found: list[PastedRow] = []
    for number, row in enumerate(body, start=1 + len(rows) - len(body)):
        texts, numbers = {}, {}
        for name, cell in zip(columns, row, strict=False):
            if not cell or not name:
                continue
            if name in NUMBERS:
                value = read(cell)
                if value is None:
                    raise Refusal("paste.number", row=number, field=name, value=cell[:40])
                numbers[name] = value
            else:
                texts[name] = cell
        if texts.get("name") or texts.get("code"):
            found.append(PastedRow(texts=texts, numbers=numbers))
    figures = any(row.numbers for row in found)
    return tuple(
        PastedRow(texts=row.texts, heading=True) if figures and not row.numbers and set(row.texts) == {"name"} else row
        for row in found
    )


def _columns(rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """What each column is, and the rows below the head."""
    if not rows:
        return (), ()
    head = [_KNOWN.get("".join(cell.lower().split()), "") for cell in rows[0]]
    if "name" in head or "code" in head:
        return head, rows[1:]
    width = max(len(row) for row in rows)
    if width <= 4 and all(any(sign.isdigit() for sign in row[1]) for row in rows if len(row) > 1 and row[1]):
        return ("name", "quantity", "unit_price", "discount_percent"), rows
    return COLUMNS, rows
