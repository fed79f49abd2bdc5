"""The tab of an account: its quotes, the newest first, and the way to a new one. `quotes_panel` is what bootstrap hands over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services.quotes import QuoteSummary
from desktop_crm.ui.quotes.quote_list import ACCOUNT_COLUMN, WIDTHS, QuoteListModel
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.record_table import PlainTable
from desktop_crm.ui.widgets.states import EmptyState, StateStack

LIMIT = 500


class AccountQuotes(QWidget):
    """Follows one account."""

    def __init__(self, context: UiContext, account_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._account_id = account_id
        self._slot = context.lanes.slot()
        self.model = QuoteListModel(context.workspace.today(), self)
        self.table = PlainTable()
        self.table.setAccessibleName(entity_label("quote", plural=True))
        self.table.setModel(self.model)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.setColumnHidden(ACCOUNT_COLUMN, True)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(self._on_activated)
        self.table.doubleClicked.connect(self._on_activated)
        self.counter = label("", "hint")
        self.new = button(tr("New quote"), self._on_new, kind="small", icon_name="plus")
        head = QHBoxLayout()
        head.setContentsMargins(18, 8, 12, 8)
        head.addWidget(self.counter)
        head.addStretch(1)
        head.addWidget(self.new)
        first = button(tr("New quote"), self._on_new, icon_name="plus")
        text = tr("Quotes for this account stand here, with all their versions.")
        self.states = StateStack(self.table, EmptyState(tr("No quotes yet"), text, (first,), icon_name="quote"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.states, 1)
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def title(self) -> str:
        return tr("Quotes")

    def refresh(self) -> None:
        """Read the account's quotes again."""
        self._slot.read(partial(_quotes, self._context, self._account_id), self._on_read)

    def _on_read(self, quotes: Sequence[QuoteSummary]) -> None:
        self.model.show_quotes(quotes)
        self.counter.setText(ntr("{n} quote", "{n} quotes", len(quotes)) if quotes else "")
        self.new.setVisible(bool(quotes))
        if quotes:
            self.states.show_content()
        else:
            self.states.show_empty()

    def _on_activated(self, index: QModelIndex) -> None:
        self._context.routes.open("quote", self.model.quote_id(index.row()))

    def _on_new(self) -> None:
        self._context.routes.create("quote", account_id=self._account_id)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("quote", "quote_version"):
            self.refresh()


def quotes_panel(context: UiContext, account_id: str, parent: QWidget | None = None) -> QWidget:
    """The account page's tab."""
    return AccountQuotes(context, account_id, parent)


def _quotes(context: UiContext, account_id: str) -> tuple[QuoteSummary, ...]:
    from desktop_crm.services import quotes

    return quotes.list_quotes(context.workspace, "", LIMIT, account_id)
