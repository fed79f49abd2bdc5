"""Hierarchies beside the home tree: several owners, circles, moves, what a move would do, and undo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, hierarchies, history, pipeline, records
from desktop_crm.services.accounts import Order

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
OWN = "ownership"


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def stages(workspace):
    return {stage.kind: stage.id for stage in pipeline.ensure_pipeline(workspace).pipeline.stages}


@pytest.fixture
def held(workspace, stages):
    """모비스 → 현대차 → 기아 → 모비스, all of them in a circle; 현대차 and 기아 both hold 위아, which has open business of 100."""
    made = {name: accounts.create(workspace, name).id for name in ("모비스", "현대차", "기아", "위아", "정몽구")}
    for above, below, percent in (
        ("정몽구", "모비스", "7.38"),
        ("모비스", "현대차", "21.86"),
        ("현대차", "기아", "34.16"),
        ("기아", "모비스", "17.66"),
        ("현대차", "위아", "25.35"),
        ("기아", "위아", "13.44"),
    ):
        hierarchies.link(workspace, OWN, made[below], made[above], Decimal(percent))
    deal(workspace, made["위아"], stages["open"], 100)
    deal(workspace, made["기아"], stages["won"], 7, close=date(2026, 1, 1))
    return made


def deal(workspace, account, stage, amount, close=None):
    fields = {"name": "d", "account_id": account, "stage_id": stage, "amount": Decimal(amount), "currency": "KRW"}
    return records.create(workspace, "opportunity", fields | {"close_date": close}).id


def level(workspace, parent, **more):
    return accounts.children(workspace, parent, beside=OWN, **more).nodes


def open_of(node):
    return sum(one.total.open for one in node.sums)


def test_an_account_stands_below_each_of_its_owners_with_its_share(workspace, held):
    below = {node.name: node for node in level(workspace, held["현대차"])}
    assert {name: str(node.percent) for name, node in below.items()} == {"기아": "34.16", "위아": "25.35"}
    assert below["위아"].owners == 2
    assert {node.name for node in level(workspace, held["기아"])} == {"모비스", "위아"}
    (top,) = level(workspace, None)
    assert (top.name, top.child_count) == ("정몽구", 1)
    assert accounts.children(workspace, None, beside="territory").nodes == ()


def test_two_owners_and_a_circle_count_an_account_once(workspace, held):
    nodes = {node.name: node for node in accounts.nodes(workspace, held.values(), OWN)}
    assert {name: open_of(node) for name, node in nodes.items()} == dict.fromkeys(held, 100)
    assert {node.sums[0].total.won_year for name, node in nodes.items() if name != "위아"} == {7}
    assert hierarchies.circles(workspace, OWN) == (tuple(sorted(held[name] for name in ("모비스", "현대차", "기아"))),)
    assert hierarchies.sizes(workspace) == {OWN: 5}


def test_a_circle_below_nobody_is_read_from_one_of_its_own(workspace, held):
    records.delete(workspace, "account", held["정몽구"])
    assert level(workspace, None) == ()
    (head,) = accounts.strays(workspace, OWN)
    assert held[head.name] == min(held[name] for name in ("모비스", "현대차", "기아"))
    assert open_of(head) == 100


def test_the_home_tree_is_not_touched_by_owners(workspace, held):
    assert {row.depth for row in accounts.tree(workspace)} == {0}
    (node,) = accounts.nodes(workspace, [held["현대차"]])
    assert node.sums == ()


def test_a_move_takes_the_share_along_and_can_be_undone(workspace, held):
    changes = hierarchies.move(workspace, OWN, [(held["위아"], held["기아"])], held["정몽구"])
    owners = {one.name: str(one.percent) for one in hierarchies.links_of(workspace, held["위아"])}
    assert owners == {"현대차": "25.35", "정몽구": "13.44"}
    history.revert(workspace, changes.tx_id)
    assert {one.name for one in hierarchies.links_of(workspace, held["위아"])} == {"현대차", "기아"}


def test_a_move_to_where_it_stands_already_leaves_one_place(workspace, held):
    hierarchies.move(workspace, OWN, [(held["위아"], held["기아"])], held["현대차"])
    assert [one.name for one in hierarchies.links_of(workspace, held["위아"])] == ["현대차"]
    hierarchies.move(workspace, OWN, [(held["위아"], held["현대차"])], None)
    assert hierarchies.links_of(workspace, held["위아"]) == ()


def test_what_the_program_cannot_know_is_refused_where_it_makes_no_sense(workspace, held):
    hierarchies.move(workspace, "territory", [(held["기아"], None)], held["현대차"])
    with pytest.raises(Refusal) as caught:
        hierarchies.move(workspace, "territory", [(held["현대차"], None)], held["기아"])
    assert caught.value.code == "account.move.circle"
    assert caught.value.params["path"] == "현대차 › 기아"
    with pytest.raises(Refusal, match=r"record\.missing"):
        hierarchies.move(workspace, OWN, [(held["기아"], None)], "nobody")


def test_a_share_in_oneself_is_kept_and_changes_no_sum(workspace, held):
    hierarchies.link(workspace, OWN, held["위아"], held["위아"], Decimal("0.5"))
    assert {node.name for node in level(workspace, held["위아"])} == set()
    assert "위아" in {one.name for one in hierarchies.links_of(workspace, held["위아"])}


def test_the_levels_stand_in_the_order_that_was_asked_for(workspace, held, stages):
    deal(workspace, held["기아"], stages["open"], 5)
    names = [
        [node.name for node in level(workspace, held["현대차"], order=Order(column=column, descending=down))]
        for column, down in (("name", False), ("name", True), ("open", True), ("open", False))
    ]
    assert names == [["기아", "위아"], ["위아", "기아"], ["기아", "위아"], ["위아", "기아"]]


@pytest.mark.parametrize("beside", [None, OWN])
@pytest.mark.parametrize("column", ["won", "won_year", "people", "last", "kind", "tier", "nonsense"])
def test_every_column_sorts_either_way(workspace, held, beside, column):
    for down in (False, True):
        found = accounts.children(workspace, None, beside=beside, order=Order(column=column, descending=down))
        assert len(found.nodes) == found.total == (5 if beside is None else 1)


def test_a_filter_keeps_everything_above_at_each_place(workspace, held):
    found = accounts.search_tree(workspace, "위아", beside=OWN)
    assert found.hits == {held["위아"]}
    assert {(node.name, node.parent_id) for node in found.nodes if node.name == "위아"} == {
        ("위아", held["현대차"]),
        ("위아", held["기아"]),
    }
    assert {node.name for node in found.nodes} == set(held)
    assert accounts.search_tree(workspace, "위아", beside="territory").hits == frozenset()


def test_renewals_are_counted_once_in_a_circle(workspace, held):
    fields = {"name": "유지보수", "account_id": held["위아"], "renewal_date": date(2026, 12, 31)}
    records.create(workspace, "contract", fields)
    assert accounts.renewals(workspace, OWN) == dict.fromkeys(held.values(), 1)
    assert accounts.renewals(workspace, "territory") == {}


def test_trying_a_move_shows_both_chains_and_writes_nothing(workspace, stages):
    made = {name: accounts.create(workspace, name).id for name in ("가", "나")}
    for name, parent in (("가-1", "가"), ("가-1-1", "가-1"), ("나-1", "나")):
        made[name] = accounts.create(workspace, name, made[parent]).id
    deal(workspace, made["가-1-1"], stages["open"], 40)
    deal(workspace, made["나-1"], stages["open"], 2)
    tried = hierarchies.try_move(workspace, [made["가-1-1"]], made["나-1"])
    told = {
        one.name: (sum(s.open for s in one.before.values()), sum(s.open for s in one.after.values()))
        for one in (*tried.left, *tried.joined)
    }
    assert [one.name for one in tried.left] == ["가", "가-1"]
    assert [one.name for one in tried.joined] == ["나", "나-1"]
    assert told == {"가": (40, 0), "가-1": (40, 0), "나": (2, 42), "나-1": (2, 42)}
    assert records.get(workspace, "account", made["가-1-1"]).fields["parent_id"] == made["가-1"]
    accounts.move(workspace, [made["가-1-1"]], made["나-1"])
    after = {node.name: open_of(node) for node in accounts.nodes(workspace, made.values())}
    assert {name: after[name] for name in told} == {name: pair[1] for name, pair in told.items()}
    with pytest.raises(Refusal, match=r"account\.move\.circle"):
        hierarchies.try_move(workspace, [made["나"]], made["가-1-1"])


def test_trying_a_move_among_owners(workspace, held):
    fresh = accounts.create(workspace, "현대모비스 지주").id
    tried = hierarchies.try_move(workspace, [held["위아"]], fresh, hierarchy=OWN, old_parent=held["기아"])
    assert {sum(s.open for s in one.after.values()) for one in tried.joined} == {100}
    assert {sum(s.open for s in one.after.values()) for one in tried.left} == {100}  # it is still held by 현대차
    assert hierarchies.sizes(workspace) == {OWN: 5}


def test_a_new_fiscal_year_is_counted_when_the_workspace_is_opened_again(new_workspace, tmp_path, secrets):
    from desktop_crm.services.workspace import open_workspace

    workspace = new_workspace(clock=FixedClock(NOON))
    won = next(one.id for one in pipeline.ensure_pipeline(workspace).pipeline.stages if one.kind == "won")
    account = accounts.create(workspace, "가").id
    deal(workspace, account, won, 9, close=date(2026, 5, 1))
    assert accounts.nodes(workspace, [account])[0].sums[0].total.won_year == 9
    path = workspace.path
    workspace.close()
    later = FixedClock(datetime(2027, 1, 1, 3, tzinfo=UTC))
    with open_workspace(path, secrets=workspace.secrets, clock=later).closing() as again:
        sums = accounts.nodes(again, [account])[0].sums[0].total
        assert (sums.won, sums.won_year) == (9, 0)


def test_another_first_month_of_the_fiscal_year_counts_anew(workspace, stages):
    account = accounts.create(workspace, "가").id
    deal(workspace, account, stages["won"], 9, close=date(2026, 3, 31))
    deal(workspace, account, stages["won"], 2, close=date(2026, 4, 1))
    changes = records.create(workspace, "workspace_setting", {"name": "fiscal.month", "value": "4"}).changes
    assert accounts.nodes(workspace, [account])[0].sums[0].total.won_year == 2
    history.revert(workspace, changes.tx_id)
    assert accounts.nodes(workspace, [account])[0].sums[0].total.won_year == 11
