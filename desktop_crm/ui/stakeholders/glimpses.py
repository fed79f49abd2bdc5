"""What shows of a relation line through the cards it runs behind: a faint trace, so that no line ends at a card it does not belong to.

Laid when the cards stand still, hidden while they move. Geometry and painting; it chooses no way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from desktop_crm.ui.stakeholders.bending import hidden_spans, squares
from desktop_crm.ui.stakeholders.card_painting import PLAIN_BELOW
from desktop_crm.ui.stakeholders.items import ABOVE_Z, CardItem, RelationLine
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


class Glimpses:
    """The traces of all lines of a scene, by the id of the line: hidden while cards move."""

    def __init__(self, scene: QGraphicsScene, look: MapLook) -> None:
        self._scene, self._look = scene, look
        self._shown: dict[str, Glimpse] = {}
        self._on = False

    def of(self, edge_id: str) -> Glimpse | None:
        """The trace of a line, if a card has hidden something of it."""
        return self._shown.get(edge_id)

    def hide(self) -> None:
        """Show none until they are laid again."""
        if self._on:
            self._on = False
            for glimpse in self._shown.values():
                glimpse.hide()

    def lay(self, lines: Mapping[str, RelationLine], cards: Iterable[CardItem]) -> None:
        """Look anew at what cards hide of lines that are not theirs."""
        for edge_id in [one for one, glimpse in self._shown.items() if lines.get(one) is not glimpse.line]:
            self._scene.removeItem(self._shown.pop(edge_id))
        self._on = True
        cells = squares(cards) if lines else {}
        for edge_id, line in lines.items():
            spans = hidden_spans(line, cells)
            if spans and edge_id not in self._shown:
                self._shown[edge_id] = Glimpse(line, self._look)
                self._scene.addItem(self._shown[edge_id])
            if edge_id in self._shown:
                self._shown[edge_id].lay(spans)

    def follow(self) -> None:
        """Which lines lie above the cards has changed."""
        for glimpse in self._shown.values() if self._on else ():
            glimpse.follow()
