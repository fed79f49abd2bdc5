"""A new quote begun from a similar won deal: chosen in the dialog, marked in the builder, compared with where it came from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.comparing import CompareDialog
from desktop_crm.ui.quotes.dialogs import NewQuoteDialog
from desktop_crm.ui.quotes.model import Column
from desktop_crm.ui.quotes.similar_deals import DealsModel


@pytest.fixture
def prospect(workspace):
    """A customer of the trade in which a pump was sold, whose price rose since, and a hose that is not sold any more."""
    with workspace.write("test") as work:
        hanbit = work.insert("account", {"name": "한빛전자(주)", "industry": "반도체", "employees": 900})
        prospect = work.insert("account", {"name": "새봄소재", "industry": "반도체", "employees": 600})
        pump = work.insert("product", {"code": "P-1", "name": "펌프", "list_price": Decimal(1000), "currency": "KRW"})
        hose = work.insert("product", {"code": "H-1", "name": "호스", "list_price": Decimal(50), "currency": "KRW"})
    lines = tuple(
        QuoteLine(id=new_row_id(), name=name, quantity=Decimal(2), unit_price=Decimal(price), product_id=product)
        for name, price, product in (("펌프", 1000, pump), ("호스", 50, hose), ("현장 조정", 300, None))
    )
    made = quotes.create(
        workspace, account_id=hanbit, name="증설", sections=(QuoteSection(id=new_row_id(), name="설비", lines=lines),)
    )
    quotes.issue(workspace, made.id)
    quotes.mark(workspace, made.id, QuoteStatus.ACCEPTED)
    with workspace.write("test") as work:
        work.update("product", pump, {"list_price": Decimal(1200)})
        work.update("product", hose, {"life_cycle": "withdrawn"})
    return prospect


@pytest.fixture
def dialog(qtbot, context, show, prospect):
    made = show(NewQuoteDialog(context, {"account_id": prospect}), 840, 620)
    qtbot.waitUntil(made.similar.isVisible)
    return made


def test_the_dialog_offers_won_deals_with_reasons(qtbot, dialog):
    model = dialog.similar.deals
    shown = [[model.index(row, column).data() for column in range(5)] for row in range(model.rowCount())]
    assert shown[0][0] == "Empty quote"
    assert shown[1][1] == "한빛전자(주)"
    assert "Same industry" in shown[1][4]
    assert "Similar size (900 employees)" in shown[1][4]
    assert dialog.similar.chosen() is None


def test_a_chosen_deal_is_begun_from(qtbot, dialog, workspace):
    dialog.similar.table.setFocus()
    QTest.keyClick(dialog.similar.table, Qt.Key.Key_Down)
    assert dialog.similar.chosen() is not None
    with qtbot.waitSignal(dialog.created) as made:
        dialog.make.click()
    draft = quotes.open_quote(workspace, made.args[0]).draft
    assert [(one.name, one.unit_price) for one in draft.lines()] == [("펌프", 1200), ("호스", 50), ("현장 조정", 300)]


def test_an_empty_quote_stays_the_first_choice(qtbot, dialog, workspace):
    with qtbot.waitSignal(dialog.created) as made:
        dialog.make.click()
    assert not list(quotes.open_quote(workspace, made.args[0]).draft.lines())


def test_the_model_keeps_qts_rules(qtbot, dialog, show):
    model = DealsModel(dialog)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(dialog.similar.deals._found)
    assert tester.model() is model
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Customer"


def test_the_builder_marks_what_is_not_as_it_was(qtbot, page, workspace, prospect):
    [deal] = quotes.similar_deals(workspace, account_id=prospect).deals
    made = quotes.create_like(workspace, deal.deal.quote_id, account_id=prospect)
    page.open_row(made.id)
    builder = page.builder
    qtbot.waitUntil(builder.origin.isVisible)
    lines = builder.grid.lines
    assert lines.index(1, Column.UNIT_PRICE).data() == "↑ 1,200"
    assert lines.index(1, Column.UNIT_PRICE).data(Qt.ItemDataRole.ToolTipRole) == "It was ₩1,000 there"
    assert lines.index(2, Column.NAME).data() == "호스  (No longer sold)"
    assert "1 price changed" in builder.origin.text.whole()
    builder.origin.more.click()
    found = next(one for one in QApplication.topLevelWidgets() if isinstance(one, CompareDialog) and one.isVisible())
    qtbot.waitUntil(lambda: ("펌프", "Unit price", "₩1,000", "₩1,200", "₩2,000 → ₩2,400") in found.lines.texts())
    found.close()


def test_a_quote_from_nothing_has_no_note(qtbot, builder):
    assert not builder.origin.isVisible()
