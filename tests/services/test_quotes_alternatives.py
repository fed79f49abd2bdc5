"""Offers side by side, of which one is accepted; two versions of one number, of which one is said to hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes import versions
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import history, quotes, records

S = QuoteStatus
D = Decimal


@pytest.fixture
def quote(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자(주)"}).id
    lines = tuple(
        QuoteLine(id=new_row_id(), name=name, quantity=D(2), unit_price=D(price))
        for name, price in (("펌프", 1000), ("설치", 300))
    )
    made = quotes.create(
        workspace, account_id=account, name="증설", sections=(QuoteSection(id=new_row_id(), lines=lines),)
    )
    seen = quotes.open_quote(workspace, made.id).draft
    quotes.save(workspace, seen, replace(seen, discount_percent=D(5), payment_terms="납품 후 30일"))
    return made.id


def alternative(workspace, quote, *given, **fields):
    made = quotes.create_alternative(workspace, quote, *given).id
    seen = quotes.open_quote(workspace, made).draft
    quotes.save(workspace, seen, replace(seen, **fields))
    return made


def status(workspace, quote):
    return records.get(workspace, "quote", quote).fields["status"]


def test_an_alternative_says_what_the_quote_says_under_the_next_letter(workspace, quote):
    made = quotes.create_alternative(workspace, quote)
    first, second = quotes.alternatives(workspace, made.id)
    assert [(one.quote_id, one.label) for one in (first, second)] == [(quote, "A"), (made.id, "B")]
    assert second.number == made.number != first.number
    assert first.offer.amounts == replace(second.offer.amounts, sections=first.offer.amounts.sections)
    draft = second.offer.draft
    assert (draft.name, draft.discount_percent, draft.payment_terms) == ("증설", 5, "납품 후 30일")
    third = quotes.create_alternative(workspace, made.id, None, "리스")
    assert [one.label for one in quotes.alternatives(workspace, quote)] == ["A", "B", "리스"]
    assert quotes.open_quote(workspace, third.id).alternative_of_id == quote


def test_it_may_begin_from_any_version(workspace, quote):
    quotes.issue(workspace, quote)
    seen = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, seen, replace(seen, discount_percent=D(50)))
    from_first = quotes.create_alternative(workspace, quote, 1).id
    from_draft = quotes.create_alternative(workspace, quote, 2).id
    assert quotes.open_quote(workspace, from_first).draft.discount_percent == 5
    assert quotes.open_quote(workspace, from_first).based_on_id == quotes.version_summary(workspace, quote, 1).id
    assert quotes.open_quote(workspace, from_draft).draft.discount_percent == 50


def test_the_making_is_one_act(workspace, quote):
    made = quotes.create_alternative(workspace, quote)
    history.revert(workspace, made.changes.tx_id)
    assert quotes.alternatives(workspace, quote) == ()
    assert quotes.open_quote(workspace, quote).alternative == ""


def test_the_accepted_one_turns_the_others_down(workspace, quote):
    sent = alternative(workspace, quote, discount_percent=D(8))
    kept = alternative(workspace, quote, discount_percent=D(9))
    for one in (quote, sent):
        quotes.issue(workspace, one)
        quotes.mark(workspace, one, S.SENT)
    done = quotes.mark(workspace, quote, S.ACCEPTED)
    number = quotes.open_quote(workspace, sent).number
    assert done.turned_down == (number,)
    assert [status(workspace, one) for one in (quote, sent, kept)] == ["accepted", "rejected", "draft"]
    assert [one.status for one in quotes.alternatives(workspace, kept)] == [S.ACCEPTED, S.REJECTED, S.DRAFT]
    with pytest.raises(Refusal) as refused:
        quotes.mark(workspace, sent, S.ACCEPTED)
    assert refused.value.code == "quote.alternative.accepted"


def test_two_alternatives_are_compared(workspace, quote):
    other = alternative(workspace, quote, discount_percent=D(8))
    found = quotes.compare_offers(workspace, (quote, "1"), (other, "1"))
    assert (found.old.number, found.new.number) == tuple(
        quotes.open_quote(workspace, one).number for one in (quote, other)
    )
    assert [one.field for one in found.comparison.quote] == ["discount_percent"]
    assert found.comparison.lines == ()


def twin(workspace, quote, **changes):
    """The newest version as another laptop issued it an hour later, and as sync brings it in."""
    mine = quotes.version(workspace, quote).content
    there = versions.freeze(
        replace(mine.draft, **changes),
        number=mine.number,
        version=mine.version,
        issued_at=mine.issued_at + timedelta(hours=1),
        issued_on=mine.issued_on,
        issued_by="동료",
    )
    row = {
        "quote_id": quote,
        "number": mine.number,
        "version": mine.version,
        "issued_at": there.content.issued_at,
        "currency": "KRW",
        "grand_total": there.content.amounts.grand_total,
        "snapshot": there.snapshot,
        "snapshot_hash": there.hash,
    }
    with workspace.write("sync") as work:
        return work.insert("quote_version", row), there


def test_two_issued_apart_are_both_kept_and_wait_for_a_decision(workspace, quote):
    quotes.issue(workspace, quote)
    theirs, _ = twin(workspace, quote, discount_percent=D(12))
    found = quotes.open_quote(workspace, quote)
    assert [one.label for one in found.undecided] == ["v1", "v1-B"]
    assert found.undecided[1].id == theirs
    with pytest.raises(Refusal) as refused:
        quotes.mark(workspace, quote, S.SENT)
    assert refused.value.code == "quote.version.undecided"
    assert refused.value.params["versions"] == "v1, v1-B"


@pytest.mark.parametrize("chosen", [0, 1])
def test_a_decision_makes_one_hold_and_keeps_the_other(workspace, quote, chosen):
    quotes.issue(workspace, quote)
    twin(workspace, quote, discount_percent=D(12))
    one = quotes.open_quote(workspace, quote).undecided[chosen]
    other = quotes.open_quote(workspace, quote).undecided[1 - chosen]
    changes = quotes.decide(workspace, quote, one.id)
    found = quotes.open_quote(workspace, quote)
    assert (found.undecided, found.is_draft, found.versions[0].id) == ((), False, one.id)
    assert found.draft.discount_percent == (D(5), D(12))[chosen]
    assert [found.state_of(version) for version in found.versions] == ["issued", "superseded"]
    assert [version.id for version in found.versions] == [one.id, other.id]
    assert quotes.version(workspace, quote, other.id).content.version == 1  # still there, and whole
    assert records.get(workspace, "quote", quote).fields["grand_total"] == one.grand_total
    quotes.mark(workspace, quote, S.SENT)
    assert quotes.open_quote(workspace, quote).status is S.SENT
    del changes


def test_a_decision_can_be_undone(workspace, quote):
    quotes.issue(workspace, quote)
    theirs, _ = twin(workspace, quote, discount_percent=D(12))
    changes = quotes.decide(workspace, quote, theirs)
    history.revert(workspace, changes.tx_id)
    assert len(quotes.open_quote(workspace, quote).undecided) == 2


def test_a_newer_version_needs_no_decision(workspace, quote):
    quotes.issue(workspace, quote)
    twin(workspace, quote, discount_percent=D(12))
    seen = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, seen, replace(seen, remarks="-"))
    quotes.issue(workspace, quote)
    found = quotes.open_quote(workspace, quote)
    assert found.undecided == ()
    assert [one.label for one in found.versions] == ["v2", "v1-B", "v1"]
