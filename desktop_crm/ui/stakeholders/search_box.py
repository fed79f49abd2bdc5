"""Search within the map: names, titles, departments, roles and notes; what is found is marked, Enter goes from one to the next.

Signals: `closed()`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop_crm.domain import text as texts
from desktop_crm.domain.stakeholders.values import NodeView
from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.canvas import MapCanvas
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.labels import label

WIDTH = 300


class SearchBox(QFrame):
    """Floats over the map. Escape closes it and takes the marks away."""

    closed = Signal()

    def __init__(self, canvas: MapCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setObjectName("map-search")
        self.setFixedWidth(WIDTH)
        self._canvas = canvas
        self._found: list[str] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 8, 8)
        row.setSpacing(6)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find on the map"))
        self.line.setAccessibleName(tr("Find on the map"))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.count = label("", "hint")
        row.addWidget(self.line, 1)
        row.addWidget(self.count)
        row.addWidget(icon_button("close", tr("Close"), self.close_box))
        self.hide()

    def ask(self) -> None:
        """Open, with what was searched for last chosen to be typed over."""
        self.adjustSize()
        self.show()
        self.raise_()
        self.line.setFocus()
        self.line.selectAll()
        self._search(self.line.text())

    def close_box(self) -> None:
        """Close and take the marks away."""
        if self.isVisible():
            self.hide()
            self._canvas.map_scene.mark({})
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_box()
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._next(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        scene = self._canvas.map_scene
        wanted = text.split()
        found = [
            node_id for node_id, card in scene.cards.items() if wanted and all(meant(card.node, one) for one in wanted)
        ]
        found.sort(key=lambda one: (scene.cards[one].y(), scene.cards[one].x()))
        self._found = found
        scene.mark(dict.fromkeys(found, CardState.FOUND))
        self.count.setText(str(len(found)) if wanted else "")
        if found:
            self._canvas.show_card(found[0])

    def _next(self, step: int) -> None:
        if not self._found:
            return
        scene = self._canvas.map_scene
        here = next((place for place, one in enumerate(self._found) if one in scene.chosen), -1 if step > 0 else 0)
        one = self._found[(here + step) % len(self._found)]
        scene.choose([one])
        self._canvas.show_card(one)


def meant(node: NodeView, word: str) -> bool:
    """Whether a card is meant by a word; initial consonants mean what is short, since they are found in every long note."""
    short = (words.name_of(node), node.title, node.department, words.pill_of(node))
    long = () if texts.is_initials(word) else (node.note, node.goals, node.pains)
    return any(texts.fits(part, word) for part in (*short, *long) if part)
