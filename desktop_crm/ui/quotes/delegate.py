"""Painting and typing in the grid: headings, lines, the row for a new line; editors that price while one types.

Enter and Tab finish a cell and go on, Escape leaves it as it was. Names are completed from the catalogue.
Signals: `typed(row, column, text)` on every key press; `stepped(step)` after a cell was finished; `picked(row, product)`;
`refused(field, text)` for what cannot be that figure, the cell staying open; `begun()` and `ended()` around the life of an editor;
`cramped(column, width)` when a figure does not fit: half a figure would be another one.
"""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_crm.ui.quotes.model import FIELDS, FIGURES, MARK_ROLE, ROW_ROLE, Column, GridRow, Kind
from desktop_crm.ui.quotes.product_completer import ProductCompleter
from desktop_crm.ui.quotes.typed import read_value
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Tokens, current, pixmap
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import HINT_PX, ROW_HEIGHT

if TYPE_CHECKING:
    from desktop_crm.services.quotes import ProductChoice

Index = QModelIndex | QPersistentModelIndex
PAD = 8
STEP = 18
"""How far a line goes in for each level."""


class Step(Enum):
    """Where to go after a cell."""

    NEXT = "next"
    BACK = "back"
    DOWN = "down"
    UP = "up"


class LineDelegate(QStyledItemDelegate):
    typed = Signal(int, int, str)
    stepped = Signal(object)
    picked = Signal(int, object)
    refused = Signal(str, str)
    begun = Signal()
    ended = Signal()
    cramped = Signal(int, int)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.currency = ""
        self.price_book_id: str | None = None
        self.account_id: str | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, GridRow):
            return
        look = current()
        state: QStyle.StateFlag = option.state
        area: QRect = option.rect
        painter.save()
        if state & QStyle.StateFlag.State_Selected and row.kind is not Kind.NEW:
            painter.fillRect(area, QColor(look.accent_soft))
        elif row.kind is Kind.HEAD:
            painter.fillRect(area, QColor(look.sunken))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(look.ground))
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawLine(area.left(), area.bottom(), area.right(), area.bottom())
        self._content(painter, area, index, row, look)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(look.accent), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -2))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setProperty("role", "cell")
        column = Column(index.column())
        if column in FIGURES:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name = str(index.model().headerData(column, Qt.Orientation.Horizontal) or "")
        editor.setAccessibleName(name)
        place = QPersistentModelIndex(index)
        editor.textEdited.connect(partial(self._on_typed, place))
        row = index.data(ROW_ROLE)
        if isinstance(row, GridRow) and row.kind is Kind.LINE:
            editor.setProperty("field", FIELDS[column])
            editor.textEdited.connect(partial(_mark, editor, False))
        if column is Column.NAME and isinstance(row, GridRow) and row.kind is not Kind.HEAD:
            completer = ProductCompleter(self._context, editor, self.currency, self.price_book_id, self.account_id)
            completer.picked.connect(partial(self._on_picked, place, editor))
        self.begun.emit()
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        self.ended.emit()
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        editor.setGeometry(area.adjusted(0, 0, 0, -1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _step_of(event)
            if step is not None:
                field = str(watched.property("field") or "")
                if field and watched.isModified() and read_value(field, watched.text()) is None:
                    _mark(watched, True)
                    watched.selectAll()
                    self.refused.emit(field, watched.text())
                    return True
                self._finish(watched)
                self.stepped.emit(step)
                return True
        return bool(super().eventFilter(watched, event))

    def _finish(self, editor: QLineEdit) -> None:
        if editor.isModified():
            self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def _on_typed(self, place: QPersistentModelIndex, text: str) -> None:
        if place.isValid():
            self.typed.emit(place.row(), place.column(), text)

    def _on_picked(self, place: QPersistentModelIndex, editor: QLineEdit, product: ProductChoice) -> None:
        editor.setModified(False)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        if place.isValid():
            self.picked.emit(place.row(), product)

    def _content(self, painter: QPainter, area: QRect, index: Index, row: GridRow, look: Tokens) -> None:
        column = Column(index.column())
        inner = area.adjusted(PAD, 0, -PAD, -1)
        if column is Column.NUMBER:
            self._handle(painter, area, row, look)
            return
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        font = painter.font()
        painter.setPen(QColor(look.ink_3 if row.inside or _is_option(row) else look.ink))
        if column is Column.NAME and row.depth:
            inner.setLeft(inner.left() + STEP * row.depth)
            text = f"└ {text}" if row.inside else text
        if row.kind is Kind.NEW:
            painter.setPen(QColor(look.ink_3))
        elif row.kind is Kind.HEAD or column is Column.AMOUNT:
            font.setBold(True)
        elif column is Column.SPEC:
            painter.setPen(QColor(look.ink_3))
        elif column is Column.DISCOUNT:
            painter.setPen(QColor(look.bad))
        elif index.data(MARK_ROLE):
            painter.setPen(QColor(look.warn))
        painter.setFont(font)
        side = int(Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft)
        wide = painter.fontMetrics().horizontalAdvance(text) if column in FIGURES else 0
        if wide > inner.width():
            self.cramped.emit(int(column), wide + 2 * PAD)
        short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, side | int(Qt.AlignmentFlag.AlignVCenter), short)

    def _handle(self, painter: QPainter, area: QRect, row: GridRow, look: Tokens) -> None:
        if row.kind is Kind.NEW:
            sign = pixmap("plus", look.ink_3, 14, painter.device().devicePixelRatioF())
            painter.drawPixmap(area.right() - 24, area.center().y() - 7, sign)
            return
        sign = pixmap("drag", look.line_strong, 14, painter.device().devicePixelRatioF())
        painter.drawPixmap(area.left() + 5, area.center().y() - 7, sign)
        if row.kind is Kind.LINE and not row.inside:
            painter.setFont(sized(painter.font(), HINT_PX))
            painter.setPen(QColor(look.ink_3))
            inner = area.adjusted(0, 0, -4, -1)
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(row.number))


def _is_option(row: GridRow) -> bool:
    part = row.line or row.section
    return part is not None and part.optional


def _mark(editor: QLineEdit, invalid: bool, _text: str = "") -> None:
    """Show, or take back, that a figure cannot be read."""
    if bool(editor.property("invalid")) is not invalid:
        editor.setProperty("invalid", invalid)
        editor.style().unpolish(editor)
        editor.style().polish(editor)


def _step_of(event: QKeyEvent) -> Step | None:
    key = Qt.Key(event.key())
    shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return Step.UP if shifted else Step.DOWN
    if key is Qt.Key.Key_Tab:
        return Step.NEXT
    if key is Qt.Key.Key_Backtab:
        return Step.BACK
    return {Qt.Key.Key_Down: Step.DOWN, Qt.Key.Key_Up: Step.UP}.get(key)
