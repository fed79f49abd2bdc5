"""Workbooks become the same kind of table as a CSV: every cell as text that says what the author saw, nothing lost without a word."""

from __future__ import annotations

import io
import multiprocessing
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from desktop_crm.exchange.sheets import NO_VALUE
from desktop_crm.exchange.table_format import Aspect, SheetFormat
from desktop_crm.exchange.tables import detect, open_table
from desktop_crm.foundation.errors import Refusal
from tests.exchange.books import ods, ods_row, row, xlsx

MET = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - a spreadsheet's time has no zone


def cells(data: bytes | Path, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [record.cells for record in open_table(data, detect(data, sheet).format).records()]


def first_column(
    *raw: str, formats: tuple[str, ...] = (), strings: tuple[str, ...] = (), since_1904: bool = False
) -> list[str]:
    """What the cells of one column become, below a header."""
    sheet = row("value", "beside") + "".join(row(one, "x") for one in raw)
    data = xlsx(sheet, formats=formats, strings=strings, since_1904=since_1904)
    return [record[0] for record in cells(data)]


def test_a_workbook_of_a_spreadsheet_program_comes_in_typed() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["회사명", "매출", "비율", "설립", "만남", "회의", "활성", "우편번호"])
    sheet.append(["한빛전자", 482000000, 0.15, date(2019, 3, 1), MET, time(14, 5), True, 6236])
    for column, code in {"C": "0.0%", "H": "00000", "B": '"₩"#,##0'}.items():
        sheet[f"{column}2"].number_format = code
    out = io.BytesIO()
    book.save(out)
    assert cells(out.getvalue()) == [
        ("한빛전자", "₩482000000", "15%", "2019-03-01", "2026-11-23 09:30:00", "14:05:00", "true", "06236")
    ]


def test_numbers_are_shown_as_spreadsheets_show_them() -> None:
    raw = [f"<c><v>{value}</v></c>" for value in ("1395", "0.30000000000000004", "1E-3", "1.5E+20", "-12.50", "0")]
    assert first_column(*raw) == ["1395", "0.3", "0.001", "150000000000000000000", "-12.5", "0"]


def test_numbers_stored_as_text_stay_what_they_say() -> None:
    raw = ['<c t="inlineStr"><is><t>00123</t></is></c>', '<c t="str"><v>1,395</v></c>', '<c t="s"><v>0</v></c>']
    assert first_column(*raw, strings=("<si><t>42 </t></si>",)) == ["00123", "1,395", "42 "]


@pytest.mark.parametrize(
    ("serial", "since_1904", "expected"),
    [
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("60", False, "1900-02-29"),
        ("61", False, "1900-03-01"),
        ("42663", False, "2016-10-20"),
        ("42663.5", False, "2016-10-20 12:00:00"),
        ("41201", True, "2016-10-20"),
        ("0", True, "1904-01-01"),
        ("2958465", False, "9999-12-31"),
        ("2958467", False, "2958467"),
        ("-3", False, "-3"),
    ],
)
def test_days_count_from_1900_or_from_1904(serial: str, since_1904: bool, expected: str) -> None:
    raw = f'<c s="1"><v>{serial}</v></c>'
    assert first_column(raw, formats=("yyyy/mm/dd",), since_1904=since_1904) == [expected]


def test_dates_written_out_by_iso_8601() -> None:
    raw = ['<c t="d"><v>2021-01-01</v></c>', '<c t="d"><v>2021-01-01T10:10:10Z</v></c>']
    assert first_column(*raw) == ["2021-01-01", "2021-01-01 10:10:10"]


def test_errors_and_formulas_never_calculated_stay_visible() -> None:
    raw = [
        '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "<c><f>A1+B1</f></c>",
        "<c><f>A1+B1</f><v></v></c>",
        '<c t="str"><f>""</f><v></v></c>',
        "<c><f>20+2</f><v>22</v></c>",
    ]
    assert first_column(*raw) == ["#DIV/0!", NO_VALUE, NO_VALUE, "", "22"]


def test_rich_text_reading_aids_and_escaped_signs() -> None:
    strings = (
        "<si><r><t>한빛</t></r><r><t xml:space='preserve'> 전자</t></r></si>",
        "<si><t>漢</t><rPh sb='0' eb='1'><t>かん</t></rPh></si>",
        "<si><t>a_x000D_\nb_x005F_x0041_</t></si>",
    )
    raw = [f'<c t="s"><v>{at}</v></c>' for at in range(3)]
    assert first_column(*raw, strings=strings) == ["한빛 전자", "漢", "a\r\nb_x0041_"]


def test_titles_above_and_empty_columns_before_the_table_are_passed_over() -> None:
    sheet = (
        row(None, "2026년 거래처 현황", number=1)
        + row(None, "작성자", "김민준", "작성일", '<c s="1"><v>46349</v></c>', number=3)
        + row(None, "회사명", "업종", "매출", "직원", number=5)
        + row(None, "한빛전자", "전자", 12, 3, number=6)
        + row(None, "대한상사", "유통", 5, 2, number=8)
    )
    data = xlsx(sheet, formats=("yyyy-mm-dd",))
    found = detect(data)
    table = open_table(data, found.format)
    assert table.columns == ("회사명", "업종", "매출", "직원")
    assert [(record.number, record.cells[0]) for record in table.records()] == [(6, "한빛전자"), (8, "대한상사")]
    assert [one.params for one in found.doubts if one.aspect is Aspect.PREAMBLE] == [{"count": 2}]


def test_a_header_of_two_rows_gives_one_name_a_column() -> None:
    sheet = (
        row("회사", "매출", None, "지역", number=1)
        + row(None, "2025", "2026", number=2)
        + row("한빛", 1, 2, "서울", number=3)
        + row("대한", 3, 4, "부산", number=4)
        + '|<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:D2"/></mergeCells>'
    )
    data = xlsx(sheet)
    found = detect(data).format
    assert isinstance(found, SheetFormat)
    assert found.header_rows == 2
    assert open_table(data, found).columns == ("회사", "매출 2025", "매출 2026", "지역")
    assert cells(data) == [("한빛", "1", "2", "서울"), ("대한", "3", "4", "부산")]


def test_what_is_merged_downwards_holds_for_every_row_and_is_said() -> None:
    sheet = (
        row("그룹", "회사", "직원", number=1)
        + row("한빛", "한빛전자", 10, number=2)
        + row(None, "한빛화학", 20, number=3)
        + row("대한", "대한상사", 30, number=4)
        + '|<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    )
    assert [record[0] for record in cells(xlsx(sheet))] == ["한빛", "한빛", "대한"]
    assert Aspect.MERGED in {one.aspect for one in detect(xlsx(sheet)).doubts}
    table = (
        ods_row("그룹", "회사")
        + ods_row(
            '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>한빛</text:p></table:table-cell>',
            "한빛전자",
        )
        + ods_row("<table:covered-table-cell/>", "한빛화학")
        + ods_row("대한", "대한상사")
    )
    assert [record[0] for record in cells(ods(f"표|{table}"))] == ["한빛", "한빛", "대한"]


def test_the_first_sheet_shown_that_holds_a_table_is_taken_and_any_can_be_chosen() -> None:
    accounts = row("name", "city") + row("Acme", "Bonn")
    secret = row("code", "price") + row("X", 1)
    data = xlsx(
        "",
        secret,
        row("only a note"),
        accounts,
        names=("Empty", "Secret", "Note", "Accounts"),
        states={1: "veryHidden"},
    )
    found = detect(data)
    assert isinstance(found.format, SheetFormat)
    assert found.format.sheet == "Accounts"
    assert found.format.sheets == ("Empty", "Secret", "Note", "Accounts")
    assert Aspect.SHEET in {one.aspect for one in found.doubts}
    assert cells(data, "Secret") == [("X", "1")]
    with pytest.raises(Refusal) as caught:
        detect(data, "Sheet9")
    assert caught.value.code == "import.sheet.unknown"


def test_a_hidden_sheet_is_read_when_no_other_holds_anything() -> None:
    data = ods("Shown|", f"-Behind|{ods_row('name', 'city') + ods_row('Acme', 'Bonn')}")
    assert cells(data) == [("Acme", "Bonn")]


def test_opendocument_cells_by_their_types() -> None:
    def cell(kind: str, shown: str, **more: str) -> str:
        attributes = " ".join(f'{name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in more.items())
        return f'<table:table-cell office:value-type="{kind}" {attributes}><text:p>{shown}</text:p></table:table-cell>'

    values = [
        (cell("float", "1,395", office__value="1395"), "1395"),
        (cell("float", "06236", office__value="6236"), "06236"),
        (cell("percentage", "15 %", office__value="0.15"), "15%"),
        (cell("currency", "₩1,000", office__value="1000", office__currency="KRW"), "KRW1000"),
        (cell("date", "20.10.16", office__date_value="2016-10-20"), "2016-10-20"),
        (cell("date", "-", office__date_value="2016-10-20T09:30:00"), "2016-10-20 09:30:00"),
        (cell("time", "-", office__time_value="PT14H05M00S"), "14:05:00"),
        (cell("boolean", "WAHR", office__boolean_value="true"), "true"),
        (cell("string", "a<text:s text:c='2'/>b<text:line-break/>c"), "a   b\nc".replace("   ", "  ")),
        (cell("string", "one</text:p><text:p>two"), "one\ntwo"),
        (cell("float", "#DIV/0!", office__value="0", table__formula="of:=1/0"), "#DIV/0!"),
        (cell("string", "Err:502", table__formula="of:=X"), "#VALUE!"),
        ('<table:table-cell table:formula="of:=1+1"/>', NO_VALUE),
        (cell("string", "said<office:annotation><text:p>aside</text:p></office:annotation>"), "said"),
    ]
    rows = ods_row("value", "beside") + "".join(ods_row(raw, "x") for raw, _ in values)
    assert [record[0] for record in cells(ods(f"Sheet|{rows}"))] == [expected for _, expected in values]


def test_rows_repeated_and_gaps_keep_their_numbers() -> None:
    rows = ods_row("a", "b") + ods_row(repeated=3) + ods_row("1", "2", repeated=2) + ods_row(repeated=1_048_000)
    table = open_table(ods(f"S|{rows}"))
    assert [(record.number, record.cells) for record in table.records()] == [(5, ("1", "2")), (6, ("1", "2"))]


def test_cells_beyond_the_columns_are_told() -> None:
    sheet = row("a", "b") + "".join(row("x", 1) for _ in range(500)) + row("y", 2, "stray")
    issues = [record for record in open_table(xlsx(sheet)).records() if record.issue]
    assert [(one.number, one.issue, one.beyond) for one in issues] == [(502, "import.row.too_many_cells", ("stray",))]


def test_other_headers_and_columns_can_be_chosen() -> None:
    data = xlsx(row("ignore", "Acme", 1) + row("ignore", "Bolt", 2) + row("ignore", "Core", 3))
    form = detect(data).format
    assert isinstance(form, SheetFormat)
    assert open_table(data, form.changed(header_rows=0, skip_columns=1, skip_rows=1)).columns == (
        "column_1",
        "column_2",
    )
    chosen = open_table(data, form.changed(header_rows=1, skip_columns=1, skip_rows=1))
    assert (chosen.columns, [record.cells for record in chosen.records()]) == (("Bolt", "2"), [("Core", "3")])
    for wish in ({"sheet": "Nowhere"}, {"header_rows": -1}, {"delimiter": ";"}, {"skip_rows": "2"}, {"sheets": ()}):
        with pytest.raises(Refusal):
            form.changed(**wish)


def test_what_bytes_say_counts_and_not_the_name(tmp_path: Path) -> None:
    book = tmp_path / "accounts.csv"
    book.write_bytes(xlsx(row("name", "city") + row("Acme", "Bonn")))
    text = tmp_path / "accounts.xlsx"
    text.write_text("name,city\nAcme,Bonn\n", encoding="utf-8")
    assert cells(book) == cells(text) == [("Acme", "Bonn")]


def _rows_elsewhere(path: Path) -> list[tuple[str, ...]]:
    return [record.cells for record in open_table(path).records()]


def test_a_table_can_be_sent_to_a_worker_process(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx(row("name", "city") + row("Acme", "Bonn")))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        table = pool.apply(open_table, (path,))
        assert (
            pool.apply(_rows_elsewhere, (path,)) == [record.cells for record in table.records()] == [("Acme", "Bonn")]
        )
