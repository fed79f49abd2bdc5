"""The list of quotes: number, title, account, state, version, validity, total; narrowed by words. Enter opens one.

Signals: `opened(quote_id)`; `new_wanted()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.services.quotes import QuoteSummary
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE, ROW_ID_ROLE
from desktop_crm.ui.widgets.cells import Cell
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.states import EmptyState

Index = QModelIndex | QPersistentModelIndex
WIDTHS = (130, 240, 220, 92, 70, 116, 150)
_TOTAL = len(WIDTHS) - 1
ACCOUNT_COLUMN = 2
COLUMNS = ("number", "name", "account_id", "status", "draft_version", "grand_total", "valid_until", "owner_id")


class QuoteListModel(QAbstractTableModel):
    """Thin over frozen summaries."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._quotes: tuple[QuoteSummary, ...] = ()

    def show_quotes(self, quotes: Sequence[QuoteSummary]) -> None:
        self.beginResetModel()
        self._quotes = tuple(quotes)
        self.endResetModel()

    def quote_id(self, row: int) -> str:
        return self._quotes[row].id

    def place_of(self, quote_id: str) -> int:
        return next((place for place, one in enumerate(self._quotes) if one.id == quote_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._quotes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(WIDTHS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one, column = self._quotes[index.row()], index.column()
        if role == ROW_ID_ROLE:
            return one.id
        if role == Qt.ItemDataRole.TextAlignmentRole and column == _TOTAL:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role in {CELL_ROLE, Qt.ItemDataRole.DisplayRole}:
            cell = self._cell(one, column)
            return cell if role == CELL_ROLE else cell.text
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == _TOTAL:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        names = ("number", "name", "account_id", "status", "", "valid_until", "grand_total")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return field_label("quote", names[section]) if names[section] else tr("Version")

    def _cell(self, one: QuoteSummary, column: int) -> Cell:
        if column == 3:
            return self._state(one)
        expired = one.valid_until is not None and one.valid_until < self._today
        until = formats.date(one.valid_until) if one.valid_until else ""
        total = formats.money(one.grand_total, one.currency)
        texts = (one.number, one.name, one.account_name, "", f"v{one.version or one.draft_version}", until, total)
        mood = Mood.warn if expired and column == 5 and one.status is QuoteStatus.DRAFT else None
        return Cell(text=texts[column], strong=column in {0, _TOTAL}, mood=mood)

    def _state(self, one: QuoteSummary) -> Cell:
        if one.status is QuoteStatus.DRAFT and one.version:
            return Cell(text=tr("v{version} draft", version=one.draft_version), mood=Mood.warn)
        return Cell(text=option_label("status", one.status.value), mood=mood_of("status", one.status.value))


class QuoteList(QWidget):
    """The list with its header: the kit's, with a quote's number first and the newest on top."""

    opened = Signal(str)
    new_wanted = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        new = primary(tr("New quote"), self.new_wanted.emit, icon_name="plus", shortcut="Ctrl+N")
        self.header = PageHeader(tr("Quotes"), actions=(new,))
        first = button(tr("New quote"), self.new_wanted.emit, icon_name="plus")
        text = tr("A quote lists products with prices and becomes a PDF that never changes. Begin with the customer.")
        empty = EmptyState(tr("No quotes yet"), text, (first,), icon_name="quote")
        setup = ListSetup(entity="quote", columns=COLUMNS, sort="number", descending=True)
        self.list = RecordList(context, setup, empty)
        self.table, self.search, self.states = self.list.table, self.list.search, self.list.states
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.list, 1)
        self.table.opened.connect(self.opened)
        self.table.records.loaded.connect(self._on_loaded)
        self._begun = False

    def refresh(self) -> None:
        """Read the list again."""
        if self._begun:
            self.list.refresh()
        else:
            self._begun = True
            self.list.begin()

    def _on_loaded(self, total: int) -> None:
        self.header.set_subtitle(ntr("{n} quote", "{n} quotes", total, n=formats.number(total)) if total else "")
