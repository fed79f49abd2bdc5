"""Copy and paste between maps, groups, snapping, and lines that no card hides: by real keys and mouse."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop_crm.domain.schema.options import BuyingRole, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.clipboard import from_clipboard
from desktop_crm.ui.stakeholders.items import ABOVE_Z
from desktop_crm.ui.stakeholders.menus import AlignMenu, CardMenu

CTRL = Qt.KeyboardModifier.ControlModifier


def open_other(hand, account_id=None):
    map_id = stakeholders.create_map(hand.context.workspace, account_id=account_id, name="둘째").map_id
    hand.page.open_row(map_id)
    hand.rest()
    return map_id


def test_cards_are_copied_to_another_map_with_thoughts_and_lines(hand, hanbit):
    hand.scene.choose(hanbit.nodes[:3])
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().startswith("최민아")
    open_other(hand)
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_V, CTRL)
    hand.rest()
    view = hand.view()
    by_name = {node.label: node for node in view.nodes}
    assert set(by_name) == {"최민아", "이정훈", "정도윤"}
    assert (by_name["이정훈"].support, by_name["이정훈"].buying_role) == (Support.MENTOR, BuyingRole.CHAMPION)
    assert by_name["이정훈"].reports_to_id == by_name["최민아"].id
    assert [(edge.kind, edge.strength) for edge in view.edges] == [(EdgeKind.INFLUENCES, 3)]
    hand.key(Qt.Key.Key_V, CTRL)  # they are there already
    hand.rest()
    assert hand.view() == view
    hand.key(Qt.Key.Key_Z, CTRL)
    hand.qtbot.waitUntil(lambda: not hand.view().nodes)
    hand.rest()


def test_cards_are_cut_and_pasted_onto_another_map_as_they_were(hand, hanbit):
    hand.scene.choose(hanbit.nodes[:3])
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_X, CTRL)
    hand.rest()
    assert {node.label for node in hand.view().nodes} == {"한소라", "박서연", "오재석"}
    assert hand.view().edges == ()
    open_other(hand)
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_V, CTRL)
    hand.rest()
    by_name = {node.label: node for node in hand.view().nodes}
    assert set(by_name) == {"최민아", "이정훈", "정도윤"}
    assert by_name["이정훈"].reports_to_id == by_name["최민아"].id
    assert by_name["이정훈"].support is Support.MENTOR
    assert [(edge.kind, edge.strength) for edge in hand.view().edges] == [(EdgeKind.INFLUENCES, 3)]
    assert hand.scene.chosen == {node.id for node in by_name.values()}  # what was pasted is in hand


def test_a_line_that_was_gone_before_a_cut_does_not_come_back(hand, hanbit):
    stakeholders.delete(hand.context.workspace, hanbit.map_id, edge_ids=[hanbit.edge_id])
    hand.editor.refresh()
    hand.rest()
    hand.scene.choose(hanbit.nodes[:2])
    hand.editor.cut_chosen()
    hand.rest()
    hand.editor.paste()
    hand.rest()
    assert {"최민아", "이정훈"} <= {node.label for node in hand.view().nodes}
    assert hand.view().edges == ()


def test_nothing_is_cut_from_another_day(hand, hanbit):
    hand.editor.show_past(hand.view(), {}, None)
    hand.scene.choose(hanbit.nodes[:1])
    hand.editor.cut_chosen()
    hand.editor.show_past(None, {}, None)
    hand.rest()
    assert len(hand.view().nodes) == 6


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_Left, "x"), (Qt.Key.Key_Up, "y")])
def test_keys_bring_chosen_cards_onto_one_edge(hand, hanbit, key, name):
    stakeholders.set_layout(hand.context.workspace, hanbit.map_id, MapLayout.FREE)
    hand.editor.refresh()
    hand.rest()
    hand.scene.choose(hanbit.nodes)
    hand.canvas.setFocus()
    before = min(getattr(node, name) for node in hand.view().nodes)
    hand.key(key, CTRL | Qt.KeyboardModifier.AltModifier)
    hand.rest()
    assert {getattr(node, name) for node in hand.view().nodes} == {before}
    hand.key(Qt.Key.Key_Z, CTRL)
    hand.qtbot.waitUntil(lambda: len({getattr(node, name) for node in hand.view().nodes}) > 1)
    hand.rest()


def test_the_menu_of_cards_offers_all_alignments(hand, hanbit):
    stakeholders.set_layout(hand.context.workspace, hanbit.map_id, MapLayout.FREE)
    hand.editor.refresh()
    hand.rest()
    hand.scene.choose(hanbit.nodes[:2])
    menu = CardMenu(hand.view(), hand.scene.chosen, line=False, parent=hand.panel)
    menu.taken.connect(hand.panel._on_menu_taken)
    (inner,) = menu.findChildren(AlignMenu)
    acts = {act.data(): act for act in inner.actions() if act.data()}
    assert not acts[Alignment.ACROSS].isEnabled()  # two cards have one distance only
    acts[Alignment.RIGHT].trigger()
    menu.close()
    hand.rest()
    one, other = (hand.view().node(node_id) for node_id in hanbit.nodes[:2])
    assert one.x == other.x


def test_lines_reach_somebody_who_is_on_the_other_map_already(hand, hanbit):
    hand.scene.choose(hanbit.nodes[:2])
    hand.editor.copy_chosen()
    map_id = open_other(hand)
    contact = stakeholders.view(hand.context.workspace, hanbit.map_id).node(hanbit.nodes[0]).contact_id
    boss = stakeholders.add_person(hand.context.workspace, map_id, contact_id=contact).id
    hand.editor.paste()
    hand.rest()
    (report,) = [node for node in hand.view().nodes if node.id != boss]
    assert report.reports_to_id == boss
    assert hand.view().edges[0].target_id == boss


def test_seats_and_groups_are_doubled_within_a_map(hand, hanbit):
    workspace, map_id = hand.context.workspace, hanbit.map_id
    seat = stakeholders.add_placeholder(workspace, map_id, label="법무").id
    group = stakeholders.group(workspace, map_id, [seat], "법무팀").id
    hand.editor.refresh()
    hand.rest()
    hand.scene.choose([seat, group])
    hand.editor.copy_chosen()
    hand.editor.paste()
    hand.rest()
    nodes = hand.view().nodes
    copies = [node for node in nodes if node.id not in {seat, group} and node.contact_id is None]
    assert {(node.kind, node.label) for node in copies} == {(NodeKind.PLACEHOLDER, "법무"), (NodeKind.GROUP, "법무팀")}
    inner = next(node for node in copies if node.kind is NodeKind.PLACEHOLDER)
    assert inner.group_id == next(node.id for node in copies if node.kind is NodeKind.GROUP)


def test_something_else_on_the_clipboard_is_not_pasted(hand):
    QGuiApplication.clipboard().setText("hello")
    assert from_clipboard() is None
    before = hand.view()
    hand.editor.paste()
    hand.rest()
    assert hand.view() == before


@pytest.fixture
def free(hand):
    hand.editor.set_layout(MapLayout.FREE)
    hand.rest()
    return hand


def test_a_group_is_made_by_keys_and_moved_by_its_card(free, hanbit):
    members = hanbit.nodes[4:6]
    free.scene.choose(members)
    free.canvas.setFocus()
    free.key(Qt.Key.Key_G, CTRL)
    free.rest()
    group = next(node for node in free.view().nodes if node.kind is NodeKind.GROUP)
    assert {node.id for node in free.view().nodes if node.group_id == group.id} == set(members)
    frame = free.scene.groups[group.id]
    assert all(frame.boundingRect().contains(free.scene.cards[one].middle()) for one in (*members, group.id))
    before = {one: free.scene.cards[one].pos() for one in members}
    free.canvas.fit()
    free.drag(group.id, free.scene.cards[group.id].middle() + QPointF(-120, 240))
    free.rest()
    moved = {one: free.scene.cards[one].pos() - before[one] for one in members}
    assert all(way.y() > 200 for way in moved.values())
    assert len({(round(way.x()), round(way.y())) for way in moved.values()}) == 1
    free.scene.choose(members)
    free.editor.set_fields(members, {"group_id": None})
    free.rest()
    assert free.scene.groups == {}


def test_a_card_snaps_into_line_with_another_unless_alt_is_held(free, hanbit):
    one, other = hanbit.nodes[5], hanbit.nodes[3]
    home, lane = free.scene.home(one), free.scene.home(other).x()
    goal = free.scene.cards[one].middle() + QPointF(lane - home.x() + 3, 140)
    free.drag(one, goal)
    free.rest()
    assert free.view().node(one).x == lane
    free.drag(one, free.scene.cards[one].middle() + QPointF(3, 60), modifiers=Qt.KeyboardModifier.AltModifier)
    free.rest()
    assert abs(free.view().node(one).x - lane - 3) <= 1


def test_a_line_covers_no_name_unless_it_is_chosen(hand, hanbit):
    workspace, nodes = hand.context.workspace, hanbit.nodes
    for source, target in ((1, 3), (4, 3), (5, 2), (4, 0)):
        stakeholders.connect(workspace, hanbit.map_id, nodes[source], nodes[target], EdgeKind.KNOWS)
    for layout in MapLayout:
        hand.editor.set_layout(layout)
        hand.editor.refresh()
        hand.rest()
        assert all(line.zValue() < line.source.zValue() for line in hand.scene.relations.values())
    hand.scene.choose([nodes[4]])
    above = {line for line in hand.scene.relations.values() if line.zValue() == ABOVE_Z}
    assert above == {
        line for line in hand.scene.relations.values() if nodes[4] in {line.source.node.id, line.target.node.id}
    }
    assert above
    hand.scene.choose([], next(iter(hand.scene.relations)))
    assert [line.edge.id for line in hand.scene.relations.values() if line.zValue() == ABOVE_Z] == [
        hand.scene.chosen_line
    ]


def test_escape_during_a_group_drag_leaves_no_trace(free, hanbit):
    group = stakeholders.group(free.context.workspace, hanbit.map_id, hanbit.nodes[4:6], "팀").id
    free.editor.refresh()
    free.rest()
    free.canvas.fit()
    before = {one: card.pos() for one, card in free.scene.cards.items()}
    bounds = free.scene.groups[group].boundingRect()
    free.press(group)
    free.move(free.scene.cards[group].middle() + QPointF(80, 80))
    free.key(Qt.Key.Key_Escape)
    assert {one: card.pos() for one, card in free.scene.cards.items()} == before
    assert free.scene.groups[group].boundingRect() == bounds
    free.release(group)


def test_a_new_group_asks_for_its_name_and_shows_its_own_values(free, hanbit):
    free.scene.choose(hanbit.nodes[4:6])
    free.canvas.setFocus()
    free.key(Qt.Key.Key_G, CTRL)
    free.rest()
    name = free.panel.stage.name_editor
    assert name.isVisible()
    name.setText("현업")
    QTest.keyClick(name, Qt.Key.Key_Return)
    free.rest()
    (group,) = (node for node in free.view().nodes if node.kind is NodeKind.GROUP)
    assert group.label == "현업"
    inspector = free.panel.inspector
    shown = {field for field, row in inspector.people.rows.items() if not row.isHidden()}
    assert shown == {"label", "reports_to_id", "note"}
    assert inspector.knowledge.isHidden()
    assert "2" in inspector._place.text()
    free.scene.choose([hanbit.nodes[0]])
    assert not inspector.people.rows["support"].isHidden()


def test_a_frame_encloses_nobody_who_is_not_in_the_group(free, hanbit):
    one, between, other = hanbit.nodes[1:4]
    free.editor.act("test", partial(stakeholders.move, free.context.workspace, hanbit.map_id,
                                    {one: (0, 3000), between: (260, 3000), other: (520, 3000)}))  # fmt: skip
    free.rest()
    group = stakeholders.group(free.context.workspace, hanbit.map_id, [one, other], "팀").id
    free.editor.refresh()
    free.rest()
    frame = free.scene.groups[group]
    assert not frame.outline.intersects(free.scene.cards[between].sceneBoundingRect())
    for member in (group, one, other):
        assert frame.outline.contains(free.scene.cards[member].middle())
    free.editor.act("test", partial(stakeholders.move, free.context.workspace, hanbit.map_id, {between: (260, 6000)}))
    free.rest()
    middle = (free.scene.cards[one].middle() + free.scene.cards[other].middle()) / 2
    assert free.scene.groups[group].outline.contains(middle)  # nobody stands between any more: one frame around all


def test_undo_shows_the_map_on_which_it_happened_and_names_it(qtbot, hand, hanbit):
    context, page = hand.context, hand.page
    said = []
    context.undo.turned.connect(lambda text, _undone: said.append(text))
    hand.editor.set_fields([hanbit.nodes[0]], {"influence": 3})
    hand.rest()
    other = stakeholders.create_map(context.workspace, name="둘째").map_id
    page.open_row(other)
    hand.rest()
    context.undo.acts.look()
    entry = next(one for one in context.undo.acts.entries() if "set_fields" in one.facts.cause)
    context.undo.turn(entry.id, undone=True)
    qtbot.waitUntil(lambda: hand.editor.view is not None and hand.editor.view.id == hanbit.map_id)
    assert "한빛전자" in said[-1]
    hand.rest()
    assert hand.view().node(hanbit.nodes[0]).influence == 10


def test_at_the_end_copied_cards_stay_on_the_clipboard_as_words_only(hand, hanbit):
    hand.scene.choose([hanbit.nodes[0]])
    hand.editor.copy_chosen()
    assert from_clipboard() is not None
    hand.context.lanes.stop()
    assert from_clipboard() is None
    assert "최민아" in QGuiApplication.clipboard().text()
