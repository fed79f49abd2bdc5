"""Every gesture with a real mouse on the viewport: what it previews, what it writes, and that Escape leaves no trace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.schema.options import EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.stakeholders.menus import CardAct, CardMenu, LineMenu


def places(hand):
    return {one: card.pos() for one, card in hand.scene.cards.items()}


def test_a_click_chooses_ctrl_click_adds_and_takes_away(hand, hanbit):
    one, two = hanbit.nodes[1:3]
    hand.click(one)
    assert hand.scene.chosen == {one}
    hand.click(two, Qt.KeyboardModifier.ControlModifier)
    assert hand.scene.chosen == {one, two}
    hand.click(one, Qt.KeyboardModifier.ControlModifier)
    assert hand.scene.chosen == {two}
    hand.click(hand.scene.people_rect().bottomRight() + QPointF(30, 30))
    assert hand.scene.chosen == frozenset()


def test_dragging_a_card_onto_another_changes_the_boss(hand, hanbit):
    hand.drag(hanbit.nodes[4], hanbit.nodes[3])
    hand.rest()
    assert hand.view().node(hanbit.nodes[4]).reports_to_id == hanbit.nodes[3]
    assert hand.scene.reports[hanbit.nodes[4]].boss.node.id == hanbit.nodes[3]


def test_a_drop_that_would_close_a_circle_is_shown_as_refused_and_writes_nothing(hand, hanbit):
    top, low = hanbit.nodes[0], hanbit.nodes[4]
    before, stood = hand.view(), places(hand)
    hand.press(top)
    hand.move(hand.scene.cards[top].middle() + QPointF(40, 40))
    hand.move(low)
    assert CardState.REFUSED in hand.scene.cards[low].state
    told = []
    hand.context.reporter.reported.connect(told.append)
    hand.context.reporter.setProperty("expected", 1)
    hand.release(low)
    hand.rest()
    hand.qtbot.waitUntil(lambda: bool(told))
    assert hand.view() == before
    assert places(hand) == stood
    assert hand.scene.cards[low].state is CardState.PLAIN


def test_nothing_is_written_while_the_button_is_down_and_escape_leaves_no_trace(hand, hanbit):
    before, stood, one = hand.view(), places(hand), hanbit.nodes[3]
    count = hand.context.undo.count()
    hand.press(one)
    hand.move(hand.scene.cards[one].middle() + QPointF(80, 120))
    assert hand.scene.cards[one].pos() != stood[one]
    assert hand.view() == before
    hand.key(Qt.Key.Key_Escape)
    assert places(hand) == stood
    assert hand.scene.chosen == frozenset()
    hand.release(one)
    hand.rest()
    assert hand.view() == before
    assert hand.context.undo.count() == count
    assert hand.canvas.gesture is None


def test_a_card_moved_on_a_free_map_stays_where_it_was_dropped(hand, hanbit):
    hand.editor.set_layout(MapLayout.FREE)
    hand.rest()
    one = hanbit.nodes[3]
    start = hand.scene.cards[one].pos()
    free = hand.scene.cards[one].middle() + QPointF(30, 160)
    hand.drag(one, free)
    hand.rest()
    node = hand.view().node(one)
    assert (QPointF(node.x, node.y) - start - QPointF(30, 160)).manhattanLength() < 4
    assert hand.scene.cards[one].pos() == QPointF(node.x, node.y)


def test_a_card_pulled_out_of_the_org_chart_makes_the_map_free_and_keeps_what_was_seen(hand, hanbit):
    one, stood = hanbit.nodes[3], places(hand)
    hand.drag(one, hand.scene.cards[one].middle() + QPointF(0, 170))
    hand.rest()
    assert hand.view().layout is MapLayout.FREE
    now = places(hand)
    assert now[one] != stood[one]
    others = [node for node in hanbit.nodes if node != one]
    assert all((now[node] - stood[node]).manhattanLength() < 2 for node in others)
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.qtbot.waitUntil(lambda: hand.view().layout is MapLayout.ORG_CHART)
    hand.rest()
    assert places(hand) == stood


def test_a_slip_of_the_hand_in_the_org_chart_changes_nothing(hand, hanbit):
    before, one = hand.view(), hanbit.nodes[3]
    hand.drag(one, hand.scene.cards[one].middle() + QPointF(8, 8))
    hand.rest()
    assert hand.view() == before


def test_a_drop_in_another_cell_of_the_grid_says_attitude_and_influence(hand, hanbit):
    hand.editor.set_layout(MapLayout.INFLUENCE_SUPPORT)
    hand.rest()
    hand.canvas.fit()
    frame = hand.scene.frame
    column = next(one for one in frame.columns if one.key is Support.ENEMY)
    row = frame.rows[2]
    hand.drag(hanbit.nodes[3], QPointF(column.start + column.extent / 2, row.start + row.extent - 20))
    hand.rest()
    node = hand.view().node(hanbit.nodes[3])
    assert (node.support, node.influence) == (Support.ENEMY, 2)
    before = hand.view()
    hand.drag(hanbit.nodes[3], hand.scene.cards[hanbit.nodes[3]].middle() + QPointF(20, 20))
    hand.rest()
    assert hand.view() == before  # within its cell


def test_in_the_grid_a_drop_on_somebody_means_their_cell_and_not_their_report(hand, hanbit):
    hand.editor.set_layout(MapLayout.INFLUENCE_SUPPORT)
    hand.rest()
    hand.canvas.fit()
    person, other = hanbit.nodes[3], hanbit.nodes[1]
    boss = hand.view().node(person).reports_to_id
    hand.drag(person, other)
    hand.rest()
    node = hand.view().node(person)
    assert (node.support, node.influence, node.reports_to_id) == (Support.MENTOR, 8, boss)


def test_a_press_on_the_map_closes_the_panel_for_adding(hand, hanbit):
    hand.panel.ask_for_person()
    assert hand.panel.stage.add_panel.isVisible()
    hand.click(hanbit.nodes[0])
    assert not hand.panel.stage.add_panel.isVisible()
    assert hand.canvas.accessibleDescription().startswith("최민아")


def test_a_double_click_edits_a_name_or_adds_somebody_there(hand, hanbit):
    spot = hand.at(hanbit.nodes[2])
    QTest.mouseDClick(hand.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert hand.panel.stage.name_editor.isVisible()
    hand.qtbot.keyClick(hand.panel.stage.name_editor, Qt.Key.Key_Escape)
    free = hand.at(hand.scene.people_rect().bottomRight() + QPointF(20, 20))
    QTest.mouseDClick(hand.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, free)
    assert hand.panel.stage.add_panel.isVisible()


def test_the_menu_of_a_card_offers_what_fits_and_does_it(hand, hanbit):
    hand.panel._on_menu_wanted(hand.canvas.mapToGlobal(QPoint(50, 50)), hand.scene.cards[hanbit.nodes[4]].middle())
    menu = hand.panel.findChild(CardMenu)
    offered = {action.data() for action in menu.actions() if action.data()}
    menu.close()
    assert offered == {CardAct.ADD, CardAct.FIT, CardAct.PASTE}  # nobody was chosen
    hand.scene.choose([hanbit.nodes[4]])
    hand.panel._on_menu_wanted(hand.canvas.mapToGlobal(QPoint(50, 50)), hand.scene.cards[hanbit.nodes[4]].middle())
    menu = [one for one in hand.panel.findChildren(CardMenu) if one.isVisible()][-1]
    action = next(one for one in menu.actions() if one.data() == CardAct.MARK_LEFT)
    hand.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    hand.rest()
    assert hand.view().node(hanbit.nodes[4]).kind is NodeKind.DEPARTED


def test_a_drag_from_a_cards_edge_draws_a_line_and_asks_for_its_kind(hand, hanbit):
    source, target = hanbit.nodes[3], hanbit.nodes[5]
    edge = hand.scene.cards[source].pos() + QPointF(95, CARD_HEIGHT - 1)
    hand.drag(edge, target)
    menu = hand.panel.findChild(LineMenu)
    hand.qtbot.waitUntil(menu.isVisible)
    action = next(one for one in menu.actions() if one.data() and EdgeKind.CONFLICTS_WITH in one.data())
    hand.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    hand.rest()
    drawn = [one for one in hand.view().edges if one.source_id == source]
    assert [(one.target_id, one.kind) for one in drawn] == [(target, EdgeKind.CONFLICTS_WITH)]
    assert drawn[0].id in hand.scene.relations


def test_a_line_without_a_choice_or_cancelled_writes_nothing(hand, hanbit):
    before = hand.view()
    card = hand.scene.cards[hanbit.nodes[3]]
    items = len(hand.scene.items())
    hand.press(card.pos() + QPointF(95, 1))
    hand.move(hanbit.nodes[5])
    assert len(hand.scene.items()) == items + 1
    hand.key(Qt.Key.Key_Escape)
    assert len(hand.scene.items()) == items
    hand.release(hanbit.nodes[5])
    hand.drag(card.pos() + QPointF(95, 1), hanbit.nodes[5])
    menu = hand.panel.findChild(LineMenu)
    hand.qtbot.keyClick(menu, Qt.Key.Key_Escape)
    hand.rest()
    assert hand.view() == before
    assert len(hand.scene.items()) == items


def test_a_line_drawn_to_free_ground_adds_somebody_below(hand, hanbit):
    card = hand.scene.cards[hanbit.nodes[3]]
    hand.drag(card.pos() + QPointF(95, CARD_HEIGHT - 1), card.middle() + QPointF(20, 160))
    panel = hand.panel.stage.add_panel
    assert panel.isVisible()
    assert "한소라" in panel.title.whole()


def test_the_rubber_band_chooses_what_it_touches_and_ctrl_keeps_the_rest(hand, hanbit):
    low = (
        hand.scene.cards[hanbit.nodes[4]]
        .sceneBoundingRect()
        .united(hand.scene.cards[hanbit.nodes[5]].sceneBoundingRect())
    )
    hand.drag(low.bottomLeft() + QPointF(-10, 20), low.topRight() + QPointF(-10, 20))
    assert hand.scene.chosen == set(hanbit.nodes[4:6])
    one = hand.scene.cards[hanbit.nodes[3]].sceneBoundingRect()
    hand.drag(one.bottomRight() + QPointF(20, 10), one.center(), modifiers=Qt.KeyboardModifier.ControlModifier)
    assert hand.scene.chosen == set(hanbit.nodes[3:6])
    hand.press(low.bottomLeft() + QPointF(-10, 30))
    hand.move(low.center())
    hand.key(Qt.Key.Key_Escape)
    assert hand.scene.chosen == set(hanbit.nodes[3:6])


def test_many_chosen_cards_move_together(hand, hanbit):
    hand.editor.set_layout(MapLayout.FREE)
    hand.rest()
    stood = places(hand)
    hand.scene.choose(hanbit.nodes[4:6])
    hand.drag(hanbit.nodes[4], hand.scene.cards[hanbit.nodes[4]].middle() + QPointF(0, 150))
    hand.rest()
    now = places(hand)
    assert now[hanbit.nodes[4]] - stood[hanbit.nodes[4]] == now[hanbit.nodes[5]] - stood[hanbit.nodes[5]]
    assert now[hanbit.nodes[0]] == stood[hanbit.nodes[0]]


@pytest.mark.parametrize("by", ["space", "middle"])
def test_the_paper_follows_the_hand(hand, hanbit, by):
    before, seen = hand.view(), hand.canvas.seen()
    hand.canvas.setFocus()
    button = Qt.MouseButton.LeftButton if by == "space" else Qt.MouseButton.MiddleButton
    start = hand.canvas.mapToScene(QPoint(400, 300))
    if by == "space":
        hand.qtbot.keyPress(hand.canvas, Qt.Key.Key_Space)
    hand.drag(start, start + QPointF(60, 40), button)
    if by == "space":
        hand.qtbot.keyRelease(hand.canvas, Qt.Key.Key_Space)
    moved = hand.canvas.seen().topLeft() - seen.topLeft()
    assert (moved + QPointF(60, 40)).manhattanLength() < 3
    assert hand.view() == before


def test_the_wheel_zooms_to_the_cursor(hand):
    spot = QPoint(300, 200)
    under = hand.canvas.mapToScene(spot)
    zoom = hand.canvas.zoom
    wheel = QWheelEvent(
        QPointF(spot),
        QPointF(hand.canvas.viewport().mapToGlobal(spot)),
        QPoint(),
        QPoint(0, -360),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(hand.canvas.viewport(), wheel)
    assert hand.canvas.zoom < zoom
    assert (hand.canvas.mapToScene(spot) - under).manhattanLength() < 4


def test_what_arrives_during_a_gesture_waits_until_it_ends(hand, hanbit):
    one, boss = hanbit.nodes[3], hanbit.nodes[2]
    hand.press(one)
    hand.move(hand.scene.cards[one].middle() + QPointF(60, 60))
    grabbed = hand.scene.cards[one].pos()
    changes = stakeholders.set_reports_to(hand.context.workspace, hand.editor.view.id, [hanbit.nodes[5]], boss)
    with hand.qtbot.waitSignal(hand.context.hub.changed):
        hand.context.hub.announce(changes)
    hand.qtbot.wait(150)
    assert hand.scene.cards[one].pos() == grabbed
    hand.key(Qt.Key.Key_Escape)
    hand.release(one)
    hand.rest()
    assert hand.scene.reports[hanbit.nodes[5]].boss.node.id == boss
