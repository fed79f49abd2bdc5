"""One clean table, polluted in one way a file: read exactly, or every wrong row is listed; what stays different is known by name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop_crm.exchange.csv_reading import CsvTable, open_table
from desktop_crm.foundation.errors import CrmError

Data = Callable[..., Path]

EXACT = {
    "file_double_trailing_newline",
    "file_escape_char_0x5C",
    "file_field_delimiter_0x2C_0x20",
    "file_field_delimiter_0x3B",
    "file_field_delimiter_0x9",
    "file_header_only",
    "file_no_header",
    "file_no_trailing_newline",
    "file_one_data_row",
    "file_preamble",
    "file_record_delimiter_0xA",
    "file_record_delimiter_0xD",
    "source",
}
LISTED = {
    "row_extra_quote4_col4": 1,
    "row_field_delimiter_20_0x20": 1,
    "row_field_delimiter_31_0x20": 1,
    "row_field_delimiter_42_0x20": 1,
    "row_field_delimiter_53_0x20": 1,
    "row_field_delimiter_64_0x20": 1,
    "row_field_delimiter_75_0x20": 1,
    "row_less_sep_row14_col5": 1,
    "row_less_sep_row5_col5": 1,
    "row_more_sep_row27_col1": 1,
    "row_more_sep_row67_col5": 1,
}
REFUSED = {"file_no_payload": "import.file.empty"}
OTHERWISE = {
    "file_escape_char_0x00": "the escape sign was lost when the file was made; rows that fall apart are listed",
    "file_field_delimiter_0x20": "a blank is no delimiter unless the user says so; one column, of no kind",
    "file_header_multirow_2": "the second header row comes as data; its cells are refused in typed columns",
    "file_header_multirow_3": "as with two header rows",
    "file_multitable_less": "the second table's rows come as data and are refused in typed columns",
    "file_multitable_more": "as with fewer columns",
    "file_multitable_same": "as with fewer columns",
    "file_quotation_char_0x27": "apostrophes inside single quotes are not escaped; rows that fall apart are listed",
    "row_extra_quote0_col0": "the header is torn; every row is listed",
    "row_field_delimiter_0_0x20": "the header has another delimiter; it is skipped, the columns have no names",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a table came out beside the clean one."""

    same: bool
    listed: int
    silent: int
    rows: int


def compared(table: CsvTable, clean: Path) -> Comparison:
    records = list(table.records())
    head = [table.columns] if table.format.header else []
    got = [*head, *(record.cells for record in records)]
    wrong = {place + len(head) for place, record in enumerate(records) if record.issue}
    with clean.open(newline="", encoding="utf-8") as stream:
        expected = [tuple(row) for row in csv.reader(stream)]
    differing = {place for place, (one, other) in enumerate(zip(got, expected, strict=False)) if one != other}
    return Comparison(
        same=got == expected, listed=len(wrong), silent=len(differing - wrong), rows=len(got) - len(expected)
    )


@pytest.fixture
def polluted(data: Data) -> dict[str, Path]:
    return {path.stem: path for path in sorted(data("csv-torture", "pollock-polluted", "csv").glob("*.csv"))}


def clean(path: Path) -> Path:
    return path.parent.parent / "clean" / path.name


def test_every_file_is_in_one_of_the_tables(polluted: dict[str, Path]) -> None:
    assert set(polluted) == EXACT | LISTED.keys() | REFUSED.keys() | OTHERWISE.keys()


@pytest.mark.parametrize("name", sorted(EXACT))
def test_read_exactly(polluted: dict[str, Path], name: str) -> None:
    found = compared(open_table(polluted[name]), clean(polluted[name]))
    assert found == Comparison(same=True, listed=0, silent=0, rows=0)


@pytest.mark.parametrize("name", sorted(LISTED))
def test_what_is_wrong_is_listed_and_the_rest_is_exact(polluted: dict[str, Path], name: str) -> None:
    found = compared(open_table(polluted[name]), clean(polluted[name]))
    assert (found.listed, found.silent, found.rows) == (LISTED[name], 0, 0)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_with_a_code(polluted: dict[str, Path], name: str) -> None:
    with pytest.raises(CrmError) as caught:
        open_table(polluted[name])
    assert caught.value.code == REFUSED[name]


@pytest.mark.parametrize("name", sorted(OTHERWISE))
def test_the_others_are_read_and_doubted(polluted: dict[str, Path], name: str) -> None:
    table = open_table(polluted[name])
    assert sum(1 for _ in table.records()) >= 83


def test_inches_are_no_quotes() -> None:
    data = b'name,size,note\nPipe,6",steel\nPlate,"8"" wide",brass\nRod,5" to 7",iron\nTube,"a ""b"", c",x\n'
    records = list(open_table(data).records())
    assert [record.issue for record in records] == [None] * 4
    assert [record.cells[1] for record in records] == ['6"', '8" wide', '5" to 7"', 'a "b", c']


def test_backslashes_are_text_unless_they_escape_a_quote() -> None:
    data = b'id,path,said\n1,"C:\\temp\\new","he said \\"yes\\" to it"\n2,"D:\\x","\\"no\\" again, twice"\n3,"E:\\y","so \\"so\\" then"\n'
    table = open_table(data)
    assert table.format.escape == "\\"
    assert [record.cells[1:] for record in table.records()] == [
        ("C:\\temp\\new", 'he said "yes" to it'),
        ("D:\\x", '"no" again, twice'),
        ("E:\\y", 'so "so" then'),
    ]


def test_a_separator_too_many_is_told_from_one_at_the_end() -> None:
    data = b"id,name,city,note\n1,Ann,Bonn,x,\n2,,Bob,Bern,y\n3,Cem,,Rome,\n4,Dee,Oslo,z\n5,Eve,Kiel,\n"
    issues = {record.number: record.issue for record in open_table(data).records()}
    assert issues == {
        2: None,
        3: "import.row.too_many_cells",
        4: "import.row.too_many_cells",
        5: None,
        6: None,
    }


def test_a_header_that_ends_in_blank_names_lets_rows_end_in_blank_cells() -> None:
    data = b"id,name,,\n1,Ann,,\n2,,,\n3,Cem,,surplus\n"
    table = open_table(data)
    assert table.columns == ("id", "name")
    assert [record.issue for record in table.records()] == [None, None, "import.row.too_many_cells"]
