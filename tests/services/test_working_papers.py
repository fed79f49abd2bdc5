"""Forms of working papers: shipped ones, our own as the usual ones, what they change on a page, what is missing for them."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
from PIL import Image

from desktop_crm.documents import handover_pdf, plan_pdf, proposal_pdf, redline_pdf
from desktop_crm.domain.quotes import paper_reading
from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.quotes.paper import COMPANY, PageSize, Paper, PaperKind, PaperWords
from desktop_crm.domain.quotes.paper_reading import Gap
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import proposals, quotes, records, working_papers
from desktop_crm.services.account_work import handover, plans
from tests.documents.reading import page_texts
from tests.domain.quotes.samples import line

WORDS = PaperWords(title="Paper of {customer}", header="later {supplier}", footer="foot {date} {nobody}")
OURS = Paper(
    cover=True, size=PageSize.LETTER, landscape=True, margin=Decimal(30), accent="#B4374A", logo=COMPANY, en=WORDS
)


@pytest.fixture
def account(workspace):
    return records.create(workspace, "account", {"name": "Hanbit"}).id


def logo(workspace):
    target = io.BytesIO()
    Image.new("RGB", (200, 80), "red").save(target, "PNG")
    quotes.set_picture(workspace, "logo", target.getvalue())


def paper(workspace, account, kind):
    """One of each kind, printed."""
    if kind is PaperKind.PLAN:
        plan = plans.begin(workspace, account, "Growth").id
        return plan_pdf.render(plans.document(workspace, plan), "en")
    if kind is PaperKind.HANDOVER:
        return handover_pdf.render(handover.document(workspace, account), "en")
    if kind is PaperKind.PROPOSAL:
        made = proposals.create(workspace, account_id=account, name="Growth").id
        return proposal_pdf.render(proposals.draft_document(workspace, made), "en")
    section = QuoteSection(id=new_row_id(), name="", lines=(replace(line(1, "Pump", "2", "1250000"), id=new_row_id()),))
    made = quotes.create(workspace, account_id=account, sections=(section,))
    return redline_pdf.render(quotes.redline(workspace, (made.id, 1), (made.id, 1)), "en")


def size(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(round(side) for side in document[0].get_size())
    finally:
        document.close()


PRINTED = tuple(kind for kind in working_papers.KINDS if kind is not PaperKind.MAP)
"""A map is drawn by its room on the screen, and looked at there."""


@pytest.mark.parametrize("kind", PRINTED)
def test_a_working_paper_is_printed_in_the_usual_form_of_its_kind(workspace, account, kind):
    plain = paper(workspace, account, kind)
    assert size(plain) == (595, 842)
    logo(workspace)
    saved = quotes.save_template(workspace, kind.value, "Ours", OURS, kind)
    dressed = paper(workspace, account, kind)
    assert size(dressed) == (792, 612)
    text = " ".join(page_texts(dressed))
    assert "Paper of Hanbit" in text
    assert "{nobody}" in text
    assert b"/Subtype /Image" in dressed
    assert b"/Subtype /Image" not in plain
    other = next(one for one in working_papers.KINDS if one is not kind)
    with workspace.read() as session:
        assert working_papers.usual_form(session, other) == replace(working_papers.shipped(other), logo="")
    quotes.set_usual(workspace, kind.value, kind)
    assert size(paper(workspace, account, kind)) == (595, 842)
    quotes.set_usual(workspace, saved.key, kind)
    assert size(paper(workspace, account, kind)) == (792, 612)
    quotes.delete_template(workspace, saved.key)
    assert size(paper(workspace, account, kind)) == (595, 842)


def test_forms_are_listed_by_what_is_printed_in_them(workspace):
    first = quotes.save_template(workspace, None, "First", OURS, PaperKind.PLAN)
    second = quotes.save_template(workspace, None, "Second", OURS, PaperKind.PLAN)
    quotes.save_template(workspace, None, "For quotes", OURS)
    told = quotes.all_templates(workspace)
    assert [one.name for one in told if not one.shipped] == ["For quotes", "First", "Second"]
    assert {one.kind for one in quotes.templates(workspace)} == {PaperKind.QUOTATION}
    with workspace.read() as session:
        usual = {one.key: one.usual for one in working_papers.own(session) if one.kind is PaperKind.PLAN}
    assert usual == {first.key: False, second.key: True}, "the newest is the usual one"
    quotes.save_template(workspace, second.key, "Second", replace(OURS, accent="#3B5BA9"), PaperKind.PLAN)
    with workspace.read() as session:
        assert working_papers.usual_form(session, PaperKind.PLAN).accent == "#3B5BA9"
    with pytest.raises(Refusal):
        quotes.delete_template(workspace, "plan")
    with pytest.raises(Refusal):
        paper_reading.kind_of('{"kind": "poem"}')


def test_what_a_working_paper_lacks_is_named():
    assert paper_reading.gaps_of_working(OURS, "en") == ((Gap.LOGO, ""), (Gap.PLACEHOLDER, "nobody"))
    assert paper_reading.gaps_of_working(OURS, "ko") == ((Gap.LOGO, ""),)
    assert paper_reading.gaps_of_working(replace(OURS, logo="", en=PaperWords()), "en") == ()
    cover = replace(OURS, logo="", en=PaperWords(cover="{contact} {gone}"))
    assert paper_reading.gaps_of_working(cover, "en", PaperKind.PROPOSAL) == ((Gap.PLACEHOLDER, "gone"),)


def test_that_there_is_nothing_is_said_on_one_line(workspace, account):
    text = page_texts(paper(workspace, account, PaperKind.HANDOVER))[0]
    assert "Nothing has happened here yet" in text
