"""What goes into a workbook comes out of it with its type: read back by ourselves and, as second opinions, by openpyxl and calamine."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.money import Money
from desktop_crm.exchange.sheets import MAX_ROWS
from desktop_crm.exchange.table_writing import TableKind, table_bytes
from desktop_crm.exchange.tables import open_table
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.foundation.errors import Refusal

MET = datetime(2026, 11, 23, 9, 30, 15)  # noqa: DTZ001 - a spreadsheet's time has no zone


def seen_by_openpyxl(value: Any) -> Any:
    data = xlsx_bytes(["value", "beside"], [[value, "x"]])
    return openpyxl.load_workbook(io.BytesIO(data)).active["A2"]


def seen_by_us(value: Any) -> str:
    (record,) = open_table(xlsx_bytes(["value", "beside"], [[value, "x"]])).records()
    return record.cells[0]


@pytest.mark.parametrize(
    ("value", "read", "number_format", "text"),
    [
        ("한빛전자", "한빛전자", "General", "한빛전자"),
        (1395, 1395, "General", "1395"),
        (Decimal("12.50"), 12.5, "General", "12.5"),
        (True, True, "General", "true"),
        (date(2016, 10, 20), datetime(2016, 10, 20), "yyyy-mm-dd", "2016-10-20"),  # noqa: DTZ001
        (MET, MET, "yyyy-mm-dd hh:mm:ss", "2026-11-23 09:30:15"),
        (time(14, 5), time(14, 5), "hh:mm:ss", "14:05:00"),
        (Money(amount=Decimal(482000000), currency="KRW"), 482000000, "[$₩]#,##0", "₩482000000"),
        (Money(amount=Decimal("-12.5"), currency="USD"), -12.5, "[$$]#,##0.00", "-$12.5"),
        (Money(amount=Decimal("1.5"), currency="KWD"), 1.5, "[$KWD] #,##0.000", "1.5"),
        (date(1899, 5, 1), "1899-05-01", "General", "1899-05-01"),
        (12345678901234567890, "12345678901234567890", "General", "12345678901234567890"),
        (("b", "c"), "b, c", "General", "b, c"),
    ],
)
def test_types_are_kept(value: Any, read: Any, number_format: str, text: str) -> None:
    cell = seen_by_openpyxl(value)
    assert (cell.value, cell.number_format) == (read, number_format)
    assert seen_by_us(value) == text


def test_a_moment_with_a_zone_is_written_in_the_computers() -> None:
    moment = MET.replace(tzinfo=UTC)
    assert seen_by_us(moment) == moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("text", ["=1+1", "+82 10 1234", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    cell = seen_by_openpyxl(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert seen_by_us(text) == text


@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_text_comes_back(text: str) -> None:
    data = xlsx_bytes(["label", "beside"], [[text, 1], ["y", 2]])
    records = [record.cells for record in open_table(data).records()]
    assert records[0][0].strip() == text.strip() or not text.strip()
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[-1] == ["y", 2.0]


@given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_no_amount_is_rounded(value: Decimal) -> None:
    assert Decimal(seen_by_us(value)) == value


def test_the_sheet_has_a_name_bold_labels_that_stay_and_fitting_columns() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["이름", "메모"], [["가" * 20, "b"]], sheet="계정/[2026]")))
    sheet = book.active
    assert sheet.title == "계정  2026"
    assert sheet["A1"].font.b
    assert sheet.freeze_panes == "A2"
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (42, 8)


def test_what_a_sheet_cannot_hold_is_refused() -> None:
    with pytest.raises(Refusal) as long:
        xlsx_bytes(["name", "note"], [["a", "b"], ["a", "x" * 32_768]])
    assert (long.value.code, long.value.params["row"], long.value.params["column"]) == (
        "export.cell.too_long",
        3,
        "note",
    )
    with pytest.raises(Refusal) as many:
        xlsx_bytes(["n"], ([None] for _ in range(MAX_ROWS)))
    with pytest.raises(Refusal) as wide:
        xlsx_bytes(["n"] * 16_385, [])
    assert many.value.code == wide.value.code == "export.sheet.too_large"


def test_an_empty_table_still_has_its_labels() -> None:
    table = open_table(xlsx_bytes(["a", "b"], []))
    assert (table.columns, list(table.records())) == (("a", "b"), [])


def test_a_list_as_csv_opens_in_excel_and_says_the_same() -> None:
    rows = [
        [
            "=1+1",
            date(2026, 1, 2),
            MET,
            Decimal("1E+2"),
            Money(amount=Decimal(5), currency="KRW"),
            None,
            True,
            time(1, 2),
            ["a"],
        ]
    ]
    data = table_bytes(TableKind.CSV, list("abcdefghi"), rows)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[1] == "'=1+1,2026-01-02,2026-11-23 09:30:15,100,5,,true,01:02:00,a"
    assert open_table(table_bytes(TableKind.XLSX, ["a", "b"], [["x", 1]])).columns == ("a", "b")


def test_letters_that_cp949_lacks_are_told_with_their_place_or_replaced() -> None:
    rows = [["한빛", "ok"], ["대한", "a😀"]]
    assert (
        table_bytes(TableKind.CSV, ["이름", "메모"], rows[:1], encoding="cp949").decode("cp949")
        == "이름,메모\r\n한빛,ok\r\n"
    )
    with pytest.raises(Refusal) as caught:
        table_bytes(TableKind.CSV, ["이름", "메모"], rows, encoding="cp949")
    assert caught.value.params == {"encoding": "cp949", "character": "😀", "row": 3, "column": "메모"}
    replaced = table_bytes(TableKind.CSV, ["이름", "메모"], rows, encoding="cp949", replace=True)
    assert replaced.decode("cp949").endswith("대한,a?\r\n")


def test_no_part_says_at_which_hour_it_was_written() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(["name"], [["한빛"]]))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {part.compress_type for part in archive.infolist()} == {zipfile.ZIP_DEFLATED}
