"""Draws a deal as a card: name, account, amount, close date, and how long it has stood in its stage."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.i18n import formats, tr
from desktop_crm.services.pipeline import DealCard
from desktop_crm.ui.pipeline.model import CARD_ROLE
from desktop_crm.ui.theme import Mood, Tokens, current
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import BODY_PX, HINT_PX, RADIUS_CARD
from desktop_crm.ui.widgets.cell_delegate import draw_pill

CARD_HEIGHT = 92
GAP = 8
PAD = 11
LINE = 20
PILL_ROOM = 20

Index = QModelIndex | QPersistentModelIndex
LEFT = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter)


class DealDelegate(QStyledItemDelegate):
    """`now` and `stall_days` say whether a deal has stood still too long."""

    def __init__(self, now: datetime, stall_days: int | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self.stall_days = stall_days

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, CARD_HEIGHT + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card = index.data(CARD_ROLE)
        if not isinstance(card, DealCard):
            return
        look = current()
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect.adjusted(2, 0, -2, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = look.accent if chosen else look.line_strong if state & QStyle.StateFlag.State_MouseOver else look.line
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(look.accent_soft if chosen else look.surface))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
        self._lines(painter, area.adjusted(PAD, 8, -PAD, -8), card, look)
        painter.restore()

    def _lines(self, painter: QPainter, area: QRect, card: DealCard, look: Tokens) -> None:
        first, second, third = (QRect(area.left(), area.top() + n * 26, area.width(), LINE) for n in range(3))
        self._text(painter, first, card.name, look.ink, LEFT, bold=True)
        self._text(painter, second.adjusted(0, -4, 0, -4), card.account or tr("No account"), look.ink_2, LEFT)
        late = self.standing(card)
        width = QFontMetrics(sized(painter.font(), HINT_PX)).horizontalAdvance(late) + PILL_ROOM if late else 0
        amount = formats.money_short(card.amount, card.currency) if card.amount is not None else "–"
        self._text(painter, third.adjusted(0, 0, -width, 0), amount, look.ink, LEFT, bold=True)
        if late:
            draw_pill(painter, third.adjusted(max(third.width() - width, 0), 0, 0, 0), late, Mood.warn, look)
        elif card.close_date is not None:
            self._text(painter, third, formats.date_short(card.close_date), look.ink_3, RIGHT, pixels=HINT_PX)

    def standing(self, card: DealCard) -> str:
        """Words for a deal that has stood in its stage longer than the stage's limit; empty for others."""
        if self.stall_days is None or card.entered_at is None:
            return ""
        days = (self.now - card.entered_at).days
        return tr("stalled {n} d", n=days) if days > self.stall_days else ""

    def _text(
        self,
        painter: QPainter,
        area: QRect,
        text: str,
        colour: str,
        side: int,
        *,
        bold: bool = False,
        pixels: int = BODY_PX,
    ) -> None:
        painter.setFont(sized(painter.font(), pixels, bold=bold))
        painter.setPen(QColor(colour))
        painter.drawText(area, side, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width()))
