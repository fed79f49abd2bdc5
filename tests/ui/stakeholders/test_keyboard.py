"""The map without a mouse: walking along lines, adding, editing in place, deleting, undo and redo, zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_crm.domain.schema.options import NodeKind
from desktop_crm.services import stakeholders
from tests.ui.stakeholders.conftest import type_text

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_arrows_walk_along_the_lines(hand, hanbit):
    top, left, middle, right, low, other = hanbit.nodes
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Down)
    assert hand.scene.chosen == {top}
    steps = (
        (Qt.Key.Key_Down, middle),
        (Qt.Key.Key_Right, right),
        (Qt.Key.Key_Left, middle),
        (Qt.Key.Key_Left, left),
        (Qt.Key.Key_Down, low),
        (Qt.Key.Key_Right, other),
        (Qt.Key.Key_Up, left),
        (Qt.Key.Key_Up, top),
        (Qt.Key.Key_Up, top),
    )
    for key, wanted in steps:
        hand.key(key)
        assert hand.scene.chosen == {wanted}, key


def test_enter_adds_a_report_by_typing_a_name(hand, hanbit):
    boss = hanbit.nodes[3]
    hand.scene.choose([boss])
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Return)
    panel = hand.panel.stage.add_panel
    hand.qtbot.waitUntil(panel.line.hasFocus)
    type_text(panel.line, "남궁")
    hand.qtbot.waitUntil(lambda: "남궁민수" in panel.list.item(0).text())
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    hand.rest()
    (added,) = [node for node in hand.view().nodes if node.id not in hanbit.nodes]
    assert (added.label, added.title, added.reports_to_id) == ("남궁민수", "대리", boss)
    hand.qtbot.waitUntil(lambda: hand.scene.chosen == {added.id})
    assert hand.canvas.hasFocus()


def test_a_name_nobody_has_becomes_a_contact_or_a_seat(hand, hanbit):
    hand.panel.ask_for_person()
    panel = hand.panel.stage.add_panel
    type_text(panel.line, "없는사람")
    hand.qtbot.waitUntil(lambda: panel.list.count() == 2)
    hand.qtbot.wait(50)
    QTest.keyClick(panel.line, Qt.Key.Key_Down)
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    hand.rest()
    (seat,) = [node for node in hand.view().nodes if node.id not in hanbit.nodes]
    assert (seat.label, seat.kind, seat.contact_id) == ("없는사람", NodeKind.PLACEHOLDER, None)
    hand.panel.ask_for_person()
    type_text(panel.line, "새사람")
    hand.qtbot.wait(50)
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    hand.rest()
    person = hand.view().nodes[-1]
    assert (person.label, person.kind) == ("새사람", NodeKind.PERSON)
    assert person.contact_id is not None
    hand.panel.ask_for_person()
    QTest.keyClick(panel.line, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert hand.canvas.hasFocus()


def test_f2_edits_the_name_in_place_and_escape_leaves_it(hand, hanbit):
    one = hanbit.nodes[5]
    hand.scene.choose([one])
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_F2)
    line = hand.panel.stage.name_editor
    assert (line.isVisible(), line.text()) == (True, "오재석")
    line.selectAll()
    type_text(line, "오재혁")
    QTest.keyClick(line, Qt.Key.Key_Return)
    hand.rest()
    assert hand.view().node(one).label == "오재혁"
    hand.key(Qt.Key.Key_F2)
    line.setText("x")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    hand.rest()
    assert hand.view().node(one).label == "오재혁"


def test_delete_takes_cards_off_and_lines_away(hand, hanbit):
    hand.scene.choose([], hanbit.edge_id)
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Delete)
    hand.rest()
    assert hand.view().edges == ()
    assert hanbit.edge_id not in hand.scene.relations
    hand.scene.choose([hanbit.nodes[1]])
    hand.key(Qt.Key.Key_Delete)
    hand.rest()
    assert hand.view().node(hanbit.nodes[1]) is None
    assert hand.view().node(hanbit.nodes[4]).reports_to_id == hanbit.nodes[0]


def test_ctrl_z_and_ctrl_shift_z_go_back_and_forth(hand, hanbit):
    first = hand.view()
    hand.scene.choose([hanbit.nodes[1]])
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Delete)
    hand.rest()
    second = hand.view()
    for _ in range(2):
        hand.key(Qt.Key.Key_Z, CTRL)
        hand.qtbot.waitUntil(lambda: hand.view() == first)
        hand.rest()
        assert set(hand.scene.cards) == set(hanbit.nodes)
        assert hanbit.edge_id in hand.scene.relations
        hand.key(Qt.Key.Key_Z, CTRL | SHIFT)
        hand.qtbot.waitUntil(lambda: hand.view() == second)
        hand.rest()
        assert hanbit.nodes[1] not in hand.scene.cards
    assert hand.panel.toolbar.undo_button.isEnabled()


def test_choose_all_zoom_and_escape(hand):
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_A, CTRL)
    assert len(hand.scene.chosen) == len(hand.scene.cards)
    hand.key(Qt.Key.Key_Escape)
    assert hand.scene.chosen == frozenset()
    zoom = hand.canvas.zoom
    QTest.keyClicks(hand.canvas, "-")
    assert hand.canvas.zoom < zoom
    QTest.keyClicks(hand.canvas, "0")
    assert hand.canvas.zoom == zoom


def test_a_seat_is_taken_by_a_person_from_the_menu(hand, hanbit):
    seat = stakeholders.add_placeholder(hand.context.workspace, hanbit.map_id, label="법무 검토자")
    hand.context.hub.announce(seat.changes)
    hand.rest()
    hand.panel._ask_who(seat.id)
    panel = hand.panel.stage.add_panel
    type_text(panel.line, "남궁")
    hand.qtbot.waitUntil(lambda: "남궁민수" in panel.list.item(0).text())
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    hand.rest()
    node = hand.view().node(seat.id)
    assert (node.label, node.kind) == ("남궁민수", NodeKind.PERSON)
