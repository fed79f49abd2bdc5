"""Old binary workbooks: what stands in them, what is listed as unreadable, and that harm ends in a refusal with a code."""

from __future__ import annotations

import random
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.exchange import xls_reading
from desktop_crm.exchange.sheets import CELL_ERRORS
from desktop_crm.exchange.tables import detect, open_table
from desktop_crm.foundation.errors import CrmError
from tests.exchange.old_books import ERRORS, cell, cells, compound, merged, xls
from tests.exchange.test_every_file import Data, same, told

GOOD = xls({"명단": cells([("이름", "도시"), ("한빛전자", "서울"), ("Acme", "Bonn")])})


def texts(data: bytes | Path) -> list[tuple[str, ...]]:
    table = open_table(data)
    return [table.columns, *(record.cells for record in table.records())]


def outcome(data: bytes) -> str:
    try:
        return f"read {len(texts(data)) - 1}"
    except CrmError as error:
        return error.code


def test_words_in_both_languages_are_read() -> None:
    assert texts(GOOD) == [("이름", "도시"), ("한빛전자", "서울"), ("Acme", "Bonn")]


def test_error_cells_are_told_from_empty_ones() -> None:
    names = list(ERRORS)
    data = xls({"S": cells([("이름", "값"), *((f"행 {at}", name) for at, name in enumerate(names)), ("끝", None)])})
    assert [row[1] for row in texts(data)[1:]] == [*names, ""]
    assert CELL_ERRORS.issuperset(set(names) - {"#N/A"})


def test_numbers_come_as_their_formats_show_them() -> None:
    formats = ("0.0%", "00000", '"₩"#,##0', "yyyy-mm-dd", "hh:mm")
    day = (date(2026, 11, 23) - date(1899, 12, 30)).days
    values = (0.155, 6236, 1200, day, 0.5)
    row = b"".join(cell(1, at, value, at + 1) for at, value in enumerate(values))
    row += cell(1, 5, 12.5) + cell(1, 6, 1e15) + cell(1, 7, True)
    data = xls({"S": cells([("share", "code", "price", "day", "time", "bare", "large", "yes")]) + row}, formats=formats)
    assert texts(data)[1] == ("15.5%", "06236", "₩1200", "2026-11-23", "12:00:00", "12.5", "1000000000000000", "true")


def test_cells_merged_downwards_say_the_same_of_each_row() -> None:
    body = cells([("group", "name"), ("에스케이", "하나"), (None, "둘"), ("한화", "셋")]) + merged((1, 2, 0, 0))
    assert [row[0] for row in texts(xls({"S": body}))] == ["group", "에스케이", "에스케이", "한화"]


def test_a_hidden_sheet_is_passed_over_and_can_be_named() -> None:
    data = xls({"숨김": cells([("a", "b"), ("1", "2")]), "보임": cells([("c", "d"), ("x", "y")])}, hidden=("숨김",))
    assert [(one.name, one.hidden) for one in xls_reading.names_of(data)] == [("숨김", True), ("보임", False)]
    assert texts(data)[0] == ("c", "d")
    assert open_table(data, detect(data, "숨김").format).columns == ("a", "b")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD[:700], "import.file.damaged"),
        (GOOD[:8], "import.file.damaged"),
        (xls({"S": b""}), "import.file.empty"),
        (xls({"S": cells([("a", "b"), ("1", "2")])}, locked=True), "import.file.encrypted"),
        (compound({"WordDocument": b"x"}), "import.file.binary"),
        (xls({"S": cells([("a", "b")]) + cell(65_535, 255, 1)}), "read 1"),
        (xls({"S": cells([("a", "b"), ("1", "2")]) + cell(3, 700, 1)}), "import.file.damaged"),
        (xls({"S": cells([("a", "b"), ("1", "2")]) + cell(3, 0, 1, style=99)}), "import.file.damaged"),
    ],
)
def test_each_comes_to_its_end(data: bytes, code: str) -> None:
    assert outcome(data) == code


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls_reading, "MAX_BYTES", 100)
    (tmp_path / "old.xls").write_bytes(GOOD)
    assert outcome(GOOD) == "import.sheet.too_large"
    with pytest.raises(CrmError, match=r"import\.sheet\.too_large"):
        detect(tmp_path / "old.xls")


def test_far_corners_cost_little() -> None:
    body = cells([("a", "b")]) + b"".join(cell(65_535 - at, 255, 1) for at in range(2_000))
    tracemalloc.start()
    assert outcome(xls({"S": body})) == "read 2000"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


@settings(max_examples=100)
@given(seed=st.integers(0, 2**32))
def test_damage_anywhere_is_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)
    data = bytearray(xls({"S": cells([("name", "amount"), *((f"Company {n}", n * 7) for n in range(20))])}))
    if dice.random() < 0.3:
        del data[dice.randrange(len(data)) :]
    else:
        for _ in range(dice.choice((1, 4, 64))):
            data[dice.randrange(8, len(data))] = dice.randrange(256)
    outcome(bytes(data))


def test_a_file_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(GOOD)
    assert len(texts(path)) == 3
    path.write_bytes(xls({"S": cells([("a", "b"), ("1", "2")])}))
    assert texts(path) == [("a", "b"), ("1", "2")]


@pytest.mark.parametrize("name", ["any_sheets.xls", "biff5_write.xls", "issues.xls"])
def test_calamine_sees_the_same_cells(data: Data, name: str) -> None:
    path = data("xlsx", "calamine", name)
    book = python_calamine.CalamineWorkbook.from_path(path)
    for at, sheet in enumerate(xls_reading.names_of(path)):
        theirs = {
            (row, column): same(text)
            for row, line in enumerate(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False), 1)
            for column, one in enumerate(line, 1)
            if (text := told(one)).strip()
        }
        ours = {
            (row.number, column): same(text)
            for row in xls_reading.rows_of(path, at)
            for column, text in row.cells.items()
        }
        assert {place: text for place, text in ours.items() if text not in CELL_ERRORS} == theirs
