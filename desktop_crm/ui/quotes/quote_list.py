"""The list of quotes: number, title, account, state, version, validity, total; narrowed by words. Enter opens one.

Signals: `opened(quote_id)`; `new_wanted()`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.states import EmptyState

COLUMNS = ("number", "name", "account_id", "status", "draft_version", "grand_total", "valid_until", "owner_id")


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
