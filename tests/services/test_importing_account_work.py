"""Plans, teams, competitors, white space, contracts, orders, tickets and leads come in from tables, with names matched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.services import accounts, importing, records
from desktop_crm.services.account_work import plans, white_space
from desktop_crm.services.exporting import ExportFormat, export
from desktop_crm.services.importing import ImportReport, kinds
from desktop_crm.services.workspace import Workspace

TABLES = {
    "accounts": "고객사명\n한빛전자\n가온물산\n",
    "users": "name,email\n김서연,seoyeon@example.com\n박준호,junho@example.com\n",
    "products": "품목명,품목코드,단가\n관제 서버,SV-1,1000\n센서,SE-1,10\n",
    "contacts": "이름,회사,이메일\n이담당,한빛전자,lee@example.com\n",
    "competitors": "경쟁사명,강점,약점\n미래시스템,가격,서비스\n",
    "account_members": "고객사명,팀원,역할,시작일\n한빛전자,김서연,계정 담당자,2026-01-02\n한빛전자,박준호,deputy,2026-02-01\n",
    "account_plans": "계획명,고객사명,시작일,종료일,담당자\n2026 계획,한빛전자,2026-01-01,2026-12-31,김서연\n2026 계획,가온물산,2026-01-01,2026-12-31,\n",
    "plan_items": "계획,고객사,종류,내용,세부목표,경쟁사,담당자,기한,측정기준,진척률\n"
    "2026 계획,한빛전자,goal,매출 두 배,,,,,,\n"
    "2026 계획,한빛전자,objective,두 공장에 관제 서버,,,김서연,2026-09-30,공장 수,40\n"
    "2026 계획,한빛전자,action,평택 방문,두 공장에 관제 서버,,박준호,2026-05-01,,\n"
    "2026 계획,가온물산,competitor,값으로 밀고 온다,,새경쟁사,,,,\n",
    "contracts": "계약명,고객사명,계약금액,통화,시작일,종료일,갱신일,통지기한,인상률\n유지보수,한빛전자,12000000,KRW,2026-01-01,2026-12-31,2027-01-01,2026-11-01,3%\n",
    "orders": "주문번호,고객사명,주문금액,주문일,상태\nPO-1,한빛전자,5000,2026-03-02,delivered\n",
    "tickets": "티켓,고객사명,문의자,우선순위,상태,접수일,내용\n서버가 멈춤,한빛전자,이담당,high,open,2026-04-01,밤에만\n",
    "white_space_cells": "구매단위,품목코드,이용상태,경쟁사\n한빛전자,SV-1,installed,\n가온물산,SE-1,competitor,미래시스템\n",
    "leads": "리드 이름,회사명,이메일,유입경로,상태,담당자\n최리드,새솔,choi@example.com,전시회,new,김서연\n",
}


def written(folder: Path, *kinds_: str, text: dict[str, str] | None = None) -> list[Path]:
    files = []
    for kind in kinds_ or TABLES:
        file = folder / f"{kind}.csv"
        file.write_text((text or TABLES)[kind], encoding="utf-8")
        files.append(file)
    return files


def brought(workspace: Workspace, files: list[Path]) -> ImportReport:
    report = importing.run(workspace, importing.inspect(files))
    assert [(file.path, problem) for file in report.files for problem in file.problems] == []
    return report


def of(workspace: Workspace, entity: str) -> list[dict[str, Any]]:
    return [one.fields | {"id": one.id} for one in records.list_rows(workspace, entity).records]


def one(workspace: Workspace, entity: str, **wanted: Any) -> dict[str, Any]:
    (found,) = (row for row in of(workspace, entity) if all(row.get(k) == v for k, v in wanted.items()))
    return found


@pytest.fixture
def full(workspace: Workspace, tmp_path: Path) -> Workspace:
    report = brought(workspace, written(tmp_path))
    assert [(Path(file.path).stem, file.kind) for file in report.files] == [(kind, kind) for kind in TABLES]
    assert report.open == ()
    return workspace


def test_each_file_is_known_by_its_columns_and_names_lead_to_records(full: Workspace) -> None:
    hanbit, gaon = (one(full, "account", name=name)["id"] for name in ("한빛전자", "가온물산"))
    seoyeon = one(full, "user", name="김서연")["id"]
    assert one(full, "account_member", user_id=seoyeon)["account_id"] == hanbit
    assert {row["member_role"] for row in of(full, "account_member")} == {"account_manager", "deputy"}
    page = plans.page(full, hanbit)
    assert page.plan is not None
    assert {item.subject for item in page.plan.items} == {"매출 두 배", "두 공장에 관제 서버", "평택 방문"}
    objective = one(full, "plan_item", subject="두 공장에 관제 서버")
    assert one(full, "plan_item", subject="평택 방문")["objective_id"] == objective["id"]
    assert (objective["due_on"], objective["progress"], objective["owner_id"]) == (date(2026, 9, 30), 40, seoyeon)
    theirs = plans.page(full, gaon).plan
    assert theirs is not None
    assert [(item.subject, item.competitor) for item in theirs.items] == [("값으로 밀고 온다", "새경쟁사")]
    assert {row["name"] for row in of(full, "competitor")} == {"미래시스템", "새경쟁사"}
    grid = white_space.grid(full, hanbit)
    assert [cell.usage for row in grid.cells for cell in row] == ["installed"]
    contract = one(full, "contract", name="유지보수")
    assert (contract["uplift"], contract["notice_date"], contract["account_id"]) == (
        Decimal("0.03"),
        date(2026, 11, 1),
        hanbit,
    )
    (node,) = accounts.nodes(full, [hanbit])
    assert node.sums[0].total.contracts == Decimal(12_000_000)
    ticket = one(full, "ticket", subject="서버가 멈춤")
    assert (ticket["priority"], ticket["contact_id"]) == ("high", one(full, "contact", name="이담당")["id"])
    assert one(full, "order", number="PO-1")["status"] == "delivered"
    assert one(full, "lead", name="최리드")["owner_id"] == seoyeon


def test_the_same_files_again_change_nothing_and_other_values_update(full: Workspace, tmp_path: Path) -> None:
    again = brought(full, written(tmp_path))
    assert (again.total("created"), again.total("updated")) == (0, 0)
    text = TABLES | {"orders": TABLES["orders"].replace("5000", "6000")}
    assert brought(full, written(tmp_path, "orders", text=text)).total("updated") == 1
    assert one(full, "order", number="PO-1")["amount"] == Decimal(6000)


NEW = (
    "competitor",
    "account_member",
    "account_plan",
    "plan_item",
    "contract",
    "order",
    "ticket",
    "white_space_cell",
    "lead",
)


@pytest.mark.parametrize("form", [ExportFormat.CSV, ExportFormat.XLSX])
def test_what_goes_out_comes_back(
    full: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path, form: ExportFormat
) -> None:
    files = []
    for entity in ("account", "user", "product", "contact", *NEW):
        kind = REGISTRY[entity].plural
        files.append(tmp_path / f"out-{kind}.{form.value}")
        export(full, kind, form, files[-1])
    assert brought(full, files).total("unchanged") == sum(
        len(of(full, entity)) for entity in ("account", "user", "product", "contact", *NEW)
    )
    empty = new_workspace("second")
    brought(empty, files)
    for entity in NEW:
        assert sorted(of(empty, entity), key=lambda row: row["id"]) == sorted(
            of(full, entity), key=lambda row: row["id"]
        )


def test_bad_rows_are_refused_with_field_row_and_reason_and_the_others_come_in(full: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "contracts.csv"
    table.write_text(
        "계약명,고객사명,계약금액,통화,시작일\n갑,한빛전자,100,XYZ,2026-01-01\n을,한빛전자,많이,KRW,2026-01-01\n"
        "병,한빛전자,100,KRW,어제\n,한빛전자,100,KRW,2026-01-01\n정,한빛전자,100,USD,2026-01-01\n",
        encoding="utf-8",
    )
    report = importing.run(full, importing.inspect([table]))
    assert [(p.row, p.column, p.code) for p in report.files[0].problems] == [
        (2, "통화", "import.cell.currency"),
        (3, "계약금액", "import.cell.number"),
        (4, "시작일", "import.cell.date"),
        (5, "계약명", "import.row.no_name"),
    ]
    assert {row["name"] for row in of(full, "contract")} == {"유지보수", "정"}


def test_a_plan_name_that_several_accounts_use_stays_open_without_the_account(full: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "plan_items.csv"
    table.write_text("계획,종류,내용\n2026 계획,goal,새 목표\n", encoding="utf-8")
    report = importing.run(full, importing.inspect([table]))
    assert [(name.field, name.reason) for name in report.open] == [("plan_id", "several")]


def test_every_kind_that_a_person_keeps_in_a_table_can_be_brought_in() -> None:
    assert set(NEW) <= set(kinds.ORDER)


def test_a_sheet_of_a_workbook_is_a_table_too(workspace: Workspace, tmp_path: Path) -> None:
    book = tmp_path / "competitors.xlsx"
    book.write_bytes(xlsx_bytes(["Competitor", "Strengths"], [["Acme", "Price"]], sheet="competitors"))
    brought(workspace, [book])
    assert [row["strengths"] for row in of(workspace, "competitor")] == ["Price"]
