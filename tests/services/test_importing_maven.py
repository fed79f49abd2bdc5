"""A published CRM export comes in as its publisher counts it, again without a change, and goes out again whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.persistence.stores.imports import values_of
from desktop_crm.services import importing, records
from desktop_crm.services.importing import FileReport, ImportReport
from desktop_crm.services.workspace import Workspace

Data = Callable[..., Path]


def rows(workspace: Workspace, entity: str, *fields: str) -> list[dict[str, object]]:
    with workspace.read() as session:
        return [values for _, values in values_of(session, entity, fields)]


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


def by_name(report: ImportReport) -> dict[str, FileReport]:
    return {Path(file.path).name: file for file in report.files}


@pytest.fixture
def maven(workspace: Workspace, data: Data) -> ImportReport:
    return importing.run(workspace, importing.inspect([data("crm-maven")]))


def test_the_counted_facts(workspace: Workspace, maven: ImportReport) -> None:
    accounts = rows(workspace, "account", "name", "parent_id")
    deals = rows(workspace, "opportunity", "account_id", "stage_id", "amount", "currency")
    stages = {row_id: one["name"] for row_id, one in _by_id(workspace, "stage", "name").items()}
    held = Counter(stages[str(deal["stage_id"])] for deal in deals)
    assert len(accounts) == 85
    assert sum(one["parent_id"] is not None for one in accounts) == 15
    assert len({one["parent_id"] for one in accounts} - {None}) == 7
    assert len(deals) == 8800
    assert sum(deal["account_id"] is None for deal in deals) == 1425
    assert held == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    won = [deal["amount"] for deal in deals if stages[str(deal["stage_id"])] == "Won"]
    assert sum(won) == Decimal(10_005_534)
    assert {deal["currency"] for deal in deals} == {"KRW", None}
    assert records.count(workspace, "product") == 7
    assert records.count(workspace, "team") == 3
    roles = Counter(str(one["role"]) for one in rows(workspace, "user", "role"))
    assert roles == {"member": 35, "manager": 6}


def _by_id(workspace: Workspace, entity: str, *fields: str) -> dict[str, dict[str, object]]:
    with workspace.read() as session:
        return dict(values_of(session, entity, fields))


def test_three_writings_of_the_dates_are_the_same_rows(maven: ImportReport) -> None:
    found = by_name(maven)
    assert counts(found["sales_pipeline.csv"]) == (8800, 0, 0, 0)
    assert counts(found["sales_pipeline_us-dates.csv"]) == (0, 0, 8800, 0)
    assert counts(found["sales_pipeline_dmy2_first2000.csv"]) == (0, 0, 2000, 0)


def test_the_dictionary_of_columns_is_no_data(maven: ImportReport) -> None:
    refused = by_name(maven)["data_dictionary.csv"]
    assert refused.kind is None
    assert [problem.code for problem in refused.problems] == ["import.file.no_table"]


def test_a_near_name_is_proposed_and_never_taken_silently(workspace: Workspace, maven: ImportReport) -> None:
    (group,) = maven.open
    assert (group.value, group.suggestion, group.rows, group.reason) == ("GTXPro", "GTX Pro", 1480, "near")
    deals = rows(workspace, "opportunity", "product_id")
    assert sum(deal["product_id"] is None for deal in deals) == 1480
    assert importing.open_references(workspace)[0].rows == 1480


def test_accepting_a_proposal_settles_all_rows_of_the_name_at_once(workspace: Workspace, maven: ImportReport) -> None:
    changes = importing.accept_reference(workspace, "opportunity", "product_id", "GTXPro")
    deals = rows(workspace, "opportunity", "product_id")
    gtx_pro = next(i for i, one in _by_id(workspace, "product", "name").items() if one["name"] == "GTX Pro")
    assert len(changes.rows("opportunity")) == 1480
    assert sum(deal["product_id"] == gtx_pro for deal in deals) == 1480
    assert importing.open_references(workspace) == ()


def test_the_same_files_again_change_nothing(workspace: Workspace, maven: ImportReport, data: Data) -> None:
    for settle in (False, True):
        if settle:
            importing.accept_reference(workspace, "opportunity", "product_id", "GTXPro")
        again = importing.run(workspace, importing.inspect([data("crm-maven")]))
        assert not again.changes
        assert [(one.value, one.rows) for one in again.open] == ([] if settle else [("GTXPro", 1480)])
        assert (again.total("created"), again.total("updated")) == (0, 0)
        assert again.total("unchanged") == again.total("rows")


def test_a_dry_run_says_the_same_and_writes_nothing(workspace: Workspace, data: Data) -> None:
    plan = importing.inspect([data("crm-maven")])
    tried = importing.dry_run(workspace, plan)
    assert records.count(workspace, "account") == records.count(workspace, "pipeline") == 0
    assert importing.past_imports(workspace) == ()
    done = importing.run(workspace, plan)
    assert [counts(file) for file in tried.files] == [counts(file) for file in done.files]
    assert [(group.value, group.rows) for group in tried.open] == [(group.value, group.rows) for group in done.open]


def test_undo_leaves_an_empty_workspace_and_the_import_can_come_again(
    workspace: Workspace, maven: ImportReport, data: Data
) -> None:
    importing.accept_reference(workspace, "opportunity", "product_id", "GTXPro")
    assert maven.import_id is not None
    undone = importing.undo_import(workspace, maven.import_id)
    assert undone.kept == ()
    entities = ("account", "opportunity", "user", "team", "product", "open_reference")
    assert [records.count(workspace, entity) for entity in entities] == [0] * len(entities)
    assert records.count(workspace, "pipeline") == 1, "the first pipeline is the same at everyone's and stays"
    again = importing.run(workspace, importing.inspect([data("crm-maven")]))
    assert again.total("created") == maven.total("created")
    assert [run.state for run in importing.past_imports(workspace)] == ["done", "undone"]


def test_each_column_has_a_field_and_a_reason(data: Data) -> None:
    plan = importing.inspect([data("crm-maven", "sales_pipeline_dmy2_first2000.csv")])
    found = {column.column: (column.field, column.how.value, column.reason) for column in plan.files[0].columns}
    assert found["opportunity_id"] == ("external_id", "auto", "name")
    assert found["engage_quarter"] == (None, "ignored", "derived")
    assert plan.files[0].column("close_quarter").detail == "close_date"
