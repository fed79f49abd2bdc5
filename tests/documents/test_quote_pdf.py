"""The quotation, read back: what it says in both languages, how its pages break, that it repeats its bytes."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from desktop_crm.documents import quote_pdf
from desktop_crm.documents.flow import Block
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.sheet import Style
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import forms
from desktop_crm.i18n.forms import DateForm, Forms, NumberForm
from tests.documents.reading import metadata, outline, page_texts, squeezed
from tests.domain.quotes.samples import korean_draft, line, long_draft

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent.parent


def issued(draft: QuoteDraft) -> QuoteDocument:
    version = freeze(
        draft, number="Q-2026-0187", version=4, issued_at=AT, issued_on=date(2026, 11, 22), issued_by="김하늘"
    )
    return QuoteDocument.from_version(version)


def test_the_korean_quotation_says_all_a_buyer_needs() -> None:
    document = issued(korean_draft())
    (text,) = page_texts(quote_pdf.render(document, "ko"))
    for wanted in (
        "견적서",
        "Q-2026-0187 v4",
        "2026-11-22",
        "한빛전자(주) 귀중",
        "이정훈 부장 귀하",
        "설비 증설 2027",
        "(주)온누리오토메이션",
        "사업자등록번호",
        "123-81-45678",
        "일금 일억육천삼백이십일만오천칠백팔십구원정",
        "₩163,215,789",
        "1. 설비 제어 패키지",
        "HC-900 제어기 번들",
        "이중화 전원, I/O 16ch",
        "8,200,000",
        "7%",
        "91,512,000",
        "−4,589,010",
        "공급가액",
        "148,377,990",
        "부가세 10%",
        "14,837,799",
        "합계",
        "2026년 12월 22일까지",
        "결제 조건",
        "납기는 발주 후 8주입니다.",
        "위와 같이 견적합니다.",
        "대표이사 강윤우",
        "직인",
        "1 / 1 쪽",
        f"문서 해시 {document.hash[:16]}",
    ):
        assert wanted in text, wanted


def test_the_english_quotation_speaks_english() -> None:
    (text,) = page_texts(quote_pdf.render(issued(korean_draft()), "en"))
    for wanted in (
        "Quotation",
        "22 Nov 2026",
        "Business reg. no.",
        "One hundred sixty-three million two hundred fifteen thousand seven hundred eighty-nine won only",
        "Net amount",
        "VAT 10%",
        "Grand total",
        "Valid until 22 December 2026",
        "Payment terms",
        "Page 1 of 1",
        "한빛전자(주)",
    ):
        assert wanted in text, wanted
    assert "귀중" not in text
    assert "공급가액" not in text


def test_dollars_have_cents_and_rates_are_shown_apart() -> None:
    texts = page_texts(quote_pdf.render(issued(long_draft(60, "USD")), "en"))
    assert "1,500.25" in texts[0]
    assert "VAT 10% on " in texts[-1]
    assert "VAT 0% on " in texts[-1]
    assert "US dollars and " in texts[0]


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("count", [1, 12, 13, 40, 200])
def test_long_tables_break_well(count: int, locale: str) -> None:
    draft = long_draft(count)
    texts = page_texts(quote_pdf.render(issued(draft), locale))
    header = "품목 · 규격" if locale == "ko" else "Item · Spec"
    headings = {f"{index + 1}. {section.name}" for index, section in enumerate(draft.sections)}
    pages = len(texts)
    for number, text in enumerate(texts, 1):
        assert header in text, number
        assert (f"{number} / {pages} 쪽" if locale == "ko" else f"Page {number} of {pages}") in text
        assert len(re.findall(r"Module \d{4}", text)) >= 1, "no page without a line: sums are never alone"
        rows = [row.strip() for row in text.splitlines() if re.search(r"Module \d{4}", row) or row.strip() in headings]
        assert rows[-1] not in headings, "a heading is never the last on a page"
    whole = "".join(texts)
    assert re.findall(r"Module (\d{4})", whole) == [f"{number:04d}" for number in range(count)]
    assert ("합계" if locale == "ko" else "Grand total") in texts[-1]


def test_the_outline_leads_to_sections_and_sums() -> None:
    pdf = quote_pdf.render(issued(long_draft(60)), "ko")
    marks = outline(pdf)
    assert [title for title, _ in marks] == [
        "1. 1구역 설비",
        "2. 2구역 설비",
        "3. 3구역 설비",
        "4. 4구역 설비",
        "5. 5구역 설비",
        "합계",
    ]
    texts = page_texts(pdf)
    for title, page in marks[:-1]:
        assert title in texts[page]
    assert marks[-1][1] == len(texts) - 1


def test_the_file_says_what_it_is() -> None:
    pdf = quote_pdf.render(issued(korean_draft()), "ko")
    said = metadata(pdf)
    assert said["Title"] == "견적서 Q-2026-0187 v4"
    assert said["Author"] == "(주)온누리오토메이션"
    assert b"/Lang (ko-KR)" in pdf
    assert b"/Lang (en-US)" in quote_pdf.render(issued(korean_draft()), "en")


def test_every_face_is_embedded_and_none_is_from_the_reader() -> None:
    pdf = quote_pdf.render(issued(replace(korean_draft(), remarks="納品場所: 龜尾市")), "ko")
    for foreign in (b"Helvetica", b"Times", b"Courier", b"ZapfDingbats"):
        assert foreign not in pdf
    assert pdf.count(b"/FontFile2") == pdf.count(b"/Type /FontDescriptor") == 3
    assert pdf.count(b"/ToUnicode") == 3


def test_the_same_version_prints_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib\n"
        "from desktop_crm.documents import quote_pdf\n"
        "from tests.documents.test_quote_pdf import issued\n"
        "from tests.domain.quotes.samples import long_draft\n"
        "quote_pdf.render(issued(long_draft(3)), 'en')\n"
        "print(hashlib.sha256(quote_pdf.render(issued(long_draft(40)), 'ko')).hexdigest())\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    here = quote_pdf.render(issued(long_draft(40)), "ko")
    assert run.stdout.strip() == hashlib.sha256(here).hexdigest()
    assert here == quote_pdf.render(issued(long_draft(40)), "ko")


def test_the_forms_of_the_laptop_do_not_change_what_is_printed() -> None:
    document = issued(korean_draft())
    usual = quote_pdf.render(document, "ko")
    with forms.written(Forms(number=NumberForm.POINT_COMMA, date=DateForm.KOREAN)):
        assert quote_pdf.render(document, "ko") == usual


def test_a_draft_is_marked_as_one_and_an_issued_version_is_not() -> None:
    draft = QuoteDocument.from_draft(korean_draft(), number="", version=1, today=AT.date())
    (text,) = page_texts(quote_pdf.render(draft, "ko"))
    assert "초안" in text
    assert "문서 해시" not in text
    assert "초안" not in page_texts(quote_pdf.render(issued(korean_draft()), "ko"))[0]


def odd_draft() -> QuoteDraft:
    endless = "끝나지않는이름" * 200
    many_words = "여러 낱말로 된 긴 설명 " * 400
    return replace(
        korean_draft(),
        customer=replace(korean_draft().customer, name="株式會社 韓國電子 😀 (주)" * 4, address="주소 " * 60),
        remarks="비고 한 줄\n" * 150,
        payment_terms="",
        valid_until=None,
        discount_percent=Decimal(0),
        sections=(
            QuoteSection(id=RowId("empty"), name="빈 구분"),
            QuoteSection(
                id=RowId("plain"),
                lines=(
                    line(1, endless, "1", "1", unit="아주 긴 단위 이름"),
                    line(2, "반품", "-2.5", "1234567.891", spec=many_words, remark="비고"),
                    line(3, "0원", "1", "0", "100"),
                ),
            ),
        ),
    )


def test_odd_content_is_printed_whole() -> None:
    texts = page_texts(quote_pdf.render(issued(odd_draft()), "ko"))
    whole = squeezed("".join(texts))
    assert whole.count("끝나지않는이름") >= 190, "a name that is cut by a page goes on there"
    assert whole.count("여러낱말로된긴설명") >= 390
    assert whole.count("비고한줄") == 150
    assert "株式會社韓國電子□(주)" in whole
    assert "−2.5" in whole
    assert "1,234,567.891" in whole
    assert "빈 구분" not in "".join(texts), "a section without lines is not printed"
    assert "합계" in whole


def clashes(pdf: bytes) -> list[str]:
    """Texts that lie on one another or over the margins."""
    document = pypdfium2.PdfDocument(pdf)
    found: list[str] = []
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_rect(place) for place in range(text.count_rects())]
        for place, (left, bottom, right, top) in enumerate(boxes):
            if left < 36 or right > 560:
                found.append(f"margin: {text.get_text_bounded(left, bottom, right, top)}")
            for other in boxes[place + 1 :]:
                wide, high = min(right, other[2]) - max(left, other[0]), min(top, other[3]) - max(bottom, other[1])
                if wide > 1 and high > 2.5:
                    found.append(f"{text.get_text_bounded(left, bottom, right, top)} | {text.get_text_bounded(*other)}")
    document.close()
    return found


def wide_draft() -> QuoteDraft:
    lines = tuple(
        line(n, "품목 이름 " * n, "123456789.123", "987654321012.55", "99.99", unit="킬로그램", spec="규격")
        for n in range(1, 8)
    )
    return replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), name="긴 구분 " * 10, lines=lines),))


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize(
    "make", [korean_draft, odd_draft, wide_draft, lambda: long_draft(40), lambda: long_draft(40, "USD")]
)
def test_no_text_lies_on_another_or_over_the_margins(make: Callable[[], QuoteDraft], locale: str) -> None:
    assert clashes(quote_pdf.render(issued(make()), locale)) == []


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_an_empty_or_absurd_draft_still_has_a_page(locale: str) -> None:
    empty = replace(korean_draft(), sections=(), name="", customer=replace(korean_draft().customer, name=""))
    absurd = replace(
        korean_draft(),
        sections=(QuoteSection(id=RowId("s"), lines=(line(1, "", "1e20", "1e20"), line(2, " ", "0", "0"))),),
    )
    for draft in (empty, absurd):
        document = QuoteDocument.from_draft(draft, number="", version=1, today=AT.date())
        assert len(page_texts(quote_pdf.render(document, locale))) == 1


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="data absent: qpdf is not installed")
def test_a_second_reader_finds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "quote.pdf"
    path.write_bytes(quote_pdf.render(issued(odd_draft()), "ko"))
    assert (
        "No syntax or stream encoding errors"
        in subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True).stdout
    )


def test_the_work_of_printing_grows_with_the_lines_and_not_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is drawn once: twice the lines, at most twice the blocks and the texts measured."""

    def work(count: int) -> tuple[int, int]:
        drawn: list[int] = []
        texts: list[str] = []
        paginate, width = quote_pdf.paginate, Style.width

        def counted(blocks: list[Block], **more: object) -> object:
            drawn.append(len(blocks))
            return paginate(blocks, **more)  # type: ignore[arg-type]

        def measured(style: Style, text: str) -> float:
            texts.append(text)
            return width(style, text)

        with monkeypatch.context() as patched:
            patched.setattr(quote_pdf, "paginate", counted)
            patched.setattr(Style, "width", measured)
            quote_pdf.render(issued(long_draft(count)), "ko")
        return sum(drawn), len(texts)

    small, large = work(100), work(200)
    assert large[0] <= 2 * small[0]
    assert large[1] <= 2.2 * small[1]
