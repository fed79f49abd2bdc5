"""Several offers beside each other: every line once, in a sensible order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from desktop_crm.domain.quotes.compare import Offer
from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.quotes.side_by_side import rows
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import korean_draft, line


def offer(*lines) -> Offer:
    return Offer.of(
        replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), lines=lines),), discount_percent=Decimal(10))
    )


def test_lines_meet_by_their_words_and_keep_an_order() -> None:
    found = rows(
        (
            offer(line(1, "펌프", "2", "100"), line(2, "설치", "1", "50")),
            offer(line(7, "펌프", "3", "100"), line(8, "교육", "1", "10"), line(9, "설치", "1", "50")),
        )
    )
    assert [one.name for one in found] == ["펌프", "교육", "설치"]
    assert [one.differs for one in found] == [True, True, False]
    pump, training, _ = found
    assert [cell and cell.amount for cell in pump.cells] == [Decimal(180), Decimal(270)]
    assert training.cells[0] is None


def test_the_same_words_twice_are_two_lines() -> None:
    twice = offer(line(1, "펌프", "1", "10"), line(2, "펌프", "1", "20"))
    found = rows((twice, offer(line(3, "펌프", "1", "10"))))
    assert [[cell and cell.unit_price for cell in one.cells] for one in found] == [[10, 10], [20, None]]


def test_nothing_beside_nothing() -> None:
    assert rows(()) == ()
    assert rows((offer(), offer())) == ()
