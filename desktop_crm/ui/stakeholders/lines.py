"""The courses of lines between cards, as Qt paths: square ones for reports-to, curves for relations. Geometry only."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, ROW_PITCH

DROP = 38.0
BOW = 0.16
SPREAD = 0.13
MOST_BOW = 84.0
ARROW = 8.0
HALF_WIDTH, HALF_HEIGHT = CARD_WIDTH / 2, CARD_HEIGHT / 2


def card_rect(corner: QPointF) -> QRectF:
    """The rectangle of the card at this corner."""
    return QRectF(corner.x(), corner.y(), CARD_WIDTH, CARD_HEIGHT)


def report_course(boss: QPointF, person: QPointF) -> list[QPointF]:
    """From the boss's lower edge down, across, and down to the person's upper edge; sideways when the person is not below."""
    above, below = card_rect(boss), card_rect(person)
    start = QPointF(above.center().x(), above.bottom())
    end = QPointF(below.center().x(), below.top())
    if below.top() >= above.bottom() + 12.0:
        bend = start.y() + (end.y() - start.y()) / 2
        if end.y() - start.y() > 2 * DROP + 1.0:  # further rows of a team: down between the columns, across just above
            bend = end.y() - (ROW_PITCH - CARD_HEIGHT) / 2
        return [start, QPointF(start.x(), bend), QPointF(end.x(), bend), end]
    right = below.center().x() >= above.center().x()
    side = QPointF(above.right() if right else above.left(), above.center().y())
    goal = QPointF(below.left() if right else below.right(), below.center().y())
    if (goal.x() - side.x()) * (1 if right else -1) >= 16.0:
        middle = (side.x() + goal.x()) / 2
        return [side, QPointF(middle, side.y()), QPointF(middle, goal.y()), goal]
    out = max(above.right(), below.right()) + 18.0
    return [
        QPointF(above.right(), above.center().y()),
        QPointF(out, above.center().y()),
        QPointF(out, below.center().y()),
        QPointF(below.right(), below.center().y()),
    ]


class Curve:
    """A bowed line from the border of one card to the border of another; `turn` spreads several between the same two."""

    def __init__(self, source: QPointF, target: QPointF, turn: int = 0, *, straight: bool = False) -> None:
        # Plain numbers: of a card in the hand many curves are laid in each frame.
        self.is_straight = straight
        start_x, start_y = source.x() + HALF_WIDTH, source.y() + HALF_HEIGHT
        end_x, end_y = target.x() + HALF_WIDTH, target.y() + HALF_HEIGHT
        x, y = (start_x + end_x) / 2, (start_y + end_y) / 2
        if straight:
            self.start = _border_point(start_x, start_y, end_x - start_x, end_y - start_y)
            self.end = _border_point(end_x, end_y, start_x - end_x, start_y - end_y)
        else:
            across, down = end_x - start_x, end_y - start_y
            length = math.hypot(across, down) or 1.0
            # Bowed upwards whichever way it runs, so that a line and its way back do not lie on each other.
            sign = -1.0 if across >= 0 else 1.0
            bow = (BOW + SPREAD * ((turn + 1) // 2)) * (-1 if turn % 2 else 1) * sign
            off = math.copysign(min(abs(bow) * length + 24.0, MOST_BOW + turn * 24.0), bow)
            x, y = x - down / length * off, y + across / length * off
            self.start = _border_point(start_x, start_y, x - start_x, y - start_y)
            self.end = _border_point(end_x, end_y, x - end_x, y - end_y)
        self.control = QPointF(x, y)

    def length(self) -> float:
        """How far the ends are apart."""
        way = self.end - self.start
        return math.hypot(way.x(), way.y())

    def path(self) -> QPainterPath:
        """The line itself."""
        path = QPainterPath(self.start)
        path.quadTo(self.control, self.end)
        return path

    def part(self, begin: float, end: float) -> QPainterPath:
        """The line between two shares of the way: it is quadratic too, its control point the blossom of both."""
        first, last = 1.0 - begin, 1.0 - end
        control = self.start * (first * last) + self.control * (first * end + begin * last) + self.end * (begin * end)
        path = QPainterPath(self.point(begin))
        path.quadTo(control, self.point(end))
        return path

    def point(self, share: float = 0.5) -> QPointF:
        """A place on the curve, from the start (0) to the end (1)."""
        rest = 1.0 - share
        return self.start * (rest * rest) + self.control * (2 * rest * share) + self.end * (share * share)

    def arrow(self) -> QPolygonF:
        """The head at the target."""
        back = self.control - self.end
        length = math.hypot(back.x(), back.y()) or 1.0
        back = QPointF(back.x() / length, back.y() / length)
        side = QPointF(-back.y(), back.x())
        foot = self.end + back * ARROW
        return QPolygonF([self.end, foot + side * (ARROW * 0.45), foot - side * (ARROW * 0.45)])


def _border_point(x: float, y: float, across: float, down: float) -> QPointF:
    """Where the way from a card's middle leaves the card."""
    beside = HALF_WIDTH / abs(across) if across else math.inf
    below = HALF_HEIGHT / abs(down) if down else math.inf
    scale = min(beside, below, 1.0)
    return QPointF(x + across * scale, y + down * scale)
