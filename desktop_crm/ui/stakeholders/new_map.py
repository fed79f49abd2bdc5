"""The small form for a new map: for an account, for an opportunity, or by name alone. Signals: `wanted(fields)`, `closed()`."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.field_row import FieldRow, editor_for
from desktop_crm.ui.widgets.labels import label

WIDTH = 340
_FIELDS = ("account_id", "opportunity_id", "name")


class NewMap(QFrame):
    """Floats over the list of maps."""

    wanted = Signal(object)
    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setObjectName("new-map")
        self.setFixedWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(9)
        box.addWidget(label(tr("New map"), "section"))
        box.addWidget(
            label(tr("A map takes the name of its account or opportunity unless it gets one."), "hint", wrap=True)
        )
        self.rows: dict[str, FieldRow] = {}
        for name in _FIELDS:
            field = REGISTRY["stakeholder_map"].field(name)
            row = FieldRow(field, field_label("stakeholder_map", name), editor_for(context, "stakeholder_map", field))
            row.setObjectName(name)
            self.rows[name] = row
            box.addWidget(row)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(button(tr("Cancel"), self.close_form))
        self.make = primary(tr("Begin the map"), self._make)
        buttons.addWidget(self.make)
        box.addLayout(buttons)
        self.hide()

    def ask(self) -> None:
        """Open, empty."""
        for row in self.rows.values():
            row.show_value(None)
            row.settle()
        self.adjustSize()
        self.show()
        self.raise_()
        self.rows["account_id"].editor.target().setFocus()

    def close_form(self) -> None:
        """Close without a new map."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)

    def _make(self) -> None:
        fields: dict[str, Any] = {}
        for name, row in self.rows.items():
            try:
                fields[name] = row.values()[name]
            except Refusal as refusal:
                row.refuse(refusal)
                return
        if not any(fields.values()):
            self.rows["account_id"].editor.target().setFocus()
            return
        self.close_form()
        self.wanted.emit(fields)
