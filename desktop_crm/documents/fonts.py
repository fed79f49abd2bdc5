"""Type for paper: the bundled faces, which of them can show a text, how wide it is and where it breaks.

A form chooses the type of plain and of bold texts (`cast`); where it says nothing, both are Pretendard. What a face lacks
(hanja, say) is set in the other type; what neither has becomes a visible box.
Figures are tabular in every text, so that columns of amounts line up. Faces are read once a process, when first needed.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache, lru_cache, partial
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import uharfbuzz as hb
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from desktop_crm.domain.quotes.paper import Paper, Typeface
from desktop_crm.foundation.paths import resources


class Face(StrEnum):
    """The faces documents are set in, by the name they have in the file."""

    REGULAR = "Pretendard-Regular"
    BOLD = "Pretendard-Bold"
    FALLBACK = "NotoSansKR-Regular"
    NOTO_BOLD = "NotoSansKR-Bold"


_BODY: Final = {Typeface.PRETENDARD: Face.REGULAR, Typeface.NOTO_SANS: Face.FALLBACK}
_HEADING: Final = {Typeface.PRETENDARD: Face.BOLD, Typeface.NOTO_SANS: Face.NOTO_BOLD}
_PLAIN: Final[Mapping[Face, Face]] = {one: one for one in Face}
_CAST: Final[ContextVar[Mapping[Face, Face]]] = ContextVar("faces", default=_PLAIN)


@contextmanager
def cast(paper: Paper | None) -> Iterator[None]:
    """Within it, plain and bold texts are measured and drawn in the type that a form chooses."""
    chosen = (
        _PLAIN if paper is None else {**_PLAIN, Face.REGULAR: _BODY[paper.body], Face.BOLD: _HEADING[paper.heading]}
    )
    token = _CAST.set(chosen)
    try:
        yield
    finally:
        _CAST.reset(token)


def playing(wanted: Face) -> Face:
    """The face in which a text of that face is drawn now."""
    return _CAST.get()[wanted]


class Run(NamedTuple):
    """A piece of text in one face."""

    face: Face
    text: str


MISSING: Final = "□"
_FIGURES: Final = "0123456789"
# Signs that are not drawn: zero-width joiners and spaces, direction marks, variation selectors, the byte order mark.
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@cache
def face(name: Face) -> TTFont:
    """The face, read and registered."""
    path = resources("fonts", f"{name}.ttf")
    font = TTFont(name, str(path))
    font.face.get_table = cache(font.face.get_table)  # a file of fonts is read once; each call would copy megabytes
    if name in {Face.REGULAR, Face.BOLD}:  # the other's are of equal width as they are
        _set_tabular_figures(font, str(path))
    pdfmetrics.registerFont(font)
    return font


@cache
def _signs(name: Face) -> frozenset[str]:
    """All signs a face can draw."""
    return frozenset(map(chr, face(name).face.charToGlyph))


@cache
def lean(name: Face) -> TTFont:
    """The same face for files that hold no sign but those they show; files of earlier programs hold all of ASCII."""
    font = copy.copy(face(name))
    font.fontName = f"{name}-lean"
    font.state = WeakKeyDictionary()
    font.face = copy.copy(font.face)
    font.face.getCharWidth = cache(partial(_written_width, font.face.getCharWidth))
    font._asciiReadable = False  # noqa: SLF001 - else set when a face is read, and reading it once more would take its time
    return font


def _written_width(measured: Callable[[int], float], code: int) -> bytes:
    """How wide a sign is as it stands in the file: the same two hundred widths are in each."""
    return fp_str(measured(code)).encode()


def clean(text: str) -> str:
    """One line of text as it will be drawn: normal form C, no control signs, unknown signs as boxes."""
    return text if text.isascii() and text.isprintable() else _cleaned(text)


@lru_cache(maxsize=8192)
def _cleaned(text: str) -> str:
    shown = _CONTROL.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text)))
    known = _signs(Face.REGULAR)
    if known.issuperset(shown):
        return shown
    wider = _signs(Face.FALLBACK)
    return "".join(sign if sign in known or sign in wider or sign == "\u00a0" else MISSING for sign in shown)


def unknown(text: str) -> list[str]:
    """The signs of a text that no bundled face can draw, each once."""
    if text.isascii():
        return []
    shown = dict.fromkeys(_CONTROL.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))))
    faces = (_signs(Face.REGULAR), _signs(Face.FALLBACK))
    return [sign for sign in shown if sign != "\u00a0" and not any(sign in known for known in faces)]


@lru_cache(maxsize=8192)
def runs(text: str, wanted: Face) -> tuple[Run, ...]:
    """A cleaned text cut where the face changes."""
    if text.isascii() or _signs(wanted).issuperset(text):
        return (Run(wanted, text),)
    known = face(wanted).face.charToGlyph
    other = _signs(Face.FALLBACK)
    found: list[Run] = []
    start, current = 0, wanted
    for place, sign in enumerate(text):
        needed = wanted
        if ord(sign) not in known and sign != "\u00a0":
            needed = Face.FALLBACK if sign in other else Face.REGULAR
        if needed is not current:
            if place > start:
                found.append(Run(current, text[start:place]))
            start, current = place, needed
    found.append(Run(current, text[start:]))
    return tuple(found)


def width(text: str, wanted: Face, size: float) -> float:
    """How wide a cleaned text is, in points."""
    return 0.001 * size * _advance(text, _CAST.get()[wanted])


@lru_cache(maxsize=8192)
def _advance(text: str, wanted: Face) -> float:
    """The same in thousandths of the size; a quote is drawn again at every pause in typing, with nearly the same texts."""
    total = 0.0
    for run in runs(text, wanted):
        drawn = face(run.face).face
        try:
            total += sum(map(drawn.charWidths.__getitem__, map(ord, run.text)))
        except KeyError:  # a sign without a width of its own
            total += sum(drawn.charWidths.get(ord(sign), drawn.defaultWidth) for sign in run.text)
    return total


def wrapped(text: str, wanted: Face, size: float, room: float) -> tuple[str, ...]:
    """A text broken into lines no wider than `room`: at its line ends, at spaces, and inside a word that is too long."""
    return _wrapped(text, _CAST.get()[wanted], size, room)


@lru_cache(maxsize=8192)
def _wrapped(text: str, wanted: Face, size: float, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_wrapped_paragraph(clean(paragraph).strip(" "), wanted, size, room))
    return tuple(lines)


def fitted(text: str, wanted: Face, size: float, room: float) -> str:
    """A text on one line, cut with an ellipsis when it is wider than `room`."""
    shown = clean(text)
    if width(shown, wanted, size) <= room:
        return shown
    for end in range(len(shown) - 1, 0, -1):
        if width(shown[:end].rstrip() + "…", wanted, size) <= room:
            return shown[:end].rstrip() + "…"
    return "…"


def _wrapped_paragraph(text: str, wanted: Face, size: float, room: float) -> list[str]:
    if width(text, wanted, size) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, wanted, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and width(line, wanted, size) > room:
            end = _fitting(line, wanted, size, room)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line] if line else lines


def _fitting(word: str, wanted: Face, size: float, room: float) -> int:
    """How many signs of a word fit; at least one, so that breaking always ends."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if width(word[:middle], wanted, size) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _set_tabular_figures(font: TTFont, path: str) -> None:
    """Let the figures stand for the face's own figures of equal width (OpenType `tnum`)."""
    shaper = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
    buffer = hb.Buffer()
    buffer.add_str(_FIGURES)
    buffer.guess_segment_properties()
    hb.shape(shaper, buffer, {"tnum": True})
    scale = 1000 / shaper.face.upem
    for sign, info, position in zip(_FIGURES, buffer.glyph_infos, buffer.glyph_positions, strict=True):
        font.face.charToGlyph[ord(sign)] = info.codepoint
        font.face.charWidths[ord(sign)] = position.x_advance * scale
