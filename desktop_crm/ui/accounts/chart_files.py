"""The org chart as a file: PNG, SVG, or a PDF of one page whose text can be searched. The scene draws; nothing is laid out here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QGraphicsScene

from desktop_crm.foundation.errors import Trouble

SCALE = 2.0
LARGEST_SIDE = 16_000
DPI = 96
POINTS = 72 / DPI
LONGEST_PAGE = 14_400
"""Points: what readers of PDF take at most."""


def save(scene: QGraphicsScene, path: Path, title: str) -> None:
    """Write the picture as the file's ending says. Raises Trouble `export.file.unwritable`."""
    kinds = {".svg": svg, ".pdf": pdf}
    content = kinds.get(path.suffix.lower(), png)(scene, title)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Trouble("export.file.unwritable", path=str(path), reason=error.strerror or str(error)) from error


def png(scene: QGraphicsScene, _title: str = "") -> bytes:
    """Twice the size of the screen; one too large for that as large as fits in 16,000 pixels."""
    rect = scene.sceneRect()
    scale = min(SCALE, LARGEST_SIDE / rect.width(), LARGEST_SIDE / rect.height())
    image = QImage(round(rect.width() * scale), round(rect.height() * scale), QImage.Format.Format_RGB32)
    image.fill(scene.backgroundBrush().color())
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scene.render(painter, QRectF(image.rect()), rect, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    buffer = _buffer()
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def svg(scene: QGraphicsScene, title: str) -> bytes:
    """Shapes and text as they are."""
    from PySide6.QtSvg import QSvgGenerator

    rect, buffer = scene.sceneRect(), _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(title)
    generator.setResolution(DPI)
    generator.setSize(QSize(round(rect.width()), round(rect.height())))
    generator.setViewBox(QRectF(0, 0, rect.width(), rect.height()))
    painter = QPainter(generator)
    scene.render(painter, QRectF(0, 0, rect.width(), rect.height()), rect)
    painter.end()
    return bytes(buffer.data().data())


def pdf(scene: QGraphicsScene, title: str) -> bytes:
    """One page as large as the picture, with its fonts embedded."""
    rect, buffer = scene.sceneRect(), _buffer()
    scale = min(POINTS, LONGEST_PAGE / rect.width(), LONGEST_PAGE / rect.height())
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setResolution(72)
    writer.setPageSize(QPageSize(QSizeF(rect.width() * scale, rect.height() * scale), QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    scene.render(painter, QRectF(0, 0, rect.width() * scale, rect.height() * scale), rect)
    painter.end()
    return bytes(buffer.data().data())


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
