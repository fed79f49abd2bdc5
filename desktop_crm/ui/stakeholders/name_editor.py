"""Editing a name in place, over its card. Signals: `committed(node_id, text)`; Escape or an unchanged text says nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders.canvas import MapCanvas

MIN_WIDTH = 150


class NameEditor(QLineEdit):
    """One line, as a child of the canvas's viewport."""

    committed = Signal(str, str)

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self._node_id = ""
        self._before = ""
        self.setAccessibleName(tr("Name of the person"))
        self.hide()

    def edit(self, node_id: str) -> None:
        """Open over a card."""
        card = self._canvas.map_scene.cards.get(node_id)
        if card is None:
            return
        self._node_id, self._before = node_id, card.node.label
        area: QRect = self._canvas.mapFromScene(card.mapRectToScene(QRectF(10.0, 6.0, 130.0, 24.0))).boundingRect()
        self.setGeometry(QRect(area.topLeft() - QPoint(2, 3), area.size()))
        self.resize(max(area.width(), MIN_WIDTH), 30)
        self.setText(self._before)
        self.selectAll()
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
            self._commit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible():
            self._commit()

    def _commit(self) -> None:
        text = self.text().strip()
        changed = text != self._before
        self._close()
        if changed:
            self.committed.emit(self._node_id, text)

    def _close(self) -> None:
        self.hide()
        self._canvas.setFocus()
