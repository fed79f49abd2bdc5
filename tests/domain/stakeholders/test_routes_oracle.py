"""The best way against a search through all ways, on small random maps."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, NodeKind
from desktop_crm.domain.stakeholders.routes import REPORTING_FORCE, way_from, ways_to_buyer
from tests.domain.stakeholders.makers import a_map, line, people

COUNT = 6
FORCES = {
    EdgeKind.INFLUENCES: 0.7,
    EdgeKind.KNOWS: 0.5,
    EdgeKind.ASSISTANT_OF: 0.7,
    EdgeKind.INFORMAL_REPORTS_TO: 0.5,
    EdgeKind.CONFLICTS_WITH: 0.0,
}


@st.composite
def small_maps(draw):
    bosses = draw(st.lists(st.none() | st.integers(0, COUNT - 1), min_size=COUNT, max_size=COUNT))
    bosses = [None if boss == index else boss for index, boss in enumerate(bosses)]
    roles = [BuyingRole.ECONOMIC_BUYER, *[None] * (COUNT - 1)]
    kinds = draw(st.lists(st.sampled_from([NodeKind.PERSON] * 4 + [NodeKind.DEPARTED]), min_size=COUNT, max_size=COUNT))
    kinds[0] = NodeKind.PERSON
    coverage = draw(st.lists(st.sampled_from(Coverage), min_size=COUNT, max_size=COUNT))
    edges = draw(
        st.lists(
            st.tuples(
                st.integers(0, COUNT - 1),
                st.integers(0, COUNT - 1),
                st.sampled_from(EdgeKind),
                st.none() | st.integers(1, 3),
            ),
            max_size=7,
        )
    )
    return a_map(
        people(*bosses, buying_role=roles, kind=kinds, coverage=coverage),
        [line(*edge) for edge in edges if edge[0] != edge[1]],
    )


def force(view, one, other):
    """The strongest direct step from one person to another, by the rules as written."""
    steps = [0.0]
    if view.node(one).reports_to_id == other or view.node(other).reports_to_id == one:
        steps.append(REPORTING_FORCE)
    for edge in view.edges:
        plain = FORCES[edge.kind]
        if plain and edge.strength is not None:
            plain = min(0.95, max(0.1, plain + (edge.strength - 2) * 0.2))
        if (edge.source_id, edge.target_id) == (one, other):
            steps.append(plain)
        elif (edge.source_id, edge.target_id) == (other, one):
            steps.append(plain if edge.kind is EdgeKind.KNOWS else plain * 0.8)
    return max(steps)


def strongest(view, start, goal):
    """The force of the best of all ways without a person twice."""
    present = [node.id for node in view.nodes if node.kind is not NodeKind.DEPARTED]
    if start not in present or goal not in present:
        return 0.0
    if start == goal:
        return 1.0
    best = 0.0
    between = [one for one in present if one not in {start, goal}]
    for length in range(len(between) + 1):
        for middle in itertools.permutations(between, length):
            carried = 1.0
            for one, other in itertools.pairwise((start, *middle, goal)):
                carried *= force(view, one, other)
            best = max(best, carried)
    return best


@settings(max_examples=120, deadline=None)
@given(small_maps(), st.integers(0, COUNT - 1))
def test_no_way_is_stronger_than_the_one_found(view, start):
    start_id, goal = view.nodes[start].id, view.nodes[0].id
    way = way_from(view, start_id)
    best = strongest(view, start_id, goal)
    if way is None:
        assert best == 0.0
        return
    assert way.force == pytest.approx(best)
    assert way.node_ids[0] == start_id
    assert way.node_ids[-1] == goal
    assert len(set(way.node_ids)) == len(way.node_ids)


@settings(max_examples=80, deadline=None)
@given(small_maps())
def test_ways_come_strongest_first_and_begin_with_people_we_have_met(view):
    ways = ways_to_buyer(view)
    assert [way.force for way in ways] == sorted((way.force for way in ways), reverse=True)
    for way in ways:
        assert view.node(way.node_ids[0]).coverage in {Coverage.BRIEF, Coverage.MULTIPLE, Coverage.IN_DEPTH}
        assert 0.0 < way.force <= 1.0
        assert 0 <= way.strong_steps < len(way.node_ids)


@given(small_maps())
def test_the_ways_do_not_depend_on_how_often_they_are_asked(view):
    assert ways_to_buyer(view) == ways_to_buyer(view)
