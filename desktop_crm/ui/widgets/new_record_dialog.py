"""A dialog that makes one record of any entity, for pages that have no place of their own for it. Signals: `created(row_id)`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_word
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.lookalikes import LookalikesNote
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.record_source import Beginning, beginning_of

WIDTH = 420


class NewRecordDialog(QDialog):
    """Opens with the keyboard in the first field."""

    created = Signal(str)

    def __init__(
        self, context: UiContext, entity: str, values: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        explained_by(self, entity)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = tr("New {entity}", entity=entity_word(entity))
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self.form = RecordForm(context, entity)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(12)
        box.addWidget(label(title, "section"))
        self.note = LookalikesNote(context, entity, self.form.so_far)
        self.form.typed.connect(self.note.ask)
        box.addWidget(self.note)
        box.addWidget(self.form)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        self.make = primary(tr("Create"), self.form.make, shortcut="Ctrl+Return")
        row.addWidget(self.make)
        box.addLayout(row)
        no_default(self)
        self.form.created.connect(self._on_created)
        titles = {name.removesuffix("_title"): str(v) for name, v in values.items() if name.endswith("_title")}
        self.form.begin_new({n: v for n, v in values.items() if not n.endswith("_title")}, titles)
        context.lanes.read(partial(beginning_of, context.workspace, entity, None), self._on_beginning)

    def _on_beginning(self, found: Beginning) -> None:
        self.form.suggest(found.values, found.titles)

    def _on_created(self, row_id: str) -> None:
        self.created.emit(row_id)
        self.accept()
