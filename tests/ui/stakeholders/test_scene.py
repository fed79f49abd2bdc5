"""The scene follows map values: items come, go and move; lines follow; an animated change ends within a quarter second."""

from __future__ import annotations

import dataclasses
import time

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsView

from desktop_crm.domain.schema.options import EdgeKind, MapLayout, Support
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.paper import Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import LIGHT


def node(name, boss=None, **more):
    return NodeView(id=name, label=name, reports_to_id=boss, **more)


def edge(source, target, kind=EdgeKind.INFLUENCES):
    return EdgeView(id=f"{source}-{target}-{kind}", source_id=source, target_id=target, kind=kind)


def a_map(*nodes, edges=(), layout=MapLayout.ORG_CHART):
    return MapView(id="m", name="m", layout=layout, nodes=nodes, edges=edges)


@pytest.fixture
def scene(qapp, theme):
    made = MapScene(MapLook(LIGHT))
    yield made
    made.clear()


def show(scene, view, **more):
    scene.show_map(view, arrange(view), **more)


TREE = a_map(node("a"), node("b", "a"), node("c", "a"), edges=(edge("b", "c"), edge("c", "b"), edge("a", "b")))


def test_items_are_what_was_measured_fastest(scene):
    show(scene, TREE)
    view = Paper(scene)
    assert view.viewportUpdateMode() is QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate
    assert scene.itemIndexMethod() is QGraphicsScene.ItemIndexMethod.BspTreeIndex
    modes = {card.cacheMode() for card in scene.cards.values()}
    assert modes == {QGraphicsItem.CacheMode.DeviceCoordinateCache}
    assert len(scene.items()) == 3 + 2 + 3 + 1  # cards, one item for each line, the sheet for looking from far off
    view.close()


def test_a_newer_value_keeps_the_items_that_stay(scene):
    show(scene, TREE)
    cards, lines = dict(scene.cards), dict(scene.relations)
    changed = dataclasses.replace(TREE.nodes[1], support=Support.ENEMY)
    show(scene, a_map(TREE.nodes[0], changed, node("d", "b"), edges=TREE.edges[2:]))
    assert scene.cards["a"] is cards["a"]
    assert scene.cards["b"] is cards["b"]
    assert scene.cards["b"].node.support is Support.ENEMY
    assert set(scene.cards) == {"a", "b", "d"}
    assert set(scene.relations) == {TREE.edges[2].id}
    assert scene.relations[TREE.edges[2].id] is lines[TREE.edges[2].id]
    assert cards["c"].scene() is None
    assert set(scene.reports) == {"b", "d"}


def test_another_boss_is_another_line(scene):
    show(scene, TREE)
    before = scene.reports["c"]
    show(scene, a_map(TREE.nodes[0], TREE.nodes[1], node("c", "b")))
    assert scene.reports["c"] is not before
    assert scene.reports["c"].boss is scene.cards["b"]
    assert before.scene() is None


def test_lines_follow_a_preview_and_settle_brings_all_home(scene):
    show(scene, TREE)
    homes = {one: card.pos() for one, card in scene.cards.items()}
    bounds = scene.reports["b"].boundingRect()
    curve = scene.relations[TREE.edges[2].id].boundingRect()
    scene.preview({"b": homes["b"] + QPointF(-300, 200)})
    assert scene.reports["b"].boundingRect() != bounds
    assert scene.relations[TREE.edges[2].id].boundingRect() != curve
    scene.settle()
    assert {one: card.pos() for one, card in scene.cards.items()} == homes
    assert scene.reports["b"].boundingRect() == bounds


def test_what_is_chosen_stays_chosen_and_what_left_is_not(qtbot, scene):
    show(scene, TREE)
    scene.choose(["b", "c", "nobody"])
    assert scene.chosen == {"b", "c"}
    assert CardState.CHOSEN in scene.cards["b"].state
    with qtbot.waitSignal(scene.chosen_changed):
        show(scene, a_map(TREE.nodes[0], TREE.nodes[1]))
    assert scene.chosen == {"b"}
    scene.choose([], "not a line")
    assert (scene.chosen, scene.chosen_line) == (frozenset(), None)


def test_a_change_of_layout_glides_and_ends_within_a_quarter_second(qtbot, scene):
    show(scene, TREE)
    start = time.monotonic()
    grid = dataclasses.replace(TREE, layout=MapLayout.INFLUENCE_SUPPORT)
    show(scene, grid, animate=True)
    assert scene.gliding
    qtbot.waitUntil(lambda: not scene.gliding)
    assert scene._glide.duration() < 250
    assert time.monotonic() - start < 2.0
    corners = arrange(grid).corners
    assert {one: card.pos().toTuple() for one, card in scene.cards.items()} == corners


def test_a_newer_value_during_a_glide_wins(qtbot, scene):
    show(scene, TREE)
    show(scene, dataclasses.replace(TREE, layout=MapLayout.INFLUENCE_SUPPORT), animate=True)
    smaller = a_map(TREE.nodes[0], TREE.nodes[2])
    show(scene, smaller, animate=True)
    qtbot.waitUntil(lambda: not scene.gliding)
    assert {one: card.pos().toTuple() for one, card in scene.cards.items()} == arrange(smaller).corners


def test_many_cards_do_not_glide(scene):
    nodes = tuple(node(f"n{index:04}", None if index == 0 else "n0000") for index in range(400))
    show(scene, a_map(*nodes))
    show(scene, a_map(*nodes, layout=MapLayout.INFLUENCE_SUPPORT), animate=True)
    assert not scene.gliding


def test_cards_are_found_by_place(scene):
    show(scene, TREE)
    card = scene.cards["c"]
    assert scene.card_at(card.middle()) is card
    assert scene.card_at(card.middle(), ["c"]) is None
    assert scene.card_at(QPointF(-500, -500)) is None
    assert scene.cards_in(QRectF(-10000, -10000, 20000, 20000)) == {"a", "b", "c"}
    assert card.on_border(card.pos() + QPointF(2, 30))
    assert not card.on_border(card.middle())


def test_a_relation_is_found_on_its_curve_but_not_beside_it(scene):
    view = a_map(node("a", x=0, y=0), node("b", x=700, y=0), edges=(edge("a", "b"),), layout=MapLayout.FREE)
    show(scene, view)
    (line,) = scene.relations.values()
    assert scene.relation_at(line._pill.center()) is line
    assert scene.relation_at(QPointF(445, 400)) is None


def test_circles_and_dangling_lines_of_a_merge_are_drawn_without_harm(scene):
    view = a_map(node("a", "b"), node("b", "a"), node("c", "gone"), edges=(edge("a", "gone"),))
    show(scene, view)
    assert set(scene.cards) == {"a", "b", "c"}
    assert len(scene.reports) == 1
    assert scene.relations == {}


def test_an_empty_map_has_nothing_and_takes_the_first_person(scene):
    show(scene, a_map())
    assert not [*scene.cards, *scene.reports, *scene.relations]
    assert scene.people_rect().isEmpty()
    show(scene, a_map(node("a")))
    assert scene.people_rect().width() == 190


def test_in_the_grid_reporting_lines_are_hidden_and_come_back(scene):
    show(scene, TREE)
    show(scene, dataclasses.replace(TREE, layout=MapLayout.INFLUENCE_SUPPORT))
    assert not any(line.isVisible() for line in scene.reports.values())
    show(scene, TREE)
    assert all(line.isVisible() for line in scene.reports.values())


def test_a_line_and_its_pill_step_aside_for_a_card(scene):
    ends = (node("a", x=0, y=0), node("b", x=900, y=0))
    show(scene, a_map(*ends, edges=(edge("a", "b"),), layout=MapLayout.FREE))
    (line,) = scene.relations.values()
    straight = line.pill_at(0.5)
    between = node("between", x=430, y=0)
    show(scene, a_map(*ends, between, edges=(edge("a", "b"),), layout=MapLayout.FREE))
    assert scene.cards_in(straight) == {"between"}
    assert scene.cards_in(line._pill) == set()
    assert line.zValue() == 1.0


def test_a_map_too_wide_is_opened_where_one_begins_to_read_it(scene):
    lonely = (node("x"), node("y", "x"))
    many = [node("boss"), *(node(f"p{n}", "boss") for n in range(4))]
    below = [node(f"q{n}", f"p{n % 4}", support=Support.ENEMY, influence=9) for n in range(16)]
    view = a_map(*lonely, *many, *below)
    show(scene, view)
    paper = Paper(scene)
    paper.resize(500, 400)
    paper.fit(0.5)
    assert paper.seen().contains(
        scene.cards["boss"].sceneBoundingRect()
    )  # not the middle, nor the small tree at the left
    assert not paper.seen().contains(scene.people_rect())
    show(scene, dataclasses.replace(view, layout=MapLayout.INFLUENCE_SUPPORT))
    paper.fit(0.5)
    assert paper.seen().left() <= 0.0  # the names of the rows stand there
    paper.close()


def _painted(look, line, width):
    """A line on a grey image, painted strip after strip as by a pan; a strip as wide as the image paints it whole."""
    image = QImage(900, 500, QImage.Format.Format_RGB32)
    image.fill(look.ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for left in range(0, 900, width):
        strip = QRect(left, 0, width, 500)
        painter.setClipRect(strip)
        look.anew = [QRectF(strip)] if width < 900 else None
        line.paint(painter, None)
    painter.end()
    look.anew = None
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)  # named: its bytes go with it
    return bytes(grey.constBits())


def test_a_line_painted_strip_by_strip_is_the_whole_line(scene):
    ends = (node("a", x=40, y=60), node("b", x=640, y=330))
    lines = tuple(
        edge("a", "b", kind) for kind in (EdgeKind.INFLUENCES, EdgeKind.CONFLICTS_WITH, EdgeKind.ASSISTANT_OF)
    )
    show(scene, a_map(*ends, edges=lines, layout=MapLayout.FREE))
    for line in scene.relations.values():
        whole, strips = _painted(scene.look, line, 900), _painted(scene.look, line, 60)
        assert max(abs(one - other) for one, other in zip(whole, strips, strict=True)) <= 64
        assert len({place for place, grey in enumerate(strips) if grey != strips[0]}) > 500
