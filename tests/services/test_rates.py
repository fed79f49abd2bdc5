"""Stored rates and the fiscal year: written by hand or brought by a file, shared, undone, and what filters make of them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import forms
from desktop_crm.i18n.forms import Forms
from desktop_crm.services import importing, rates, records
from desktop_crm.services.calendars import FISCAL, calendar_of
from desktop_crm.services.history import revert

MAY = date(2026, 5, 1)


def test_a_rate_is_stored_found_changed_and_undone(workspace):
    made = rates.put(workspace, "usd", "KRW", Decimal(1300), MAY, "한국은행")
    assert rates.rate(workspace, "USD", "KRW", date(2026, 6, 1)).rate == 1300
    again = rates.put(workspace, "USD", "KRW", Decimal(1310), MAY)
    assert again.id == made.id
    assert records.count(workspace, "exchange_rate") == 1
    assert rates.rate(workspace, "KRW", "USD", MAY).rate * 1310 == pytest.approx(Decimal(1))
    revert(workspace, again.changes.tx_id)
    assert rates.rate(workspace, "USD", "KRW", MAY).rate == 1300
    assert [one.after.get("rate") for one in records.history(workspace, "exchange_rate", made.id)] == [1300, 1310, 1300]


@pytest.mark.parametrize(
    ("code", "pair", "number"),
    [
        ("rate.same", ("USD", "USD"), 1),
        ("rate.not_positive", ("USD", "KRW"), 0),
        ("currency.unknown", ("US$", "KRW"), 1),
    ],
)
def test_what_is_no_rate_is_refused(workspace, code, pair, number):
    with pytest.raises(Refusal) as refused:
        rates.put(workspace, *pair, Decimal(number), MAY)
    assert refused.value.code == code
    assert records.count(workspace, "exchange_rate") == 0


def test_a_missing_rate_is_refused_with_its_day(workspace):
    with pytest.raises(Refusal, match=r"rate\.missing"):
        rates.rate(workspace, "USD", "KRW", MAY)


@pytest.mark.parametrize("name", ["JPY(100)", "JPY (100엔)", "100 JPY", "일본 JPY 100", "JPY/100", "JPY（100）"])
def test_a_rate_for_a_hundred_is_stored_for_one(workspace, tmp_path, name):
    path = tmp_path / "rates.csv"
    path.write_text(f"통화,매매기준율,고시일\nUSD,1380.5,2026-05-01\n{name},912.34,2026-05-01\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([path]))
    assert [file.refused for file in report.files] == [0]
    assert rates.rate(workspace, "JPY", "KRW", MAY).rate == Decimal("9.1234")
    assert rates.rate(workspace, "USD", "KRW", MAY).rate == Decimal("1380.5")


@pytest.mark.parametrize("name", ["JPY(50)", "(100)", "JPYX", "JPY(100)(100)"])
def test_a_currency_that_cannot_be_read_is_listed(workspace, tmp_path, name):
    path = tmp_path / "rates.csv"
    path.write_text(f"통화,매매기준율,고시일\nUSD,1380.5,2026-05-01\n{name},912.34,2026-05-01\n", encoding="utf-8")
    (file,) = importing.run(workspace, importing.inspect([path], "exchange_rates")).files
    assert [problem.code for problem in file.problems] == ["import.cell.currency"]


def test_a_file_of_rates_is_imported_again_without_doubling_and_undone(workspace, tmp_path):
    path = tmp_path / "환율.csv"
    path.write_text(
        '통화,매매기준율,고시일,출처\nUSD,"1,380.50",2026-05-01,한국은행\nEUR,1500,2026-05-01,한국은행\n',
        encoding="cp949",
    )
    for _ in range(2):
        plan = importing.with_saved(workspace, importing.inspect([path]))
        report = importing.run(workspace, plan, importing.read_rows(plan))
    assert records.count(workspace, "exchange_rate") == 2
    found = rates.rate(workspace, "USD", "KRW", MAY)
    assert (found.rate, found.source) == (Decimal("1380.50"), "한국은행")
    through = rates.rate(workspace, "EUR", "USD", MAY)
    assert through.through == "KRW"
    first = importing.past_imports(workspace)[-1]
    importing.undo_import(workspace, first.import_id)
    assert records.count(workspace, "exchange_rate") == 0
    assert report is not None


def test_the_fiscal_year_moves_what_filters_find(workspace):
    for name, day in (("March", date(2026, 3, 31)), ("April", date(2026, 4, 1)), ("December", date(2026, 12, 31))):
        records.create(workspace, "opportunity", {"name": name, "close_date": day})
    today = workspace.today()
    span = Period(span=Span.THIS_YEAR)

    def found():
        query = records.ListQuery(
            filters=(Filter(field="close_date", test=Test.DURING, value=span),), sort="close_date"
        )
        return [one.fields["name"] for one in records.list_rows(workspace, "opportunity", query).records]

    plain = span.bounds(today)
    assert found() == [
        n
        for n, d in (("March", date(2026, 3, 31)), ("April", date(2026, 4, 1)), ("December", date(2026, 12, 31)))
        if plain[0] <= d <= plain[1]
    ]
    records.create(workspace, "workspace_setting", {"name": FISCAL, "value": json.dumps(4)})
    calendar = calendar_of(workspace)
    assert calendar.year_begins == 4
    first, last = calendar.months(today, "year")
    assert found() == [
        n
        for n, d in (("March", date(2026, 3, 31)), ("April", date(2026, 4, 1)), ("December", date(2026, 12, 31)))
        if first <= d <= last
    ]


@pytest.mark.parametrize("odd", ["", "x", "[]", "13", "null"])
def test_a_form_of_a_newer_version_is_as_if_nothing_was_chosen(workspace, odd):
    records.create(workspace, "workspace_setting", {"name": FISCAL, "value": odd})
    assert calendar_of(workspace).year_begins == 1


def test_the_week_begins_as_this_laptop_has_it(workspace):
    with forms.written(Forms(week_begins=6)):
        assert calendar_of(workspace).week_begins == 6
