"""A file that came in before brings nothing new: what was changed since stays and is named; another file says what it replaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.cli.importing import as_text
from desktop_crm.i18n import speaking
from desktop_crm.services import importing, records
from desktop_crm.services.exporting import plain_rows
from desktop_crm.services.importing import ImportReport
from desktop_crm.services.workspace import Workspace

ACCOUNTS = "account,industry,employees,subsidiary_of\nAcme,steel,5,\nBeta,glass,6,Acme\nGamma,,7,Dela\n"


@pytest.fixture
def bring(workspace: Workspace, tmp_path: Path) -> Callable[..., ImportReport]:
    def brought(text: str = ACCOUNTS, kind: str = "accounts", *, overwrite: bool = False, dry: bool = False) -> Any:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        plan = replace(importing.inspect([path], kind), overwrite=overwrite)
        return importing.dry_run(workspace, plan) if dry else importing.run(workspace, plan)

    return brought


def account(workspace: Workspace, name: str) -> dict[str, Any]:
    return next(row for row in plain_rows(workspace, "account") if row["name"] == name)


def edit(workspace: Workspace, name: str, **fields: Any) -> None:
    records.set_fields(workspace, "account", str(account(workspace, name)["id"]), fields)


def test_the_same_file_again_leaves_what_was_changed_since_and_names_it(
    workspace: Workspace, bring: Callable[..., ImportReport]
) -> None:
    bring()
    edit(workspace, "Acme", industry="chemicals")
    edit(workspace, "Beta", employees=None, parent_id=None)
    for report in (bring(dry=True), bring()):
        (file,) = report.files
        assert (file.known, file.updated, file.unchanged, file.left_count, file.replaced_count) == (True, 0, 3, 3, 0)
        assert [(one.row, one.field, one.here, one.file) for one in file.left] == [
            (2, "industry", "chemicals", "steel"),
            (3, "employees", None, 6),
            (3, "parent_id", None, "Acme"),
        ]
        assert not report.changes
    assert account(workspace, "Acme")["industry"] == "chemicals"
    assert (account(workspace, "Beta")["employees"], account(workspace, "Beta")["parent_id"]) == (None, None)
    with speaking("ko"):
        text = as_text(report)
    assert "고친 값 3개는 그대로" in text
    assert "2행 업종: chemicals 유지, 파일에는 steel" in text


def test_what_was_changed_since_is_replaced_when_someone_says_so_and_undo_brings_it_back(
    workspace: Workspace, bring: Callable[..., ImportReport]
) -> None:
    bring()
    edit(workspace, "Acme", industry="chemicals")
    report = bring(overwrite=True)
    (file,) = report.files
    assert [(one.field, one.here, one.file) for one in file.replaced] == [("industry", "chemicals", "steel")]
    assert account(workspace, "Acme")["industry"] == "steel"
    assert "row 2, Industry: chemicals → steel" in as_text(report)
    importing.undo_import(workspace, str(report.import_id))
    assert account(workspace, "Acme")["industry"] == "chemicals"


def test_another_file_replaces_and_names_what_it_replaces(
    workspace: Workspace, bring: Callable[..., ImportReport]
) -> None:
    bring()
    edit(workspace, "Acme", industry="chemicals")
    newer = bring(ACCOUNTS.replace("Acme,steel,5", "Acme,steel,50"))
    assert [(one.field, one.here, one.file) for one in newer.files[0].replaced] == [
        ("industry", "chemicals", "steel"),
        ("employees", 5, 50),
    ]
    assert account(workspace, "Acme")["employees"] == 50


def test_the_same_bytes_read_otherwise_are_another_file(
    workspace: Workspace, tmp_path: Path, bring: Callable[..., ImportReport]
) -> None:
    bring()
    path = tmp_path / "accounts.csv"
    plan = importing.inspect([path], "accounts", {"employees": "annual_revenue"})
    report = importing.run(workspace, plan)
    assert (report.files[0].known, report.files[0].updated) == (False, 3)
    assert account(workspace, "Acme")["annual_revenue"] == "5"


def test_a_reference_that_waited_for_its_record_is_still_filled(
    workspace: Workspace, bring: Callable[..., ImportReport]
) -> None:
    assert bring().open[0].value == "Dela"
    records.create(workspace, "account", {"name": "Dela"})
    report = bring()
    assert (report.files[0].known, report.files[0].updated) == (True, 1)
    assert account(workspace, "Gamma")["parent_id"] == account(workspace, "Dela")["id"]


def test_rows_that_were_deleted_come_back_and_a_second_row_of_one_key_is_refused_again(
    workspace: Workspace, bring: Callable[..., ImportReport]
) -> None:
    text = ACCOUNTS + "Acme,paper,5,\n"
    assert bring(text).files[0].refused == 1
    records.delete(workspace, "account", str(account(workspace, "Gamma")["id"]))
    edit(workspace, "Acme", industry="chemicals")
    (file,) = bring(text).files
    assert (file.created, file.unchanged, file.refused, file.left_count) == (1, 2, 1, 1)


def test_a_file_whose_import_was_taken_back_is_new_again(
    workspace: Workspace, bring: Callable[..., ImportReport]
) -> None:
    importing.undo_import(workspace, str(bring().import_id))
    (file,) = bring().files
    assert (file.known, file.created) == (False, 3)
    assert records.count(workspace, "imported_file") == 1
