"""A person or the like as a round sign with initials."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.fonts import sized

KOREAN_FIRST = "가"
KOREAN_LAST = "힣"


def initials(name: str, size: int) -> str:
    """One or two letters: the family name in Korean (two on a large sign), the first letters of two words elsewhere."""
    text = name.strip()
    if not text:
        return "?"
    if KOREAN_FIRST <= text[0] <= KOREAN_LAST:
        return text[: 2 if size >= 36 else 1]
    words = text.split()
    return "".join(word[0] for word in words[:2]).upper()


class Avatar(QWidget):
    """Painted, so that it is sharp at every scale."""

    def __init__(self, name: str = "", size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_name(name)

    def show_name(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent))
        area = QRectF(0, 0, self._size, self._size)
        painter.drawEllipse(area)
        painter.setPen(QColor(look.on_accent))
        painter.setFont(sized(self.font(), 14 if self._size >= 36 else 12, bold=True))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, initials(self._name, self._size))
        painter.end()
