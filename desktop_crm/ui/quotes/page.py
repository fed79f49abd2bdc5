"""The page of quotes: the list, and the builder of the one that is open. What the shell mounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.quotes.builder import QuoteBuilder
from desktop_crm.ui.quotes.dialogs import NewQuoteDialog, SupplierDialog
from desktop_crm.ui.quotes.file_check import FileCheckDialog, ask_for_file
from desktop_crm.ui.quotes.inbox import ApprovalsDialog
from desktop_crm.ui.quotes.quote_list import QuoteList
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.help_key import explained_by

_LISTED = ("quote", "quote_version", "account")


class QuotesPage(QWidget):
    """The builder is made when the first quote is opened."""

    def __init__(
        self,
        context: UiContext,
        timeline: Callable[[], QWidget] | None = None,
        comments: Callable[[], QWidget] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._timeline, self._comments = timeline, comments
        self._picked: str | None = None
        self.list = QuoteList(context)
        self.list.table.picked.connect(self._on_picked)
        self.story = icon_button("clock", tr("Timeline of the chosen quote"), self.show_timeline, framed=True)
        self.story.setEnabled(False)
        self.list.header.add_action(self.story)
        self.story.setVisible(timeline is not None)
        self.talk = icon_button("team", tr("Comments on the chosen quote"), self.show_comments, framed=True)
        self.talk.setEnabled(False)
        self.list.header.add_action(self.talk)
        self.talk.setVisible(comments is not None)
        self.supplier = icon_button("settings", tr("Supplier details"), self.ask_for_supplier, framed=True)
        self.list.header.add_action(self.supplier)
        self.verify = icon_button("check", tr("Verify a file…"), self.ask_what_to_verify, framed=True)
        self.list.header.add_action(self.verify)
        self.approvals = button(tr("Approvals…"), self.show_approvals, icon_name="key")
        self.list.header.add_action(self.approvals)
        self._builder: QuoteBuilder | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.list)
        self.list.opened.connect(self._on_opened)
        self.list.new_wanted.connect(self._on_new)
        context.hub.changed.connect(self._on_changed)
        self.list.refresh()

    @property
    def builder(self) -> QuoteBuilder:
        """The builder, made now if it was not there yet."""
        if self._builder is None:
            self._builder = QuoteBuilder(self._context)
            self._builder.back_wanted.connect(self._on_back)
            self._stack.addWidget(self._builder)
        return self._builder

    def title(self) -> str:
        return tr("Quotes")

    def open_row(self, row_id: str | None) -> None:
        """One quote, or the list."""
        if not row_id:
            self._on_back()
            return
        self.builder.open_quote(row_id)
        self._stack.setCurrentWidget(self.builder)
        self.builder.grid.setFocus()

    @Slot(str)
    def _on_picked(self, row_id: str) -> None:
        self._picked = row_id
        self.story.setEnabled(bool(row_id))
        self.talk.setEnabled(bool(row_id))

    def show_timeline(self) -> None:
        """Everything that happened around the chosen quote, in a dialog."""
        self._show_beside(tr("Timeline"), self._timeline)

    def show_comments(self) -> None:
        """What was said about the chosen quote, in a dialog."""
        self._show_beside(entity_label("comment", plural=True), self._comments)

    def _show_beside(self, title: str, make: Callable[[], QWidget] | None) -> None:
        if make is None or not self._picked:
            return
        dialog = QDialog(self)
        explained_by(dialog, "quote")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        panel = make()
        box = QVBoxLayout(dialog)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(panel)
        dialog.resize(560, 620)
        panel.show_row(self._picked)  # type: ignore[attr-defined]
        dialog.open()

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """Ask for whom a new quote is."""
        dialog = NewQuoteDialog(self._context, fields, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.created.connect(self._on_opened)
        dialog.open()

    def show_approvals(self) -> None:
        """Show what waits for approval, and approvals in advance."""
        dialog = ApprovalsDialog(self._context, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open_wanted.connect(self._on_opened)
        dialog.open()

    def ask_for_supplier(self) -> None:
        """Show our own company's details."""
        dialog = SupplierDialog(self._context, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ask_what_to_verify(self) -> None:
        """Ask for a PDF that a customer holds against us, or sent back."""
        ask_for_file(self, self.verify_file)

    def verify_file(self, path: str) -> None:
        """Tell whether a PDF is what it says it is."""
        dialog = FileCheckDialog(self._context, Path(path), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open_wanted.connect(self._on_verified)
        dialog.open()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._builder is not None and self._stack.currentWidget() is self._builder:
            self._builder.editor.refresh()
        else:
            self.list.refresh()

    def _on_verified(self, entity: str, row_id: str) -> None:
        if entity == "quote":
            self._on_opened(row_id)
        else:
            self._context.routes.open(entity, row_id)

    def _on_opened(self, quote_id: str) -> None:
        if self._context.routes.can_open("quote"):
            self._context.routes.open("quote", quote_id)
        else:
            self.open_row(quote_id)

    def _on_new(self) -> None:
        self.begin_new({})

    def _on_back(self) -> None:
        self.list.refresh()
        self._stack.setCurrentWidget(self.list)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._stack.currentWidget() is self.list and changes.touches(*_LISTED):
            self.list.refresh()
