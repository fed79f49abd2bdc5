"""The hits of a search as a list: kind, title and piece of text with what was found in bold, where and when."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_crm.i18n import formats
from desktop_crm.i18n.labels import entity_label, option_label
from desktop_crm.services.full_text import Found
from desktop_crm.ui.theme import Mood, current, mood_of
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import BODY_PX, HINT_PX
from desktop_crm.ui.widgets.cell_delegate import draw_pill, lay_ground

FOUND_ROLE = int(Qt.ItemDataRole.UserRole) + 1
HEIGHT, PAD, PILL, LINE = 72, 18, 80, 19
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class FoundModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: tuple[Found, ...] = ()

    def show_found(self, found: tuple[Found, ...]) -> None:
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def found(self, row: int) -> Found | None:
        return self._found[row] if 0 <= row < len(self._found) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.found(index.row())
        if one is None:
            return None
        if role == FOUND_ROLE:
            return one
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return ", ".join(part for part in (kind_word(one), one.title, one.snippet.text, around(one)) if part)
        return None


def kind_word(one: Found) -> str:
    return option_label("kind", one.kind) if one.kind else entity_label(one.entity)


def around(one: Found) -> str:
    """Where it belongs: account, stage, sum, owner."""
    amount = formats.money(one.amount, one.currency) if one.amount is not None and one.currency else ""
    return " · ".join(part for part in (one.account, one.stage, amount, one.owner) if part)


class FoundDelegate(QStyledItemDelegate):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        font = parent.font()
        self._strong, self._body = sized(font, BODY_PX, bold=True), sized(font, BODY_PX)
        self._hint, self._hit = sized(font, HINT_PX), sized(font, BODY_PX, bold=True)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(280, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one = index.data(FOUND_ROLE)
        if not isinstance(one, Found):
            return
        look, box = current(), QRect(option.rect)
        lay_ground(painter, option, look)
        mood = mood_of("kind", one.kind) if one.kind else Mood.neutral
        draw_pill(painter, QRect(box.left() + PAD, box.top() + 8, PILL, 20), kind_word(one), mood, look)
        inner = box.adjusted(PAD + PILL + 10, 8, -PAD, -4)
        day = formats.date(one.at) if one.at else ""
        width = QFontMetrics(self._hint).horizontalAdvance(day) + 4
        painter.setFont(self._hint)
        painter.setPen(QColor(look.ink_3))
        painter.drawText(QRect(inner.right() - width, inner.top(), width, LINE), MIDDLE, day)
        head = QRect(inner.left(), inner.top(), inner.width() - width - 8, LINE)
        self._pieces(painter, head, one.title, one.title_hits, (self._strong, look.ink))
        below = QRect(inner.left(), inner.top() + LINE, inner.width(), LINE)
        if one.snippet.text:
            self._pieces(painter, below, one.snippet.text, one.snippet.hits, (self._body, look.ink_2))
            below.translate(0, LINE)
        painter.setFont(self._hint)
        painter.setPen(QColor(look.ink_3))
        text = painter.fontMetrics().elidedText(around(one), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, MIDDLE, text)

    def _pieces(
        self, painter: QPainter, box: QRect, text: str, hits: tuple[tuple[int, int], ...], plain: tuple[QFont, str]
    ) -> None:
        """The text with its hits marked, until the room ends."""
        look, left, place = current(), box.left(), 0
        marked: list[tuple[str, bool]] = []
        for begin, end in hits:
            marked += [(text[place:begin], False), (text[begin:end], True)]
            place = end
        marked.append((text[place:], False))
        for piece, hit in marked:
            if not piece or left >= box.right():
                continue
            font = self._hit if hit else plain[0]
            painter.setFont(font)
            metrics = painter.fontMetrics()
            room = box.right() - left
            shown = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, room)
            width = min(metrics.horizontalAdvance(piece), room)
            spot = QRect(left, box.top(), room, box.height())
            if hit:
                painter.fillRect(QRect(left, box.top() + 2, width, box.height() - 4), QColor(look.warn_soft))
            painter.setPen(QColor(look.warn if hit else plain[1]))
            painter.drawText(spot, MIDDLE, shown)
            left += width
