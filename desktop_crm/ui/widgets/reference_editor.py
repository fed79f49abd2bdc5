"""An editor for a reference: type a name, choose a row from the list that the services find."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop_crm.domain.schema import Field
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.editors import Editor
from desktop_crm.ui.widgets.record_source import choices_of

PAUSE_MS = 80


class ReferenceEditor(Editor):
    """Its value is an id. Empty text is no reference; text that names no row is refused."""

    def __init__(self, context: UiContext, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._context = context
        self._id: str | None = None
        self._title = ""
        self._ids: dict[str, str] = {}
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type a name to find"))
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setWidget(self.line)
        self._completer.activated.connect(self._take)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._slot = context.lanes.slot()
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._finished)
        self._open = self.line.addAction(
            icon("chevron_right", current().ink_3), QLineEdit.ActionPosition.TrailingPosition
        )
        self._open.setText(tr("Open this record"))
        self._open.setToolTip(tr("Open this record"))
        self._open.triggered.connect(self._open_row)
        self._open.setVisible(False)
        self.box.addWidget(self.line)
        self.setFocusProxy(self.line)

    def target(self) -> QWidget:
        return self.line

    def value(self) -> Any:
        text = self.line.text().strip()
        if not text:
            return None
        if text == self._title and self._id:
            return self._id
        if text in self._ids:
            return self._ids[text]
        raise Refusal("reference.unknown", field=self.field.name, value=text[:80])

    def show_value(self, value: Any) -> None:
        self.show_reference(value, self._title if value == self._id else "")

    def show_reference(self, row_id: str | None, title: str) -> None:
        """Show the row that is referred to, by its title."""
        self._id = row_id or None
        self._title = title
        self.line.setText(title)
        self.line.setCursorPosition(0)
        self._open.setVisible(bool(row_id) and self._context.routes.can_open(self.field.target or ""))

    def _typed(self, _text: str) -> None:
        self.changed.emit()
        self._pause.start()

    def _look(self) -> None:
        text = self.line.text().strip()
        target = self.field.target or ""
        self._slot.read(partial(choices_of, self._context.workspace, target, text), self._offer)

    def _offer(self, choices: tuple[tuple[str, str], ...]) -> None:
        self._ids = {}
        for row_id, title in choices:
            self._ids.setdefault(title, row_id)
        self._names.setStringList(list(self._ids))
        if self.line.hasFocus() and self._ids:
            self._completer.complete()

    def _take(self, title: str) -> None:
        self._pause.stop()
        self.line.setText(title)
        if title in self._ids:
            self._id, self._title = self._ids[title], title
        self.committed.emit()

    def _finished(self) -> None:
        popup = self._completer.popup()
        if popup is None or not popup.isVisible():
            self._pause.stop()
            self.committed.emit()

    def _open_row(self) -> None:
        if self._id and self.field.target:
            self._context.routes.open(self.field.target, self._id)
