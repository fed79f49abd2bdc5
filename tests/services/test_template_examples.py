"""What a form is looked at on: the row that is chosen, else the newest; every kind of paper, and what it lacks for the form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_crm.documents.previewing import example_pages
from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.quotes.paper import Paper, PaperKind, PaperWords
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import proposals, quotes, records
from desktop_crm.services.account_work import plans
from desktop_crm.services.template_examples import seen
from tests.domain.quotes.samples import line

FORM = Paper(en=PaperWords(header="{customer}", footer="{title} {number} {contact}"))


@pytest.fixture
def accounts(workspace):
    return [records.create(workspace, "account", {"name": name}).id for name in ("Hanbit", "Saebyeok")]


def test_a_hand_over_a_plan_and_a_proposal_are_those_of_the_row_that_is_chosen(workspace, accounts):
    first, second = accounts
    for kind, rows in (
        (PaperKind.HANDOVER, accounts),
        (PaperKind.PLAN, [plans.begin(workspace, one, f"Plan {one}").id for one in accounts]),
        (PaperKind.PROPOSAL, [proposals.create(workspace, account_id=one, name="Growth").id for one in accounts]),
    ):
        for row_id, account in zip(rows, ("Hanbit", "Saebyeok"), strict=True):
            found = seen(workspace, kind, FORM, row_id)
            assert found.row_id == row_id
            assert found.document.paper == found.paper == replace(FORM, logo="")
            said = {"handover": "account", "plan": "plan", "proposal": "said"}[kind.value]
            told = getattr(found.document, said)
            assert account in {told, getattr(told, "account", "")}
        assert seen(workspace, kind, FORM).row_id in rows
    with pytest.raises(Refusal):
        seen(workspace, PaperKind.HANDOVER, FORM, "nobody")
    assert (first, second) == tuple(accounts)


def test_a_redline_is_of_the_last_two_things_the_quote_said(workspace, accounts):
    section = QuoteSection(id=new_row_id(), name="", lines=(replace(line(1, "Pump", "2", "1250000"), id=new_row_id()),))
    made = quotes.create(workspace, account_id=accounts[0], sections=(section,)).id

    def sides():
        told = seen(workspace, PaperKind.REDLINE, FORM, made).document
        return told.old_label, told.new_label

    assert sides() == ("v1", "v1")
    quotes.issue(workspace, made)
    for name, labels in (("Second", ("v1", "v2")), ("Third", ("v2", "v3"))):
        draft = quotes.open_quote(workspace, made).draft
        quotes.save(workspace, draft, replace(draft, name=name))
        assert sides() == labels
        quotes.issue(workspace, made)
        assert sides() == labels
    assert seen(workspace, PaperKind.QUOTATION, FORM, made).document.draft.id == made


def test_what_is_missing_is_that_of_the_paper_not_of_its_kind(workspace, accounts):
    plan = plans.begin(workspace, accounts[0], "Growth").id
    pages = example_pages(seen(workspace, PaperKind.PLAN, FORM, plan).document, "en", 1.0, 0)
    assert [name for _, name in pages.gaps] == ["contact", "number"], "a plan has neither"
    proposal = proposals.create(workspace, account_id=accounts[0], name="Growth").id
    pages = example_pages(seen(workspace, PaperKind.PROPOSAL, FORM, proposal).document, "en", 1.0, 0)
    assert [name for _, name in pages.gaps] == ["contact"], "nobody is named on this one"
    person = records.create(workspace, "contact", {"name": "Kim Yuna", "account_id": accounts[0]}).id
    records.set_fields(workspace, "proposal", proposal, {"contact_id": person})
    pages = example_pages(seen(workspace, PaperKind.PROPOSAL, FORM, proposal).document, "en", 1.0, 0)
    assert pages.gaps == ()


def test_where_there_is_nothing_of_the_kind_there_is_no_example(workspace):
    for kind in PaperKind:
        assert seen(workspace, kind, Paper()).document is None
