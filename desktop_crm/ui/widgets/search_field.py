"""A line to search in: a magnifier, a way to clear it, and a wish told only after a short pause in typing."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.theme import current, icon

PAUSE_MS = 120


class SearchField(QLineEdit):
    """Signals: `searched(text)` after a pause (0: at once), at once on Enter or when emptied; `left()` on Escape or arrow down."""

    searched = Signal(str)
    left = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None, *, pause_ms: int = PAUSE_MS) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setProperty("role", "search")
        self._clear = self.addAction(icon("close", current().ink_3), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText(tr("Clear"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        glass = self.addAction(icon("search", current().ink_3), QLineEdit.ActionPosition.LeadingPosition)
        glass.setText(tr("Search"))
        self._told = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(pause_ms)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._on_text)
        self.returnPressed.connect(self._tell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Down}:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _on_text(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if text and self._pause.interval():
            self._pause.start()
        else:
            self._tell()

    def _tell(self) -> None:
        self._pause.stop()
        text = self.text().strip()
        if text != self._told:
            self._told = text
            self.searched.emit(text)
