"""The paper a map lies on: zoom around a place, pan by whole pixels, fit, and the dotted ground. Knows no gestures.

Signals (GUI thread): `looked(rect)` when another part of the scene is seen.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsView, QWidget

from desktop_crm.ui.stakeholders.card_painting import PLAIN_BELOW
from desktop_crm.ui.stakeholders.scene import MapScene

DOT_STEP = 24.0
TILE_DOTS = 8  # a large tile is laid faster than many small ones
ZOOM_MIN, ZOOM_MAX = 0.05, 3.0
CACHE_KB = 98304


class Paper(QGraphicsView):
    """A view set up as measured fastest: minimal updates, cards from the pixmap cache, a tile for the ground."""

    looked = Signal(object)

    def __init__(self, scene: MapScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.map_scene = scene
        self._dots: tuple[tuple[int, float], QPixmap] | None = None
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KB))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scene.sceneRectChanged.connect(self._on_scene_rect)

    @property
    def zoom(self) -> float:
        return self.transform().m11()

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
        self._choose_cache()
        self.looked.emit(self.seen())

    def fit(self, least: float = ZOOM_MIN) -> None:
        """The whole map on the screen, never larger than life and never smaller than `least`: then its top is seen."""
        rect = self.map_scene.people_rect().adjusted(-48.0, -48.0, 48.0, 48.0)
        size = self.viewport().size()
        if rect.isEmpty() or size.isEmpty():
            return
        wanted = min(size.width() / rect.width(), size.height() / rect.height(), 1.0)
        wanted = max(wanted, least)
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self._choose_cache()
        top = rect.top() if rect.height() * wanted < size.height() or least > ZOOM_MIN else None
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
            tile, start = self._dot_tile(), self.mapFromScene(QPointF(0.0, 0.0))
            side = round(tile.width() / tile.devicePixelRatio())
            off = QPoint((exposed.left() - start.x()) % side, (exposed.top() - start.y()) % side)
            painter.drawTiledPixmap(exposed, tile, off)
        else:
            painter.fillRect(exposed, self.map_scene.look.ground)
        painter.restore()
        self.map_scene.drawBackground(painter, QRectF(rect))

    def _choose_cache(self) -> None:
        """Plain boxes of far-off cards are drawn faster than kept; every zoom would make all their pictures anew."""
        kept = QGraphicsItem.CacheMode.DeviceCoordinateCache
        mode = kept if self.zoom >= PLAIN_BELOW else QGraphicsItem.CacheMode.NoCache
        cards = self.map_scene.cards.values()
        if next((card.cacheMode() for card in cards), mode) is not mode:
            for card in cards:
                card.setCacheMode(mode)

    def _dot_tile(self) -> QPixmap:
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
            self._dots = ((step, ratio), tile)
        return self._dots[1]

    def _hold(self, place: QPointF, at: QPoint) -> None:
        """Scroll until the scene position `place` is under the view position `at`."""
        off = self.mapFromScene(place) - at
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + off.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + off.y())

    def _on_scene_rect(self, _rect: QRectF) -> None:
        self.looked.emit(self.seen())
