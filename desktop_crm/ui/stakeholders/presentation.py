"""A map shown to others: full screen, nothing but the map and its name in larger type, chosen people hidden.

Keys: Escape ends it, the arrows go through the layouts, H hides whoever was clicked, Backspace shows all of them again,
T shows or hides what we think of people, unless the team's setting says that attitudes stay. It changes nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.showing import without, without_thoughts
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.paper import ZOOM_MAX, Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme import current
from desktop_crm.ui.widgets.labels import label

TITLE_PX = 34
LARGEST = 1.8
_LAYOUTS = tuple(MapLayout)


class Presentation(QWidget):
    """A window of its own; `hidden` are the ids of people who are left out, `thoughts` whether attitudes are shown."""

    def __init__(self, view: MapView, hidden: frozenset[str], *, thoughts: bool) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "surface")
        self.setObjectName("presentation")
        self.setWindowTitle(view.name)
        self._view = view
        self.hidden_people = set(hidden)
        self.thoughts = thoughts and not view.attitudes_stay
        self.shown_layout = view.layout
        self.scene = MapScene(MapLook(current()), self)
        self.paper = Paper(self.scene)
        self.paper.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.paper.viewport().installEventFilter(self)
        self.title = QLabel(view.name)
        self.title.setStyleSheet(f"font-size: {TITLE_PX}px; font-weight: 700;")
        keys = (
            tr("Esc ends · arrows: layouts · click and H: hide")
            if view.attitudes_stay
            else tr("Esc ends · arrows: layouts · click and H: hide · T: what we think")
        )
        self.keys = label(keys, "hint")
        box = QVBoxLayout(self)
        box.setContentsMargins(40, 28, 40, 16)
        box.setSpacing(12)
        box.addWidget(self.title)
        box.addWidget(self.paper, 1)
        box.addWidget(self.keys)
        self._show()

    @property
    def shown_view(self) -> MapView:
        """What is on the screen."""
        view = without(self._view, self.hidden_people)
        return view if self.thoughts else without_thoughts(view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            step = 1 if key in {Qt.Key.Key_Right, Qt.Key.Key_PageDown} else -1
            self.shown_layout = _LAYOUTS[(_LAYOUTS.index(self.shown_layout) + step) % len(_LAYOUTS)]
            self._show()
        elif key == Qt.Key.Key_H:
            self.hidden_people |= self.scene.chosen
            self._show()
        elif key == Qt.Key.Key_Backspace:
            self.hidden_people.clear()
            self._show()
        elif key == Qt.Key.Key_T:
            self.thoughts = not self.thoughts and not self._view.attitudes_stay
            self._show()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            card = self.scene.card_at(self.paper.mapToScene(event.position().toPoint()))
            self.scene.choose([card.node.id] if card is not None else [])
            return True
        if event.type() == QEvent.Type.Resize:
            self._fill()
        return False

    def _show(self) -> None:
        view = self.shown_view
        self.scene.show_map(view, arrange(view, self.shown_layout))
        self._fill()

    def _fill(self) -> None:
        """As large as the screen allows: type that is read from the last row."""
        self.paper.fit()
        rect, room = self.scene.people_rect(), self.paper.viewport().size()
        if not rect.isEmpty():
            most = min(room.width() / (rect.width() + 80.0), room.height() / (rect.height() + 80.0), LARGEST, ZOOM_MAX)
            if most > self.paper.zoom:
                self.paper.zoom_by(most / self.paper.zoom)
                self.paper.centerOn(rect.center())
