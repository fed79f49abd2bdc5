"""A quote begun from a won deal: who is like it, what is taken over, and what is told to be different."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.compare import Aspect
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.similar import Likeness
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import history, quotes, records


@pytest.fixture
def sold(workspace):
    """A won deal of a pump, a hose that nobody sells any more and a line in own words; a prospect of the same trade."""
    with workspace.write("test") as work:
        me = work.insert("user", {"name": "김하늘"})
        ids = {
            "hanbit": work.insert("account", {"name": "한빛전자(주)", "industry": "반도체", "employees": 900}),
            "saebom": work.insert("account", {"name": "새봄소재", "industry": "반도체", "employees": 600}),
            "farm": work.insert("account", {"name": "들녘농장", "industry": "농업", "employees": 12}),
            "pump": work.insert(
                "product", {"code": "P-1", "name": "펌프", "list_price": Decimal(1000), "currency": "KRW"}
            ),
            "hose": work.insert(
                "product", {"code": "H-1", "name": "호스", "list_price": Decimal(50), "currency": "KRW"}
            ),
        }
    workspace.act_as(me)
    lines = (
        _line("펌프", "900", product_id=ids["pump"], discount_percent=Decimal(5)),
        _line("호스", "50", product_id=ids["hose"]),
        _line("현장 조정", "300"),
    )
    section = QuoteSection(id=new_row_id(), name="설비", lines=lines)
    made = quotes.create(workspace, account_id=ids["hanbit"], name="증설", sections=(section,))
    seen = quotes.open_quote(workspace, made.id).draft
    quotes.save(
        workspace, seen, replace(seen, payment_terms="납품 후 30일", remarks="8주", discount_percent=Decimal(3))
    )
    quotes.issue(workspace, made.id)
    quotes.mark(workspace, made.id, QuoteStatus.ACCEPTED)
    with workspace.write("test") as work:
        work.update("product", ids["pump"], {"list_price": Decimal(1200)})
        work.update("product", ids["hose"], {"life_cycle": "withdrawn"})
    return {**ids, "won": made.id, "number": made.number}


def _line(name: str, price: str, **more) -> QuoteLine:
    return QuoteLine(id=new_row_id(), name=name, quantity=Decimal(2), unit_price=Decimal(price), **more)


def test_a_won_deal_of_the_same_trade_is_found_with_reasons(workspace, sold) -> None:
    found = quotes.similar_deals(workspace, account_id=sold["saebom"], product_ids=[sold["pump"]])
    [one] = found.deals
    assert (one.deal.quote_id, one.deal.number, one.deal.account_name) == (sold["won"], sold["number"], "한빛전자(주)")
    kinds = {reason.kind: reason for reason in one.reasons}
    assert set(kinds) == set(Likeness)
    assert kinds[Likeness.PRODUCTS].points == Decimal("17.5")  # one of two
    assert [found.names[key] for key in kinds[Likeness.PRODUCTS].ids] == ["펌프"]
    assert [found.names[key] for key in kinds[Likeness.PEOPLE].ids] == ["김하늘"]


def test_only_what_was_won_counts(workspace, sold) -> None:
    other = quotes.create(
        workspace,
        account_id=sold["saebom"],
        sections=(QuoteSection(id=new_row_id(), lines=(_line("펌프", "1", product_id=sold["pump"]),)),),
    )
    quotes.issue(workspace, other.id)
    found = quotes.similar_to(workspace, other.id)
    assert [one.deal.quote_id for one in found.deals] == [sold["won"]]
    assert quotes.similar_to(workspace, sold["won"]).deals == ()


def test_a_deal_won_by_its_opportunity_counts_too(workspace, sold) -> None:
    with workspace.write("test") as work:
        pipeline = work.insert("pipeline", {"name": "p"})
        stage = work.insert("stage", {"name": "Won", "pipeline_id": pipeline, "kind": "won"})
        deal = work.insert("opportunity", {"name": "확장", "stage_id": stage, "product_id": sold["pump"]})
    other = quotes.create(
        workspace,
        account_id=sold["farm"],
        opportunity_id=deal,
        sections=(QuoteSection(id=new_row_id(), lines=(_line("삽", "1"),)),),
    )
    quotes.issue(workspace, other.id)
    found = quotes.similar_deals(workspace, account_id=sold["saebom"], product_ids=[sold["pump"]])
    assert {one.deal.quote_id for one in found.deals} == {sold["won"], other.id}


def test_it_takes_structure_clauses_and_todays_prices(workspace, sold) -> None:
    made = quotes.create_like(workspace, sold["won"], account_id=sold["saebom"], name="새봄 증설")
    draft = quotes.open_quote(workspace, made.id).draft
    assert (draft.name, draft.customer.name) == ("새봄 증설", "새봄소재")
    assert (draft.payment_terms, draft.remarks, draft.discount_percent) == ("납품 후 30일", "8주", 0)
    [section] = draft.sections
    assert section.name == "설비"
    assert [(one.name, one.unit_price, one.discount_percent) for one in section.lines] == [
        ("펌프", Decimal(1200), 0),
        ("호스", Decimal(50), 0),
        ("현장 조정", Decimal(300), 0),
    ]
    past = {one.id for one in quotes.open_quote(workspace, sold["won"]).draft.lines()}
    assert not past & {one.id for one in section.lines}


def test_it_says_what_it_changed(workspace, sold) -> None:
    made = quotes.create_like(workspace, sold["won"], account_id=sold["saebom"])
    assert made.source == f"{sold['number']} v1"
    told = {one.name: one for one in made.changed}
    assert told["펌프"].aspects == (Aspect.PRICE, Aspect.DISCOUNT)
    assert [(one.old, one.new) for one in told["펌프"].fields if one.field == "unit_price"] == [
        (Decimal(900), Decimal(1200))
    ]
    assert made.withdrawn == ("호스",)
    assert made.unpriced == ()


def test_beginning_so_is_one_act(workspace, sold) -> None:
    made = quotes.create_like(workspace, sold["won"], account_id=sold["saebom"])
    history.revert(workspace, made.changes.tx_id)
    assert records.count(workspace, "quote") == 1


def test_a_quote_that_was_never_issued_is_no_source(workspace, sold) -> None:
    bare = quotes.create(workspace, account_id=sold["saebom"])
    with pytest.raises(Refusal, match=r"quote\.version\.unknown"):
        quotes.create_like(workspace, bare.id, account_id=sold["saebom"])
