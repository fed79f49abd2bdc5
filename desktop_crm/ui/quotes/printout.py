"""Pages of a file on paper, one after another: a picture of one page at a time, drawn by the worker, so that a long quote needs no more room.

Signals: `printed()` after the last page; it puts itself away. Which pages, and how often, the system's dialog has said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage, QPageLayout, QPainter

from desktop_crm.documents.previewing import Pages, file_pages
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

SCALE = 300 / 72


class Printout(QObject):
    """Holds the printer until it is done."""

    printed = Signal()

    def __init__(self, context: UiContext, printer: QPrinter, pdf: bytes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._printer = printer
        self._pdf = pdf
        self._painter: QPainter | None = None
        self._page = max(printer.fromPage() - 1, 0)
        self._ask()

    def _ask(self) -> None:
        self._context.lanes.work(file_pages, self._pdf, SCALE, self._page, done=self._draw, failed=self._on_failed)

    def _draw(self, pages: Pages) -> None:
        picture = pages.picture
        if self._painter is None:
            wide = picture.width > picture.height
            way = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
            self._printer.setPageOrientation(way)
            self._painter = QPainter(self._printer)
        else:
            self._printer.newPage()
        image = QImage(picture.rgba, picture.width, picture.height, picture.width * 4, QImage.Format.Format_RGBA8888)
        room = QRectF(self._painter.viewport())
        scale = min(room.width() / image.width(), room.height() / image.height())
        self._painter.drawImage(QRectF(0, 0, image.width() * scale, image.height() * scale), image)
        last = min(self._printer.toPage() or pages.whole, pages.whole) - 1
        if self._page < last:
            self._page += 1
            self._ask()
            return
        self._end()
        self.printed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._end()
        self._context.lanes.troubled.emit(error)

    def _end(self) -> None:
        if self._painter is not None:
            self._painter.end()
        self.deleteLater()
