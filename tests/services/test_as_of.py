"""How things were: any day's tree with its sums, any day's record, and bringing one value or a whole record back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, as_of, hierarchies, history, pipeline, records

START = datetime(2026, 3, 2, 3, tzinfo=UTC)


class Days(FixedClock):
    """A clock that a test winds on."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock():
    return Days()


@pytest.fixture
def workspace(new_workspace, clock):
    return new_workspace(clock=clock)


@pytest.fixture
def stages(workspace):
    return {stage.kind: stage.id for stage in pipeline.ensure_pipeline(workspace).pipeline.stages}


def names(past, parent=None, depth=0):
    lines = []
    for node in past.children.get(parent, ()):
        lines.append("  " * depth + node.name)
        lines += names(past, node.id, depth + 1)
    return lines


def live(workspace, beside=None):
    """Everything the tree shows today: account → what its row says."""
    with workspace.read() as session:
        ids = [row[0] for row in session.connection().exec_driver_sql("SELECT id FROM account WHERE _deleted IS NULL")]
    found = accounts.nodes(workspace, ids, beside)
    return {node.id: (node.name, node.people, node.last_contact, sums_of(node)) for node in found}


def sums_of(node):
    return {one.currency: one.total for one in node.sums if any(one.total)}


def test_the_tree_of_every_day_is_the_one_that_stood_then(workspace, clock, stages):
    """Act after act, a day apart; afterwards each day's tree equals what was shown on that day, sums and all."""
    made = {}

    def deal(account, kind, amount, **more):
        fields = {"name": "d", "account_id": made[account], "stage_id": stages[kind], "amount": Decimal(amount)}
        return records.create(workspace, "opportunity", fields | {"currency": "KRW"} | more).id

    def add(name, parent=None):
        made[name] = accounts.create(workspace, name, made.get(parent)).id

    acts = [
        lambda: add("한빛그룹"),
        lambda: add("한빛전자", "한빛그룹"),
        lambda: add("대양"),
        lambda: made.update(deal=deal("한빛전자", "open", 100)),
        lambda: hierarchies.link(workspace, "ownership", made["한빛전자"], made["대양"], Decimal(30)),
        lambda: records.create(workspace, "contact", {"name": "김", "account_id": made["한빛전자"]}),
        lambda: accounts.move(workspace, [made["한빛전자"]], made["대양"]),
        lambda: records.set_fields(
            workspace, "opportunity", made["deal"], {"stage_id": stages["won"], "close_date": date(2026, 3, 8)}
        ),
        lambda: records.create(
            workspace, "activity", {"subject": "s", "account_id": made["대양"], "occurred_at": clock.now()}
        ),
        lambda: accounts.rename(workspace, made["한빛전자"], "한빛전자(주)"),
        lambda: hierarchies.link(workspace, "ownership", made["대양"], made["한빛전자"], Decimal(5)),
        lambda: records.set_fields(workspace, "stage", stages["won"], {"kind": "lost"}),
        lambda: accounts.delete(workspace, [made["대양"]]),
        lambda: records.create(
            workspace,
            "contract",
            {"name": "c", "account_id": made["한빛그룹"], "amount": Decimal(9), "currency": "USD"},
        ),
    ]
    seen = {}
    for act in acts:
        act()
        day = workspace.today()
        seen[day] = {beside: live(workspace, beside) for beside in (None, "ownership")}
        clock.moment += timedelta(days=1)
    for day, wanted in seen.items():
        for beside, rows in wanted.items():
            past = as_of.tree(workspace, day, beside)
            then = {node.id: (node.name, node.people, node.last_contact, sums_of(node)) for node in past.by_id.values()}
            members = rows if beside is None else {node: rows[node] for node in then}
            assert then == members, (day, beside)
    first = min(seen)
    assert as_of.tree(workspace, first - timedelta(1)).by_id == {}
    assert names(as_of.tree(workspace, first + timedelta(2))) == ["대양", "한빛그룹", "  한빛전자"]
    assert names(as_of.tree(workspace, first + timedelta(7))) == ["대양", "  한빛전자", "한빛그룹"]
    shares = as_of.tree(workspace, first + timedelta(5), "ownership")
    assert [(node.name, node.percent) for node in shares.children[made["대양"]]] == [("한빛전자", Decimal(30))]


@pytest.fixture
def edited(workspace, clock):
    account = accounts.create(workspace, "한빛", industry="철강", tags=("a",)).id
    first = workspace.today()
    clock.moment += timedelta(days=1)
    records.set_fields(
        workspace, "account", account, {"industry": "조선", "annual_revenue": Decimal(5), "tags": ("a", "b")}
    )
    second = workspace.today()
    clock.moment += timedelta(days=1)
    records.set_fields(workspace, "account", account, {"industry": None, "name": "한빛중공업", "x_note": "own"})
    return account, first, second


def test_a_record_is_shown_as_it_was(workspace, edited):
    account, first, second = edited
    past = as_of.record(workspace, "account", account, first)
    assert (past.fields["industry"], past.fields["tags"], past.fields["annual_revenue"]) == ("철강", ("a",), None)
    assert as_of.record(workspace, "account", account, second).fields["industry"] == "조선"
    assert not as_of.record(workspace, "account", account, first - timedelta(1)).there
    assert as_of.record(workspace, "account", "nobody", first) is None


def test_one_value_is_brought_back_and_the_rest_stays(workspace, edited):
    account, _, second = edited
    changes = as_of.restore(workspace, "account", account, as_of.bound(second), ["industry"])
    now = records.get(workspace, "account", account).fields
    assert (now["industry"], now["name"]) == ("조선", "한빛중공업")
    history.revert(workspace, changes.tx_id)
    assert records.get(workspace, "account", account).fields["industry"] is None


def test_a_whole_record_is_brought_back_also_what_was_deleted(workspace, edited):
    account, first, _ = edited
    records.delete(workspace, "account", account)
    as_of.restore(workspace, "account", account, as_of.bound(first))
    now = records.get(workspace, "account", account).fields
    wanted = as_of.record(workspace, "account", account, first).fields
    assert {name: value for name, value in now.items() if value is not None} == {
        name: value for name, value in wanted.items() if value is not None
    }


def test_bringing_back_keeps_the_rules(workspace, clock):
    top, below = accounts.create(workspace, "위").id, accounts.create(workspace, "아래").id
    accounts.move(workspace, [top], below)
    then = workspace.today()
    clock.moment += timedelta(days=1)
    accounts.move(workspace, [top], None)
    accounts.move(workspace, [below], top)
    with pytest.raises(Refusal, match=r"account\.move\.circle"):
        as_of.restore(workspace, "account", top, as_of.bound(then))
    with pytest.raises(Refusal, match=r"record\.missing"):
        as_of.restore(workspace, "account", top, as_of.bound(then - timedelta(9)))
    assert as_of.restore(workspace, "account", top, as_of.bound(workspace.today())).tx_id is None
