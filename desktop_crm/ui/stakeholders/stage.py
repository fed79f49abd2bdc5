"""The canvas with what lies over it: overview, zoom buttons, the panel for adding, the invitation on an empty map."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders.add_person import AddPerson
from desktop_crm.ui.stakeholders.canvas import MapCanvas
from desktop_crm.ui.stakeholders.card_painting import CARD
from desktop_crm.ui.stakeholders.editor import MapEditor
from desktop_crm.ui.stakeholders.minimap import Minimap
from desktop_crm.ui.stakeholders.name_editor import NameEditor
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.stakeholders.search_box import SearchBox
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.states import EmptyState

EDGE = 14


class MapStage(QWidget):
    """Places its parts by hand: they float over the canvas."""

    def __init__(self, context: UiContext, scene: MapScene, editor: MapEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = MapCanvas(scene, editor, self)
        self.minimap = Minimap(scene, self)
        self.canvas.float_over(self.minimap)
        self.minimap.wanted.connect(self._centre_on)
        self.canvas.looked.connect(self._on_looked)
        scene.moved.connect(self._place_minimap)
        scene.chosen_changed.connect(self._place_minimap)
        self.name_editor = NameEditor(self.canvas)
        self.add_panel = AddPerson(context, self)
        self.add_panel.closed.connect(self.canvas.setFocus)
        self.search = SearchBox(self.canvas, self)
        self.search.closed.connect(self.canvas.setFocus)
        self.search.move(EDGE, EDGE)
        self.start = button(tr("Add the first person"), kind="plain", icon_name="plus")
        self.empty = EmptyState(
            tr("Nobody is on this map yet"),
            tr("Add whoever you talk to first. Then: who do they report to, who decides, who is against us?"),
            (self.start,),
            icon_name="map",
            parent=self,
        )
        self.empty.hide()
        self.zoom_bar = self._zoom_buttons()
        self.canvas.float_over(self.zoom_bar)

    def show_empty(self, on: bool) -> None:
        """Invite to the first step, or not."""
        self.empty.setVisible(on)
        self._place_minimap()
        self.zoom_bar.setVisible(not on)

    def place_add_panel(self, near: str | None, at: QPointF | None) -> None:
        """Put the panel for adding below a card, at a scene place, or under the header at the right."""
        panel, canvas = self.add_panel, self.canvas
        card = canvas.map_scene.cards.get(near) if near is not None else None
        if at is not None:
            spot = canvas.mapFromScene(at)
        elif card is not None:
            canvas.show_card(card.node.id)
            spot = canvas.mapFromScene(card.pos() + CARD.bottomLeft()) + QPoint(0, 8)
        else:
            spot = QPoint(self.width() - panel.width() - EDGE, EDGE)
        panel.adjustSize()
        room = QRectF(EDGE, EDGE, self.width() - panel.width() - 2 * EDGE, self.height() - 260.0)
        panel.move(
            round(min(max(float(spot.x()), room.left()), max(room.right(), room.left()))),
            round(min(max(float(spot.y()), room.top()), max(room.bottom(), room.top()))),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        self.empty.setGeometry(self.rect())
        self._place_minimap()
        self.zoom_bar.adjustSize()
        self.zoom_bar.move(EDGE, self.height() - self.zoom_bar.height() - EDGE)

    def _on_looked(self, seen: QRectF) -> None:
        self.minimap.show_seen(seen)
        self._place_minimap()

    def _place_minimap(self) -> None:
        """Only where there is more than what is seen; in the upper corner when it would cover who is chosen."""
        people, canvas = self.canvas.map_scene.people_rect(), self.canvas
        self.minimap.setVisible(not self.empty.isVisibleTo(self) and not canvas.seen().contains(people))
        spot = QRect(QPoint(0, 0), self.minimap.size())
        spot.moveBottomRight(self.rect().bottomRight() - QPoint(EDGE, EDGE))
        cards = canvas.map_scene.cards
        chosen = [cards[one].sceneBoundingRect() for one in canvas.map_scene.chosen if one in cards]
        if any(canvas.mapFromScene(card).boundingRect().intersects(spot) for card in chosen):
            spot.moveTop(EDGE)
        self.minimap.move(spot.topLeft())

    def _zoom_buttons(self) -> QFrame:
        bar = QFrame(self)
        bar.setProperty("role", "popup")
        row = QHBoxLayout(bar)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(1)
        for name, tip, act in (
            ("zoom_out", tr("Zoom out"), self._smaller),
            ("fit", tr("Show the whole map"), self.canvas.fit),
            ("zoom_in", tr("Zoom in"), self._larger),
        ):
            made = icon_button(name, tip, act)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(made)
        return bar

    def _smaller(self) -> None:
        self.canvas.zoom_by(0.8)

    def _larger(self) -> None:
        self.canvas.zoom_by(1.25)

    def _centre_on(self, place: QPointF) -> None:
        self.canvas.centerOn(place)
        self.minimap.show_seen(self.canvas.seen())
