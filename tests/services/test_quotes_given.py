"""Giving quotes out: workbooks, UBL, mail drafts that stand in the timeline, all at once; signed where a certificate is set."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from email.policy import default

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.verdicts import Standing
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes, records
from desktop_crm.services.quotes import giving, signing
from desktop_crm.services.quotes.giving import Shape
from desktop_crm.services.quotes.verifying import verify_bytes
from tests.documents.test_signing import PASSPHRASE, container


@pytest.fixture
def quote(workspace):
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자(주)"})
        contact = work.insert("contact", {"name": "이정훈", "email": "lee@hanbit.example", "account_id": account})
    line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1000), cost=Decimal(321))
    section = QuoteSection(id=new_row_id(), name="설비", lines=(line,))
    return quotes.create(workspace, account_id=account, contact_id=contact, name="증설", sections=(section,)).id


def test_a_quote_is_written_in_every_shape_as_draft_and_as_issued(workspace, quote, tmp_path):
    for shape in Shape:
        given = giving.write_as(workspace, quote, None, "ko", shape, tmp_path / f"draft{shape}")
        assert given.draft
        assert given.path.stat().st_size > 500
    quotes.issue(workspace, quote)
    for shape in Shape:
        given = giving.write_as(workspace, quote, 1, "en", shape, tmp_path / f"issued{shape}")
        assert (given.draft, given.version) == (False, 1)
        assert b"321" not in given.path.read_bytes() or shape is not Shape.UBL


def test_all_issued_quotes_are_written_at_once(workspace, quote, tmp_path):
    assert giving.write_all(workspace, tmp_path, Shape.UBL, "ko") == ()
    quotes.issue(workspace, quote)
    (given,) = giving.write_all(workspace, tmp_path, Shape.UBL, "ko")
    assert given.path.name == f"{quotes.open_quote(workspace, quote).number}-v1.xml"


def test_a_mail_draft_holds_the_file_and_stands_in_the_timeline(workspace, quote, tmp_path):
    with pytest.raises(Refusal):
        giving.mail_draft(workspace, quote, "ko", tmp_path / "none.eml")
    quotes.issue(workspace, quote)
    mailed = giving.mail_draft(workspace, quote, "ko", tmp_path / "quote.eml")
    message = email.message_from_bytes(mailed.path.read_bytes(), policy=default)
    assert (message["To"], message["X-Unsent"]) == ("lee@hanbit.example", "1")
    assert "증설" in message["Subject"]
    assert "이정훈 님께" in message.get_body().get_content()
    (part,) = message.iter_attachments()
    assert part.get_content() == quotes.reprint(workspace, quote, 1, "ko")
    noted = records.get(workspace, "activity", mailed.activity_id).fields
    assert (noted["kind"], noted["quote_id"]) == ("mail", quote)


def test_issued_files_are_signed_once_and_stay_as_they_were_stored(workspace, quote):
    assert signing.certificate(workspace) is None
    signing.set_certificate(workspace, container(), PASSPHRASE)
    assert signing.certificate(workspace).name == "(주)온누리오토메이션"
    quotes.issue(workspace, quote)
    pdf = quotes.reprint(workspace, quote, 1, "ko")
    found = verify_bytes(pdf, workspace)
    assert (found.genuine, found.standing) == (True, Standing.NEWEST)
    assert [one.whole for one in found.report.signatures] == [True]
    assert quotes.reprint(workspace, quote, 1, "ko") == pdf
    signing.remove_certificate(workspace)
    draft = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, draft, replace(draft, name="다시"))
    quotes.issue(workspace, quote)
    assert verify_bytes(quotes.reprint(workspace, quote, 2, "ko")).report.signatures == ()


def test_an_expired_certificate_and_a_lost_passphrase_sign_nothing(workspace, quote):
    with pytest.raises(Refusal) as refused:
        signing.set_certificate(workspace, container(days=-1), PASSPHRASE)
    assert refused.value.code == "signing.expired"
    signing.set_certificate(workspace, container(days=int(timedelta(days=900).days)), PASSPHRASE)
    workspace.secrets.remove(f"signing {workspace.database.salt.hex()}")
    with pytest.raises(Refusal) as refused:
        quotes.issue(workspace, quote)
    assert refused.value.code == "signing.container"
    assert not quotes.open_quote(workspace, quote).versions
