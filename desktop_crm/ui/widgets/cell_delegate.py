"""Draws the cells of tables: text, figures at the right, pills for states, a thin line below. Nothing is computed here."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

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


def lay_ground(painter: QPainter, option: QStyleOptionViewItem, look: Tokens) -> None:
    """The ground of a row that is no table's, with a thin line below."""
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.fillRect(option.rect, QColor(look.accent_soft if chosen else look.surface))
    painter.setPen(QColor(look.line))
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())


def mark_keyboard(painter: QPainter, option: QStyleOptionViewItem, look: Tokens) -> None:
    """A bar at the left of the current row while its list has the keyboard: colour alone would not say where one is."""
    view, state = option.widget, option.state
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen and option.rect.left() <= 0 and view is not None and view.hasFocus():
        painter.fillRect(
            option.rect.left(), option.rect.top(), KEYBOARD_BAR, option.rect.height() - 1, QColor(look.accent)
        )


WIDEST_LETTER = 15
"""Pixels that no letter of the tables' type is wider than: shorter texts need not be measured."""
_SELECTED, _HOVERED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_MouseOver
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class _Inks(NamedTuple):
    """The colours of cells, made once for each theme: a table paints hundreds of cells at a time."""

    look: Tokens
    chosen: QColor
    hovered: QColor
    line: QPen
    ink: QColor


@lru_cache(maxsize=4)
def _inks(look: Tokens) -> _Inks:
    line = QPen(QColor(look.line), 1)
    return _Inks(look, QColor(look.accent_soft), QColor(look.sunken), line, QColor(look.ink))


class CellDelegate(QStyledItemDelegate):
    """For models that answer CELL_ROLE with a `Cell`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = current()
        inks = _inks(look)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & _SELECTED:
            painter.fillRect(area, inks.chosen)
            view = option.widget
            if isinstance(view, QAbstractItemView) and view.currentIndex().row() == index.row():
                mark_keyboard(painter, option, look)
        elif state & _HOVERED:
            painter.fillRect(area, inks.hovered)
        painter.setPen(inks.line)
        bottom = area.bottom()
        painter.drawLine(area.left(), bottom, area.right(), bottom)
        cell = self.cell(index)
        if cell is not None and cell.text:
            self._content(painter, area, cell, index, inks)

    def cell(self, index: Index) -> Cell | None:
        """What stands in a cell."""
        found = index.data(CELL_ROLE)
        return found if isinstance(found, Cell) else None

    def stands_right(self, index: Index) -> bool:
        """Whether the text of a cell ends at the right."""
        side = index.data(Qt.ItemDataRole.TextAlignmentRole)
        return bool(side is not None and int(side) & int(Qt.AlignmentFlag.AlignRight))

    def _content(self, painter: QPainter, area: QRect, cell: Cell, index: Index, inks: _Inks) -> None:
        left = EDGE if index.column() == 0 else PAD
        width = area.width() - left - PAD
        inner = QRect(area.left() + left, area.top(), width, area.height() - 1)
        plain = None
        if cell.strong:
            plain = painter.font()
            bold = QFont(plain)
            bold.setBold(True)
            painter.setFont(bold)
        if cell.mood is not None:
            draw_pill(painter, inner, cell.text, cell.mood, inks.look)
        else:
            text = cell.text
            if len(text) * WIDEST_LETTER > width:
                text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.setPen(inks.ink)
            painter.drawText(inner, _RIGHT if self.stands_right(index) else _LEFT, text)
        if plain is not None:
            painter.setFont(plain)
