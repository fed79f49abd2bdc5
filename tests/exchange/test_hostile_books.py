"""Workbooks that mean harm, or were hurt: each is refused with a code, quickly and in little memory, and never with a traceback."""

from __future__ import annotations

import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.exchange.tables import detect, open_table
from desktop_crm.foundation.errors import CrmError
from tests.exchange.books import ODS_TYPE, ods, ods_row, row, xlsx, zipped

GOOD = row("name", "city") + row("Acme", "Bonn")
_DTD = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def outcome(data: bytes | Path) -> str:
    try:
        return f"read {sum(1 for _ in open_table(data).records())}"
    except CrmError as error:
        return error.code


def sheet_part(rows: str, before: str = "") -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{before}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'


CASES = {
    "entities in a sheet": (
        xlsx(GOOD, **{"xl/worksheets/sheet1.xml": sheet_part(row("&b;", "&c;"), _DTD)}),
        "import.file.hostile",
    ),
    "entities in the strings": (xlsx(GOOD, **{"xl/sharedStrings.xml": f"{_DTD}<sst/>"}), "import.file.hostile"),
    "entities in the workbook": (xlsx(GOOD, **{"xl/workbook.xml": f"{_DTD}<workbook/>"}), "import.file.hostile"),
    "entities in OpenDocument": (
        zipped({"mimetype": ODS_TYPE, "content.xml": f"{_DTD}<x>&b;</x>"}),
        "import.file.hostile",
    ),
    "a bomb of blanks": (
        xlsx(GOOD, **{"xl/worksheets/sheet1.xml": sheet_part(" " * 40_000_000 + GOOD)}),
        "import.file.bomb",
    ),
    "a bomb of one string": (
        xlsx(GOOD, **{"xl/sharedStrings.xml": f"<sst><si><t>{'a' * 40_000_000}</t></si></sst>"}),
        "import.file.bomb",
    ),
    "a row beyond the last": (xlsx(GOOD + row("x", number=1_048_577)), "import.sheet.too_large"),
    "a column beyond the last": (xlsx(GOOD + '<row><c r="XFE3"><v>1</v></c></row>'), "import.sheet.too_large"),
    "a sheet of two far corners": (xlsx(GOOD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "read 2"),
    "cells repeated without end": (
        ods(
            "S|"
            + ods_row(
                '<table:table-cell table:number-columns-repeated="99999999" office:value-type="string">'
                "<text:p>x</text:p></table:table-cell>"
            )
        ),
        "import.sheet.too_large",
    ),
    "rows repeated without end": (ods("S|" + ods_row("a", "b", repeated=99_999_999)), "import.sheet.too_large"),
    "empty rows repeated without end": (ods("S|" + ods_row("a", "b") + ods_row(repeated=999_999_999_999)), "read 0"),
    "a string that is not there": (xlsx(row("a", "b") + row('<c t="s"><v>7</v></c>', "x")), "import.file.damaged"),
    "a style that is not there": (xlsx(row("a", "b") + row('<c s="99"><v>7</v></c>', "x")), "read 1"),
    "XML cut short": (xlsx(GOOD, **{"xl/worksheets/sheet1.xml": sheet_part(GOOD)[:-30]}), "import.file.damaged"),
    "no sheets": (xlsx(), "import.file.empty"),
    "a sheet that leads out of the package": (
        xlsx(
            GOOD,
            **{
                "xl/_rels/workbook.xml.rels": '<Relationships xmlns="x"><Relationship Id="rId1" TargetMode="External" '
                'Type="http://x/worksheet" Target="http://localhost:1/sheet.xml"/></Relationships>'
            },
        ),
        "import.file.empty",
    ),
    "a text document": (zipped({"word/document.xml": "<x/>", "_rels/.rels": "<x/>"}), "import.file.binary"),
    "a binary workbook": (zipped({"xl/workbook.bin": "x"}), "import.file.binary"),
    "any archive": (zipped({"readme.txt": "hello"}), "import.file.binary"),
    "no archive": (b"PK\x03\x04 but nothing follows", "import.file.damaged"),
    "an old workbook of nothing": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "import.file.damaged"),
    "an encrypted workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "import.file.encrypted",
    ),
    "an encrypted OpenDocument": (
        ods("S|", **{"META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>"}),
        "import.file.encrypted",
    ),
    "a web page called a workbook": (b"\xef\xbb\xbf\n<HTML><table><tr><td>a</td></tr></table>", "import.file.binary"),
    "the XML of Excel 2003": (b'<?xml version="1.0"?><Workbook/>', "import.file.binary"),
    "too many parts": (zipped({f"p{number}": "" for number in range(20_001)}), "import.file.bomb"),
    "a date that is none": (xlsx(row("a", "b") + row("<c><v>NaN</v></c>", "<c><v>1e999</v></c>")), "read 1"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_comes_to_its_end(name: str) -> None:
    data, expected = CASES[name]
    assert outcome(data) == expected


def test_a_part_larger_than_it_says_is_damaged() -> None:
    data = bytearray(xlsx(GOOD))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    assert outcome(bytes(data)) == "import.file.damaged"


def test_a_zip_password_is_told() -> None:
    data = bytearray(xlsx(GOOD))
    at = -1
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + flags] |= 1
    assert outcome(bytes(data)) == "import.file.encrypted"


def test_far_corners_cost_no_memory() -> None:
    data = xlsx(GOOD + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(500_000, 500_400)))
    tracemalloc.start()
    outcome(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80_000_000


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), cut=st.booleans())
def test_damage_anywhere_is_read_or_refused(seed: int, cut: bool) -> None:
    dice = random.Random(seed)
    rows = row("name", "amount") + "".join(row(f"Company {n}", n * 7) for n in range(30))
    table = "S|" + ods_row("name", "city") + ods_row("Acme", "Bonn")
    data = bytearray(dice.choice((xlsx(rows), ods(table))))
    if cut:
        del data[dice.randrange(len(data)) :]
    for _ in range(dice.randrange(1, 6)):
        if data:
            data[dice.randrange(len(data))] = dice.randrange(256)
    known = ("read", "import.file.", "import.sheet.")
    assert outcome(bytes(data)).startswith(known)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "no.xlsx", "import.file.missing"), (tmp_path, "import.file.folder")):
        with pytest.raises(CrmError) as caught:
            detect(path)
        assert caught.value.code == code
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w"):
        pass
    assert outcome(empty) in {"import.file.binary", "import.file.empty"}
