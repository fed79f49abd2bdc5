"""Small dialogs of quotes: for whom a new one is, and our own company as it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.quotes.similar_deals import SimilarDealsList
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Begun, Created, SupplierFields

WIDTH = 420
WIDE = 820
PRINTED = ("name", "business_registration_number", "representative", "address_line", "phone", "email")
"""What quotes print of our own company."""


class NewQuoteDialog(QDialog):
    """Asks for customer, title and currency. Signals: `created(quote_id)`."""

    created = Signal(str)

    def __init__(self, context: UiContext, fields: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._context = context
        self._fields = fields
        self._looked_for = ""
        self.setWindowTitle(tr("New quote"))
        self.setMinimumWidth(WIDTH)
        self.account = ReferenceEditor(context, REGISTRY["quote"].field("account_id"))
        self.account.line.setAccessibleName(field_label("quote", "account_id"))
        self.name = QLineEdit(str(fields.get("name") or ""))
        self.currency = SteadyComboBox()
        self.currency.addItems(currencies())
        if self.currency.findText(context.workspace.currency) < 0:
            self.currency.addItem(context.workspace.currency)
        self.currency.setCurrentText(str(fields.get("currency") or context.workspace.currency))
        self.problem = label("", "error", wrap=True)
        self.similar = SimilarDealsList(context)
        self.account.committed.connect(self._on_account)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for name, control in (("account_id", self.account), ("name", self.name), ("currency", self.currency)):
            control.setAccessibleName(field_label("quote", name))
            form.addRow(label(field_label("quote", name), "label"), control)
        self.make = primary(tr("Create"), self.accept)
        self.make.setDefault(True)
        _lay_out(
            self, tr("New quote"), form, self.problem, button(tr("Cancel"), self.reject), self.make, more=self.similar
        )
        account_id = fields.get("account_id")
        if account_id:
            context.lanes.read(
                partial(_account_name, context, str(account_id)), partial(self._show_account, str(account_id))
            )
        self.account.setFocus()

    def accept(self) -> None:
        """Make the quote; without a known customer say so and stay."""
        try:
            account_id = self.account.value()
        except CrmError:
            account_id = None
        if account_id is None:
            self.account.mark(invalid=True)
            self.problem.setText(tr("Choose the account the quote is for."))
            self.account.setFocus()
            return
        self.make.setEnabled(False)
        fn = partial(
            _create,
            self._context,
            account_id,
            self.name.text().strip(),
            self.currency.currentText(),
            self._fields.get("opportunity_id"),
            self.similar.chosen(),
        )
        self._context.undo.run(tr("New quote"), fn, self._on_created, self._on_failed)

    def _show_account(self, account_id: str, name: str) -> None:
        self.account.show_reference(account_id, name)
        self.name.setFocus()
        self._on_account()

    def _on_account(self) -> None:
        try:
            account_id = self.account.value()
        except CrmError:
            account_id = None
        if (account_id or "") != self._looked_for:
            self._looked_for = account_id or ""
            self.similar.look(account_id, self._fields.get("opportunity_id"))
            self.setMinimumWidth(WIDE if account_id else WIDTH)

    def _on_created(self, made: Created | Begun) -> None:
        self.created.emit(made.id)
        super().accept()

    def _on_failed(self, error: BaseException) -> None:
        self.make.setEnabled(True)
        self._context.lanes.troubled.emit(error)


class SupplierDialog(QDialog):
    """Our own company: name, registration number, representative, address, phone, mail."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._context = context
        self.setWindowTitle(tr("Supplier details"))
        self.setMinimumWidth(WIDTH)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.lines: dict[str, QLineEdit] = {}
        for name in PRINTED:
            text = field_label("supplier", name)
            line = QLineEdit()
            line.setAccessibleName(text)
            self.lines[name] = line
            form.addRow(label(text, "label"), line)
        hint = label(
            tr("Printed on every quotation. Issued versions keep what they were issued with."), "hint", wrap=True
        )
        self.keep = primary(tr("Save"), self.accept)
        _lay_out(self, tr("Supplier details"), form, hint, button(tr("Cancel"), self.reject), self.keep)
        context.lanes.read(partial(_supplier, context), self._show)

    def accept(self) -> None:
        values = {name: line.text() for name, line in self.lines.items()}
        fn = partial(_set_supplier, self._context, values)
        self._context.undo.run(tr("Supplier details"), fn, self._on_saved)

    def _show(self, fields: SupplierFields) -> None:
        for name, value in asdict(fields).items():
            self.lines[name].setText(value)

    def _on_saved(self, _changes: Changes) -> None:
        super().accept()


def _lay_out(
    dialog: QDialog, title: str, form: QFormLayout, note: QWidget, *buttons: QWidget, more: QWidget | None = None
) -> None:
    box = QVBoxLayout(dialog)
    box.setContentsMargins(20, 18, 20, 16)
    box.setSpacing(10)
    box.addWidget(label(title, "section"))
    form.setVerticalSpacing(4)
    box.addLayout(form)
    if more is not None:
        box.addWidget(more)
    box.addWidget(note)
    row = QHBoxLayout()
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    box.addLayout(row)


def _create(
    context: UiContext, account_id: str, name: str, currency: str, opportunity_id: str | None, like: str | None
) -> Created | Begun:
    from desktop_crm.services import quotes

    if like is not None:
        return quotes.create_like(
            context.workspace, like, account_id=account_id, name=name, currency=currency, opportunity_id=opportunity_id
        )
    return quotes.create(
        context.workspace, account_id=account_id, name=name, currency=currency, opportunity_id=opportunity_id
    )


def _account_name(context: UiContext, account_id: str) -> str:
    from desktop_crm.services import records

    return str(records.get(context.workspace, "account", account_id).fields.get("name") or "")


def _supplier(context: UiContext) -> SupplierFields:
    from desktop_crm.services import quotes

    return quotes.supplier(context.workspace)


def _set_supplier(context: UiContext, values: Mapping[str, str]) -> Changes:
    from desktop_crm.services import quotes

    return quotes.set_supplier(context.workspace, quotes.SupplierFields(**values))
