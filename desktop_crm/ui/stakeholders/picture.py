"""A map as a PNG: the same scene as on the screen, twice the size, with the bundled fonts. Needs no window, only Qt's fonts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.errors import Trouble
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme import Tokens, fonts
from desktop_crm.ui.theme.tokens import LIGHT

SCALE = 2.0
MARGIN = 32.0
HEAD = 56.0
LARGEST_SIDE = 16_000


def picture(view: MapView, *, layout: MapLayout | None = None, tokens: Tokens = LIGHT, scale: float = SCALE) -> QImage:
    """The whole map with its title; a map too large for `scale` is drawn as large as fits in 16,000 pixels."""
    scene = MapScene(MapLook(tokens))
    scene.show_map(view, arrange(view, layout))
    for card in scene.cards.values():
        card.setCacheMode(card.CacheMode.NoCache)
    people = scene.people_rect()
    width = max(people.width(), 400.0) + 2 * MARGIN
    height = max(people.height(), 40.0) + 2 * MARGIN + HEAD
    scale = min(scale, LARGEST_SIDE / width, LARGEST_SIDE / height)
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    image.fill(QColor(tokens.ground))
    image.setDotsPerMeterX(round(scale * 96 / 0.0254))
    image.setDotsPerMeterY(round(scale * 96 / 0.0254))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    _head(painter, view, layout or view.layout, tokens)
    target = QRectF(MARGIN, MARGIN + HEAD, people.width(), people.height()).adjusted(-12.0, -12.0, 12.0, 12.0)
    scene.render(painter, target, people.adjusted(-12.0, -12.0, 12.0, 12.0), Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    scene.clear()
    return image


def png(view: MapView, *, layout: MapLayout | None = None, tokens: Tokens = LIGHT, scale: float = SCALE) -> bytes:
    """The picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture(view, layout=layout, tokens=tokens, scale=scale))
    return bytes(buffer.data().data())


def save(view: MapView, path: Path, *, tokens: Tokens = LIGHT) -> None:
    """Write the PNG. Raises Trouble `export.file.unwritable`."""
    content = png(view, tokens=tokens)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Trouble("export.file.unwritable", path=str(path), reason=error.strerror or str(error)) from error


def _head(painter: QPainter, view: MapView, layout: MapLayout, tokens: Tokens) -> None:
    body = fonts.load()
    painter.setFont(fonts.sized(body, 19, bold=True))
    painter.setPen(QColor(tokens.ink))
    painter.drawText(QPointF(MARGIN, MARGIN + 18.0), view.name)
    painter.setFont(fonts.sized(body, 12))
    painter.setPen(QColor(tokens.ink_2))
    names = dict.fromkeys((view.account_name, view.opportunity_name))
    about = " · ".join(part for part in (*names, words.layout_word(layout)) if part and part != view.name)
    painter.drawText(QPointF(MARGIN, MARGIN + 38.0), about)
