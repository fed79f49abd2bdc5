"""Writing down what was said and promised, and one person's day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import activities, records

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def account(workspace):
    return records.create(workspace, "account", {"name": "한빛전자"}).id


def test_an_activity_happens_now_and_is_mine(workspace, account):
    user = records.create(workspace, "user", {"name": "김하늘"}).id
    workspace.act_as(user)
    made = activities.log(workspace, ActivityKind.CALL, " 통화 12분 ", account_id=account, minutes=12)
    fields = records.get(workspace, "activity", made.id).fields
    assert (fields["subject"], fields["kind"], fields["owner_id"]) == ("통화 12분", "call", user)
    assert fields["occurred_at"] == NOON


@pytest.mark.parametrize("subject", ["", "   "])
def test_without_a_word_nothing_is_written_down(workspace, subject):
    for act in (
        lambda: activities.promise(workspace, subject),
        lambda: activities.log(workspace, ActivityKind.NOTE, subject),
    ):
        with pytest.raises(Refusal, match=r"value\.required"):
            act()


def test_the_day_is_sorted_by_what_presses(workspace, account):
    today = workspace.today()
    for subject, days, priority in (
        ("late", -3, None),
        ("today normal", 0, None),
        ("today high", 0, "high"),
        ("soon", 7, None),
        ("later", 8, None),
        ("someday", None, None),
    ):
        due = None if days is None else today + timedelta(days=days)
        activities.promise(workspace, subject, due_on=due, priority=priority, account_id=account)
    done = activities.promise(workspace, "done", due_on=today).id
    activities.tick(workspace, done, done=True)
    day = activities.my_day(workspace)
    assert [task.subject for task in day.overdue] == ["late"]
    assert [task.subject for task in day.due] == ["today high", "today normal"]
    assert [task.subject for task in day.soon] == ["soon"]
    assert [task.subject for task in day.someday] == ["someday"]
    assert day.overdue[0].account == "한빛전자"
    assert activities.due_count(workspace) == 3
    activities.tick(workspace, done, done=False)
    assert activities.due_count(workspace) == 4


def test_the_latest_activities_come_first(workspace, account):
    for hours in (5, 1, 3):
        activities.log(workspace, ActivityKind.NOTE, f"{hours}", occurred_at=NOON - timedelta(hours=hours))
    assert [line.subject for line in activities.my_day(workspace).recent] == ["1", "3", "5"]


def test_a_day_is_ones_own_where_someone_signed_in(workspace):
    me, other = (records.create(workspace, "user", {"name": name}).id for name in ("나", "너"))
    activities.promise(workspace, "nobody's", due_on=workspace.today())
    workspace.act_as(other)
    activities.promise(workspace, "theirs", due_on=workspace.today())
    workspace.act_as(me)
    activities.promise(workspace, "mine", due_on=workspace.today())
    assert {task.subject for task in activities.my_day(workspace).due} == {"mine", "nobody's"}
    assert {task.subject for task in activities.my_day(workspace, other).due} == {"theirs", "nobody's"}
