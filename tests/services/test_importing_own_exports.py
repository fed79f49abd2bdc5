"""Our own exports come back: without a change into the workspace they came from, and whole into an empty one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.cli.importing import as_text
from desktop_crm.domain.pipeline.stages import FIRST_PIPELINE
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import speaking
from desktop_crm.persistence.stores.imports import values_of
from desktop_crm.services import importing, pipeline, records
from desktop_crm.services.exporting import ExportFormat, export
from desktop_crm.services.importing.beside import labelled, unlabelled
from desktop_crm.services.importing.kinds import fit
from desktop_crm.services.workspace import Workspace

KINDS = ("teams", "users", "products", "accounts", "opportunities")
ENTITIES = ("team", "user", "product", "account", "opportunity")


def exported(workspace: Workspace, folder: Path, *kinds: str) -> list[Path]:
    files = [folder / f"{kind}.csv" for kind in kinds]
    for kind, file in zip(kinds, files, strict=True):
        export(workspace, kind, ExportFormat.CSV, file)
    return files


def won(workspace: Workspace) -> Decimal:
    with workspace.read() as session:
        stages = {key for key, one in values_of(session, "stage", ("name",)) if one["name"] == "Won"}
        deals = [one for _, one in values_of(session, "opportunity", ("stage_id", "amount"))]
    return sum((one["amount"] or Decimal(0) for one in deals if one["stage_id"] in stages), Decimal(0))


def test_a_published_export_comes_back_whole(
    workspace: Workspace,
    new_workspace: Callable[..., Workspace],
    data: Callable[..., Path],
    tmp_path: Path,
) -> None:
    names = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
    importing.run(workspace, importing.inspect([data("crm-maven", name) for name in names]))
    files = exported(workspace, tmp_path, *KINDS)
    own = {entity: records.own_fields(workspace, entity) for entity in ENTITIES}

    again = importing.run(workspace, importing.inspect(files))
    assert [(file.kind, file.unchanged, file.rows) for file in again.files] == [
        (kind, file.rows, file.rows) for kind, file in zip(KINDS, again.files, strict=True)
    ]
    assert {entity: records.own_fields(workspace, entity) for entity in ENTITIES} == own

    empty = new_workspace("second")
    there = importing.run(empty, importing.inspect(files))
    assert there.total("refused") == 0
    assert there.total("created") == sum(file.rows for file in there.files)
    counted = {entity: records.count(workspace, entity) for entity in ENTITIES}
    assert {entity: records.count(empty, entity) for entity in ENTITIES} == counted
    assert counted["opportunity"] == 8800
    assert (won(workspace), won(empty)) == (Decimal(10_005_534), Decimal(10_005_534))
    assert {entity: records.own_fields(empty, entity) for entity in ENTITIES} == own


def test_the_fields_very_name_wins_over_words_for_it() -> None:
    assert fit("opportunity", ("id", "external_id", "name")).matched == {"external_id": "external_id", "name": "name"}
    assert fit("opportunity", ("id", "name")).matched == {"id": "external_id", "name": "name"}


@pytest.mark.parametrize("columns", [["name"], "name", 5])
def test_a_mapping_of_another_shape_is_refused(tmp_path: Path, columns: object) -> None:
    table = tmp_path / "ko.csv"
    table.write_text("고객사명,업종\n한빛전자,제조\n", encoding="utf-8")
    for mapping in ({"files": {"ko.csv": {"columns": columns}}}, {"columns": columns}):
        with pytest.raises(Refusal, match=r"import\.mapping\.shape"):
            importing.inspect([table], None, mapping)


def test_a_mapping_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    table, other = tmp_path / "ko.csv", tmp_path / "en.csv"
    table.write_text("고객사명,업종\n한빛전자,제조\n", encoding="utf-8")
    other.write_text("company,sector\n한빛전자,제조\n", encoding="utf-8")
    for mapping in ({"nocol": "name"}, {"columns": {"nocol": "name"}}):
        with pytest.raises(Refusal, match=r"import\.mapping\.column"):
            importing.inspect([table, other], None, mapping)
    assert importing.inspect([table, other], None, {"sector": "note"}).usable[1].column("sector").field == "note"
    plan = importing.inspect([table], None, {"files": {"ko.csv": {"columns": {"nocol": "name"}}}})
    assert plan.files[0].refusal is not None
    assert plan.files[0].refusal.code == "import.mapping.column"


def test_the_report_names_the_circle_the_kind_and_what_was_left_out(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "ko.csv"
    table.write_text(
        "고객사명,모회사,거래일,분기\n한빛,한빛,2026-01-05,Q1 2026\n가온,,2026-05-05,Q2 2026\n", encoding="utf-8"
    )
    report = importing.run(workspace, importing.inspect([table], "accounts"))
    assert report.as_json()["files"][0]["left_out"] == ["분기"]
    with speaking("ko"):
        told = as_text(report)
    assert "ko.csv: 계정 2행" in told
    assert "accounts" not in told
    assert "순환" in told
    assert "그런 이름이 없습니다" not in told
    assert "되풀이하므로 가져오지 않은 열: 분기" in told
    assert importing.past_imports(workspace)[0].files[0].left_out == ("분기",)


def test_what_is_still_open_is_told_again_and_kept_once(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "ko.csv"
    table.write_text("고객사명,모회사\n한빛,한빛\n가온,없는회사\n나래,다솜\n다솜,나래\n", encoding="utf-8")
    runs = [importing.run(workspace, importing.inspect([table], "accounts")) for _ in range(3)]
    told = [sorted((one.field, one.value, one.reason, one.rows) for one in run.open) for run in runs]
    assert len(told[0]) == 3
    assert told[1:] == told[:1] * 2
    assert not runs[1].changes
    assert records.count(workspace, "open_reference") == 3
    importing.drop_reference(workspace, "account", "parent_id", "없는회사")
    last = importing.run(workspace, importing.inspect([table], "accounts"))
    assert "없는회사" not in {one.value for one in last.open}


@pytest.mark.parametrize("external", ["D-1", ""])
def test_a_deals_two_ids_both_come_back(workspace: Workspace, tmp_path: Path, external: str) -> None:
    table = tmp_path / "deals.csv"
    table.write_text(f"opportunity_id,deal_name,account,deal_stage\n{external},건,한빛전자,Won\n", encoding="utf-8")
    importing.run(workspace, importing.inspect([table]))
    with workspace.read() as session:
        ((deal, _),) = values_of(session, "opportunity", ("name",))
    (file,) = exported(workspace, tmp_path, "opportunities")
    report = importing.run(workspace, importing.inspect([file]))
    assert (report.total("unchanged"), records.own_fields(workspace, "opportunity")) == (1, {})
    assert records.get(workspace, "opportunity", deal).fields["external_id"] == (external or None)


def test_stages_and_pipelines_of_ones_own_come_back_by_name_into_an_empty_workspace(
    workspace: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    pipeline.ensure_pipeline(workspace)
    service = records.create(workspace, "pipeline", {"name": "서비스", "order_key": "z"}).id
    worth = {"kind": "open", "probability": Decimal("0.35"), "forecast_category": "pipeline", "order_key": "m"}
    stage = records.create(workspace, "stage", {"name": "현장 실사", "pipeline_id": service, **worth}).id
    first = next(one for one in records.list_rows(workspace, "stage").records if one.fields["kind"] == "won")
    records.set_fields(workspace, "stage", first.id, {"name": "계약 성사"})
    here = {"stage_id": first.id, "pipeline_id": FIRST_PIPELINE}
    for name, where in (("갑", {"stage_id": stage, "pipeline_id": service}), ("을", here)):
        records.create(workspace, "opportunity", {"name": name, "amount": Decimal(5), "currency": "KRW", **where})
    (file,) = exported(workspace, tmp_path, "opportunities")
    report = importing.run(workspace, importing.inspect([file]))
    assert (report.total("unchanged"), bool(report.changes)) == (2, False)

    empty = new_workspace("second")
    there = importing.run(empty, importing.inspect([file]))
    assert (there.total("created"), there.open) == (2, ())
    stages = {str(one.fields["name"]): one for one in records.list_rows(empty, "stage").records}
    assert (stages["현장 실사"].fields["probability"], stages["현장 실사"].id) == (Decimal("0.35"), stage)
    assert stages["계약 성사"].id == first.id
    assert {one.fields["name"] for one in records.list_rows(empty, "pipeline").records} >= {"서비스"}
    deals = {one.fields["name"]: one.fields["stage_id"] for one in records.list_rows(empty, "opportunity").records}
    assert deals == {"갑": stage, "을": first.id}
    assert not importing.run(empty, importing.inspect([file])).changes
    importing.undo_import(empty, str(there.import_id))
    assert "현장 실사" not in {one.fields["name"] for one in records.list_rows(empty, "stage").records}
    assert "서비스" not in {one.fields["name"] for one in records.list_rows(empty, "pipeline").records}
    importing.run(empty, importing.inspect([file]))
    assert "현장 실사" in {one.fields["name"] for one in records.list_rows(empty, "stage").records}


def test_a_stage_that_is_called_the_same_here_takes_the_deal_though_its_id_is_another(
    workspace: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    pipeline.ensure_pipeline(workspace)
    there = new_workspace("second")
    pipeline.ensure_pipeline(there)
    worth = {"pipeline_id": FIRST_PIPELINE, "kind": "open", "probability": Decimal("0.35"), "order_key": "m"}
    mine = records.create(workspace, "stage", {"name": "현장 실사", **worth}).id
    theirs = records.create(there, "stage", {"name": "현장 실사", **worth}).id
    records.create(workspace, "opportunity", {"name": "갑", "stage_id": mine})
    (file,) = exported(workspace, tmp_path, "opportunities")
    importing.run(there, importing.inspect([file]))
    (deal,) = records.list_rows(there, "opportunity").records
    assert deal.fields["stage_id"] == theirs


def test_labels_of_ones_own_fields_come_back(
    workspace: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    table = tmp_path / "customers.csv"
    table.write_text("account,industry,친밀도 등급,Sales region\n한빛,전자,상,East\n", encoding="utf-8")
    importing.run(workspace, importing.inspect([table]))
    own = records.own_fields(workspace, "account")
    assert own == {"x_친밀도_등급": "친밀도 등급", "x_sales_region": "Sales region"}
    (file,) = exported(workspace, tmp_path, "accounts")
    empty = new_workspace("second")
    importing.run(empty, importing.inspect([file]))
    assert records.own_fields(empty, "account") == own
    assert not importing.run(empty, importing.inspect([file])).changes


@pytest.mark.parametrize(
    ("field", "label", "header"),
    [("x_a", "A", "A [x_a]"), ("x_a", "x_a", "x_a"), ("x_a", "", "x_a"), ("x_a", "two\nlines", "two lines [x_a]")],
)
def test_a_header_says_label_and_field(field: str, label: str, header: str) -> None:
    assert labelled(field, label) == header
    assert unlabelled(header)[1] in {field, None}
