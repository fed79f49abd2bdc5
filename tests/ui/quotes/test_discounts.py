"""Typing the discount on the whole as a percent or an amount, free lines and negative ones; with real keys."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_crm import i18n
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.model import Column
from desktop_crm.ui.quotes.typed import read_value
from tests.ui.quotes.test_builder import cell, go, open_editor, press, settled, type_hangul

AMOUNT = 1


def choose(builder, way):
    builder.totals.way.setCurrentIndex(way)
    builder.totals.way.activated.emit(way)


def type_discount(builder, text, *, finish=True):
    field = builder.totals.percent
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    if finish:
        press(field, Qt.Key.Key_Return)


def discounts(workspace, quote):
    draft = quotes.open_quote(workspace, quote).draft
    return draft.discount_percent, draft.discount_amount


def test_an_amount_is_typed_and_the_sums_follow(qtbot, builder, workspace, quote):
    choose(builder, AMOUNT)
    assert builder.totals.percent.text() == "0"
    type_discount(builder, "70,000", finish=False)
    assert builder.totals.discount.text() == "−70,000"
    assert builder.totals.grand_total.text() == "₩5,170,000", "while typing"
    press(builder.totals.percent, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert discounts(workspace, quote) == (0, 70000)
    assert builder.totals.percent.text() == "70,000"
    assert builder.totals.way.currentText() == "KRW"


def test_the_other_way_keeps_what_it_comes_to(qtbot, builder, workspace, quote):
    type_discount(builder, "10")
    settled(qtbot, builder)
    choose(builder, AMOUNT)
    settled(qtbot, builder)
    assert discounts(workspace, quote) == (0, 477000)
    assert builder.totals.grand_total.text() == "₩4,722,300"
    choose(builder, 0)
    settled(qtbot, builder)
    assert discounts(workspace, quote) == (10, 0)
    assert builder.totals.percent.text() == "10%"
    assert builder.totals.grand_total.text() == "₩4,722,300"


def test_a_percent_that_is_not_round_goes_to_two_places(qtbot, builder, workspace, quote):
    choose(builder, AMOUNT)
    type_discount(builder, "100000")
    settled(qtbot, builder)
    choose(builder, 0)
    settled(qtbot, builder)
    assert discounts(workspace, quote) == (Decimal("2.1"), 0)


@pytest.mark.parametrize("typed", ["-5", "abc"])
def test_an_amount_that_is_none_is_put_back(qtbot, builder, workspace, quote, typed):
    choose(builder, AMOUNT)
    type_discount(builder, "70000")
    type_discount(builder, typed)
    settled(qtbot, builder)
    assert discounts(workspace, quote) == (0, 70000)
    assert builder.totals.percent.text() == "70,000"


def test_what_two_people_gave_is_shown_together_and_stays(qtbot, builder, workspace, quote, elsewhere):
    elsewhere(discount_percent=Decimal(10), discount_amount=Decimal(1000))
    qtbot.waitUntil(lambda: builder.totals.percent.text() == "10% + 1,000")
    assert builder.totals.discount.text() == "−478,000"
    builder.totals.percent.setFocus()
    builder.grid.setFocus()
    settled(qtbot, builder)
    assert discounts(workspace, quote) == (10, 1000), "to look at it changes nothing"


def test_the_way_is_the_quotes_own(qtbot, page, builder, workspace, account, quote):
    choose(builder, AMOUNT)
    type_discount(builder, "70000")
    settled(qtbot, builder)
    other = quotes.create(workspace, account_id=account, currency="USD").id
    with qtbot.waitSignal(builder.editor.opened):
        page.open_row(other)
    assert (builder.totals.way.currentIndex(), builder.totals.way.itemText(AMOUNT)) == (0, "USD")
    with qtbot.waitSignal(builder.editor.opened):
        page.open_row(quote)
    assert builder.totals.way.currentIndex() == AMOUNT


def test_a_closed_quote_lets_nobody_choose(qtbot, builder, workspace, quote):
    quotes.issue(workspace, quote)
    builder.editor.refresh()
    qtbot.waitUntil(lambda: bool(builder.editor.quote.versions))
    with qtbot.waitSignal(builder.editor.opened):
        builder.editor.view(1)
    assert not builder.totals.way.isEnabled()
    assert not builder.totals.percent.isEnabled()


@pytest.mark.parametrize("typed", ["100", "무상", "free"])
def test_a_line_becomes_free_of_charge(qtbot, builder, workspace, quote, typed):
    i18n.use("ko")
    go(builder, 1, Column.DISCOUNT)
    type_hangul(builder.grid, typed[0])
    editor = open_editor(builder)
    editor.setText("")
    type_hangul(editor, typed)
    press(editor, Qt.Key.Key_Return)
    press(open_editor(builder), Qt.Key.Key_Escape)
    settled(qtbot, builder)
    assert next(quotes.open_quote(workspace, quote).draft.lines()).discount_percent == 100
    assert cell(builder, 1, Column.DISCOUNT) == "무상"
    assert cell(builder, 1, Column.AMOUNT) == "0"


def test_a_negative_quantity_is_typed_and_taken_off(qtbot, builder, workspace, quote):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "-")
    editor = open_editor(builder)
    QTest.keyClicks(editor, "1")
    press(editor, Qt.Key.Key_Return)
    press(open_editor(builder), Qt.Key.Key_Escape)
    settled(qtbot, builder)
    assert next(quotes.open_quote(workspace, quote).draft.lines()).quantity == -1
    assert cell(builder, 1, Column.AMOUNT).replace("−", "-") == "-1,250,000"
    assert builder.totals.subtotal.text().replace("−", "-") == "1,020,000"


def test_what_is_read_as_a_discount():
    assert read_value("discount_amount", "1,000원") == 1000
    assert read_value("discount_amount", "") == 0
    assert read_value("discount_amount", "-1") is None
    assert read_value("discount_percent", " Free ") == 100
    assert read_value("name", "free") == "free"


def test_both_ways_are_told_to_a_screen_reader(builder):
    assert builder.totals.percent.accessibleName() == "Overall discount (%)"
    choose(builder, AMOUNT)
    assert builder.totals.percent.accessibleName() == "Overall discount (amount)"
    assert builder.totals.way.accessibleName()
    changed = replace(builder.editor.draft, discount_amount=Decimal(5))
    builder.editor.preview(changed)
    assert builder.totals.discount.text() == "−5"
