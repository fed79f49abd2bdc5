"""The controls around the map: header, undo buttons, influence bars, the panel for adding by mouse, zoom buttons, toasts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.influence_field import BAR, LEFT, InfluenceEditor
from tests.ui.stakeholders.conftest import type_text

LEFT_BUTTON = Qt.MouseButton.LeftButton


def press(widget):
    QTest.mouseClick(widget, LEFT_BUTTON)


def test_the_layout_switch_follows_the_map_and_not_the_press(hand):
    switch = hand.panel.toolbar.layouts
    for layout in (MapLayout.INFLUENCE_SUPPORT, MapLayout.FREE, MapLayout.ORG_CHART):
        press(switch.findChild(QPushButton, layout.value))
        hand.rest()
        assert hand.view().layout is layout
        assert switch.current() == layout.value
    hand.context.undo.undo()
    hand.qtbot.waitUntil(lambda: switch.current() == MapLayout.FREE.value)


def test_undo_and_redo_name_what_they_would_do(hand, hanbit):
    toolbar = hand.panel.toolbar
    assert not toolbar.undo_button.isEnabled()
    hand.editor.set_fields([hanbit.nodes[0]], {"influence": 2})
    hand.rest()
    assert toolbar.undo_button.isEnabled()
    assert "최민아" in toolbar.undo_button.toolTip()
    assert "Influence" in toolbar.undo_button.toolTip()
    assert "Ctrl+Z" in toolbar.undo_button.toolTip()
    press(toolbar.undo_button)
    hand.qtbot.waitUntil(lambda: hand.view().node(hanbit.nodes[0]).influence == 10)
    hand.rest()
    assert not toolbar.undo_button.isEnabled()
    press(toolbar.redo_button)
    hand.qtbot.waitUntil(lambda: hand.view().node(hanbit.nodes[0]).influence == 2)
    hand.rest()


def test_align_is_for_free_maps_and_says_why(hand, hanbit):
    align = hand.panel.toolbar.align_button
    assert not align.isEnabled()
    assert "free" in align.toolTip()
    hand.editor.set_layout(MapLayout.FREE)
    hand.rest()
    assert align.isEnabled()
    hand.drag(hanbit.nodes[4], hand.scene.cards[hanbit.nodes[4]].middle() + QPoint(0, 60))
    hand.rest()
    hand.scene.choose(hanbit.nodes[4:6])
    press(align)
    hand.rest()
    one, two = (hand.view().node(node) for node in hanbit.nodes[4:6])
    assert one.y == two.y
    hand.scene.choose([])
    press(align)
    hand.rest()
    org = arrange(hand.view(), MapLayout.ORG_CHART).corners
    assert all(abs(node.x - org[node.id].x) < 1 and abs(node.y - org[node.id].y) < 1 for node in hand.view().nodes)


def test_the_map_is_exported_and_a_word_says_where(hand, tmp_path):
    hand.panel.outlet.save(tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert hand.panel._toast.isVisible()
    assert "map.png" in hand.panel._toast.accessibleName()
    hand.context.reporter.setProperty("expected", 1)
    hand.panel.outlet.save(tmp_path / "nowhere" / "map.png")


def test_zoom_buttons(hand):
    smaller, fit, larger = hand.panel.stage.zoom_bar.findChildren(QPushButton)
    zoom = hand.canvas.zoom
    press(smaller)
    assert hand.canvas.zoom < zoom
    press(larger)
    press(larger)
    assert hand.canvas.zoom > zoom * 0.99
    press(fit)
    assert hand.canvas.seen().contains(hand.scene.people_rect())


def test_a_person_is_taken_from_the_list_by_mouse(hand, hanbit):
    press(hand.panel.toolbar.add_button)
    panel = hand.panel.stage.add_panel
    type_text(panel.line, "남궁")
    hand.qtbot.waitUntil(lambda: "남궁민수" in panel.list.item(0).text())
    spot: QRect = panel.list.visualItemRect(panel.list.item(0))
    QTest.mouseClick(panel.list.viewport(), LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, spot.center())
    hand.rest()
    assert hand.view().nodes[-1].label == "남궁민수"
    assert not panel.isVisible()


@pytest.mark.parametrize("size", [(900, 520), (1280, 720), (2400, 1300)])
def test_what_floats_stays_inside_at_every_size(hand, size):
    hand.page.resize(*size)
    stage = hand.panel.stage
    hand.panel.ask_for_person()
    for part in (stage.minimap, stage.zoom_bar, stage.add_panel):
        assert stage.rect().contains(part.geometry()), part
    assert not stage.minimap.geometry().intersects(stage.zoom_bar.geometry())


@pytest.fixture
def bars(qtbot, theme):
    editor = InfluenceEditor(REGISTRY["map_node"].field("influence"))
    qtbot.addWidget(editor)
    editor.resize(260, 30)
    editor.show()
    return editor


@pytest.mark.parametrize(("x", "level"), [(0.5, 1), (4.5, 5), (9.5, 10)])
def test_a_press_on_a_bar_is_its_level_and_again_is_unknown(qtbot, bars, x, level):
    spot = QPoint(int(LEFT + BAR * x), 14)
    with qtbot.waitSignal(bars.committed):
        QTest.mouseClick(bars.bars, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, spot)
    assert bars.value() == level
    QTest.mouseClick(bars.bars, LEFT_BUTTON, Qt.KeyboardModifier.NoModifier, spot)
    assert bars.value() is None
    assert bars.bars.word() == "Unknown"


def test_keys_on_the_bars(bars):
    bars.bars.setFocus()
    for key, level in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_0, 10),
        (Qt.Key.Key_Right, 10),
        (Qt.Key.Key_Left, 9),
        (Qt.Key.Key_4, 4),
        (Qt.Key.Key_0, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Backspace, None),
    ):
        QTest.keyClick(bars.bars, key)
        assert bars.value() == level, key
    bars.show_value(8)
    assert bars.bars.word() == "8 · High"
    assert bars.bars.accessibleDescription() == "8 · High"


def test_every_control_has_a_name_for_those_who_do_not_see(hand):
    nameless = [
        button
        for button in hand.panel.findChildren(QPushButton)
        if button.isVisible() and not (button.accessibleName() or button.text())
    ]
    assert nameless == []
    for row in hand.panel.inspector.people.rows.values():
        assert row.editor.target().accessibleName()
    assert hand.canvas.accessibleName() == "Stakeholder map"


def test_in_a_narrow_window_the_layouts_keep_their_words_and_lesser_buttons_are_icons(hand):
    toolbar = hand.panel.toolbar
    hand.page.resize(1700, 760)
    hand.qtbot.waitUntil(lambda: toolbar.export_button.text() == "Export")
    hand.page.resize(1084, 672)
    hand.qtbot.waitUntil(lambda: not toolbar.export_button.text())
    choices = toolbar.layouts.findChildren(QPushButton)
    hand.qtbot.wait(100)
    assert not toolbar.export_button.text()  # and stays so
    assert sum(choice.minimumWidth() for choice in choices) <= toolbar.layouts.width()
    for before, after in pairwise(choices):
        assert before.geometry().right() < after.geometry().left()
    assert toolbar.export_button.accessibleName() == "Export, print, present"
    assert toolbar.add_button.accessibleName() == "Add a person"
    assert toolbar.align_button.toolTip()
    hand.page.resize(1700, 760)
    hand.qtbot.waitUntil(lambda: toolbar.add_button.text() == "Add a person")


def test_findings_without_room_are_offered_by_a_chip(hand):
    bar = hand.panel.coverage
    hand.page.resize(2400, 760)
    hand.qtbot.waitUntil(lambda: not bar.hidden())
    assert bar.more.isHidden()
    hand.page.resize(900, 760)
    hand.qtbot.waitUntil(lambda: len(bar.hidden()) > 0)
    assert bar.more.text() == f"+{len(bar.hidden())}"
    assert bar.more.geometry().right() <= bar.width()
    told = []
    bar.pressed.connect(told.append)
    last = bar.hidden()[-1]
    press(bar.more)
    menu = bar.findChild(QMenu)
    menu.actions()[-1].trigger()
    menu.close()
    assert told == [last]


def test_the_header_says_which_map_it_is(hand, hanbit):
    assert hand.panel.toolbar.header.title() == hand.view().name != ""
    stakeholders.rename_map(hand.context.workspace, hanbit.map_id, "증설 구매위원회")
    hand.editor.refresh()
    hand.qtbot.waitUntil(lambda: hand.panel.toolbar.header.title() == "증설 구매위원회")


def test_the_overview_is_there_only_when_it_shows_more_than_the_screen_does(hand):
    stage = hand.panel.stage
    hand.canvas.fit()
    assert stage.minimap.isHidden()
    for _ in range(4):
        hand.canvas.zoom_by(1.25)
    assert stage.minimap.isVisible()
    hand.canvas.fit()
    assert stage.minimap.isHidden()


def test_the_overview_makes_way_for_who_is_chosen(hand, hanbit):
    stage, card = hand.panel.stage, hand.scene.cards[hanbit.nodes[0]]
    hand.canvas.zoom_by(2.0)
    corner = stage.minimap.geometry().center()
    off = hand.canvas.mapFromScene(card.middle()) - corner
    hand.canvas.pan_by(-off.x(), -off.y())
    assert stage.minimap.geometry().contains(hand.canvas.mapFromScene(card.middle()))
    hand.scene.choose([hanbit.nodes[0]])
    assert not stage.minimap.geometry().contains(hand.canvas.mapFromScene(card.middle()))
    hand.scene.choose([])
    assert stage.minimap.geometry().center() == corner
