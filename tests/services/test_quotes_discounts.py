"""Amounts off the whole, lines free of charge and negative lines: saved, merged, issued and printed as they were typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import exporting, history, quotes, records
from tests.documents.reading import page_texts

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


def line(name, quantity="1", amount="1000", **more):
    return QuoteLine(id=new_row_id(), name=name, quantity=Decimal(quantity), unit_price=Decimal(amount), **more)


@pytest.fixture
def make(workspace):
    """`make(line, line, …)`: a quote of one section with these lines."""
    account = records.create(workspace, "account", {"name": "한빛전자"}).id

    def act(*lines, currency="KRW"):
        sections = (QuoteSection(id=new_row_id(), name="설비", lines=lines),)
        return quotes.create(workspace, account_id=account, currency=currency, sections=sections).id

    return act


@pytest.fixture
def quote(make):
    return make(line("펌프", "2", "1250000"), line("밸브", "3", "80333"), line("설치", "1", "650001"))


SUBTOTAL = 2500000 + 240999 + 650001


def draft_of(workspace, quote):
    return quotes.open_quote(workspace, quote).draft


def save(workspace, quote, **fields):
    before = draft_of(workspace, quote)
    return quotes.save(workspace, before, replace(before, **fields))


def printed(workspace, quote, locale="ko"):
    return "\n".join(page_texts(quotes.reprint(workspace, quote, None, locale)))


def test_an_amount_off_the_whole_is_the_same_everywhere(workspace, quote):
    save(workspace, quote, discount_amount=Decimal(391000))
    net = SUBTOTAL - 391000
    assert price(draft_of(workspace, quote)).net_amount == net == 3000000
    assert quotes.list_quotes(workspace)[0].grand_total == 3300000
    (exported,) = exporting.plain_rows(workspace, "quote")
    assert (exported["grand_total"], exported["discount_amount"]) == ("3300000", "391000")
    issued = quotes.issue(workspace, quote).version
    shares = [one.share for section in issued.content.amounts.sections for one in section.lines]
    assert sum(shares) == 391000
    text = printed(workspace, quote)
    for figure in ("3,391,000", "391,000", "3,000,000", "300,000", "3,300,000"):
        assert figure in text, figure
    assert "%" not in text.split("공급가액")[0].split("소계")[-1], "an amount is no percent"
    assert "Discount" in printed(workspace, quote, "en")


def test_it_is_part_of_the_version_and_comes_back_with_it(workspace, quote):
    save(workspace, quote, discount_amount=Decimal(391000))
    first = quotes.issue(workspace, quote).version
    assert '"discount_amount":"391000"' in first.snapshot
    save(workspace, quote, discount_amount=Decimal(0))
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.DRAFT
    second = quotes.issue(workspace, quote).version
    assert first.hash != second.hash
    assert '"discount_amount":"391000"' not in second.snapshot
    quotes.restore_version(workspace, quote, 1)
    assert draft_of(workspace, quote).discount_amount == 391000


def test_a_percent_here_and_an_amount_there_are_both_kept(workspace, quote):
    seen = draft_of(workspace, quote)
    quotes.save(workspace, seen, replace(seen, discount_percent=Decimal(10)))
    quotes.save(workspace, seen, replace(seen, discount_amount=Decimal(1000)))
    now = draft_of(workspace, quote)
    assert (now.discount_percent, now.discount_amount) == (10, 1000)
    assert price(now).discount_amount == 339100 + 1000
    assert quotes.list_quotes(workspace)[0].grand_total == price(now).grand_total


def test_it_is_taken_back_by_undo(workspace, quote):
    changed = save(workspace, quote, discount_amount=Decimal(5))
    history.revert(workspace, changed.tx_id)
    assert draft_of(workspace, quote).discount_amount == 0


def test_more_than_the_lines_come_to_is_not_issued(workspace, quote):
    save(workspace, quote, discount_amount=Decimal(3391001))
    with pytest.raises(Refusal, match=r"quote\.issue\.discount_amount"):
        quotes.issue(workspace, quote)


def test_it_is_set_by_field_and_not_after_acceptance(workspace, quote):
    records.set_fields(workspace, "quote", quote, {"discount_amount": Decimal(1000)})
    assert draft_of(workspace, quote).discount_amount == 1000
    quotes.issue(workspace, quote)
    quotes.mark(workspace, quote, QuoteStatus.ACCEPTED)
    with pytest.raises(Refusal, match=r"quote\.closed"):
        records.set_fields(workspace, "quote", quote, {"discount_amount": Decimal(2000)})


def test_cents_are_spread_as_well(workspace, make):
    quote = make(*(line("x", "1", "33.33") for _ in range(3)), currency="USD")
    save(workspace, quote, discount_amount=Decimal("10.00"))
    amounts = price(draft_of(workspace, quote))
    assert [one.share for one in amounts.sections[0].lines] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert amounts.net_amount == Decimal("89.99")


def test_a_line_free_of_charge_is_printed_as_one(workspace, make):
    quote = make(line("펌프"), line("교육", "2", "1800000", discount_percent=Decimal(100)))
    quotes.issue(workspace, quote)
    korean, english = printed(workspace, quote), printed(workspace, quote, "en")
    assert "무상" in korean
    assert "1,800,000" in korean, "what it would have cost"
    assert "100%" not in korean
    assert "Free" in english
    assert quotes.list_quotes(workspace)[0].grand_total == 1100


def test_a_negative_line_is_taken_off_and_printed_with_its_sign(workspace, make):
    quote = make(line("신형", "1", "1000000"), line("구형 보상", "1", "-300000"), line("반품", "-2", "50000"))
    issued = quotes.issue(workspace, quote).version.content.amounts
    assert (issued.subtotal, issued.tax_amount, issued.grand_total) == (600000, 60000, 660000)
    text = printed(workspace, quote).replace("\N{MINUS SIGN}", "-")
    assert "-300,000" in text
    assert "-100,000" in text
