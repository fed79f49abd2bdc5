"""What a workspace knows of a quotation's file: the newest issue, a replaced one, another one's, an earlier program's."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from desktop_crm.documents import quote_pdf
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.verdicts import Altered, Standing
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes
from desktop_crm.services.quotes.verifying import verify_bytes


@pytest.fixture
def quote(workspace):
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자(주)"})
    line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1000), cost=Decimal(700))
    section = QuoteSection(id=new_row_id(), name="설비", lines=(line,))
    return quotes.create(workspace, account_id=account, sections=(section,)).id


def test_the_newest_issue_is_known_and_then_replaced(workspace, quote):
    quotes.issue(workspace, quote)
    first = quotes.reprint(workspace, quote, 1, "ko")
    found = verify_bytes(first, workspace)
    assert (found.genuine, found.standing, found.quote_id, found.newest) == (True, Standing.NEWEST, quote, 1)
    draft = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, draft, edits.set_line(draft, dataclasses.replace(next(draft.lines()), quantity=Decimal(3))))
    quotes.issue(workspace, quote)
    found = verify_bytes(first, workspace)
    assert (found.genuine, found.standing, found.newest) == (True, Standing.SUPERSEDED, 2)
    assert verify_bytes(quotes.reprint(workspace, quote, 2, "en"), workspace).standing is Standing.NEWEST


def test_a_forgery_that_is_whole_by_itself_is_found_by_the_workspace(workspace, quote):
    issued = quotes.issue(workspace, quote).version
    draft = issued.content.draft
    cheaper = edits.set_line(draft, dataclasses.replace(next(draft.lines()), unit_price=Decimal(1)))
    content = issued.content
    forged = freeze(
        cheaper,
        number=content.number,
        version=content.version,
        issued_at=content.issued_at,
        issued_on=content.issued_on,
        issued_by=content.issued_by,
        paper=content.paper,
    )
    pdf = quote_pdf.render(QuoteDocument.from_version(dataclasses.replace(forged, hash=issued.hash)), "ko")
    assert verify_bytes(pdf).genuine, "nothing in the file itself speaks against it"
    found = verify_bytes(pdf, workspace)
    assert (found.genuine, found.standing) == (False, Standing.DIFFERENT)


def test_another_workspaces_quote_is_unknown(workspace, quote):
    issued = quotes.issue(workspace, quote).version
    content = dataclasses.replace(issued.content, number="X-1")
    pdf = quote_pdf.render(QuoteDocument.from_version(dataclasses.replace(issued, content=content)), "ko")
    found = verify_bytes(pdf, workspace)
    assert (found.genuine, found.standing, found.quote_id) == (True, Standing.UNKNOWN, None)


def test_an_altered_file_is_altered_whatever_the_workspace_says(workspace, quote):
    quotes.issue(workspace, quote)
    found = verify_bytes(quotes.reprint(workspace, quote, 1, "ko") + b" ", workspace)
    assert not found.genuine
    assert found.standing is Standing.NEWEST
    assert [one.part for one in found.report.alterations] == [Altered.APPENDED]


def test_a_file_of_an_earlier_program_is_known_by_its_bytes(workspace, quote):
    prepared = quotes.prepare_issue(workspace, quote)
    content = prepared.version.content
    earlier = freeze(
        content.draft,
        number=content.number,
        version=content.version,
        issued_at=content.issued_at,
        issued_on=content.issued_on,
        issued_by=content.issued_by,
    )
    files = quote_pdf.files_of(QuoteDocument.from_version(earlier))
    quotes.finish_issue(workspace, dataclasses.replace(prepared, version=earlier), files)
    assert quotes.reprint(workspace, quote, 1, "ko") == files[0]
    found = verify_bytes(files[1], workspace)
    assert (found.genuine, found.report, found.standing, found.version) == (True, None, Standing.NEWEST, 1)
    with pytest.raises(Refusal):
        verify_bytes(files[1] + b" ", workspace)
