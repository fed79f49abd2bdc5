"""Draws a group of duplicates in two lines: the names, and why; how likely it is stands at the right as a pill."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.insights.model import LINE_ROLE, GroupLine, Index
from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import BODY_PX, HINT_PX
from desktop_crm.ui.widgets.cell_delegate import draw_pill, mark_keyboard

HEIGHT = 54
_EDGE, _PILL = 16, 46


class GroupDelegate(QStyledItemDelegate):
    """Two lines and a pill."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(240, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE_ROLE)
        if not isinstance(line, GroupLine):
            return
        look, area = current(), QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(look.accent_soft))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(look.sunken))
        mark_keyboard(painter, option, look)
        painter.setPen(QColor(look.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        text = area.adjusted(_EDGE, 8, -_EDGE - _PILL - 8, -8)
        _write(painter, text, line.title, BODY_PX, look.ink, top=True, bold=True)
        _write(painter, text, line.why, HINT_PX, look.ink_3, top=False)
        pill = QRect(area.right() - _EDGE - _PILL, area.top() + 6, _PILL, 22)
        draw_pill(painter, pill, line.likely, line.mood, look)
        painter.restore()


def _write(painter: QPainter, area: QRect, text: str, size: int, ink: str, *, top: bool, bold: bool = False) -> None:
    painter.setFont(sized(painter.font(), size, bold=bold))
    painter.setPen(QColor(ink))
    short = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    side = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, side | Qt.AlignmentFlag.AlignLeft, short)
