"""The concession explorer, with real keys: moved, looked at, found, taken over, undone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_crm.domain.quotes.approvals import rules as written
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.exploring import Asking
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.concessions import ConcessionDialog

D = Decimal
RULES = tuple(
    ApprovalRule(id=RowId(name), name=name, conditions=written.read(text), stages=(), rank=rank)
    for rank, (name, text) in enumerate((("Team lead", "discount > 5"), ("Director", "discount > 12")), 1)
)


@pytest.fixture
def quote(workspace, account) -> RowId:
    """One line: 1,000,000 that costs 700,000, to be paid within 30 days."""
    pump = QuoteLine(id=new_row_id(), name="펌프", quantity=D(10), unit_price=D(100000), cost=D(70000))
    section = QuoteSection(id=new_row_id(), name="설비", lines=(pump,))
    made = quotes.create(workspace, account_id=account, name="증설", sections=(section,)).id
    seen = quotes.open_quote(workspace, made).draft
    quotes.save(workspace, seen, replace(seen, payment_terms="납품 후 30일"))
    return made


@pytest.fixture
def dialog(qtbot, context, builder, show):
    found = ConcessionDialog(context, builder.editor, builder.editor.draft)
    with qtbot.waitSignal(found.known):
        show(found, 1000, 720)
    return found


def with_rules(dialog) -> None:
    dialog._asking = Asking(rules=RULES)
    dialog._explorer = dialog._made_explorer()
    dialog._look()


def typed(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_it_opens_from_the_totals(qtbot, builder):
    builder.totals.concede.click()
    qtbot.waitUntil(lambda: any(isinstance(one, ConcessionDialog) and one.isVisible() for one in builder.children()))
    [one] = [one for one in builder.children() if isinstance(one, ConcessionDialog)]
    assert not one.take.isEnabled()
    one.reject()


def test_a_typed_discount_shows_what_it_does(qtbot, dialog):
    typed(dialog.discount.field, "8")
    card = dialog.outcome
    assert (card.net.text(), card.net_before.text()) == ("₩920,000", "was ₩1,000,000")
    assert card.margin.text() == "₩220,000 (23.9%)"
    # 80,000 less to wait 30 days for, at 5 % a year: 329
    assert (card.cost.text(), card.gain.text()) == ("₩79,671", "₩80,000")
    assert card.approval.text() == "No rules of approval yet"


def test_the_slider_moves_by_keys_and_tells_the_next_approver(qtbot, dialog):
    with_rules(dialog)
    assert dialog.outcome.approval.text() == "No approval needed"
    assert dialog.outcome.room.text() == "Up to 5% nobody higher has to be asked"
    dialog.discount.slider.setFocus()
    for _ in range(6):
        QTest.keyClick(dialog.discount.slider, Qt.Key.Key_PageUp)
    assert dialog.discount.field.text() == "6.0"
    assert dialog.outcome.approval.text() == "Approval needed"
    assert dialog.outcome.reasons.text() == "Team lead"


def test_days_to_pay_cost_by_the_price_of_money(qtbot, dialog):
    typed(dialog.ours, "3.65")
    typed(dialog.days.field, "90")
    assert dialog.outcome.waiting.text() == "₩9,000"
    assert dialog.outcome.cost.text() == "₩6,000"
    assert dialog.take.isEnabled()


def test_the_cheapest_way_is_found_and_shown(qtbot, dialog):
    with_rules(dialog)
    typed(dialog.ours, "3.65")
    typed(dialog.theirs, "7.3")
    typed(dialog.wish, "55000")
    dialog.seek.click()
    qtbot.waitUntil(lambda: dialog.ways.rowCount() > 0, timeout=60_000)
    # at 120 days 90 more are worth 18 a thousand: 3.8 % (38,000) and 17,316 make 55,316
    assert dialog.ways.texts()[0][:2] == ("3.8%", "120")
    assert all(Decimal(row[0].rstrip("%")) <= 5 for row in dialog.ways.texts())
    dialog.ways_table.selectRow(0)
    dialog._on_way(dialog.ways.index(0, 0))
    assert (dialog.discount.field.text(), dialog.days.field.text()) == ("3.8", "120")


def test_a_wish_that_says_nothing_is_asked_for(qtbot, dialog):
    dialog.seek.click()
    assert dialog.told.text() == "Say how much the customer asks for."


def test_taking_over_is_one_edit_that_can_be_undone(qtbot, dialog, context, workspace, quote, builder):
    typed(dialog.discount.field, "4")
    typed(dialog.days.field, "60")
    with qtbot.waitSignal(builder.editor.settled):
        dialog.take.click()
    draft = quotes.open_quote(workspace, quote).draft
    assert (draft.discount_percent, draft.payment_terms) == (D(4), "납품 후 60일")
    context.undo.undo()
    qtbot.waitUntil(lambda: quotes.open_quote(workspace, quote).draft.discount_percent == 0)
    assert quotes.open_quote(workspace, quote).draft.payment_terms == "납품 후 30일"


def test_what_similar_deals_were_won_for(qtbot, context, builder, show, workspace, account):
    lines = (QuoteLine(id=new_row_id(), name="펌프", quantity=D(1), unit_price=D(1000), discount_percent=D(7)),)
    other = quotes.create(workspace, account_id=account, sections=(QuoteSection(id=new_row_id(), lines=lines),))
    quotes.issue(workspace, other.id)
    quotes.mark(workspace, other.id, QuoteStatus.ACCEPTED)
    found = show(ConcessionDialog(context, builder.editor, builder.editor.draft), 1000, 720)
    qtbot.waitUntil(lambda: found.won.rowCount() == 1)
    assert found.won.texts()[0][:3] == (other.number, "한빛전자(주)", "7%")
    assert found.outcome.usual.text() == "Similar won deals, the middle: conceded 7%"
