"""Our own exports come back: without a change into the workspace they came from, and whole into an empty one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.cli.importing import as_text
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import speaking
from desktop_crm.persistence.stores.imports import values_of
from desktop_crm.services import importing, records
from desktop_crm.services.exporting import ExportFormat, export
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
    assert {entity: set(records.own_fields(empty, entity)) for entity in ENTITIES} == {
        entity: set(names) for entity, names in own.items()
    }


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
