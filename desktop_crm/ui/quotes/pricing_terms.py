"""How a quote is priced: its price book, prices anew, level of rounding, tax inside the price, what is prepaid, the rate.

Prices that a person set are never taken away without asking.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QMessageBox, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.schema.options import RoundingLevel
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.typed import read_value
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import BookChoice, Repriced


class PricingTerms(QWidget):
    """Signals: `told(text)`."""

    told = Signal(str)

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._slot = context.lanes.slot()
        self._asked: tuple[object, ...] = ()
        self.book = SteadyComboBox()
        self.anew = button(tr("Take today’s prices…"), self.reprice, kind="small")
        self.level = SteadyComboBox()
        for one in RoundingLevel:
            self.level.addItem(option_label("rounding_level", one.value), one)
        self.included = QCheckBox(field_label("quote", "tax_included"))
        self.prepaid = QLineEdit()
        self.rate = QLineEdit()
        self.question: QMessageBox | None = None
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(4)
        for name, control in (
            ("price_book_id", self.book),
            ("rounding_level", self.level),
            ("prepaid", self.prepaid),
            ("exchange_rate", self.rate),
        ):
            control.setAccessibleName(field_label("quote", name))
            form.addRow(label(field_label("quote", name), "label"), control)
            if control is self.book:
                form.addRow(self.anew)
        form.addRow(self.included)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.addLayout(form)
        self.book.activated.connect(self._on_book)
        self.level.activated.connect(self._on_level)
        self.included.clicked.connect(self._on_included)
        self.prepaid.editingFinished.connect(self._on_prepaid)
        self.rate.editingFinished.connect(self._on_rate)
        editor.opened.connect(self.refresh)
        editor.drafted.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show what the editor holds, while it is in sight."""
        draft = self._editor.draft
        if draft is None or not self.isVisible():
            return
        self.setEnabled(self._editor.may_edit)
        self.level.setCurrentIndex(self.level.findData(draft.rounding_level))
        self.included.setChecked(draft.tax_included)
        abroad = draft.currency != self._context.workspace.currency
        self.rate.setEnabled(abroad)
        for line, text in (
            (self.prepaid, formats.quantity(draft.prepaid) if draft.prepaid else ""),
            (self.rate, formats.quantity(draft.exchange_rate) if draft.exchange_rate is not None else ""),
        ):
            if not (line.hasFocus() and line.isModified()):
                line.setText(text)
                line.setModified(False)
        key = (draft.id, draft.currency, draft.account_id)
        if key != self._asked:
            self._asked = key
            self._slot.read(partial(_books, self._context, draft), self._on_books)
        else:
            self._show_book(draft)

    def reprice(self) -> None:
        """Look up today's prices of all lines, and ask before one that a person set is taken away."""
        draft = self._editor.draft
        if draft is not None and self._editor.may_edit:
            read = partial(_reprice, self._context, draft, keep_by_hand=True)
            self._slot.read(read, self._on_repriced, self._context.reporter.report)

    def _on_books(self, found: tuple[BookChoice, ...]) -> None:
        self.book.clear()
        self.book.addItem(tr("The usual price book"), None)
        for one in found:
            self.book.addItem(one.name, one.id)
        if self._editor.draft is not None:
            self._show_book(self._editor.draft)

    def _show_book(self, draft: QuoteDraft) -> None:
        place = self.book.findData(draft.price_book_id)
        if place < 0:
            self.book.addItem(tr("A price book that no longer applies"), draft.price_book_id)
            place = self.book.count() - 1
        self.book.setCurrentIndex(place)

    def _on_book(self, place: int) -> None:
        draft, chosen = self._editor.draft, self.book.itemData(place)
        if draft is not None and chosen != draft.price_book_id:
            self._editor.edit(tr("Price book changed"), replace(draft, price_book_id=RowId(chosen) if chosen else None))
            self.reprice()

    def _on_repriced(self, found: Repriced) -> None:
        if not found.by_hand:
            self._take(found)
            return
        count = len(found.by_hand)
        text = ntr(
            "{n} line has a price that was set by hand. Keep it, or take the price of the catalogue?",
            "{n} lines have prices that were set by hand. Keep them, or take the prices of the catalogue?",
            count,
        )
        box = QMessageBox(QMessageBox.Icon.Question, tr("Today’s prices"), text, parent=self)
        keep = box.addButton(tr("Keep what was set by hand"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Take the catalogue’s"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(cancel)
        self.question = box
        box.buttonClicked.connect(partial(self._on_answer, found, keep, cancel))
        box.open()

    def _on_answer(self, found: Repriced, keep: object, cancel: object, chosen: object) -> None:
        self.question = None
        draft = self._editor.draft
        if chosen is keep:
            self._take(found)
        elif chosen is not cancel and draft is not None:
            read = partial(_reprice, self._context, draft, keep_by_hand=False)
            self._slot.read(read, self._take, self._context.reporter.report)

    def _take(self, found: Repriced) -> None:
        self._editor.edit(tr("Today’s prices"), found.draft)
        told = [ntr("{n} price changed", "{n} prices changed", len(found.changed))]
        if found.unpriced:
            told.append(ntr("{n} line without a price", "{n} lines without a price", len(found.unpriced)))
        if found.withdrawn:
            told.append(ntr("{n} product no longer sold", "{n} products no longer sold", len(found.withdrawn)))
        self.told.emit(" · ".join(told))

    def _on_level(self, place: int) -> None:
        self._change(rounding_level=RoundingLevel(self.level.itemData(place)))

    def _on_included(self, checked: bool) -> None:
        self._change(tax_included=checked)

    def _on_prepaid(self) -> None:
        value = self._typed(self.prepaid)
        if value is not None:
            self._change(prepaid=value)

    def _on_rate(self) -> None:
        value = self._typed(self.rate)
        if value is not None:
            known = {"exchange_rate": value, "exchange_on": self._context.workspace.today()}
            home = self._context.workspace.currency if value else ""
            self._change(**(known if value else dict.fromkeys(known)), home_currency=home)

    def _typed(self, line: QLineEdit) -> Decimal | None:
        if not line.isModified():
            return None
        line.setModified(False)
        value = read_value("unit_price", line.text())
        if not isinstance(value, Decimal) or value < 0:
            self.told.emit(tr("“{text}” cannot stand here: the old value stays", text=line.text()[:40]))
            self.refresh()
            return None
        return value

    def _change(self, **fields: object) -> None:
        draft = self._editor.draft
        if draft is not None:
            self._editor.edit(tr("Terms changed"), replace(draft, **fields))  # type: ignore[arg-type]


def _books(context: UiContext, draft: QuoteDraft) -> tuple[BookChoice, ...]:
    from desktop_crm.services import quotes

    return quotes.books(context.workspace, draft)


def _reprice(context: UiContext, draft: QuoteDraft, *, keep_by_hand: bool) -> Repriced:
    from desktop_crm.services import quotes

    return quotes.reprice(context.workspace, draft, keep_by_hand=keep_by_hand)
