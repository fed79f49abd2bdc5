"""Bows are chosen so that few lines cross and few places lie behind cards; cards stay, and the choice is the same every time."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

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


def hemmed_in(*edges):
    """Two people with a wall of cards between them, round which no bow leads."""
    wall = [node(f"w{n}", x=460, y=(n - 12) * 60) for n in range(25)]
    return a_map(node("a", x=0, y=0), node("b", x=920, y=0), *wall, edges=edges, layout=MapLayout.FREE)


def test_what_a_card_hides_of_a_line_that_is_not_its_own_shines_through(scene):
    view = hemmed_in(edge("a", "b"))
    scene.show_map(view, arrange(view))
    ((edge_id, line),) = scene.relations.items()
    glimpse = scene.glimpses.of(edge_id)
    behind = [n / 24 for n in range(25) if any(
        card.sceneBoundingRect().contains(line.curve.point(n / 24)) and card not in {line.source, line.target}
        for card in scene.cards.values()
    )]  # fmt: skip
    spans = bending.hidden_spans(line, bending.squares(scene.cards.values()))
    assert behind
    assert all(any(begin <= share <= end for begin, end in spans) for share in behind)
    assert glimpse.isVisible()
    assert max(card.zValue() for card in scene.cards.values()) < glimpse.zValue()
    for share in behind:
        assert glimpse.boundingRect().contains(line.curve.point(share))
    assert scene.relation_at(line.curve.point(behind[0])) is not glimpse
    assert scene.card_at(line.curve.point(behind[len(behind) // 2])) is not None
    assert painted(scene, glimpse) > 20


def painted(scene, item):
    """How many places of a picture an item has coloured."""
    picture = QImage(400, 200, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    painter.translate(-item.boundingRect().topLeft())
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return sum(picture.pixelColor(x, y).alpha() > 0 for x in range(400) for y in range(200))


def test_a_trace_is_gone_while_cards_move_and_where_the_line_lies_above(scene):
    view = hemmed_in(edge("a", "b"))
    scene.show_map(view, arrange(view))
    (edge_id,) = scene.relations
    glimpse = scene.glimpses.of(edge_id)
    scene.preview({"a": QPointF(10, 0)})
    assert not glimpse.isVisible()
    scene.settle()
    assert glimpse.isVisible()
    scene.choose(["a"])
    assert not glimpse.isVisible()
    scene.choose([])
    assert glimpse.isVisible()
    apart = a_map(node("a", x=0, y=0), node("b", x=920, y=0), edges=(edge("a", "b"),), layout=MapLayout.FREE)
    scene.show_map(apart, arrange(apart))
    assert not glimpse.isVisible()
    alone = a_map(node("a", x=0, y=0), layout=MapLayout.FREE)
    scene.show_map(alone, arrange(alone))
    assert scene.glimpses.of(edge_id) is None


def test_of_few_lines_none_runs_behind_a_card_where_there_is_a_way_round(scene):
    view = company(14, 6)
    scene.show_map(view, arrange(view))
    cells = bending.squares(scene.cards.values())
    hidden = [line for line in scene.relations.values() if bending.hidden_spans(line, cells)]
    free = [line for line in hidden if any(not _spans_with(line, bow, cells) for bow in line.bows())]
    assert not free


def _spans_with(line, bow, cells):
    before = line._bow
    line.take_bow(bow)
    spans = bending.hidden_spans(line, cells)
    line.take_bow(before)
    return spans


def test_no_pill_lies_under_another_where_there_is_room(scene):
    cross = (node("a", x=0, y=0), node("b", x=700, y=0), node("c", x=0, y=600), node("d", x=700, y=600))
    view = a_map(*cross, edges=(edge("a", "d"), edge("c", "b")), layout=MapLayout.FREE)
    scene.show_map(view, arrange(view))
    one, other = (line.pill_at(line.share) for line in scene.relations.values())
    assert not one.intersects(other)
