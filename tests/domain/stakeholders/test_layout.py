"""The layouts: no card covers another, whatever the map; one more person moves others only as blocks; fast at 2,000."""

from __future__ import annotations

import itertools
import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_crm.domain.schema.options import EdgeKind, MapLayout, Support
from desktop_crm.domain.stakeholders import layout, reporting, support_grid
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, LEVEL_PITCH, Point, centre, overlap
from desktop_crm.domain.stakeholders.values import NodeView
from tests.domain.stakeholders.makers import a_map, line, people


@st.composite
def maps(draw, most=24):
    """Any map: bosses at random (circles too, as two laptops may make them), assistants, values, some stored places."""
    count = draw(st.integers(0, most))
    some = st.none() | st.integers(0, max(count - 1, 0))
    bosses = draw(st.lists(some, min_size=count, max_size=count))
    support = draw(st.lists(st.none() | st.sampled_from(Support), min_size=count, max_size=count))
    influence = draw(st.lists(st.none() | st.integers(0, 10), min_size=count, max_size=count))
    nodes = people(*bosses, support=support, influence=influence)
    pairs = draw(st.lists(st.tuples(st.integers(0, max(count - 1, 0)), st.integers(0, max(count - 1, 0))), max_size=8))
    edges = [line(one, other, EdgeKind.ASSISTANT_OF) for one, other in dict.fromkeys(pairs) if count and one != other]
    return a_map(nodes, edges)


def edges_touch(view, people):
    return any(edge.target_id in people or edge.source_id in people for edge in view.edges)


def apart(corners):
    """No two cards overlap: sorted by x, only near ones are compared."""
    placed = sorted(corners.values())
    for index, one in enumerate(placed):
        for other in placed[index + 1 :]:
            if other.x - one.x >= CARD_WIDTH:
                break
            assert not overlap(one, other), (one, other)


@settings(max_examples=300, deadline=None)
@given(maps(), st.sampled_from([MapLayout.ORG_CHART, MapLayout.INFLUENCE_SUPPORT, MapLayout.FREE]))
def test_every_person_has_a_place_and_no_card_covers_another(view, wanted):
    corners = layout.arrange(view, wanted).corners
    assert set(corners) == {node.id for node in view.nodes}
    apart(corners)


@settings(max_examples=200, deadline=None)
@given(maps())
def test_bosses_stand_above_the_middle_of_their_reports(view):
    corners = layout.org_chart(view)
    order = [node.id for node in view.nodes]
    assistants = {edge.source_id for edge in view.edges}
    reports = reporting.children_of(order, reporting.safe_bosses(order, view.bosses()))
    for boss, below in reports.items():
        if assistants.isdisjoint([boss, *below]):
            first_row = [one for one in below if corners[one].y == corners[boss].y + LEVEL_PITCH]
            team = len(below) > 4 and not any(one in reports for one in below) and not edges_touch(view, below)
            assert len(first_row) == (4 if team else len(below))
            middle = (corners[first_row[0]].x + corners[first_row[-1]].x) / 2
            assert corners[boss].x == pytest.approx(middle)


@settings(max_examples=200, deadline=None)
@given(maps(), st.data())
def test_one_more_person_keeps_the_order_and_moves_subtrees_as_blocks(view, data):
    nodes = view.nodes
    boss = data.draw(st.none() | st.sampled_from([node.id for node in nodes])) if nodes else None
    newcomer = NodeView(id="z-new", label="New", reports_to_id=boss)
    before = layout.org_chart(a_map([*nodes]))
    after = layout.org_chart(a_map([*nodes, newcomer]))
    order = [node.id for node in nodes]
    safe = reporting.safe_bosses(order, view.bosses())
    above, step = set(), boss
    while step is not None:
        above.add(step)
        step = safe.get(step)
    children = reporting.children_of(order, safe)
    team = [one for one in children.get(safe.get(boss), ()) if len(children[safe[boss]]) > 4]
    opened = bool(team) and not any(one in children for one in team)  # a team whose member leads now stands in one row
    for lead, below in children.items():
        if opened and boss in below:
            continue
        if lead not in above:
            for one in below:
                moved = (after[one].x - after[lead].x, after[one].y - after[lead].y)
                assert moved == pytest.approx((before[one].x - before[lead].x, before[one].y - before[lead].y))
        assert sorted(below, key=reading(before)) == sorted(below, key=reading(after)) == below


def reading(corners):
    return lambda one: (corners[one].y, corners[one].x)


def test_a_large_team_stands_in_rows_and_one_more_moves_nobody():
    team = a_map(people(None, *[0] * 9))
    before = layout.org_chart(team)
    apart(before)
    assert len({corner.x for one, corner in before.items() if one != "n00000"}) == 4
    after = layout.org_chart(a_map(people(None, *[0] * 10)))
    assert {one: after[one] for one in before} == before


def test_the_same_map_gives_the_same_places():
    view = a_map(people(None, 0, 0, 1, None))
    assert layout.arrange(view) == layout.arrange(view)


def test_several_roots_stand_side_by_side_in_their_order():
    corners = layout.org_chart(a_map(people(None, 0, None, 2, 2)))
    assert corners["n00000"].y == corners["n00002"].y == 0
    assert corners["n00000"].x < corners["n00002"].x
    assert min(corner.x for corner in corners.values()) == 0


def test_an_assistant_stands_beside_and_people_without_lines_below():
    view = a_map(people(None, 0, None, None), [line(2, 0, EdgeKind.ASSISTANT_OF)])
    corners = layout.org_chart(view)
    assert corners["n00002"].y == corners["n00000"].y
    assert corners["n00002"].x > corners["n00000"].x
    assert corners["n00003"].y > corners["n00001"].y


def test_an_assistant_with_reports_of_their_own_stays_in_the_tree():
    view = a_map(people(None, 0, 1), [line(1, 0, EdgeKind.ASSISTANT_OF)])
    corners = layout.org_chart(view)
    assert corners["n00001"].y == LEVEL_PITCH
    assert corners["n00002"].y == 2 * LEVEL_PITCH


def test_an_assistant_who_reports_to_somebody_else_stays_below_that_boss():
    view = a_map(people(None, 0, 0, 1), [line(3, 2, EdgeKind.ASSISTANT_OF)])
    corners = layout.org_chart(view)
    assert corners["n00003"].y == 2 * LEVEL_PITCH
    assert corners["n00003"].x == corners["n00001"].x
    beside = layout.org_chart(a_map(people(None, 0, 0, 2), [line(3, 2, EdgeKind.ASSISTANT_OF)]))
    assert beside["n00003"].y == LEVEL_PITCH


def test_lines_of_the_tree_never_cross():
    view = a_map(people(None, *[random.Random(3).randrange(index) for index in range(1, 400)]))
    corners = layout.org_chart(view)
    spans = {}
    for node in view.nodes:
        if node.reports_to_id:
            low, high, y = spans.get(node.reports_to_id, (1e9, -1e9, corners[node.id].y))
            x = centre(corners[node.id]).x
            spans[node.reports_to_id] = (min(low, x), max(high, x), y)
    levels = {}
    for low, high, y in spans.values():
        levels.setdefault(y, []).append((low, high))
    for bars in levels.values():
        bars.sort()
        assert all(one[1] < other[0] for one, other in itertools.pairwise(bars))


SHAPES = {
    "random": lambda rng: rng.randrange,
    "chain": lambda _rng: lambda index: index - 1,
    "star": lambda _rng: lambda _index: 0,
    "wide": lambda _rng: lambda index: (index - 1) // 8,
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_the_work_grows_with_the_people_and_no_faster(shape):
    corners, few = laid_out(shape, 500)
    apart(corners)
    corners, many = laid_out(shape, 2000)
    apart(corners)
    assert many < 4.6 * few, f"{few} calls for 500 people, {many} for 2,000"


def laid_out(shape, count):
    """Where everybody stands, and how many calls that took: work that is counted, not timed."""
    boss = SHAPES[shape](random.Random(7))
    view = a_map(people(None, *[boss(index) for index in range(1, count)]))
    calls = itertools.count()
    sys.setprofile(lambda _frame, what, _arg: next(calls) if what in {"call", "c_call"} else None)
    try:
        corners = layout.org_chart(view)
    finally:
        sys.setprofile(None)
    return corners, next(calls)


def test_the_grid_puts_values_into_cells_and_cells_into_values():
    nodes = people(None, None, None, support=[Support.MENTOR, Support.ENEMY, None], influence=[9, 1, None])
    corners, frame = support_grid.place(nodes)
    for node in nodes:
        assert frame.meaning(centre(corners[node.id])) == (support_grid.band(node.influence), node.support)
    assert corners["n00000"].x > corners["n00001"].x
    assert corners["n00000"].y < corners["n00001"].y
    assert frame.meaning(Point(-500, 0)) is None
    assert all(support_grid.band(value) is one for one, value in support_grid.BAND_VALUES.items())


def test_the_grid_without_unknown_people_has_no_unknown_column():
    _corners, frame = support_grid.place(people(None, support=Support.NEUTRAL, influence=5))
    assert [column.key for column in frame.columns] == [
        Support.ENEMY,
        Support.NON_SUPPORTER,
        Support.NEUTRAL,
        Support.SUPPORTER,
        Support.MENTOR,
    ]
    assert len(frame.rows) == 3


def test_free_keeps_stored_places_and_finds_room_for_the_rest():
    nodes = people(None, None, None, x=[10, 300, None], y=[20, -40, None])
    corners = layout.free(a_map(nodes, layout=MapLayout.FREE))
    assert corners["n00000"] == Point(10, 20)
    assert corners["n00001"] == Point(300, -40)
    apart(corners)


@given(st.lists(st.tuples(st.integers(-400, 400), st.integers(-300, 300)), max_size=20))
def test_a_free_spot_covers_nobody(places):
    taken = {str(index): Point(*place) for index, place in enumerate(places)}
    spot = layout.free_spot(taken, Point(0, 0))
    assert not any(overlap(spot, corner) for corner in taken.values())


def test_aligning_a_row_puts_it_on_one_height_and_spreads_what_would_overlap():
    view = a_map(people(None, None, None))
    corners = {"n00000": Point(0, 0), "n00001": Point(50, 30), "n00002": Point(600, -20)}
    moved = layout.aligned(view, corners, set(corners))
    now = corners | moved
    assert {corner.y for corner in now.values()} == {0}
    apart(now)
    assert layout.aligned(view, corners, {"n00000"}) == {}


def test_aligning_a_column_puts_it_on_one_edge():
    view = a_map(people(None, None))
    corners = {"n00000": Point(0, 0), "n00001": Point(30, 500)}
    now = corners | layout.aligned(view, corners, set(corners))
    assert len({corner.x for corner in now.values()}) == 1
    assert abs(now["n00000"].y - now["n00001"].y) >= CARD_HEIGHT
