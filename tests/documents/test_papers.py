"""Forms on paper: columns, hidden prices, sums carried, rows that split, headings with two rows, covers; at every size of quote."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa
from PIL import Image

from desktop_crm.documents import quote_form, quote_pdf
from desktop_crm.documents.pictures import prepared
from desktop_crm.documents.preview import page_pictures
from desktop_crm.documents.quote_document import Picture, QuoteDocument
from desktop_crm.documents.verify import verify
from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.quotes.paper import (
    Clause,
    ColumnForm,
    ColumnKind,
    PageSize,
    Paper,
    PaperWords,
    SectionSums,
    ShownPrices,
    Signing,
)
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import speaking
from tests.documents.reading import page_texts, squeezed
from tests.documents.test_archive import AT, issued
from tests.domain.quotes.samples import korean_draft, line, long_draft

WIDE = Paper(
    landscape=True,
    split=True,
    columns=tuple(
        ColumnForm(kind=ColumnKind(kind))
        for kind in "number item spec unit quantity unit_price discount tax amount remark".split()
    ),
)
FULL = Paper(
    cover=True,
    carry=True,
    sums=SectionSums.BELOW,
    signing=Signing.BOTH,
    ko=PaperWords(
        cover="{customer} 귀중", closing="이와 같이 견적합니다.", footer="{number} 바닥", header="{title} 머리"
    ),
    en=PaperWords(title="Offer {number}"),
    clauses=(
        Clause(title_ko="하자 보증", body_ko="열두 달. " * 40, title_en="Warranty", body_en="Twelve months. " * 40),
    ),
)
NARROW = Paper(size=PageSize.LETTER, prices=ShownPrices.SECTIONS, margin=Decimal(25))


def read(draft, paper, locale="ko"):
    pdf = quote_pdf.render(issued(draft, paper), locale)
    return page_texts(pdf)


def clashes(pdf):
    """Texts that lie on one another or over the edge of the page."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        wide, _ = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_rect(place) for place in range(text.count_rects())]
        for place, (left, bottom, right, top) in enumerate(boxes):
            if left < 20 or right > wide - 20:
                found.append(text.get_text_bounded(left, bottom, right, top))
            for other in boxes[place + 1 :]:
                over = min(right, other[2]) - max(left, other[0]), min(top, other[3]) - max(bottom, other[1])
                if over[0] > 1 and over[1] > 2.5:
                    found.append((text.get_text_bounded(left, bottom, right, top), text.get_text_bounded(*other)))
    document.close()
    return found


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("paper", [WIDE, FULL, NARROW, Paper(prices=ShownPrices.TOTAL, carry=True)])
@pytest.mark.parametrize("make", [korean_draft, lambda: long_draft(70, "USD")])
def test_every_form_is_whole_archived_and_clear(make, paper, locale):
    pdf = quote_pdf.render(issued(make(), paper), locale)
    assert clashes(pdf) == []
    assert verify(pdf).intact
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert pdfa.check(document, "3b").findings == []


def test_a_landscape_form_has_its_columns_and_page():
    pdf = quote_pdf.render(issued(long_draft(20), WIDE), "ko")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        box = document.pages[0].MediaBox
        assert box[2] > box[3]
    text = page_texts(pdf)[0]
    header = next(row for row in text.splitlines() if "품목" in row)
    assert [name for name in header.split() if name in {"품목", "규격", "단위", "수량", "단가", "할인", "금액"}] == [
        "품목", "규격", "단위", "수량", "단가", "할인", "금액",
    ]  # fmt: skip
    assert "비고" not in header, "a column nothing stands in is left out"


def test_hidden_prices_are_on_no_page():
    for paper, shown, hidden in (
        (Paper(prices=ShownPrices.SECTIONS), "103,212,000", "91,512,000"),
        (Paper(prices=ShownPrices.TOTAL), "163,215,789", "103,212,000"),
    ):
        text = "".join(read(korean_draft(), paper))
        assert shown in text
        assert hidden not in text
        assert "8,200,000" not in text


@pytest.mark.parametrize("count", [30, 70])
def test_sums_are_carried_from_page_to_page(count):
    draft = long_draft(count)
    document = issued(draft, Paper(carry=True))
    pages = page_texts(quote_pdf.render(document, "ko"))
    amounts = {
        f"Module {number:04d}": priced.net
        for number, priced in enumerate(one for section in document.amounts.sections for one in section.lines)
    }
    total, forward = Decimal(0), None
    for text in pages:
        brought = re.search(r"전쪽 이월 ([\d,]+)", text)
        assert (brought.group(1) if brought else None) == forward
        total += sum(amounts[name] for name in re.findall(r"Module \d{4}", text))
        found = re.search(r"다음 쪽 이월 ([\d,]+)", text)
        forward = found.group(1) if found else None
        if forward:
            assert forward == f"{total:,}"
    assert forward is None


@pytest.mark.parametrize("first", range(9, 20))
def test_a_heading_keeps_two_rows_and_a_sum_never_begins_a_page(first):
    lines = tuple(line(number, f"품목 {number:03d}", "1", "1000") for number in range(first + 20))
    sections = (
        QuoteSection(id=RowId("a"), name="앞 구분", lines=lines[:first]),
        QuoteSection(id=RowId("b"), name="뒤 구분", lines=lines[first:]),
    )
    paper = Paper(sums=SectionSums.BELOW)
    for text in read(replace(korean_draft(), sections=sections), paper):
        rows = [row for row in text.splitlines() if re.search(r"품목 \d{3}|구분", row)]
        assert "소계" not in rows[0]
        for place, row in enumerate(rows):
            if row.strip() in {"1. 앞 구분", "2. 뒤 구분"}:
                after = [one for one in rows[place + 1 : place + 3] if "품목" in one]
                assert len(after) == 2


def test_a_row_that_may_split_fills_the_page_and_one_that_may_not_moves():
    long_text = "끝이없는설명" * 300
    lines = tuple(
        line(number, f"품목 {number}", "1", "1000", spec=long_text if number == 13 else "") for number in range(16)
    )
    draft = replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), lines=lines),))

    def first_page(paper):
        pages = read(draft, paper)
        assert squeezed("".join(pages)).count("끝이없는설명") >= 290
        return squeezed(pages[0]).count("끝이없는설명")

    assert first_page(Paper(split=True)) > 10
    assert first_page(Paper()) == 0


def test_a_cover_clauses_and_both_signatures_are_printed_in_both_languages():
    pages = read(korean_draft(), FULL)
    assert "한빛전자(주) 귀중" in pages[0]
    whole = "".join(pages[1:])
    for wanted in (
        "거래 조건",
        "1. 하자 보증",
        "이와 같이 견적합니다.",
        "서명 또는 날인",
        "Q-2026-0187 바닥",
        "설비 제어 패키지 소계",
    ):
        assert wanted in whole, wanted
    english = "".join(read(korean_draft(), FULL, "en"))
    assert "Offer Q-2026-0187" in english
    assert "1. Warranty" in english
    assert "Signature or seal" in english


@pytest.mark.parametrize("count", [1, 400, 1000])
def test_quotes_of_any_length_name_every_line_once(count):
    pages = read(long_draft(count), Paper(carry=True))
    assert re.findall(r"Module (\d{4})", "".join(pages)) == [f"{number:04d}" for number in range(count)]
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)} 쪽" in text
        assert "품목 · 규격" in text or number == len(pages)


@pytest.mark.long
def test_five_thousand_lines_are_printed_and_verified():
    pdf = quote_pdf.render(issued(long_draft(5000), Paper()), "ko")
    found = re.findall(r"Module (\d{4})", "".join(page_texts(pdf)))
    assert found == [f"{number:04d}" for number in range(5000)]
    assert verify(pdf).intact


def picture(size=(300, 120), mode="RGBA"):
    target = io.BytesIO()
    Image.new(mode, size, (200, 40, 40, 120) if mode == "RGBA" else (200, 40, 40)).save(target, "PNG")
    content = prepared(target.getvalue())
    import hashlib

    return Picture(hashlib.sha256(content).hexdigest(), content)


def test_a_logo_and_a_seal_stand_on_the_page_travel_inside_and_are_checked():
    logo, seal = picture(), picture((200, 200))
    paper = Paper(logo=logo.digest, seal=seal.digest)
    document = replace(issued(korean_draft(), paper), pictures=(logo, seal))
    pdf = quote_pdf.render(document, "ko")
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages[0].get_images()) == 2
        assert len(file.attachments) == 3
        assert pdfa.check(file, "3b").findings == []
        name = next(one for one in file.attachments if one.endswith("png"))
        del file.attachments[name]
        target = io.BytesIO()
        file.save(target)
    assert verify(pdf).intact
    assert "직인\n" not in page_texts(pdf)[0]
    assert [one.part.value for one in verify(target.getvalue()).alterations] == ["picture"]


def test_pictures_are_scaled_once_and_what_is_none_is_refused():
    large = picture((3000, 1000), "RGB")
    with Image.open(io.BytesIO(large.content)) as seen:
        assert seen.size == (900, 300)
    for content in (b"", b"GIF89a", b"\x89PNG broken"):
        with pytest.raises(Refusal):
            prepared(content)


def test_signs_without_a_drawing_are_told_and_stand_as_boxes():
    draft = replace(korean_draft(), remarks="株式會社 カタカナ 中文 😀 \U00010fff", name="Ω≈ç")
    document = QuoteDocument.from_draft(draft, number="", version=1, today=issued(draft).issued_on, paper=Paper())
    assert quote_pdf.unprintable(document) == "😀\U00010fff"
    text = "".join(page_texts(quote_pdf.render(document, "ko")))
    assert "株式會社 カタカナ" in text
    assert "□" in text


@pytest.mark.parametrize("paper", [Paper(), Paper(cover=True, carry=True), None])
def test_the_page_in_view_is_the_page_of_the_whole(paper):
    document = QuoteDocument.from_draft(long_draft(80), number="Q", version=1, today=AT.date(), paper=paper)
    whole = quote_pdf.render(document, "ko")
    pages = page_texts(whole)
    last = document.draft.sections[-1].lines[-1]
    for view in (quote_pdf.view(document, "ko", 1), quote_pdf.view(document, "ko", 0, last.id)):
        assert view.whole == len(pages)
        assert page_texts(view.pdf) == [pages[view.shown]]
        assert page_pictures(view.pdf, 0.5) == page_pictures(whole, 0.5, view.shown, 1)
    assert quote_pdf.view(document, "ko", 99).shown == len(pages) - 1
    assert quote_pdf.view(document, "ko", 0, "nobody").shown == 0
    assert any(
        item.startswith(last.name.split()[0])
        for item in pages[quote_pdf.view(document, "ko", 0, last.id).shown].split()
    )


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_a_quotation_that_nearly_fits_is_set_closer_and_one_that_does_not_stays_airy(locale):
    def sectioned(count):
        lines = [line(n, f"모듈 {n}", "2", "1500000", spec="24V DC", unit="EA") for n in range(count)]
        third = -(-count // 3)
        parts = [
            QuoteSection(id=RowId(f"s{n}"), name="구역", lines=tuple(lines[n * third : (n + 1) * third]))
            for n in range(3)
        ]
        return replace(korean_draft(), sections=tuple(parts))

    pages = [len(page_texts(quote_pdf.render(issued(sectioned(count)), locale))) for count in (3, 8, 9, 14, 22)]
    assert pages == [1, 1, 1, 2, 2]
    clear = quote_pdf.render(issued(sectioned(9)), locale)
    assert clashes(clear) == []
    roomy = quote_pdf.view(issued(sectioned(8)), locale, 0).pdf
    assert clashes(roomy) == []


def test_where_rows_are_closer_headings_of_sections_are_too():
    document = issued(korean_draft())
    with speaking("ko"):
        form = quote_form.form_of(document)
        heights = []
        for padding in (quote_form.PADDING, *quote_form.TIGHTER):
            closer = replace(form, padding=padding)
            (page, *_) = quote_pdf._set(document, closer, form.paper)
            keys = {section.id for section in document.draft.sections if section.name}
            heights.append({round(item.block.height, 2) for item in page if item.block.key in keys})
    assert heights == sorted(heights, key=max, reverse=True)
    assert max(heights[0]) - max(heights[-1]) == pytest.approx(6)
