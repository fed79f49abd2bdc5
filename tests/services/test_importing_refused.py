"""Refused rows go into a file of the same form with the reason; mended, it comes in as if it had always been right."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from desktop_crm import i18n
from desktop_crm.services import importing, records
from desktop_crm.services.importing import ImportReport
from desktop_crm.services.workspace import Workspace
from tests.exchange.books import row, xlsx


def bring(workspace: Workspace, *paths: Path, kind: str | None = None) -> tuple[importing.ImportPlan, ImportReport]:
    plan = importing.with_saved(workspace, importing.inspect(list(paths), kind), kind)
    return plan, importing.run(workspace, plan)


def rows(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))


def test_a_mended_file_comes_in(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "거래처.csv"
    source.write_bytes(
        '회사명;업종;임직원수\r\n한빛;전자;많음\r\n가온;철강;10\r\n나래;"목재; 가구";1.5\r\n'.encode("cp949")
    )
    plan, report = bring(workspace, source)
    assert (report.total("created"), report.total("refused")) == (1, 2)
    target = tmp_path / "고칠것.csv"
    assert importing.save_refused(workspace, plan, report, target) == (target,)
    told = rows(target, "cp949", ";")
    with i18n.speaking("en"):
        assert told[0] == ["회사명", "업종", "임직원수", "Reason not taken"]
    assert [row[:3] for row in told[1:]] == [["한빛", "전자", "많음"], ["나래", "목재; 가구", "1.5"]]
    assert "많음" in told[1][3]
    target.write_bytes(target.read_bytes().replace("전자;많음".encode("cp949"), "전자;12".encode("cp949")))
    again, mended = bring(workspace, target)
    reasons = {column.column: (column.field, column.reason) for column in again.files[0].columns}
    assert reasons["Reason not taken"] == (None, "refusals")
    assert (mended.total("created"), mended.total("refused")) == (1, 1)
    assert records.own_fields(workspace, "account") == {}
    second = tmp_path / "noch.csv"
    importing.save_refused(workspace, again, mended, second)
    assert rows(second, "cp949", ";")[0] == told[0]
    assert len(rows(second, "cp949", ";")) == 2


def test_the_order_of_dates_is_kept_for_the_few_rows_that_are_left(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "deals.csv"
    lines = [f"{n},갑 {n},12/{n}/2016,{n}" for n in range(13, 28)]
    source.write_text(
        "opportunity_id,name,close_date,close_value\n1,을,03/04/2017,x\n" + "\n".join(lines), encoding="utf-8"
    )
    plan, report = bring(workspace, source)
    target = tmp_path / "errors.csv"
    importing.save_refused(workspace, plan, report, target)
    target.write_text(target.read_text(encoding="utf-8").replace("03/04/2017,x", "03/04/2017,7"), encoding="utf-8")
    again, mended = bring(workspace, target)
    assert again.files[0].mapping == "deals"
    assert mended.total("created") == 1
    (deal,) = [one for one in records.list_rows(workspace, "opportunity").records if one.fields["name"] == "을"]
    assert deal.fields["close_date"] == date(2017, 3, 4)


def test_rows_that_are_too_long_keep_all_their_cells_and_every_source_gets_its_file(
    workspace: Workspace, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("name,industry\n한빛,전자,남는 것\n가온,철강\n", encoding="utf-8")
    second.write_text("name,employees\n나래,x\n다솜,3\n", encoding="utf-8")
    plan, report = bring(workspace, first, second, kind="accounts")
    target = tmp_path / "errors.csv"
    written = importing.save_refused(workspace, plan, report, target)
    assert [path.name for path in written] == ["errors-a.csv", "errors-b.csv"]
    assert rows(written[0])[1][:2] == ["한빛", "전자"]
    assert rows(written[0])[1][3:] == ["남는 것"]


def test_nothing_is_written_where_nothing_was_refused(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("name,industry\n한빛,전자\n", encoding="utf-8")
    plan, report = bring(workspace, source, kind="accounts")
    assert importing.save_refused(workspace, plan, report, tmp_path / "errors.csv") == ()
    assert importing.saved_mappings(workspace) == ()
    assert not (tmp_path / "errors.csv").exists()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_letters_that_the_sources_encoding_lacks_make_the_file_utf_8(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes("name;city;employees\nMüller;Köln;x\nÖrtl;Graz;3\n".encode("cp1252"))
    plan, report = bring(workspace, source, kind="accounts")
    target = tmp_path / "errors.csv"
    with i18n.speaking(language):
        importing.save_refused(workspace, plan, report, target)
    _, mended = bring(workspace, target, kind="accounts")
    assert [(file.rows, file.refused) for file in mended.files] == [(1, 1)]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_rows_of_a_workbook_are_mended_in_a_workbook(workspace: Workspace, tmp_path: Path, ending: str) -> None:
    source = tmp_path / "book.xlsx"
    lines = [row("회사명", "업종", "임직원수"), row("한빛", "전자", "많음"), row("가온", "철강", 10)]
    source.write_bytes(xlsx("".join(lines)))
    plan, report = bring(workspace, source, kind="accounts")
    assert (report.total("created"), report.total("refused")) == (1, 1)
    target = tmp_path / f"errors{ending}"
    assert importing.save_refused(workspace, plan, report, target) == (target,)
    again, mended = bring(workspace, target, kind="accounts")
    assert [(file.rows, file.refused) for file in mended.files] == [(1, 1)]
    assert [column.column for column in again.files[0].columns if column.field] == ["회사명", "업종", "임직원수"]
