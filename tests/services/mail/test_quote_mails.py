"""An issued quotation handed over to our own outbox: sent with its file, noted with the quote, or waiting for a line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import proposals, quotes, records, timeline
from desktop_crm.services.mail import accounts, outbox, quote_mails
from tests.services.mail.test_outbox import of, parsed
from tests.support.mail_servers import account_at

__all__ = ["of"]


@pytest.fixture
def quote(workspace, hanbit):
    person = {"name": "오세훈", "account_id": hanbit, "email": "oh@hanbit.example"}
    contact = records.create(workspace, "contact", person).id
    line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1000))
    section = QuoteSection(id=new_row_id(), lines=(line,))
    return quotes.create(workspace, account_id=hanbit, contact_id=contact, sections=(section,)).id


def test_it_goes_out_with_its_file_and_stands_with_the_quote(workspace, post, of, quote):
    with pytest.raises(Refusal):
        quote_mails.to_outbox(workspace, quote, "ko")
    quotes.issue(workspace, quote)
    held = quote_mails.to_outbox(workspace, quote, "ko")
    assert held.state is OutState.WAITING
    outbox.send_due(workspace, asked=True)
    message = parsed(post)
    assert message["To"] == "oh@hanbit.example"
    (file,) = message.iter_attachments()
    assert file.get_content() == quotes.reprint(workspace, quote, 1, "ko")
    (entry,) = timeline.window(workspace, "quote", quote, timeline.Asked(sort=timeline.Sort.MAIL))
    assert entry.title == message["Subject"]


def test_without_a_line_it_waits_and_without_an_account_it_is_refused(workspace, post, of, quote):
    quotes.issue(workspace, quote)
    accounts.save(workspace, replace(of, smtp=account_at(None).imap))
    held = quote_mails.to_outbox(workspace, quote, "en")
    outbox.send_due(workspace, asked=True)
    assert outbox.one(workspace, held.id).state is OutState.WAITING
    accounts.remove(workspace, of.id)
    with pytest.raises(Refusal):
        quote_mails.to_outbox(workspace, quote, "en")


@pytest.fixture
def proposal(workspace, hanbit):
    person = {"name": "오세훈", "account_id": hanbit, "email": "oh@hanbit.example"}
    contact = records.create(workspace, "contact", person).id
    return proposals.create(workspace, account_id=hanbit, contact_id=contact, name="설비 증설 제안").id


def issued(workspace, proposal):
    for block in proposals.open_proposal(workspace, proposal).blocks:
        proposals.remove_block(workspace, block.id)
    proposals.add_block(workspace, proposal, BlockKind.TEXT, name="요약", body="세 달 안에 끝냅니다.")
    proposals.issue(workspace, proposal)


def test_a_proposal_goes_out_with_its_file_and_stands_with_account_and_contact(workspace, post, of, proposal, hanbit):
    with pytest.raises(Refusal):
        quote_mails.proposal_letter(workspace, proposal, "ko")
    issued(workspace, proposal)
    held = quote_mails.begin(workspace, "proposal", proposal, "ko")
    assert held.state is OutState.DRAFT
    assert outbox.send_due(workspace, asked=True).sent == 0, "a draft is not sent by itself"
    outbox.queue(workspace, held.id)
    outbox.send_due(workspace, asked=True)
    message = parsed(post)
    assert message["To"] == "oh@hanbit.example"
    assert "설비 증설 제안" in message["Subject"]
    (file,) = message.iter_attachments()
    assert file.get_content() == proposals.file_of(workspace, proposal, 1, "ko")
    (entry,) = timeline.window(workspace, "account", hanbit, timeline.Asked(sort=timeline.Sort.MAIL))
    assert entry.title == message["Subject"]
