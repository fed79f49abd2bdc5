"""What the team's form puts around a map on paper: margins, logo, colour, the texts over and under it. Draws; reads no form and no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageSize, QPainter

from desktop_crm.domain.quotes.paper import Typeface
from desktop_crm.ui.theme import fonts
from desktop_crm.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from desktop_crm.documents.look import Look

DOTS = 96
"""Scene units to the inch."""
EDGE = 16.0
"""The height of a line over or under the map."""
_POINT = DOTS / 72
_SMALL = 11
_LOGO_HEIGHT = 40.0
_NOTO = Typeface.NOTO_SANS
_LOGO_GAP = 14.0
_RULE = 2.0
_A4_LONG = 841.0
"""Points; the longer side of A4 is a little more, that of a letter less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Lengths are scene units. Texts are empty where a form says nothing; `accent` is then too."""

    size: QPageSize.PageSizeId = QPageSize.PageSizeId.A4
    wide: bool = True
    margin: float = 10.0 * DOTS / 25.4
    noto_body: bool = False
    noto_heading: bool = False
    accent: str = ""
    logo: QImage | None = None
    logo_width: float = 0.0
    title: str = ""
    header: str = ""
    footer: str = ""

    def body(self) -> QFont:
        """The type of the cards and lines."""
        return fonts.of_paper(noto=self.noto_body)

    def heading(self) -> QFont:
        """The type of the title."""
        return fonts.of_paper(noto=self.noto_heading)

    def draw_head(self, painter: QPainter, room: QRectF) -> float:
        """Logo and coloured rule of the head; returns how far the title moves to the right for them."""
        if self.accent:
            painter.fillRect(QRectF(room.left(), room.bottom() - 11.0, room.width(), _RULE), QColor(self.accent))
        if self.logo is None or self.logo.isNull():
            return 0.0
        size = QSizeF(self.logo.size()).scaled(
            QSizeF(min(self.logo_width, room.width() / 2), _LOGO_HEIGHT), Qt.AspectRatioMode.KeepAspectRatio
        )
        place = QPointF(room.left(), room.top() + (_LOGO_HEIGHT - size.height()) / 2)
        painter.drawImage(QRectF(place, size), self.logo)
        return size.width() + _LOGO_GAP

    def draw_top(self, painter: QPainter, room: QRectF) -> None:
        """The line over the sheets after the first."""
        self._line(painter, room, self.header, Qt.AlignmentFlag.AlignLeft)

    def draw_foot(self, painter: QPainter, room: QRectF, number: str) -> None:
        """The line under every sheet, with its number at the right."""
        self._line(painter, room, number, Qt.AlignmentFlag.AlignRight)
        self._line(painter, room.adjusted(0, 0, -60.0 if number else 0.0, 0), self.footer, Qt.AlignmentFlag.AlignLeft)

    def _line(self, painter: QPainter, room: QRectF, text: str, side: Qt.AlignmentFlag) -> None:
        if not text:
            return
        painter.setFont(fonts.sized(self.body(), _SMALL))
        painter.setPen(QColor(LIGHT.ink_2))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignBottom, shown)


PLAIN = Frame()


def frame_of(look: Look | None) -> Frame:
    """The frame a form asks for; without one the plain one."""
    if look is None:
        return PLAIN
    longest = max(look.width, look.height)
    return Frame(
        size=QPageSize.PageSizeId.Letter if longest < _A4_LONG else QPageSize.PageSizeId.A4,
        wide=look.width > look.height,
        margin=look.left * _POINT,
        noto_body=look.body == _NOTO,
        noto_heading=look.heading == _NOTO,
        accent=look.accent,
        logo=QImage.fromData(look.logo.content) if look.logo is not None else None,
        logo_width=look.logo_width * _POINT,
        title=look.title,
        header=look.header,
        footer=look.footer,
    )
