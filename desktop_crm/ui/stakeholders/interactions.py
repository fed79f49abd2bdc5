"""Gestures on the map: move cards, draw a line, rubber band, pan. Each is an object with start, update, end and cancel.

A gesture previews on the scene; `end` hands one wish to the editor, `cancel` leaves no trace. It writes nothing itself.
"""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsRectItem

from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.stakeholders.items import CardItem
from desktop_crm.ui.stakeholders.looks import mixed
from desktop_crm.ui.stakeholders.wishes import MapSurface

SNAP = 5.0
"""How near, in scene units, a card must come to stand in line with another."""
GHOST_Z = 3.0
LIFTED_Z = 4.0
ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _snap(lanes: list[float], value: float) -> float:
    """How far it is to the nearest lane; 0 when none is near."""
    place = bisect_left(lanes, value)
    near = min(lanes[max(place - 1, 0) : place + 1], key=lambda lane: abs(lane - value), default=value)
    return near - value if abs(near - value) <= SNAP else 0.0


class Gesture:
    """From the press of a button to its release."""

    def __init__(self, canvas: MapSurface) -> None:
        self.canvas = canvas
        self.scene = canvas.map_scene
        self.pressed = QPoint()
        self.began = False

    def start(self, event: QMouseEvent, at: QPointF) -> None:
        """The button went down at a scene position."""
        self.pressed = event.position().toPoint()

    def update(self, event: QMouseEvent, at: QPointF) -> None:
        """The mouse moved."""

    def end(self, event: QMouseEvent, at: QPointF) -> None:
        """The button came up."""

    def cancel(self) -> None:
        """As if it had never begun."""

    def far_enough(self, event: QMouseEvent) -> bool:
        """Whether the hand has moved on purpose; stays true once it has."""
        if not self.began:
            way = event.position().toPoint() - self.pressed
            self.began = way.manhattanLength() >= QApplication.startDragDistance()
        return self.began


class MoveCards(Gesture):
    """A press on a card chooses it; a drag moves all chosen cards; a drop on another card asks for reports-to."""

    def __init__(self, canvas: MapSurface, card: CardItem) -> None:
        super().__init__(canvas)
        self._card = card
        self._from = QPointF()
        self._before = self.scene.chosen
        self._line_before = self.scene.chosen_line
        self._homes: dict[str, QPointF] = {}
        self._lanes: tuple[list[float], list[float]] = ([], [])
        self._goal: CardItem | None = None

    def start(self, event: QMouseEvent, at: QPointF) -> None:
        super().start(event, at)
        self._from = at
        node_id = self._card.node.id
        if event.modifiers() & ADDING:
            self.scene.choose(self._before ^ {node_id})
        elif node_id not in self._before:
            self.scene.choose([node_id])

    def update(self, event: QMouseEvent, at: QPointF) -> None:
        if not self.far_enough(event):
            return
        if not self._homes:
            self._lift()
        way = self._way(event, at)
        self.scene.preview({node_id: home + way for node_id, home in self._homes.items()})
        if self.scene.frame is None:  # in the grid a drop means the cell, also on top of somebody
            self._aim(self.scene.card_at(at, self._homes))

    def end(self, event: QMouseEvent, at: QPointF) -> None:
        if not self._homes:
            if not event.modifiers() & ADDING:
                self.scene.choose([self._card.node.id])
            return
        goal, moved = self._goal, list(self._homes)
        way = self._way(event, at) if goal is None else at - self._from
        places = {node_id: home + way for node_id, home in self._homes.items()}
        self._drop()
        if goal is None:
            self.canvas.wishes.move_cards(places, at)
            return
        self.scene.settle()
        self.canvas.wishes.report_to(moved, goal.node.id)  # one that closes a circle is refused with the way it runs

    def cancel(self) -> None:
        self._drop()
        self.scene.settle()
        self.scene.choose(self._before, self._line_before)

    def _lift(self) -> None:
        chosen = self.scene.with_members(self.scene.chosen or {self._card.node.id})
        self._lanes = self.scene.lanes(chosen) if self.scene.is_free else ([], [])
        self._homes = {node_id: self.scene.cards[node_id].pos() for node_id in chosen}
        for node_id in self._homes:
            self.scene.cards[node_id].setZValue(LIFTED_Z)

    def _way(self, event: QMouseEvent, at: QPointF) -> QPointF:
        """How far the cards are moved; on free ground the card in hand snaps to the lanes of others, unless Alt is held."""
        way = at - self._from
        if event.modifiers() & Qt.KeyboardModifier.AltModifier or self._card.node.id not in self._homes:
            return way
        corner = self._homes[self._card.node.id] + way
        return way + QPointF(_snap(self._lanes[0], corner.x()), _snap(self._lanes[1], corner.y()))

    def _drop(self) -> None:
        self._aim(None)
        for node_id in self._homes:
            card = self.scene.cards.get(node_id)
            if card is not None:
                card.setZValue(2.0)
        self._homes = {}

    def _aim(self, goal: CardItem | None) -> None:
        if goal is self._goal:
            return
        if self._goal is not None:
            self._goal.put(CardState.WELCOME | CardState.REFUSED, False)
        self._goal = goal
        if goal is not None:
            allowed = self.canvas.wishes.may_report_to(self._homes, goal.node.id)
            goal.put(CardState.WELCOME if allowed else CardState.REFUSED, True)


class DrawLine(Gesture):
    """A drag from a card's edge draws a line; on another card its kind is asked for, on free ground a person."""

    def __init__(self, canvas: MapSurface, card: CardItem) -> None:
        super().__init__(canvas)
        self._card = card
        self._ghost: QGraphicsPathItem | None = None
        self._goal: CardItem | None = None

    def update(self, event: QMouseEvent, at: QPointF) -> None:
        if not self.far_enough(event):
            return
        if self._ghost is None:
            self._ghost = QGraphicsPathItem()
            pen = QPen(self.scene.look.accent, 2.0, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            self._ghost.setPen(pen)
            self._ghost.setZValue(GHOST_Z)
            self.scene.addItem(self._ghost)
        path = QPainterPath(self._card.middle())
        path.lineTo(at)
        self._ghost.setPath(path)
        self._aim(self.scene.card_at(at, [self._card.node.id]))

    def end(self, event: QMouseEvent, at: QPointF) -> None:
        goal, drawn = self._goal, self._ghost is not None
        self.cancel()
        if not drawn:
            self.scene.choose([self._card.node.id])
        elif goal is not None:
            self.canvas.wishes.offer_line(self._card.node.id, goal.node.id, event.globalPosition().toPoint())
        elif self.scene.card_at(at) is None:
            self.canvas.wishes.offer_person(self._card.node.id, at)

    def cancel(self) -> None:
        self._aim(None)
        if self._ghost is not None:
            self.scene.removeItem(self._ghost)
            self._ghost = None

    def _aim(self, goal: CardItem | None) -> None:
        if goal is not self._goal:
            if self._goal is not None:
                self._goal.put(CardState.WELCOME, False)
            if goal is not None:
                goal.put(CardState.WELCOME, True)
            self._goal = goal


class RubberBand(Gesture):
    """A drag over free ground chooses the cards it touches; with Ctrl or Shift on top of those chosen. A click chooses none."""

    def __init__(self, canvas: MapSurface) -> None:
        super().__init__(canvas)
        self._before = self.scene.chosen
        self._line_before = self.scene.chosen_line
        self._from = QPointF()
        self._band: QGraphicsRectItem | None = None

    def start(self, event: QMouseEvent, at: QPointF) -> None:
        super().start(event, at)
        self._from = at

    def update(self, event: QMouseEvent, at: QPointF) -> None:
        if not self.far_enough(event):
            return
        if self._band is None:
            look = self.scene.look
            self._band = QGraphicsRectItem()
            pen = QPen(look.accent, 1.0)
            pen.setCosmetic(True)
            self._band.setPen(pen)
            veil = mixed(look.tokens.accent_soft, look.tokens.accent, 0.1)
            veil.setAlpha(90)
            self._band.setBrush(veil)
            self._band.setZValue(GHOST_Z)
            self.scene.addItem(self._band)
        rect = QRectF(self._from, at).normalized()
        self._band.setRect(rect)
        inside = self.scene.cards_in(rect)
        self.scene.choose(self._before | inside if event.modifiers() & ADDING else inside)

    def end(self, event: QMouseEvent, at: QPointF) -> None:
        if self._band is None and not event.modifiers() & ADDING:
            self.scene.choose([])
        self._take_away()

    def cancel(self) -> None:
        self._take_away()
        self.scene.choose(self._before, self._line_before)

    def _take_away(self) -> None:
        if self._band is not None:
            self.scene.removeItem(self._band)
            self._band = None


class Pan(Gesture):
    """The paper follows the hand."""

    def __init__(self, canvas: MapSurface) -> None:
        super().__init__(canvas)
        self._last = QPoint()
        self._moved = QPoint()

    def start(self, event: QMouseEvent, at: QPointF) -> None:
        super().start(event, at)
        self._last = self.pressed
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def update(self, event: QMouseEvent, at: QPointF) -> None:
        here = event.position().toPoint()
        way = here - self._last
        self._last = here
        self._moved += way
        self.canvas.pan_by(way.x(), way.y())

    def cancel(self) -> None:
        self.canvas.pan_by(-self._moved.x(), -self._moved.y())
