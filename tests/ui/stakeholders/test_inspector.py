"""The panel at the right: edits reach the database, unsaved input is never overwritten, circles are not offered."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, Support
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.influence_field import BAR, LEFT


def rows(hand):
    return hand.panel.inspector.people.rows


def choose_option(hand, name, value):
    combo = rows(hand)[name].editor.combo
    combo.setFocus()
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_values_of_the_chosen_person_are_shown_and_written(hand, hanbit):
    one = hanbit.nodes[4]
    hand.click(one)
    assert rows(hand)["buying_role"].editor.value() == "technical_evaluator"
    assert rows(hand)["influence"].editor.value() == 5
    choose_option(hand, "buying_role", "coach")
    hand.rest()
    choose_option(hand, "support", "enemy")
    hand.rest()
    choose_option(hand, "coverage", "in_depth")
    hand.rest()
    node = hand.view().node(one)
    assert (node.buying_role, node.support, node.coverage) == (BuyingRole.COACH, Support.ENEMY, Coverage.IN_DEPTH)
    assert hand.scene.cards[one].node == node


def test_influence_by_mouse_and_by_keys(hand, hanbit):
    one = hanbit.nodes[4]
    hand.click(one)
    bars = rows(hand)["influence"].editor.bars
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(int(LEFT + BAR * 8.5), 12))
    hand.rest()
    assert hand.view().node(one).influence == 9
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Right)
    hand.rest()
    assert hand.view().node(one).influence == 10
    QTest.keyClick(bars, Qt.Key.Key_Delete)
    hand.rest()
    assert hand.view().node(one).influence is None


def test_the_boss_is_chosen_from_people_who_close_no_circle(hand, hanbit):
    hand.click(hanbit.nodes[1])
    combo = rows(hand)["reports_to_id"].editor.combo
    offered = {combo.itemData(row) for row in range(combo.count())}
    assert offered == {None, hanbit.nodes[0], hanbit.nodes[2], hanbit.nodes[3]}
    choose_option(hand, "reports_to_id", hanbit.nodes[3])
    hand.rest()
    assert hand.view().node(hanbit.nodes[1]).reports_to_id == hanbit.nodes[3]
    choose_option(hand, "reports_to_id", None)
    hand.rest()
    assert hand.view().node(hanbit.nodes[1]).reports_to_id is None


def test_text_is_written_when_left_and_a_note_keeps_its_lines(hand, hanbit):
    one = hanbit.nodes[2]
    hand.click(one)
    line = rows(hand)["title"].editor.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "CFO")
    QTest.keyClick(line, Qt.Key.Key_Return)
    hand.rest()
    notes = rows(hand)["note"].editor.notes
    notes.setFocus()
    QTest.keyClicks(notes, "first")
    QTest.keyClick(notes, Qt.Key.Key_Return)
    QTest.keyClicks(notes, "second")
    QTest.keyClick(notes, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hand.rest()
    node = hand.view().node(one)
    assert (node.title, node.note) == ("CFO", "first\nsecond")


def test_unsaved_input_is_not_overwritten_by_a_change_from_elsewhere(hand, hanbit):
    one = hanbit.nodes[2]
    hand.click(one)
    line = rows(hand)["department"].editor.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "half typed")
    changes = stakeholders.set_fields(hand.context.workspace, hanbit.map_id, [one], {"influence": 2})
    hand.context.hub.announce(changes)
    hand.rest()
    assert line.text() == "half typed"
    assert rows(hand)["influence"].editor.value() == 2


def test_many_people_share_one_edit(hand, hanbit):
    hand.scene.choose(hanbit.nodes[2:4])
    assert rows(hand)["support"].editor.value() == "neutral"
    assert rows(hand)["buying_role"].editor.value() is None
    assert not rows(hand)["note"].isVisibleTo(hand.panel.inspector)
    choose_option(hand, "support", "supporter")
    hand.rest()
    assert {hand.view().node(one).support for one in hanbit.nodes[2:4]} == {Support.SUPPORTER}


def test_a_line_is_chosen_by_a_click_and_edited(hand, hanbit):
    line = hand.scene.relations[hanbit.edge_id]
    hand.click(line._pill.center())
    assert hand.scene.chosen_line == hanbit.edge_id
    pane = hand.panel.inspector.line
    for name, value in (("kind", "conflicts_with"), ("strength", 1)):
        combo = pane.rows[name].editor.combo
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.emit(combo.currentIndex())
        hand.rest()
    (edge,) = hand.view().edges
    assert (edge.kind, edge.strength) == (EdgeKind.CONFLICTS_WITH, 1)
    assert hand.scene.chosen_line == hanbit.edge_id


def test_the_way_to_the_buyer_and_the_findings_are_told(hand, hanbit):
    hand.click(hanbit.nodes[4])
    assert hand.panel.inspector._way_people.text() == "박서연 → 이정훈 → 최민아 → 정도윤"
    pills = {pill.text() for pill in hand.panel.coverage.findChildren(type(hand.panel.toolbar.align_button))}
    assert {"Champion ✓", "Economic buyer assumed", "User buyer missing", "2 influential without contact"} <= pills


def test_a_pill_shows_its_people(hand, hanbit):
    pill = next(
        one
        for one in hand.panel.coverage.findChildren(type(hand.panel.toolbar.align_button))
        if one.objectName().startswith("high_influence")
    )
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert hand.scene.chosen == {hanbit.nodes[2], hanbit.nodes[5]}


def test_a_field_with_help_stands_no_lower_than_one_without(hand, hanbit):
    hand.click(hanbit.nodes[1])
    rows = hand.page.panel.inspector.people.rows
    helped, plain = rows["buying_role"], rows["reports_to_id"]
    assert helped.corner.count() == 1
    assert not plain.corner.count()
    assert helped.height() - plain.height() <= 2
