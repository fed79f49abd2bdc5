"""Cards: white surfaces with a thin line, a bold section title and, for figures, one number that counts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.pill import Pill


class Card(QFrame):
    """A surface with an optional title; put content into `body`, things at the right of the title into `corner`."""

    def __init__(self, title: str = "", hint: str = "", parent: QWidget | None = None, *, sunken: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "well" if sunken else "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 12, 14, 14)
        self.body.setSpacing(8)
        self.corner = QHBoxLayout()
        self.corner.setSpacing(8)
        if title:
            head = QHBoxLayout()
            head.setSpacing(8)
            self.title = label(title, "section")
            head.addWidget(self.title)
            if hint:
                head.addWidget(label(hint, "hint"), 0, Qt.AlignmentFlag.AlignBottom)
            head.addStretch(1)
            head.addLayout(self.corner)
            self.body.addLayout(head)

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        if isinstance(content, QWidget):
            self.body.addWidget(content, stretch)
        else:
            self.body.addLayout(content, stretch)


class KpiCard(QFrame):
    """One figure: what it is, how much, and a line that explains it. The exact figure shows on hover.

    Signals: `opened()` when it is pressed or Enter is on it, once `leads_to` has said where that leads.
    """

    opened = Signal()

    def __init__(
        self, name: str, figure: str = "–", hint: str = "", exact: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 11, 14, 12)
        box.setSpacing(2)
        self._name = ElidedLabel(name, "label")
        self._figure = label(figure, "figure")
        self._hint = label(hint, "hint", wrap=True)  # a second line, rather than a figure that is cut
        self._mood = Pill()
        self._mood.hide()
        line = FlowRow()  # in a narrow card the pill goes below the figure
        line.addWidget(self._figure)
        line.addWidget(self._mood)
        box.addWidget(self._name)
        box.addLayout(line)
        box.addWidget(self._hint)
        box.addStretch(1)
        self.show_figure(figure, hint, exact)

    def show_figure(self, figure: str, hint: str = "", exact: str = "") -> None:
        self._figure.setText(figure)
        self._figure.setToolTip(exact)
        self._hint.setText(hint)
        self.setAccessibleName(f"{self._name.whole()}: {exact or figure}")

    def leads_to(self, where: str) -> None:
        """The figure can be pressed; `where` says what that shows."""
        self.setProperty("leads", "true")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleDescription(where)
        self.setToolTip(where)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self.property("leads"):
            self.opened.emit()

    def show_pill(self, text: str, mood: Mood) -> None:
        self._mood.show_state(text, mood)
        self._mood.setVisible(bool(text))
