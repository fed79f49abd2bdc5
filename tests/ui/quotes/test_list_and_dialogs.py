"""The list of quotes and the dialogs around it, with real keys."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.dialogs import NewQuoteDialog, SupplierDialog
from desktop_crm.ui.quotes.model import Column, LinesModel
from desktop_crm.ui.quotes.typed import read_number, read_value
from tests.domain.quotes.samples import korean_draft, line


def test_an_empty_list_offers_the_first_step(qtbot, page):
    qtbot.waitUntil(page.list.states.empty.isVisible)


def test_the_list_shows_searches_and_opens(qtbot, page, workspace, account, quote):
    quotes.issue(workspace, quote)
    quotes.create(workspace, account_id=account, name="other")
    page.refresh()
    model = page.list.table.records
    qtbot.waitUntil(lambda: model.total == 2)
    shown = [[model.index(row, column).data() for column in range(6)] for row in range(2)]
    assert [row[1] for row in shown] == ["other", "증설"]
    assert shown[1][3] == "Issued"
    assert shown[1][5] == "₩5.25M"
    page.list.search.setFocus()
    QTest.keyClicks(page.list.search, "oth")
    qtbot.waitUntil(lambda: model.total == 1)
    page.list.table.setFocus()
    page.list.table.selectRow(0)
    with qtbot.waitSignal(page.builder.editor.opened):
        QTest.keyClick(page.list.table, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.builder.back_wanted):
        page.builder.header.crumb_links()[0].click() if hasattr(
            page.builder.header, "crumb_links"
        ) else page.builder.back_wanted.emit()
    assert page.list.isVisible()


def test_a_new_quote_asks_for_its_customer(qtbot, context, show, workspace, account):
    dialog = show(NewQuoteDialog(context, {}), 420, 320)
    dialog.make.click()
    assert dialog.problem.text() == "Choose the account the quote is for."
    dialog.account.show_reference(account, "한빛전자(주)")
    QTest.keyClicks(dialog.name, "expansion")
    with qtbot.waitSignal(dialog.created) as made:
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    found = quotes.open_quote(workspace, made.args[0])
    assert (found.draft.name, found.draft.customer.name, found.draft.currency) == ("expansion", "한빛전자(주)", "KRW")


def test_a_new_quote_may_come_with_its_account(qtbot, context, show, account):
    dialog = show(NewQuoteDialog(context, {"account_id": account}), 420, 320)
    qtbot.waitUntil(lambda: dialog.account.line.text() == "한빛전자(주)")
    with qtbot.waitSignal(dialog.created):
        dialog.make.click()


def test_our_company_is_kept(qtbot, context, show, workspace):
    dialog = show(SupplierDialog(context), 420, 520)
    qtbot.waitUntil(lambda: dialog.lines["name"].text() == "first")
    dialog.lines["representative"].setText("강윤우")
    with qtbot.waitSignal(dialog.finished):
        dialog.keep.click()
    assert quotes.supplier(workspace).representative == "강윤우"


def test_the_models_keep_qts_rules(qtbot, workspace, quote):
    lines = LinesModel()
    tester = QAbstractItemModelTester(lines, QAbstractItemModelTester.FailureReportingMode.Warning)
    draft = korean_draft()
    for step in (
        draft,
        edits.add_line(draft, line(9, "new", "1", "1")),
        edits.move_line(draft, draft.sections[2].lines[0].id, draft.sections[0].lines[0].id),
        edits.remove(draft, {draft.sections[1].id}),
        edits.add_section(draft, QuoteSection(id=new_row_id(), name="x")),
        edits.remove(draft, {one.id for one in draft.lines()}),
        draft,
    ):
        lines.show_draft(step, price(step), may_edit=True)
        shown = [lines.index(row, Column.NAME).data() for row in range(lines.rowCount() - 1)]
        assert len(shown) == len(edits.row_ids(step))
    lines.show_draft(draft, price(draft), may_edit=False)
    assert lines.rowCount() == len(edits.row_ids(draft))
    lines.show_draft(None, None, may_edit=False)
    assert lines.rowCount() == 0
    assert tester.model() is lines


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200", "1200"),
        ("₩8,200,000", "8200000"),
        (" 7 % ", "7"),
        ("−3.5", "-3.5"),
        ("", "0"),
        ("1.2345678", None),
        ("x", None),
    ],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert read_number(text) == (None if number is None else Decimal(number))


def test_percents_lie_between_nothing_and_all():
    assert read_value("discount_percent", "101") is None
    assert read_value("discount_percent", "100%") == 100
    assert read_value("name", " x ") == "x"
