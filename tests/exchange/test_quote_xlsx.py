"""The workbook of a quote: its formulas, worked out anew, give the figures it was issued with; nothing else is a formula."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

import openpyxl
import pytest
from hypothesis import given, settings

from desktop_crm.domain.quotes import customer_copy
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.exchange.quote_xlsx import workbook
from desktop_crm.i18n import speaking
from tests.domain.quotes.samples import drafts, korean_draft, line, long_draft


def rounder(mode):
    return lambda number, digits: number.quantize(Decimal(1).scaleb(-int(digits)), mode)


ROUNDERS = {"ROUND": rounder(ROUND_HALF_UP), "ROUNDDOWN": rounder(ROUND_DOWN), "ROUNDUP": rounder(ROUND_UP)}


def content(draft):
    version = freeze(
        draft,
        number="Q-1",
        version=2,
        issued_at=datetime(2026, 11, 22, tzinfo=UTC),
        issued_on=date(2026, 11, 22),
        issued_by="x",
        paper=Paper(),
    )
    return customer_copy.copy_of(version).content


def opened(pdf, *, values):
    return openpyxl.load_workbook(io.BytesIO(pdf), data_only=values).active


def worked_out(sheet, place, seen=()):
    """A small Excel: sums, rounding and the four operations, in exact decimals."""
    assert place not in seen, "a circle"
    value = sheet[place].value
    if not isinstance(value, str) or not value.startswith("="):
        return Decimal(str(value or 0))
    text = value[1:]

    def cell(match):
        return f"(Decimal('{worked_out(sheet, match.group(), (*seen, place))}'))"

    def ranged(match):
        column, first, last = match.group(1), int(match.group(2)), int(match.group(3))
        total = sum((worked_out(sheet, f"{column}{row}", (*seen, place)) for row in range(first, last + 1)), Decimal(0))
        return f"(Decimal('{total}'))"

    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"Decimal('\1')", text)
    text = re.sub(r"SUM\(([A-Z])(\d+):[A-Z](\d+)\)", ranged, text)
    text = re.sub(r"\b[A-Z]\d+\b", cell, text)
    return eval(text, {"Decimal": Decimal, **ROUNDERS})  # noqa: S307 - our own formulas


def check(draft, locale="ko"):
    what = content(draft)
    with speaking(locale):
        made = workbook(what)
    formulas, values = opened(made, values=False), opened(made, values=True)
    for row in formulas.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type == "f":
                assert worked_out(formulas, cell.coordinate) == Decimal(str(values[cell.coordinate].value)), cell
    total = {values.cell(row, 8).value: values.cell(row, 9).coordinate for row in range(1, values.max_row + 1)}
    word = "합계" if locale == "ko" else "Grand total"
    assert worked_out(formulas, total[word]) == what.amounts.grand_total
    return formulas


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("make", [korean_draft, lambda: long_draft(60), lambda: long_draft(60, "USD")])
def test_formulas_come_to_the_issued_figures(make, locale):
    sheet = check(make(), locale)
    live = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(live) > 5


@settings(max_examples=40, deadline=None)
@given(draft=drafts())
def test_formulas_of_any_draft_come_to_its_figures(draft):
    check(draft)


def test_a_changed_quantity_changes_the_total():
    sheet = check(korean_draft())
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == "현장 설치·시운전")
    before = worked_out(sheet, f"I{row}")
    total = next(f"I{one}" for one in range(1, sheet.max_row + 1) if sheet.cell(one, 8).value == "합계")
    was = worked_out(sheet, total)
    sheet.cell(row, 5).value = 19
    assert worked_out(sheet, f"I{row}") == before + 650000
    assert worked_out(sheet, total) > was


def test_text_is_never_a_formula_and_hidden_prices_stay_hidden():
    first, second, _ = korean_draft().sections
    sly = replace(first, lines=(line(1, "=1+1", "1", "1000"), line(2, "+cmd|x", "1", "7777")))
    draft = replace(korean_draft(), sections=(sly, replace(second, hide_prices=True)))
    with speaking("en"):
        made = workbook(content(draft))
    sheet = opened(made, values=False)
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells["=1+1"] == cells["+cmd|x"] == "s"
    assert 504000 not in cells
    with speaking("en"):
        assert workbook(content(draft)) == made
