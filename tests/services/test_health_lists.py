"""Lists are sorted and filtered by health; what is kept for that is right after every change, and only what changed is worked out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_crm.domain.lists.computed import HEALTH
from desktop_crm.domain.lists.filter_json import from_json, to_json
from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.domain.lists.query import ListQuery, Sort
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.settings import Settings
from desktop_crm.services import accounts, health, history, lists, records
from desktop_crm.services import settings as chosen
from desktop_crm.services.workspace import Workspace
from tests.persistence.random_work import fresh_workspace


def made(workspace: Workspace, entity: str, **fields: object) -> str:
    return records.create(workspace, entity, fields).id


def by_health(workspace: Workspace, *, descending: bool = False) -> list[str]:
    query = ListQuery(sort=HEALTH, descending=descending)
    keys = lists.order(workspace, "account", query).keys
    return list(lists.ids_of(workspace, "account", keys))


def agrees(workspace: Workspace) -> None:
    """The list by health stands in the order of the scores that the page shows."""
    order = by_health(workspace)
    scores = [health.of(workspace, one).score for one in order]
    assert scores == sorted(scores, key=lambda score: (score is not None, score or 0))


@pytest.fixture
def some(workspace: Workspace) -> dict[str, str]:
    top = made(workspace, "account", name="그룹")
    ids = {"top": top} | {name: made(workspace, "account", name=name, parent_id=top) for name in ("갑", "을")}
    ids["남"] = made(workspace, "account", name="남")
    made(workspace, "ticket", subject="t", account_id=ids["갑"], priority="high", opened_on=workspace.today())
    made(workspace, "ticket", subject="t", account_id=ids["남"], priority="low", opened_on=workspace.today())
    return ids


def test_sorted_and_filtered(workspace: Workspace, some: dict[str, str]) -> None:
    agrees(workspace)
    assert by_health(workspace)[0] == some["을"]  # nothing is known of it
    assert by_health(workspace, descending=True) == list(reversed(by_health(workspace)))
    score = health.of(workspace, some["갑"]).score
    assert score is not None
    for test, value, wanted in (
        (Test.AT_MOST, score, {"갑", "그룹"}),
        (Test.ABOVE, score, {"남"}),
        (Test.IS, score, {"갑", "그룹"}),
        (Test.EMPTY, None, {"을"}),
        (Test.FILLED, None, {"갑", "그룹", "남"}),
    ):
        query = ListQuery(filters=(Filter(field=HEALTH, test=test, value=value),))
        assert {one.fields["name"] for one in records.list_rows(workspace, "account", query).records} == wanted
        assert records.count(workspace, "account", query.filters) == len(wanted)


def test_a_condition_on_health_is_kept_in_a_view_and_joined_with_others(
    workspace: Workspace, some: dict[str, str]
) -> None:
    part = Group(
        parts=(Filter(field=HEALTH, test=Test.BELOW, value=100), Filter(field="name", test=Test.IS, value="갑"))
    )
    entity = REGISTRY["account"]
    assert from_json(entity, to_json(entity, part)) == part
    query = ListQuery(filters=(part,), then=(Sort(field=HEALTH),))
    assert lists.ids_of(workspace, "account", lists.order(workspace, "account", query).keys) == (some["갑"],)


def kept(workspace: Workspace) -> set[str]:
    with workspace.read() as session:
        return {row[0] for row in session.connection().exec_driver_sql("SELECT account_id FROM account_health")}


def test_a_change_costs_its_account_and_those_above(workspace: Workspace, some: dict[str, str], tmp_path: Path) -> None:
    laptop = Settings(tmp_path / "settings.json")
    made(workspace, "contact", name="p", account_id=some["갑"])
    assert kept(workspace) == set()  # nobody asked yet, so nobody pays
    agrees(workspace)
    assert kept(workspace) == set(some.values())
    made(workspace, "ticket", subject="t", account_id=some["갑"], priority="low", opened_on=workspace.today())
    assert kept(workspace) == {some["을"], some["남"]}
    agrees(workspace)
    accounts.move(workspace, [some["갑"]], some["남"])
    assert kept(workspace) == {some["을"]}
    agrees(workspace)
    before = [health.of(workspace, one).score for one in some.values()]
    chosen.choose(laptop, workspace, "health.issues", 0)
    assert kept(workspace) == set()
    assert [health.of(workspace, one).score for one in some.values()] != before
    agrees(workspace)


def test_another_day_and_a_meeting_that_is_over_count() -> None:
    workspace, folder = fresh_workspace()
    clock = FixedClock(datetime(2026, 11, 23, 1, tzinfo=UTC))
    workspace.clock = clock
    try:
        account = made(workspace, "account", name="갑")
        made(workspace, "activity", subject="s", account_id=account, occurred_at=clock.now() + timedelta(hours=2))
        made(workspace, "contract", name="c", account_id=account, renewal_date=date(2026, 12, 20), status="active")
        found = []
        for hours in (0, 3, 72):
            workspace.clock = FixedClock(datetime(2026, 11, 23, 1, tzinfo=UTC) + timedelta(hours=hours))
            agrees(workspace)
            with workspace.read() as session:
                row = session.connection().exec_driver_sql("SELECT score FROM account_health").one()
            assert row[0] == health.of(workspace, account).score
            found.append(row[0])
        assert len(set(found)) == 3
    finally:
        workspace.close()
        folder.cleanup()


ACT = st.tuples(
    st.sampled_from(["move", "ticket", "meet", "contract", "deal", "solve", "undo"]),
    st.integers(0, 99),
    st.integers(0, 99),
)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACT, min_size=1, max_size=12))
def test_after_any_history_the_kept_scores_are_those_of_the_page(acts: list[tuple[str, int, int]]) -> None:
    workspace, folder = fresh_workspace()
    try:
        ids = [made(workspace, "account", name=str(n)) for n in range(4)]
        tickets: list[str] = []
        done: list[str] = []
        for act, one, other in acts:
            account, second = ids[one % 4], ids[other % 4]
            with workspace.write("test") as work:
                if act == "move" and account != second:
                    work.bulk("account", updates=[(account, {"parent_id": second})])
                elif act == "ticket":
                    opened = workspace.today() - timedelta(other)
                    fields = {"subject": "t", "account_id": account, "opened_on": opened}
                    tickets.append(work.insert("ticket", fields))
                elif act == "meet":
                    person = work.insert("contact", {"name": "p", "account_id": account, "title": "이사"})
                    when = workspace.clock.now() - timedelta(other)
                    fields = {"subject": "s", "account_id": second, "contact_id": person, "occurred_at": when}
                    work.insert("activity", fields)
                elif act == "contract":
                    fields = {"name": "c", "account_id": account, "status": "active"}
                    work.insert("contract", fields | {"renewal_date": workspace.today() + timedelta(other)})
                elif act == "deal":
                    fields = {"name": "d", "account_id": account, "close_date": workspace.today() + timedelta(other)}
                    work.insert("opportunity", fields)
                elif act == "solve" and tickets:
                    work.bulk("ticket", updates=[(tickets[one % len(tickets)], {"status": "solved"})])
            if work.changes.tx_id:
                done.append(work.changes.tx_id)
            if act == "undo" and done:
                history.revert(workspace, done[one % len(done)])
            health.keep_ready(workspace)
            with workspace.read() as session:
                rows = dict(session.connection().exec_driver_sql("SELECT account_id, score FROM account_health").all())
            assert rows == {row_id: health.of(workspace, row_id).score for row_id in rows}
            assert set(rows) >= set(ids)
    finally:
        workspace.close()
        folder.cleanup()
