"""Copy and paste with spreadsheets: three ways to write a number, heads, headings, products, and cells that are no number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop_crm.domain.quotes.pasted import cells_of, read_rows
from desktop_crm.exchange.numbers import NumberFormat, parse_number
from desktop_crm.foundation.errors import Refusal
from desktop_crm.ui.quotes.model import Column
from tests.ui.quotes.test_pricing_panels import choose, kept

LOCALES = {
    "ko": ("1,250,000", "1,234.5", "0.5"),
    "de": ("1.250.000", "1.234,5", "0,5"),
    "fr": ("1\u202f250\u202f000", "1\u202f234,5", "0,5"),
}


def paste(qtbot, builder, text):
    QGuiApplication.clipboard().setText(text)
    builder.grid.setFocus()
    qtbot.keyClick(builder.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_of_three_locales(qtbot, builder, locale):
    price, other, quantity = LOCALES[locale]
    before = len(list(builder.editor.draft.lines()))
    paste(qtbot, builder, f"품목\t규격\t단위\t수량\t단가\n펌프\tVP\tEA\t2\t{price}\n밸브\t\tEA\t{quantity}\t{other}\n")
    qtbot.waitUntil(lambda: len(list(builder.editor.draft.lines())) == before + 2)
    last = list(kept(qtbot, builder).lines())[-2:]
    assert [(one.name, one.quantity, one.unit_price) for one in last] == [
        ("펌프", 2, 1250000),
        ("밸브", Decimal("0.5"), Decimal("1234.5")),
    ]


def test_what_was_copied_comes_back(qtbot, builder):
    before = builder.editor.amounts.subtotal
    choose(builder.grid, 0, 1, 2)
    qtbot.keyClick(builder.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert text.splitlines() == ["설비", "펌프\t\t\t2\t1250000\t0\t2500000", "밸브\t\t\t4\t80000\t0\t320000"]
    paste(qtbot, builder, text)
    qtbot.waitUntil(lambda: builder.editor.amounts.subtotal == before + 2820000)
    assert [section.name for section in kept(qtbot, builder).sections] == ["설비", "용역", "설비"]
    builder.grid.acts._context.undo.undo()
    qtbot.waitUntil(lambda: builder.editor.amounts.subtotal == before)


def test_a_product_brings_what_the_rows_leave_out(qtbot, builder):
    paste(qtbot, builder, "품목코드\t수량\nHC-900\t3\n")
    qtbot.waitUntil(lambda: len(list(builder.editor.draft.lines())) == 4)
    line = list(kept(qtbot, builder).lines())[-1]
    assert (line.name, line.spec, line.unit_price) == ("제어기 본체", "24V", 6900000)


def test_a_cell_that_is_no_number_is_told_and_nothing_is_lost(qtbot, builder, context):
    before = builder.editor.draft
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported) as told:
        paste(qtbot, builder, "품목\t수량\t단가\n펌프\t두 개\t1000\n")
    assert told.args
    assert builder.editor.draft == before
    assert "두 개" in QGuiApplication.clipboard().text()


def test_a_thousand_rows_are_one_act(qtbot, builder):
    rows = "\n".join(f"품목 {number}\t규격\tEA\t{number % 9 + 1}\t{number * 10:,}" for number in range(1000))
    paste(qtbot, builder, rows)
    qtbot.waitUntil(lambda: len(list(builder.editor.draft.lines())) == 1003, timeout=60_000)
    qtbot.waitUntil(lambda: builder.editor.saved, timeout=60_000)
    assert builder.grid.lines.rowCount() == 1003 + 2 + 1
    assert str(builder.grid.lines.index(1002, Column.NAME).data()).startswith("품목")


def number(text):
    found = parse_number(text, NumberFormat())
    return None if found is None else found.value


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("펌프", [("펌프", {})]),
        ("펌프\t2\t1,000", [("펌프", {"quantity": 2, "unit_price": 1000})]),
        ('"긴\n이름"\t\t\t2\t10', [("긴\n이름", {"quantity": 2, "unit_price": 10})]),
        ("\t\t\t2\t10", []),
        ("Item\tQty\tTotal\npump\t2\t10", [("pump", {"quantity": 2, "amount": 10})]),
    ],
)
def test_rows_as_they_are_copied(text, rows):
    assert [(one.texts["name"], one.numbers) for one in read_rows(cells_of(text), number)] == rows


def test_a_bad_cell_is_named():
    with pytest.raises(Refusal) as refused:
        read_rows(cells_of("품목\t수량\n펌프\t1\n밸브\t많이\n"), number)
    assert refused.value.params == {"row": 3, "field": "quantity", "value": "많이"}
