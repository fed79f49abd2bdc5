"""An issued quotation handed over to our own outbox: sent with its file, noted with the quote, or waiting for a line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes, records, timeline
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
