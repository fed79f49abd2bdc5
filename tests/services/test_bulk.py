"""Many at once: one transaction, the same rules for every row, one undo; refused rows stay and are named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.domain.lists.query import ListQuery, Selection
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import history as past
from desktop_crm.services import bulk, history, records

ALL = Selection(matching=ListQuery())
MANY = 1203


@pytest.fixture
def leads(workspace):
    with workspace.write("test") as work:
        return work.bulk("lead", inserts=[{"name": f"n{n}", "source": ("web", "fair")[n % 2]} for n in range(MANY)])


def count(workspace, **wanted):
    return records.count(workspace, "lead", tuple(Filter(field=name, value=value) for name, value in wanted.items()))


def test_all_that_match_are_set_also_when_the_change_takes_them_out_of_the_filter(workspace, leads):
    fair = Filter(field="source", value="fair")
    selection = Selection(matching=ListQuery(filters=(fair,)), ids=(leads[1],))
    seen = []
    found = bulk.preview(workspace, "lead", selection, {"source": "web", "phone": None})
    assert (found.chosen, found.differing) == (MANY // 2 - 1, MANY // 2 - 1)
    result = bulk.set_many(workspace, "lead", selection, {"source": "web"}, progress=seen.append)
    assert (result.changed, result.refused) == (MANY // 2 - 1, 0)
    assert count(workspace, source="fair") == 1
    assert seen[-1] == MANY // 2 - 1
    with workspace.read() as session:
        assert len(past.deeds(session, result.changes.tx_id)) == result.changed
    undone = history.revert(workspace, result.changes.tx_id)
    assert count(workspace, source="fair") == MANY // 2
    assert undone.kept == ()
    history.revert(workspace, undone.changes.tx_id)
    assert count(workspace, source="fair") == 1


def test_a_preview_counts_what_differs(workspace, leads):
    assert bulk.preview(workspace, "lead", ALL, {"source": "web"}).differing == MANY // 2
    assert bulk.preview(workspace, "lead", Selection.of(*leads[:2]), {"source": "web"}) == bulk.Preview(
        chosen=2, differing=1
    )
    assert bulk.preview(workspace, "lead", ALL, {}).differing == 0
    assert bulk.preview(workspace, "lead", ALL, {"phone": None}).differing == 0


def test_rows_that_keep_their_values_are_not_written(workspace, leads):
    result = bulk.set_many(workspace, "lead", Selection.of(*leads[:4]), {"source": "web"})
    assert result.changed == len(result.changes.items) == 2
    nothing = bulk.set_many(workspace, "lead", Selection.of(leads[0]), {"source": "web"})
    assert nothing.changes.tx_id is None


def test_a_rule_keeps_single_rows_back_and_names_them(workspace):
    group = records.create(workspace, "account", {"name": "Group"}).id
    part = records.create(workspace, "account", {"name": "Part", "parent_id": group}).id
    other = records.create(workspace, "account", {"name": "Other"}).id
    result = bulk.set_many(workspace, "account", Selection.of(group, other), {"parent_id": part})
    assert (result.changed, result.refused) == (1, 1)
    assert [(one.title, one.refusal.code) for one in result.named] == [("Group", "account.move.circle")]
    assert records.get(workspace, "account", other).fields["parent_id"] == part


def test_a_state_that_may_not_follow_is_refused_row_by_row(workspace):
    made = [records.create(workspace, "lead", {"name": "a", "status": status}).id for status in ("new", "converted")]
    result = bulk.set_many(workspace, "lead", Selection.of(*made), {"status": "new"})
    assert {one.refusal.code for one in result.named} <= {"record.state"}
    assert result.changed + result.refused <= 2


def test_a_required_field_cannot_be_emptied_and_a_strange_reference_is_refused(workspace, leads):
    with pytest.raises(Refusal, match=r"value\.required"):
        bulk.set_many(workspace, "lead", ALL, {"name": ""})
    result = bulk.set_many(workspace, "lead", Selection.of(leads[0]), {"owner_id": "nobody"})
    assert result.named[0].refusal.code == "reference.missing"


def test_stopping_leaves_nothing_behind(workspace, leads):
    for act in (lambda **more: bulk.set_many(workspace, "lead", ALL, {"source": "x"}, **more),):
        with pytest.raises(Refusal, match=r"bulk\.cancelled"):
            act(cancelled=lambda: True)
    with pytest.raises(Refusal, match=r"bulk\.cancelled"):
        bulk.delete_many(workspace, "lead", ALL, cancelled=lambda: True)
    assert count(workspace, source="x") == 0
    assert records.count(workspace, "lead") == MANY


def test_many_are_deleted_and_brought_back(workspace, leads):
    odd = Group(parts=(Filter(field="source", test=Test.ANY_OF, value=("fair",)),))
    result = bulk.delete_many(workspace, "lead", Selection(matching=ListQuery(filters=(odd,))))
    assert (result.changed, records.count(workspace, "lead")) == (MANY // 2, MANY - MANY // 2)
    history.revert(workspace, result.changes.tx_id)
    assert records.count(workspace, "lead") == MANY


def test_accounts_go_with_all_below_them_or_stay(workspace):
    def account(name, parent=None):
        return records.create(workspace, "account", {"name": name, "parent_id": parent}).id

    group = account("Group")
    part = account("Part", group)
    site = account("Site", part)
    lone = account("Lone")
    result = bulk.delete_many(workspace, "account", Selection.of(group, part, lone))
    assert (result.changed, result.refused) == (1, 2)
    assert {one.title for one in result.named} == {"Group", "Part"}
    assert {one.refusal.code for one in result.named} == {"account.has_children"}
    result = bulk.delete_many(workspace, "account", Selection.of(group, part, site))
    assert (result.changed, records.count(workspace, "account")) == (3, 0)
    history.revert(workspace, result.changes.tx_id)
    assert records.get(workspace, "account", site).fields["parent_id"] == part


def test_sums_follow_a_change_of_many(workspace):
    account = records.create(workspace, "account", {"name": "a"}).id
    pipeline = records.create(workspace, "pipeline", {"name": "p"}).id
    stages = [
        records.create(workspace, "stage", {"name": kind, "pipeline_id": pipeline, "kind": kind}).id
        for kind in ("open", "won")
    ]
    with workspace.write("test") as work:
        work.bulk(
            "opportunity",
            inserts=[
                {"name": "d", "account_id": account, "stage_id": stages[0], "amount": n, "currency": "KRW"}
                for n in (1, 2, 3)
            ],
        )
    bulk.set_many(workspace, "opportunity", ALL, {"stage_id": stages[1], "close_date": date(2026, 1, 1)})
    with workspace.read() as session:
        totals = session.connection().exec_driver_sql("SELECT own_open, own_won FROM account_total").all()
    assert [tuple(map(Decimal, row)) for row in totals] == [(0, 6)]
