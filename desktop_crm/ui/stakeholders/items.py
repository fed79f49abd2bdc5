"""The things on the scene: a card, a reports-to line, a relation line. They paint values they are given and decide nothing.

Cards cache their picture in device coordinates; each line is one item, so that a drag repaints only what it touches.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from desktop_crm.domain.schema.options import EdgeKind
from desktop_crm.domain.stakeholders.values import EdgeView, NodeView
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.card_painting import BOUNDS, CARD, PLAIN_BELOW, CardState, paint_card
from desktop_crm.ui.stakeholders.dashes import pieces
from desktop_crm.ui.stakeholders.lines import Curve, report_course
from desktop_crm.ui.stakeholders.looks import MapLook, edge_mood

CONNECT_BAND = 8.0
PILL_HEIGHT = 18.0
GROUP_PAD = 16.0
SAMPLES = 12
MOST_BOWS = 10
ABOVE_Z = 2.5
_POINTED = frozenset({EdgeKind.INFLUENCES, EdgeKind.INFORMAL_REPORTS_TO, EdgeKind.ASSISTANT_OF})
_NO_PIECES: tuple[float, list[tuple[QRectF, QPainterPath]]] = (0.0, [])


class CardItem(QGraphicsItem):
    """One person. Its place is the card's upper left corner."""

    def __init__(self, node: NodeView, look: MapLook) -> None:
        super().__init__()
        self.node = node
        self._look = look
        self._state = CardState.PLAIN
        self._far = False
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(2.0)

    @property
    def state(self) -> CardState:
        return self._state

    def show_node(self, node: NodeView) -> None:
        """Take a newer value of the same person."""
        if node != self.node:
            self.node = node
            self.update()

    def put(self, flag: CardState, on: bool) -> None:
        """Switch a state on or off."""
        state = self._state | flag if on else self._state & ~flag
        if state is not self._state and state != self._state:
            self._state = state
            self._empty()
            self.update()

    def stand_far(self, on: bool) -> None:
        """Leave the painting of a plain card to the sheet of all cards, or take it back."""
        self._far = on
        self._empty()

    def _empty(self) -> None:
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, self._far and self._state is CardState.PLAIN)

    def middle(self) -> QPointF:
        """The card's centre on the scene."""
        return self.pos() + CARD.center()

    def on_border(self, at: QPointF) -> bool:
        """Whether a scene position lies on the band from which lines are drawn."""
        local = at - self.pos()
        inner = CARD.adjusted(CONNECT_BAND, CONNECT_BAND, -CONNECT_BAND, -CONNECT_BAND)
        return BOUNDS.contains(local) and not inner.contains(local)

    def boundingRect(self) -> QRectF:
        return BOUNDS

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(BOUNDS)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_card(painter, self._look, self.node, self._state, painter.worldTransform().m11())


class GroupFrame(QGraphicsItem):
    """The ground around a group: its own card, which carries the name, and its members."""

    def __init__(self, cards: list[CardItem], look: MapLook, everybody: Collection[CardItem]) -> None:
        super().__init__()
        self.cards = cards
        self._look = look
        self._everybody = everybody
        self._bounds = QRectF()
        self._outline = QPainterPath()
        self._ties: list[QLineF] = []
        self.setZValue(-1.0)
        self.follow()

    def follow(self) -> None:
        """Lie around where the cards stand now."""
        around = QRectF()
        for card in self.cards:
            around = around.united(CARD.translated(card.pos()))
        bounds = around.adjusted(-GROUP_PAD, -GROUP_PAD, GROUP_PAD, GROUP_PAD)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._draw_round()

    def _draw_round(self) -> None:
        """One frame around all where nobody else stands within it; else one around each, tied to the card with the name."""
        outline, ties, own = QPainterPath(), list[QLineF](), set(self.cards)
        whole = self._bounds.adjusted(1, 1, -1, -1)
        if not any(whole.intersects(CARD.translated(one.pos())) for one in self._everybody if one not in own):
            outline.addRoundedRect(whole, GROUP_PAD, GROUP_PAD)
        else:
            for card in self.cards:
                around = QPainterPath()
                pad = GROUP_PAD / 2
                around.addRoundedRect(CARD.translated(card.pos()).adjusted(-pad, -pad, pad, pad), pad, pad)
                outline = outline.united(around)
            ties = [QLineF(self.cards[0].middle(), card.middle()) for card in self.cards[1:]]
        if outline != self._outline or ties != self._ties:
            self._outline, self._ties = outline, ties
            self.update()

    @property
    def outline(self) -> QPainterPath:
        """What the frame encloses."""
        return self._outline

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()  # a group is chosen and moved by its card

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self._look.dashed_border)
        painter.setBrush(self._look.group_ground)
        painter.drawLines(self._ties)
        painter.drawPath(self._outline)


class ReportLine(QGraphicsItem):
    """A solid square line from a boss to a report."""

    def __init__(self, boss: CardItem, person: CardItem, look: MapLook) -> None:
        super().__init__()
        self.boss = boss
        self.person = person
        self._look = look
        self._course: list[QPointF] = []
        self._bounds = QRectF()
        self._strong = False
        self._far = False
        self.setZValue(0.0)
        self.follow()

    def follow(self) -> None:
        """Run along where the two cards stand now."""
        course = report_course(self.boss.pos(), self.person.pos())
        if course != self._course:
            self.prepareGeometryChange()
            self._course = course
            self._bounds = QPolygonF(course).boundingRect().adjusted(-2.0, -2.0, 2.0, 2.0)

    @property
    def course(self) -> list[QPointF]:
        """The corners of the line."""
        return self._course

    def stand_far(self, on: bool) -> None:
        """Leave the painting of a plain line to the sheet of all lines, or take it back."""
        self._far = on
        self._empty()

    def _empty(self) -> None:
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, self._far and not self._strong)

    def mark(self, on: bool) -> None:
        """Show the line stronger, when one of its ends is chosen."""
        if on != self._strong:
            self._strong = on
            self._empty()
            self.setZValue(0.5 if on else 0.0)
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()  # the line is an attribute of the person; only cards and relations are chosen

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self._look.report_pen_strong if self._strong else self._look.report_pen)
        painter.drawPolyline(QPolygonF(self._course))


class RelationLine(QGraphicsItem):
    """A dashed curve with a pill: trust, conflict, acquaintance and the like."""

    def __init__(self, edge: EdgeView, source: CardItem, target: CardItem, look: MapLook, turn: int = 0) -> None:
        super().__init__()
        self.edge = edge
        self.source = source
        self.target = target
        self._look = look
        self._turn = turn
        self._bow = 0
        self._hasty = False
        self._chosen = False
        self._curve = Curve(source.pos(), target.pos(), turn)
        self._path = self._curve.path()
        self._pieces = _NO_PIECES
        self._arrow = QPolygonF()
        self._tip = QRectF()
        self._text = ""
        self._width = 0.0
        self._named = True
        self._share = 0.5
        self._pill = QRectF()
        self._bounds = QRectF()
        self.setZValue(1.0)
        self._read()

    @property
    def turn(self) -> int:
        """Which of several lines between the same two this is."""
        return self._turn

    @property
    def curve(self) -> Curve:
        """How the line runs now."""
        return self._curve

    def show_edge(self, edge: EdgeView, turn: int) -> None:
        """Take a newer value of the same line."""
        if edge != self.edge or turn != self._turn:
            self.edge, self._turn = edge, turn
            self._read()
            self.update()

    def follow(self) -> None:
        """Run along where the two cards stand now; until `rest`, as a plain line without words, which is drawn faster."""
        self._hasty = True
        self.prepareGeometryChange()
        self._curve = self.curve_of(self._bow)
        self._path = self._curve.path()
        self._bounds = self._path.controlPointRect().adjusted(-2.0, -2.0, 2.0, 2.0)

    def rest(self) -> None:
        """The cards stand still again: dashes, arrow and words come back."""
        if self._hasty:
            self._hasty = False
            self._measure()
            self.update()

    def pill_at(self, share: float) -> QRectF:
        """Where the pill would stand at this share of the way."""
        middle = self._curve.point(share)
        return QRectF(middle.x() - self._width / 2, middle.y() - PILL_HEIGHT / 2, self._width, PILL_HEIGHT)

    @property
    def share(self) -> float:
        """At which share of the way the pill stands."""
        return self._share

    def put_pill(self, share: float) -> None:
        """Let the pill stand at this share of the way from now on."""
        if share != self._share:
            self._share = share
            self._measure()
            self.update()

    def bows(self) -> range:
        """The bows to choose from; -1 is a straight line, where no other line runs between the same two."""
        return range(-1 if self._turn == 0 else 0, MOST_BOWS)

    def curve_of(self, bow: int) -> Curve:
        """The line with this bow."""
        assists = self.edge.kind is EdgeKind.ASSISTANT_OF
        beside = assists and abs(self.source.pos().y() - self.target.pos().y()) < 1.0
        return Curve(self.source.pos(), self.target.pos(), self._turn + max(bow, 0), straight=beside or bow < 0)

    def take_bow(self, bow: int) -> None:
        """Run with this bow from now on."""
        if bow != self._bow:
            self._bow = bow
            self._measure()
            self.update()

    def meets(self, other: RelationLine) -> bool:
        """Whether both have an end in common."""
        return self.source in (other.source, other.target) or self.target in (other.source, other.target)

    def choose(self, on: bool, *, among: AbstractSet[str]) -> None:
        """A chosen line, and one with an end among the chosen cards, is drawn over the cards; others run behind: names must be read."""
        of_chosen = self.source.node.id in among or self.target.node.id in among
        self.setZValue(ABOVE_Z if on or of_chosen else 1.0)
        if on != self._chosen:
            self._chosen = on
            self.update()

    @property
    def chosen(self) -> bool:
        return self._chosen

    def _read(self) -> None:
        self._text = words.edge_word(self.edge)
        self._width = self._look.hint_metrics.horizontalAdvance(self._text) + 16.0
        self._measure()

    def _measure(self) -> None:
        self.prepareGeometryChange()
        self._curve = self.curve_of(self._bow)
        self._path = self._curve.path()
        self._pieces = _NO_PIECES
        self._arrow = self._curve.arrow()
        self._tip = self._arrow.boundingRect()
        self._named = not self._curve.is_straight or self._curve.length() > self._width + 2 * PILL_HEIGHT
        self._pill = self.pill_at(self._share)
        self._bounds = self._path.boundingRect().united(self._pill).adjusted(-6.0, -6.0, 6.0, 6.0)

    def _parts(self, pen: QPen) -> list[QPainterPath]:
        """Where little is painted anew, only what lies there: dashes of a whole line cost most of a pan."""
        if self._look.anew is None:
            return [self._path]
        step = pen.widthF() * sum(pen.dashPattern())
        if self._pieces[0] != step:
            self._pieces = (step, pieces(self._curve, step))
        return [piece for area, piece in self._pieces[1] if self._look.is_anew(area)]

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(10.0)
        path = stroker.createStroke(self._path)
        path.addRect(self._pill)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look, kind = self._look, self.edge.kind
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._hasty:
            painter.setPen(look.hasty_pen(kind))
            painter.drawPath(self._path)
            return
        pen = look.relation_pen(kind, self.edge.strength, chosen=self._chosen)
        paths = self._parts(pen)
        if paths:
            painter.setPen(pen)
            for path in paths:
                painter.drawPath(path)
        mood = edge_mood(kind)
        if kind in _POINTED and look.is_anew(self._tip):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.ink_of(mood))
            painter.drawPolygon(self._arrow)
        if not self._named or not look.is_anew(self._pill) or painter.worldTransform().m11() < PLAIN_BELOW:
            return
        painter.setPen(QPen(look.ink_of(mood), 1.2) if self._chosen else Qt.PenStyle.NoPen)
        painter.setBrush(look.ground_of(mood))
        painter.drawRoundedRect(self._pill, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
        painter.setPen(look.ink_of(mood))
        painter.setFont(look.hint_font)
        painter.drawText(self._pill, Qt.AlignmentFlag.AlignCenter, self._text)
