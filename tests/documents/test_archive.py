"""The archived file: PDF/A-3, what it says of itself, what it carries, that it repeats; old versions keep their bytes."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa

from desktop_crm.documents import quote_pdf
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.domain.quotes import canonical, customer_copy
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.quotes.versions import freeze
from tests.documents.reading import outline, page_texts
from tests.documents.test_quote_pdf import odd_draft, wide_draft
from tests.domain.quotes.samples import korean_draft, long_draft

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent.parent


def issued(draft: QuoteDraft, paper: Paper | None = None) -> QuoteDocument:
    """An issued version as it is issued today."""
    version = freeze(
        draft,
        number="Q-2026-0187",
        version=4,
        issued_at=AT,
        issued_on=date(2026, 11, 22),
        issued_by="김하늘",
        paper=paper or Paper(),
    )
    return QuoteDocument.from_version(version)


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("make", [korean_draft, odd_draft, wide_draft, lambda: long_draft(40, "USD")])
def test_every_rule_of_pdf_a_that_is_checked_holds(make, locale):
    with pikepdf.open(io.BytesIO(quote_pdf.render(issued(make()), locale))) as document:
        report = pdfa.check(document, "3b")
        assert report.findings == []
        assert report.verdict == "pass"
        assert list(document.check_pdf_syntax() if hasattr(document, "check_pdf_syntax") else document.check()) == []


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="data absent: qpdf is not installed")
def test_a_second_reader_finds_no_fault(tmp_path):
    path = tmp_path / "quote.pdf"
    path.write_bytes(quote_pdf.render(issued(odd_draft()), "ko"))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in done.stdout


def test_the_file_says_in_both_places_what_it_is():
    with pikepdf.open(io.BytesIO(quote_pdf.render(issued(korean_draft()), "ko"))) as document:
        assert document.docinfo.CreationDate == "D:20261122030000+00'00'"
        with document.open_metadata() as said:
            assert said["dc:title"] == document.docinfo.Title == "견적서 Q-2026-0187 v4"
            assert said["dc:creator"] == ["(주)온누리오토메이션"]
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "B")
            assert said["xmp:CreateDate"].startswith("2026-11-22T03:00:00")
        assert document.Root.Lang == "ko-KR"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor and "/ToUnicode" in font for font in fonts)


def test_the_quote_lies_inside_for_machines():
    document = issued(korean_draft())
    with pikepdf.open(io.BytesIO(quote_pdf.render(document, "en"))) as file:
        (held,) = (file.attachments[name] for name in file.attachments)
        content = held.get_file().read_bytes()
        assert held.filename == "quote.json"
        assert held.description == f"SHA-256 {hashlib.sha256(content).hexdigest()}"
        assert str(file.Root.AF[0].AFRelationship) == "/Source"
    read = customer_copy.read(content.decode())
    assert canonical.encode(read) == document.copy
    assert read.version_hash == document.hash
    assert read.content.amounts.grand_total == Decimal(163215789)


def test_the_pages_read_and_lead_as_before():
    pdf = quote_pdf.render(issued(korean_draft()), "ko")
    version = freeze(
        korean_draft(), number="Q-2026-0187", version=4, issued_at=AT, issued_on=date(2026, 11, 22), issued_by="김하늘"
    )
    earlier = quote_pdf.render(QuoteDocument.from_version(version), "ko")

    def words(texts):
        return sorted(" ".join(line for line in texts[0].splitlines() if "문서 해시" not in line).split())

    assert words(page_texts(pdf)) == words(page_texts(earlier))
    assert "1 HC-900 제어기 번들" in page_texts(pdf)[0], "a line reads from its number to its amount"
    assert outline(pdf) == outline(earlier)


def test_the_same_version_is_the_same_file_in_another_process_and_both_languages_differ():
    program = (
        "import hashlib\n"
        "from desktop_crm.documents import quote_pdf\n"
        "from tests.documents.test_archive import issued\n"
        "from tests.domain.quotes.samples import long_draft\n"
        "quote_pdf.render(issued(long_draft(3)), 'en')\n"
        "print(hashlib.sha256(quote_pdf.render(issued(long_draft(40)), 'ko')).hexdigest())\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    here = quote_pdf.render(issued(long_draft(40)), "ko")
    assert run.stdout.strip() == hashlib.sha256(here).hexdigest()
    assert here != quote_pdf.render(issued(long_draft(40)), "en")


@pytest.mark.parametrize(
    ("make", "ko", "en"),
    [
        (korean_draft, "cd600a4ae4d00483", "d47f6c38e8886931"),
        (odd_draft, "2d73dcefa41f3f62", "b44e3efbd23dee8b"),
        (wide_draft, "86da7d23925c7ec6", "3cda18ebd0042a7e"),
        (lambda: long_draft(40, "USD"), "7f8085160721818d", "677712717adc1799"),
    ],
)
def test_a_version_of_an_earlier_program_prints_the_bytes_that_program_printed(make, ko, en):
    version = freeze(
        make(), number="Q-2026-0187", version=4, issued_at=AT, issued_on=date(2026, 11, 22), issued_by="김하늘"
    )
    document = QuoteDocument.from_version(version)
    made = [hashlib.sha256(quote_pdf.render(document, locale)).hexdigest()[:16] for locale in ("ko", "en")]
    assert made == [ko, en], "files that came with the locked ReportLab; a new one may want new figures here"


def test_a_quote_of_a_thousand_lines_stays_small():
    lines = replace(long_draft(1000), sections=long_draft(1000).sections)
    assert len(quote_pdf.render(issued(lines), "ko")) <= 180_000
