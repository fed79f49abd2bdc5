"""Bows are chosen so that few lines cross and few places lie behind cards; cards stay, and the choice is the same every time."""

from __future__ import annotations

import dataclasses

import pytest

from desktop_crm.domain.schema.options import EdgeKind, MapLayout
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.ui.stakeholders import bending
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.report_chart import ReportChart
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import LIGHT
from tests.benchmarks.floors import dot
from tests.benchmarks.maps import company
from tests.ui.stakeholders.test_scene import a_map, edge, node


@pytest.fixture
def scene(qapp, theme):
    made = MapScene(MapLook(LIGHT))
    yield made
    made.clear()


def ways(scene, bow=None):
    """All lines as they run, or the relation lines with one bow for all."""
    found = {
        (line.boss.node.id, person): [at.toTuple() for at in line.course] for person, line in scene.reports.items()
    }
    for line in scene.relations.values():
        curve = line.curve if bow is None else line.curve_of(bow)
        found[line.edge.source_id, line.edge.target_id] = [curve.point(n / 12).toTuple() for n in range(13)]
    return found


def test_few_lines_cross_and_nobody_moves_for_it(scene):
    view = company(40, 16)
    placement = arrange(view)
    scene.show_map(view, placement)
    chosen, all_alike = dot.crossings(ways(scene)), dot.crossings(ways(scene, 0))
    assert chosen < 0.7 * all_alike
    assert chosen <= dot.crossings(ways(scene, -1))
    assert {one: card.pos().toTuple() for one, card in scene.cards.items()} == {
        one: tuple(corner) for one, corner in placement.corners.items()
    }
    before = ways(scene)
    other = MapScene(scene.look)
    other.show_map(view, placement)
    assert ways(other) == before
    other.clear()


def test_the_chart_counts_what_a_curve_crosses(scene):
    scene.show_map(company(40, 16), arrange(company(40, 16)))
    chart = ReportChart(line.course for line in scene.reports.values())
    reports = {person: [at.toTuple() for at in line.course] for person, line in scene.reports.items()}
    for line in scene.relations.values():
        way = bending._way(line.curve)
        exact = sum(bending._cross(way, course) for course in reports.values())
        assert abs(chart.crossed(way) - exact) <= 2  # ends that touch count one way or the other


def test_a_line_passes_beside_a_card_rather_than_behind_it(scene):
    row = [node(name, x=x, y=0) for name, x in (("a", 0), ("between", 230), ("b", 460))]
    scene.show_map(*(view := a_map(*row, edges=(edge("a", "b"),), layout=MapLayout.FREE),), arrange(view))
    (line,) = scene.relations.values()
    between = scene.cards["between"].sceneBoundingRect()
    assert not any(between.contains(line.curve.point(n / 12)) for n in range(13))


def test_only_the_only_line_between_two_is_straight(scene):
    ends = (node("a", x=0, y=0), node("b", x=700, y=0))
    pair = (edge("a", "b"), edge("b", "a"), edge("a", "b", EdgeKind.KNOWS))
    view = a_map(*ends, edges=pair, layout=MapLayout.FREE)
    scene.show_map(view, arrange(view))
    assert [line.curve.is_straight for line in scene.relations.values()].count(True) <= 1
    many = dataclasses.replace(
        view, edges=tuple(dataclasses.replace(pair[0], id=f"e{n}") for n in range(bending.COUNTED_UP_TO + 1))
    )
    scene.show_map(many, arrange(many))  # too many to compare with each other: still laid, each on its own turn
    assert len({line.curve.point().toTuple() for line in scene.relations.values()}) > bending.COUNTED_UP_TO // 2
