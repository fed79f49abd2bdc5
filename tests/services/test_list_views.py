"""Views that are kept: written, read back, renamed, forgotten; what cannot be read is left out; and lists as plain tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.lists.query import ListQuery, Sort
from desktop_crm.domain.lists.views import KeptViews, ListView, views_from_json, views_to_json
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.facts import write_fact
from desktop_crm.services import list_tables, list_views, records

VIEW = ListView(
    name="이번 달 큰 건",
    columns=("name", "amount", "x_grade"),
    sorts=(Sort(field="amount", descending=True), Sort(field="name")),
    group="stage_id",
    where=Group(
        parts=(
            Filter(field="close_date", test=Test.DURING, value=Period(span=Span.THIS_MONTH)),
            Filter(field="amount", test=Test.AT_LEAST, value=Decimal("1000000.50")),
        ),
        any=True,
    ),
    text="한빛",
)


def test_a_view_comes_back_as_it_was_kept(workspace):
    assert list_views.kept(workspace, "deals", "opportunity") == KeptViews()
    list_views.keep(workspace, "deals", "opportunity", VIEW)
    list_views.open_with(workspace, "deals", "opportunity", VIEW.name)
    found = list_views.kept(workspace, "deals", "opportunity")
    assert found == KeptViews(views=(VIEW,), default=VIEW.name)
    assert list_views.kept(workspace, "others", "opportunity") == KeptViews()


def test_views_are_renamed_replaced_and_forgotten(workspace):
    for name in (" a ", "b"):
        list_views.keep(workspace, "deals", "opportunity", ListView(name=name))
    list_views.open_with(workspace, "deals", "opportunity", "a")
    with pytest.raises(Refusal, match=r"view\.name\.taken"):
        list_views.rename(workspace, "deals", "opportunity", "a", "b")
    for name in ("", " ", "x" * 61):
        with pytest.raises(Refusal, match=r"view\.name"):
            list_views.rename(workspace, "deals", "opportunity", "a", name)
        with pytest.raises(Refusal, match=r"view\.name"):
            list_views.keep(workspace, "deals", "opportunity", ListView(name=name))
    found = list_views.rename(workspace, "deals", "opportunity", "a", "c")
    assert (found.default, [view.name for view in found.views]) == ("c", ["c", "b"])
    found = list_views.keep(workspace, "deals", "opportunity", ListView(name="c", group="stage_id"))
    assert found.named("c").group == "stage_id"
    assert list_views.delete(workspace, "deals", "opportunity", "c") == KeptViews(views=(ListView(name="b"),))
    assert list_views.open_with(workspace, "deals", "opportunity", "gone").default == ""


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"views": [1, {"name": "x"}], "default": "x"}'])
def test_what_cannot_be_read_is_left_out(workspace, text):
    with workspace.database.writing() as connection:
        write_fact(connection, "views:deals", text)
    assert list_views.kept(workspace, "deals", "opportunity") == KeptViews()


def test_one_view_of_a_newer_version_does_not_take_the_others_with_it():
    kept = KeptViews(views=(VIEW, ListView(name="b")))
    raw = views_to_json(REGISTRY["opportunity"], kept)
    raw["views"][0]["where"] = {"all": [{"field": "name", "test": "sounds_like", "value": "x"}]}
    assert views_from_json(REGISTRY["opportunity"], raw) == KeptViews(views=(ListView(name="b"),))


def test_a_list_becomes_a_table_of_plain_values(workspace):
    account = records.create(workspace, "account", {"name": "한빛\t전자"}).id
    records.create(
        workspace,
        "opportunity",
        {
            "name": "=1+1\n둘째 줄",
            "account_id": account,
            "amount": Decimal("12.50"),
            "currency": "USD",
            "close_date": date(2026, 11, 23),
            "x_grade": "A",
        },
    )
    columns = list_tables.headings(
        "opportunity", ("name", "account_id", "amount", "close_date", "x_grade"), {"x_grade": "등급"}
    )
    keys = list_tables.keys_of(workspace, "opportunity", ListQuery())
    rows = list(list_tables.table(workspace, "opportunity", keys, columns))
    assert rows == [("=1+1\n둘째 줄", "한빛\t전자", Decimal("12.50"), "USD", date(2026, 11, 23), "A")]
    with i18n.speaking("ko"):
        assert [column.label for column in list_tables.headings("opportunity", ("amount",))] == ["금액", "통화"]
    assert list_tables.tsv(columns, rows).split("\n")[1] == "=1+1 둘째 줄\t한빛 전자\t12.50\tUSD\t2026-11-23\tA"
    assert "&lt;" in list_tables.html(columns, [("<b>", 1, Decimal(2), None, True, "x")])


def test_options_flags_words_and_moments_say_what_they_mean(workspace):
    records.create(workspace, "task", {"subject": "a", "priority": "high", "done": True})
    moment = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    records.create(workspace, "activity", {"subject": "b", "occurred_at": moment, "participants": ("나", "가")})
    with i18n.speaking("en"):
        columns = list_tables.headings("task", ("priority", "done"))
        keys = list_tables.keys_of(workspace, "task", ListQuery())
        (row,) = list_tables.table(workspace, "task", keys, columns)
        assert list_tables.tsv(columns, [row]).split("\n")[1] == "High\tYes"
        columns = list_tables.headings("activity", ("occurred_at", "participants"))
        keys = list_tables.keys_of(workspace, "activity", ListQuery())
        (row,) = list_tables.table(workspace, "activity", keys, columns)
        local = moment.astimezone().strftime("%Y-%m-%d %H:%M")
        assert list_tables.tsv(columns, [row]).split("\n")[1] == f"{local}\t가, 나"


def test_making_a_table_tells_how_far_it_is_and_can_be_stopped(workspace):
    with workspace.write("test") as work:
        work.bulk("lead", inserts=[{"name": f"n{n}"} for n in range(2500)])
    keys = list_tables.keys_of(workspace, "lead", ListQuery())
    columns = list_tables.headings("lead", ("name",))
    seen: list[int] = []
    assert len(list(list_tables.table(workspace, "lead", keys, columns, progress=seen.append))) == 2500
    assert seen == [1000, 2000, 2500]
    with pytest.raises(Refusal, match=r"export\.cancelled"):
        list(list_tables.table(workspace, "lead", keys, columns, cancelled=lambda: True))


def _three(workspace):
    for name, amount, currency in (("나", "2.50", "USD"), ("가", "10", "KRW"), ("=x", None, None)):
        fields = {"name": name, "amount": Decimal(amount) if amount else None, "currency": currency}
        records.create(workspace, "opportunity", fields)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_what_a_view_shows_is_written_as_csv(workspace, tmp_path, encoding):
    _three(workspace)
    view = ListView(
        name="v",
        columns=("name", "amount"),
        sorts=(Sort(field="amount", descending=True),),
        where=Group(parts=(Filter(field="name", test=Test.FILLED),)),
    )
    target = tmp_path / "list.csv"
    with i18n.speaking("ko"):
        kind = list_tables.TableKind.CSV
        count = list_tables.export_view(workspace, "opportunity", view, kind, target, encoding=encoding)
    assert count == 3
    lines = target.read_bytes().decode(encoding).split("\r\n")
    assert lines[:4] == ["영업기회명,금액,통화", "가,10,KRW", "나,2.50,USD", "'=x,,"]


def test_what_a_view_shows_is_written_as_a_workbook_with_types(workspace, tmp_path):
    import openpyxl

    _three(workspace)
    target = tmp_path / "list.xlsx"
    view = ListView(name="v", columns=("name", "amount"), sorts=(Sort(field="name"),), text="가")
    with i18n.speaking("en"):
        list_tables.export_view(workspace, "opportunity", view, list_tables.TableKind.XLSX, target)
    sheet = openpyxl.load_workbook(target).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [["Opportunity name", "Amount", "Currency"], ["가", 10, "KRW"]]
