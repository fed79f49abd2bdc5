"""What became of a quote: states in their order with who and when; an acceptance makes order and contract and is final."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import Billing, QuoteStatus
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import history, quotes, records
from desktop_crm.services.records import ListQuery

S = QuoteStatus


@pytest.fixture
def issued(workspace):
    with workspace.write("test") as work:
        me = work.insert("user", {"name": "김하늘"})
        account = work.insert("account", {"name": "한빛전자(주)"})
    workspace.act_as(me)
    service = QuoteLine(
        id=new_row_id(),
        name="유지보수",
        quantity=Decimal(1),
        unit_price=Decimal(100000),
        billing=Billing.MONTHLY,
        term_months=12,
        starts_on=date(2027, 1, 1),
    )
    section = QuoteSection(id=new_row_id(), lines=(service,))
    made = quotes.create(workspace, account_id=account, name="유지보수 2027", sections=(section,))
    quotes.issue(workspace, made.id)
    return made.id


def rows(workspace, entity):
    return [one.fields for one in records.list_rows(workspace, entity, ListQuery()).records]


def test_each_state_with_who_and_when(workspace, issued) -> None:
    for status in (S.SENT, S.VIEWED, S.REJECTED):
        quotes.mark(workspace, issued, status)
    told = quotes.steps(workspace, issued)
    assert [one.status for one in told] == [S.DRAFT, S.ISSUED, S.SENT, S.VIEWED, S.REJECTED]
    assert {one.by for one in told[1:]} == {"김하늘"}
    assert all(one.at.tzinfo is not None for one in told)


def test_an_acceptance_makes_order_and_contract_in_one_act(workspace, issued) -> None:
    done = quotes.mark(workspace, issued, S.ACCEPTED)
    [order], [contract] = rows(workspace, "order"), rows(workspace, "contract")
    assert order["number"] == done.order_number
    assert done.order_number.startswith(f"SO-{workspace.today().year}-")
    assert (order["quote_id"], contract["quote_id"]) == (issued, issued)
    # 100,000 a month for twelve months, and 10 % VAT in the order
    assert (order["amount"], contract["amount"]) == (Decimal(1320000), Decimal(1200000))
    assert (contract["name"], contract["status"]) == ("유지보수 2027", "draft")
    assert (contract["start_date"], contract["end_date"]) == (date(2027, 1, 1), date(2027, 12, 31))
    with pytest.raises(Refusal, match=r"record\.state"):  # an acceptance is final, and its undo says so
        history.revert(workspace, done.changes.tx_id)


def test_an_accepted_quote_cannot_be_answered_again(workspace, issued) -> None:
    quotes.mark(workspace, issued, S.ACCEPTED)
    with pytest.raises(Refusal) as refused:
        quotes.mark(workspace, issued, S.REJECTED)
    assert refused.value.code == "record.state"
    assert len(rows(workspace, "order")) == 1


def test_a_draft_in_work_cannot_be_answered(workspace, issued) -> None:
    seen = quotes.open_quote(workspace, issued).draft
    quotes.save(workspace, seen, replace(seen, remarks="새 조건"))
    with pytest.raises(Refusal) as refused:
        quotes.mark(workspace, issued, S.ACCEPTED)
    assert refused.value.code == "quote.answer.draft"
    assert rows(workspace, "order") == []
