"""A map outside the screen: PNG, SVG, PDF and sheets of paper, drawn by the same scene, with the bundled fonts. Needs no window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageWriter,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.sheets import Strip, strips
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.errors import Trouble
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.frame import DOTS, EDGE, PLAIN, Frame, frame_of
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme import Tokens, fonts
from desktop_crm.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from desktop_crm.documents.look import Look

SCALE = 2.0
MARGIN = 32.0
HEAD = 56.0
LARGEST_SIDE = 16_000
PAGE_DPI = 300
MARK = 8.0
"""The room around a sheet's part of the map for the marks at which sheets are put together."""
LEAST_ON_PAPER = 0.5
"""A map is not printed smaller than this; it takes more sheets instead."""


class Form(StrEnum):
    """What a map is written as."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A scene that is ready to be drawn, and how large it is with its title."""

    scene: MapScene
    people: QRectF
    view: MapView
    layout: MapLayout
    tokens: Tokens
    title: str
    frame: Frame

    @property
    def size(self) -> QSizeF:
        width = max(self.people.width(), 400.0) + 2 * MARGIN
        return QSizeF(width, max(self.people.height(), 40.0) + 2 * MARGIN + HEAD)

    @property
    def cards(self) -> dict[str, QRectF]:
        """Where each card is drawn, by node id."""
        off = QPointF(MARGIN, MARGIN + HEAD) - self.people.topLeft()
        return {node_id: card.sceneBoundingRect().translated(off) for node_id, card in self.scene.cards.items()}

    def draw(self, painter: QPainter) -> None:
        """Title and map, in scene units."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        across = self.size.width() - 2 * MARGIN
        indent = self.frame.draw_head(painter, QRectF(MARGIN, MARGIN, across, HEAD))
        _head(painter, self, indent)
        around = self.people.adjusted(-12.0, -12.0, 12.0, 12.0)
        target = QRectF(MARGIN - 12.0, MARGIN + HEAD - 12.0, around.width(), around.height())
        self.scene.render(painter, target, around, Qt.AspectRatioMode.IgnoreAspectRatio)


@contextmanager
def _drawing(view: MapView, layout: MapLayout | None, tokens: Tokens, frame: Frame = PLAIN) -> Iterator[_Drawing]:
    scene = MapScene(MapLook(tokens, frame.body()))
    scene.show_map(view, arrange(view, layout))
    for card in scene.cards.values():
        card.setCacheMode(card.CacheMode.NoCache)
    title = frame.title or view.name
    yield _Drawing(scene, scene.people_rect(), view, layout or view.layout, tokens, title, frame)
    scene.clear()


def picture(view: MapView, *, layout: MapLayout | None = None, tokens: Tokens = LIGHT, scale: float = SCALE) -> QImage:
    """The whole map with its title; a map too large for `scale` is drawn as large as fits in 16,000 pixels."""
    with _drawing(view, layout, tokens) as drawing:
        size = drawing.size
        scale = min(scale, LARGEST_SIDE / size.width(), LARGEST_SIDE / size.height())
        image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
        image.fill(QColor(tokens.ground))
        image.setDotsPerMeterX(round(scale * DOTS / 0.0254))
        image.setDotsPerMeterY(round(scale * DOTS / 0.0254))
        painter = QPainter(image)
        painter.scale(scale, scale)
        drawing.draw(painter)
        painter.end()
    return image


def png(view: MapView, *, layout: MapLayout | None = None, tokens: Tokens = LIGHT, scale: float = SCALE) -> bytes:
    """The picture as the bytes of a PNG file."""
    buffer = _buffer()
    QImageWriter(buffer, QByteArray(b"png")).write(picture(view, layout=layout, tokens=tokens, scale=scale))
    return bytes(buffer.data().data())


def svg(view: MapView, *, layout: MapLayout | None = None, tokens: Tokens = LIGHT) -> bytes:
    """The picture as the bytes of an SVG file; text stays text."""
    buffer = _buffer()
    with _drawing(view, layout, tokens) as drawing:
        size = drawing.size.toSize()
        device = QSvgGenerator()
        device.setOutputDevice(buffer)
        device.setResolution(DOTS)
        device.setSize(size)
        device.setViewBox(QRect(0, 0, size.width(), size.height()))
        device.setTitle(view.name)
        painter = QPainter(device)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(tokens.ground))
        drawing.draw(painter)
        painter.end()
    return bytes(buffer.data().data())


def pdf(view: MapView, *, layout: MapLayout | None = None, tokens: Tokens = LIGHT, look: Look | None = None) -> bytes:
    """The whole map on one page of its own size, as lines and letters; text can be searched and copied."""
    buffer, frame = _buffer(), frame_of(look)
    with _drawing(view, layout, tokens, frame) as drawing:
        more = max(frame.margin - MARGIN, 0.0) if look is not None else 0.0
        size = drawing.size.grownBy(QMarginsF(more, more, more, more))
        inches = QSizeF(size.width() / DOTS, size.height() / DOTS)
        device = _writer(buffer, view, QPageSize(inches, QPageSize.Unit.Inch))
        device.setPageMargins(QMarginsF(0, 0, 0, 0))
        painter = QPainter(device)
        painter.scale(PAGE_DPI / DOTS, PAGE_DPI / DOTS)
        painter.fillRect(QRectF(QPointF(0, 0), size), QColor(tokens.ground))
        painter.translate(more, more)
        drawing.draw(painter)
        room = QRectF(MARGIN, drawing.size.height() - EDGE - 6.0, drawing.size.width() - 2 * MARGIN, EDGE)
        frame.draw_foot(painter, room, "")
        painter.end()
    return bytes(buffer.data().data())


def sheets(
    view: MapView,
    paper: QPageSize.PageSizeId | None,
    *,
    layout: MapLayout | None = None,
    look: Look | None = None,
) -> bytes:
    """The map on sheets of A4 or A3 as a PDF, as `print_on` lays them; without a paper those of the form, upright or across as it says."""
    buffer = _buffer()
    frame = frame_of(look)
    device = _writer(buffer, view, QPageSize(frame.size if paper is None else paper))
    print_on(device, view, layout=layout, look=look, wide=frame.wide if paper is None else None)
    return bytes(buffer.data().data())


def print_on(
    device: QPagedPaintDevice,
    view: MapView,
    *,
    layout: MapLayout | None = None,
    look: Look | None = None,
    wide: bool | None = None,
) -> int:
    """Draw the map on the sheets of a printer: one when it fits at half size or more, else as many as it takes.

    Sheets go from left to right, then down, and carry their number and marks where they meet. They end between cards; a card
    that would be cut stands whole on the next one. `wide`: how the sheets lie; as the map does where nothing is said.
    Returns how many there are.
    """
    frame = frame_of(look)
    with _drawing(view, layout, LIGHT, frame) as drawing:
        size = drawing.size
        wide = size.width() > size.height() if wide is None else wide
        device.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)
        millimetres = frame.margin / DOTS * 25.4
        margins = QMarginsF(millimetres, millimetres, millimetres, millimetres)
        device.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        painter = QPainter(device)
        units = device.logicalDpiX() / DOTS
        top = EDGE if frame.header else 0.0
        room = QSizeF(device.width() / units - 2 * MARK, device.height() / units - 2 * MARK - EDGE - top)
        scale = min(1.0, max(LEAST_ON_PAPER, min(room.width() / size.width(), room.height() / size.height())))
        cards = drawing.cards
        across = strips([(c.left(), c.right()) for c in cards.values()], size.width(), room.width() / scale)
        down = strips([(c.top(), c.bottom()) for c in cards.values()], size.height(), room.height() / scale)
        count = len(across) * len(down)
        for number in range(count):
            if number:
                device.newPage()
            row, column = divmod(number, len(across))
            part = _rect(across[column], down[row])
            for node_id, card in cards.items():
                drawing.scene.cards[node_id].setVisible(part.contains(card))
            painter.save()
            painter.scale(units, units)
            painter.translate(MARK, MARK)
            if number:
                frame.draw_top(painter, QRectF(0, -MARK, room.width(), top))
            painter.save()
            painter.translate(0, top)
            _draw_part(painter, drawing, part, scale)
            if count > 1:
                _marks(painter, part, scale, _seams(across, column), _seams(down, row))
            painter.restore()
            foot = QRectF(0, top + room.height() + MARK, room.width(), EDGE)
            frame.draw_foot(painter, foot, f"{number + 1} / {count}" if count > 1 else "")
            painter.restore()
        painter.end()
    return count


def save(view: MapView, path: Path, *, tokens: Tokens = LIGHT, look: Look | None = None) -> None:
    """Write the picture in the form that the name ends with, PNG otherwise. Raises Trouble `export.file.unwritable`."""
    form = path.suffix.lower()
    if form == f".{Form.PDF}":
        write(path, pdf(view, tokens=tokens, look=look))
    else:
        write(path, (svg if form == f".{Form.SVG}" else png)(view, tokens=tokens))


def write(path: Path, content: bytes) -> None:
    """Put the bytes into a file. Raises Trouble `export.file.unwritable`."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Trouble("export.file.unwritable", path=str(path), reason=error.strerror or str(error)) from error


def _rect(across: Strip, down: Strip) -> QRectF:
    return QRectF(QPointF(across.start, down.start), QPointF(across.end, down.end))


def _seams(side: Sequence[Strip], index: int) -> list[float]:
    """Where a sheet meets the one before and the one after it: at the place at which the later one begins."""
    return [strip.start for strip in side[max(index, 1) : index + 2]]


def _marks(painter: QPainter, part: QRectF, scale: float, across: list[float], down: list[float]) -> None:
    """Short lines beside the map's part: laid on each other they put two sheets together."""
    painter.setPen(QColor(LIGHT.ink))
    width, height = part.width() * scale, part.height() * scale
    for place in across:
        x = (place - part.left()) * scale
        painter.drawLine(QPointF(x, -MARK), QPointF(x, -1.0))
        painter.drawLine(QPointF(x, height + 1.0), QPointF(x, height + MARK))
    for place in down:
        y = (place - part.top()) * scale
        painter.drawLine(QPointF(-MARK, y), QPointF(-1.0, y))
        painter.drawLine(QPointF(width + 1.0, y), QPointF(width + MARK, y))


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _writer(buffer: QBuffer, view: MapView, size: QPageSize) -> QPdfWriter:
    device = QPdfWriter(buffer)
    device.setResolution(PAGE_DPI)
    device.setTitle(view.name)
    device.setPageSize(size)
    return device


def _draw_part(painter: QPainter, drawing: _Drawing, part: QRectF, scale: float) -> None:
    painter.save()
    painter.scale(scale, scale)
    painter.translate(-part.topLeft())
    painter.setClipRect(part)
    drawing.draw(painter)
    painter.restore()


def _head(painter: QPainter, drawing: _Drawing, indent: float) -> None:
    view = drawing.view
    painter.setFont(fonts.sized(drawing.frame.heading(), 19, bold=True))
    painter.setPen(QColor(drawing.tokens.ink))
    room = int(drawing.size.width() - 2 * MARGIN - indent)
    title = painter.fontMetrics().elidedText(drawing.title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QPointF(MARGIN + indent, MARGIN + 18.0), title)
    painter.setFont(fonts.sized(drawing.frame.body(), 12))
    painter.setPen(QColor(drawing.tokens.ink_2))
    names = dict.fromkeys((view.account_name, view.opportunity_name))
    about = " · ".join(part for part in (*names, words.layout_word(drawing.layout)) if part and part != drawing.title)
    about = painter.fontMetrics().elidedText(about, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QPointF(MARGIN + indent, MARGIN + 38.0), about)
