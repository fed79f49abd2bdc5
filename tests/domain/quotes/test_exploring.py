"""Concessions tried before they are made, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.domain.quotes.approvals import rules as written
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.exploring import (
    Asking,
    Explorer,
    Money,
    Position,
    Table,
    cheapest,
    conceded_percent,
    middle,
    moved,
    position_of,
)
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.options import Billing
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import korean_draft, line

D = Decimal


def rule(rank: int, text: str) -> ApprovalRule:
    return ApprovalRule(id=RowId(f"rule-{rank}"), name=text, conditions=written.read(text), stages=(), rank=rank)


ASKING = Asking(rules=(rule(1, "discount > 5"), rule(2, "discount > 12"), rule(3, "payment > 60")))


def draft(*lines, terms: str = "납품 후 30일", discount: str = "0") -> QuoteDraft:
    section = QuoteSection(id=RowId("s"), name="", lines=lines or (line(1, "펌프", "10", "100000", cost=D(70000)),))
    return replace(korean_draft(), sections=(section,), payment_terms=terms, discount_percent=D(discount))


def at(discount: str, days: int = 30, term: int | None = None) -> Position:
    return Position(discount_percent=D(discount), term_months=term, payment_days=days)


def test_a_discount_costs_us_what_it_gives() -> None:
    # 1,000,000 less 8 % is 920,000; cost 700,000: margin 220,000 instead of 300,000
    outcome = Explorer(draft(), Money(), ASKING).at(at("8"))
    assert (outcome.amounts.net_amount, outcome.amounts.margin) == (D(920000), D(220000))
    assert (outcome.cost, outcome.gain, outcome.level) == (D(80000), D(80000), 1)


def test_days_cost_us_and_are_worth_to_them() -> None:
    # 60 more days on 1,000,000: at 3.65 % a year 100 a day, so 6,000 for us; at 7.3 % 12,000 for them
    explorer = Explorer(draft(), Money(ours=D("3.65"), theirs=D("7.3")), ASKING)
    outcome = explorer.at(at("0", 90))
    assert (outcome.cost, outcome.gain, outcome.waiting) == (D(6000), D(12000), D(9000))
    assert outcome.level == 3
    assert outcome.result == D(291000)


def test_a_longer_term_may_pay_for_a_discount() -> None:
    # 12 months of 10,000 at a cost of 6,000: margin 48,000; 24 months less 10 %: 216,000 - 144,000 = 72,000
    service = line(1, "유지보수", "1", "10000", cost=D(6000), billing=Billing.MONTHLY, term_months=12)
    outcome = Explorer(draft(service), Money(), ASKING).at(at("10", term=24))
    assert outcome.amounts.margin == D(72000)
    assert (outcome.cost, outcome.gain) == (D(-24000), D(24000))  # the gain is against 24 months without discount


def test_without_costs_the_net_amount_is_what_counts() -> None:
    outcome = Explorer(draft(line(1, "펌프", "1", "1000")), Money(), ASKING).at(at("10"))
    assert (outcome.cost, outcome.result) == (D(100), D(900))


def test_the_room_below_the_next_approver() -> None:
    explorer = Explorer(draft(), Money(), ASKING)
    assert explorer.room(at("0"), None) == D("5.0")
    assert explorer.room(at("0"), 1) == D("12.0")
    assert explorer.room(at("0"), 2) == D(100)
    assert explorer.room(at("6"), None) is None  # it asks already
    assert explorer.room(at("0"), 2, most=D(20)) == D("20.0")


def test_the_cheapest_way_stays_below_the_next_approver() -> None:
    # the customer wants 55,000: 5.5 % would ask; 30 more days are worth 6,000 to him and cost us 3,000,
    # so 4.9 % (49,000 + 5,706 < 55,000 is short), 5 % and 30 days: 50,000 + 5,700 = 55,700
    explorer = Explorer(draft(), Money(ours=D("3.65"), theirs=D("7.3")), ASKING)
    [found] = explorer.cheapest(D(55000), Table(most_discount=D(30), payments=(60,)), None)
    assert (found.position, found.gain) == (at("5.0", 60), D(55700))
    # we wait 60 instead of 30 days for 950,000: 5,700 instead of 3,000
    assert found.cost == D(52700)
    both = explorer.cheapest(D(55000), Table(most_discount=D(30), payments=(60,)), 1)
    assert [one.position for one in both] == [at("5.0", 60), at("5.5")]


def test_days_are_not_offered_where_they_cost_us_more_than_they_are_worth() -> None:
    explorer = Explorer(draft(), Money(ours=D("7.3"), theirs=D("3.65")), ASKING)
    found = explorer.cheapest(D(40000), Table(most_discount=D(30), payments=(60,)), None)
    assert found[0].position == at("4.0")


def test_what_cannot_be_reached_gives_nothing() -> None:
    explorer = Explorer(draft(), Money(), ASKING)
    assert explorer.cheapest(D(400000), Table(most_discount=D(30)), 9) == ()
    assert explorer.cheapest(D(1), Table(most_discount=D(-1)), 9) == ()
    assert cheapest(draft(), D(60000), Table(most_discount=D(30)), Money(), ASKING, None) == ()


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("계약금 30 %, 납품 후 70 % (발행 후 30일)", "계약금 30 %, 납품 후 70 % (발행 후 90일)"),
        ("10 days net, 45 days at the latest", "10 days net, 90 days at the latest"),
        ("", "within 90 days"),
        ("cash", "cash, within 90 days"),
    ],
)
def test_the_time_to_pay_is_written_into_the_terms(terms, expected) -> None:
    assert moved(draft(terms=terms), at("0", 90), "within {days} days").payment_terms == expected


def test_the_term_moves_every_line_that_recurs() -> None:
    lines = (
        line(1, "펌프", "1", "10"),
        line(2, "구독", "1", "10", billing=Billing.MONTHLY, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)),
    )
    assert position_of(draft(*lines)).term_months == 12
    once, monthly = moved(draft(*lines), at("0", term=36), "").lines()
    assert once.term_months is None
    assert (monthly.term_months, monthly.ends_on) == (36, date(2029, 12, 31))


def test_the_position_as_it_stands_changes_nothing() -> None:
    before = draft(discount="3")
    assert moved(before, position_of(before), "x {days}") == before
    outcome = Explorer(before, Money(ours=D(5), theirs=D(5)), ASKING).at(position_of(before))
    assert (outcome.cost, outcome.gain) == (0, 0)


def test_what_was_conceded_and_the_middle() -> None:
    given_away = draft(line(1, "펌프", "2", "1000", "10"), discount="5")
    assert conceded_percent(given_away, price(given_away)) == D("14.5")  # 2,000 to 1,800 to 1,710
    empty = draft(line(1, "펌프", "2", "0"))
    assert conceded_percent(empty, price(empty)) is None
    assert middle([]) is None
    assert (middle([D(3), D(1), D(2)]), middle([D(4), D(1)])) == (D(2), D("2.5"))


@settings(max_examples=40, deadline=None)
@given(
    wish=st.integers(1, 300000), days=st.sets(st.integers(0, 120), max_size=3), allowed=st.sampled_from([None, 1, 2])
)
def test_every_way_gives_enough_and_asks_nobody_above(wish, days, allowed) -> None:
    explorer = Explorer(draft(), Money(ours=D(4), theirs=D(6)), ASKING)
    found = explorer.cheapest(D(wish), Table(most_discount=D(40), payments=tuple(days)), allowed)
    assert all(one.gain >= wish for one in found)
    assert all(one.level is None or (allowed is not None and one.level <= allowed) for one in found)
    assert [one.cost for one in found] == sorted(one.cost for one in found)
