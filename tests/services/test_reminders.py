"""One list of what wants doing, from real records; put off and done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.services import activities, records, reminders

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def made(workspace):
    add = records.create
    account = add(workspace, "account", {"name": "한빛전자", "tier": "key"}).id
    add(workspace, "account", {"name": "조용한 곳", "tier": "key"})
    activities.log(workspace, "call", "통화", account_id=account, occurred_at=NOON - timedelta(days=3))
    activities.promise(workspace, "도면", due_on=TODAY - timedelta(days=2), account_id=account)
    activities.promise(workspace, "먼 일", due_on=TODAY + timedelta(days=20))
    contract = {"name": "유지보수", "account_id": account, "renewal_date": TODAY + timedelta(days=40)}
    add(workspace, "contract", contract | {"notice_date": TODAY + timedelta(days=10), "status": "draft"})
    add(workspace, "contact", {"name": "오재석", "account_id": account, "birthday": date(1980, 11, 25)})
    return account


def told(workspace):
    return [(one.why.value, one.title) for one in reminders.reminders(workspace)]


def test_all_reasons_stand_in_one_list(workspace, made):
    assert told(workspace) == [("task", "도면"), ("gap", "조용한 곳"), ("birthday", "오재석")]


def test_contracts_in_force_are_reminded_of(workspace, made):
    contract = records.list_rows(workspace, "contract").records[0].id
    records.set_fields(workspace, "contract", contract, {"status": "active"})
    assert told(workspace)[-2:] == [("notice", "유지보수"), ("renewal", "유지보수")]


def test_done_is_gone_and_put_off_comes_back(workspace, made):
    silent = next(one for one in reminders.reminders(workspace) if one.why == "gap")
    reminders.put_off(workspace, silent.key, TODAY + timedelta(days=7))
    assert ("gap", "조용한 곳") not in told(workspace)
    workspace.clock = FixedClock(NOON + timedelta(days=7))
    assert ("gap", "조용한 곳") in told(workspace)
    late = next(one for one in reminders.reminders(workspace) if one.why == "task")
    reminders.done(workspace, late.key)
    assert ("task", "도면") not in told(workspace)
