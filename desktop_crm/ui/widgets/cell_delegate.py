"""Draws the cells of tables: text, figures at the right, pills for states, a thin line below. Nothing is computed here."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.theme import Mood, Tokens, current
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import HINT_PX, ROW_HEIGHT
from desktop_crm.ui.widgets.cell import Cell

CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ROW_ID_ROLE = int(Qt.ItemDataRole.UserRole) + 2
PAD = 8
EDGE = 18
"""The first column starts where the page's header starts."""
PILL_HEIGHT = 20
KEYBOARD_BAR = 3

Index = QModelIndex | QPersistentModelIndex


def draw_pill(painter: QPainter, area: QRect, text: str, mood: Mood, look: Tokens) -> int:
    """A pill at the left of the area, vertically centred; gives back its width."""
    font = sized(painter.font(), HINT_PX)
    metrics = QFontMetrics(font)
    short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(area.width() - 18, 12))
    width = metrics.horizontalAdvance(short) + 18
    box = QRectF(area.left(), area.center().y() - PILL_HEIGHT / 2 + 0.5, width, PILL_HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.ground_of(mood)))
    painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    painter.setPen(QColor(look.ink_of(mood)))
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short)
    painter.restore()
    return width


def mark_keyboard(painter: QPainter, option: QStyleOptionViewItem, look: Tokens) -> None:
    """A bar at the left of the current row while its list has the keyboard: colour alone would not say where one is."""
    view, state = option.widget, option.state
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen and option.rect.left() <= 0 and view is not None and view.hasFocus():
        painter.fillRect(
            option.rect.left(), option.rect.top(), KEYBOARD_BAR, option.rect.height() - 1, QColor(look.accent)
        )


class CellDelegate(QStyledItemDelegate):
    """For models that answer CELL_ROLE with a `Cell`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = current()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(look.accent_soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(look.sunken))
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawLine(area.left(), area.bottom(), area.right(), area.bottom())
        mark_keyboard(painter, option, look)
        cell = index.data(CELL_ROLE)
        if isinstance(cell, Cell) and cell.text:
            self._content(painter, area, cell, index, look)
        painter.restore()

    def _content(self, painter: QPainter, area: QRect, cell: Cell, index: Index, look: Tokens) -> None:
        inner = area.adjusted(EDGE if index.column() == 0 else PAD, 0, -PAD, -1)
        if cell.strong:
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
        if cell.mood is not None:
            draw_pill(painter, inner, cell.text, cell.mood, look)
            return
        side = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideRight, inner.width())
        painter.setPen(QColor(look.ink))
        painter.drawText(inner, int(side) | int(Qt.AlignmentFlag.AlignVCenter), text)
