"""Rows find their records, names their owners; what is wrong is listed and the rest goes in; an undo spares later work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores.imports import values_of
from desktop_crm.services import importing, records
from desktop_crm.services.importing import FileReport, ImportReport, undo_import
from desktop_crm.services.workspace import Workspace

Bring = Callable[..., ImportReport]


@pytest.fixture
def bring(workspace: Workspace, tmp_path: Path) -> Bring:
    """`bring(name, text, …)` writes files and imports them together."""

    def act(*files: str, mapping: Any = None, kind: str | None = None, encoding: str = "utf-8") -> ImportReport:
        paths = []
        for name, text in zip(files[::2], files[1::2], strict=True):
            path = tmp_path / name
            path.write_bytes(text.encode(encoding))
            paths.append(path)
        return importing.run(workspace, importing.inspect(paths, kind, mapping))

    return act


def one(report: ImportReport) -> FileReport:
    (file,) = report.files
    return file


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    file = one(report)
    return file.created, file.updated, file.unchanged, file.refused


def rows(workspace: Workspace, entity: str, *fields: str) -> dict[str, dict[str, Any]]:
    with workspace.read() as session:
        return {
            str(values[fields[0]]): {"id": row_id, **values} for row_id, values in values_of(session, entity, fields)
        }


ACCOUNTS = '회사명,모회사,매출액,설립연도,사업자등록번호,친밀도\n한빛전자(주),한빛그룹,"4억 8,200만",1996,1208147521,상\n한빛그룹,,￦1조,1971,,중\n'


def test_korean_columns_forward_parents_and_a_field_of_ones_own(workspace: Workspace, bring: Bring) -> None:
    report = bring("거래처.csv", ACCOUNTS, encoding="cp949")
    assert (one(report).encoding, one(report).kind, counts(report)) == ("cp949", "accounts", (2, 0, 0, 0))
    found = rows(workspace, "account", "name", "parent_id", "annual_revenue", "founded_year", "x_친밀도")
    hanbit = found["한빛전자(주)"]
    assert hanbit["parent_id"] == found["한빛그룹"]["id"]
    assert (hanbit["annual_revenue"], hanbit["founded_year"], hanbit["x_친밀도"]) == (Decimal(482_000_000), 1996, "상")
    assert records.own_fields(workspace, "account") == {"x_친밀도": "친밀도"}
    number = rows(workspace, "account", "business_registration_number", "annual_revenue_currency")
    assert number["120-81-47521"]["annual_revenue_currency"] == "KRW"


def test_updates_are_counted_and_an_empty_cell_leaves_what_is_there(workspace: Workspace, bring: Bring) -> None:
    bring("a.csv", "account,industry,employees\nAcme,steel,10\nBeta,glass,20\n")
    report = bring("a.csv", "account,industry,employees\nacme,,11\nBeta,glass,20\nGamma,wood,1\n")
    assert counts(report) == (1, 1, 1, 0)
    found = rows(workspace, "account", "name", "industry", "employees")
    assert (found["acme"]["industry"], found["acme"]["employees"]) == ("steel", 11)


def test_bad_cells_are_listed_and_the_rest_goes_in(workspace: Workspace, bring: Bring) -> None:
    text = (
        "opportunity_id,account,deal_stage,close_date,close_value\n"
        "A1,,Won,2017-03-01,100\n"
        "A2,,Won,2017-02-31,100\n"
        "A3,,Won,2017-03-01,12x\n"
        "A4,,Won\n"
        "A5,,Won,soon,much\n"
        "A1,,Won,2017-03-01,999\n"
        "A1,,Won,2017-03-01,100\n" + "".join(f"B{n},,Won,2017-03-{n:02},{n}\n" for n in range(1, 20))
    )
    report = bring("deals.csv", text)
    assert counts(report) == (20, 0, 1, 5)
    assert [(p.row, p.column, p.code) for p in one(report).problems] == [
        (3, "close_date", "import.cell.date"),
        (4, "close_value", "import.cell.number"),
        (5, None, "import.row.too_few_cells"),
        (6, "close_date", "import.cell.date"),
        (6, "close_value", "import.cell.number"),
        (7, None, "import.row.duplicate"),
    ]
    assert one(report).rows == 26
    assert records.count(workspace, "opportunity") == 20


def test_rows_without_a_name_and_broken_characters_are_refused(bring: Bring) -> None:
    report = bring("a.csv", "account,sector,employees\nAcme,steel,1\n,glass,2\nBe\ufffdta,wood,3\n")
    assert [(p.row, p.code) for p in one(report).problems] == [(3, "import.row.no_name"), (4, "import.cell.damaged")]


def test_names_of_one_import_find_each_other_whatever_the_order_of_files(workspace: Workspace, bring: Bring) -> None:
    bring(
        "contacts.csv",
        "first_name,last_name,email,company\nMin-jun,Kim,mj@x.kr,Acme\n길동,홍,hong@x.kr,Beta Ltd\n",
        "accounts.csv",
        "account,industry,owner\nAcme,steel,Ann Lee\nBeta,glass,Ann Lee\n",
        "users.csv",
        "sales_agent,manager,team\nAnn Lee,Bob Ray,East\nBob Ray,,East\n",
    )
    people = rows(workspace, "contact", "name", "account_id")
    accounts = rows(workspace, "account", "name", "owner_id")
    users = rows(workspace, "user", "name", "manager_id", "role")
    assert set(people) == {"Min-jun Kim", "홍길동"}
    assert people["Min-jun Kim"]["account_id"] == accounts["Acme"]["id"]
    assert accounts["Beta"]["owner_id"] == users["Ann Lee"]["id"]
    assert users["Ann Lee"]["manager_id"] == users["Bob Ray"]["id"]
    assert people["홍길동"]["account_id"] is None
    (group,) = importing.open_references(workspace)
    assert (group.value, group.suggestion) == ("Beta Ltd", "Beta")


def test_an_unknown_name_stays_open_until_it_is_made_or_dropped(workspace: Workspace, bring: Bring) -> None:
    bring("a.csv", "account,subsidiary_of,industry\nAcme,Golddex,x\nBeta,Golddex,y\nGamma,Nobody Inc,z\n")
    assert [(g.value, g.rows, g.suggestion) for g in importing.open_references(workspace)] == [
        ("Golddex", 2, None),
        ("Nobody Inc", 1, None),
    ]
    with pytest.raises(Refusal) as caught:
        importing.accept_reference(workspace, "account", "parent_id", "Golddex")
    assert caught.value.code == "import.reference.no_proposal"
    importing.create_missing(workspace, "account", "parent_id", "Golddex")
    importing.drop_reference(workspace, "account", "parent_id", "Nobody Inc")
    found = rows(workspace, "account", "name", "parent_id")
    assert found["Acme"]["parent_id"] == found["Beta"]["parent_id"] == found["Golddex"]["id"]
    assert found["Gamma"]["parent_id"] is None
    assert importing.open_references(workspace) == ()
    with pytest.raises(Refusal) as gone:
        importing.drop_reference(workspace, "account", "parent_id", "Golddex")
    assert gone.value.code == "import.reference.gone"


def test_a_field_filled_meanwhile_is_not_overwritten_by_an_acceptance(workspace: Workspace, bring: Bring) -> None:
    bring("p.csv", "product,sales_price\nGTX Pro,10\nMG Special,5\n")
    bring("d.csv", "opportunity_id,product,deal_stage,close_value\nA,GTXPro,Won,1\nB,GTXPro,Won,2\n")
    products = rows(workspace, "product", "name")
    deals = rows(workspace, "opportunity", "external_id", "product_id")
    records.set_fields(workspace, "opportunity", deals["A"]["id"], {"product_id": products["MG Special"]["id"]})
    importing.accept_reference(workspace, "opportunity", "product_id", "GTXPro")
    deals = rows(workspace, "opportunity", "external_id", "product_id")
    assert deals["A"]["product_id"] == products["MG Special"]["id"]
    assert deals["B"]["product_id"] == products["GTX Pro"]["id"]


def test_a_circle_of_parents_is_cut_and_told(workspace: Workspace, bring: Bring) -> None:
    report = bring("a.csv", "account,parent,industry\nA1,B1,x\nB1,C1,x\nC1,A1,x\nD1,D1,x\nE1,A1,x\n")
    found = rows(workspace, "account", "name", "parent_id")
    assert counts(report) == (5, 0, 0, 0)
    assert sorted((g.value, g.reason) for g in report.open) == [("A1", "circle"), ("D1", "circle")]
    assert found["A1"]["parent_id"] == found["B1"]["id"]
    assert found["C1"]["parent_id"] is None
    assert found["E1"]["parent_id"] == found["A1"]["id"]


def test_several_records_of_one_name_are_not_guessed_between(workspace: Workspace, bring: Bring) -> None:
    for _ in range(2):
        records.create(workspace, "account", {"name": "Twin"})
    report = bring("a.csv", "account,industry\nTwin,x\n")
    assert [p.code for p in one(report).problems] == ["import.row.ambiguous"]
    deals = bring("d.csv", "opportunity_id,account,deal_stage,close_value\nA,Twin,Won,1\n")
    assert deals.open[0].reason == "several"


def test_a_registration_number_knows_a_company_under_a_new_name(workspace: Workspace, bring: Bring) -> None:
    bring("a.csv", "회사명,사업자등록번호,업종\n한빛전자,120-81-47521,전자\n대한정밀,,기계\n")
    report = bring("a.csv", "회사명,사업자등록번호,업종\n한빛테크,1208147521,전자\n대한정밀,2208162517,기계\n")
    assert counts(report) == (0, 2, 0, 0)
    found = rows(workspace, "account", "name", "business_registration_number")
    assert found["대한정밀"]["business_registration_number"] == "220-81-62517"


def test_stages_that_are_missing_are_made_with_sensible_chances(workspace: Workspace, bring: Bring) -> None:
    bring("d.csv", "opportunity_id,account,deal_stage,close_value\nA,,Closed Won,1\nB,,Verbal,1\nC,,수주,5\nD,,실주,\n")
    stages = rows(workspace, "stage", "name", "kind", "probability", "order_key")
    deals = rows(workspace, "opportunity", "external_id", "stage_id")
    assert deals["A"]["stage_id"] == deals["C"]["stage_id"] == stages["Won"]["id"]
    assert deals["D"]["stage_id"] == stages["Lost"]["id"]
    assert (stages["Verbal"]["kind"], stages["Verbal"]["probability"]) == ("open", Decimal("0.9"))
    in_order = sorted(stages.values(), key=lambda stage: stage["order_key"])
    assert [stage["name"] for stage in in_order][-3:] == ["Verbal", "Won", "Lost"]


def test_the_mapping_can_be_changed(workspace: Workspace, bring: Bring) -> None:
    mapping = {
        "files": {
            "a.csv": {
                "columns": {
                    "revenue": {"field": "annual_revenue", "scale": "1000000", "currency": "USD"},
                    "sector": None,
                    "class": "x_grade",
                }
            }
        }
    }
    bring("a.csv", "account,sector,revenue,class\nAcme,steel,1100.04,A\n", mapping=mapping)
    found = rows(workspace, "account", "name", "annual_revenue", "annual_revenue_currency", "industry", "x_grade")[
        "Acme"
    ]
    assert (found["annual_revenue"], found["annual_revenue_currency"]) == (Decimal(1100040000), "USD")
    assert (found["industry"], found["x_grade"]) == (None, "A")


def test_a_plain_mapping_and_a_kind_by_hand(workspace: Workspace, bring: Bring) -> None:
    report = bring(
        "x.csv", "bezeichnung,ort\nAcme,Bonn\n", mapping={"bezeichnung": "name", "ort": "address_city"}, kind="accounts"
    )
    assert counts(report) == (1, 0, 0, 0)
    assert rows(workspace, "account", "name", "address_city")["Acme"]["address_city"] == "Bonn"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"files": {"a.csv": {"columns": {"account": "no_such"}}}}, "import.mapping.field"),
        ({"files": {"a.csv": {"columns": {"account": {"field": "name", "colour": 1}}}}}, "import.mapping.wish"),
        ({"files": {"a.csv": {"columns": {"nope": {"field": "name"}}}}}, "import.mapping.column"),
        ({"files": {"a.csv": {"kind": "dragons"}}}, "import.kind.unknown"),
        ({"files": {"a.csv": {"format": {"delimiter": "ab"}}}}, "import.format.value"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_for_its_file(bring: Bring, mapping: Any, code: str) -> None:
    report = bring("a.csv", "account,sector\nAcme,steel\n", mapping=mapping)
    assert [p.code for p in one(report).problems] == [code]
    assert report.import_id is None


def test_what_columns_mean_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("foo,bar\n1,2\n", encoding="utf-8")
    refusal = importing.inspect([path]).files[0].refusal
    assert refusal is not None
    assert refusal.code == "import.file.kind_unknown"
    with pytest.raises(Refusal):
        importing.inspect([path], "dragons")


def test_activities_come_in_with_dates_and_kinds(workspace: Workspace, bring: Bring) -> None:
    bring("a.csv", "account,industry\n한빛전자,전자\n")
    text = "일시,유형,제목,고객사,내용\n2026. 11. 2. 오후 2:30,방문,라인 점검,한빛전자,좋음\n2026. 11. 3. 09:00,통화,,한빛전자,견적 문의\n"
    report = bring("활동.csv", text)
    assert (one(report).kind, counts(report)) == ("activities", (2, 0, 0, 0))
    found = rows(workspace, "activity", "subject", "kind", "occurred_at", "account_id")
    assert found["라인 점검"]["kind"] == "visit"
    assert found["라인 점검"]["occurred_at"].date() <= date(2026, 11, 2)
    assert found["견적 문의"]["account_id"] is not None
    assert counts(bring("활동.csv", text)) == (0, 0, 2, 0)


def test_undo_returns_old_values_and_spares_what_was_edited_later(workspace: Workspace, bring: Bring) -> None:
    bring("a.csv", "account,industry,employees\nAcme,steel,10\nBeta,glass,20\n")
    report = bring("a.csv", "account,industry,employees\nAcme,iron,11\nBeta,sand,21\nGamma,wood,1\nDelta,clay,2\n")
    ids = {name: values["id"] for name, values in rows(workspace, "account", "name").items()}
    records.set_fields(workspace, "account", ids["Acme"], {"industry": "gold"})
    records.set_fields(workspace, "account", ids["Gamma"], {"employees": 5})
    assert report.import_id is not None
    undone = undo_import(workspace, report.import_id)
    found = rows(workspace, "account", "name", "industry", "employees")
    assert (found["Acme"]["industry"], found["Acme"]["employees"]) == ("gold", 10)
    assert (found["Beta"]["industry"], found["Beta"]["employees"]) == ("glass", 20)
    assert "Delta" not in found
    assert "Gamma" in found
    assert {(kept.row_id, kept.field) for kept in undone.kept} == {(ids["Acme"], "industry"), (ids["Gamma"], "")}
    assert (undone.removed, undone.restored) == (1, 2)


def test_undo_keeps_what_others_have_built_on(workspace: Workspace, bring: Bring) -> None:
    report = bring("a.csv", "account,parent,industry\nTop,,x\nMiddle,Top,x\nLow,Middle,x\nFree,Top,x\n")
    ids = {name: values["id"] for name, values in rows(workspace, "account", "name").items()}
    records.create(workspace, "contact", {"name": "Kim", "account_id": ids["Low"]})
    assert report.import_id is not None
    undone = undo_import(workspace, report.import_id)
    assert set(rows(workspace, "account", "name")) == {"Top", "Middle", "Low"}
    assert {kept.row_id for kept in undone.kept} == {ids["Top"], ids["Middle"], ids["Low"]}


def test_an_import_is_undone_once_and_only_if_it_was(workspace: Workspace, bring: Bring) -> None:
    report = bring("a.csv", "account,industry\nAcme,x\n")
    assert report.import_id is not None
    undo_import(workspace, report.import_id)
    for wrong, code in ((report.import_id, "import.undone"), ("nope", "import.unknown")):
        with pytest.raises(Refusal) as caught:
            undo_import(workspace, wrong)
        assert caught.value.code == code


def test_own_fields_keep_their_name_while_another_import_uses_them(workspace: Workspace, bring: Bring) -> None:
    first = bring("a.csv", "account,industry,class\nAcme,x,A\n")
    bring("b.csv", "account,industry,class\nBeta,x,B\n")
    assert first.import_id is not None
    undo_import(workspace, first.import_id)
    assert records.own_fields(workspace, "account") == {"x_class": "class"}


def test_a_cancelled_import_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("account,employees\n" + "".join(f"Acme {n},{n}\n" for n in range(9000)), encoding="utf-8")
    plan = importing.inspect([path])
    steps: list[tuple[str, int, int]] = []

    def cancelled() -> bool:
        return any(step == "write" and done >= 4000 for step, done, _ in steps)

    with pytest.raises(Refusal) as caught:
        importing.run(workspace, plan, None, lambda *step: steps.append(step), cancelled)
    assert caught.value.code == "import.cancelled"
    assert records.count(workspace, "account") == 0
    assert importing.past_imports(workspace) == ()
    assert {step for step, _, _ in steps} == {"read", "match", "write"}


def test_an_import_is_one_transaction_with_its_cause_in_the_history(workspace: Workspace, bring: Bring) -> None:
    report = bring("a.csv", "account,industry\nAcme,x\n")
    (row_id,) = report.changes.rows("account")
    (entry,) = records.history(workspace, "account", RowId(row_id))
    assert entry.cause == f"import:{report.import_id}"
    assert entry.tx_id == report.changes.tx_id


def test_the_report_of_a_past_import_is_kept(workspace: Workspace, bring: Bring) -> None:
    report = bring("a.csv", "account,employees\nAcme,1\nBeta,x1\nGamma,3\nDelta,4\nEps,5\n")
    (past,) = importing.past_imports(workspace)
    assert past.import_id == report.import_id
    assert past.files[0].problems == one(report).problems
    assert (past.total("created"), past.total("refused")) == (4, 1)
