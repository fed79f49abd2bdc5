"""What shows of a relation line through the cards it runs behind: a faint trace, so that no line ends at a card it does not belong to.

Laid when the cards stand still, hidden while they move. Geometry and painting; it chooses no way.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from desktop_crm.ui.stakeholders.card_painting import PLAIN_BELOW
from desktop_crm.ui.stakeholders.items import ABOVE_Z, RelationLine
from desktop_crm.ui.stakeholders.looks import MapLook

FAINT = 0.38
"""How much of the line's colour shows on a card."""
GLIMPSE_Z = 2.2
"""Above the cards, below what is chosen."""


class Glimpse(QGraphicsItem):
    """The parts of one line that lie behind cards which are not its own."""

    def __init__(self, line: RelationLine, look: MapLook) -> None:
        super().__init__()
        self.line = line
        self._look = look
        self._paths: list[QPainterPath] = []
        self._bounds = QRectF()
        self.setZValue(GLIMPSE_Z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()

    def lay(self, spans: Iterable[tuple[float, float]]) -> None:
        """Show these parts of the line, from and to as shares of its way."""
        self.prepareGeometryChange()
        self._paths = [self.line.curve.part(begin, end) for begin, end in spans]
        self._bounds = QRectF()
        for path in self._paths:
            self._bounds = self._bounds.united(path.controlPointRect())
        self._bounds.adjust(-3.0, -3.0, 3.0, 3.0)
        self.follow()

    def follow(self) -> None:
        """Show the trace unless the whole line lies above the cards."""
        self.setVisible(bool(self._paths) and self.line.zValue() < ABOVE_Z)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if painter.worldTransform().m11() < PLAIN_BELOW:
            return
        painter.setOpacity(FAINT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._look.relation_pen(self.line.edge.kind, self.line.edge.strength, chosen=False))
        for path in self._paths:
            painter.drawPath(path)
