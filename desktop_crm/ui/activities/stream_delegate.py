"""Painting of a timeline: a pill with the kind, the bold line with its day, what was said, who and where. All rows are as high."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_crm.i18n import formats
from desktop_crm.services.timeline import StreamEntry
from desktop_crm.ui.activities.stream_model import ENTRY_ROLE
from desktop_crm.ui.activities.stream_words import around, below, heading, mood, sort_word
from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import BODY_PX, HINT_PX
from desktop_crm.ui.widgets.cell_delegate import draw_pill, lay_ground

HEIGHT, PAD, PILL, LINE = 68, 14, 64, 18
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
Index = QModelIndex | QPersistentModelIndex


class StreamDelegate(QStyledItemDelegate):
    def __init__(self, now: datetime, parent: QWidget) -> None:
        super().__init__(parent)
        self._bold, self._body = sized(parent.font(), BODY_PX, bold=True), sized(parent.font(), BODY_PX)
        self._hint = sized(parent.font(), HINT_PX)
        self._metrics = {font.key(): QFontMetrics(font) for font in (self._bold, self._body, self._hint)}
        self._year = now.astimezone().year

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(240, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, StreamEntry):
            return
        look, box = current(), QRect(option.rect)
        lay_ground(painter, option, look)
        draw_pill(painter, QRect(box.left() + PAD, box.top() + 8, PILL, 20), sort_word(entry.sort), mood(entry), look)
        inner = box.adjusted(PAD + PILL + 10, 8, -PAD, -4)
        at = entry.at.astimezone()
        when = formats.date_short(at) if at.year == self._year else formats.date(at)
        width = self._metrics[self._hint.key()].horizontalAdvance(when) + 4
        day = QRect(inner.right() - width, inner.top(), width, LINE)
        self._text(painter, day, when, look.ink_3, self._hint)
        self._text(
            painter,
            QRect(inner.left(), inner.top(), inner.width() - width - 8, LINE),
            heading(entry),
            look.ink,
            self._bold,
        )
        said, who = below(entry), around(entry)
        for place, (text, ink, font) in enumerate(
            part for part in ((said, look.ink_2, self._body), (who, look.ink_3, self._hint)) if part[0]
        ):
            top = inner.top() + (place + 1) * LINE + 1
            self._text(painter, QRect(inner.left(), top, inner.width(), LINE), text, ink, font)

    def _text(self, painter: QPainter, box: QRect, text: str, ink: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        metrics = self._metrics[font.key()]
        painter.drawText(box, MIDDLE, metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width()))
