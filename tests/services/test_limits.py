"""The limits that the registry declares of a number hold at every door where it is written, with field and reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.domain.lists.query import ListQuery, Selection
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema import REGISTRY, FieldType, MergeRule
from desktop_crm.domain.schema.codec import misfit, parse
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services import bulk, history, importing, quotes, records

OUTSIDE = [
    (entity.name, field.name, code, limit + step)
    for entity in REGISTRY
    for field in entity.limited
    for code, limit, step in (("value.below", field.least, -1), ("value.above", field.most, 1))
    if limit is not None
]


@pytest.fixture
def quote(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    lines = (QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(1), unit_price=Decimal(1000)),)
    sections = (QuoteSection(id=new_row_id(), name="설비", lines=lines),)
    return quotes.create(workspace, account_id=account, sections=sections).id


def draft_of(workspace, quote):
    return quotes.open_quote(workspace, quote).draft


def refused(code):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def test_no_number_outside_its_limits_is_typed_or_written(workspace):
    assert len(OUTSIDE) > 40
    for entity, field, code, value in OUTSIDE:
        kind = REGISTRY[entity].field(field)
        with refused(code) as typed:
            parse(kind, str(value))
        with refused(code) as written, workspace.write("test") as work:
            work.insert(entity, {field: value})
        assert (typed.value.params["field"], written.value.params["entity"]) == (field, entity)
        for language in ("ko", "en"):
            with i18n.speaking(language):
                assert "…" not in explain(written.value).happened
        raw = str(value) if kind.type is FieldType.DECIMAL else value
        assert misfit(REGISTRY[entity], {"name": "x", field: raw}, code).params["field"] == field


def test_the_limits_themselves_are_within(workspace):
    for entity in REGISTRY:
        for field in entity.limited:
            for limit in (field.least, field.most):
                assert limit is None or parse(field, str(limit)) == limit


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("discount_percent", 200, "value.above"),
        ("discount_percent", -1, "value.below"),
        ("tax_rate", -5, "value.below"),
    ],
)
def test_a_quotes_line_is_refused_at_every_way_of_writing_it(workspace, quote, field, value, code):
    before = draft_of(workspace, quote)
    (line,) = before.lines()
    with refused(code):
        records.set_fields(workspace, "quote_line", line.id, {field: Decimal(value)})
    with refused(code):
        records.create(workspace, "quote_line", {"quote_id": quote, "name": "x", field: Decimal(value)})
    result = bulk.set_many(workspace, "quote_line", Selection(matching=ListQuery()), {field: Decimal(value)})
    assert (result.changed, result.refused, result.named[0].refusal.params["field"]) == (0, 1, field)
    bad = replace(line, **{field: Decimal(value)})
    section = before.sections[0]
    with refused(code):
        quotes.save(workspace, before, replace(before, sections=(replace(section, lines=(bad,)),)))
    with refused(code):
        quotes.save(workspace, before, replace(before, **{field: Decimal(value)}))
    assert draft_of(workspace, quote) == before


def test_full_discounts_and_negative_quantities_and_prices_are_still_written(workspace, quote):
    (line,) = draft_of(workspace, quote).lines()
    fields = {
        "discount_percent": Decimal(100),
        "quantity": Decimal(-2),
        "unit_price": Decimal(-7),
        "tax_rate": Decimal(0),
    }
    records.set_fields(workspace, "quote_line", line.id, fields)
    (now,) = draft_of(workspace, quote).lines()
    assert (now.discount_percent, now.quantity, now.unit_price, now.tax_rate) == (100, -2, -7, 0)


def test_a_line_stays_in_its_quote(workspace, quote):
    other = quotes.create(workspace, account_id=records.create(workspace, "account", {"name": "다른 곳"}).id).id
    (line,) = draft_of(workspace, quote).lines()
    with refused("record.fixed") as moved:
        records.set_fields(workspace, "quote_line", line.id, {"quote_id": other})
    assert moved.value.params["field"] == "quote_id"
    theirs = records.create(workspace, "quote_section", {"quote_id": other, "name": "남의 구분"}).id
    with refused("quote.part.elsewhere") as hung:
        records.set_fields(workspace, "quote_line", line.id, {"section_id": theirs})
    assert hung.value.params["field"] == "section_id"
    with refused("quote.part.elsewhere"):
        records.create(workspace, "quote_line", {"quote_id": quote, "section_id": theirs, "name": "x"})


def test_what_was_issued_takes_no_edit_of_any_field(workspace, quote):
    quotes.issue(workspace, quote)
    (version,) = records.list_rows(workspace, "quote_version", ListQuery()).records
    for field in REGISTRY["quote_version"].fields:
        if field.merge is MergeRule.FIXED or field.name in {"quote_id", "version", "number", "grand_total"}:
            value = version.fields.get(field.name)
            new = "x" if isinstance(value, str) else 7
            if value is None or value == new:
                continue
            with pytest.raises(Refusal) as no:
                records.set_fields(workspace, "quote_version", version.id, {field.name: new})
            assert no.value.code in {"record.fixed", "reference.missing", "record.issued"}
    with refused("record.fixed"):
        records.delete(workspace, "quote_version", version.id)


def test_undo_brings_back_what_once_stood(workspace):
    account = records.create(workspace, "account", {"name": "옛 기록"}).id
    with workspace.write("before there were limits") as work:
        work.bulk("account", updates=[(account, {"employees": -5})])
    changed = records.set_fields(workspace, "account", account, {"employees": 5})
    history.revert(workspace, changed.tx_id)
    assert records.get(workspace, "account", account).fields["employees"] == -5


def test_an_import_names_row_column_and_reason_and_takes_the_rest(workspace, tmp_path):
    source = tmp_path / "accounts.csv"
    source.write_text("name,employees,founded_year\n가온,-12,1990\n나래,12,2999\n다온,3,2001\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([source], "account"))
    (file,) = report.files
    assert (file.created, file.refused) == (1, 2)
    assert [(one.row, one.column, one.code) for one in file.problems] == [
        (2, "employees", "value.below"),
        (3, "founded_year", "value.above"),
    ]
