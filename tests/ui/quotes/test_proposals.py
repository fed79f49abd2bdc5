"""The proposal builder on the screen: outline, editing, preview, missing things, library, undo, issue."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.foundation.ids import UserId, new_row_id
from desktop_crm.i18n import speaking
from desktop_crm.services import proposals, quotes, records
from desktop_crm.services.mail import accounts, outbox
from desktop_crm.ui.quotes.papers_of_deal import PapersOfDeal
from desktop_crm.ui.quotes.proposal_page import NewProposalDialog, ProposalsPage
from tests.support.mail_servers import account_at


@pytest.fixture
def proposal(workspace):
    workspace.act_as(UserId(records.create(workspace, "user", {"name": "김서연", "active": True}).id))
    account = records.create(workspace, "account", {"name": "한빛전자(주)", "industry": "전자"}).id
    line = QuoteLine(id=new_row_id(), name="제어기", quantity=Decimal(2), unit_price=Decimal(1000))
    quote = quotes.create(workspace, account_id=account, sections=(QuoteSection(id=new_row_id(), lines=(line,)),))
    quotes.issue(workspace, quote.id)
    with speaking("en"):
        made = proposals.create(workspace, account_id=account, name="Extension").id
    block = proposals.open_proposal(workspace, made).blocks[0]
    proposals.change_block(workspace, block.id, {"body": "For {account.name}"})
    return made


@pytest.fixture
def page(qtbot, context, show, proposal):
    made = show(ProposalsPage(context), 1280, 800)
    made.open_row(proposal)
    qtbot.waitUntil(lambda: made.builder.found is not None and not made.builder.preview.paper.empty)
    return made


def kinds(workspace, proposal):
    return [one.kind for one in proposals.open_proposal(workspace, proposal).blocks]


def test_a_block_is_typed_moved_and_undone_with_the_page_beside_it(qtbot, page, context, workspace, proposal):
    builder = page.builder
    first = proposals.open_proposal(workspace, proposal).blocks[0]
    builder.block.text.setFocus()
    QTest.keyClicks(builder.block.text, " {contact.name}")
    builder.block.save()
    qtbot.waitUntil(lambda: bool(builder.found and any(one.stops for one in builder.found.missing)))
    assert not builder.issue.isEnabled()
    context.undo.undo()
    qtbot.waitUntil(builder.issue.isEnabled)
    assert builder.block.text.toPlainText() == "For {account.name}"
    builder.outline.list.setFocus()
    QTest.keyClick(builder.outline.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: proposals.open_proposal(workspace, proposal).blocks[1].id == first.id)
    qtbot.waitUntil(lambda: builder.outline.list.currentRow() == 1)
    context.undo.undo()
    qtbot.waitUntil(lambda: proposals.open_proposal(workspace, proposal).blocks[0].id == first.id)


def test_the_page_follows_the_block_and_a_piece_of_the_library_goes_in_behind_it(qtbot, page, workspace, proposal):
    builder = page.builder
    content = records.create(workspace, "content_block", {"name": "Case", "body": "It worked"}).id
    price = next(one for one in builder.found.blocks if one.kind is BlockKind.PRICE)
    builder.outline.choose(price.id)
    assert builder.block.quote.currentText().endswith("v1")
    qtbot.waitUntil(lambda: builder.preview.counter.text() == "3 / 4" or builder.preview.counter.text() == "3 / 3")
    builder.pieces.taken.emit(content)
    qtbot.waitUntil(lambda: BlockKind.CONTENT in kinds(workspace, proposal))
    found = kinds(workspace, proposal)
    assert found.index(BlockKind.CONTENT) == found.index(BlockKind.PRICE) + 1
    qtbot.waitUntil(lambda: builder.outline.list.count() == len(found))


def test_it_is_issued_in_the_worker_and_then_shown_as_issued(qtbot, page, workspace, proposal):
    page.builder.issue.click()
    qtbot.waitUntil(lambda: proposals.open_proposal(workspace, proposal).state == "issued")
    qtbot.waitUntil(lambda: page.builder.found is not None and page.builder.found.state == "issued")
    version = page.builder.found.versions[0]
    assert proposals.file_of(workspace, proposal, 1, "ko").startswith(b"%PDF")
    page.builder.versions.chosen.emit(version.id)
    qtbot.waitUntil(lambda: not page.builder.may_edit)


def test_an_issued_one_is_answered_and_an_old_version_begun_from_again(qtbot, page, context, workspace, proposal):
    builder = page.builder
    assert not builder.accepted.isVisible()
    proposals.issue(workspace, proposal)
    builder.refresh()
    qtbot.waitUntil(builder.rejected.isVisible)
    builder.rejected.click()
    qtbot.waitUntil(lambda: builder.found.state.value == "rejected")
    assert not builder.accepted.isVisible()
    said = proposals.open_proposal(workspace, proposal).said
    block = proposals.open_proposal(workspace, proposal).blocks[0]
    proposals.change_block(workspace, block.id, {"body": "Other words"})
    builder.refresh()
    qtbot.waitUntil(lambda: builder.found.is_draft)
    builder.show_tab("versions")
    assert not builder.versions.restore.isVisible()
    builder.versions.chosen.emit(builder.found.versions[0].id)
    qtbot.waitUntil(builder.versions.restore.isVisible)
    builder.versions.restore.click()
    qtbot.waitUntil(lambda: proposals.open_proposal(workspace, proposal).said == said)
    context.undo.undo()
    qtbot.waitUntil(lambda: proposals.open_proposal(workspace, proposal).blocks[0].body == "Other words")


def test_a_deal_shows_what_was_offered_in_it(qtbot, context, show, workspace, proposal):
    deal = records.create(workspace, "opportunity", {"name": "Deal"}).id
    proposals.set_head(workspace, proposal, {"opportunity_id": deal})
    panel = show(PapersOfDeal(context), 400, 300)
    panel.show_row(deal)
    number = proposals.open_proposal(workspace, proposal).number
    qtbot.waitUntil(lambda: any(number in one.text() for one in panel.findChildren(QPushButton)))


def test_a_new_one_is_asked_for_and_opened(qtbot, context, show, workspace, proposal):
    dialog = show(NewProposalDialog(context, {}), 480, 360)
    dialog.accept()
    assert dialog.problem.text()
    account = proposals.open_proposal(workspace, proposal).account_id
    dialog.account.show_reference(account, "한빛전자(주)")
    with qtbot.waitSignal(dialog.created) as made:
        dialog.accept()
    assert proposals.open_proposal(workspace, made.args[0]).account_name == "한빛전자(주)"


def test_a_mail_begins_once_a_version_is_issued(qtbot, page, context, workspace, proposal):
    builder = page.builder
    assert not builder.mail.isVisible()
    accounts.save(workspace, account_at(None))
    builder.issue_now()
    qtbot.waitUntil(builder.mail.isVisible)
    with qtbot.waitSignal(context.routes.arrived) as gone:
        builder.mail.click()
    (held,) = outbox.outgoing(workspace)
    assert gone.args[0].row_id == f"draft:{held.id}"
    assert (held.state, held.letter.files[0].name[-7:]) == (OutState.DRAFT, "-en.pdf")
