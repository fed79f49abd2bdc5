"""What was ordered: lines with exact amounts, from rows and from a file, gone and back with their order's history."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import history, importing, records
from desktop_crm.services.orders import ordered
from desktop_crm.services.workspace import Workspace


@pytest.fixture
def order(workspace: Workspace) -> str:
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    made = records.create(workspace, "order", {"number": "SO-1", "account_id": account, "currency": "USD"})
    records.create(workspace, "product", {"name": "비전 카메라", "code": "11"})
    return str(made.id)


def line(workspace: Workspace, order: str, **fields: object) -> str:
    return str(records.create(workspace, "order_line", {"order_id": order, **fields}).id)


def test_amounts_are_exact_and_add_up(workspace: Workspace, order: str) -> None:
    values = {"quantity": Decimal(3), "unit_price": Decimal("16.8"), "discount_percent": Decimal(15)}
    line(workspace, order, **values)
    line(workspace, order, quantity=Decimal(2))
    found = ordered(workspace, order)
    assert [one.amount for one in found.lines] == [Decimal("42.84"), None]
    assert (found.amount, found.currency) == (Decimal("42.84"), "USD")


def test_a_line_needs_an_order_that_is_there(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match=r"reference\.missing"):
        line(workspace, "nobody")
    with pytest.raises(Refusal, match=r"value\.required"):
        records.create(workspace, "order_line", {"quantity": Decimal(1)})


def test_lines_come_by_order_number_and_product_code_and_go_again(
    workspace: Workspace, order: str, tmp_path: Path
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("orderID,productID,unitPrice,quantity,discount\nSO-1,11,14.00,12,0.25\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([path]))
    (one,) = ordered(workspace, order).lines
    assert (one.product, one.quantity, one.discount_percent) == ("비전 카메라", 12, 25)
    assert one.amount == Decimal("126.00")
    assert importing.run(workspace, importing.inspect([path])).files[0].unchanged == 1
    assert report.import_id is not None
    importing.undo_import(workspace, report.import_id)
    assert ordered(workspace, order).lines == ()


def test_a_deleted_line_comes_back(workspace: Workspace, order: str) -> None:
    made = line(workspace, order, quantity=Decimal(1), unit_price=Decimal(5))
    gone = records.delete(workspace, "order_line", made)
    assert ordered(workspace, order).amount == 0
    history.revert(workspace, gone.tx_id)
    assert ordered(workspace, order).amount == Decimal(5)
