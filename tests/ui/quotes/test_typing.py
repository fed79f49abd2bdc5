"""What the grid says about figures it cannot take, and that one may type at once into a new quote; with real keys."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.stores.quotes import ProductChoice
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.model import NEW, Column
from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.fonts import sized
from tests.ui.quotes.test_builder import cell, go, names, open_editor, press, settled, type_hangul


def told(builder) -> str:
    return builder._toast.accessibleName() if builder._toast.isVisible() else ""


@pytest.mark.parametrize(
    ("column", "typed", "key", "stays"),
    [
        (Column.QUANTITY, "abc", Qt.Key.Key_Return, "2"),
        (Column.UNIT_PRICE, "1.234.5", Qt.Key.Key_Tab, "1,250,000"),
        (Column.DISCOUNT, "150", Qt.Key.Key_Return, ""),
    ],
)
def test_a_figure_that_cannot_be_is_told_and_the_cell_stays_open(qtbot, builder, stored, column, typed, key, stays):
    go(builder, 1, column)
    QTest.keyClicks(builder.grid, typed[0])
    editor = open_editor(builder)
    QTest.keyClicks(editor, typed[1:])
    press(editor, key)
    assert open_editor(builder) is editor, "the cursor stays in the cell"
    assert editor.text() == typed
    assert editor.property("invalid") is True
    assert (builder.grid.currentIndex().row(), builder.grid.currentIndex().column()) == (1, column)
    assert ("0% and 100%" if column is Column.DISCOUNT else typed) in told(builder)
    assert builder.totals.grand_total.text() == "₩5,247,000"
    press(editor, Qt.Key.Key_Escape)
    settled(qtbot, builder)
    assert cell(builder, 1, column) == stays
    assert stored()[0][1][0] == ("펌프", 2)


def test_a_figure_is_put_right_in_the_cell_that_stayed_open(qtbot, builder, stored):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "x")
    editor = open_editor(builder)
    press(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "7")
    assert not editor.property("invalid"), "red only until one types on"
    press(editor, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert stored()[0][1][0] == ("펌프", 7)


def test_half_a_figure_that_was_saved_in_a_pause_is_taken_back(qtbot, builder, stored):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "9")
    editor = open_editor(builder)
    qtbot.waitUntil(lambda: stored()[0][1][0] == ("펌프", 9))
    QTest.keyClicks(editor, "x")
    press(editor, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert stored()[0][1][0] == ("펌프", 2)


def test_leaving_the_cell_with_a_figure_that_cannot_be_is_told(qtbot, builder, stored):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "z")
    open_editor(builder)
    builder.totals.percent.setFocus()
    settled(qtbot, builder)
    assert "“z”" in told(builder)
    assert stored()[0][1][0] == ("펌프", 2)


@pytest.mark.parametrize("typed", ["item", "품목"])
def test_one_types_into_a_new_quote_at_once(qtbot, page, workspace, account, typed):
    empty = quotes.create(workspace, account_id=account).id
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(empty)
    grid = page.builder.grid
    assert grid.hasFocus()
    assert grid.current_row().id == NEW
    type_hangul(grid, typed[0])
    editor = open_editor(page.builder)
    type_hangul(editor, typed[1:])
    assert editor.text() == typed
    press(editor, Qt.Key.Key_Return)
    assert names(page.builder) == [typed]
    for one in grid.findChildren(QLineEdit):
        if one.isVisible():
            press(one, Qt.Key.Key_Escape)
    settled(qtbot, page.builder)
    assert [one.name for one in quotes.open_quote(workspace, empty).draft.lines()] == [typed]


def test_the_products_to_choose_from_are_dressed_like_the_rest(qtbot, builder):
    builder.grid.begin_line()
    type_hangul(open_editor(builder), "ㅈㅇㄱ")
    popups = lambda: [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.property("role") == "products"]
    qtbot.waitUntil(lambda: bool(popups()))
    popup = popups()[0]
    assert popup.visualRect(popup.model().index(0, 0)).height() >= 32
    image = popup.grab().toImage()
    assert image.pixelColor(popup.width() // 2, 0).name() == current().line_strong.lower()
    press(popup, Qt.Key.Key_Escape)


def test_a_product_without_a_price_in_the_quotes_currency_is_told(qtbot, builder):
    builder.grid.begin_line()
    abroad = ProductChoice(
        id=new_row_id(),
        code="X",
        name="Relay",
        name_en="",
        spec="",
        unit="EA",
        list_price=Decimal(7),
        currency="USD",
        tax_rate=None,
    )
    builder.grid._on_picked(builder.grid.lines.rowCount() - 1, abroad)
    assert cell(builder, builder.grid.lines.rowCount() - 2, Column.UNIT_PRICE) == "0"
    assert "KRW" in told(builder)
    assert "Relay" in told(builder)
    press(open_editor(builder), Qt.Key.Key_Escape)


def test_a_figure_is_never_cut_its_column_grows(qtbot, builder):
    """Half a figure would be read as another one."""
    go(builder, 1, Column.UNIT_PRICE)
    QTest.keyClicks(builder.grid, "1")
    QTest.keyClicks(open_editor(builder), "23456789012345")
    press(open_editor(builder), Qt.Key.Key_Return)
    text = cell(builder, 1, Column.AMOUNT)
    assert text == "246,913,578,024,690"
    font = sized(builder.grid.font(), builder.grid.fontInfo().pixelSize(), bold=True)
    needed = QFontMetrics(font).horizontalAdvance(text)
    qtbot.waitUntil(lambda: builder.grid.columnWidth(Column.AMOUNT) >= needed)
    settled(qtbot, builder)


def test_a_foreign_quote_without_a_rate_says_so(qtbot, page, workspace, account):
    abroad = quotes.create(workspace, account_id=account, currency="USD").id
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(abroad)
    assert "no exchange rate for USD" in page.builder.totals.policy.text()
