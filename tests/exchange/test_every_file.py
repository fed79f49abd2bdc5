"""Every file of the public corpora of tables is read as it says or refused with a code. The outcome of each is written down by
hand in `torture.txt`; a run leaves the table of results in `.dev/test/tables.md`. Workbooks get a second opinion from calamine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from desktop_crm.exchange import sheet_tables
from desktop_crm.exchange.number_formats import plain
from desktop_crm.exchange.sheets import CELL_ERRORS
from desktop_crm.exchange.table_format import Container, SheetFormat
from desktop_crm.exchange.tables import detect, open_table
from desktop_crm.foundation.errors import CrmError
from tests.conftest import ROOT

Data = Callable[..., Path]
EXPECTED = Path(__file__).with_name("torture.txt")


def expectations() -> dict[str, dict[str, str]]:
    """Folder → file → outcome."""
    folders: dict[str, dict[str, str]] = {}
    here: dict[str, str] = {}
    for line in EXPECTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and "=" not in line:
            here = folders.setdefault(line[1:-1], {})
        elif " = " in line and not line.startswith("#"):
            name, _, wanted = line.rpartition(" = ")
            here[name] = wanted.partition("  #")[0].strip()
    return folders


def outcome(path: Path) -> str:
    """`3 x 10, 2 listed`, or the code of the refusal. Anything else than a coded error ends the test."""
    try:
        table = open_table(path, detect(path).format)
        records = list(table.records())
    except CrmError as error:
        return error.code
    assert all(len(record.cells) == len(table.columns) for record in records)
    assert "" not in table.columns
    assert len(set(table.columns)) == len(table.columns)
    listed = sum(record.issue is not None for record in records)
    return f"{len(table.columns)} x {len(records)}" + (f", {listed} listed" if listed else "")


def test_every_file_comes_to_what_was_written_down(data: Data) -> None:
    lines = ["| file | outcome | expected |", "| --- | --- | --- |"]
    wrong = []
    seen = 0
    for folder, files in expectations().items():
        top = data(*folder.split("/"))
        names = {path.name for path in top.iterdir() if path.is_file()}
        assert set(files) - {"*"} <= names, folder
        assert "*" in files or names == set(files), folder
        for name in sorted(names):
            wanted, got = files.get(name) or files["*"], outcome(top / name)
            seen += 1
            lines.append(f"| {folder}/{name} | {got} | {'as expected' if got == wanted else wanted} |")
            if got != wanted:
                wrong.append(f"{folder}/{name}: {got}, expected {wanted}")
    report = ROOT / ".dev" / "test" / "tables.md"
    with contextlib.suppress(OSError):
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    assert seen == 228 + 81
    assert wrong == []


BOOKS = [
    name for name in expectations()["xlsx/calamine"] if name.endswith((".xlsx", ".ods")) and name != "issue_594_dos.ods"
]
TOLD_OTHERWISE = {
    # calamine gives durations as spans of days, times of an ISO cell with their microseconds, and follows no merged cells
    "date.xlsx", "date_1904.xlsx", "date.ods", "date_iso.xlsx",
    # calamine gives the text of a covered cell, and trims text that the XML does not ask to preserve
    "merged_cells.ods", "covered.ods", "whitespace_trim.xlsx",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(BOOKS) - TOLD_OTHERWISE))
def test_calamine_sees_the_same_cells(data: Data, name: str) -> None:
    path = data("xlsx", "calamine", name)
    try:
        found = detect(path).format
    except CrmError as error:
        assert error.code in {"import.file.empty", "import.file.encrypted", "import.file.damaged"}  # noqa: PT017
        return
    assert isinstance(found, SheetFormat)
    container = Container(path.suffix[1:])
    book = python_calamine.CalamineWorkbook.from_path(path)
    for sheet in found.sheets:
        theirs = {
            (row, column): text
            for row, cells in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), 1)
            for column, cell in enumerate(cells, 1)
            if (text := told(cell)).strip()
        }
        form = SheetFormat(container=container, sheet=sheet, sheets=found.sheets)
        ours = {
            (row.number, column): text.replace("\r\n", "\n")
            for row in sheet_tables._sheet_rows(path, form)
            for column, text in row.cells.items()
            if text not in CELL_ERRORS | {"#N/A"} and text.strip()
        }
        assert {place: same(text) for place, text in ours.items()} == {
            place: same(text) for place, text in theirs.items()
        }, sheet


def told(cell: Any) -> str:
    """A value of calamine in our words."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() | int():
            return plain(Decimal(repr(cell)))
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M:%S")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell).replace("\r\n", "\n")


def same(text: str) -> str:
    """Shares and amounts of our texts as the bare numbers that calamine gives, and a moment at midnight as a day."""
    bare = text.strip().removesuffix(" 00:00:00").lstrip("€$₩").replace("-$", "-")
    with contextlib.suppress(ArithmeticError):
        number = Decimal(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
        return f"{number:.14g}"
    return bare


@pytest.mark.parametrize(("sheet", "rows", "columns"), [(0, 93, 25), (1, 3302, 27), (2, 84, 29)])
def test_the_fair_trade_commissions_tables(data: Data, sheet: int, rows: int, columns: int) -> None:
    """3,301 companies and 92 groups, each sheet with a row of totals and a header of two rows with merged cells."""
    path = data("hierarchy", "kftc_2025_internal_shareholding.xlsx")
    names = sheet_tables.sheet_names(path, Container.XLSX)
    table = open_table(path, detect(path, names[sheet].name).format)
    records = list(table.records())
    assert (len(records), len(table.columns)) == (rows, columns)
    assert all(" " not in name[:1] and "\n" not in name for name in table.columns)
    if sheet == 1:
        assert table.columns[:3] == ("기업집단", "회 사 명", "금 액 (백만 원) 자본금 (A)")
        groups = {record.cells[0] for record in records} - {"전체"}
        assert len(groups) == 92
        assert sum(record.cells[0] == "에스케이" for record in records) == 198
    if sheet == 2:
        assert table.columns[2:5] == ("자본금 2024", "자본금 2025", "자본금 증감")
