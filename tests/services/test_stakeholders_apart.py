"""One map on two laptops that are offline: the map's own services on both sides, the real engine and server between."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, EvidenceTopic, MapLayout, Support
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import stakeholder_copy, stakeholder_facts, stakeholder_privacy, stakeholders, sync
from desktop_crm.services.sync_marks import first_of_map as map_conflicts
from tests.sync.peers import Team, assert_level, team


class Desk:
    """A laptop as the services of maps see a workspace."""

    def __init__(self, laptop):
        self.laptop = laptop
        self.author = laptop.work().author
        self.clock, self.database = laptop.clock, laptop.database

    def today(self):
        return self.clock.now().date()

    def read(self):
        return self.laptop.database.read()

    def write(self, cause):
        return self.laptop.work(cause)


def begin(made):
    """A map of three people that both laptops know: one boss, two reports."""
    desks = {name: Desk(laptop) for name, laptop in made.laptops.items()}
    account_id = made["a"].make("account", name="한빛전자")
    map_id = stakeholders.open_map(desks["a"], account_id=account_id).map_id
    people = [stakeholders.add_person(desks["a"], map_id, name=name).id for name in ("최민아", "이정훈", "정도윤")]
    stakeholders.set_reports_to(desks["a"], map_id, people[1:], people[0])
    made.settle()
    return desks["a"], desks["b"], map_id, people


def same_view(made, one, other, map_id):
    assert_level(made)
    view = stakeholders.view(one, map_id)
    assert view == stakeholders.view(other, map_id)
    for node in view.nodes:
        assert not reporting.circle(view.bosses(), node.id, node.reports_to_id)
    assert set(arrange(view).corners) == {node.id for node in view.nodes}
    return view


def test_different_thoughts_about_one_person_are_merged_field_by_field():
    with team() as made:
        one, other, map_id, people = begin(made)
        stakeholders.set_fields(one, map_id, [people[1]], {"influence": 8, "buying_role": BuyingRole.CHAMPION})
        stakeholders.set_fields(other, map_id, [people[1]], {"support": Support.MENTOR, "coverage": Coverage.IN_DEPTH})
        node = same_view(made, one, other, map_id).node(people[1])
        assert (node.influence, node.buying_role) == (8, BuyingRole.CHAMPION)
        assert (node.support, node.coverage) == (Support.MENTOR, Coverage.IN_DEPTH)
        assert made["a"].conflicts() == []


def test_two_lines_that_would_close_a_circle_leave_one():
    with team() as made:
        one, other, map_id, people = begin(made)
        stakeholders.set_reports_to(one, map_id, [people[1]], people[2])
        stakeholders.set_reports_to(other, map_id, [people[2]], people[1])
        view = same_view(made, one, other, map_id)
        assert view.node(people[1]).reports_to_id == people[2]
        assert view.node(people[2]).reports_to_id == people[0]


def dressed(made, one, map_id, people):
    """The second of the three gets a report, a line, a tie and evidence; both laptops know it."""
    report = stakeholders.add_placeholder(one, map_id, label="법무", reports_to_id=people[1]).id
    stakeholders.connect(one, map_id, people[1], people[2], EdgeKind.INFLUENCES, label="구매 협의")
    stakeholder_facts.set_tie(one, map_id, people[1], competitor="한성", strength=2)
    stakeholder_facts.add_evidence(
        one, map_id, EvidenceTopic.SUPPORT, "데모에서 칭찬", node_id=people[1], value="mentor"
    )
    made.settle()
    return report


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_card_taken_off_here_and_edited_there_stays_with_all_its_lines(first):
    with team() as made:
        one, other, map_id, people = begin(made)
        report = dressed(made, one, map_id, people)
        before = stakeholders.view(one, map_id)
        stakeholders.delete(one, map_id, [people[1]])
        stakeholders.set_fields(other, map_id, [people[1]], {"influence": 9})
        made.sync(first)
        view = same_view(made, one, other, map_id)
        assert view.node(people[1]).influence == 9
        assert view.node(people[1]).reports_to_id == people[0]
        assert view.node(report).reports_to_id == people[1]
        assert (view.edges, view.ties, view.evidence) == (before.edges, before.ties, before.evidence)
        for desk in (one, other):
            told = desk.laptop.conflicts()
            assert [(line.entity, line.row_id, line.field) for line in told] == [("map_node", people[1], "_deleted")]
            assert map_conflicts(desk, map_id) == (1, told[0].id)


def test_what_was_taken_off_or_moved_by_another_act_does_not_come_back_with_the_card():
    with team() as made:
        one, other, map_id, people = begin(made)
        report = dressed(made, one, map_id, people)
        edge = stakeholders.view(one, map_id).edges[0].id
        stakeholders.delete(one, map_id, edge_ids=[edge])
        stakeholders.delete(one, map_id, [people[1]])
        stakeholders.set_reports_to(one, map_id, [report], people[2])
        stakeholders.set_fields(other, map_id, [people[1]], {"influence": 9})
        view = same_view(made, one, other, map_id)
        assert (view.edges, len(view.ties)) == ((), 1)
        assert view.node(report).reports_to_id == people[2]


def test_a_line_comes_back_when_both_its_ends_are_there():
    for edited in ([1], [1, 2]):
        with team() as made:
            one, other, map_id, people = begin(made)
            dressed(made, one, map_id, people)
            stakeholders.delete(one, map_id, people[1:])
            for place in edited:
                stakeholders.set_fields(other, map_id, [people[place]], {"influence": 9})
            view = same_view(made, one, other, map_id)
            assert len(view.edges) == len(edited) - 1
            assert {people[place] for place in edited} <= {node.id for node in view.nodes}


@pytest.mark.parametrize("first", ["a", "b"])
def test_what_hangs_on_a_card_that_was_taken_off_elsewhere_brings_it_back(first):
    def line(desk, map_id, people):
        stakeholders.connect(desk, map_id, people[1], people[2], EdgeKind.KNOWS)

    def evidence(desk, map_id, people):
        stakeholder_facts.add_evidence(desk, map_id, EvidenceTopic.SUPPORT, "통화", node_id=people[2], value="mentor")

    def report(desk, map_id, people):
        stakeholders.set_reports_to(desk, map_id, [people[1]], people[2])

    for act in (line, evidence, report):
        with team() as made:
            one, other, map_id, people = begin(made)
            stakeholders.delete(one, map_id, [people[2]])
            act(other, map_id, people)
            made.sync(first)
            view = same_view(made, one, other, map_id)
            assert view.node(people[2]).reports_to_id == people[0]
            assert (len(view.edges), len(view.evidence)) == (act is line, act is evidence)
            assert (view.node(people[1]).reports_to_id == people[2]) is (act is report)
            assert map_conflicts(other, map_id)[0] == 1


def test_a_report_that_would_close_a_circle_stays_where_it_rose_to():
    with team() as made:
        one, other, map_id, people = begin(made)
        report = dressed(made, one, map_id, people)
        stakeholders.delete(one, map_id, [people[1]])
        made.sync("a")
        stakeholders.set_reports_to(other, map_id, [report], None)
        stakeholders.set_reports_to(other, map_id, [people[1]], report)
        view = same_view(made, one, other, map_id)
        assert view.node(people[1]) is not None
        assert view.node(people[2]).reports_to_id == people[0]


def test_who_decides_for_the_deletion_takes_the_card_off_with_its_lines():
    with team() as made:
        one, other, map_id, people = begin(made)
        report = dressed(made, one, map_id, people)
        stakeholders.delete(one, map_id, [people[1]])
        stakeholders.set_fields(other, map_id, [people[1]], {"influence": 9})
        made.settle()
        sync.resolve(other, other.laptop.conflicts()[0].id, sync.Keep.LOST)
        view = same_view(made, one, other, map_id)
        assert view.node(people[1]) is None
        assert view.node(report).reports_to_id == people[0]
        assert (view.edges, view.ties, view.evidence) == ((), (), ())
        assert not made["a"].rows("map_edge")
        assert map_conflicts(one, map_id) == (0, "")


def test_nothing_comes_back_to_a_card_whose_person_was_erased():
    with team() as made:
        one, other, map_id, people = begin(made)
        dressed(made, one, map_id, people)
        stakeholders.delete(one, map_id, [people[1]])
        stakeholder_privacy.erase_person(one, people[1])
        stakeholders.set_fields(other, map_id, [people[1]], {"title": "상무"})
        view = same_view(made, one, other, map_id)
        assert (view.edges, view.ties, view.evidence) == ((), (), ())


def test_places_are_merged_as_pairs():
    with team() as made:
        one, other, map_id, people = begin(made)
        stakeholders.set_layout(one, map_id, MapLayout.FREE)
        made.settle()
        stakeholders.move(one, map_id, {people[1]: (100, 200), people[0]: (7, 8)})
        made.later()
        stakeholders.move(other, map_id, {people[1]: (-300, -400)})
        view = same_view(made, one, other, map_id)
        assert (view.node(people[1]).x, view.node(people[1]).y) == (-300, -400)
        assert (view.node(people[0]).x, view.node(people[0]).y) == (7, 8)


def test_what_was_cut_here_and_edited_there_is_pasted_once():
    with team() as made:
        one, other, map_id, people = begin(made)
        stakeholders.connect(one, map_id, people[1], people[2], EdgeKind.INFLUENCES)
        made.settle()
        stakeholders.delete(one, map_id, people[1:])
        stakeholders.set_fields(other, map_id, [people[1]], {"influence": 9})
        made.settle()
        pasted = stakeholder_copy.paste(one, map_id, map_id, people[1:])
        assert (len(pasted.ids), pasted.known) == (1, 1)  # the edit had brought one of them back
        view = same_view(made, one, other, map_id)
        assert sorted(node.label for node in view.nodes) == sorted(("최민아", "이정훈", "정도윤"))
        assert view.node(people[1]).influence == 9
        assert {(edge.source_id, edge.target_id) for edge in view.edges} <= {(people[1], pasted.ids[0])}


def test_new_people_of_both_sides_are_there():
    with team() as made:
        one, other, map_id, people = begin(made)
        here = stakeholders.add_person(one, map_id, name="한소라", reports_to_id=people[0]).id
        there = stakeholders.add_placeholder(other, map_id, label="법무", reports_to_id=people[1]).id
        view = same_view(made, one, other, map_id)
        assert view.node(here).label == "한소라"
        assert view.node(there).reports_to_id == people[1]


def test_ties_of_both_sides_and_evidence_are_there():
    with team() as made:
        one, other, map_id, people = begin(made)
        stakeholder_facts.set_tie(one, map_id, people[1], competitor="한성", strength=2)
        stakeholder_facts.set_tie(other, map_id, people[1], competitor="대아", strength=3)
        view = same_view(made, one, other, map_id)
        assert {tie.competitor for tie in view.ties} == {"한성", "대아"}


EXPECTED = {"stakeholder.reports_to.circle", "stakeholder.connect.twice", "stakeholder.connect.self"}
NUMBER = st.integers(0, 40)
SIDE = st.sampled_from([0, 1])


class TwoDesks(RuleBasedStateMachine):
    """Random acts on both sides with syncs between; at rest both sides show the same whole map."""

    @initialize()
    def begin(self):
        self.made = Team()
        *self.desks, self.map_id, _people = begin(self.made)
        self.held = [[], []]

    def teardown(self):
        if hasattr(self, "made"):
            same_view(self.made, *self.desks, self.map_id)
            self.made.close()

    def pick(self, side, number):
        nodes = stakeholders.view(self.desks[side], self.map_id).nodes
        return nodes[number % len(nodes)].id if nodes else None

    def act(self, side, service, *arguments, **fields):
        self.made.later()
        try:
            service(self.desks[side], self.map_id, *arguments, **fields)
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise

    @rule(side=SIDE, boss=st.none() | NUMBER)
    def add(self, side, boss):
        boss_id = None if boss is None else self.pick(side, boss)
        self.act(side, stakeholders.add_placeholder, label="x", reports_to_id=boss_id)

    @rule(side=SIDE, person=NUMBER, boss=NUMBER)
    def report(self, side, person, boss):
        if self.pick(side, person) is not None:
            self.act(side, stakeholders.set_reports_to, [self.pick(side, person)], self.pick(side, boss))

    @rule(side=SIDE, number=NUMBER, influence=st.integers(0, 10), support=st.sampled_from(Support))
    def think(self, side, number, influence, support):
        if self.pick(side, number) is not None:
            fields = {"influence": influence, "support": support}
            self.act(side, stakeholders.set_fields, [self.pick(side, number)], fields)

    @rule(side=SIDE, one=NUMBER, other=NUMBER, kind=st.sampled_from(EdgeKind))
    def connect(self, side, one, other, kind):
        if self.pick(side, one) is not None:
            self.act(side, stakeholders.connect, self.pick(side, one), self.pick(side, other), kind)

    @rule(side=SIDE, number=NUMBER, strength=st.integers(1, 3))
    def tie(self, side, number, strength):
        if self.pick(side, number) is not None:
            self.act(side, stakeholder_facts.set_tie, self.pick(side, number), competitor="한성", strength=strength)

    @rule(side=SIDE, numbers=st.lists(NUMBER, min_size=1, max_size=3))
    def paste(self, side, numbers):
        chosen = {self.pick(side, number) for number in numbers} - {None}
        self.act(side, stakeholder_copy.paste, self.map_id, sorted(chosen))

    @rule(side=SIDE, numbers=st.lists(NUMBER, min_size=1, max_size=3))
    def cut(self, side, numbers):
        """The cards leave the map; until the next cut they can be pasted, also after a sync that brings some of them back."""
        self.held[side] = sorted({self.pick(side, number) for number in numbers} - {None})
        self.act(side, stakeholders.delete, self.held[side])

    @rule(side=SIDE)
    def paste_what_was_cut(self, side):
        before = {node.id for node in stakeholders.view(self.desks[side], self.map_id).nodes}
        pasted = stakeholder_copy.paste(self.desks[side], self.map_id, self.map_id, self.held[side])
        view = stakeholders.view(self.desks[side], self.map_id)
        assert {node.id for node in view.nodes} == before | set(pasted.ids)
        assert len(pasted.ids) + pasted.known <= len(self.held[side])
        self.made.later()

    @rule(side=SIDE, number=NUMBER, x=st.integers(-900, 900), y=st.integers(-900, 900))
    def move(self, side, number, x, y):
        if self.pick(side, number) is not None:
            self.act(side, stakeholders.move, {self.pick(side, number): (x, y)}, MapLayout.FREE)

    @rule(side=SIDE, number=NUMBER)
    def delete(self, side, number):
        if self.pick(side, number) is not None:
            self.act(side, stakeholders.delete, [self.pick(side, number)])

    @rule(side=SIDE)
    def sync(self, side):
        self.made.sync("ab"[side])


@pytest.mark.timeout(240)
def test_two_desks_that_sync_show_one_map():
    quick = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(TwoDesks, settings=quick)
