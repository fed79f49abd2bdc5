"""What lies over the map neither moves with a pan nor makes all of the map be painted anew."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.minimap import Minimap


class Painted(QObject):
    """How much of a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.pixels = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.pixels += sum(part.width() * part.height() for part in event.region())
        return False


@pytest.fixture
def wide(hand, hanbit):
    """Somebody stands far off, so that the overview is there."""
    stakeholders.move(hand.context.workspace, hanbit.map_id, {hanbit.nodes[5]: (6000, 300)}, MapLayout.FREE)
    hand.editor.refresh()
    hand.rest()
    hand.canvas.zoom_by(1.0 / hand.canvas.zoom)
    hand.qtbot.waitUntil(hand.panel.stage.minimap.isVisible)
    QApplication.processEvents()
    return hand


def test_a_pan_keeps_what_is_seen_and_paints_what_comes_into_sight(wide):
    stage, canvas = wide.panel.stage, wide.canvas
    spots = stage.minimap.pos(), stage.zoom_bar.pos()
    view = canvas.viewport()
    painted = Painted(view)
    for step in range(10):
        canvas.pan_by(-12, -5 if step % 2 else 5)
        QApplication.processEvents()
    assert 0 < painted.pixels < view.width() * view.height() * 2
    assert (stage.minimap.pos(), stage.zoom_bar.pos()) == spots
    canvas.horizontalScrollBar().setValue(canvas.horizontalScrollBar().value() + 40)
    assert (stage.minimap.pos(), stage.zoom_bar.pos()) == spots


def test_the_overview_draws_its_cards_again_only_when_they_are_others(wide, hanbit, monkeypatch):
    minimap = wide.panel.stage.minimap
    drawn = []
    real = Minimap._draw
    monkeypatch.setattr(Minimap, "_draw", lambda self: (drawn.append(1), real(self))[1])
    minimap.repaint()
    del drawn[:]
    wide.canvas.pan_by(30, 0)
    minimap.repaint()
    assert not drawn
    wide.scene.choose([hanbit.nodes[0]])
    minimap.repaint()
    assert len(drawn) == 1
    wide.editor.set_fields([hanbit.nodes[0]], {"influence": 1})
    wide.rest()
    minimap.repaint()
    assert len(drawn) > 1


def test_how_far_people_stand_is_measured_anew_when_they_move(wide, hanbit):
    before = wide.scene.people_rect()
    stakeholders.move(wide.context.workspace, hanbit.map_id, {hanbit.nodes[5]: (9000, 300)}, MapLayout.FREE)
    wide.editor.refresh()
    wide.rest()
    assert wide.scene.people_rect().right() == before.right() + 3000


def under(stage, node_id):
    """Whether a card lies under the zoom buttons."""
    card = stage.canvas.mapFromScene(stage.canvas.map_scene.cards[node_id].sceneBoundingRect()).boundingRect()
    return card.intersects(stage.zoom_bar.geometry())


def test_no_card_is_under_the_zoom_buttons_when_all_are_seen_or_one_is_looked_for(hand, hanbit):
    room = hand.canvas.viewport().size() * 4  # cards in the corners of a map that has the shape of the window
    far = {node: (300 * place, 0) for place, node in enumerate(hanbit.nodes[:4])}
    far |= {hanbit.nodes[4]: (0, room.height()), hanbit.nodes[5]: (room.width(), room.height())}
    stakeholders.move(hand.context.workspace, hanbit.map_id, far, MapLayout.FREE)
    hand.editor.set_layout(MapLayout.FREE)
    hand.rest()
    stage, canvas = hand.panel.stage, hand.canvas
    canvas.fit()
    assert canvas.seen().contains(hand.scene.people_rect())
    assert not any(under(stage, node) for node in hanbit.nodes)
    canvas.zoom_by(1.0 / canvas.zoom)
    canvas.show_card(hanbit.nodes[0])
    canvas.show_card(hanbit.nodes[4])  # straight below: it comes in at the lower left corner
    assert not under(stage, hanbit.nodes[4])


def test_every_card_can_be_brought_out_from_under_the_zoom_buttons(hand, hanbit):
    stage, canvas = hand.panel.stage, hand.canvas
    for zoom in (0.3, 1.0, 3.0):
        canvas.zoom_by(zoom / canvas.zoom)
        for node in hanbit.nodes:
            middle = canvas.mapFromScene(hand.scene.cards[node].middle())
            goal = canvas.viewport().rect().center()
            canvas.pan_by(goal.x() - middle.x(), goal.y() - middle.y())
            assert not under(stage, node)
            assert canvas.seen().contains(hand.scene.cards[node].middle())
