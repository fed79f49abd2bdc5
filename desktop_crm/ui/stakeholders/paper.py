"""The paper a map lies on: zoom around a place, pan by whole pixels, fit, and the dotted ground. Knows no gestures.

Signals (GUI thread): `looked(rect)` when another part of the scene is seen.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QPixmapCache, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsView, QWidget
from shiboken6 import isValid

from desktop_crm.ui.stakeholders.card_painting import NAMED_ABOVE, PLAIN_BELOW
from desktop_crm.ui.stakeholders.items import CardItem
from desktop_crm.ui.stakeholders.scene import MapScene, beginning

DOT_STEP = 24.0
TILE_DOTS = 8  # a large tile is laid faster than many small ones
ZOOM_MIN, ZOOM_MAX = 0.02, 3.0
CACHE_KB = 98304
FEW_PARTS = 4
FLOOR = 56
"""So high a strip at the lower edge belongs to what floats there: a card brought into sight, or a whole map, stays above it."""
SHARP_MS = 120
"""So long after the last step of a zoom the pictures of cards are made sharp."""


class Paper(QGraphicsView):
    """A view set up as measured fastest: one rectangle is painted anew, cards come from the pixmap cache, the ground from a sheet."""

    looked = Signal(object)

    def __init__(self, scene: MapScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.map_scene = scene
        self._dots: tuple[tuple[int, float, int, int], QPixmap] | None = None
        self._rests = False
        """Whether the ground is a whole sheet, not a tile."""
        self._strips: list[QRect] = []
        """The parts of the view that are painted anew at this moment: a ground laid only there is laid faster."""
        self._floating: list[QWidget] = []
        self._blurred: list[CardItem] = []
        self._sharp = QTimer(self)
        self._sharp.setSingleShot(True)
        self._sharp.setInterval(SHARP_MS)
        self._sharp.timeout.connect(self._sharpen)
        self._gathered: QPoint | None = None
        """How far both ways of a pan go together; None when none is under way."""
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KB))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(
            False
        )  # the ground covers all; filling it before would be done for nothing
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
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
        self._blur()
        self.looked.emit(self.seen())

    def fit(self, least: float = ZOOM_MIN) -> None:
        """The whole map on the screen, never larger than life and never smaller than `least`: then its beginning is seen."""
        rect = self.map_scene.people_rect().adjusted(-48.0, -48.0, 48.0, 48.0)
        size = self.viewport().size() - QSize(0, FLOOR)
        if rect.isEmpty() or size.isEmpty():
            return
        wanted = min(size.width() / rect.width(), size.height() / rect.height(), 1.0)
        wanted = max(wanted, least)
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self._choose_cache()
        if least > ZOOM_MIN:
            across = rect.center().x() if rect.width() * wanted <= size.width() else beginning(self.map_scene, rect)
            room = size.width() / wanted / 2
            across = min(max(across, rect.left() + room), max(rect.right() - room, rect.left() + room))
            self._hold(QPointF(across, rect.top()), QPoint(size.width() // 2, 8))
        elif rect.height() * wanted < size.height():
            self._hold(QPointF(rect.center().x(), rect.top()), QPoint(size.width() // 2, 8))
        else:
            self._hold(rect.center(), QPoint(size.width() // 2, size.height() // 2))
        self.looked.emit(self.seen())

    def show_card(self, node_id: str) -> None:
        """Scroll just so far that a card is seen."""
        card = self.map_scene.cards.get(node_id)
        if card is not None:
            self.ensureVisible(card.sceneBoundingRect(), 24, FLOOR)
            self.looked.emit(self.seen())

    def pan_by(self, dx: int, dy: int) -> None:
        """Move the paper by whole pixels; both ways at once, since each move carries the whole picture along."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        self._gathered = QPoint()
        across.setValue(across.value() - dx)
        down.setValue(down.value() - dy)
        way, self._gathered = self._gathered, None
        if not way.isNull():
            self.scrollContentsBy(way.x(), way.y())
        self.looked.emit(self.seen())

    def float_over(self, widget: QWidget) -> None:
        """Let a widget lie over the paper. One beside it would be in the way: with it nothing of a pan is kept, all is painted anew."""
        widget.setParent(self.viewport())
        self._floating.append(widget)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._gathered is not None:
            self._gathered += QPoint(dx, dy)
            return
        super().scrollContentsBy(dx, dy)
        for widget in self._floating:  # a pan takes them along with the picture
            widget.move(widget.pos() - QPoint(dx, dy))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, region = self.map_scene.look, event.region()
        if region.rectCount() <= FEW_PARTS:
            self._strips = list(region)  # type: ignore[call-overload]
            look.anew = [self.mapToScene(part).boundingRect() for part in self._strips]
        super().paintEvent(event)
        self._strips, look.anew = [], None

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
            step, start = max(round(DOT_STEP * self.zoom), 8), self.mapFromScene(QPointF(0.0, 0.0))
            ground = self._sheet(step)
            for part in self._strips or (exposed,):
                off = QPoint((part.left() - start.x()) % step, (part.top() - start.y()) % step)
                if self._rests:
                    ratio = ground.devicePixelRatio()
                    piece = QRectF(QPointF(off) * ratio, QSizeF(part.size()) * ratio)
                    painter.setClipRect(part)  # one rectangle is copied eight times faster than two that are cut out
                    painter.drawPixmap(QRectF(part), ground, piece)
                else:
                    painter.drawTiledPixmap(part, ground, off)
        else:
            painter.fillRect(exposed, self.map_scene.look.ground)
        painter.restore()
        self.map_scene.drawBackground(painter, QRectF(rect))

    def _blur(self) -> None:
        """While the zoom goes on, the pictures that the seen cards have are scaled; sharp ones are made when it rests."""
        if self.zoom < PLAIN_BELOW:
            return
        for item in self.items(self.viewport().rect()):
            if isinstance(item, CardItem) and item.cacheMode() is not QGraphicsItem.CacheMode.ItemCoordinateCache:
                item.setCacheMode(QGraphicsItem.CacheMode.ItemCoordinateCache)
                self._blurred.append(item)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._sharp.start()

    def _sharpen(self) -> None:
        kept = QGraphicsItem.CacheMode.DeviceCoordinateCache
        mode = kept if self.zoom >= PLAIN_BELOW else QGraphicsItem.CacheMode.NoCache
        for item in self._blurred:
            if isValid(item):
                item.setCacheMode(mode)
        self._blurred.clear()
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _choose_cache(self) -> None:
        """Plain boxes of far-off cards are drawn faster than kept; every zoom would make all their pictures anew."""
        far = self.zoom < NAMED_ABOVE
        if far is not self.map_scene.sheet.isVisible():
            self.map_scene.show_far(on=far)
        kept = QGraphicsItem.CacheMode.DeviceCoordinateCache
        mode = kept if self.zoom >= PLAIN_BELOW else QGraphicsItem.CacheMode.NoCache
        cards = self.map_scene.cards.values()
        if next((card.cacheMode() for card in cards), mode) is not mode:
            for card in cards:
                card.setCacheMode(mode)

    def _sheet(self, step: int) -> QPixmap:
        """The dotted ground: a few dots to be laid again and again, or, once the zoom rests, a sheet for the whole view.

        A sheet is copied faster than a tile is laid, but making one for each step of a zoom would take longer.
        """
        ratio, room = self.devicePixelRatioF(), self.viewport().size()
        key = (step, ratio, room.width(), room.height())
        if self._dots is None or self._dots[0] != key:
            one, tile = self._ground(step, step, ratio), self._ground(step * TILE_DOTS, step * TILE_DOTS, ratio)
            pen = QPainter(one)
            pen.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen.setPen(Qt.PenStyle.NoPen)
            pen.setBrush(self.map_scene.look.dots)
            pen.drawEllipse(QPointF(step / 2, step / 2), 1.0, 1.0)
            pen.end()
            _lay(tile, one)
            self._dots, self._rests = (key, tile), False
        elif not self._rests:
            sheet = self._ground(room.width() + step + 4, room.height() + step + 4, ratio)
            _lay(sheet, self._dots[1])
            self._dots, self._rests = (key, sheet), True
        return self._dots[1]

    def _ground(self, width: int, height: int, ratio: float) -> QPixmap:
        made = QPixmap(round(width * ratio), round(height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(self.map_scene.look.ground)
        return made

    def _hold(self, place: QPointF, at: QPoint) -> None:
        """Scroll until the scene position `place` is under the view position `at`."""
        off = self.mapFromScene(place) - at
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + off.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + off.y())

    def _on_scene_rect(self, _rect: QRectF) -> None:
        self.looked.emit(self.seen())


def _lay(ground: QPixmap, tile: QPixmap) -> None:
    """Cover the ground with tiles."""
    pen = QPainter(ground)
    pen.drawTiledPixmap(QRectF(QPointF(0.0, 0.0), ground.deviceIndependentSize()), tile, QPointF())
    pen.end()
