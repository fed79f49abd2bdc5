"""What goes out can come back, and a file appears whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_crm.exchange.table_writing import csv_bytes, json_bytes
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.errors import Refusal, Trouble


def test_cells_are_written_as_they_are_unless_a_guard_is_wished() -> None:
    rows = [["=1+1", "-5", "@x", "plain"]]
    assert csv_bytes(["a", "b", "c", "d"], rows) == b"a,b,c,d\r\n=1+1,-5,@x,plain\r\n"
    assert csv_bytes(["a", "b", "c", "d"], rows, guard=True) == b"a,b,c,d\r\n'=1+1,'-5,'@x,plain\r\n"


def test_a_letter_that_the_encoding_lacks_is_refused() -> None:
    assert csv_bytes(["이름"], [["한빛"]], encoding="cp949").decode("cp949") == "이름\r\n한빛\r\n"
    with pytest.raises(Refusal) as caught:
        csv_bytes(["a"], [["😀"]], encoding="cp949")
    assert caught.value.code == "export.encoding"
    with pytest.raises(Refusal):
        csv_bytes(["a"], [], encoding="klingon")


def test_json_is_a_list_of_objects() -> None:
    assert json.loads(json_bytes([])) == []
    rows = [{"id": "1", "name": "한빛"}, {"id": "2", "name": None}]
    data = json_bytes(rows)
    assert json.loads(data) == rows
    assert "한빛".encode() in data


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    write_whole(target, b"one")
    write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    with pytest.raises(Trouble) as caught:
        write_whole(tmp_path / "no" / "out.csv", b"x")
    assert caught.value.code == "export.file.unwritable"
