"""The type a form chooses: what is set in it, that it is measured in it, that the file repeats and says nothing where nothing is chosen."""

from __future__ import annotations

import ctypes
import io
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa

from desktop_crm.documents import fonts, quote_pdf, sample
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.verify import verify
from desktop_crm.domain.quotes import paper_reading
from desktop_crm.domain.quotes.paper import Paper, Typeface, kept
from desktop_crm.foundation.errors import Refusal
from tests.documents.reading import page_texts
from tests.documents.test_archive import issued
from tests.documents.test_papers import clashes
from tests.documents.test_quote_pdf import odd_draft
from tests.domain.quotes.samples import korean_draft

NOTO = Paper(body=Typeface.NOTO_SANS, heading=Typeface.NOTO_SANS)
MIXED = Paper(heading=Typeface.NOTO_SANS)


def drawn_in(pdf: bytes) -> set[str]:
    """The faces in which letters of the pages stand."""
    found: set[str] = set()
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            for shown in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
                font = pypdfium2.raw.FPDFTextObj_GetFont(shown)
                size = pypdfium2.raw.FPDFFont_GetBaseFontName(font, None, 0)
                name = ctypes.create_string_buffer(size)
                pypdfium2.raw.FPDFFont_GetBaseFontName(font, name, size)
                found.add(name.value.decode().rpartition("+")[2])
    finally:
        document.close()
    return found


def hangul(pages: list[str]) -> list[str]:
    """Every syllable of a file; its hash is another, since the form is part of what was issued."""
    return sorted(sign for sign in "".join(pages) if "가" <= sign <= "힣")


@pytest.mark.parametrize(
    ("paper", "faces"),
    [
        (Paper(), {Face.REGULAR, Face.BOLD}),
        (NOTO, {Face.FALLBACK, Face.NOTO_BOLD}),
        (MIXED, {Face.REGULAR, Face.NOTO_BOLD}),
        (replace(NOTO, heading=Typeface.PRETENDARD), {Face.FALLBACK, Face.BOLD}),
    ],
)
def test_plain_and_bold_texts_are_set_in_the_type_that_is_chosen(paper, faces):
    pdf = quote_pdf.render(issued(korean_draft(), paper), "ko")
    assert drawn_in(pdf) == faces
    assert clashes(pdf) == [], "it is measured in that type too"
    plain = page_texts(quote_pdf.render(issued(korean_draft()), "ko"))
    assert hangul(page_texts(pdf)) == hangul(plain)


def test_the_file_repeats_is_archived_and_made_again_from_what_it_carries():
    document = issued(odd_draft(), NOTO)
    pdf = quote_pdf.render(document, "en")
    assert quote_pdf.render(document, "en") == pdf
    quote_pdf.render(issued(odd_draft(), MIXED), "en")
    assert quote_pdf.render(document, "en") == pdf, "what was printed between leaves no trace"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert pdfa.check(opened, "3b").findings == []
    assert verify(pdf).intact


def test_a_sign_that_one_type_lacks_stands_in_the_other():
    with fonts.cast(NOTO):
        assert fonts.width("한글", Face.BOLD, 10) == fonts.width("한글", Face.NOTO_BOLD, 10)
        lacking = next(sign for sign in map(chr, range(0x21, 0x3000)) if only_in_pretendard(sign))
        wanted = fonts.playing(Face.REGULAR)
        assert [(run.face, run.text) for run in fonts.runs(f"a{lacking}", wanted)] == [
            (Face.FALLBACK, "a"),
            (Face.REGULAR, lacking),
        ]
        noto = fonts.wrapped("설비 milling 증설 " * 40, Face.REGULAR, 9, 100)
    assert fonts.wrapped("설비 milling 증설 " * 40, Face.REGULAR, 9, 100) != noto
    assert fonts.playing(Face.REGULAR) is Face.REGULAR


def only_in_pretendard(sign: str) -> bool:
    return (
        ord(sign) in fonts.face(Face.REGULAR).face.charToGlyph
        and fonts.clean(sign) == sign
        and (ord(sign) not in fonts.face(Face.FALLBACK).face.charToGlyph)
    )


def test_figures_line_up_in_every_face():
    for name in Face:
        assert len({round(fonts.width(figure, name, 10), 6) for figure in "0123456789"}) == 1


def test_a_form_without_a_choice_is_kept_as_before_and_an_unknown_type_is_refused():
    assert "body" not in kept(Paper())
    assert paper_reading.from_text(kept(NOTO)) == NOTO
    with pytest.raises(Refusal) as refused:
        paper_reading.read({"heading": "comic"})
    assert refused.value.params["field"] == "heading"


def test_working_papers_take_it_too():
    said = sample.Sample(
        title="Plan", customer="Hanbit", company="Saebyeok", today=date(2026, 11, 24), paper=NOTO, pictures=()
    )
    assert drawn_in(sample.render(said, "en")) == {Face.FALLBACK, Face.NOTO_BOLD}
