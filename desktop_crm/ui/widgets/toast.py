"""A short word at the bottom of the window about what was just done, with a way to undo it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label

STAY_MS = 6000
HEIGHT = 34
LIFT = 3
"""It lies on the quiet line at the bottom, where no figure and no button is."""


class Toast(QFrame):
    """Lives on a window and stays at its bottom centre; one word at a time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "toast")
        self.setObjectName("toast")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 8, 0)
        self._row.setSpacing(10)
        self._text = label("")
        self._row.addWidget(self._text)
        self._button = button("", self._act)
        self._row.addWidget(self._button)
        self._wanted: Callable[[], object] | None = None
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.setInterval(STAY_MS)
        self._stay.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def tell(self, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a word; `action` is the button's text, `act` what it does."""
        self._text.setText(text)
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))
        self._wanted = act
        self.setAccessibleName(text)
        self.setFixedHeight(HEIGHT)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._stay.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._stay.stop()
        super().hideEvent(event)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is not None:
            self.move((window.width() - self.width()) // 2, window.height() - self.height() - LIFT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _act(self) -> None:
        self.hide()
        if self._wanted is not None:
            self._wanted()
