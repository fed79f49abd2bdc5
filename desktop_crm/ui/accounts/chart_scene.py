"""The org chart on a scene: a card for each account, lines from above to below. Painted here; placed by `domain.accounts.chart`.

Solid lines are the tree, dashed ones other owners, red ones lead back up a circle. No gesture and no file is known here.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from desktop_crm.domain.accounts.chart import CARD, Chart, arrange
from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services.hierarchies import Pictured
from desktop_crm.ui.accounts import words
from desktop_crm.ui.theme import Tokens, fonts
from desktop_crm.ui.theme.fonts import sized

WIDTH, HEIGHT = CARD
RADIUS, PAD, EDGE = 9.0, 12.0, 5.0
BEHIND = -1.0


class AccountCard(QGraphicsItem):
    def __init__(self, node: TreeNode, home: str, rates: words.Rates | None, look: Tokens, font: QFont) -> None:
        super().__init__()
        self.node = node
        self._look = look
        self._name = sized(font, 13, bold=True)
        self._hint = sized(font, 12)
        kind = option_label("kind", node.kind) if node.kind else ""
        owners = tr("{n} owners", n=node.owners) if node.owners > 1 else ""
        self._about = " · ".join(part for part in (kind, owners) if part)
        amount = words.short(words.amounts(node.sums, "open", home), rates)
        self._sum = f"{words.measure_label('open')} {amount}"
        self.setToolTip(node.name)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)  # text stays text, in files too

    def boundingRect(self) -> QRectF:
        return QRectF(-1.0, -1.0, WIDTH + 2.0, HEIGHT + 2.0)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        look, body = self._look, QRectF(0.0, 0.0, WIDTH, HEIGHT)
        painter.setPen(
            QPen(QColor(look.accent if self.isSelected() else look.line_strong), 2 if self.isSelected() else 1)
        )
        painter.setBrush(QColor(look.surface))
        painter.drawRoundedRect(body, RADIUS, RADIUS)
        edge = QPainterPath()
        edge.addRoundedRect(body, RADIUS, RADIUS)
        strip = QPainterPath()
        strip.addRect(QRectF(0.0, 0.0, EDGE, HEIGHT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent if self.node.kind == "group" else look.line_strong))
        painter.drawPath(edge.intersected(strip))
        lines = ((self._name, look.ink, self.node.name, 24.0), (self._hint, look.ink_2, self._sum, 45.0),
                 (self._hint, look.ink_3, self._about, 63.0))  # fmt: skip
        for font, colour, text, base in lines:
            painter.setFont(font)
            painter.setPen(QColor(colour))
            room = WIDTH - 2 * PAD
            painter.drawText(
                QPointF(PAD, base), QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            )


class ChartScene(QGraphicsScene):
    def __init__(self, pictured: Pictured, home: str, rates: words.Rates | None, look: Tokens) -> None:
        super().__init__()
        self.cards: dict[str, AccountCard] = {}
        self.chart: Chart = arrange([node.id for node in pictured.nodes], pictured.above)
        self.setBackgroundBrush(QColor(look.ground))
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        font = fonts.load()
        for node in pictured.nodes:
            corner = self.chart.corners.get(node.id)
            if corner is not None:
                card = AccountCard(node, home, rates, look, font)
                card.setPos(corner.x, corner.y)
                self.addItem(card)
                self.cards[node.id] = card
        for edges, colour, style in (
            (self.chart.tree, look.line_strong, Qt.PenStyle.SolidLine),
            (self.chart.besides, look.info, Qt.PenStyle.DashLine),
            (self.chart.back, look.bad, Qt.PenStyle.DashLine),
        ):
            pen = QPen(QColor(colour), 1.4, style)
            for above, below in edges:
                self._line(above, below, pen, straight=style is Qt.PenStyle.SolidLine)
        self.setSceneRect(self.itemsBoundingRect().adjusted(-48.0, -48.0, 48.0, 48.0))

    def _line(self, above: str, below: str, pen: QPen, *, straight: bool) -> None:
        start = self.cards[above].pos() + QPointF(WIDTH / 2, HEIGHT)
        end = self.cards[below].pos() + QPointF(WIDTH / 2, 0.0)
        path = QPainterPath(start)
        if straight:
            middle = end.y() - 20.0
            for point in (QPointF(start.x(), middle), QPointF(end.x(), middle), end):
                path.lineTo(point)
        else:
            bend = max(abs(end.y() - start.y()) / 2, 60.0)
            path.cubicTo(start + QPointF(0.0, bend), end - QPointF(0.0, bend), end)
        item = QGraphicsPathItem(path)
        item.setPen(pen)
        item.setZValue(BEHIND)
        self.addItem(item)
