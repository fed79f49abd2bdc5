"""Approval in the builder by keys and mouse: the line under the sums, ask, approve, the inbox, and a negotiation to its end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from desktop_crm.domain.quotes.approvals.standing import ApprovalState
from desktop_crm.domain.schema.approval_options import ApproverKind, Verdict
from desktop_crm.domain.schema.options import QuoteStatus, UserRole
from desktop_crm.foundation.ids import UserId
from desktop_crm.services import quotes, records
from desktop_crm.services.quotes import StepFields
from desktop_crm.services.records import ListQuery
from desktop_crm.ui.quotes.approval import ApprovalDialog
from desktop_crm.ui.quotes.inbox import ApprovalsDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def people(workspace):
    """A manager and a member, who sits at the desk; whole discounts above 10 % are the manager's."""
    with workspace.write("test") as work:
        lead = work.insert("user", {"name": "박팀장", "role": UserRole.MANAGER.value, "active": True})
        me = work.insert("user", {"name": "김하늘", "role": UserRole.MEMBER.value, "active": True})
    workspace.act_as(UserId(me))
    step = StepFields(approver=ApproverKind.USER, user_id=UserId(lead))
    quotes.save_rule(workspace, name="팀장 결재", conditions="discount > 10", steps=(step,))
    return {"lead": lead, "me": me}


def type_discount(qtbot, builder, percent: str) -> None:
    """Type the discount on the whole as a person does."""
    field = builder.totals.percent
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, percent)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: builder.editor.saved)
    qtbot.waitUntil(lambda: builder.editor.draft.discount_percent == Decimal(percent))


def dialog_of(qtbot, builder) -> ApprovalDialog:
    qtbot.mouseClick(builder.approval.more, LEFT)
    found = next(one for one in builder.findChildren(ApprovalDialog) if one.isVisible())
    qtbot.waitUntil(lambda: bool(found.number.text()))
    return found


def press(qtbot, button) -> None:
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, LEFT)


def issue(qtbot, builder) -> None:
    with qtbot.waitSignal(builder.editor.issued):
        qtbot.mouseClick(builder.issue, LEFT)
    qtbot.waitUntil(lambda: not builder.editor.quote.is_draft)


def test_without_rules_nothing_is_shown(qtbot, builder) -> None:
    type_discount(qtbot, builder, "40")
    assert not builder.approval.isVisible()


def test_the_need_is_shown_as_it_arises(qtbot, people, builder) -> None:
    type_discount(qtbot, builder, "9")
    assert not builder.approval.isVisible()
    type_discount(qtbot, builder, "14")
    qtbot.waitUntil(builder.approval.isVisible)
    assert builder.approval.pill.text() == "Approval needed"
    told = builder.approval.text.whole()
    assert all(part in told for part in ("팀장 결재", "14%", "10%"))


def test_asking_and_taking_back_by_mouse(qtbot, people, builder, workspace, quote) -> None:
    type_discount(qtbot, builder, "14")
    qtbot.waitUntil(builder.approval.isVisible)
    dialog = dialog_of(qtbot, builder)
    qtbot.waitUntil(dialog.submit.isVisible)
    qtbot.keyClicks(dialog.reason, "competition")
    press(qtbot, dialog.submit)
    qtbot.waitUntil(dialog.withdraw.isVisible)
    assert not dialog.approve.isVisible()
    assert quotes.approval(workspace, quote).timeline[0].reason == "competition"
    qtbot.waitUntil(lambda: builder.approval.pill.text() == "Waiting for approval")
    press(qtbot, dialog.withdraw)
    qtbot.waitUntil(dialog.submit.isVisible)
    assert quotes.approval(workspace, quote).state is ApprovalState.NEEDED
    dialog.close()


def test_a_note_keeps_the_approval_and_a_discount_voids_it(qtbot, people, builder, workspace, quote) -> None:
    type_discount(qtbot, builder, "14")
    quotes.submit(workspace, quote)
    workspace.act_as(UserId(people["lead"]))
    quotes.answer(workspace, quote, Verdict.APPROVED)
    workspace.act_as(UserId(people["me"]))
    builder.editor.refresh()
    builder.approval.refresh()
    qtbot.waitUntil(lambda: builder.approval.pill.text() == "Approved")
    draft = builder.editor.draft
    builder.editor.edit("note", replace(draft, remarks="a typo less"))
    qtbot.waitUntil(lambda: builder.editor.saved and builder.approval.look.changed != ())
    qtbot.waitUntil(lambda: builder.approval.pill.text() == "Approved")
    type_discount(qtbot, builder, "15")
    qtbot.waitUntil(lambda: builder.approval.pill.text() == "Approval no longer holds")


def test_the_inbox_shows_what_waits_and_opens_it(qtbot, people, page, builder, context, workspace, quote) -> None:
    type_discount(qtbot, builder, "14")
    quotes.submit(workspace, quote, "곧 만납니다")
    workspace.act_as(UserId(people["lead"]))
    inbox = ApprovalsDialog(context)
    qtbot.addWidget(inbox)
    inbox.show()
    qtbot.waitUntil(lambda: inbox.waiting.count() == 2)
    with qtbot.waitSignal(inbox.open_wanted) as opened:
        from PySide6.QtWidgets import QPushButton

        button = inbox.waiting.itemAt(0).widget().findChild(QPushButton)
        qtbot.mouseClick(button, LEFT)
    assert opened.args == [quote]


def test_granting_without_a_team_is_said_in_the_window(qtbot, people, context, account) -> None:
    inbox = ApprovalsDialog(context)
    qtbot.addWidget(inbox)
    inbox.show()
    inbox.tabs.choose("envelopes")
    inbox.stack.setCurrentIndex(1)
    inbox.form.account.show_reference(account, "한빛전자(주)")
    qtbot.keyClicks(inbox.form.limit, "12")
    qtbot.mouseClick(inbox.form.go, LEFT)
    qtbot.waitUntil(inbox.form.word.isVisible)
    assert inbox.form.word.text()


def test_a_negotiation_from_the_first_version_to_order_and_contract(qtbot, people, builder, workspace, quote) -> None:
    """v1 at 5 %, v2 at 9 %, v3 at 14 % after approval, v4 at 16 % rejected once, asked again, accepted."""
    type_discount(qtbot, builder, "5")
    issue(qtbot, builder)
    type_discount(qtbot, builder, "9")
    issue(qtbot, builder)
    for percent, reject_first in (("14", False), ("16", True)):
        type_discount(qtbot, builder, percent)
        qtbot.waitUntil(builder.approval.isVisible)
        verdicts = [Verdict.REJECTED, Verdict.APPROVED] if reject_first else [Verdict.APPROVED]
        for verdict in verdicts:
            if verdict is Verdict.APPROVED and reject_first:
                type_discount(qtbot, builder, "15")
                qtbot.waitUntil(lambda: builder.approval.pill.text() == "Approval needed")
            dialog = dialog_of(qtbot, builder)
            press(qtbot, dialog.submit)
            qtbot.waitUntil(dialog.withdraw.isVisible)
            dialog.close()
            workspace.act_as(UserId(people["lead"]))
            dialog = dialog_of(qtbot, builder)
            qtbot.waitUntil(dialog.approve.isVisible)
            qtbot.keyClicks(dialog.reason, "as agreed")
            press(qtbot, dialog.approve if verdict is Verdict.APPROVED else dialog.decline)
            qtbot.waitUntil(lambda shown=dialog: not shown.approve.isVisible())
            dialog.close()
            workspace.act_as(UserId(people["me"]))
        issue(qtbot, builder)
    assert [one.version for one in quotes.open_quote(workspace, quote).versions] == [4, 3, 2, 1]
    qtbot.waitUntil(builder.answer.isVisible)
    next(action for action in builder.answer.menu().actions() if action.text() == "Accepted").trigger()
    box = next(box for box in builder.answer.findChildren(QMessageBox) if box.isVisible())
    with qtbot.waitSignal(builder.answer.answered):
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Ok), LEFT)
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.ACCEPTED
    assert len(records.list_rows(workspace, "order", ListQuery()).records) == 1
    assert len(records.list_rows(workspace, "contract", ListQuery()).records) == 1
    kinds = [one.kind for one in quotes.approval(workspace, quote).timeline]
    assert kinds == ["submitted", "approved", "submitted", "rejected", "submitted", "approved"]
