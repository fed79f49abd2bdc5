"""Approval rules by mouse and keys: made piece by piece, changed, refused with a word, taken away; delegates."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_crm.domain.schema.approval_options import ApproverKind
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.ids import UserId
from desktop_crm.services import quotes
from desktop_crm.ui.settings.approvals_card import ApprovalsCard
from desktop_crm.ui.settings.rule_dialog import RuleDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def card(qtbot, workspace, context, show):
    with workspace.write("test") as work:
        me = work.insert("user", {"name": "박팀장", "role": UserRole.MANAGER.value, "active": True})
        work.insert("user", {"name": "이부장", "role": UserRole.MANAGER.value, "active": True})
    workspace.act_as(UserId(me))
    made = show(ApprovalsCard(context))
    qtbot.waitUntil(lambda: made.book is not None)
    return made


def dialog_of(qtbot, card) -> RuleDialog:
    qtbot.mouseClick(card.new, LEFT)
    return next(one for one in card.findChildren(RuleDialog) if one.isVisible())


def test_a_rule_is_made_piece_by_piece(qtbot, card, workspace) -> None:
    dialog = dialog_of(qtbot, card)
    dialog.name.setText("팀장 결재")
    qtbot.keyClicks(dialog.value, "10")
    dialog.add_piece("and")
    dialog.measure.setCurrentIndex(dialog.measure.findData("category"))
    qtbot.keyClicks(dialog.value, "Sensors")
    dialog.add_piece("and")
    assert dialog.conditions.text() == "discount > 10 and category = Sensors"
    dialog._steps[0].who.setCurrentText("박팀장")
    dialog.add_step()
    dialog._steps[1].who.setCurrentText("이부장")
    dialog._steps[1].days.setValue(3)
    with qtbot.waitSignal(dialog.saved):
        qtbot.mouseClick(dialog.keep, LEFT)
    [rule] = quotes.rule_book(workspace).rules
    assert [(one.approver, one.place, one.escalate_days) for one in rule.steps] == [
        (ApproverKind.USER, 1, None),
        (ApproverKind.USER, 2, 3),
    ]
    qtbot.waitUntil(lambda: len(card.book.rules) == 1)


def test_what_cannot_be_read_is_said_and_the_rule_waits(qtbot, card, workspace) -> None:
    dialog = dialog_of(qtbot, card)
    dialog.name.setText("x")
    qtbot.keyClicks(dialog.conditions, "colour = red")
    qtbot.mouseClick(dialog.keep, LEFT)
    qtbot.waitUntil(dialog.word.isVisible)
    assert "colour" in dialog.word.text()
    assert quotes.rule_book(workspace).rules == ()
    dialog.close()


def test_a_rule_is_changed_and_taken_away(qtbot, card, workspace) -> None:
    made = quotes.save_rule(workspace, name="x", conditions="discount > 1", steps=())
    card.refresh()
    qtbot.waitUntil(lambda: len(card.book.rules) == 1)
    card._edit(card.book.rules[0])
    dialog = next(one for one in card.findChildren(RuleDialog) if one.isVisible())
    dialog.active.setChecked(False)
    with qtbot.waitSignal(dialog.saved):
        qtbot.mouseClick(dialog.keep, LEFT)
    assert not quotes.rule_book(workspace).rules[0].active
    card._remove(str(made.id))
    qtbot.waitUntil(lambda: card.book.rules == ())


def test_a_delegate_with_days(qtbot, card, workspace) -> None:
    card.of.setCurrentText("박팀장")
    card.to.setCurrentText("이부장")
    qtbot.keyClicks(card.first, "2026-12-01")
    qtbot.keyClicks(card.last, "2026-12-05")
    qtbot.mouseClick(card.delegate, LEFT)
    qtbot.waitUntil(lambda: len(card.book.delegates) == 1)
    card.to.setCurrentText("박팀장")
    qtbot.mouseClick(card.delegate, LEFT)
    qtbot.waitUntil(card.word.isVisible)
    card._end(str(card.book.delegates[0].id))
    qtbot.waitUntil(lambda: card.book.delegates == ())
