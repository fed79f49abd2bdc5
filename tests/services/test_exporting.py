"""What goes out is all there is, in one order, by id; and it comes back as it was."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import importing, records
from desktop_crm.services.exporting import ExportFormat, export, plain_rows
from desktop_crm.services.workspace import Workspace

TRICKY = {
    "name": '한빛 "전자", (주)\n둘째 줄',
    "employees": 2822,
    "annual_revenue": Decimal("1100.04"),
    "annual_revenue_currency": "USD",
    "tags": ("가", "나"),
    "note": "=1+1",
    "x_grade": "A;B",
}


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    top = records.create(workspace, "account", TRICKY).id
    records.create(workspace, "account", {"name": "Branch", "parent_id": top, "kind": "branch"})
    records.create(workspace, "contact", {"name": "김민준", "account_id": top, "email": "mj@example.com"})
    records.create(
        workspace,
        "activity",
        {
            "subject": "방문",
            "kind": "visit",
            "account_id": top,
            "occurred_at": datetime(2026, 11, 2, 5, 30, tzinfo=UTC),
        },
    )
    records.create(workspace, "task", {"subject": "견적", "due_on": date(2026, 12, 1), "done": False})
    return workspace


def test_json_has_every_field_and_references_by_id(filled: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "accounts.json"
    assert export(filled, "accounts", ExportFormat.JSON, target) == 2
    top, branch = json.loads(target.read_text(encoding="utf-8"))
    assert set(REGISTRY["account"].by_name) <= set(top)
    assert (top["annual_revenue"], top["employees"], top["tags"], top["x_grade"]) == (
        "1100.04",
        2822,
        ["가", "나"],
        "A;B",
    )
    assert branch["parent_id"] == top["id"]
    (activity,) = plain_rows(filled, "activity")
    assert activity["occurred_at"] == "2026-11-02T05:30:00Z"


def test_rows_come_in_the_order_of_their_ids(filled: Workspace) -> None:
    ids = [row["id"] for row in plain_rows(filled, "account")]
    assert ids == sorted(ids)


@pytest.mark.parametrize("kind", ["accounts", "contacts", "activities", "tasks"])
def test_csv_comes_back_without_a_change(filled: Workspace, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"{kind}.csv"
    count = export(filled, kind, ExportFormat.CSV, target)
    before = plain_rows(filled, REGISTRY.find(kind).name)
    report = importing.run(filled, importing.inspect([target]))
    assert report.files[0].kind == kind
    assert (report.total("unchanged"), report.total("refused")) == (count, 0)
    assert plain_rows(filled, REGISTRY.find(kind).name) == before


def test_csv_brings_a_workspace_over(filled: Workspace, new_workspace, tmp_path: Path) -> None:
    target = tmp_path / "accounts.csv"
    export(filled, "accounts", ExportFormat.CSV, target)
    other = new_workspace("second")
    report = importing.run(other, importing.inspect([target]))
    assert report.total("created") == 2
    assert plain_rows(other, "account") == plain_rows(filled, "account")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_csv_in_other_encodings(filled: Workspace, tmp_path: Path, encoding: str) -> None:
    target = tmp_path / "out.csv"
    export(filled, "contacts", ExportFormat.CSV, target, encoding=encoding)
    with target.open(encoding=encoding, newline="") as stream:
        assert next(csv.DictReader(stream))["name"] == "김민준"


def test_a_guard_for_spreadsheets(filled: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    export(filled, "accounts", ExportFormat.CSV, target, guard=True)
    assert "'=1+1" in target.read_text(encoding="utf-8")


def test_a_workbook_has_types_and_comes_back(filled: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "accounts.xlsx"
    count = export(filled, "accounts", ExportFormat.XLSX, target)
    sheet = openpyxl.load_workbook(target).active
    labels = [cell.value for cell in sheet[1]]
    assert (sheet.max_row, labels[0]) == (count + 1, "id")
    created = sheet[2][labels.index("created_at")] if "created_at" in labels else None
    assert created is None or created.is_date
    report = importing.run(filled, importing.inspect([target]))
    (file,) = report.files
    assert (file.kind, file.refused, file.created) == ("accounts", 0, 0)
    assert (file.updated, file.unchanged) == (0, count)


def test_deleted_rows_stay_at_home(filled: Workspace) -> None:
    branch = plain_rows(filled, "account")[1]
    records.delete(filled, "account", branch["id"])
    assert len(plain_rows(filled, "account")) == 1


def test_an_empty_list_still_has_its_columns(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert export(workspace, "quotes", ExportFormat.CSV, target) == 0
    assert target.read_text(encoding="utf-8").startswith("id,number,name,account_id")
    assert export(workspace, "quotes", ExportFormat.JSON, tmp_path / "out.json") == 0
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == []


def test_what_cannot_be_written_is_said(filled: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as unknown:
        export(filled, "dragons", ExportFormat.CSV, tmp_path / "x.csv")
    assert unknown.value.code == "export.kind.unknown"
    with pytest.raises(Trouble):
        export(filled, "accounts", ExportFormat.CSV, tmp_path / "no" / "x.csv")
    records.create(filled, "account", {"name": "😀"})
    with pytest.raises(Refusal) as letters:
        export(filled, "accounts", ExportFormat.CSV, tmp_path / "x.csv", encoding="cp949")
    assert letters.value.code == "export.encoding"
    assert not (tmp_path / "x.csv").exists()
