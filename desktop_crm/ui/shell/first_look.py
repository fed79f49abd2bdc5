"""What the window shows between its first paint and the open workspace: the top of the account tree, already real.

It only shows: no click opens anything until the page itself takes its place, half a second later. So it is painted, without the
views and models of a real list, whose loading alone would be felt in every start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.ui.theme import current, fonts
from desktop_crm.ui.theme.tokens import HINT_PX, ROW_HEIGHT, SECTION_PX

NAME_WIDTH = 160
SUM_WIDTH = 96
HEAD = 48
COLUMN_HEAD = 30
EDGE, PAD = 18, 8
SIDES = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)


class Sums(Protocol):
    """Sums of one currency; `total` with everything below, as `.open`, `.weighted` and `.won`."""

    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> Any: ...


class Node(Protocol):
    """One account of the look."""

    @property
    def name(self) -> str: ...
    @property
    def child_count(self) -> int: ...
    @property
    def sums(self) -> Sequence[Sums]: ...


class Look(Protocol):
    """What the first look service gives."""

    @property
    def name(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def nodes(self) -> Sequence[Node]: ...


class FirstLookPage(QWidget):
    """Laid out as the account page is, so that nothing jumps when that takes its place."""

    def __init__(self, look: Look, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = width
        self._heads = (tr("Account"), tr("Open"), tr("Weighted"), tr("Won"))
        self.rows = tuple(
            (node.name, _sum(node, "open"), _sum(node, "weighted"), _sum(node, "won")) for node in look.nodes
        )
        self.setAccessibleName(tr("Account hierarchy"))
        self.setAccessibleDescription(", ".join(row[0] for row in self.rows))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, plain = current(), self.font()
        strong = fonts.sized(plain, plain.pixelSize(), bold=True)
        painter = QPainter(self)
        painter.fillRect(0, 0, self._side, self.height(), QColor(look.surface))
        painter.fillRect(self._side - 1, 0, 1, self.height(), QColor(look.line))
        painter.setPen(QColor(look.ink))
        painter.setFont(fonts.sized(plain, SECTION_PX, bold=True))
        painter.drawText(QRect(14, 0, self._side, HEAD), _side(0), tr("Account hierarchy"))
        painter.setFont(fonts.sized(plain, HINT_PX))
        painter.setPen(QColor(look.ink_3))
        self._paint_row(painter, self._heads, HEAD, COLUMN_HEAD)
        for number, row in enumerate(self.rows):
            top = HEAD + COLUMN_HEAD + number * ROW_HEIGHT
            if top > self.height():
                break
            painter.setPen(QColor(look.line))
            painter.drawLine(0, top - 1, self._side - 14, top - 1)
            painter.setPen(QColor(look.ink))
            painter.setFont(strong)
            self._paint_row(painter, row[:1], top, ROW_HEIGHT - 1)
            painter.setFont(plain)
            self._paint_row(painter, ("", *row[1:]), top, ROW_HEIGHT - 1)

    def _paint_row(self, painter: QPainter, texts: Sequence[str], top: int, height: int) -> None:
        metrics = QFontMetrics(painter.font())
        name = max(self._side - 3 * SUM_WIDTH - 14, NAME_WIDTH)
        for column, text in enumerate(texts):
            left, width = (
                (EDGE, name - EDGE) if column == 0 else (name + (column - 1) * SUM_WIDTH + PAD, SUM_WIDTH - PAD)
            )
            if text:
                short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - PAD)
                painter.drawText(QRect(left, top, width - PAD, height), _side(column), short)


def _sum(node: Node, name: str) -> str:
    amounts = [(getattr(one.total, name), one.currency) for one in node.sums]
    return " · ".join(formats.money_short(amount, currency) for amount, currency in amounts if amount)


def _side(column: int) -> Qt.AlignmentFlag:
    return SIDES[column > 0] | Qt.AlignmentFlag.AlignVCenter
