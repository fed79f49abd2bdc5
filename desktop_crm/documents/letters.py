"""The texts of a page as the operators of PDF: byte for byte what ReportLab's text object writes, in a third of its time.

Numbers and signs are worked out once: on a quotation the same edges, baselines and letters come back on every line. Faces and
their subsets stay ReportLab's. Draws nothing but letters, measures nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from reportlab.lib.colors import Color
from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.documents import fonts
from desktop_crm.documents.fonts import Face, Run

_BEGIN: Final = "BT 1 0 0 1 0 0 Tm"
_END: Final = "ET"
_ESCAPED: Final = tuple(escapePDF(bytes((code,))) for code in range(256))


@lru_cache(maxsize=16384)
def number(value: float) -> str:
    """A number as it stands in a page."""
    return str(fp_str(value))


class Letters:
    """What is written on the pages of one file; `begin` starts the next page. `lean`: the file holds no sign that it does not show."""

    def __init__(self, canvas: Canvas, *, lean: bool = False) -> None:
        self._canvas = canvas
        self.lean = lean
        self._face = fonts.lean if lean else fonts.face
        self._document = canvas._doc  # noqa: SLF001 - the key under which ReportLab keeps a face's subsets of a file
        self._signs: dict[Face, dict[str, str]] = {}
        """Of each face the signs in its first subset, as they are written."""
        self._colors: dict[Color, str] = {}
        self._subsets: dict[tuple[Face, int], str] = {}
        self.begin()

    def begin(self) -> None:
        """A new page: nothing is set."""
        self._code: list[str] = [_BEGIN]
        self._color: Color | None = None
        self._set: tuple[Face, float] | None = None
        self._subset = -1

    def getCode(self) -> str:  # noqa: N802 - the name by which a canvas asks
        """The operators of this page."""
        return f"{' '.join(self._code)} {_END}"

    def put(self, x: float, y: float, text: str, face: Face, size: float, color: Color, tracking: float = 0) -> None:
        """A cleaned text with its baseline's beginning at a point from the lower left corner."""
        face, code = fonts.playing(face), self._code
        if self._color is not color:
            code.append(self._colors.get(color) or self._colored(color))
            self._color = color
        if tracking:
            code.append(f"{number(tracking)} Tc")
        code.append(f"1 0 0 1 {number(x)} {number(y)} Tm")
        *before, last = fonts.runs(text, face) or (Run(face, ""),)
        code.extend(self._written(run, size) for run in before)
        code.append(f"{self._written(last, size)} T*")
        if tracking:
            code.append("0 Tc")

    def _written(self, run: Run, size: float) -> str:
        face, text = run
        if self._set != (face, size):
            self._set, self._subset = (face, size), -1
        if not text:
            return ""
        try:
            shown = "".join(map(self._signs[face].__getitem__, text))
        except KeyError:
            return self._split(face, text, size)
        return f"{self._using(face, 0, size)}({shown}) Tj"

    def _split(self, face: Face, text: str, size: float) -> str:
        """A text with signs that are new, or stand in several subsets."""
        font = self._face(face)
        parts = [
            f"{self._using(face, subset, size)}({''.join(map(_ESCAPED.__getitem__, codes))}) Tj"
            for subset, codes in font.splitString(text, self._document)
        ]
        assigned = font.state[self._document].assignments
        known = self._signs.setdefault(face, {})
        for sign in text:
            if sign not in known:
                code = assigned.get(ord(" " if sign == "\u00a0" else sign), 0)
                if code < len(_ESCAPED):
                    known[sign] = _ESCAPED[code]
        return " ".join(parts)

    def _using(self, face: Face, subset: int, size: float) -> str:
        if self._subset == subset:
            return ""
        self._subset = subset
        name = self._subsets.get((face, subset))
        if name is None:
            name = self._subsets[face, subset] = self._face(face).getSubsetInternalName(subset, self._document)
        return f"{name} {number(size)} Tf {number(size * 1.2)} TL "

    def _colored(self, color: Color) -> str:
        """The operator that takes a colour, from ReportLab, which also notes what version of PDF it needs."""
        pot = self._canvas.beginText()
        pot.setFillColor(color)
        found = str(pot.getCode()).removeprefix(f"{_BEGIN} ").removesuffix(f" {_END}")
        self._colors[color] = found
        return found
