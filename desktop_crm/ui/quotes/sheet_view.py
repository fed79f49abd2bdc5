"""One page of a document on the screen, drawn at its size with a line around it. Knows nothing of what stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.theme import current

if TYPE_CHECKING:
    from desktop_crm.documents.preview import PagePicture

A4_POINTS = (595.28, 841.89)


class Paper(QWidget):
    """One page, drawn at its size, with a line around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self._word = tr("Drawing the page…")
        self._proportion = A4_POINTS[1] / A4_POINTS[0]
        self.setAccessibleName(tr("The page as it will be printed"))

    def say(self, word: str) -> None:
        """What stands on the paper instead of a page, until one is shown."""
        self._picture, self._word = QPixmap(), word
        self.update()

    def show_page(self, page: PagePicture | None, ratio: float) -> None:
        if page is None:
            self._picture = QPixmap()
        else:
            image = QImage(page.rgba, page.width, page.height, page.width * 4, QImage.Format.Format_RGBA8888)
            self._picture = QPixmap.fromImage(image)
            self._picture.setDevicePixelRatio(ratio)
            self._proportion = page.height / page.width
            self.fit(self.width())
        self.update()

    @property
    def empty(self) -> bool:
        return self._picture.isNull()

    def fit(self, width: int) -> None:
        """As wide as that, as high as the paper is."""
        self.setFixedSize(QSize(width, round(width * self._proportion)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._picture.isNull():
            painter.fillRect(self.rect(), current().surface)
            painter.setPen(QColor(current().ink_3))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._word)
        else:
            painter.drawPixmap(self.rect(), self._picture)
        painter.setPen(current().line_strong)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
