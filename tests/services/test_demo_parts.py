"""The demo's parts by themselves, over many seeds: families, people, ways of deals, quotes, maps, happenings."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from desktop_crm.domain.pipeline.stages import FIRST_STAGES
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.services.demo import companies, daily, deals, events, maps, people, quoting, words
from desktop_crm.services.demo.catalogue import catalogue
from desktop_crm.services.demo.dice import Dice

TODAY = date(2026, 11, 23)
SEEDS = some.integers(0, 10_000)
QUICK = settings(max_examples=12, deadline=None)


class World:
    """A small made-up world, made in the order in which the demo makes it."""

    def __init__(self, seed: int, accounts: int = 30) -> None:
        self.dice = Dice(seed, TODAY)
        self.teams, self.users = people.ours(self.dice)
        self.sellers = people.sellers(self.users)
        self.goods = catalogue(self.dice)
        self.accounts = companies.accounts(self.dice, accounts, self.sellers)
        self.contacts = people.contacts(self.dice, self.accounts, accounts * 5)
        self.deals = deals.deals(self.dice, self.accounts, self.contacts, self.goods.products, accounts * 2)
        self.quotes = quoting.quotes(self.dice, self.deals, self.goods, self.users, accounts)
        self.maps = maps.maps(self.dice, self.accounts, self.contacts, self.deals, 5)


@QUICK
@given(SEEDS, some.integers(1, 120))
def test_families(seed: int, count: int) -> None:
    dice = Dice(seed, TODAY)
    rows = companies.accounts(dice, count, ["me"])
    assert len(rows) == count
    assert len({row["name"] for row in rows}) == count
    seen: set[str] = set()
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        assert row["parent_id"] is None or row["parent_id"] in seen, "a parent comes before its children"
        seen.add(row["id"])
        if row["kind"] in {"site", "branch", "buying_center"}:
            assert row["name"].startswith(by_id[row["parent_id"]]["name"])
        if row["country"] != "KR":
            assert row["address_city"] is None


def test_a_hundred_thousand_names_are_all_different() -> None:
    rows = companies.accounts(Dice(1, TODAY), 30_000, ["me"])
    families = [row["name"] for row in rows if row["parent_id"] is None]
    assert len(set(families)) == len(families)


@QUICK
@given(SEEDS)
def test_people(seed: int) -> None:
    world = World(seed)
    addresses = [row["email"] for row in world.contacts]
    assert len(set(addresses)) == len(addresses)
    kinds = {row["id"]: row["kind"] for row in world.accounts}
    chiefs = Counter(row["account_id"] for row in world.contacts if row["title"] == "대표이사")
    assert not chiefs or max(chiefs.values()) == 1
    for row in world.contacts:
        assert len(row["name"]) == 3
        if people.seniority(row["title"]) >= 7:
            assert kinds[row["account_id"]] in {"company", "group"}
            assert row["department"] == words.BOARD
    assert {row["account_id"] for row in world.contacts} == set(kinds), "nobody is left without a person"


def test_our_own_people_report_to_each_other() -> None:
    teams, users = people.ours(Dice(1, TODAY))
    by_id = {row["id"]: row for row in users}
    heads = [row for row in users if row["manager_id"] is None]
    assert [row["role"] for row in heads] == ["administrator"]
    assert all(row["manager_id"] in by_id for row in users if row["manager_id"])
    assert {row["team_id"] for row in users} == {row["id"] for row in teams}
    assert set(people.sellers(users)) == {row["id"] for row in users if row["role"] in {"member", "manager"}}


@QUICK
@given(SEEDS)
def test_deals_go_forward_and_end_at_most_once(seed: int) -> None:
    world = World(seed)
    for deal in world.deals:
        days = [day for day, _ in deal.way]
        places = [place for _, place in deal.way]
        assert days == sorted(days)
        assert days[-1] <= TODAY
        assert all(place < deals.WON for place in places[:-1])
        assert [place for place in places if place < deals.WON] == list(
            range(len([p for p in places if p < deals.WON]))
        )
        assert deal.row["stage_id"] == FIRST_STAGES[deal.place].id
        assert (deal.row["loss_reason"] is not None) == (deal.place == deals.LOST)
        assert deal.row["close_date"] >= deal.row["opened_on"] or deal.place < deals.WON
        assert deal.furthest < deals.WON
    assert [deal.row["opened_on"] for deal in world.deals] == sorted(deal.row["opened_on"] for deal in world.deals)


@QUICK
@given(SEEDS)
def test_quotes_belong_to_deals_that_came_far_enough(seed: int) -> None:
    world = World(seed)
    far = {deal.row["id"]: deal for deal in world.deals if deal.furthest >= deals.QUOTED}
    numbers = [row["number"] for row in world.quotes.quotes]
    assert len(set(numbers)) == len(numbers)
    last = {row["quote_id"]: row["version"] for row in world.quotes.versions}
    for row in world.quotes.quotes:
        deal = far[row["opportunity_id"]]
        assert row["account_id"] == deal.account["id"]
        assert row["currency"] == deal.row["currency"]
        assert row["draft_version"] == last.get(row["id"], 0) + 1
        won = row["status"] == "accepted"
        assert won == (deal.place == deals.WON)
        assert row["grand_total"] > 0
        if row["currency"] == "KRW":
            assert row["grand_total"] == row["grand_total"].to_integral_value()
            assert row["tax_rate"] == Decimal(10)


@QUICK
@given(SEEDS)
def test_lines_stand_in_sections_of_their_quote(seed: int) -> None:
    world = World(seed)
    sections = {row["id"]: row["quote_id"] for row in world.quotes.sections}
    for row in world.quotes.lines:
        assert sections[row["section_id"]] == row["quote_id"]
        assert row["quantity"] > 0
        assert row["unit_price"] > 0
    for rows, whole in ((world.quotes.sections, "quote_id"), (world.quotes.lines, "section_id")):
        keys = Counter((row[whole], row["order_key"]) for row in rows)
        assert max(keys.values()) == 1


@QUICK
@given(SEEDS)
def test_maps_have_a_head_and_no_circle(seed: int) -> None:
    world = World(seed, accounts=60)
    nodes = {row["id"]: row for row in world.maps.nodes}
    heads = Counter(row["map_id"] for row in nodes.values() if row["reports_to_id"] is None)
    assert set(heads) == {row["id"] for row in world.maps.maps}
    for node in nodes.values():
        step, way = node, []
        while step["reports_to_id"]:
            way.append(step["id"])
            step = nodes[step["reports_to_id"]]
            assert step["id"] not in way
        assert node["influence"] in range(11)
    for edge in world.maps.edges:
        assert edge["source_id"] != edge["target_id"]
        assert nodes[edge["source_id"]]["reports_to_id"] != edge["target_id"]
    pairs = Counter(frozenset((row["source_id"], row["target_id"])) for row in world.maps.edges)
    assert not pairs or max(pairs.values()) == 1


@QUICK
@given(SEEDS)
def test_orders_and_contracts_follow_from_what_was_won(seed: int) -> None:
    world = World(seed)
    accepted = {row["id"]: row for row in world.quotes.quotes if row["status"] == "accepted"}
    last = {row["quote_id"]: row["grand_total"] for row in world.quotes.versions}
    orders = daily.orders(world.dice, world.quotes)
    assert {row["quote_id"] for row in orders} == set(accepted)
    assert all(row["amount"] == last[row["quote_id"]] for row in orders)
    for row in daily.contracts(world.dice, world.deals, 10):
        assert row["start_date"] < row["notice_date"] < row["end_date"] < row["renewal_date"]
        assert (row["status"] == "ended") == (row["end_date"] < TODAY)


@QUICK
@given(SEEDS)
def test_activities_fall_on_working_days_before_today(seed: int) -> None:
    world = World(seed)
    rows = daily.activities(world.dice, world.deals, world.contacts, 80)
    assert len(rows) == 80
    assert [row["occurred_at"] for row in rows] == sorted(row["occurred_at"] for row in rows)
    for row in rows:
        day = row["occurred_at"].date()
        assert day < TODAY
        assert day.weekday() < 5


def test_no_activities_without_deals() -> None:
    dice = Dice(1, TODAY)
    assert daily.tasks(dice, [], 10) == []
    assert daily.orders(dice, quoting.Quotes()) == []


@QUICK
@given(SEEDS)
@example(604)
def test_happenings_make_every_record_before_they_change_it(seed: int) -> None:
    world = World(seed)
    rows: events.Rows = {
        "account": world.accounts,
        "quote": world.quotes.quotes,
        "quote_section": world.quotes.sections,
        "quote_line": world.quotes.lines,
        "quote_version": world.quotes.versions,
        "stakeholder_map": world.maps.maps,
        "map_node": world.maps.nodes,
        "map_edge": world.maps.edges,
        **{name: [] for name in ("activity", "task", "order", "contract", "ticket", "lead")},
    }
    happenings = events.events(rows, world.deals, TODAY)
    assert [event.at for event in happenings] == sorted(event.at for event in happenings)
    made: dict[str, dict[str, object]] = {}
    for event in happenings:
        if event.made:
            assert event.row_id not in made
            made[event.row_id] = dict(event.fields)
        else:
            made[event.row_id] |= event.fields
    for deal in world.deals:
        assert made[deal.row["id"]] == deal.row
    for row in world.quotes.quotes:
        assert made[row["id"]] == row


def test_the_catalogue_has_a_price_for_each_product_in_each_book() -> None:
    goods = catalogue(Dice(1, TODAY))
    assert len(goods.entries) == len(goods.products) * len(goods.books)
    assert all(price > 0 for price in goods.prices.values())
    assert goods.price(goods.standard["KRW"], goods.products[0]) == goods.products[0]["list_price"]
    assert {book["currency"] for book in goods.books} == {"KRW", "USD"}
    assert len({row["code"] for row in goods.products}) == len(goods.products)


@pytest.mark.parametrize("entity", ["account", "contact", "product", "opportunity", "quote", "map_node", "activity"])
def test_rows_have_fields_that_the_registry_knows(entity: str) -> None:
    world = World(3)
    rows = {
        "account": world.accounts,
        "contact": world.contacts,
        "product": world.goods.products,
        "opportunity": [deal.row for deal in world.deals],
        "quote": world.quotes.quotes,
        "map_node": world.maps.nodes,
        "activity": daily.activities(world.dice, world.deals, world.contacts, 5),
    }[entity]
    known = set(REGISTRY[entity].by_name) | {"id"}
    assert all(set(row) <= known for row in rows)


def test_dice_keep_their_bounds() -> None:
    dice = Dice(1, TODAY)
    assert {dice.number(2, 4) for _ in range(200)} == {2, 3, 4}
    assert {dice.pick("ab") for _ in range(50)} == {"a", "b"}
    assert all(TODAY - timedelta(days=5) <= dice.day_before(5) <= TODAY for _ in range(50))
    assert not any(dice.chance(0.0) for _ in range(50))
