"""Which real paper a form is looked at on: a quote, proposal, plan or account, found by typing its name or number.

Signals: `chosen()` when another one was taken. Reads nothing but the names; what is printed is read by who asks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services.template_examples import ENTITIES
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor

if TYPE_CHECKING:
    from desktop_crm.domain.quotes.draft import QuoteDraft

WIDTH = 260


class ExampleChoice(QWidget):
    """Begins with the open quote, for hand-overs with its account; for other kinds with the newest there is."""

    chosen = Signal()

    def __init__(self, context: UiContext, draft: QuoteDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        begin = {"quote": draft.id, "account": draft.account_id or ""}
        field = REGISTRY["proposal"].field("account_id")
        self._rows: dict[str, str] = {entity: begin.get(entity, "") for entity in ENTITIES.values()}
        self._entity = ""
        self.editors: dict[str, ReferenceEditor] = {}
        self._title = label("", "label")
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self._title)
        for entity in self._rows:
            editor = ReferenceEditor(context, replace(field, name=entity, target=entity))
            editor.setFixedWidth(WIDTH)
            editor.line.setAccessibleName(tr("Shown on"))
            editor.committed.connect(self._take)
            self.editors[entity] = editor
            box.addWidget(editor)

    def show_kind(self, kind: PaperKind) -> None:
        """Offer what papers of that kind are made of; a map is shown on a sample."""
        self._entity = ENTITIES.get(kind, "")
        for entity, editor in self.editors.items():
            editor.setVisible(entity == self._entity)
        shown = entity_label(self._entity) if self._entity else tr("Sample")
        self._title.setText(tr("Shown on: {what}", what=shown))

    def row_id(self) -> str:
        """Whose paper is shown; empty for the newest one."""
        return self._rows.get(self._entity, "")

    def show_row(self, row_id: str, title: str) -> None:
        """Name the row that is seen now."""
        if self._entity and row_id:
            self._rows[self._entity] = row_id
            self.editors[self._entity].show_reference(row_id, title)

    def _take(self) -> None:
        try:
            found = self.editors[self._entity].value()
        except Refusal:
            return  # a name that is half typed names nobody yet
        if found and found != self._rows[self._entity]:
            self._rows[self._entity] = found
            self.chosen.emit()
