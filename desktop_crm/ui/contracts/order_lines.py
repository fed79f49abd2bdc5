"""The tab of an order with what was ordered: product, quantity, price, discount and amount, and the amount of all lines. Read only.

Threads: reads on the read lane; shows on the window's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cells_model import CellsModel
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from desktop_crm.services.orders import Ordered, OrderLine
    from desktop_crm.services.workspace import Workspace

_COUNTED, _AMOUNT = 122, 80
"""Pixels of the second and the third column; the product has the rest of a narrow panel."""


class OrderLinesPanel(QWidget):
    """`show_row(order id)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._order = ""
        counted = f"{field_label('order_line', 'quantity')} × {field_label('order_line', 'unit_price')}"
        heads = (field_label("order_line", "product_id"), counted, field_label("order", "amount"))
        self.model = CellsModel(heads, frozenset({1, 2}), self)
        self.table = PlainTable()
        self.table.setModel(self.model)
        self.table.setAccessibleName(entity_label("order_line", plural=True))
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, _COUNTED)
        self.table.setColumnWidth(2, _AMOUNT)
        self.table.setMinimumHeight(280)
        self.total = label("", "section", wrap=True)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        empty = label(tr("The lines of this order stand here once they are imported."), "hint", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.table, 1)
        box.addWidget(self.total)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(empty)
        self._layers.addWidget(whole)
        context.hub.changed.connect(self._on_changed)

    def show_row(self, order_id: str) -> None:
        """The lines of another order."""
        self._order = order_id
        self._slot.read(partial(_read, self._context.workspace, order_id), self._show, self._context.reporter.report)

    def _show(self, found: Ordered) -> None:
        self.model.show([_cells(one, found.currency) for one in found.lines])
        count = ntr("{n} line", "{n} lines", len(found.lines))
        amount = formats.money(found.amount, found.currency)
        self.total.setText(tr("{count} · {amount} in all", count=count, amount=amount))
        self._layers.setCurrentIndex(1 if found.lines else 0)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._order and changes.touches("order_line", "product", "order"):
            self.show_row(self._order)


def _read(workspace: Workspace, order_id: str) -> Ordered:
    from desktop_crm.services.orders import ordered

    return ordered(workspace, order_id)


def _cells(line: OrderLine, currency: str) -> tuple[Cell, ...]:
    parts = (
        None if line.quantity is None else formats.number(line.quantity),
        None if line.unit_price is None else formats.money(line.unit_price, currency),
    )
    counted = " × ".join(part for part in parts if part)
    if line.discount_percent:
        counted = f"{counted} {formats.percent(-line.discount_percent)}".strip()
    return (
        Cell(text=line.product or "–"),
        Cell(text=counted),
        EMPTY if line.amount is None else Cell(text=formats.money(line.amount, currency)),
    )
