"""Won deals that are like the one a new quote is for, each with its reasons: one of them, or an empty quote, is chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.similar_words import reason_text
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from desktop_crm.domain.quotes.similar import Similar
    from desktop_crm.services.quotes import SimilarDeals

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
HEIGHT = 230
WIDTHS = (190, 150, 90, 60)


class DealsModel(QAbstractTableModel):
    """The first row is the empty quote; deals follow, the most alike first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._found: SimilarDeals | None = None

    def show(self, found: SimilarDeals | None) -> None:
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def deal(self, row: int) -> Similar | None:
        """The deal in a row; None in the row of the empty quote."""
        return self._found.deals[row - 1] if self._found is not None and 0 < row <= len(self._found.deals) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 1 + (len(self._found.deals) if self._found is not None else 0)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 5

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._cells(index.row())[index.column()]
        if role == CELL_ROLE:
            return cell
        return cell.text if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole} else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole or section > 4:
            return None
        return (tr("Start from"), tr("Customer"), tr("Won"), tr("Alike"), tr("Why"))[section]

    def _cells(self, row: int) -> tuple[Cell, ...]:
        one, found = self.deal(row), self._found
        if one is None or found is None:
            return (Cell(text=tr("Empty quote"), strong=True), EMPTY, EMPTY, EMPTY, EMPTY)
        reasons = [
            reason_text(reason.kind.value, [found.names.get(key, "") for key in reason.ids], reason.figure)
            for reason in one.reasons
        ]
        title = " · ".join(filter(None, (one.deal.number, one.deal.name)))
        return (
            Cell(text=title, strong=True),
            Cell(text=one.deal.account_name),
            Cell(text=formats.date_short(one.deal.won_on)),
            Cell(text=formats.number(round(one.points))),
            Cell(text=" · ".join(reasons)),
        )


class SimilarDealsList(QWidget):
    """Looks for deals when it is told the customer; hidden while there are none."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.deals = DealsModel(self)
        self.table = PlainTable()
        self.table.setModel(self.deals)
        self.table.setAccessibleName(tr("Start from a similar won deal"))
        self.table.setMinimumHeight(HEIGHT)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(len(WIDTHS), QHeaderView.ResizeMode.Stretch)
        hint = tr("Takes over structure and clauses with today’s prices; discounts are not taken over.")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 0)
        box.setSpacing(6)
        box.addWidget(label(tr("Start from a similar won deal"), "section"))
        box.addWidget(label(hint, "hint", wrap=True))
        box.addWidget(self.table, 1)
        self.table.selectRow(0)
        self.hide()

    def look(self, account_id: str | None, opportunity_id: str | None) -> None:
        """Look for deals like one with that customer."""
        if account_id is None:
            self._show(None)
            return
        self._slot.read(partial(_similar, self._context, account_id, opportunity_id), self._show)

    def chosen(self) -> str | None:
        """The quote to begin from; None for an empty one."""
        rows = self.table.selectionModel().selectedRows()
        deal = self.deals.deal(rows[0].row()) if rows else None
        return str(deal.deal.quote_id) if deal is not None else None

    def _show(self, found: SimilarDeals | None) -> None:
        self.deals.show(found)
        self.table.selectRow(0)
        self.setVisible(found is not None and bool(found.deals))


def _similar(context: UiContext, account_id: str, opportunity_id: str | None) -> SimilarDeals:
    from desktop_crm.services import quotes

    return quotes.similar_deals(context.workspace, account_id=account_id, opportunity_id=opportunity_id)
