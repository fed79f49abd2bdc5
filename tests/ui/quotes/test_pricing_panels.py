"""The builder's panels: many lines changed together, sections, the price trace on a click, price books, prices anew, margin."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.schema.options import Billing, RoundingLevel, TaxClass
from desktop_crm.services import quotes, records
from desktop_crm.ui.quotes.model import Column, Kind


def choose(grid, *rows):
    """Choose rows as a person does with the mouse."""
    model = grid.selectionModel()
    chosen = QItemSelection()
    for row in rows:
        chosen.select(grid.lines.index(row, 0), grid.lines.index(row, Column.AMOUNT))
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
    model.select(chosen, flags)
    model.setCurrentIndex(grid.lines.index(rows[0], Column.NAME), QItemSelectionModel.SelectionFlag.NoUpdate)


def tab(builder, key):
    builder.tabs.choice(key).click()


def field(form, name) -> QLineEdit | QComboBox | QCheckBox:
    return form.rows[name].control


def kept(qtbot, builder):
    qtbot.waitUntil(lambda: builder.editor.saved)
    return quotes.open_quote(builder.grid.acts._context.workspace, builder.editor.draft.id).draft


def type_into(qtbot, line, text):
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_several_lines_are_changed_together(qtbot, builder):
    tab(builder, "line")
    choose(builder.grid, 1, 2)
    form = builder.line.lines
    assert field(form, "cost").isVisible()
    type_into(qtbot, field(form, "cost"), "70000")
    box = field(form, "tax_class")
    box.setCurrentIndex(box.findData(TaxClass.EXEMPT))
    box.activated.emit(box.currentIndex())
    lines = kept(qtbot, builder).sections[0].lines
    assert [(one.cost, one.tax_class) for one in lines] == [(70000, TaxClass.EXEMPT)] * 2
    assert builder.editor.amounts.cost == 70000 * 6
    assert "Margin" in builder.totals.policy.text()


def test_values_that_differ_are_left_alone(qtbot, builder):
    draft = builder.editor.draft
    first = draft.sections[0].lines[0]
    builder.editor.edit("x", edits.set_line(draft, replace(first, remark="one")))
    tab(builder, "line")
    choose(builder.grid, 1, 2)
    line = field(builder.line.lines, "remark")
    assert (line.text(), line.placeholderText()) == ("", "several values")
    field(builder.line.lines, "cost").setFocus()
    assert [one.remark for one in builder.editor.draft.sections[0].lines] == ["one", ""]
    type_into(qtbot, field(builder.line.lines, "term_months"), "x")
    assert builder.editor.draft.sections[0].lines[0].term_months is None
    type_into(qtbot, field(builder.line.lines, "ramp"), "100;110")
    assert builder.editor.draft.sections[0].lines[1].ramp == (100, 110)


def test_a_term_makes_a_line_recurring(qtbot, builder):
    tab(builder, "line")
    choose(builder.grid, 1)
    box = field(builder.line.lines, "billing")
    box.setCurrentIndex(box.findData(Billing.MONTHLY))
    box.activated.emit(box.currentIndex())
    type_into(qtbot, field(builder.line.lines, "term_months"), "36")
    line = kept(qtbot, builder).sections[0].lines[0]
    assert (line.billing, line.term_months) == (Billing.MONTHLY, 36)
    assert builder.editor.amounts.recurring == 2 * 1250000 * 36
    assert "1,250,000/mo" in builder.grid.lines.index(1, Column.UNIT_PRICE).data()


def test_a_section_hides_gives_a_discount_and_lies_below_another(qtbot, builder):
    tab(builder, "line")
    choose(builder.grid, 3)
    form = builder.line.sections
    assert form.isVisible()
    type_into(qtbot, field(form, "discount_percent"), "10")
    field(form, "hide_prices").click()
    heads = field(form, "parent_id")
    assert [heads.itemText(place) for place in range(heads.count())] == ["", "설비"]
    heads.setCurrentIndex(1)
    heads.activated.emit(1)
    section = kept(qtbot, builder).sections[1]
    assert (section.discount_percent, section.hide_prices) == (10, True)
    assert section.parent_id == builder.editor.draft.sections[0].id
    assert builder.editor.amounts.sections[1].net == 3 * 650000 * 9 // 10
    assert "prices hidden" in builder.grid.lines.index(3, Column.NAME).data()
    assert builder.grid.lines.row(3).depth == 1
    choose(builder.grid, 0)
    assert heads.count() == 1, "a section below cannot stand above"


def test_the_price_trace_is_shown_on_a_click(qtbot, builder):
    choose(builder.grid, 1)
    tab(builder, "trace")
    assert builder.trace.title.text() == "펌프"
    assert [step.rule for step in builder.trace.steps][:1] == ["hand"] or builder.trace.steps[0].rule == "quantity"
    qtbot.mouseClick(builder.totals.why, Qt.MouseButton.LeftButton)
    assert builder.trace.title.text() == "The whole quote"
    assert [step.rule for step in builder.trace.steps] == ["subtotal", "net", "tax", "rounding"]
    assert builder.trace.steps[-1].amount == builder.editor.amounts.grand_total


@pytest.fixture
def book(workspace, builder):
    """A price book that has the controller at another price."""
    (product,) = quotes.products(workspace, "제어기 본체")
    book = records.create(workspace, "price_book", {"name": "단골 가격", "currency": "KRW"}).id
    fields = {"price_book_id": book, "product_id": product.id, "unit_price": Decimal(6500000)}
    records.create(workspace, "price_book_entry", {**fields, "floor_price": Decimal(6400000)})
    (product,) = quotes.products(workspace, "제어기 본체")
    draft = builder.editor.draft
    listed = [replace(edits_line(product, draft), unit_price=Decimal(price)) for price in (6500000, 6000000)]
    for one in listed:
        draft = edits.add_line(draft, one)
    builder.editor.edit("x", draft)
    return book


def edits_line(product, draft):
    from tests.ui.quotes.conftest import line

    return quotes.filled(line("x"), product, draft, "KRW")


def test_prices_anew_ask_before_a_price_set_by_hand_goes(qtbot, builder, workspace, book):
    entry = records.list_rows(workspace, "price_book_entry", quotes_query()).records[0]
    records.set_fields(workspace, "price_book_entry", entry.id, {"unit_price": Decimal(6700000)})
    tab(builder, "terms")
    pricing = builder.pricing
    pricing.reprice()
    qtbot.waitUntil(lambda: pricing.question is not None)
    keep = pricing.question.buttons()[0]
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [one.unit_price for one in builder.editor.draft.lines()][-2:] == [6700000, 6000000])
    pricing.reprice()
    qtbot.waitUntil(lambda: pricing.question is not None)
    take = next(one for one in pricing.question.buttons() if "catalogue" in one.text())
    qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [one.unit_price for one in builder.editor.draft.lines()][-1] == 6700000)
    qtbot.waitUntil(lambda: builder.editor.saved)
    assert book


def quotes_query():
    from desktop_crm.domain.lists.query import ListQuery

    return ListQuery()


def test_a_price_book_is_chosen_and_its_prices_come(qtbot, builder, workspace, book):
    other = records.create(workspace, "price_book", {"name": "행사", "currency": "KRW"}).id
    (product,) = quotes.products(workspace, "제어기 본체")
    fields = {"price_book_id": other, "product_id": product.id, "unit_price": Decimal(5900000)}
    records.create(workspace, "price_book_entry", fields)
    tab(builder, "terms")
    pricing = builder.pricing
    qtbot.waitUntil(lambda: pricing.book.findText("행사") > 0)
    place = pricing.book.findText("행사")
    pricing.book.setCurrentIndex(place)
    pricing.book.activated.emit(place)
    qtbot.waitUntil(lambda: pricing.question is not None)
    qtbot.mouseClick(pricing.question.buttons()[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [one.unit_price for one in builder.editor.draft.lines()][-2:-1] == [5900000])
    assert [one.unit_price for one in kept(qtbot, builder).lines()][-2:] == [5900000, 6000000]
    assert book


def test_a_line_below_its_floor_says_so(qtbot, builder, book):
    assert book
    tab(builder, "trace")
    row = next(
        r for r in range(builder.grid.lines.rowCount()) if "제어기" in str(builder.grid.lines.index(r, 1).data())
    )
    choose(builder.grid, row + 1)
    assert "floor" in builder.trace.guidance.text()
    assert [step.rule for step in builder.trace.steps][:3] == ["list", "book", "hand"]


def test_level_tax_inside_and_prepaid(qtbot, builder):
    tab(builder, "terms")
    pricing = builder.pricing
    place = pricing.level.findData(RoundingLevel.LINE)
    pricing.level.setCurrentIndex(place)
    pricing.level.activated.emit(place)
    pricing.included.click()
    type_into(qtbot, pricing.prepaid, "1,000")
    draft = kept(qtbot, builder)
    assert (draft.rounding_level, draft.tax_included, draft.prepaid) == (RoundingLevel.LINE, True, 1000)
    assert not pricing.rate.isEnabled()
    assert "included" in builder.totals.taxes[0][0].text()
    type_into(qtbot, pricing.prepaid, "abc")
    assert builder.editor.draft.prepaid == 1000


def test_keys_turn_options_free_and_depth(qtbot, builder):
    choose(builder.grid, 1, 2)
    total = builder.editor.amounts.subtotal
    builder.grid.acts.optional.trigger()
    assert builder.editor.amounts.subtotal == 3 * 650000
    assert "(optional)" in builder.grid.lines.index(1, Column.NAME).data()
    builder.grid.acts.optional.trigger()
    assert builder.editor.amounts.subtotal == total
    builder.grid.acts.free.trigger()
    assert builder.editor.amounts.subtotal == 3 * 650000
    builder.grid.acts.free.trigger()
    builder.grid.acts.indent.trigger()
    assert [builder.grid.lines.row(place).depth for place in (1, 2)] == [1, 1]
    builder.grid.acts.outdent.trigger()
    assert builder.grid.lines.row(1).depth == 0
    assert builder.grid.lines.row(0).kind is Kind.HEAD
