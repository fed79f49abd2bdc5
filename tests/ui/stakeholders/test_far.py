"""A large map from far off is painted by one sheet, and looks as if every card painted itself; zooming makes no pictures anew."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem

from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.ui.stakeholders import items
from desktop_crm.ui.stakeholders.card_painting import CARD, CardState
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.paper import Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import LIGHT
from tests.ui.stakeholders.test_speed import crowd

FAR, NEAR = 0.12, 1.0


@pytest.fixture
def painted(monkeypatch):
    counts = Counter()
    real = items.paint_card

    def counted(painter, look, node, *rest):
        counts[node.id] += 1
        real(painter, look, node, *rest)

    monkeypatch.setattr(items, "paint_card", counted)
    return counts


@pytest.fixture
def paper(qtbot, theme, painted):
    view, hub = crowd(200)
    scene = MapScene(MapLook(LIGHT))
    scene.show_map(view, arrange(view))
    made = Paper(scene)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitExposed(made)
    made.hub = hub
    return made


def zoom_to(paper, zoom):
    paper.zoom_by(zoom / paper.zoom)
    paper.centerOn(paper.map_scene.cards[paper.hub].middle())
    QApplication.processEvents()


def shown(paper):
    return paper.grab().toImage()


def test_from_far_off_no_plain_card_paints_itself(paper, painted):
    zoom_to(paper, FAR)
    painted.clear()
    paper.viewport().repaint()
    assert not painted
    paper.map_scene.choose([paper.hub])
    paper.viewport().repaint()
    assert set(painted) == {paper.hub}
    zoom_to(paper, NEAR)
    assert not paper.map_scene.sheet.isVisible()
    assert len(painted) > 1


def test_the_sheet_shows_each_card_where_it_stands_in_the_colour_of_its_attitude(paper):
    zoom_to(paper, 0.19)
    scene, image = paper.map_scene, shown(paper)
    assert scene.sheet.isVisible()
    look = scene.look
    for card in scene.cards.values():
        spot = paper.mapFromScene(card.pos() + QPointF(5.0, CARD.height() / 2))
        if image.rect().adjusted(3, 3, -3, -3).contains(spot):
            here = {QColor(image.pixel(spot.x() + x, spot.y())).name() for x in (-1, 0, 1)}
            assert look.attitude(card.node.support).name() in here, card.node.id


def test_a_card_in_the_hand_moves_on_the_sheet(paper):
    zoom_to(paper, FAR)
    scene = paper.map_scene
    goal = QPointF(-400.0, -300.0)
    assert scene.card_at(goal + CARD.center()) is None
    before = shown(paper)
    scene.preview({paper.hub: goal})
    after = shown(paper)
    spot = paper.mapFromScene(goal + CARD.center())
    assert before.pixel(spot) != after.pixel(spot)
    assert QColor(after.pixel(spot)).name() == scene.look.surface.color().name()


def test_far_cards_are_still_pressed_and_chosen(paper):
    zoom_to(paper, FAR)
    scene = paper.map_scene
    card = scene.cards[paper.hub]
    assert scene.card_at(card.middle()) is card
    assert scene.cards_in(CARD.translated(card.pos())) == {paper.hub}


def test_a_newer_value_is_on_the_sheet_too(paper):
    zoom_to(paper, FAR)
    scene = paper.map_scene
    view, _hub = crowd(201)
    scene.show_map(view, arrange(view))
    newest = scene.cards[view.nodes[-1].id]
    assert newest.flags() & QGraphicsItem.GraphicsItemFlag.ItemHasNoContents
    newest.put(CardState.FOUND, True)
    assert not newest.flags() & QGraphicsItem.GraphicsItemFlag.ItemHasNoContents


def test_zooming_scales_the_pictures_and_makes_sharp_ones_when_it_rests(paper, painted, qtbot):
    zoom_to(paper, NEAR)
    zoom_to(paper, 1.1)
    painted.clear()
    for _ in range(6):
        paper.zoom_by(1.03)
        QApplication.processEvents()
    assert max(painted.values(), default=0) <= 1  # who comes into sight is painted once, whoever is seen not at all
    card = paper.map_scene.cards[paper.hub]
    assert card.cacheMode() is QGraphicsItem.CacheMode.ItemCoordinateCache
    qtbot.waitUntil(lambda: card.cacheMode() is QGraphicsItem.CacheMode.DeviceCoordinateCache)


def test_both_ways_of_a_pan_are_one_move(paper, monkeypatch):
    zoom_to(paper, NEAR)
    moves = []
    monkeypatch.setattr(
        "PySide6.QtWidgets.QGraphicsView.scrollContentsBy", lambda _self, dx, dy: moves.append((dx, dy))
    )
    paper.pan_by(12, 7)
    assert moves == [(12, 7)]


def test_words_of_a_line_are_painted_only_where_the_screen_is_painted_anew(paper):
    zoom_to(paper, NEAR)
    scene = paper.map_scene
    pill = next(iter(scene.relations.values()))._pill
    paper.centerOn(pill.center())
    QApplication.processEvents()
    whole = shown(paper)
    spot = paper.mapFromScene(pill.center()) - paper.mapFromScene(pill.center() - QPointF(pill.width() / 2 - 6, 0))
    ground = paper.mapFromScene(pill.center()) - spot
    scene.look.anew = [pill.translated(5000, 0)]
    bare = QImage(whole.size(), QImage.Format.Format_RGB32)
    bare.fill(0)
    painter = QPainter(bare)
    scene.render(painter, bare.rect(), paper.mapToScene(paper.viewport().rect()).boundingRect())
    painter.end()
    scene.look.anew = None
    assert whole.pixel(ground) != bare.pixel(ground)
    paper.viewport().repaint()
    assert scene.look.anew is None
