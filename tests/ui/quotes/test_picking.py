"""Picking products in the grid: the price of the quote's currency and its book, the English name, and what typing over it does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_crm import i18n
from desktop_crm.services import quotes, records
from desktop_crm.ui.quotes.model import Column
from desktop_crm.ui.quotes.product_completer import ProductCompleter
from tests.ui.quotes.conftest import line
from tests.ui.quotes.test_builder import cell, go, open_editor, press, settled, type_hangul
from tests.ui.quotes.test_typing import told


@pytest.fixture
def controller(workspace, account):
    (row,) = [one for one in records.list_rows(workspace, "product").records if one.fields["code"] == "HC-900"]
    records.set_fields(workspace, "product", row.id, {"name_en": "Controller"})
    return row.id


@pytest.fixture
def dollars(workspace, controller):
    book = records.create(workspace, "price_book", {"name": "Export 2026", "currency": "USD"}).id
    fields = {"price_book_id": book, "product_id": controller, "unit_price": Decimal("5110.5")}
    return records.create(workspace, "price_book_entry", fields).id


@pytest.fixture
def abroad(qtbot, page, workspace, account):
    """The builder over an empty quote in dollars."""
    made = quotes.create(workspace, account_id=account, currency="USD").id
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(made)
    return page.builder


def pick(qtbot, builder, typed):
    """Type into the row for a new line and take the first product that is offered; what was offered."""
    builder.grid.begin_line()
    editor = open_editor(builder)
    type_hangul(editor, typed)
    found = editor.findChild(ProductCompleter)
    qtbot.waitUntil(lambda: found.list.isVisible() and found.list.model().rowCount() > 0)
    offered = [found.list.model().index(row, 0).data() for row in range(found.list.model().rowCount())]
    press(found.list, Qt.Key.Key_Down)
    press(found.list, Qt.Key.Key_Return)
    press(open_editor(builder), Qt.Key.Key_Escape)
    settled(qtbot, builder)
    return offered


def lines_of(builder, workspace):
    return list(quotes.open_quote(workspace, builder.editor.draft.id).draft.lines())


def test_a_quote_in_dollars_takes_the_price_in_dollars(qtbot, abroad, workspace, dollars, controller):
    (offered,) = pick(qtbot, abroad, "HC-900")
    assert "$5,110.50" in offered
    assert "Export 2026" in offered
    (one,) = lines_of(abroad, workspace)
    assert (one.product_id, one.unit_price, one.name, one.name_en) == (
        controller,
        Decimal("5110.5"),
        "제어기 본체",
        "Controller",
    )
    assert not told(abroad), "no word about a missing price"
    assert "Export 2026" in abroad.grid.lines.index(0, Column.UNIT_PRICE).data(Qt.ItemDataRole.ToolTipRole)


def test_without_a_price_in_dollars_it_is_told(qtbot, abroad, workspace, controller):
    (offered,) = pick(qtbot, abroad, "HC-900")
    assert "₩6,900,000" in offered, "what it costs at home is still worth knowing"
    (one,) = lines_of(abroad, workspace)
    assert one.unit_price == 0
    assert "USD" in told(abroad)
    assert abroad.grid.lines.index(0, Column.UNIT_PRICE).data(Qt.ItemDataRole.ToolTipRole) is None


def test_a_price_typed_by_hand_is_no_longer_the_books(qtbot, abroad, workspace, dollars):
    pick(qtbot, abroad, "HC-900")
    go(abroad, 0, Column.UNIT_PRICE)
    QTest.keyClicks(abroad.grid, "5")
    press(open_editor(abroad), Qt.Key.Key_Return)
    settled(qtbot, abroad)
    assert lines_of(abroad, workspace)[0].unit_price == 5
    assert abroad.grid.lines.index(0, Column.UNIT_PRICE).data(Qt.ItemDataRole.ToolTipRole) is None


def test_at_home_the_products_own_price_is_taken_and_named(qtbot, builder, workspace, dollars):
    pick(qtbot, builder, "HC-900")
    place = builder.grid.lines.rowCount() - 2
    assert cell(builder, place, Column.UNIT_PRICE) == "6,900,000"
    assert builder.grid.lines.index(place, Column.UNIT_PRICE).data(Qt.ItemDataRole.ToolTipRole) == "List price"


def test_a_line_renamed_by_hand_loses_its_english_name_until_escape(qtbot, abroad, workspace, dollars):
    pick(qtbot, abroad, "HC-900")
    go(abroad, 0, Column.NAME)
    press(abroad.grid, Qt.Key.Key_F2)
    editor = open_editor(abroad)
    QTest.keyClicks(editor, "Panel")
    qtbot.waitUntil(lambda: lines_of(abroad, workspace)[0].name == "Panel")
    assert lines_of(abroad, workspace)[0].name_en == ""
    press(editor, Qt.Key.Key_Escape)
    settled(qtbot, abroad)
    assert [(one.name, one.name_en) for one in lines_of(abroad, workspace)] == [("제어기 본체", "Controller")]
    go(abroad, 0, Column.NAME)
    press(abroad.grid, Qt.Key.Key_F2)
    editor = open_editor(abroad)
    QTest.keyClicks(editor, "Panel")
    press(editor, Qt.Key.Key_Return)
    settled(qtbot, abroad)
    assert [(one.name, one.name_en) for one in lines_of(abroad, workspace)] == [("Panel", "")]


def test_picking_over_a_line_gives_it_the_new_products_names(qtbot, abroad, workspace, dollars):
    abroad.grid._add(abroad.editor.draft, line("손으로", price="7", name_en="By hand"))
    settled(qtbot, abroad)
    (product,) = quotes.products(workspace, "HC-900")
    abroad.grid._on_picked(0, product)
    press(open_editor(abroad), Qt.Key.Key_Escape)
    settled(qtbot, abroad)
    (one,) = lines_of(abroad, workspace)
    assert (one.name, one.name_en, one.unit_price) == ("제어기 본체", "Controller", Decimal("5110.5"))


def test_the_offer_names_products_in_english_to_those_who_speak_it(qtbot, abroad, dollars):
    i18n.use("ko")
    assert "Controller" not in pick(qtbot, abroad, "HC-900")[0]
    i18n.use("en")
    assert "Controller" in pick(qtbot, abroad, "HC-900")[0]
