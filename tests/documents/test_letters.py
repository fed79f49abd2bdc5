"""Letters as operators: what we write is what ReportLab's own text object writes, sign by sign, page by page."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as some
from reportlab.lib.colors import HexColor
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.documents import fonts
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.letters import Letters, number

COLORS = (HexColor("#1B2330"), HexColor("#5F6979"))
SIGNS = "가나다라마바사아자차카타파하漢字 ABCabc(\\)0123456789₩└é\u00a0" + "".join(
    chr(0xAC00 + step * 28) for step in range(399)
)
texts = some.text(some.sampled_from(SIGNS), max_size=12)
places = some.floats(-50, 1000, allow_nan=False)
put = some.tuples(places, places, texts, some.sampled_from((Face.REGULAR, Face.BOLD)), some.sampled_from((8, 9.5, 25)),
                  some.sampled_from(COLORS), some.sampled_from((0, 4)))  # fmt: skip


def theirs(canvas: Canvas, page: list[tuple]) -> str:
    """The same by ReportLab's text object."""
    text = canvas.beginText()
    colour = font = None
    for x, y, shown, face, size, ink, tracking in page:
        if ink is not colour:
            text.setFillColor(ink)
            colour = ink
        if tracking:
            text.setCharSpace(tracking)
        text.setTextOrigin(x, y)
        *before, last = fonts.runs(shown, face) or (fonts.Run(face, ""),)
        for run in (*before, last):
            if font != (run.face, size):
                text.setFont(run.face, size)
                font = (run.face, size)
            (text.textLine if run is last else text.textOut)(run.text)
        if tracking:
            text.setCharSpace(0)
    return text.getCode()


@settings(max_examples=40, deadline=None)
@given(pages=some.lists(some.lists(put, max_size=12), min_size=1, max_size=3))
def test_the_operators_are_those_of_reportlab(pages):
    for face in Face:
        fonts.face(face)
    mine, other = (Canvas(io.BytesIO(), initialFontName=Face.REGULAR) for _ in range(2))
    letters = Letters(mine)
    for page in pages:
        for x, y, shown, face, size, ink, tracking in page:
            letters.put(x, y, shown, face, size, ink, tracking)
        assert letters.getCode() == theirs(other, page)
        letters.begin()


def test_numbers_are_short():
    assert [number(one) for one in (0.0, 40, 40.5, 841.88976, -0.25)] == ["0", "40", "40.5", "841.8898", "-0.25"]


def test_the_widths_in_a_file_are_those_the_face_has():
    """A lean face keeps them as they are written; what is written is what ReportLab would have written."""
    fonts.face(Face.BOLD)
    for name in (Face.REGULAR, Face.BOLD):
        measured = fonts.face(name).face
        for sign in "가A0 漢":
            written = fonts.lean(name).face.getCharWidth(ord(sign))
            assert written == fp_str(measured.getCharWidth(ord(sign))).encode()
            assert written is fonts.lean(name).face.getCharWidth(ord(sign)), "worked out once"
