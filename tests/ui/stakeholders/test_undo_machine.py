"""Random edits, undo and redo on a real page: the scene always equals the database, and undoing all gives the first state."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPointF

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, EvidenceTopic, MapLayout, Support
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import stakeholders
from tests.ui.stakeholders.conftest import Hand

NUMBER = st.integers(0, 50)


class MapEdits(RuleBasedStateMachine):
    """One map edited at random. `world` is set by the test: qtbot, context and page are shared by all examples."""

    world: tuple

    @initialize()
    def begin(self):
        qtbot, context, page = self.world
        account_id = stakeholders.maps(context.workspace)[0].account_id
        map_id = stakeholders.create_map(context.workspace, account_id=account_id, name="Random").map_id
        for name in ("하나", "둘", "셋"):
            stakeholders.add_person(context.workspace, map_id, name=name)
        context.undo.clear()
        page.open_row(map_id)
        self.hand = Hand(qtbot, context, page)
        qtbot.waitUntil(lambda: self.hand.editor.view is not None and self.hand.editor.view.id == map_id)
        self.first = self.hand.view()
        self.states = [self.first]
        self.here = 0

    def pick(self, number):
        nodes = self.hand.view().nodes
        return nodes[number % len(nodes)].id if nodes else None

    def did(self):
        """An act that wrote something is one more state; what was undone before is forgotten."""
        self.hand.rest()
        now = self.hand.view()
        stack = self.hand.context.undo
        if stack.index() != self.here:
            self.states = [*self.states[: self.here + 1], now]
            self.here = stack.index()
        assert stack.count() == stack.index() or now == self.states[self.here]

    @rule(name=st.sampled_from(["가", "나", "다라", "Kim"]), boss=st.none() | NUMBER, seat=st.booleans())
    def add(self, name, boss, seat):
        boss_id = None if boss is None else self.pick(boss)
        if seat:
            self.hand.editor.add_seat(name, boss_id, None)
        else:
            self.hand.editor.add_name(name, boss_id, QPointF(40.0, 60.0))
        self.did()

    @rule(person=NUMBER, boss=NUMBER)
    def report(self, person, boss):
        person_id, boss_id = self.pick(person), self.pick(boss)
        if person_id is None:
            return
        view = self.hand.view()
        if reporting.circle(view.bosses(), person_id, boss_id):
            assert not self.hand.editor.may_report_to([person_id], boss_id)
            with pytest.raises(Refusal):
                stakeholders.set_reports_to(self.hand.context.workspace, view.id, [person_id], boss_id)
            return
        self.hand.editor.report_to([person_id], boss_id)
        self.did()

    @rule(
        number=NUMBER,
        values=st.fixed_dictionaries(
            {},
            optional={
                "buying_role": st.none() | st.sampled_from(BuyingRole),
                "influence": st.none() | st.integers(0, 10),
                "support": st.none() | st.sampled_from(Support),
                "coverage": st.none() | st.sampled_from(Coverage),
                "note": st.sampled_from(["", "note", "두 줄\n메모"]),
            },
        ),
    )
    def edit(self, number, values):
        node_id = self.pick(number)
        if node_id is not None and values:
            self.hand.editor.set_fields([node_id], values)
            self.did()

    @rule(start=NUMBER, end=NUMBER, kind=st.sampled_from(EdgeKind))
    def connect(self, start, end, kind):
        one, two = self.pick(start), self.pick(end)
        taken = {(edge.kind, frozenset((edge.source_id, edge.target_id))) for edge in self.hand.view().edges}
        if one is not None and one != two and (kind, frozenset((one, two))) not in taken:
            self.hand.editor.connect_people(one, two, kind)
            self.did()

    @rule(number=NUMBER, x=st.integers(-600, 600), y=st.integers(-600, 600))
    def move(self, number, x, y):
        node_id = self.pick(number)
        if node_id is not None:
            place = QPointF(x, y)
            self.hand.scene.preview({node_id: place})
            self.hand.editor.move_cards({node_id: place}, place + QPointF(95, 37))
            self.did()

    @rule(layout=st.sampled_from(MapLayout))
    def lay_out(self, layout):
        self.hand.editor.set_layout(layout)
        self.did()

    @precondition(lambda self: self.hand.view().layout is MapLayout.FREE)
    @rule()
    def align(self):
        self.hand.editor.align()
        self.did()

    @rule(number=NUMBER, second=NUMBER)
    def delete(self, number, second):
        if self.pick(number) is not None:
            self.hand.scene.choose([self.pick(number), self.pick(second)])
            self.hand.editor.delete_chosen()
            self.did()

    @rule(wanted=st.sampled_from(Alignment))
    def line_up(self, wanted):
        self.hand.scene.choose(list(self.hand.scene.cards))
        self.hand.editor.line_up(wanted)
        self.did()

    @rule(number=NUMBER, second=NUMBER)
    def cut_and_paste(self, number, second):
        chosen = {self.pick(number), self.pick(second)} - {None}
        if chosen:
            self.hand.scene.choose(chosen)
            self.hand.editor.cut_chosen()
            self.did()
            self.hand.editor.paste()
            self.did()

    @rule(number=NUMBER, second=NUMBER)
    def copy_and_paste(self, number, second):
        if self.pick(number) is not None:
            self.hand.scene.choose([self.pick(number), self.pick(second)])
            self.hand.editor.copy_chosen()
            self.hand.editor.paste()
            self.did()

    @rule(number=NUMBER, second=NUMBER)
    def group(self, number, second):
        if self.pick(number) is not None:
            self.hand.scene.choose([self.pick(number), self.pick(second)])
            self.hand.editor.group_chosen()
            self.did()

    @rule(number=NUMBER, competitor=st.sampled_from(["한성", "대아"]), strength=st.integers(1, 3))
    def tie(self, number, competitor, strength):
        if self.pick(number) is not None:
            self.hand.editor.set_tie(self.pick(number), "", competitor, strength)
            self.did()

    @rule(number=st.none() | NUMBER, topic=st.sampled_from(EvidenceTopic))
    def evidence(self, number, topic):
        self.hand.editor.add_evidence(topic, "그렇게 말함", None if number is None else self.pick(number))
        self.did()

    @precondition(lambda self: self.here > 0)
    @rule()
    def undo(self):
        self.here -= 1
        self.hand.editor.undo()
        self.arrive()

    @precondition(lambda self: self.here < len(self.states) - 1)
    @rule()
    def redo(self):
        self.here += 1
        self.hand.editor.redo()
        self.arrive()

    def arrive(self):
        self.hand.qtbot.waitUntil(lambda: self.hand.view() == self.states[self.here])
        self.hand.rest()

    @invariant()
    def the_scene_equals_the_database(self):
        view, scene = self.hand.view(), self.hand.scene
        assert {one: card.node for one, card in scene.cards.items()} == {node.id: node for node in view.nodes}
        assert {one: line.edge for one, line in scene.relations.items()} == {edge.id: edge for edge in view.edges}
        bosses = {node.id: node.reports_to_id for node in view.nodes if node.reports_to_id}
        assert {one: line.boss.node.id for one, line in scene.reports.items()} == bosses
        corners = arrange(view).corners
        assert {one: card.pos().toTuple() for one, card in scene.cards.items()} == corners
        groups = {node.group_id for node in view.nodes if node.group_id} if view.layout is MapLayout.FREE else set()
        assert set(scene.groups) == groups
        assert len(scene.items()) == len(view.nodes) + len(view.edges) + len(bosses) + len(groups) + 1  # and the sheet

    @invariant()
    def no_circle_and_no_dangling_line(self):
        view = self.hand.view()
        for node in view.nodes:
            assert not reporting.circle(view.bosses(), node.id, node.reports_to_id)
        ids = {node.id for node in view.nodes}
        assert all(edge.source_id in ids and edge.target_id in ids for edge in view.edges)

    def teardown(self):
        while self.here > 0:
            self.undo()
        assert self.hand.view() == self.first


def test_edits_undone_and_redone_at_random(qtbot, context, page, hanbit):
    machine = type("MapEditsHere", (MapEdits,), {"world": (qtbot, context, page)})
    quick = settings(
        max_examples=15,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=quick)
