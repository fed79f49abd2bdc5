"""Renaming a map from its header: a line over the title. Signals: `committed(name)`; Escape or an unchanged name says nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_crm.i18n import tr

MIN_WIDTH = 220
HEIGHT = 32


class MapNameEditor(QLineEdit):
    """Lies over `title` while it is open; a double click on the title opens it."""

    committed = Signal(str)

    def __init__(self, title: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title
        self._before = ""
        self.name = ""
        self.setAccessibleName(tr("Rename the map"))
        title.setToolTip(tr("Double-click to rename"))
        title.installEventFilter(self)
        self.hide()

    def edit(self) -> None:
        """Open with the name of the map."""
        self._before = self.name
        self.setText(self._before)
        parent = self.parentWidget()
        shown = self._title.isVisible()
        spot = self._title.mapTo(parent, QPoint(-6, -3)) if shown and parent is not None else QPoint(12, 10)
        self.setGeometry(spot.x(), max(spot.y(), 2), max(self._title.width() + 24, MIN_WIDTH), HEIGHT)
        self.show()
        self.raise_()
        self.setFocus()
        self.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.edit()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._commit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible():
            self._commit()

    def _commit(self) -> None:
        text = self.text().strip()
        self.hide()
        if text and text != self._before:
            self.committed.emit(text)
