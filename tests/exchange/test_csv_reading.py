"""Delimited files of every kind come in whole, are told apart, or are refused with a code."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.exchange.csv_reading import CsvTable, aspects_open, detect, open_table
from desktop_crm.exchange.table_format import Aspect, CsvFormat
from desktop_crm.exchange.table_writing import csv_bytes
from desktop_crm.foundation.errors import CrmError, Refusal

Data = Callable[..., Path]

KOREAN = '회사명,담당자,금액\r\n한빛전자(주),김민준,"1,200,000"\r\n대한정밀,이서연,350000\r\n'


def cells(table: CsvTable) -> list[tuple[str, ...]]:
    return [record.cells for record in table.records()]


@pytest.mark.parametrize(
    ("encoding", "mark", "expected"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("cp949", b"", "cp949"),
        ("euc-kr", b"", "cp949"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
def test_korean_text_is_read_in_any_encoding(encoding: str, mark: bytes, expected: str) -> None:
    data = mark + KOREAN.encode(encoding)
    found = detect(data)
    table = open_table(data, found.format)
    assert found.format.encoding == expected
    assert found.format.bom is bool(mark)
    assert table.columns == ("회사명", "담당자", "금액")
    assert cells(table) == [("한빛전자(주)", "김민준", "1,200,000"), ("대한정밀", "이서연", "350000")]


def test_rare_syllables_of_cp949_are_no_foreign_tongue() -> None:
    data = "이름,별명\n뷁,똠방각하\n펲시,햏\n".encode("cp949")
    assert detect(data).format.encoding == "cp949"


def test_western_text_is_read_and_flagged() -> None:
    data = "id,name\n1,Ren\xe9\n2,Zo\xeb\n".encode("cp1252")
    found = detect(data)
    assert cells(open_table(data, found.format)) == [("1", "René"), ("2", "Zoë")]
    assert Aspect.ENCODING in aspects_open(found)


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    data = ("이름,주소\n" + "한빛전자,서울특별시 강남구\n" * 40).encode() + b"\xff\xb0,\xeb\n"
    found = detect(data)
    assert found.format.encoding == "utf-8"
    assert found.doubts[0].code == "encoding.damaged"
    assert "\ufffd" in cells(open_table(data, found.format))[-1][0]


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("name,city\n" + "Acme Inc,Springfield\n" * 200 + "한빛전자,서울\nX{}Y,Z\n", b"\xe9"),
        ("이름,도시\n한빛전자,{}서{}울{}\n", b"\xff"),
        ("name\n가\n{}x\n", b"\x92"),
    ],
    ids=["one in ASCII", "three in two rows", "one beside one"],
)
def test_a_stray_byte_beside_few_hangul_letters_does_not_garble_them(text: str, stray: bytes) -> None:
    data = stray.join(part.encode() for part in text.split("{}"))
    found = detect(data)
    assert (found.format.encoding, found.doubts[0].code) == ("utf-8", "encoding.damaged")
    assert found.doubts[0].params == {"count": text.count("{}")}
    assert data.decode("utf-8", "replace").splitlines()[1:] == [
        ",".join(row) for row in cells(open_table(data, found.format))
    ]


@pytest.mark.parametrize(
    "stray", [b"\xff\n", b"\x80\n", b"\xc7"], ids=["a byte of none", "another", "cut within a letter"]
)
def test_few_hangul_letters_of_cp949_survive_a_broken_place(stray: bytes) -> None:
    rows = [f"Acme {n} Inc,Springfield" for n in range(3000)] + ["한빛정밀,서울", "대한상사,부산", "가온전자,구미"]
    data = "\n".join(["name,city", *rows, "X"]).encode("cp949") + stray
    found = detect(data)
    assert (found.format.encoding, found.doubts[0].code) == ("cp949", "encoding.damaged")
    assert found.doubts[0].params == {"count": 1}
    assert cells(open_table(data, found.format))[3000] == ("한빛정밀", "서울")


def test_two_accents_of_utf8_survive_a_broken_place() -> None:
    data = ("name,city\n" + "Acme,Rome\n" * 300 + "Café,Zürich\n").encode() + b"X\xff,Y\n"
    found = detect(data)
    assert (found.format.encoding, found.doubts[0].params) == ("utf-8", {"count": 1})


@pytest.mark.parametrize("encoding", ["cp949", "cp1252", "gb18030", "shift_jis", "euc_jp", "big5"])
def test_short_texts_of_other_encodings_are_not_taken_for_damaged_utf8(encoding: str) -> None:
    texts = {
        "cp949": "이름,도시\n한빛전자,서울\n대한상사,부산\n",
        "cp1252": "nom,ville\nÂgé Ëï,Orléans\nÃ¼,Zoë\n",
        "gb18030": "名称,城市\n华为技术,深圳\n中国银行,北京\n",
        "shift_jis": "名前,都市\n日本電気,東京\nトヨタ,豊田\n",
        "euc_jp": "名前,都市\n日本電気,東京\nトヨタ,豊田\n",
        "big5": "名稱,城市\n台積電,新竹\n鴻海,新北\n",
    }
    data = texts[encoding].encode(encoding) + (b"\x81" if encoding == "cp949" else b"")
    assert detect(data).format.encoding != "utf-8"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.file.empty"),
        (b"\xef\xbb\xbf", "import.file.empty"),
        (b"\r\n \r\n", "import.file.empty"),
        (b"PK\x03\x04\x14\x00\x06\x00", "import.file.binary"),
        (b"%PDF-1.7\n", "import.file.binary"),
        (b"\x89PNG\r\n\x1a\n", "import.file.binary"),
        (random.Random(7).randbytes(4000), "import.file.binary"),
    ],
)
def test_what_is_no_table_is_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        open_table(data)
    assert caught.value.code == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "no.csv", "import.file.missing"), (tmp_path, "import.file.folder")):
        with pytest.raises(Refusal) as caught:
            detect(path)
        assert caught.value.code == code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_even_rows(delimiter: str) -> None:
    rows = [["이름", "메모", "금액"], ["가", "a, b; c", "1"], ["나", "d | e", "2"], ["다", "f\tg", "3"]]
    text = "\n".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows)
    found = detect(text.encode())
    assert found.format.delimiter == delimiter
    assert cells(open_table(text.encode(), found.format)) == [tuple(row) for row in rows[1:]]


def test_rows_that_cannot_be_trusted_carry_an_issue_and_the_spreadsheets_row_number() -> None:
    data = b"id,name,age\n1,Ann,30\n\n2,Bob\n3,Cem,40,extra\n4,Dee,50,\n5,Eve,60\n6,Fay,70\n"
    records = list(open_table(data).records())
    assert [(record.number, record.issue) for record in records] == [
        (2, None),
        (4, "import.row.too_few_cells"),
        (5, "import.row.too_many_cells"),
        (6, None),
        (7, None),
        (8, None),
    ]
    assert {len(record.cells) for record in records} == {3}


def test_a_quote_never_closed_costs_its_own_line_only() -> None:
    lines = ["id,name,note", '1,Ann,"fine, thanks"', '2,Bob,"open', *(f"{n},Name {n},x" for n in range(3, 300))]
    records = list(open_table("\n".join(lines).encode(), CsvFormat()).records())
    assert [record.number for record in records] == list(range(2, 301))
    assert [record.number for record in records if record.issue] == [3]
    assert records[1].issue == "import.row.quote_open"
    assert records[-1].cells == ("299", "Name 299", "x")


def test_many_open_quotes_end_and_lose_no_line() -> None:
    text = "a,b\n" + '1,"x\n' * 1001
    records = list(open_table(text.encode(), CsvFormat()).records())
    assert sum("x" in "".join(record.cells) for record in records) >= 1
    assert records[-1].issue is not None


def test_titles_and_comments_above_the_table_are_skipped_and_said() -> None:
    data = "2026년 거래처 현황,,\n,,\n회사명,담당자,금액\n한빛,김,1\n대한,이,2\n민국,박,3\n".encode()
    found = detect(data)
    table = open_table(data, found.format)
    assert found.format.skip_rows == 2
    assert Aspect.PREAMBLE in aspects_open(found)
    assert table.columns == ("회사명", "담당자", "금액")
    assert next(iter(table.records())).number == 4


def test_a_file_without_header_names_its_columns_itself() -> None:
    data = b"1,Ann,2026-01-02\n2,Bob,2026-01-03\n3,Cem,2026-01-04\n"
    found = detect(data)
    table = open_table(data, found.format)
    assert not found.format.header
    assert table.columns == ("column_1", "column_2", "column_3")
    assert len(cells(table)) == 3


def test_header_names_are_never_blank_and_never_twice() -> None:
    table = open_table(b"id,,name,name\n1,a,b,c\n")
    assert table.columns == ("id", "column_2", "name", "name (2)")


def test_what_the_user_chooses_is_obeyed_and_nonsense_is_refused() -> None:
    form = detect(b"a;b\n1,5;2\n").format.changed(delimiter=",", header=False)
    assert cells(open_table(b"a;b\n1,5;2\n", form.changed(pad_short_rows=True)))[0] == ("a;b",)
    for choices in (
        {"delimiter": ""},
        {"delimiter": "\n"},
        {"encoding": "klingon"},
        {"colour": "red"},
        {"skip_rows": -1},
        {"header": "yes"},
    ):
        with pytest.raises(Refusal):
            form.changed(**choices)


def test_very_long_fields_and_zero_bytes_do_not_stop_the_reading() -> None:
    data = b"id,note\n1," + b"x" * (1 << 21) + b"\n2,a\x00b\n3,fine\n"
    records = list(open_table(data, CsvFormat()).records())
    assert [record.issue for record in records] == ["import.row.cell_too_long", None, None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(end: str) -> None:
    data = end.join(["id,name", "1,Ann", "2,Bob", ""]).encode()
    assert cells(open_table(data)) == [("1", "Ann"), ("2", "Bob")]


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufeff\ufffd"), max_size=12)
ROWS = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), max_size=8))


@settings(deadline=None)
@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le"]))
def test_what_is_written_is_what_is_read(rows: list[list[str]], encoding: str) -> None:
    width = len(rows[0]) if rows else 1
    columns = [f"c{index}" for index in range(width)]
    data = csv_bytes(columns, rows, encoding=encoding)
    table = open_table(data, CsvFormat(encoding=encoding))
    assert table.columns == tuple(columns)
    filled = [tuple(row) for row in rows if any(cell and not cell.isspace() for cell in row)]
    assert cells(table) == filled


@settings(deadline=None, max_examples=200)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        table = open_table(data)
    except CrmError as error:
        outcome = error.code
    else:
        assert all(len(record.cells) == len(table.columns) for record in table.records())
        outcome = "read"
    assert outcome in {"read", "import.file.empty", "import.file.binary"}


def test_the_spectrum_suite_reads_as_it_says(data: Data) -> None:
    top = data("csv-torture", "csv-spectrum")
    for path in sorted((top / "csvs").glob("*.csv")):
        expected = json.loads((top / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        if isinstance(expected, dict):
            expected = [expected]
        if isinstance(expected[0], list):
            expected = [dict(zip(expected[0], row, strict=True)) for row in expected[1:]]
        table = open_table(path)
        rows = [dict(zip(table.columns, row, strict=True)) for row in cells(table)]
        assert [_ends(row) for row in rows] == [_ends(row) for row in expected], path.name


def _ends(row: dict[str, str]) -> dict[str, str]:
    """The suite's JSON has line feeds where its files have carriage returns as well, and another telephone number than one file."""
    return {name: value.replace("\r\n", "\n") for name, value in row.items() if name != "Contact Phone Number"}


def test_no_file_of_the_torture_corpus_ends_in_a_traceback(data: Data) -> None:
    top = data("csv-torture")
    results = {}
    for path in sorted(top.rglob("*.?sv")):
        try:
            results[path] = sum(1 for _ in open_table(path).records())
        except CrmError as error:
            results[path] = error.code
    assert len(results) > 170
    refused = {path.name: result for path, result in results.items() if isinstance(result, str)}
    assert refused.keys() <= {"empty.csv", "file_no_payload.csv"}


def test_polluted_tables_keep_their_83_rows(data: Data) -> None:
    top = data("csv-torture", "pollock-polluted", "csv")
    for path in sorted(top.glob("*.csv")):
        if path.stem.startswith(("file_field_delimiter", "file_record", "row_less", "row_more", "source", "file_pre")):
            assert len(cells(open_table(path))) == 83, path.name


def test_korean_public_data_is_told_apart(data: Data) -> None:
    crime = detect(data("csv-torture", "cp949", "crime_in_seoul_cp949.csv"))
    cctv = detect(data("csv-torture", "cp949", "cctv_in_seoul_utf8.csv"))
    assert (crime.format.encoding, cctv.format.encoding) == ("cp949", "utf-8-sig")
