"""Paints the influence × support grid behind the cards: columns, rows and their words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop_crm.domain.stakeholders.support_grid import HEADING, SIDE, GridFrame
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.looks import MapLook, mixed, support_mood

TINT = 0.35


def paint_grid(painter: QPainter, look: MapLook, frame: GridFrame) -> None:
    """Columns tinted by attitude (against us to for us), rows by thin lines, a word at each head."""
    painter.save()
    for column in frame.columns:
        area = QRectF(column.left, HEADING, column.width, frame.height - HEADING)
        soft = look.ground_of(support_mood(column.support)).name()
        painter.fillRect(area, mixed(look.tokens.ground, soft, TINT))
        painter.setFont(look.name_font)
        painter.setPen(look.ink_of(support_mood(column.support)))
        head = QRectF(column.left, 0.0, column.width, HEADING)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, words.column_word(column.support))
    painter.setPen(QPen(look.border.color(), 1.0))
    for column in frame.columns[1:]:
        painter.drawLine(QPointF(column.left, HEADING), QPointF(column.left, frame.height))
    for row in frame.rows:
        painter.drawLine(QPointF(0.0, row.top), QPointF(frame.width, row.top))
    painter.drawLine(QPointF(0.0, frame.height), QPointF(frame.width, frame.height))
    painter.setFont(look.text_font)
    painter.setPen(look.ink_2)
    for row in frame.rows:
        side = QRectF(0.0, row.top, SIDE - 8.0, row.height)
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words.band_word(row.band))
    painter.restore()
