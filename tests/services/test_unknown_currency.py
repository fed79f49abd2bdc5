"""A currency that does not exist is refused with its field, in forms and in files, and nothing is half written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import CrmError
from desktop_crm.services import importing, records
from desktop_crm.services.workspace import Workspace


@pytest.mark.parametrize("code", ["XYZ", "won", "₩₩", "KR"])
@pytest.mark.parametrize(
    ("entity", "fields", "name"),
    [
        ("opportunity", {"name": "d", "amount": Decimal(1)}, "currency"),
        ("contract", {"name": "c", "amount": Decimal(1)}, "currency"),
        ("account", {"name": "a", "annual_revenue": Decimal(1)}, "annual_revenue_currency"),
    ],
)
def test_a_form_refuses_it(workspace: Workspace, entity: str, fields: dict[str, object], name: str, code: str) -> None:
    with pytest.raises(CrmError) as refused:
        records.create(workspace, entity, fields | {name: code})
    assert code in str(refused.value.params.values())
    assert records.count(workspace, entity) == 0
    made = records.create(workspace, entity, fields | {name: "KRW"}).id
    with pytest.raises(CrmError):
        records.set_fields(workspace, entity, made, {name: code})
    assert records.get(workspace, entity, made).fields[name] == "KRW"


def test_a_file_names_the_row_the_column_and_the_reason(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "deals.csv"
    table.write_text("deal_name,account,amount,currency\n갑,한빛,1,XYZ\n을,한빛,2,USD\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([table]))
    assert [(one.row, one.column, one.code) for one in report.files[0].problems] == [
        (2, "currency", "import.cell.currency")
    ]
    assert [one.fields["name"] for one in records.list_rows(workspace, "opportunity").records] == ["을"]


def test_the_currency_beside_an_accounts_revenue_is_its_currency(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "accounts.csv"
    table.write_text("account,annual revenue,currency\n갑,1,ZZZ\n을,2,usd\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([table]))
    assert [(one.row, one.column, one.code) for one in report.files[0].problems] == [
        (2, "currency", "import.cell.currency")
    ]
    (made,) = records.list_rows(workspace, "account").records
    assert (made.fields["name"], made.fields["annual_revenue_currency"]) == ("을", "USD")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1234567890123456789012345678", "1234567890123456789012345678"),
        ("12345678901234567890123456789", None),
        ("1234567890123456789012345678901234567890", None),
        ("-0.1234567890123456789012345678", "-0.1234567890123456789012345678"),
        ("0.12345678901234567890123456789", None),
    ],
)
def test_an_amount_is_kept_to_its_last_digit_or_refused(
    workspace: Workspace, tmp_path: Path, written: str, kept: str | None
) -> None:
    table = tmp_path / "accounts.csv"
    table.write_text(f"account,annual revenue,industry\n갑,{written},전자\n을,2,화학\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([table]))
    told = [(one.row, one.column, one.code) for one in report.files[0].problems]
    assert told == ([] if kept else [(2, "annual revenue", "import.cell.too_large")])
    found = {
        one.fields["name"]: one.fields["annual_revenue"] for one in records.list_rows(workspace, "account").records
    }
    assert found == {"을": Decimal(2)} | ({"갑": Decimal(kept)} if kept else {})
