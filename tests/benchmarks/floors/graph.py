"""The floor of a map: Qt's scene of painted cards and one line item for each line, in the set-up that was fastest in trials.

Cards from the device cache, minimal updates. `naive` is the same without cache and without a plain look from afar.
"""

from __future__ import annotations

import random
import time

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsLineItem, QGraphicsScene, QGraphicsView

WIDTH, HEIGHT = 190.0, 74.0
STEP_X, STEP_Y = 250, 144
LINES = 20
SIZE = (1400, 900)


def places(count: int) -> list[tuple[int, int]]:
    """Cards in rows."""
    across = int((count * 1.2) ** 0.5)
    return [((index % across) * STEP_X, (index // across) * STEP_Y) for index in range(count)]


def tangle(count: int) -> tuple[list[tuple[int, int]], int]:
    """A tree with cross links, and the one card in the middle that has twenty lines of its own."""
    across = int((count * 1.2) ** 0.5)
    hub, rng, spots = count // 2 + across // 2, random.Random(4), places(count)
    found = [(index, max(0, index - rng.choice((1, across)))) for index in range(1, count) if index != hub]
    near = sorted(
        (one for one in range(count) if one != hub),
        key=lambda one: (spots[one][0] - spots[hub][0]) ** 2 + (spots[one][1] - spots[hub][1]) ** 2,
    )[:60]
    return found + [(hub, one) for one in rng.sample(near, LINES)], hub


class Card(QGraphicsItem):
    """A box and three texts."""

    def __init__(self, number: int, *, plain_below: float) -> None:
        super().__init__()
        self._number, self._plain_below = number, plain_below
        self._area = QRectF(0, 0, WIDTH, HEIGHT)

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        if painter.worldTransform().m11() < self._plain_below:
            painter.fillRect(self._area, QColor("#ccddee"))
            return
        painter.setPen(QPen(QColor("#88aaaa"), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(self._area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(FONT)
        painter.setPen(QColor("#112233"))
        for line, text in enumerate((f"김철수 {self._number}", "부장 · 설비팀", "지지 · 여러 번")):
            painter.drawText(QRectF(10, 6 + 22 * line, WIDTH - 20, 20), 0, text)


FONT = QFont("Pretendard", 9)


class View(QGraphicsView):
    """Counts its paint events."""

    painted = 0

    def paintEvent(self, event: object) -> None:
        super().paintEvent(event)  # type: ignore[arg-type]
        self.painted += 1


class Map:
    """A scene with its view, shown."""

    def __init__(self, count: int, *, naive: bool = False, fitted: bool = False) -> None:
        began = time.perf_counter()
        spots, (pairs, hub) = places(count), tangle(count)
        self.scene = QGraphicsScene()
        self.cards = [Card(number, plain_below=0.0 if naive else 0.45) for number in range(count)]
        for card, spot in zip(self.cards, spots, strict=True):
            if not naive:
                card.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            card.setPos(*spot)
            self.scene.addItem(card)
        self.hub, self._mine = self.cards[hub], []
        pen = QPen(QColor("#99aabb"), 1)
        for one, other in pairs:
            line = QGraphicsLineItem(QLineF(self._middle(one), self._middle(other)))
            line.setPen(pen)
            line.setZValue(-1)
            self.scene.addItem(line)
            if hub in {one, other}:
                self._mine.append((line, other if one == hub else one))
        self.view = View(self.scene)
        self.view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.view.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scene.setSceneRect(self.scene.itemsBoundingRect().adjusted(-400, -400, 400, 400))
        self.view.resize(*SIZE)
        if fitted:
            area = self.scene.sceneRect()
            self.view.scale(*[min(SIZE[0] / area.width(), SIZE[1] / area.height())] * 2)
        self.view.centerOn(self.hub)
        self.view.show()
        until_painted(self.view, 0)
        self.opened = time.perf_counter() - began

    def _middle(self, number: int) -> QPointF:
        return self.cards[number].pos() + QPointF(WIDTH / 2, HEIGHT / 2)

    def drag(self, number: int) -> float:
        """The card with twenty lines goes a little aside; seconds to the frame."""
        before, began = self.view.painted, time.perf_counter()
        self.hub.moveBy(7 if number % 2 else -7, 4 if number % 3 else -8)
        middle = self.hub.pos() + QPointF(WIDTH / 2, HEIGHT / 2)
        for line, other in self._mine:
            line.setLine(QLineF(middle, self._middle(other)))
        until_painted(self.view, before)
        return time.perf_counter() - began

    def pan(self, number: int) -> float:
        before, began = self.view.painted, time.perf_counter()
        across, down = self.view.horizontalScrollBar(), self.view.verticalScrollBar()
        across.setValue(across.value() + (12 if number % 20 < 10 else -12))
        down.setValue(down.value() + (7 if number % 20 < 10 else -7))
        until_painted(self.view, before)
        return time.perf_counter() - began

    def zoom(self, number: int) -> float:
        before, began = self.view.painted, time.perf_counter()
        self.view.scale(*[1.04 if number % 2 else 1 / 1.04] * 2)
        until_painted(self.view, before)
        return time.perf_counter() - began

    def close(self) -> None:
        self.view.close()
        self.scene.clear()


def until_painted(view: View, before: int) -> None:
    """Let the loop turn until the view has been painted once more."""
    for _ in range(20_000):
        QApplication.processEvents()
        if view.painted > before:
            return
    raise SystemExit("no frame was painted")
