"""Any record of the registry: make, read, list, set, delete, look back, with the rules that hold everywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import records
from desktop_crm.services.records import Filter, ListQuery, Test

PLAIN = [entity.name for entity in REGISTRY if not entity.server_made]


@pytest.fixture
def deals(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    rows = [
        ("증설", Decimal(1000), "KRW", date(2026, 3, 1)),
        ("교체", Decimal("9.5"), "USD", date(2026, 1, 1)),
        ("환불", Decimal(-200), "KRW", None),
        ("조사_100%", None, None, date(2026, 2, 1)),
    ]
    with workspace.write("test") as work:
        for name, amount, currency, day in rows:
            fields = {"name": name, "amount": amount, "currency": currency, "close_date": day, "account_id": account}
            work.insert("opportunity", fields)
    return account


def names(workspace, *filters, **more):
    page = records.list_rows(workspace, "opportunity", ListQuery(filters=filters, **more))
    return [record.fields["name"] for record in page.records]


@pytest.mark.parametrize("entity", PLAIN)
def test_every_entity_is_made_read_set_deleted_and_remembered(workspace, entity):
    fields = {}
    for field in REGISTRY[entity].fields:
        if field.required:
            fields[field.name] = (
                records.create(workspace, field.target, _least(workspace, field.target)).id if field.target else "이름"
            )
    made = records.create(workspace, entity, fields)
    assert made.changes.rows(entity) == {made.id}
    assert {name: records.get(workspace, entity, made.id).fields[name] for name in fields} == fields
    assert records.count(workspace, entity) == 1
    if REGISTRY[entity].issued:
        return
    ruled = {"tiers", "pricing_order"}  # text in a form of its own
    plain = (f for f in REGISTRY[entity].fields if f.type == "text" and f.merge != "fixed" and f.name not in ruled)
    title = next((field.name for field in plain), None)
    if title:
        assert records.set_fields(workspace, entity, made.id, {title: "anders"}).touches(entity)
        assert records.get(workspace, entity, made.id).fields[title] == "anders"
    assert records.delete(workspace, entity, made.id).rows(entity) == {made.id}
    assert records.count(workspace, entity) == 0
    assert [e.kind for e in records.history(workspace, entity, made.id)][-1] == "deleted"


def _least(workspace, entity):
    """The required fields of an entity, filled."""
    return {
        f.name: records.create(workspace, f.target, _least(workspace, f.target)).id if f.target else "이름"
        for f in REGISTRY[entity].fields
        if f.required
    }


def test_a_list_is_filtered_sorted_and_cut_into_windows(workspace, deals):
    assert names(workspace, sort="close_date") == ["환불", "교체", "조사_100%", "증설"]
    assert names(workspace, sort="amount") == ["조사_100%", "환불", "교체", "증설"]
    assert names(workspace, sort="amount", descending=True) == ["증설", "교체", "환불", "조사_100%"]
    assert names(workspace, sort="amount", offset=1, limit=2) == ["환불", "교체"]
    assert records.list_rows(workspace, "opportunity", ListQuery(limit=1)).total == 4


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Filter(field="currency", value="KRW"), {"증설", "환불"}),
        (Filter(field="amount", value=Decimal("9.50")), {"교체"}),
        (Filter(field="amount", value=None), {"조사_100%"}),
        (Filter(field="currency", test=Test.IS_NOT, value="KRW"), {"교체", "조사_100%"}),
        (Filter(field="name", test=Test.CONTAINS, value="_100%"), {"조사_100%"}),
        (Filter(field="name", test=Test.CONTAINS, value="%"), {"조사_100%"}),
        (Filter(field="amount", test=Test.AT_LEAST, value=Decimal(0)), {"증설", "교체"}),
        (Filter(field="amount", test=Test.AT_MOST, value=Decimal("9.5")), {"교체", "환불"}),
        (Filter(field="close_date", test=Test.AT_LEAST, value=date(2026, 2, 1)), {"증설", "조사_100%"}),
        (Filter(field="close_date", test=Test.EMPTY), {"환불"}),
        (Filter(field="name", test=Test.ANY_OF, value=("교체", "증설", "x")), {"교체", "증설"}),
        (Filter(field="x_grade", value="A"), set()),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)
def test_each_test_of_a_filter(workspace, deals, condition, found):
    assert set(names(workspace, condition)) == found
    assert records.count(workspace, "opportunity", (condition,)) == len(found)


def test_a_list_shows_what_references_are_called(workspace, deals):
    record = records.list_rows(workspace, "opportunity").records[0]
    assert record.titles["account_id"] == "한빛전자"


def test_fields_of_ones_own_are_listed_filtered_and_sorted(workspace, deals):
    ids = [r.id for r in records.list_rows(workspace, "opportunity", ListQuery(sort="name")).records]
    for row, grade in zip(ids, "CAB", strict=False):
        records.set_fields(workspace, "opportunity", row, {"x_grade": grade})
    records.create(workspace, "own_field", {"entity": "opportunity", "field": "x_grade", "label": "등급"})
    assert records.own_fields(workspace, "opportunity") == {"x_grade": "등급"}
    assert records.own_fields(workspace, "account") == {}
    assert len(names(workspace, Filter(field="x_grade", value="A"))) == 1
    page = records.list_rows(workspace, "opportunity", ListQuery(sort="x_grade", descending=True))
    assert [r.fields.get("x_grade") for r in page.records] == ["C", "B", "A", None]


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": None}])
def test_a_required_field_is_required(workspace, fields):
    with pytest.raises(Refusal, match=r"value\.required"):
        records.create(workspace, "account", fields)
    made = records.create(workspace, "account", {"name": "a"}).id
    if fields:
        with pytest.raises(Refusal, match=r"value\.required"):
            records.set_fields(workspace, "account", made, fields)
    assert records.count(workspace, "account") == 1


def test_a_reference_must_lead_somewhere(workspace):
    with pytest.raises(Refusal) as refused:
        records.create(workspace, "contact", {"name": "김", "account_id": "nirgends"})
    assert refused.value.code == "reference.missing"
    assert (refused.value.params["field"], refused.value.params["id"]) == ("account_id", "nirgends")
    assert records.count(workspace, "contact") == 0


def test_what_only_the_server_makes_is_refused(workspace):
    with pytest.raises(Refusal, match=r"record\.server_made"):
        records.create(workspace, "conflict", {"entity": "account"})


def test_an_account_cannot_come_to_stand_above_itself(workspace):
    group = records.create(workspace, "account", {"name": "그룹"}).id
    company = records.create(workspace, "account", {"name": "전자", "parent_id": group}).id
    site = records.create(workspace, "account", {"name": "구미", "parent_id": company}).id
    for target, path in ((site, "그룹 › 전자 › 구미"), (group, "그룹")):
        with pytest.raises(Refusal) as refused:
            records.set_fields(workspace, "account", group, {"parent_id": target})
        assert refused.value.code == "account.move.circle"
        assert refused.value.params["path"] == path
    assert records.get(workspace, "account", group).fields["parent_id"] is None


def test_an_account_with_children_is_not_deleted_by_itself(workspace):
    group = records.create(workspace, "account", {"name": "그룹"}).id
    records.create(workspace, "account", {"name": "전자", "parent_id": group})
    with pytest.raises(Refusal, match=r"account\.has_children"):
        records.delete(workspace, "account", group)


@pytest.mark.parametrize("act", ["get", "set", "delete"])
def test_what_is_not_there_is_missing(workspace, act):
    gone = records.create(workspace, "account", {"name": "a"}).id
    records.delete(workspace, "account", gone)
    for row in (gone, "never"):
        with pytest.raises(Refusal, match=r"record\.missing"):
            _act(workspace, act, row)


def _act(workspace, act, row):
    if act == "get":
        records.get(workspace, "account", row)
    elif act == "set":
        records.set_fields(workspace, "account", row, {"name": "b"})
    else:
        records.delete(workspace, "account", row)


def test_history_tells_who_when_and_what(workspace):
    user = records.create(workspace, "user", {"name": "김하늘"}).id
    workspace.act_as(user)
    account = records.create(workspace, "account", {"name": "한빛"}).id
    records.set_fields(
        workspace, "account", account, {"annual_revenue": Decimal("12.50"), "annual_revenue_currency": "USD"}
    )
    made, changed = records.history(workspace, "account", account)
    assert (made.kind, made.cause, made.actor) == ("created", "account.create", user)
    assert dict(changed.before) == {"annual_revenue": None, "annual_revenue_currency": None}
    assert dict(changed.after) == {"annual_revenue": Decimal("12.50"), "annual_revenue_currency": "USD"}
    assert made.stamp < changed.stamp
