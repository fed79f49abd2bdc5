"""The redlined comparison, read back with a real PDF reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from desktop_crm.documents.redline_pdf import RedlineDocument, render
from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.compare import Offer, compare
from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.foundation.ids import RowId
from tests.documents.reading import page_texts
from tests.domain.quotes.samples import korean_draft, line


def document(old, new) -> RedlineDocument:
    before, after = Offer.of(old), Offer.of(new)
    return RedlineDocument(
        number="Q-2026-0187",
        old_label="v1",
        new_label="v2",
        old=before,
        new=after,
        comparison=compare(before, after),
        company="(주)온누리오토메이션",
        today=date(2026, 11, 23),
    )


def drafts(many: int = 0):
    lines = (
        line(1, "펌프", "2", "1250000", cost=Decimal(987654)),
        line(2, "밸브", "4", "80000"),
        *(line(100 + place, f"품목 {place}", "1", "1000") for place in range(many)),
    )
    old = replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), name="설비", lines=lines),))
    pump = replace(lines[0], unit_price=Decimal(1200000), cost=Decimal(900000))
    new = edits.remove(edits.set_line(old, pump), [lines[1].id])
    new = edits.add_line(new, line(3, "호스", "1", "500"))
    return old, replace(new, payment_terms="납품 후 60일")


def test_what_was_and_what_is_both_stand_there():
    [text] = page_texts(render(document(*drafts()), "ko"))
    for said in (
        "Q-2026-0187",
        "v1 → v2",
        "펌프",
        "₩1,250,000",
        "₩1,200,000",
        "밸브",
        "삭제",
        "호스",
        "추가",
        "납품 후 60일",
    ):
        assert said in text, said
    assert "987" not in text  # what it costs us is not for paper
    assert "마진" not in text


def test_the_same_document_gives_the_same_bytes():
    one = document(*drafts())
    assert render(one, "en") == render(one, "en") != render(one, "ko")


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_heads_repeat_and_every_line_is_there_once(locale):
    texts = page_texts(render(document(*drafts(120)), locale))
    assert len(texts) > 3
    whole = "\n".join(texts)
    assert all(whole.count(f"품목 {place}\n") + whole.count(f"품목 {place} ") >= 1 for place in (0, 60, 119))
    head = "단가" if locale == "ko" else "Unit price"
    assert all(head in text for text in texts[:3])


def test_old_values_are_red_and_struck(tmp_path):
    file = pypdfium2.PdfDocument(render(document(*drafts()), "ko"))
    image = file[0].render(scale=2).to_pil().convert("RGB")
    file.close()
    red = sum(count for count, (r, g, b) in image.getcolors(1 << 24) if r > 150 and g < 110 and b < 120)
    assert red > 300


def test_two_that_say_the_same_give_a_page():
    old, _ = drafts()
    [text] = page_texts(render(document(old, old), "en"))
    assert "Before" in text
    assert "Taken out" not in text
