"""The lines of the search palette: groups with a head each, records with the found part bold, actions with their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeySequence, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.shell.rows import ActionRow
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import HINT_PX

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
LINE, HEAD = 36, 26

Index = QModelIndex | QPersistentModelIndex
_NATIVE = QKeySequence.SequenceFormat.NativeText
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the palette. `head`: the head of a group, which cannot be chosen."""

    title: str
    subtitle: str = ""
    kind: str = ""
    icon: str = ""
    span: tuple[int, int] | None = None
    entity: str = ""
    row_id: str = ""
    action: ActionRow | None = None
    head: bool = False


class EntryModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, place: int) -> Entry | None:
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return " · ".join(part for part in (entry.title, entry.kind, entry.subtitle) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        entry = self.entry(index.row())
        return Qt.ItemFlag.NoItemFlags if entry is None or entry.head else super().flags(index)

    def height(self, most: int) -> int:
        """How high the first entries stand together, that many at most."""
        return sum(HEAD if entry.head else LINE for entry in self._entries[:most])

    def step(self, place: int, count: int) -> int:
        """The place so many choosable entries down (or up); the last one there is when there are fewer."""
        for _ in range(abs(count)):
            following = self._next(place, 1 if count > 0 else -1)
            if following is None:
                break
            place = following
        return place

    def group(self, place: int, *, down: bool) -> int:
        """The first entry of the next group, of this one when going up from its middle, or of the one before."""
        firsts = [at for at in range(len(self._entries)) if self._is_first(at)]
        if down:
            return next((at for at in firsts if at > place), place)
        return next((at for at in reversed(firsts) if at < place), place)

    def _is_first(self, place: int) -> bool:
        return not self._entries[place].head and (place == 0 or self._entries[place - 1].head)

    def _next(self, place: int, step: int) -> int | None:
        place += step
        while 0 <= place < len(self._entries):
            if not self._entries[place].head:
                return place
            place += step
        return None


class EntryDelegate(QStyledItemDelegate):
    """Icon, title with the found part bold, what else is known, and at the right an action's keys; heads in small type."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry = index.data(ENTRY_ROLE)
        return QSize(200, HEAD if isinstance(entry, Entry) and entry.head else LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        look = current()
        area: QRect = option.rect
        if entry.head:
            _draw_head(painter, area, entry.title, look.ink_3)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent_soft))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 6, 6)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(
            QPoint(area.left() + 12, area.center().y() - 8), pixmap(entry.icon or "search", look.ink_3, 16, ratio)
        )
        small = sized(painter.font(), HINT_PX)
        keys = QKeySequence(entry.action.shortcut).toString(_NATIVE) if entry.action is not None else ""
        keys_width = _draw_right(painter, area, keys, small, look.ink_3) if keys else 0
        left = area.adjusted(38, 0, -keys_width - 26, 0)
        wanted = min(QFontMetrics(small).horizontalAdvance(entry.subtitle) + 10, left.width() // 3)
        title = left.adjusted(0, 0, -wanted if entry.subtitle else 0, 0)
        used = _draw_title(painter, title, entry, look.ink, look.accent)
        painter.setFont(small)
        painter.setPen(QColor(look.ink_3))
        rest = left.adjusted(used + 10, 0, 0, 0)
        if rest.width() > 30:
            text = painter.fontMetrics().elidedText(entry.subtitle, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


def _draw_head(painter: QPainter, area: QRect, text: str, colour: str) -> None:
    painter.save()
    painter.setFont(sized(painter.font(), HINT_PX, bold=True))
    painter.setPen(QColor(colour))
    painter.drawText(area.adjusted(12, 4, -12, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.restore()


def _draw_right(painter: QPainter, area: QRect, text: str, font: QFont, colour: str) -> int:
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(area.adjusted(0, 0, -14, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    width = painter.fontMetrics().horizontalAdvance(text)
    painter.restore()
    return width


def _draw_title(painter: QPainter, area: QRect, entry: Entry, ink: str, accent: str) -> int:
    """Draw the title, the found part in bold; gives back its width."""
    plain = QFont(painter.font())
    bold = sized(plain, plain.pixelSize() if plain.pixelSize() > 0 else 13, bold=True)
    start, end = entry.span or (0, 0)
    x = area.left()
    for text, font, colour in (
        (entry.title[:start], plain, ink),
        (entry.title[start:end], bold, accent),
        (entry.title[end:], plain, ink),
    ):
        if not text or x >= area.right():
            continue
        painter.setFont(font)
        painter.setPen(QColor(colour))
        room = area.right() - x
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        box = QRect(x, area.top(), room, area.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        x += painter.fontMetrics().horizontalAdvance(shown)
    painter.setFont(plain)
    return x - area.left()
