"""Random acts on two maps of one file, with the file closed and opened between: no circle, no dangling line, all can be taken back."""

from __future__ import annotations

import itertools

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

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.foundation.errors import Refusal
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, stakeholder_copy, stakeholder_facts, stakeholders
from desktop_crm.services.workspace import init_workspace, open_workspace

NUMBER = st.integers(0, 60)
COUNTER = itertools.count()


class TwoMaps(RuleBasedStateMachine):
    """The model is the map value itself: what a service returns is compared with what is read."""

    folder = None

    @initialize()
    def begin(self):
        self.secrets = MemoryStore()
        self.path = self.folder / f"machine-{next(COUNTER)}.crm"
        self.workspace = init_workspace(self.path, name="machine", secrets=self.secrets)
        with self.workspace.write("test") as work:
            account_id = work.insert("account", {"name": "한빛전자"})
            opportunity_id = work.insert("opportunity", {"name": "설비 증설", "account_id": account_id})
            self.contacts = [work.insert("contact", {"name": name, "account_id": account_id}) for name in "가나다라마"]
        self.maps = [
            stakeholders.open_map(self.workspace, account_id=account_id).map_id,
            stakeholders.open_map(self.workspace, opportunity_id=opportunity_id).map_id,
        ]
        self.done = []

    def teardown(self):
        if hasattr(self, "workspace"):
            while self.done:
                self.take_back()
            for map_id in self.maps:
                assert stakeholders.view(self.workspace, map_id).nodes == ()
            self.workspace.close()

    def view(self, which):
        return stakeholders.view(self.workspace, self.maps[which % 2])

    def pick(self, which, number):
        nodes = self.view(which).nodes
        return nodes[number % len(nodes)].id if nodes else None

    def act(self, which, service, *arguments, **fields):
        before = self.view(which)
        try:
            result = service(self.workspace, before.id, *arguments, **fields)
        except Refusal:
            assert self.view(which) == before  # a refused act leaves nothing behind
            return None
        changes = getattr(result, "changes", result)
        if changes:
            self.done.append((which, changes.tx_id, before))
            assert changes.touches("map_node", "map_edge", "map_tie", "stakeholder_map", "contact")
        else:
            assert self.view(which) == before
        return result

    @rule(which=NUMBER, number=NUMBER, boss=st.none() | NUMBER)
    def add(self, which, number, boss):
        contact_id = self.contacts[number % len(self.contacts)]
        on_map = {node.contact_id for node in self.view(which).nodes}
        boss_id = None if boss is None else self.pick(which, boss)
        added = self.act(which, stakeholders.add_person, contact_id=contact_id, reports_to_id=boss_id)
        assert (added is None) == (contact_id in on_map)

    @rule(which=NUMBER, label=st.sampled_from(["", "법무", "CFO"]), boss=st.none() | NUMBER)
    def add_seat(self, which, label, boss):
        boss_id = None if boss is None else self.pick(which, boss)
        self.act(which, stakeholders.add_placeholder, label=label, reports_to_id=boss_id)

    @rule(which=NUMBER, person=NUMBER, boss=st.none() | NUMBER)
    def report(self, which, person, boss):
        person_id = self.pick(which, person)
        if person_id is None:
            return
        boss_id = None if boss is None else self.pick(which, boss)
        before = self.view(which)
        closes = reporting.circle(before.bosses(), person_id, boss_id)
        self.act(which, stakeholders.set_reports_to, [person_id], boss_id)
        wanted = before.node(person_id).reports_to_id if closes else boss_id
        assert self.view(which).node(person_id).reports_to_id == wanted

    @rule(which=NUMBER, numbers=st.lists(NUMBER, min_size=1, max_size=4))
    def paste(self, which, numbers):
        chosen = {self.pick(which + 1, number) for number in numbers} - {None}
        source = self.view(which + 1)
        self.act(which, stakeholder_copy.paste, source.id, sorted(chosen))
        there = {node.contact_id for node in self.view(which).nodes}
        assert {node.contact_id for node in source.nodes if node.id in chosen} - {None} <= there

    @rule(which=NUMBER, number=NUMBER, strength=st.integers(1, 3))
    def tie(self, which, number, strength):
        if self.pick(which, number) is not None:
            self.act(which, stakeholder_facts.set_tie, self.pick(which, number), competitor="한성", strength=strength)

    @rule(which=NUMBER, source_number=NUMBER, target_number=NUMBER, kind=st.sampled_from(EdgeKind))
    def connect(self, which, source_number, target_number, kind):
        one, two = self.pick(which, source_number), self.pick(which, target_number)
        if one is not None:
            self.act(which, stakeholders.connect, one, two, kind)

    @rule(
        which=NUMBER,
        number=NUMBER,
        fields=st.fixed_dictionaries(
            {},
            optional={
                "buying_role": st.none() | st.sampled_from(BuyingRole),
                "influence": st.none() | st.integers(-1, 12),
                "support": st.none() | st.sampled_from(Support),
                "coverage": st.none() | st.sampled_from(Coverage),
                "kind": st.sampled_from(NodeKind),
                "title": st.sampled_from(["", "부장", "이사"]),
                "label": st.sampled_from(["", "새 이름"]),
            },
        ),
    )
    def edit(self, which, number, fields):
        node_id = self.pick(which, number)
        if node_id is None:
            return
        changes = self.act(which, stakeholders.set_fields, [node_id], fields)
        if changes is not None:
            node = self.view(which).node(node_id)
            for name in fields.keys() & {"buying_role", "influence", "support", "coverage", "kind"}:
                assert getattr(node, name) == fields[name]
        else:
            assert not 0 <= (fields.get("influence") or 0) <= 10 or fields.get("label") == ""

    @rule(which=NUMBER, number=NUMBER, x=st.integers(-2000, 2000), y=st.integers(-2000, 2000))
    def move(self, which, number, x, y):
        node_id = self.pick(which, number)
        if node_id is not None:
            self.act(which, stakeholders.move, {node_id: (x, y)})
            node = self.view(which).node(node_id)
            assert (node.x, node.y) == (x, y)

    @rule(which=NUMBER, layout=st.sampled_from(MapLayout))
    def lay_out(self, which, layout):
        self.act(which, stakeholders.set_layout, layout)
        view = self.view(which)
        assert view.layout is layout
        if layout is MapLayout.FREE:
            assert all(node.x is not None and node.y is not None for node in view.nodes)

    @rule(which=NUMBER, numbers=st.lists(NUMBER, max_size=3), edges=st.lists(NUMBER, max_size=2))
    def delete(self, which, numbers, edges):
        view = self.view(which)
        gone = {self.pick(which, number) for number in numbers} - {None}
        lines = [view.edges[number % len(view.edges)].id for number in edges] if view.edges else []
        self.act(which, stakeholders.delete, sorted(gone), lines)
        left = self.view(which)
        assert not gone & {node.id for node in left.nodes}
        assert not set(lines) & {edge.id for edge in left.edges}

    @precondition(lambda self: self.done)
    @rule()
    def take_back(self):
        which, tx_id, before = self.done.pop()
        history.revert(self.workspace, tx_id)
        assert self.view(which) == before

    @rule()
    def reopen(self):
        before = [self.view(which) for which in range(2)]
        self.workspace.close()
        self.workspace = open_workspace(self.path, secrets=self.secrets)
        assert [self.view(which) for which in range(2)] == before

    @invariant()
    def maps_are_whole(self):
        for which in range(2):
            view = self.view(which)
            ids = {node.id for node in view.nodes}
            for node in view.nodes:
                assert not reporting.circle(view.bosses(), node.id, node.reports_to_id)
                assert node.reports_to_id is None or node.reports_to_id in ids
            assert all({edge.source_id, edge.target_id} <= ids for edge in view.edges)
            contacts = [node.contact_id for node in view.nodes if node.contact_id]
            assert len(contacts) == len(set(contacts))
            assert set(arrange(view).corners) == ids


@pytest.mark.timeout(240)
def test_maps_stay_whole_whatever_is_done(tmp_path):
    machine = type("TwoMapsHere", (TwoMaps,), {"folder": tmp_path})
    quick = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=quick)
