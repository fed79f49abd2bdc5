"""The view on a map: hands mouse and keys to the gesture under way.

It decides which gesture begins; gestures ask the editor for acts when they end. Nothing is written while a button is down.
Signals (GUI thread): `gesturing(on)` when a gesture begins or has ended; `present_wanted()` on F5, `search_wanted()` on Ctrl+F.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders import keyboard
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.stakeholders.interactions import DrawLine, Gesture, MoveCards, Pan, RubberBand
from desktop_crm.ui.stakeholders.items import CardItem
from desktop_crm.ui.stakeholders.paper import Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.stakeholders.wishes import MapWishes

ZOOM_STEP = 1.0015


class MapCanvas(Paper):
    """One map on the screen."""

    gesturing = Signal(bool)
    present_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, scene: MapScene, wishes: MapWishes, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.wishes = wishes
        self._gesture: Gesture | None = None
        self._space = False
        self._hovered: CardItem | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("map-canvas")
        self.setAccessibleName(tr("Stakeholder map"))

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way, if any."""
        return self._gesture

    def cancel_gesture(self) -> bool:
        """End the gesture under way without a trace; whether there was one."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return False
        gesture.cancel()
        self._restore_cursor()
        self.gesturing.emit(False)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self.cancel_gesture()
            return
        at = self.mapToScene(event.position().toPoint())
        self._gesture = self._beginning(event, at)
        if self._gesture is not None:
            self._hover(None)
            self.gesturing.emit(True)
            self._gesture.start(event, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        if self._gesture is not None:
            self._gesture.update(event, at)
        elif not self._space:
            self._hover(self.map_scene.card_at(at), at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(event, self.mapToScene(event.position().toPoint()))
            self._restore_cursor()
            self.gesturing.emit(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        card = self.map_scene.card_at(at)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if card is not None:
            self.wishes.edit_name(card.node.id)
        elif self.map_scene.relation_at(at) is None:
            self.wishes.offer_person(None, at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = self.mapToScene(event.pos())
        card = self.map_scene.card_at(at)
        if card is not None and card.node.id not in self.map_scene.chosen:
            self.map_scene.choose([card.node.id])
        self.wishes.menu(event.globalPos(), at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(turned.y() or turned.x(), 0)
        elif event.phase() is Qt.ScrollPhase.ScrollUpdate and not event.modifiers():
            moved = event.pixelDelta()
            self.pan_by(moved.x(), moved.y())
        else:
            self.zoom_by(ZOOM_STEP ** turned.y(), event.position().toPoint())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() == Qt.Key.Key_Escape:
            if not self.cancel_gesture():
                self.map_scene.choose([])
        elif event.key() == Qt.Key.Key_F5:
            self.present_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.search_wanted.emit()
        elif self._gesture is not None or keyboard.press(self, event):
            event.accept()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._restore_cursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space = False
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _beginning(self, event: QMouseEvent, at: QPointF) -> Gesture | None:
        """Which gesture a pressed button begins, by where it was pressed."""
        button = event.button()
        if button is Qt.MouseButton.MiddleButton or (button is Qt.MouseButton.LeftButton and self._space):
            return Pan(self)
        if button is not Qt.MouseButton.LeftButton:
            return None
        card = self.map_scene.card_at(at)
        if card is not None and card.on_border(at) and not event.modifiers():
            return DrawLine(self, card)
        if card is not None:
            return MoveCards(self, card)
        line = self.map_scene.relation_at(at)
        if line is not None:
            self.map_scene.choose([], line.edge.id)
            return None
        return RubberBand(self)

    def _hover(self, card: CardItem | None, at: QPointF | None = None) -> None:
        if card is not self._hovered:
            if self._hovered is not None and self._hovered.scene() is not None:
                self._hovered.put(CardState.HOVERED, False)
            if card is not None:
                card.put(CardState.HOVERED, True)
            self._hovered = card
            self.viewport().setToolTip(self.wishes.tip(card.node.id) if card is not None else "")
        cross = card is not None and at is not None and card.on_border(at)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if cross else Qt.CursorShape.ArrowCursor)

    def _restore_cursor(self) -> None:
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.ArrowCursor)
