"""What the map says and the acts that mend it, by real clicks and keys: findings, ties, evidence, help to choose."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, EvidenceTopic, NodeKind, Support
from desktop_crm.domain.stakeholders.findings import Rule
from desktop_crm.domain.stakeholders.scorecard import LetterState
from desktop_crm.i18n import formats
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.help_choose import QUESTIONS
from desktop_crm.ui.stakeholders.menus import LineMenu


def press(part):
    QTest.mouseClick(part, Qt.MouseButton.LeftButton)


def mend(hand, rule, role=""):
    """Press the button that mends a finding."""
    hand.scene.choose([])
    button = hand.panel.inspector.summary.findChild(QPushButton, f"mend:{rule}:{role}")
    press(button)
    hand.rest()


@pytest.fixture
def ours(workspace):
    with workspace.write("test") as work:
        user = work.insert("user", {"name": "김하늘"})
    workspace.act_as(user)
    return user


def test_a_missing_role_becomes_a_vacant_seat_in_one_press_and_goes_with_one_undo(hand):
    mend(hand, Rule.ROLE_MISSING, BuyingRole.USER_BUYER)
    (seat,) = [node for node in hand.view().nodes if node.kind is NodeKind.PLACEHOLDER]
    assert seat.buying_role is BuyingRole.USER_BUYER
    hand.panel.canvas.setFocus()
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.qtbot.waitUntil(lambda: seat.id not in {node.id for node in hand.view().nodes})
    hand.rest()


def test_a_seat_is_mended_by_a_name(hand):
    mend(hand, Rule.ROLE_MISSING, BuyingRole.USER_BUYER)
    mend(hand, Rule.ROLE_GUESSED, BuyingRole.USER_BUYER)
    assert hand.panel.stage.add_panel.isVisible()
    hand.panel.stage.add_panel.close_panel()


def test_influence_without_contact_is_mended_by_a_visit_with_the_first_of_them(hand, hanbit):
    asked = []
    hand.context.routes.creation_requested.connect(lambda entity, fields: asked.append((entity, fields)))
    mend(hand, Rule.HIGH_INFLUENCE_NO_CONTACT)
    ((entity, fields),) = asked
    contact = hand.view().node(hanbit.nodes[2]).contact_id
    assert (entity, fields["kind"], fields["contact_id"]) == ("activity", "visit", contact)
    assert fields["account_id"] == hanbit.account_id
    assert hand.scene.chosen == {hanbit.nodes[2]}


def test_a_buyer_without_a_way_is_mended_by_a_line(hand, hanbit):
    stakeholders.set_reports_to(hand.context.workspace, hanbit.map_id, [hanbit.nodes[2]], None)
    hand.editor.refresh()
    hand.rest()
    mend(hand, Rule.NO_WAY)
    menu = hand.panel.findChild(LineMenu)
    hand.qtbot.waitUntil(menu.isVisible)
    knows = next(act for act in menu.actions() if act.data() and act.data()[-1] == EdgeKind.KNOWS)
    knows.trigger()
    menu.close()
    hand.rest()
    assert {edge.kind for edge in hand.view().edges} == {EdgeKind.INFLUENCES, EdgeKind.KNOWS}
    assert Rule.NO_WAY not in {one.rule for one in hand.editor.reading.findings}


def test_a_tie_of_ours_opens_the_way_and_a_competitors_is_told(hand, hanbit, ours):
    hand.panel.advisor.look()
    hand.click(hanbit.nodes[1])
    knowledge = hand.panel.inspector.knowledge
    hand.qtbot.waitUntil(lambda: knowledge.who.count() == 1)
    knowledge.who.setEditText("김하늘")
    knowledge.how.setCurrentIndex(2)
    press(knowledge.add_tie)
    hand.rest()
    knowledge.who.setEditText("한성설비")
    QTest.keyClick(knowledge.who.lineEdit(), Qt.Key.Key_Return)
    hand.rest()
    ties = hand.view().ties
    assert [(one.user_id, one.competitor, one.strength) for one in ties] == [(ours, "", 3), (None, "한성설비", 3)]
    best = hand.editor.reading.ways[0]
    assert (best.user_name, best.node_ids[0]) == ("김하늘", hanbit.nodes[1])
    assert Rule.COMPETITOR_TIE in {one.rule for one in hand.editor.reading.findings}


def test_evidence_of_a_person_keeps_the_value_it_speaks_for(hand, hanbit, ours):
    hand.click(hanbit.nodes[1])
    knowledge = hand.panel.inspector.knowledge
    knowledge.topic.setCurrentIndex(knowledge.topic.findData(EvidenceTopic.SUPPORT.value))
    knowledge.says.setText("임원 회의에서 우리 안을 설명함")
    QTest.keyClick(knowledge.says, Qt.Key.Key_Return)
    hand.rest()
    (one,) = hand.view().evidence
    assert (one.node_id, one.topic, one.value, one.author) == (
        hanbit.nodes[1],
        EvidenceTopic.SUPPORT,
        "mentor",
        "김하늘",
    )
    press(knowledge.add_evidence)  # an empty line writes nothing
    hand.rest()
    assert len(hand.view().evidence) == 1


def test_a_letter_of_the_scorecard_is_proven_from_the_summary(hand, ours):
    hand.scene.choose([])
    summary = hand.panel.inspector.summary
    summary.topic.setCurrentIndex(summary.topic.findData(EvidenceTopic.PAPER_PROCESS.value))
    summary.says.setText("법무 검토 2주")
    press(summary.add)
    hand.rest()
    letter = {one.topic: one for one in hand.editor.reading.scorecard.letters}[EvidenceTopic.PAPER_PROCESS]
    assert (letter.state, letter.newest.body) == (LetterState.PROVEN, "법무 검토 2주")


def test_who_wrote_a_value_is_told_on_its_field(hand, hanbit, ours):
    stakeholders.set_fields(hand.context.workspace, hanbit.map_id, [hanbit.nodes[4]], {"influence": 3})
    hand.editor.refresh()
    hand.rest()
    hand.click(hanbit.nodes[4])
    row = hand.panel.inspector.people.rows["influence"]
    hand.qtbot.waitUntil(lambda: "김하늘" in row.toolTip())
    assert formats.date(hand.context.workspace.today())[:4] in row.toolTip()


def test_a_few_questions_lead_to_a_value(hand, hanbit):
    hand.click(hanbit.nodes[3])
    hand.panel.inspector.people.help_wanted.emit("support", "map_node")
    helper = hand.panel.advisor.help
    assert helper.isVisible()
    QTest.keyClick(helper, Qt.Key.Key_N)
    QTest.keyClick(helper, Qt.Key.Key_N)
    QTest.keyClick(helper, Qt.Key.Key_Backspace)
    press(helper.yes)  # "Would they choose us today?"
    assert not helper.yes.isVisible()
    QTest.keyClick(helper, Qt.Key.Key_Return)
    hand.rest()
    assert hand.view().node(hanbit.nodes[3]).support is Support.SUPPORTER
    hand.panel.inspector.people.help_wanted.emit("coverage", "map_node")
    QTest.keyClick(helper, Qt.Key.Key_Escape)
    assert not helper.isVisible()
    hand.rest()
    assert hand.view().node(hanbit.nodes[3]).coverage is Coverage.BRIEF


def test_no_to_everything_leaves_the_last_value_and_influence_is_a_number(hand, hanbit):
    hand.click(hanbit.nodes[3])
    helper = hand.panel.advisor.help
    helper.ask("influence")
    for _ in range(len(QUESTIONS["influence"]) - 1):
        QTest.keyClick(helper, Qt.Key.Key_N)
    press(helper.take)
    hand.rest()
    assert hand.view().node(hanbit.nodes[3]).influence == 1


def test_the_kind_of_a_line_is_asked_for_too(hand, hanbit):
    hand.scene.choose([], hanbit.edge_id)
    hand.panel.inspector.line.help_wanted.emit("kind", "map_edge")
    helper = hand.panel.advisor.help
    QTest.keyClick(helper, Qt.Key.Key_N)
    QTest.keyClick(helper, Qt.Key.Key_Y)
    press(helper.take)
    hand.rest()
    assert hand.view().edges[0].kind is EdgeKind.CONFLICTS_WITH


def test_every_value_that_can_be_asked_for_exists():

    for name, steps in QUESTIONS.items():
        field = REGISTRY["map_edge" if name == "kind" else "map_node"].field(name)
        values = [value for _, value in steps]
        assert len(set(values)) == len(values)
        if field.options is None:
            assert all(0 <= value <= 10 for value in values)
        else:
            assert set(values) <= {option.value for option in field.options}
        assert not steps[-1][0]
        assert all(question for question, _ in steps[:-1])
