"""A refused change with its fields open: what was typed can be changed, and is sent again. Signals: `sent(changes)`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.codec import decode
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.field_row import FieldRow, editor_for
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from desktop_crm.services.sync import RefusedChange

WIDTH = 460
TALL = 520
UNSHOWN = frozenset({FieldType.ORDER_KEY, FieldType.SET})


class EditRefused(QDialog):
    sent = Signal(object)

    def __init__(self, context: UiContext, line: RefusedChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "sync")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self.setMaximumHeight(TALL)
        self._context, self._line = context, line
        title = tr("Change what was refused")
        self.setWindowTitle(title)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        box.addWidget(label(f"{entity_label(line.entity)} · {line.title or '–'}", "section", wrap=True))
        box.addWidget(label(explain(line.refusal).happened, "body2", wrap=True))
        self.rows: dict[str, FieldRow] = {}
        fields = QWidget()
        inner = QVBoxLayout(fields)
        inner.setContentsMargins(0, 0, 8, 0)
        for name, raw in line.fields.items():
            row = self._row(name, raw)
            if row is not None:
                self.rows[name] = row
                inner.addWidget(row)
        inner.addStretch(1)
        box.addWidget(scrolled(fields, 0), 1)
        self.word = label("", "error", wrap=True)
        self.word.hide()
        box.addWidget(self.word)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Cancel"), self.reject))
        foot.addStretch(1)
        self.go = primary(tr("Send again"), self.send, shortcut="Ctrl+Return")
        foot.addWidget(self.go)
        box.addLayout(foot)
        no_default(self)

    def _row(self, name: str, raw: Any) -> FieldRow | None:
        field = REGISTRY[self._line.entity].field(name)
        if field.type in UNSHOWN or field.derived:
            return None
        try:
            value = decode(field, raw)
        except Refusal:
            value = None
        row = FieldRow(field, field_label(self._line.entity, name), editor_for(self._context, self._line.entity, field))
        currency = str(self._line.fields.get(field.currency_field or "") or self._context.workspace.currency)
        row.show_value(value, "", currency)
        return row

    def send(self) -> None:
        """Make the change again with the values as they stand here."""
        from desktop_crm.services import sync

        edited: dict[str, Any] = {}
        for row in self.rows.values():
            try:
                edited |= row.values() if row.dirty else {}
            except Refusal as refusal:
                row.refuse(refusal)
                row.editor.target().setFocus()
                return
        work = partial(sync.retry, self._context.workspace, self._line.op_id, edited)
        self._context.undo.run(tr("Send again"), work, self._on_sent, self._on_failed)

    def _on_sent(self, changes: object) -> None:
        self.sent.emit(changes)
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, CrmError):
            self.word.setText(explain(error).happened)
            self.word.show()
        else:
            self._context.reporter.report(error)
