"""Lines of cards that do something when pressed, by mouse or keyboard: any act, or opening the record they stand for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_crm.ui.runtime.context import UiContext


class ActRow(QFrame):
    """Without an act it is a line like any other."""

    def __init__(self, act: Callable[[], object] | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act = act
        self.setProperty("role", "openable")
        if act is not None:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def open(self) -> None:
        if self._act is not None:
            self._act()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.open()
        else:
            super().keyPressEvent(event)


class OpenableRow(ActRow):
    """Opens its record."""

    def __init__(self, context: UiContext, entity: str, row_id: str, parent: QWidget | None = None) -> None:
        act = partial(context.routes.open, entity, row_id) if context.routes.can_open(entity) else None
        super().__init__(act, parent)
