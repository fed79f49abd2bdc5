"""Draws the heads of groups over a table: a triangle, what the rows share, how many they are, their sums."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QTableView

from desktop_crm.i18n import formats
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.cell_delegate import EDGE, draw_pill
from desktop_crm.ui.widgets.record_model import RecordModel
from desktop_crm.ui.widgets.record_source import HeapHead

SIGN = 14
GAP = 8


def paint_heads(table: QTableView, model: RecordModel) -> None:
    """All heads that are on screen; called after the table has drawn its cells."""
    first = max(table.rowAt(0), 0)
    last = table.rowAt(table.viewport().height() - 1)
    painter = QPainter(table.viewport())
    for row in range(first, (model.rowCount() - 1 if last < 0 else last) + 1):
        heap = model.layout_of_rows.heap_at(row)
        if heap is not None:
            area = QRect(0, table.rowViewportPosition(row), table.viewport().width(), table.rowHeight(row))
            chosen = table.currentIndex().row() == row and table.hasFocus()
            _paint(painter, area, model.head_of(heap), is_open=model.layout_of_rows.is_open(heap), chosen=chosen)
    painter.end()


def _paint(painter: QPainter, area: QRect, head: HeapHead, *, is_open: bool, chosen: bool) -> None:
    look = current()
    painter.save()
    painter.fillRect(area, QColor(look.accent_soft if chosen else look.sunken))
    painter.setPen(QPen(QColor(look.line), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    sign = QRect(area.left() + EDGE - 4, area.center().y() - SIGN // 2, SIGN, SIGN)
    icon("chevron_down" if is_open else "chevron_right", look.ink_2).paint(painter, sign)
    inner = area.adjusted(EDGE + SIGN + 2, 0, -EDGE, -1)
    middle = int(Qt.AlignmentFlag.AlignVCenter)
    font = painter.font()
    font.setBold(True)
    if head.mood is not None:
        width = draw_pill(painter, inner, head.text, head.mood, look)
    else:
        painter.setFont(font)
        painter.setPen(QColor(look.ink))
        painter.drawText(inner, middle, head.text)
        width = painter.fontMetrics().horizontalAdvance(head.text)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(QColor(look.ink_3))
    painter.drawText(inner.adjusted(width + GAP, 0, 0, 0), middle, formats.number(head.count))
    painter.setPen(QColor(look.ink_2))
    painter.drawText(inner, middle | int(Qt.AlignmentFlag.AlignRight), head.sums)
    painter.restore()
