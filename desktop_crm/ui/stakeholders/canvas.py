"""The view on a map: zoom to the cursor, pan, dotted ground; hands mouse and keys to the gesture under way.

It decides which gesture begins; gestures ask the editor for acts when they end. Nothing is written while a button is down.
Signals (GUI thread): `add_requested(boss_id or None, scene place)`, `edit_requested(node_id)`, `escaped()`,
`looked(rect)` when another part of the scene is seen, `gesturing(on)` when a gesture begins or has ended.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QPixmapCache,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders import keyboard
from desktop_crm.ui.stakeholders.card_painting import PLAIN_BELOW, CardState
from desktop_crm.ui.stakeholders.interactions import DrawLine, Gesture, MoveCards, Pan, RubberBand
from desktop_crm.ui.stakeholders.items import CardItem
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.stakeholders.wishes import MapWishes

DOT_STEP = 24.0
TILE_DOTS = 8  # a large tile is laid faster than many small ones
ZOOM_MIN, ZOOM_MAX = 0.05, 3.0
ZOOM_STEP = 1.0015
KEY_ZOOM = 1.2
CACHE_KB = 98304


class MapCanvas(QGraphicsView):
    """One map on the screen."""

    add_requested = Signal(object, object)
    edit_requested = Signal(str)
    escaped = Signal()
    looked = Signal(object)
    gesturing = Signal(bool)

    def __init__(self, scene: MapScene, wishes: MapWishes, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.map_scene = scene
        self.wishes = wishes
        self._gesture: Gesture | None = None
        self._space = False
        self._hovered: CardItem | None = None
        self._dots: tuple[tuple[int, float], QBrush] | None = None
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KB))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("map-canvas")
        self.setAccessibleName(tr("Stakeholder map"))
        scene.sceneRectChanged.connect(self._on_scene_rect)

    @property
    def zoom(self) -> float:
        return self.transform().m11()

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way, if any."""
        return self._gesture

    def seen(self) -> QRectF:
        """The part of the scene that is on the screen."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom so that what is under `at` (the middle by default) stays there."""
        anchor = at if at is not None else self.viewport().rect().center()
        before = self.mapToScene(anchor)
        wanted = min(max(self.zoom * factor, ZOOM_MIN), ZOOM_MAX)
        if abs(wanted - 1.0) < 0.02:
            wanted = 1.0
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self._hold(before, anchor)
        self.looked.emit(self.seen())

    def fit(self) -> None:
        """The whole map on the screen, never larger than life."""
        rect = self.map_scene.people_rect().adjusted(-48.0, -48.0, 48.0, 48.0)
        size = self.viewport().size()
        if rect.isEmpty() or size.isEmpty():
            return
        wanted = min(size.width() / rect.width(), size.height() / rect.height(), 1.0)
        wanted = max(wanted, ZOOM_MIN)
        self.scale(wanted / self.zoom, wanted / self.zoom)
        top = rect.top() if rect.height() * wanted < size.height() else None
        self._hold(rect.center(), self.viewport().rect().center())
        if top is not None:
            self._hold(QPointF(rect.center().x(), top), QPoint(size.width() // 2, 8))
        self.looked.emit(self.seen())

    def show_card(self, node_id: str) -> None:
        """Scroll just so far that a card is seen."""
        card = self.map_scene.cards.get(node_id)
        if card is not None:
            self.ensureVisible(card.sceneBoundingRect(), 24, 24)
            self.looked.emit(self.seen())

    def pan_by(self, dx: int, dy: int) -> None:
        """Move the paper by whole pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - dx)
        down.setValue(down.value() - dy)
        self.looked.emit(self.seen())

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
            self.edit_requested.emit(card.node.id)
        elif self.map_scene.relation_at(at) is None:
            self.add_requested.emit(None, at)

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
                self.escaped.emit()
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.looked.emit(self.seen())

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Ground and dots in device pixels (a tile, so that a strip costs one call), then the scene's grid."""
        painter.save()
        painter.resetTransform()
        exposed = self.mapFromScene(QRectF(rect)).boundingRect().adjusted(-2, -2, 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.zoom >= PLAIN_BELOW:
            painter.setBrushOrigin(self.mapFromScene(QPointF(0.0, 0.0)))
            painter.fillRect(exposed, self._dot_brush())
        else:
            painter.fillRect(exposed, self.map_scene.look.ground)
        painter.restore()
        self.map_scene.drawBackground(painter, QRectF(rect))

    def _dot_brush(self) -> QBrush:
        step, ratio = max(round(DOT_STEP * self.zoom), 8), self.devicePixelRatioF()
        if self._dots is None or self._dots[0] != (step, ratio):
            side = round(step * TILE_DOTS * ratio)
            tile = QPixmap(side, side)
            tile.setDevicePixelRatio(ratio)
            tile.fill(self.map_scene.look.ground)
            pen = QPainter(tile)
            pen.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen.setPen(Qt.PenStyle.NoPen)
            pen.setBrush(self.map_scene.look.dots)
            for index in range(TILE_DOTS * TILE_DOTS):
                across, down = index % TILE_DOTS, index // TILE_DOTS
                pen.drawEllipse(QPointF((across + 0.5) * step, (down + 0.5) * step), 1.0, 1.0)
            pen.end()
            self._dots = ((step, ratio), QBrush(tile))
        return self._dots[1]

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

    def _hold(self, place: QPointF, at: QPoint) -> None:
        """Scroll until the scene position `place` is under the view position `at`."""
        off = self.mapFromScene(place) - at
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + off.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + off.y())

    def _on_scene_rect(self, _rect: QRectF) -> None:
        self.looked.emit(self.seen())
