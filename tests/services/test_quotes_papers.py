"""Templates: the shipped ones, our own, which one a quote is printed in, the company's pictures; frozen when a version is issued."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.paper import Paper, Signing
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.i18n import speaking
from desktop_crm.services import quotes, records
from desktop_crm.services.quotes.verifying import verify_bytes
from tests.documents.reading import page_texts


@pytest.fixture
def quote(workspace):
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자(주)"})
    line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1000))
    section = QuoteSection(id=new_row_id(), name="설비", lines=(line,))
    return quotes.create(workspace, account_id=account, name="증설", sections=(section,)).id


def choose(workspace, quote, key):
    draft = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, draft, replace(draft, template=key))


def png(color=(200, 40, 40)):
    target = io.BytesIO()
    Image.new("RGB", (120, 60), color).save(target, "PNG")
    return target.getvalue()


def test_shipped_templates_are_there_in_both_languages_and_print(workspace, quote):
    with speaking("ko"):
        korean = quotes.templates(workspace)
    with speaking("en"):
        english = quotes.templates(workspace)
    assert [one.key for one in korean] == ["quotation", "detailed", "wide", "summary"]
    assert korean[0].name == "기본 견적서"
    assert english[0].name == "Standard quotation"
    for one in korean:
        choose(workspace, quote, one.key)
        document = quotes.preview_document(workspace, quote)
        assert document.paper is not None
        assert document.paper.columns == one.paper.columns


def test_a_form_of_our_own_is_kept_used_changed_and_taken_away(workspace, quote):
    made = quotes.save_template(workspace, "quotation", "우리 서식", Paper(signing=Signing.BOTH, landscape=True))
    assert records.get(workspace, "document_template", made.key).fields["name"] == "우리 서식"
    choose(workspace, quote, made.key)
    assert quotes.preview_document(workspace, quote).paper.landscape
    quotes.save_template(workspace, made.key, "우리 서식", Paper())
    assert not quotes.preview_document(workspace, quote).paper.landscape
    quotes.delete_template(workspace, made.key)
    assert quotes.preview_document(workspace, quote).paper.columns == Paper().columns
    with pytest.raises(Refusal):
        quotes.delete_template(workspace, "quotation")
    with pytest.raises(Refusal):
        quotes.save_template(workspace, None, " ", Paper())


def test_the_usual_form_is_taken_where_a_quote_names_none(workspace, quote):
    quotes.set_usual(workspace, "wide")
    assert quotes.preview_document(workspace, quote).paper.landscape
    choose(workspace, quote, "quotation")
    assert not quotes.preview_document(workspace, quote).paper.landscape


def test_an_issued_version_keeps_its_form_and_pictures(workspace, quote):
    quotes.set_picture(workspace, "seal", png())
    issued = quotes.issue(workspace, quote)
    before = quotes.reprint(workspace, quote, 1, "ko")
    (seal,) = issued.version.content.paper.pictures()
    quotes.set_picture(workspace, "seal", png((0, 0, 0)))
    quotes.set_usual(workspace, "wide")
    assert quotes.reprint(workspace, quote, 1, "ko") == before
    found = verify_bytes(before, workspace)
    assert found.genuine
    assert quotes.version(workspace, quote, 1).content.paper.seal == seal
    quotes.set_picture(workspace, "seal", None)
    assert "seal" not in quotes.company_pictures(workspace)


def test_another_form_is_reason_enough_to_issue_again(workspace, quote):
    quotes.issue(workspace, quote)
    with pytest.raises(Refusal) as refused:
        quotes.issue(workspace, quote)
    assert refused.value.code == "quote.issue.unchanged"
    choose(workspace, quote, "detailed")
    assert quotes.issue(workspace, quote).version.content.version == 2
    assert "거래 조건" in "".join(page_texts(quotes.reprint(workspace, quote, 2, "ko")))


def test_a_damaged_form_is_left_out_and_not_printed_in(workspace, quote):
    with workspace.write("test") as work:
        key = work.insert("document_template", {"name": "x", "form": "{broken"})
    assert key not in [one.key for one in quotes.templates(workspace)]
    choose(workspace, quote, key)
    assert quotes.preview_document(workspace, quote).paper.columns == Paper().columns
