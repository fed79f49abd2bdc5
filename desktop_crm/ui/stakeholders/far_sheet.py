"""A large map seen from far off: all plain boxes and square lines in a few calls, in place of thousands of items.

It shows what stands on the scene and decides nothing. Cards with something to tell (chosen, found, under the hand) and relation
lines keep painting themselves above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from desktop_crm.domain.schema.options import Support
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT
from desktop_crm.ui.stakeholders.card_painting import BOX_EDGE, CARD
from desktop_crm.ui.stakeholders.items import CardItem, ReportLine
from desktop_crm.ui.stakeholders.looks import MapLook

SHEET_Z = 1.5
EDGE_PX = 2.0
"""How wide the edge in the colour of attitude is on the screen, however far off."""


class FarSheet(QGraphicsItem):
    """Follows the cards and lines it was shown; `stale` says that they stand elsewhere now."""

    def __init__(self, look: MapLook) -> None:
        super().__init__()
        self._look = look
        self._area = QRectF()
        self._cards: tuple[CardItem, ...] = ()
        self._lines: tuple[ReportLine, ...] = ()
        self._boxes: list[QRectF] = []
        self._edges: dict[Support | None, list[QLineF]] = {}
        self._ways: list[QLineF] = []
        self._laid = False
        self.setZValue(SHEET_Z)
        self.setVisible(False)

    def show_all(self, cards: Iterable[CardItem], lines: Iterable[ReportLine], area: QRectF) -> None:
        """These cards and lines, which lie within the area."""
        self._cards, self._lines = tuple(cards), tuple(lines)
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area
        self.follow()

    def follow(self) -> None:
        """Cards stand elsewhere, or tell something else, than when this was painted."""
        self._laid = False
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def shape(self) -> QPainterPath:
        return QPainterPath()  # nobody presses a sheet

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self._laid:
            self._lay()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._look.report_pen.color(), 0.0))
        painter.drawLines(self._ways)
        painter.setPen(QPen(self._look.border.color(), 0.0))
        painter.setBrush(self._look.surface)
        painter.drawRects(self._boxes)
        for support, edges in self._edges.items():
            painter.setPen(_edge_pen(self._look.attitude(support)))
            painter.drawLines(edges)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _lay(self) -> None:
        self._boxes, self._edges, self._ways = [], {}, []
        for card in self._cards:
            corner = card.pos()
            x, y = corner.x(), corner.y()
            self._boxes.append(CARD.translated(corner))
            edge = QLineF(x + BOX_EDGE / 2, y, x + BOX_EDGE / 2, y + CARD_HEIGHT)
            self._edges.setdefault(card.node.support, []).append(edge)
        for line in self._lines:
            if line.isVisible():
                self._ways += [QLineF(one, other) for one, other in pairwise(line.course)]
        self._laid = True


def _edge_pen(colour: QColor) -> QPen:
    pen = QPen(colour, EDGE_PX)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
