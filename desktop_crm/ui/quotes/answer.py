"""The button for what became of the newest version: sent, seen, accepted, rejected, expired. It offers what may follow.

Signals: `answered(text)` with what was done, in words.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMessageBox, QPushButton, QWidget

from desktop_crm.domain.quotes.answers import NEXT
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.signature_pad import SignatureDialog
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import tell

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Answered
    from desktop_crm.services.quotes.countersigning import Countersigned


class AnswerButton(QPushButton):
    answered = Signal(str)

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(tr("Outcome"), parent)
        self.setProperty("kind", "plain")
        tell(self, tr("What became of the issued version"))
        self._context = context
        self._editor = editor
        self._choices = QMenu(self)
        self.setMenu(self._choices)
        for told in (editor.opened, editor.drafted, editor.settled):
            told.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer the states that may follow the quote's own."""
        quote = self._editor.quote
        offered = () if quote is None or quote.is_draft or self._editor.viewing is not None else NEXT[quote.status]
        self._choices.clear()
        for status in offered:
            action = QAction(option_label("status", status.value), self._choices)
            action.triggered.connect(partial(self._choose, status))
            self._choices.addAction(action)
            if status is QuoteStatus.ACCEPTED:
                action = QAction(tr("Accepted, signed here…"), self._choices)
                action.triggered.connect(self.ask_for_signature)
                self._choices.addAction(action)
        self.setVisible(bool(offered))

    def ask_for_signature(self, _checked: bool = False) -> None:
        """Let the customer sign on the screen; that accepts the version."""
        quote = self._editor.quote
        if quote is None or not quote.versions:
            return
        newest = quote.versions[0]
        customer = quote.draft.customer
        name = " ".join(part for part in (customer.contact, customer.contact_title) if part)
        dialog = SignatureDialog(f"{quote.number} v{newest.version}", name, newest.hash, self)
        dialog.signed.connect(self._on_signed)
        dialog.open()

    def _on_signed(self, name: str, drawing: bytes) -> None:
        quote = self._editor.quote
        if quote is not None:
            act = partial(_accept_signed, self._context, str(quote.draft.id), name, drawing)
            self._context.undo.run(option_label("status", QuoteStatus.ACCEPTED.value), act, self._on_countersigned)

    def _on_countersigned(self, done: Countersigned) -> None:
        self.answered.emit(tr("Order {number} and the draft of a contract were made", number=done.order_number))

    def _choose(self, status: QuoteStatus, _checked: bool = False) -> None:
        if status is not QuoteStatus.ACCEPTED:
            self._mark(status)
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Did the customer accept this version?"))
        box.setInformativeText(
            tr("An order and the draft of a contract are made. After that the quote cannot be changed any more.")
        )
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        box.button(QMessageBox.StandardButton.Ok).setText(option_label("status", status.value))
        box.button(QMessageBox.StandardButton.Cancel).setText(tr("Cancel"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(partial(self._mark, status))
        box.open()

    def _mark(self, status: QuoteStatus) -> None:
        quote = self._editor.quote
        if quote is not None:
            act = partial(_mark, self._context, str(quote.draft.id), status)
            self._context.undo.run(option_label("status", status.value), act, self._on_done)

    def _on_done(self, done: Answered) -> None:
        if done.order_id is not None:
            told = tr("Order {number} and the draft of a contract were made", number=done.order_number)
            if done.turned_down:
                told += ". " + tr("Rejected beside it: {numbers}", numbers=", ".join(done.turned_down))
            self.answered.emit(told)


def _accept_signed(context: UiContext, quote_id: str, name: str, drawing: bytes) -> Countersigned:
    from desktop_crm.services.quotes import countersigning

    return countersigning.accept_signed(context.workspace, quote_id, name, drawing)


def _mark(context: UiContext, quote_id: str, status: QuoteStatus) -> Answered:
    from desktop_crm.services import quotes

    return quotes.mark(context.workspace, quote_id, status)
