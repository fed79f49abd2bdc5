"""Paints the grid of a layout behind the cards: columns, rows and their words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop_crm.domain.schema.options import Support
from desktop_crm.domain.stakeholders.grid import HEADING, SIDE
from desktop_crm.domain.stakeholders.rank_grid import RankFrame
from desktop_crm.domain.stakeholders.support_grid import GridFrame
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.looks import MapLook, mixed, support_mood

TINT = 0.35


def paint_grid(painter: QPainter, look: MapLook, frame: GridFrame | RankFrame) -> None:
    """Columns (tinted by attitude where they are one), rows by thin lines, a word at each head."""
    painter.save()
    for column in frame.columns:
        area = QRectF(column.start, HEADING, column.extent, frame.height - HEADING)
        painter.setFont(look.name_font)
        painter.setPen(look.ink_2)
        if column.key is None or isinstance(column.key, Support):
            soft = look.ground_of(support_mood(column.key)).name()
            painter.fillRect(area, mixed(look.tokens.ground, soft, TINT))
            painter.setPen(look.ink_of(support_mood(column.key)))
        head = QRectF(column.start + 6.0, 0.0, column.extent - 12.0, HEADING)
        text = look.name_metrics.elidedText(
            words.head_word(column.key), Qt.TextElideMode.ElideRight, column.extent - 12.0
        )
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(QPen(look.border.color(), 1.0))
    for column in frame.columns[1:]:
        painter.drawLine(QPointF(column.start, HEADING), QPointF(column.start, frame.height))
    for row in frame.rows:
        painter.drawLine(QPointF(0.0, row.start), QPointF(frame.width, row.start))
    painter.drawLine(QPointF(0.0, frame.height), QPointF(frame.width, frame.height))
    painter.setFont(look.text_font)
    painter.setPen(look.ink_2)
    for row in frame.rows:
        side = QRectF(0.0, row.start, SIDE - 8.0, row.extent)
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words.row_word(row.key))
    painter.restore()
