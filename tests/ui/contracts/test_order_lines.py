"""The lines of an order in its panel: amounts, an empty order, a line that comes while it is looked at."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.services import records
from desktop_crm.ui.contracts.order_lines import OrderLinesPanel


@pytest.fixture
def order(workspace):
    product = records.create(workspace, "product", {"name": "비전 카메라"}).id
    made = records.create(workspace, "order", {"number": "SO-1", "currency": "USD"}).id
    values = {"quantity": Decimal(3), "unit_price": Decimal("16.8"), "discount_percent": Decimal(15)}
    records.create(workspace, "order_line", {"order_id": made, "product_id": product, **values})
    return made


def test_lines_and_their_sum_stand_there_and_follow_changes(qtbot, workspace, context, show, order):
    panel = show(OrderLinesPanel(context), 320, 420)
    panel.show_row(order)
    qtbot.waitUntil(lambda: panel.model.texts() == [("비전 카메라", "3 × $16.80 −15%", "$42.84")])
    assert panel.total.text() == "1 line · $42.84 in all"
    assert panel.table.horizontalScrollBar().maximum() == 0
    fields = {"order_id": order, "quantity": Decimal(1), "unit_price": Decimal(1)}
    context.lanes.write(lambda: records.create(workspace, "order_line", fields).changes)
    qtbot.waitUntil(lambda: panel.total.text() == "2 lines · $43.84 in all")


def test_an_order_without_lines_says_so(qtbot, workspace, context, show):
    empty = records.create(workspace, "order", {"number": "SO-2"}).id
    panel = show(OrderLinesPanel(context), 560, 420)
    panel.show_row(empty)
    qtbot.waitUntil(lambda: panel.total.text().startswith("0 lines"))
    assert panel._layers.currentIndex() == 0
