"""Is the file what it says it is: whole files pass, each kind of tampering is named."""

from __future__ import annotations

import hashlib
import io
import re

import pikepdf
import pytest
from reportlab.lib.rl_accel import escapePDF

from desktop_crm.documents import quote_pdf
from desktop_crm.documents.verify import verify
from desktop_crm.domain.quotes.verdicts import Altered
from desktop_crm.foundation.errors import Refusal, Trouble
from tests.documents.test_archive import issued
from tests.documents.test_quote_pdf import odd_draft
from tests.domain.quotes.samples import korean_draft, long_draft


@pytest.fixture(scope="module")
def pdf():
    return quote_pdf.render(issued(korean_draft()), "ko")


def changed(pdf, change):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


def on_page(before, after):
    def change(document):
        page = document.pages[0]
        drawn = page.Contents.read_bytes()
        for font in page.Resources.Font.values():
            was, now = coded(font, before), coded(font, after)
            if was in drawn:
                page.Contents.write(drawn.replace(was, now))
                return
        pytest.fail(f"{before} stands on no page")

    return change


def coded(font, text):
    """A text in the codes of a font of the file."""
    pairs = re.findall(r"<(..)> <(....)>", font.ToUnicode.read_bytes().decode())
    codes = {chr(int(sign, 16)): int(code, 16) for code, sign in reversed(pairs)}
    return escapePDF(bytes(codes.get(sign, 0) for sign in text)).encode()


def len_of_pages(document):
    assert len(document.pages) == 1


def parts(report):
    return [one.part for one in report.alterations]


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("make", [korean_draft, odd_draft, lambda: long_draft(60, "USD")])
def test_a_whole_file_is_whole(make, locale):
    document = issued(make())
    report = verify(quote_pdf.render(document, locale))
    assert report.intact
    assert (report.number, report.version, report.locale) == ("Q-2026-0187", 4, locale)
    assert report.version_hash == document.hash
    assert report.copy_hash == hashlib.sha256(document.copy.encode()).hexdigest()


def test_a_figure_changed_on_the_page_is_told_with_both_figures(pdf):
    report = verify(changed(pdf, on_page("91,512,000", "81,512,000")))
    (found,) = report.alterations
    assert (found.part, found.page) == (Altered.PAGE_TEXT, 1)
    assert "91,512,000" in found.was
    assert "81,512,000" in found.now


def test_a_box_over_a_figure_is_seen(pdf):
    def cover(document):
        content = document.pages[0].Contents
        content.write(content.read_bytes() + b" 1 1 1 rg 300 400 250 40 re f")

    assert parts(verify(changed(pdf, cover))) == [Altered.PAGE_LOOK]


def test_figures_changed_inside_are_found_by_hash_and_against_the_page(pdf):
    def change(document):
        inside = document.Root.Names.EmbeddedFiles.Names[1].EF.F
        inside.write(inside.read_bytes().replace(b'"91512000"', b'"81512000"'))

    report = verify(changed(pdf, change))
    assert parts(report) == [Altered.COPY, Altered.PAGE_TEXT]
    assert "91,512,000" in report.alterations[1].now


def test_a_forged_hash_inside_does_not_help(pdf):
    def change(document):
        held = document.Root.Names.EmbeddedFiles.Names[1]
        content = held.EF.F.read_bytes().replace(b'"91512000"', b'"81512000"')
        held.EF.F.write(content)
        held.Desc = pikepdf.String(f"SHA-256 {hashlib.sha256(content).hexdigest()}")

    assert parts(verify(changed(pdf, change))) == [Altered.PAGE_TEXT]


def test_a_page_taken_out_a_title_changed_and_bytes_appended_are_told():
    long = quote_pdf.render(issued(long_draft(60)), "ko")

    def cut(document):
        del document.pages[-1]

    def rename(document):
        document.docinfo.Title = pikepdf.String("계약서")

    assert Altered.PAGE_COUNT in parts(verify(changed(long, cut)))
    report = verify(changed(long, rename))
    assert parts(report) == [Altered.DESCRIPTION]
    assert report.alterations[0].now == "계약서"
    assert parts(verify(long + b"\n% more\n")) == [Altered.APPENDED]


def test_saving_by_another_program_is_not_the_file_any_more(pdf):
    assert parts(verify(changed(pdf, len_of_pages))) == [Altered.STRUCTURE]


@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_a_flipped_bit_never_passes(pdf, place):
    flipped = bytearray(pdf)
    flipped[int(len(pdf) * place)] ^= 4
    try:
        report = verify(bytes(flipped))
    except (Refusal, Trouble):
        return
    assert not report.intact


def test_what_is_no_quotation_of_ours_is_refused(pdf):
    def strip(document):
        del document.Root.Names

    with pytest.raises(Refusal) as refused:
        verify(changed(pdf, strip))
    assert refused.value.code == "quote.file.foreign"
    for broken in (b"", b"no pdf", b"%PDF-1.7\n"):
        with pytest.raises(Trouble) as trouble:
            verify(broken)
        assert trouble.value.code == "document.unreadable"


def test_values_no_program_of_ours_writes_are_refused(pdf):
    def change(document):
        inside = document.Root.Names.EmbeddedFiles.Names[1].EF.F
        inside.write(inside.read_bytes().replace(b'"number":"Q-2026-0187"', b'"number":7'))

    with pytest.raises(Refusal):
        verify(changed(pdf, change))


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format":1}', b"9" * 5000])
def test_nonsense_inside_is_refused(pdf, content):
    def change(document):
        document.Root.Names.EmbeddedFiles.Names[1].EF.F.write(content)

    with pytest.raises(Refusal) as refused:
        verify(changed(pdf, change))
    assert refused.value.code == "quote.file.foreign"
