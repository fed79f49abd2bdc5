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
