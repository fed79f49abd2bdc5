"""Pictures of pages: right size, ink where text is, and a clear word for what is no PDF."""

from __future__ import annotations

import pytest

from desktop_crm.documents import preview, quote_pdf
from desktop_crm.foundation.errors import Trouble
from tests.documents.test_quote_pdf import issued
from tests.domain.quotes.samples import korean_draft, long_draft


def test_a_page_becomes_its_pixels() -> None:
    pdf = quote_pdf.render(issued(korean_draft()), "ko")
    (picture,) = preview.page_pictures(pdf, 1.0)
    assert (picture.width, picture.height) == (596, 842)
    assert len(picture.rgba) == picture.width * picture.height * 4
    assert picture.rgba[:4] == b"\xff\xff\xff\xff"
    accent = bytes((0x1F, 0x6F, 0x78, 0xFF))
    assert accent in picture.rgba, "the rule under the title, red first"
    dark = sum(1 for place in range(0, len(picture.rgba), 4) if picture.rgba[place] < 90)
    assert dark > 2000


def test_single_pages_and_scales() -> None:
    pdf = quote_pdf.render(issued(long_draft(60)), "ko")
    assert preview.page_count(pdf) == 4
    assert len(preview.page_pictures(pdf, 0.3)) == 4
    (second,) = preview.page_pictures(pdf, 2.0, first=1, count=1)
    assert (second.width, second.height) == (1191, 1684)
    assert second.rgba == preview.page_pictures(pdf, 2.0)[1].rgba
    assert preview.page_pictures(pdf, 1.0, first=9, count=1) == []


def test_what_is_no_pdf_is_told() -> None:
    for broken in (b"", b"no pdf", b"%PDF-1.4\n"):
        with pytest.raises(Trouble) as trouble:
            preview.page_pictures(broken, 1.0)
        assert trouble.value.code == "document.unreadable"
        with pytest.raises(Trouble):
            preview.page_count(broken)
