"""Pages as pictures: a small set that a person has looked at, compared with tolerance; and their texts in the order pdftotext reads.

After a wanted change: `python -m tests.documents.test_golden` draws the pictures anew; look at them before they are committed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from desktop_crm.documents import quote_pdf, redline_pdf
from desktop_crm.documents.preview import page_pictures
from tests.documents.test_archive import issued
from tests.documents.test_papers import FULL, WIDE
from tests.documents.test_redline_pdf import document as redline
from tests.documents.test_redline_pdf import drafts as two_drafts
from tests.domain.quotes.samples import korean_draft, long_draft

FOLDER = Path(__file__).parent / "golden"
SCALE = 0.75
SEEN, ALLOWED = 60, 0.0008
"""So much darker or lighter (of 255, after a slight blur) is seen; such a share of the dots may be: another renderer's rounding."""


def _quote(make: Callable, locale: str, paper=None) -> bytes:
    return quote_pdf.render(issued(make(), paper), locale)


PAGES = {
    "quotation-ko": (partial(_quote, korean_draft, "ko"), 0),
    "quotation-en": (partial(_quote, korean_draft, "en"), 0),
    "cover-ko": (partial(_quote, korean_draft, "ko", FULL), 0),
    "carried-ko": (partial(_quote, partial(long_draft, 40), "ko", FULL), 2),
    "signatures-en": (partial(_quote, korean_draft, "en", FULL), 2),
    "wide-en": (partial(_quote, partial(long_draft, 20), "en", WIDE), 0),
    "redline-ko": (lambda: redline_pdf.render(redline(*two_drafts()), "ko"), 0),
}


def drawn(name: str) -> Image.Image:
    make, page = PAGES[name]
    (picture,) = page_pictures(make(), SCALE, page, 1)
    return Image.frombytes("RGBA", (picture.width, picture.height), picture.rgba).convert("L")


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of dots that a person would see differ."""
    blurred = [picture.filter(ImageFilter.BoxBlur(1)) for picture in (one, other)]
    seen = ImageChops.difference(*blurred).histogram()[SEEN:]
    return sum(seen) / (one.width * one.height)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_was_looked_at(name):
    with Image.open(FOLDER / f"{name}.png") as kept:
        now = drawn(name)
        assert now.size == kept.size
        assert differing(now, kept.convert("L")) <= ALLOWED


def test_a_moved_line_and_another_word_are_seen():
    page = drawn("quotation-ko")
    assert differing(page, page) == 0
    assert differing(page, ImageChops.offset(page, 0, 2)) > ALLOWED
    other = page.copy()
    other.paste(page.crop((60, 60, 120, 75)), (300, 400))
    assert differing(page, other) > ALLOWED / 4


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="data absent: poppler is not installed")
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_text_is_read_in_the_order_of_the_page(locale, tmp_path):
    path = tmp_path / "quote.pdf"
    path.write_bytes(_quote(korean_draft, locale))
    text = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout
    draft = korean_draft()
    wanted = ["Q-2026-0187", draft.customer.name, draft.supplier.name]
    wanted += [line.name_en if locale == "en" and line.name_en else line.name for line in draft.lines()]
    wanted += [draft.payment_terms.split("(")[0].strip(), draft.supplier.representative]
    places = [text.index(one) for one in wanted[:-1]] + [text.rindex(wanted[-1])]
    assert places == sorted(places), text


def _draw_anew() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        drawn(name).quantize(16).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    _draw_anew()
