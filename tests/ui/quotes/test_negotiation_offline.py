"""A negotiation played by keys and mouse between two laptops and a server: approval from afar, then an envelope at the customer's desk."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QMessageBox

from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.schema.approval_options import ApproverKind, Verdict
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import quotes, records, sync
from desktop_crm.services.quotes import StepFields
from desktop_crm.services.records import ListQuery
from desktop_crm.services.workspace import init_workspace
from desktop_crm.ui.quotes.page import QuotesPage
from desktop_crm.ui.runtime.context import connected
from tests.support.terminal import running
from tests.ui.quotes.conftest import line
from tests.ui.quotes.test_approval import LEFT, dialog_of, issue, press, type_discount


@pytest.fixture
def desks(tmp_path):
    """The manager's laptop and the member's, joined; whole discounts above 10 % are the manager's."""
    with running(tmp_path / "server") as server:
        pair = [
            init_workspace(tmp_path / f"{name}.crm", name=name, secrets=MemoryStore()) for name in ("minji", "junho")
        ]
        for workspace in pair:
            sync.join(workspace, server.address, workspace.name, server.password(workspace.name))
        manager, member = pair
        step = StepFields(approver=ApproverKind.USER, user_id=manager.author.user_id)
        quotes.save_rule(manager, name="팀장 결재", conditions="discount > 10", steps=(step,))
        with manager.write("test") as work:
            work.insert("account", {"name": "한빛전자(주)"})
        meet(manager, member)
        yield manager, member
        for workspace in pair:
            workspace.close()


@pytest.fixture
def my_context(qtbot, theme, desks, settings):
    context = connected(desks[1], settings)
    yield context
    context.lanes.stop()


def meet(*workspaces) -> None:
    for _ in range(2):
        for workspace in workspaces:
            sync.sync_now(workspace)


def test_an_envelope_carries_the_last_round_at_the_customers_desk(qtbot, show, desks, my_context) -> None:
    """v1 at 5 %, v2 at 9 %, v3 at 14 % approved on the manager's laptop, v4 at 16 % without a network, accepted there."""
    manager, member = desks
    [account] = records.list_rows(member, "account", ListQuery()).records
    section = QuoteSection(id=new_row_id(), name="설비", lines=(line("펌프", "2", "1250000"),))
    made = quotes.create(member, account_id=account.id, sections=(section,)).id
    page = show(QuotesPage(my_context))
    builder = page.builder
    with qtbot.waitSignal(builder.editor.opened):
        page.open_row(made)
    for percent in ("5", "9"):
        type_discount(qtbot, builder, percent)
        issue(qtbot, builder)

    type_discount(qtbot, builder, "14")
    qtbot.waitUntil(builder.approval.isVisible)
    dialog = dialog_of(qtbot, builder)
    qtbot.keyClicks(dialog.reason, "competition")
    press(qtbot, dialog.submit)
    qtbot.waitUntil(dialog.withdraw.isVisible)
    dialog.close()
    meet(member, manager)
    quotes.answer(manager, made, Verdict.APPROVED, "as agreed")
    granted = quotes.grant(
        manager,
        account_id=account.id,
        products=(),
        limit_percent=Decimal(16),
        expires_on=manager.today() + timedelta(days=1),
        max_uses=1,
    )
    meet(manager, member)
    builder.editor.refresh()
    issue(qtbot, builder)

    my_context.sync.set_offline(True)
    type_discount(qtbot, builder, "17")
    qtbot.waitUntil(builder.approval.isVisible)
    with qtbot.waitSignal(my_context.lanes.troubled) as refused:
        qtbot.mouseClick(builder.issue, LEFT)
    assert refused.args[0].code == "approval.changed"  # above the envelope, and not what was approved for v3
    type_discount(qtbot, builder, "16")
    issue(qtbot, builder)
    versions = quotes.open_quote(member, made).versions
    assert [one.version for one in versions] == [4, 3, 2, 1]
    under = [records.get(member, "quote_version", one.id).fields["envelope_id"] for one in versions]
    assert under == [granted.id, None, None, None]

    qtbot.waitUntil(builder.answer.isVisible)
    next(action for action in builder.answer.menu().actions() if action.text() == "Accepted").trigger()
    box = next(box for box in builder.answer.findChildren(QMessageBox) if box.isVisible())
    with qtbot.waitSignal(builder.answer.answered):
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Ok), LEFT)
    meet(member, manager)
    assert sync.quarantined(member) == ()
    assert quotes.open_quote(manager, made).status is QuoteStatus.ACCEPTED
    for entity in ("order", "contract"):
        assert len(records.list_rows(manager, entity, ListQuery()).records) == 1
    [use] = next(one for one in quotes.list_envelopes(manager) if one.id == granted.id).uses
    assert use[1] == 4
