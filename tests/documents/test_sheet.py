"""The sheet: where a text lands, what is drawn, what the file says; read back with a real reader."""

from __future__ import annotations

import pypdfium2
import pytest

from desktop_crm.documents import preview
from desktop_crm.documents.fonts import Face, width
from desktop_crm.documents.previewing import Pages, draft_pages, file_pages, files_of_version
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.sheet import HEIGHT, WIDTH, Description, Ink, Sheet, Style
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.foundation.errors import Trouble
from tests.documents.reading import metadata, outline, page_texts
from tests.documents.test_quote_pdf import AT, issued
from tests.domain.quotes.samples import korean_draft, long_draft

PLAIN = Style(Face.REGULAR, 10, 14)
BOLD = Style(Face.BOLD, 20, 24, Ink.ACCENT)


def sheet() -> Sheet:
    return Sheet(Description(title="제목", author="(주)글쓴이", subject="주제", language="ko-KR"))


def boxes(pdf: bytes) -> dict[str, tuple[float, float, float, float]]:
    """Each line of text on the first page with its box: left, bottom, right, top."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[0].get_textpage()
        return {text.get_text_bounded(*rect): rect for rect in (text.get_rect(i) for i in range(text.count_rects()))}
    finally:
        document.close()


def pixel(pdf: bytes, x: float, y: float) -> tuple[int, int, int]:
    (picture,) = preview.page_pictures(pdf, 1.0)
    start = (int(y) * picture.width + int(x)) * 4
    return tuple(picture.rgba[start : start + 3])


def test_texts_stand_where_they_were_put() -> None:
    page = sheet()
    page.text(100, 200, "왼쪽", PLAIN)
    page.text_right(400, 300, "1,234,567", PLAIN)
    page.text_centred(300, 400, "가운데", BOLD)
    found = boxes(page.finished())
    assert found["왼쪽"][0] == pytest.approx(100, abs=2)
    assert found["왼쪽"][1] == pytest.approx(HEIGHT - 200, abs=3)
    assert found["1,234,567"][2] == pytest.approx(400, abs=2)
    left, _, right, _ = found["가운데"]
    assert (left + right) / 2 == pytest.approx(300, abs=2)


def test_widths_are_those_of_the_paper() -> None:
    page = sheet()
    page.text(50, 100, "HHHHHHHHHH", PLAIN)
    left, _, right, _ = boxes(page.finished())["HHHHHHHHHH"]
    assert right - left == pytest.approx(width("HHHHHHHHHH", Face.REGULAR, 10), abs=2)
    assert PLAIN.width("HHHHHHHHHH") == width("HHHHHHHHHH", Face.REGULAR, 10)


def test_boxes_rules_and_rings_have_their_colours() -> None:
    page = sheet()
    page.box(100, 100, 200, 150, Ink.ACCENT)
    page.box(100, 200, 200, 250, Ink.SUNKEN, radius=4)
    page.rule(100, 300, 200, Ink.TEXT, 3)
    page.ring(300, 300, 40, Ink.BAD)
    pdf = page.finished()
    assert pixel(pdf, 150, 125) == (0x1F, 0x6F, 0x78)
    assert pixel(pdf, 150, 225) == (0xEF, 0xF1, 0xF4)
    assert pixel(pdf, 150, 300) == (0x1B, 0x23, 0x30)
    assert pixel(pdf, 300, 300) == (255, 255, 255), "a ring is empty"
    assert pixel(pdf, 50, 50) == (255, 255, 255)


def test_letters_stand_above_what_is_drawn_later_on_the_page() -> None:
    page = sheet()
    page.text(110, 130, "보이는 글", BOLD)
    page.box(100, 100, 300, 150, Ink.SUNKEN)
    (picture,) = preview.page_pictures(page.finished(), 1.0)
    accent = bytes((0x1F, 0x6F, 0x78, 0xFF))
    assert accent in picture.rgba


def test_pages_marks_and_facts() -> None:
    page = sheet()
    page.bookmark("a", "첫째", 100)
    page.text(50, 100, "하나", PLAIN)
    page.next_page()
    page.bookmark("b", "둘째", 100, level=0)
    page.watermark("초안")
    page.text(50, 100, "둘", PLAIN)
    pdf = page.finished()
    assert [text.split() for text in page_texts(pdf)] == [["하나"], ["초안", "둘"]]
    assert outline(pdf) == [("첫째", 0), ("둘째", 1)]
    said = metadata(pdf)
    assert (said["Title"], said["Author"], said["Subject"], said["Creator"]) == (
        "제목",
        "(주)글쓴이",
        "주제",
        "Desktop CRM",
    )
    document = pypdfium2.PdfDocument(pdf)
    assert [round(side) for side in document[0].get_size()] == [round(WIDTH), round(HEIGHT)]
    document.close()


def test_two_sheets_do_not_disturb_each_other() -> None:
    def alone(text: str) -> bytes:
        page = sheet()
        page.text(50, 100, text, PLAIN)
        return page.finished()

    expected = alone("가나다"), alone("라마바 漢")
    left, right = sheet(), sheet()
    left.text(50, 100, "가나다", PLAIN)
    right.text(50, 100, "라마바 漢", PLAIN)
    assert (left.finished(), right.finished()) == expected


def test_tracking_spreads_letters_and_keeps_the_word_whole() -> None:
    page = sheet()
    page.text(50, 100, "견적서", BOLD, 4)
    page.text(50, 200, "다음", BOLD)
    pdf = page.finished()
    assert "견적서" in page_texts(pdf)[0]
    found = boxes(pdf)
    assert found["견적서"][2] - found["견적서"][0] == pytest.approx(BOLD.width("견적서") + 8, abs=4)


def test_the_worker_draws_any_page_and_stops_at_the_last() -> None:
    document = QuoteDocument.from_draft(long_draft(60), number="Q", version=1, today=AT.date())
    first = draft_pages(document, "ko", 0.5, 0)
    assert (first.whole, first.shown) == (4, 0)
    last = draft_pages(document, "ko", 0.5, 99)
    assert (last.whole, last.shown) == (4, 3)
    assert last.picture.rgba != first.picture.rgba
    assert isinstance(first, Pages)
    with pytest.raises(Trouble):
        file_pages(b"no pdf", 1.0, 0)


def test_the_worker_makes_both_files_of_a_version() -> None:
    document = issued(korean_draft())
    korean, english = files_of_version(document)
    assert "견적서" in page_texts(korean)[0]
    assert "Quotation" in page_texts(english)[0]


def test_a_document_of_a_version_prints_the_amounts_it_was_issued_with() -> None:
    version = freeze(korean_draft(), number="Q", version=2, issued_at=AT, issued_on=AT.date(), issued_by="김하늘")
    document = QuoteDocument.from_version(version)
    assert (document.number, document.version, document.issued_by) == ("Q", 2, "김하늘")
    assert document.amounts == version.content.amounts
    assert not document.is_draft
    assert QuoteDocument.from_draft(korean_draft(), number="", version=1, today=AT.date()).is_draft


def test_a_lean_file_holds_no_sign_but_those_it_shows_and_reads_the_same() -> None:
    def made(*, lean: bool) -> bytes:
        page = Sheet(Description(title="제목", author="", subject="", language="ko-KR"), lean=lean)
        page.watermark("초안")
        page.text(50, 100, "견적서 Q-1, 漢字\u00a0(끝)", PLAIN)
        page.text(50, 120, "".join(chr(0xAC00 + step * 28) for step in range(300)), BOLD)
        return page.finished()

    lean, whole = made(lean=True), made(lean=False)
    assert len(lean) < len(whole) - 8000
    assert page_texts(lean) == page_texts(whole)
    assert preview.page_pictures(lean, 1.0) == preview.page_pictures(whole, 1.0)
