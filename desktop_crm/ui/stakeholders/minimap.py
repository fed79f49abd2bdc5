"""The whole map in a corner, with the part that is on the screen; a press or drag goes there. Paints places, no content."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH
from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import RADIUS_CONTROL

SIZE = QSize(152, 92)
PAD = 8.0
CALM_MS = 40


class Minimap(QWidget):
    """Signals: `wanted(scene place)` when the user presses a place."""

    wanted = Signal(QPointF)

    def __init__(self, scene: MapScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._seen = QRectF()
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Overview of the map"))
        self.setToolTip(tr("Overview of the map"))
        self._calm = QTimer(self)  # during a drag or pan the overview follows, but not at every pixel
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.update)
        self._drawn: tuple[frozenset[str], float, QPixmap] | None = None
        """The cards as they were drawn last, with who was chosen and how fine; a pan moves the frame over them alone."""
        scene.moved.connect(self._on_stood)

    def show_seen(self, seen: QRectF) -> None:
        """Another part of the map is on the screen."""
        self._seen = seen
        self._on_moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, key = self._scene.look, (self._scene.chosen, self.devicePixelRatioF())
        if self._drawn is None or self._drawn[:2] != key:
            self._drawn = (*key, self._draw())
        scale, start = self._measure()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn[2])
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        frame = QRectF((self._seen.topLeft() - start) * scale, self._seen.size() * scale).translated(PAD, PAD)
        painter.setPen(QPen(look.accent, 1.2))
        veil = QColor(look.accent)
        veil.setAlpha(20)
        painter.setBrush(veil)
        painter.drawRect(frame.intersected(QRectF(self.rect()).adjusted(2.0, 2.0, -2.0, -2.0)))
        painter.end()

    def _draw(self) -> QPixmap:
        """Ground and cards."""
        look, ratio = self._scene.look, self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.border)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)
        scale, start = self._measure()
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        painter.setPen(Qt.PenStyle.NoPen)
        for card in self._scene.cards.values():
            spot = (card.pos() - start) * scale
            painter.setBrush(look.accent if card.node.id in self._scene.chosen else look.attitude(card.node.support))
            size = (max(CARD_WIDTH * scale, 2.0), max(CARD_HEIGHT * scale, 1.5))
            painter.drawRect(QRectF(PAD + spot.x(), PAD + spot.y(), *size))
        painter.end()
        return drawn

    def _measure(self) -> tuple[float, QPointF]:
        """Scale and scene place of the upper left corner, so that the people and what is seen both fit."""
        rect = self._scene.people_rect().adjusted(-40.0, -40.0, 40.0, 40.0)
        if rect.isEmpty():
            rect = QRectF(-400.0, -200.0, 800.0, 400.0)
        room = QRectF(PAD, PAD, self.width() - 2 * PAD, self.height() - 2 * PAD)
        scale = min(room.width() / rect.width(), room.height() / rect.height())
        spare = QPointF(room.width() / scale - rect.width(), room.height() / scale - rect.height()) / 2
        return scale, rect.topLeft() - spare

    def _go(self, at: QPointF) -> None:
        scale, start = self._measure()
        self.wanted.emit(start + (at - QPointF(PAD, PAD)) / scale)

    def _on_stood(self) -> None:
        self._drawn = None
        self._on_moved()

    def _on_moved(self) -> None:
        if self.isVisible() and not self._calm.isActive():
            self._calm.start()
