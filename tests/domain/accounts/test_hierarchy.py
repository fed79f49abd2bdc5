"""The tree as plain links: order, moves that would close a circle, and sums of any links whatever."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.accounts import links
from desktop_crm.domain.accounts.facts import Gap, gaps
from desktop_crm.domain.accounts.hierarchy import closing_path, depth_first, topmost, way_up
from desktop_crm.domain.accounts.rollup import (
    StageWeight,
    Sums,
    cut_circles,
    fiscal_year,
    is_open,
    of_contract,
    of_opportunity,
    of_quote,
    sum_tree,
    tidy,
)
from desktop_crm.domain.schema.options import QuoteStatus

IDS = [chr(ord("a") + n) for n in range(8)]
LINKS = st.fixed_dictionaries({node: st.none() | st.sampled_from([*IDS, "absent"]) for node in IDS})
AMOUNT = st.integers(-1000, 1000).map(Decimal)


@given(links=LINKS)
def test_every_account_is_read_once_whatever_the_links(links):
    order = list(depth_first(links, {node: node for node in links}))
    assert sorted(placed.id for placed in order) == IDS
    depth = {placed.id: placed.depth for placed in order}
    seen = set()
    for placed in order:
        assert placed.depth == (0 if placed.parent_id is None else depth[placed.parent_id] + 1)
        assert placed.parent_id is None or placed.parent_id in seen
        seen.add(placed.id)


@given(links=LINKS)
def test_cutting_circles_cuts_as_little_as_it_can(links):
    cut = cut_circles(links)
    for node, parent in cut.items():
        if parent != links[node]:
            way = list(way_up(node, links.get))
            circle = links[node] in links and links[way[-1]] == node
            assert links[node] == "absent" or (circle and node == min(way))
    assert all(len(list(way_up(node, cut.get))) <= len(IDS) for node in cut)
    assert cut_circles(cut) == cut


@given(links=LINKS, own=st.dictionaries(st.tuples(st.sampled_from(IDS), st.sampled_from(["KRW", "USD"])), AMOUNT))
def test_sums_hold_everything_below_and_count_nothing_twice(links, own):
    cut = cut_circles(links)
    totals = sum_tree(links, {key: Sums(amount, amount, amount) for key, amount in own.items()})
    for node in IDS:
        for currency in ("KRW", "USD"):
            below = [other for other in IDS if node in way_up(other, cut.get)]
            wanted = sum((own.get((other, currency), Decimal(0)) for other in below), Decimal(0))
            assert totals.get((node, currency), Sums.none()).open == wanted


def test_siblings_are_read_by_name_without_case():
    names = {"1": "beta", "2": "Alpha", "3": "가나", "4": "alpha 2"}
    assert [placed.id for placed in depth_first(dict.fromkeys(names), names)] == ["2", "4", "1", "3"]


def test_a_move_below_itself_shows_the_way_that_closes():
    parents = {"group": None, "company": "group", "site": "company"}
    assert closing_path("group", "site", parents.get) == ("group", "company", "site")
    assert closing_path("group", "group", parents.get) == ("group",)
    assert closing_path("site", "group", parents.get) == ()


def test_only_the_topmost_of_a_selection_move():
    parents = {"group": None, "company": "group", "site": "company", "other": None}
    assert topmost(["site", "group", "other", "group"], parents.get) == ("group", "other")


@pytest.mark.parametrize(
    ("stage", "amount", "wanted"),
    [
        (StageWeight("open", Decimal("0.25")), Decimal(100), (100, 25, 0)),
        (StageWeight("won", Decimal(1)), Decimal(-7), (0, 0, -7)),
        (StageWeight("lost", Decimal(0)), Decimal(100), None),
        (None, Decimal(100), (100, 0, 0)),
        (StageWeight("open", Decimal(1)), None, None),
        (StageWeight("open", Decimal(1)), Decimal(0), None),
        (StageWeight("open", Decimal("0.333")), Decimal("0.01"), (Decimal("0.01"), Decimal("0.00333"), 0)),
    ],
)
def test_what_an_opportunity_adds(stage, amount, wanted):
    part = of_opportunity(stage, amount)
    assert (part is None and wanted is None) or tuple(part) == (*wanted, 0, 0, 0)


@pytest.mark.parametrize(
    ("day", "first", "begins"),
    [
        (date(2026, 11, 23), 1, date(2026, 1, 1)),
        (date(2026, 11, 23), 12, date(2025, 12, 1)),
        (date(2026, 4, 1), 4, date(2026, 4, 1)),
        (date(2026, 3, 31), 4, date(2025, 4, 1)),
    ],
)
def test_a_fiscal_year_begins_with_its_month(day, first, begins):
    year = fiscal_year(day, first)
    assert (year.begins, year.ends) == (begins, begins.replace(year=begins.year + 1))
    assert year.holds(day)
    assert not year.holds(year.ends)
    assert not year.holds(None)


def test_what_was_won_within_the_year_counts_twice_over():
    won = StageWeight("won", Decimal(1))
    year = fiscal_year(date(2026, 11, 23))
    assert of_opportunity(won, Decimal(5), date(2026, 1, 1), year).won_year == 5
    assert of_opportunity(won, Decimal(5), date(2025, 12, 31), year).won_year == 0
    assert of_opportunity(won, Decimal(5), None, year).won == 5


def test_what_contracts_and_quotes_add():
    assert of_contract("active", Decimal(3)).contracts == of_contract(None, Decimal(3)).contracts == 3
    assert of_contract("ended", Decimal(3)) is None
    assert of_contract("draft", Decimal(3)) is None
    assert of_quote(Decimal(-2)).quotes == -2
    assert of_quote(None) is None
    over = {"accepted", "rejected", "expired"}
    assert {status.value for status in QuoteStatus if not is_open(status)} == over


def naive_above(node, above):
    found = {node}
    while True:
        more = {one for member in found for one in above.get(member, ())} - found
        if not more:
            return found
        found |= more


HELD = st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(IDS), max_size=3, unique=True))


@given(above=HELD)
def test_everyone_is_reached_once_whatever_stands_above(above):
    reach = links.reaching(above)
    assert reach == {node: naive_above(node, above) for node in reach}
    own = {(node, "KRW"): Sums(Decimal(1), Decimal(0), Decimal(0)) for node in reach}
    counted = {node: sum(1 for one in reach.values() if node in one) for node in reach}
    assert {key[0]: sums.open for key, sums in links.sums_up(above, own).items()} == counted


@given(above=HELD)
def test_reading_from_the_heads_finds_everyone(above):
    reach = links.reaching(above)
    heads = links.heads(above)
    assert all(set(heads) & one for one in reach.values())
    assert sum(len(circle) for circle in links.circles(above)) == len(
        {node for node in reach if any(other != node and node in reach[other] for other in reach[node])}
    )


def test_a_circle_is_one_level_and_its_smallest_is_read_first():
    above = {"a": ["b"], "b": ["a"], "c": ["a", "d"], "d": ["d"]}
    assert links.circles(above) == (("a", "b"),)
    assert links.heads(above) == ("a", "d")
    assert links.depth(above) == 2
    assert links.below(above) == {"b": ["a"], "a": ["b", "c"], "d": ["c", "d"]}


def test_a_tidy_number_is_the_same_number():
    assert [str(tidy(Decimal(text))) for text in ("100.00", "1000", "0.500", "-0.0")] == ["100", "1000", "0.5", "-0"]


FULL = {"owner_id": "u", "business_registration_number": "1", "industry": "i"}
BUSY = {"contacts": 1, "people_on_maps": 1, "economic_buyers": 1, "open_deals": 1, "open_tasks": 1, "quiet_days": 1}


def test_an_account_that_knows_everything_misses_nothing():
    assert gaps(FULL, **BUSY) == ()


@pytest.mark.parametrize(
    ("fields", "counts", "missing"),
    [
        ({}, BUSY, (Gap.OWNER, Gap.REGISTRATION_NUMBER, Gap.INDUSTRY)),
        (FULL, BUSY | {"contacts": 0}, (Gap.CONTACT,)),
        (FULL, BUSY | {"economic_buyers": 0}, (Gap.ECONOMIC_BUYER,)),
        (FULL, BUSY | {"people_on_maps": 0, "economic_buyers": 0}, (Gap.STAKEHOLDER_MAP,)),
        (FULL, BUSY | {"open_tasks": 0}, (Gap.NEXT_STEP,)),
        (FULL, BUSY | {"quiet_days": None}, (Gap.RECENT_ACTIVITY,)),
        (FULL, BUSY | {"quiet_days": 61}, (Gap.RECENT_ACTIVITY,)),
        (FULL, BUSY | {"open_deals": 0, "people_on_maps": 0, "open_tasks": 0, "quiet_days": None}, ()),
    ],
)
def test_what_is_missing_is_named(fields, counts, missing):
    assert gaps(fields, **counts) == missing
