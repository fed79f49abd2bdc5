"""A sheet to draw on: points from the top left corner, texts in a style, lines and boxes; and the file they make.

Thin on purpose: one text object a page, so that a document costs little more than its letters. Knows no quotes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.documents import fonts
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.letters import Letters, number

WIDTH, HEIGHT = A4

rl_config.canvas_basefontname = Face.REGULAR  # else the file names Helvetica, which is not embedded
rl_config.useA85 = 0  # pages as bytes: a fifth smaller than as letters, and quicker made


class Ink(StrEnum):
    """Colours on paper: the tokens of the light theme, so that a document looks like the product."""

    TEXT = "#1B2330"
    SECONDARY = "#4A5567"
    HINT = "#5F6979"
    ACCENT = "#1F6F78"
    ACCENT_SOFT = "#E1F0F1"
    SUNKEN = "#EFF1F4"
    LINE = "#E2E5EA"
    LINE_STRONG = "#CDD2DA"
    BAD = "#B4374A"
    WATERMARK = "#F1F2F5"


_COLORS: Final = {ink: HexColor(ink.value) for ink in Ink}


def _accents(accent: str) -> dict[Ink, Color]:
    """The accent of a form, and the soft ground that goes with it."""
    color = HexColor(accent)
    soft = Color(*(1 - (1 - part) * 0.14 for part in color.rgb()))
    return {Ink.ACCENT: color, Ink.ACCENT_SOFT: soft}


@dataclass(frozen=True, slots=True)
class Style:
    """Face, size in points, distance of lines, colour."""

    face: Face = Face.REGULAR
    size: float = 9
    leading: float = 12.5
    ink: Ink = Ink.TEXT

    def width(self, text: str) -> float:
        """How wide a text comes out, in points."""
        return fonts.width(fonts.clean(text), self.face, self.size)

    def wrapped(self, text: str, room: float) -> tuple[str, ...]:
        """The text in lines that fit."""
        return fonts.wrapped(text, self.face, self.size, room)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the file says about itself."""

    title: str
    author: str
    subject: str
    language: str


class Sheet:
    """The pages of one file. `y` counts downwards; a text's `y` is its baseline. `packed`: unless a later pass packs them anyway."""

    def __init__(
        self,
        description: Description,
        size: tuple[float, float] = A4,
        accent: str = Ink.ACCENT.value,
        *,
        packed: bool = True,
        lean: bool = False,
    ) -> None:
        self.width, self.height = size
        self._colors = _COLORS if accent == Ink.ACCENT else _COLORS | _accents(accent)
        self._images: dict[bytes, ImageReader] = {}
        fonts.face(Face.REGULAR)
        self._buffer = io.BytesIO()
        self._canvas = Canvas(
            self._buffer, pagesize=size, invariant=1, pageCompression=int(packed), lang=description.language
        )
        self._canvas.setTitle(description.title)
        self._canvas.setAuthor(description.author)
        self._canvas.setSubject(description.subject)
        self._canvas.setCreator("Desktop CRM")
        self._canvas.setProducer("Desktop CRM")
        self._letters = Letters(self._canvas, lean=lean)
        self._pen: tuple[Ink, float] | None = None

    def text(self, x: float, y: float, text: str, style: Style, tracking: float = 0) -> None:
        """A text from `x` to the right, cleaned here; `tracking` is added between signs, in points."""
        self._place(x, y, fonts.clean(text), style, tracking)

    def text_right(self, right: float, y: float, text: str, style: Style) -> None:
        """A text that ends at `right`."""
        shown = fonts.clean(text)
        self._place(right - fonts.width(shown, style.face, style.size), y, shown, style)

    def text_centred(self, centre: float, y: float, text: str, style: Style) -> None:
        """A text around `centre`."""
        shown = fonts.clean(text)
        self._place(centre - fonts.width(shown, style.face, style.size) / 2, y, shown, style)

    def rule(self, x: float, y: float, right: float, ink: Ink = Ink.LINE, thickness: float = 0.5) -> None:
        """A horizontal line."""
        if self._pen != (ink, thickness):
            self._canvas.setStrokeColor(self._colors[ink])
            self._canvas.setLineWidth(thickness)
            self._pen = (ink, thickness)
        high = number(self.height - y)
        self._canvas.addLiteral(f"n {number(x)} {high} m {number(right)} {high} l S")

    def box(self, x: float, y: float, right: float, bottom: float, ink: Ink, radius: float = 0) -> None:
        """A filled rectangle."""
        self._canvas.setFillColor(self._colors[ink])
        if radius:
            self._canvas.roundRect(x, self.height - bottom, right - x, bottom - y, radius, stroke=0, fill=1)
        else:
            self._canvas.rect(x, self.height - bottom, right - x, bottom - y, stroke=0, fill=1)

    def ring(self, x: float, y: float, radius: float, ink: Ink) -> None:
        """A dashed circle: the place for a seal."""
        self._canvas.saveState()
        self._canvas.setStrokeColor(self._colors[ink])
        self._canvas.setLineWidth(0.6)
        self._canvas.setDash(2, 2)
        self._canvas.circle(x, self.height - y, radius, stroke=1, fill=0)
        self._canvas.restoreState()

    def image_size(self, content: bytes, width: float, height: float) -> tuple[float, float]:
        """How large a picture comes out in that room, its sides in proportion."""
        wide, high = self._image(content).getSize()
        scale = min(width / wide, height / high)
        return wide * scale, high * scale

    def image(self, content: bytes, x: float, y: float, width: float, height: float) -> None:
        """A PNG or JPEG at the top left of that room, as large as its sides allow."""
        wide, high = self.image_size(content, width, height)
        self._canvas.drawImage(self._image(content), x, self.height - y - high, wide, high, mask="auto")

    def watermark(self, text: str) -> None:
        """A pale word across the page, under everything drawn after it."""
        self._canvas.saveState()
        self._canvas.translate(self.width / 2, self.height / 2)
        self._canvas.rotate(45)
        shown = fonts.clean(text)
        across = Letters(self._canvas, lean=self._letters.lean)
        left = -fonts.width(shown, Face.BOLD, 120) / 2
        across.put(left, -40, shown, Face.BOLD, 120, self._colors[Ink.WATERMARK])
        self._canvas.drawText(across)
        self._canvas.restoreState()

    def bookmark(self, key: str, title: str, y: float, level: int = 0) -> None:
        """An entry of the outline that leads to this place."""
        self._canvas.bookmarkHorizontalAbsolute(key, self.height - y + 12)
        self._canvas.addOutlineEntry(title, key, level=level, closed=False)

    def next_page(self) -> None:
        """Finish this page and begin the next."""
        self._close_page()
        self._canvas.showPage()

    def finished(self) -> bytes:
        """The whole file. The sheet is used up."""
        self._close_page()
        self._canvas.save()
        return self._buffer.getvalue()

    def _place(self, x: float, y: float, shown: str, style: Style, tracking: float = 0) -> None:
        self._letters.put(x, self.height - y, shown, style.face, style.size, self._colors[style.ink], tracking)

    def _image(self, content: bytes) -> ImageReader:
        if content not in self._images:
            self._images[content] = ImageReader(io.BytesIO(content))
        return self._images[content]

    def _close_page(self) -> None:
        self._canvas.drawText(self._letters)
        self._letters.begin()
        self._pen = None
