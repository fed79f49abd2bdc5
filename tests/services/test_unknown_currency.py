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
