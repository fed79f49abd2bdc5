"""Where a comment is typed: @ and a part of a name offers people, Ctrl+Enter sends.

Signals: `sent()` when Ctrl+Enter was pressed.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit, QStyledItemDelegate, QWidget

from desktop_crm.domain.activities.mentions import candidates, typed_name
from desktop_crm.i18n import tr

LINES = 3
MOST = 8
_ENTERS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class MentionBox(QPlainTextEdit):
    """`names`: who may be mentioned, by id."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: Mapping[str, str] = {}
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Comment"))
        self.setPlaceholderText(tr("Write a comment; @ names a colleague"))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 18)
        self._offered = QStringListModel(self)
        self._completer = QCompleter(self._offered, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self.list = QListView()
        self._completer.setPopup(self.list)
        self.list.setItemDelegate(QStyledItemDelegate(self.list))  # the completer's own knows no style sheet
        self.list.setProperty("role", "products")
        self._completer.activated.connect(self.take)
        self.textChanged.connect(self._offer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.list.isVisible() and event.key() in {*_ENTERS, Qt.Key.Key_Tab}:
            row = max(self.list.currentIndex().row(), 0)
            self.take(self._offered.stringList()[row])
        elif event.key() in _ENTERS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.list.hide()
        super().focusOutEvent(event)

    @Slot(str)
    def take(self, name: str) -> None:
        """Put the name in place of what was typed of it."""
        typed = typed_name(self._before())
        self.list.hide()
        if typed is None:
            return
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(typed))
        cursor.insertText(f"{name} ")
        self.setTextCursor(cursor)

    def offered(self) -> list[str]:
        """The names that are offered now."""
        return self._offered.stringList() if self.list.isVisible() else []

    def _before(self) -> str:
        cursor = self.textCursor()
        return cursor.block().text()[: cursor.positionInBlock()]

    @Slot()
    def _offer(self) -> None:
        typed = typed_name(self._before())
        found = candidates(typed, self.names)[:MOST] if typed is not None else ()
        if not found or any(f"{name} " == typed for _, name in found):
            self.list.hide()
            return
        self._offered.setStringList([name for _, name in found])
        place = self.cursorRect()
        place.setWidth(max(self.width() - place.x(), 180))
        self._completer.complete(place)
        self.list.setCurrentIndex(self._offered.index(0))
