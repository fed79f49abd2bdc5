"""Fields of one's own with types: kept, asked for, sorted, taken in and out, told in history, never mistaken for another."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n.labels import field_label
from desktop_crm.services import archiving, importing, list_tables, lists, own_fields, records
from desktop_crm.services.exporting import ExportFormat, export
from desktop_crm.services.history import revert
from desktop_crm.services.own_fields import OwnKind
from desktop_crm.services.workspace import init_workspace, open_workspace

PASSPHRASE = "열려라 참깨 2026"
BUDGET, CODE = "x_예산.money", "x_예산.currency"
SCORE, SINCE, GRADE, AREAS, PARTNER = (
    "x_점수.number",
    "x_계약일.date",
    "x_등급.choice",
    "x_관심_주제.choices",
    "x_소개한_계정.account",
)


@pytest.fixture
def fields(workspace):
    """One of every kind on accounts."""
    own_fields.add(workspace, "account", "메모란", label_en="Remark")
    own_fields.add(workspace, "account", "점수", OwnKind.NUMBER, label_en="Score")
    own_fields.add(workspace, "account", "예산", OwnKind.MONEY, label_en="Budget")
    own_fields.add(workspace, "account", "계약일", OwnKind.DATE)
    own_fields.add(workspace, "account", "등급", OwnKind.CHOICE, choices=("A", "B", "C"))
    own_fields.add(workspace, "account", "관심 주제", OwnKind.CHOICES, choices=("전자", "화학", "물류"))
    own_fields.add(workspace, "account", "소개한 계정", OwnKind.REFERENCE, target="account")
    return own_fields.fields_of(workspace, "account")


@pytest.fixture
def rows(workspace, fields):
    hanbit = records.create(workspace, "account", {"name": "한빛"}).id
    some = {
        "가온": {SCORE: Decimal("9.5"), BUDGET: Decimal(1200), CODE: "USD", SINCE: date(2026, 3, 1), GRADE: "A"},
        "나래": {SCORE: Decimal(10), BUDGET: Decimal(90), CODE: "USD", AREAS: ("전자", "물류"), PARTNER: hanbit},
        "다온": {SCORE: Decimal(-3), SINCE: date(2025, 12, 31), GRADE: "C", "x_메모란": "친절함"},
    }
    return {name: records.create(workspace, "account", {"name": name, **more}).id for name, more in some.items()} | {
        "한빛": hanbit
    }


def names(workspace, *filters, sort=None, descending=False):
    query = ListQuery(filters=filters, sort=sort, descending=descending)
    return [one.fields["name"] for one in records.list_rows(workspace, "account", query).records]


def test_the_name_says_what_it_holds(fields):
    kinds = {one.name: one.field.type for one in fields}
    assert kinds == {
        "x_메모란": FieldType.TEXT,
        SCORE: FieldType.DECIMAL,
        BUDGET: FieldType.MONEY,
        SINCE: FieldType.DATE,
        GRADE: FieldType.OPTION,
        AREAS: FieldType.SET,
        PARTNER: FieldType.REFERENCE,
    }
    assert REGISTRY["account"].field(BUDGET).currency_field == CODE
    assert REGISTRY["account"].together("x_예산") == (BUDGET, CODE)
    assert REGISTRY["account"].field(PARTNER).target == "account"


def test_an_older_name_stays_plain_text_whatever_it_is_called():
    for name in ("x_number", "x_주문_date", "x_a.unknown", "later_field.money"):
        assert REGISTRY["account"].field(name).type is FieldType.TEXT


def test_values_come_back_as_what_they_are(workspace, rows):
    held = records.get(workspace, "account", rows["나래"])
    assert held.fields[SCORE] == Decimal(10)
    assert held.fields[AREAS] == ("물류", "전자")
    assert held.titles[PARTNER] == "한빛"
    assert records.get(workspace, "account", rows["가온"]).fields[SINCE] == date(2026, 3, 1)


def test_lists_are_filtered_by_them(workspace, rows):
    assert names(workspace, Filter(field=SCORE, test=Test.ABOVE, value=Decimal(9))) == ["가온", "나래"]
    assert names(workspace, Filter(field=BUDGET, test=Test.AT_MOST, value=Decimal(100))) == ["나래"]
    assert names(workspace, Filter(field=SINCE, test=Test.AT_LEAST, value=date(2026, 1, 1))) == ["가온"]
    assert names(workspace, Filter(field=GRADE, test=Test.ANY_OF, value=("A", "C"))) == ["가온", "다온"]
    assert names(workspace, Filter(field=AREAS, test=Test.ANY_OF, value=("전자",))) == ["나래"]
    assert names(workspace, Filter(field=PARTNER, test=Test.ANY_OF, value=(rows["한빛"],))) == ["나래"]
    assert names(workspace, Filter(field=AREAS, test=Test.EMPTY)) == ["가온", "다온", "한빛"]
    spring = Period(span=Span.LAST_DAYS, days=36_000)
    assert names(workspace, Filter(field=SINCE, test=Test.DURING, value=spring)) == ["가온", "다온"]


def test_lists_are_sorted_by_them_as_numbers_are(workspace, rows):
    assert names(workspace, sort=SCORE)[1:] == ["다온", "가온", "나래"]
    assert names(workspace, sort=SCORE, descending=True)[:3] == ["나래", "가온", "다온"]
    assert names(workspace, sort=PARTNER, descending=True)[0] == "나래"


def test_lists_show_group_and_add_them(workspace, rows):
    order = lists.order(workspace, "account", ListQuery(group=GRADE, sort="name"), (BUDGET,))
    assert [(heap.value, heap.count) for heap in order.heaps] == [(None, 2), ("A", 1), ("C", 1)]
    lines = lists.lines(workspace, "account", order.keys, ("name", BUDGET, CODE, PARTNER))
    shown = {line.fields["name"]: line for line in lines}
    assert (shown["가온"].fields[BUDGET], shown["가온"].fields[CODE]) == (Decimal(1200), "USD")
    assert shown["나래"].titles[PARTNER] == "한빛"
    (total,) = lists.extent(workspace, "account", lists.Selection(matching=ListQuery()), (BUDGET,)).sums
    assert (total.amount, total.currency) == (Decimal(1290), "USD")


@pytest.mark.parametrize("name", [GRADE, SCORE, SINCE, BUDGET])
def test_an_index_serves_order_and_filter(workspace, rows, name):
    value = {GRADE: ("A",), SCORE: Decimal(9), SINCE: date(2026, 1, 1), BUDGET: Decimal(9)}[name]
    asked = Filter(field=name, test=Test.ANY_OF if name == GRADE else Test.AT_LEAST, value=value)
    for query in (ListQuery(sort=name), ListQuery(filters=(asked,), sort=name)):
        assert "own_account_" in plan_of(workspace, query)


def plan_of(workspace, query):
    """What SQLite says of the statement that puts a list in order."""
    table = lists.store.ROWS["account"].__table__
    asked = lists.store.select(table.c.id).where(*lists.store.conditions("account", query))
    asked = asked.order_by(*lists.store.order("account", query))
    with workspace.read() as session:
        connection = session.connection()
        connection.exec_driver_sql(
            "SELECT count(*) FROM account"
        ).scalar()  # a connection sees new indexes when it reads
        text = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all())


def test_what_came_from_elsewhere_is_indexed_at_the_next_opening(tmp_path):
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", passphrase=PASSPHRASE).closing() as made:
        records.create(made, "own_field", {"entity": "account", "field": SCORE, "label": "점수"})
    with open_workspace(path, passphrase=PASSPHRASE).closing() as opened:
        assert "own_account_" in plan_of(opened, ListQuery(sort=SCORE))


def test_what_may_not_be_chosen_is_refused_but_stays_where_it_stands(workspace, rows, fields):
    with pytest.raises(Refusal, match=r"value\.not_an_option"):
        records.set_fields(workspace, "account", rows["가온"], {GRADE: "D"})
    with pytest.raises(Refusal, match=r"reference\.missing"):
        records.set_fields(workspace, "account", rows["가온"], {PARTNER: "nobody"})
    grade = next(one for one in fields if one.name == GRADE)
    own_fields.change(workspace, grade.id, choices=("B", "D"))
    records.set_fields(workspace, "account", rows["가온"], {GRADE: "A", "industry": "전자"})
    records.set_fields(workspace, "account", rows["가온"], {GRADE: "D"})
    assert records.get(workspace, "account", rows["가온"]).fields[GRADE] == "D"


def test_they_are_called_in_both_languages_and_renamed(workspace, fields):
    score = next(one for one in fields if one.name == SCORE)
    with i18n.speaking("en"):
        assert field_label("account", SCORE) == "Score"
        assert field_label("account", SINCE) == "계약일"
        assert field_label("account", CODE) == "Budget: currency"
    with i18n.speaking("ko"):
        assert field_label("account", SCORE) == "점수"
        undone = own_fields.change(workspace, score.id, label="평점")
        assert field_label("account", SCORE) == "평점"
        revert(workspace, undone.tx_id)
        own_fields.all_fields(workspace)
        assert field_label("account", SCORE) == "점수"


def test_a_retired_field_is_offered_nowhere_and_loses_nothing(workspace, rows, fields):
    score = next(one for one in fields if one.name == SCORE)
    own_fields.change(workspace, score.id, retired=True)
    assert SCORE not in records.own_fields(workspace, "account")
    assert records.get(workspace, "account", rows["가온"]).fields[SCORE] == Decimal("9.5")
    with pytest.raises(Refusal, match=r"own_field\.there"):
        own_fields.add(workspace, "account", "점수", OwnKind.NUMBER)
    own_fields.change(workspace, score.id, retired=False)
    assert SCORE in records.own_fields(workspace, "account")


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("own_field.unnamed", {"entity": "account", "label": "…"}),
        ("own_field.entity", {"entity": "quote", "label": "x"}),
        ("own_field.target", {"entity": "account", "label": "x", "kind": OwnKind.REFERENCE}),
        ("own_field.choices", {"entity": "account", "label": "x", "kind": OwnKind.CHOICE, "choices": (" ",)}),
    ],
)
def test_what_makes_no_field_is_refused(workspace, code, wanted):
    with pytest.raises(Refusal) as refused:
        own_fields.add(workspace, **wanted)
    assert refused.value.code == code
    assert own_fields.all_fields(workspace) == ()


def test_history_and_undo_know_them(workspace, rows):
    changes = records.set_fields(workspace, "account", rows["가온"], {SCORE: Decimal("1.25"), AREAS: ("화학",)})
    last = records.history(workspace, "account", rows["가온"])[-1]
    assert (last.before[SCORE], last.after[SCORE]) == (Decimal("9.5"), Decimal("1.25"))
    assert last.after[AREAS] == ("화학",)
    revert(workspace, changes.tx_id)
    held = records.get(workspace, "account", rows["가온"]).fields
    assert held[SCORE] == Decimal("9.5")
    assert not held.get(AREAS)


def brought(workspace, path, kind="accounts"):
    plan = importing.with_saved(workspace, importing.inspect([path], kind), kind)
    return plan, importing.run(workspace, plan, importing.read_rows(plan))


def test_an_import_finds_them_by_label_and_reads_their_types(workspace, fields, tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text(
        "계정명,점수,예산,계약일,등급,관심 주제,소개한 계정\n"
        '한빛,7.5,"1,000",2026-05-01,A,"전자, 물류",\n'
        "누리,,200,,B,,한빛\n"
        "다온,1,,,Z,,\n",
        encoding="utf-8",
    )
    plan, report = brought(workspace, path)
    assert {column.field for column in plan.files[0].columns} >= {SCORE, BUDGET, SINCE, GRADE, AREAS, PARTNER}
    held = {one.fields["name"]: one for one in records.list_rows(workspace, "account").records}
    assert set(held) == {"한빛", "누리"}
    assert held["한빛"].fields[SCORE] == Decimal("7.5")
    assert (held["한빛"].fields[BUDGET], held["한빛"].fields[CODE]) == (Decimal(1000), "KRW")
    assert held["한빛"].fields[SINCE] == date(2026, 5, 1)
    assert held["한빛"].fields[AREAS] == ("물류", "전자")
    assert held["누리"].titles[PARTNER] == "한빛"
    assert [problem.code for problem in report.files[0].problems] == ["import.cell.option"]


@pytest.mark.parametrize("form", [ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.JSON])
def test_an_export_goes_into_another_workspace_with_its_types(workspace, rows, tmp_path, form):
    path = tmp_path / f"accounts.{form}"
    export(workspace, "accounts", form, path)
    with init_workspace(tmp_path / "b.crm", name="b", passphrase=PASSPHRASE).closing() as other:
        brought(other, path)
        held = {one.fields["name"]: one.fields for one in records.list_rows(other, "account").records}
        for name in ("가온", "나래", "다온"):
            mine = records.get(workspace, "account", rows[name]).fields
            typed = {key: value for key, value in mine.items() if key.startswith("x_")}
            assert {key: held[name].get(key) for key in typed} == typed
        assert CODE not in records.own_fields(other, "account")


def test_a_list_is_exported_with_labels_and_plain_values(workspace, rows, tmp_path):
    from desktop_crm.domain.lists.query import Sort
    from desktop_crm.domain.lists.views import ListView

    view = ListView(name="v", columns=("name", SCORE, BUDGET, PARTNER), sorts=(Sort(field="name"),))
    with i18n.speaking("en"):
        list_tables.export_view(workspace, "account", view, list_tables.TableKind.CSV, tmp_path / "v.csv")
    with (tmp_path / "v.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["Account name", "Score", "Budget", "Budget: currency", "소개한 계정"]
    assert found[2] == ["나래", "10", "90", "USD", "한빛"]


def test_an_archive_keeps_them(workspace, rows, tmp_path):
    archiving.archive(workspace, tmp_path / "a.zip")
    with archiving.workspace_from(tmp_path / "a.zip", tmp_path / "c.crm", passphrase=PASSPHRASE).closing() as other:
        for row_id in rows.values():
            assert records.get(other, "account", row_id).fields == records.get(workspace, "account", row_id).fields
        assert {one.name for one in own_fields.all_fields(other)} == {
            one.name for one in own_fields.all_fields(workspace)
        }
