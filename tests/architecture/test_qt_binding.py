"""The Qt binding keeps its references to None. PySide6 6.12.0 loses one in most calls on Python 3.10 and 3.11, and the process aborts."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QLineF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView, QWidget

ROUNDS, TOLERANCE = 200, 20


def test_void_calls_do_not_lose_a_reference_to_none(qtbot) -> None:
    widget, scene, pixmap = QWidget(), QGraphicsScene(), QPixmap(64, 64)
    view = QGraphicsView(scene)
    qtbot.addWidget(widget)
    qtbot.addWidget(view)
    line, box, pen, area = QGraphicsLineItem(), QGraphicsRectItem(), QPen(QColor("red"), 1), QRectF(0, 0, 9, 9)
    painter = QPainter(pixmap)
    acts: dict[str, Callable[[], object]] = {
        "setPen": lambda: painter.setPen(pen),
        "setBrush": lambda: painter.setBrush(QColor("white")),
        "drawLine": lambda: painter.drawLine(0, 0, 5, 5),
        "drawLines": lambda: painter.drawLines([QLineF(0, 0, 5, 5)]),
        "drawText": lambda: painter.drawText(area, 0, "a"),
        "drawRoundedRect": lambda: painter.drawRoundedRect(area, 3, 3),
        "fillRect": lambda: painter.fillRect(area, QColor("black")),
        "setLine": lambda: line.setLine(QLineF(0, 0, 1, 1)),
        "moveBy": lambda: box.moveBy(1, 1),
        "update": widget.update,
        "update(rect)": lambda: widget.update(QRect(0, 0, 3, 3)),
        "scroll": lambda: view.verticalScrollBar().setValue(3),
        "scale": lambda: view.scale(1.01, 1.01),
    }
    try:
        lost = {name: drift for name, act in acts.items() if abs(drift := _drift(act)) > TOLERANCE}
    finally:
        painter.end()
    assert lost == {}


def _drift(act: Callable[[], object]) -> int:
    act()
    before = sys.getrefcount(None)
    for _ in range(ROUNDS):
        act()
    return sys.getrefcount(None) - before
