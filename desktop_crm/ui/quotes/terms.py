"""What a quote says beside its lines: title, contact, validity, payment terms, remarks, currency, tax and rounding.

Texts are saved after a pause in typing and when one leaves the field; a change from elsewhere never replaces what is being
typed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import RoundingPolicy
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.typed import read_value
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.widgets.editors import DateEditor
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.steady import SteadyComboBox

PAUSE_MS = 700
REMARKS_HEIGHT = 120


class TermsPanel(QWidget):
    """A form over the editor's draft."""

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._showing = False
        fields = REGISTRY["quote"]
        self.name = QLineEdit()
        self.account = ReferenceEditor(context, fields.field("account_id"))
        self.contact = ReferenceEditor(context, fields.field("contact_id"))
        self.valid_until = DateEditor(fields.field("valid_until"))
        self.payment_terms = QLineEdit()
        self.remarks = QPlainTextEdit()
        self.remarks.setFixedHeight(REMARKS_HEIGHT)
        self.remarks.setTabChangesFocus(True)
        self.currency = SteadyComboBox()
        self.currency.addItems(currencies())
        self.tax_rate = QLineEdit()
        self.rounding = SteadyComboBox()
        for policy in RoundingPolicy:
            self.rounding.addItem(option_label("rounding_policy", policy.value), policy)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self._lay_out()
        self._listen()

    def refresh(self) -> None:
        """Show what the editor holds, but for the field that is being typed in."""
        draft = self._editor.draft
        if draft is None:
            return
        self._showing = True
        self.setEnabled(self._editor.may_edit)
        for line, text in self._lines(draft):
            if not (line.hasFocus() and line.isModified()) and line.text() != text:
                line.setText(text)
                line.setCursorPosition(0)
        if not (self.remarks.hasFocus() and self._pause.isActive()) and self.remarks.toPlainText() != draft.remarks:
            self.remarks.setPlainText(draft.remarks)
        if not self.valid_until.line.hasFocus():
            self.valid_until.show_value(draft.valid_until)
        for editor, value, title in (
            (self.account, draft.account_id, draft.customer.name),
            (self.contact, draft.contact_id, draft.customer.contact),
        ):
            if not editor.line.hasFocus():
                editor.show_reference(value, title)
        if self.currency.findText(draft.currency) < 0:
            self.currency.addItem(draft.currency)
        self.currency.setCurrentText(draft.currency)
        quote = self._editor.quote
        issued = quote is not None and bool(quote.versions)
        self.currency.setEnabled(not issued)
        self.currency.setToolTip(tr("The quote was issued in this currency.") if issued else "")
        self.rounding.setCurrentIndex(self.rounding.findData(draft.rounding_policy))
        self._showing = False

    def save(self) -> None:
        """Hand what was typed to the editor."""
        self._pause.stop()
        draft = self._editor.draft
        if draft is None or self._showing or not self._editor.may_edit:
            return
        changed = replace(draft, **self._typed(draft))
        for line, _ in self._lines(changed):
            line.setModified(False)
        self._editor.edit(tr("Terms changed"), changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.remarks and event.type() == QEvent.Type.FocusOut and self._pause.isActive():
            self.save()
        return super().eventFilter(watched, event)

    def _typed(self, draft: QuoteDraft) -> dict[str, Any]:
        """The form's values; a field that cannot be read keeps its former value."""
        rate = read_value("tax_rate", self.tax_rate.text())
        values: dict[str, Any] = {
            "name": self.name.text().strip(),
            "payment_terms": self.payment_terms.text().strip(),
            "remarks": self.remarks.toPlainText().strip("\n"),
            "currency": self.currency.currentText(),
            "rounding_policy": RoundingPolicy(self.rounding.currentData()),
            "tax_rate": draft.tax_rate if rate is None else rate,
        }
        for field, editor in (
            ("valid_until", self.valid_until),
            ("account_id", self.account),
            ("contact_id", self.contact),
        ):
            try:
                values[field] = editor.value()
                editor.mark(invalid=False)
            except CrmError:
                editor.mark(invalid=True)
        return values

    def _lines(self, draft: QuoteDraft) -> tuple[tuple[QLineEdit, str], ...]:
        return (
            (self.name, draft.name),
            (self.payment_terms, draft.payment_terms),
            (self.tax_rate, formats.percent(draft.tax_rate)),
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(4)
        for name, control in (
            ("name", self.name),
            ("account_id", self.account),
            ("contact_id", self.contact),
            ("valid_until", self.valid_until),
            ("payment_terms", self.payment_terms),
            ("remarks", self.remarks),
            ("currency", self.currency),
            ("tax_rate", self.tax_rate),
            ("rounding_policy", self.rounding),
        ):
            text = field_label("quote", name)
            control.setAccessibleName(text)
            form.addRow(label(text, "label"), control)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(form)
        box.addStretch(1)

    def _listen(self) -> None:
        for line in (self.name, self.payment_terms, self.tax_rate):
            line.textEdited.connect(self._wait)
            line.editingFinished.connect(self.save)
        self.tax_rate.textEdited.connect(partial(self._try_rate))
        self.remarks.textChanged.connect(self._on_remarks)
        self.remarks.installEventFilter(self)
        for editor in (self.account, self.contact, self.valid_until):
            editor.committed.connect(self.save)
        for choice in (self.currency, self.rounding):
            choice.activated.connect(self.save)
        self._editor.opened.connect(self.refresh)
        self._editor.drafted.connect(self.refresh)

    def _wait(self, _text: str = "") -> None:
        self._pause.start()

    def _on_remarks(self) -> None:
        if not self._showing and self._editor.may_edit:
            self._pause.start()

    def _try_rate(self, text: str) -> None:
        draft, rate = self._editor.draft, read_value("tax_rate", text)
        if draft is not None and rate is not None and not isinstance(rate, str):
            self._editor.preview(replace(draft, tax_rate=rate))
