"""The health of accounts from a real file: evidence of everything below, of living rows only; the column of the list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_crm.domain.accounts.health import HealthPart
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.settings import Settings
from desktop_crm.services import accounts, health, list_tables, lists, pipeline, records, settings

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def group(workspace):
    top = accounts.create(workspace, "한빛그룹").id
    plant = accounts.create(workspace, "구미사업장", top).id
    return {"top": top, "plant": plant, "other": accounts.create(workspace, "대양중공업").id}


def add(workspace, entity, **fields):
    return records.create(workspace, entity, fields).id


def reasons(workspace, account, part):
    found = next(one for one in health.of(workspace, account).parts if one.part is part)
    return found.score, [one.code for one in found.reasons]


def test_an_empty_account_has_no_score(workspace, group):
    assert health.of(workspace, group["top"]).score is None
    with pytest.raises(Refusal, match=r"record\.missing"):
        health.of(workspace, "nobody")


def test_talks_with_people_of_branches_count_for_the_group(workspace, group):
    boss = add(workspace, "contact", name="최민아", title="상무", account_id=group["plant"])
    for days in (200, 30):
        at = NOON - timedelta(days=days)
        add(workspace, "activity", subject="방문", occurred_at=at, account_id=group["plant"], contact_id=boss)
    later = NOON + timedelta(days=3)
    add(workspace, "activity", subject="예정", occurred_at=later, account_id=group["plant"], contact_id=boss)
    assert reasons(workspace, group["top"], HealthPart.RECENCY) == (100, ["recency.spoken"])
    assert reasons(workspace, group["top"], HealthPart.MOMENTUM) == (100, ["momentum.activities"])
    assert reasons(workspace, group["other"], HealthPart.RECENCY)[0] is None
    records.delete(workspace, "contact", boss)
    assert reasons(workspace, group["top"], HealthPart.RECENCY) == (None, ["recency.nobody"])


def test_roles_issues_and_renewals_are_read_from_maps_tickets_and_contracts(workspace, group):
    plant = group["plant"]
    chart = add(workspace, "stakeholder_map", name="구미", account_id=plant)
    add(
        workspace,
        "map_node",
        map_id=chart,
        label="박",
        buying_role="economic_buyer",
        coverage="multiple",
        kind="person",
    )
    add(workspace, "map_node", map_id=chart, label="?", buying_role="champion", kind="placeholder")
    assert reasons(workspace, group["top"], HealthPart.ROLES)[0] == 33
    add(
        workspace,
        "ticket",
        subject="정지",
        account_id=plant,
        priority="high",
        status="open",
        opened_on=date(2026, 11, 1),
    )
    add(workspace, "ticket", subject="옛일", account_id=plant, priority="high", status="solved")
    assert reasons(workspace, group["top"], HealthPart.ISSUES) == (70, ["issues.open"])
    assert reasons(workspace, group["top"], HealthPart.SERVICE_LEVEL)[0] == 0
    add(workspace, "contract", name="멀리", account_id=plant, status="active", renewal_date=date(2028, 1, 1))
    near = add(workspace, "contract", name="유지보수", account_id=plant, status="active", renewal_date=date(2027, 1, 2))
    add(workspace, "contract", name="끝난", account_id=plant, status="ended", renewal_date=date(2026, 12, 1))
    found = next(one for one in health.of(workspace, group["top"]).parts if one.part is HealthPart.RENEWAL)
    assert (found.reasons[0].code, found.reasons[0].row_id) == ("renewal.near", near)
    stage = next(s.id for s in pipeline.ensure_pipeline(workspace).pipeline.stages if s.kind == "open")
    add(workspace, "opportunity", name="갱신", account_id=plant, stage_id=stage, close_date=date(2026, 12, 20))
    assert reasons(workspace, group["top"], HealthPart.RENEWAL) == (90, ["renewal.prepared"])


def test_a_circle_of_parents_is_walked_once(workspace, group):
    with workspace.write("test") as work:
        work.update("account", group["top"], {"parent_id": group["plant"]})
    add(workspace, "contact", name="최민아", title="상무", account_id=group["plant"])
    assert reasons(workspace, group["top"], HealthPart.RECENCY)[0] == 0


def test_lists_show_the_score_as_a_column_and_exports_write_it(workspace, group):
    boss = add(workspace, "contact", name="최민아", title="상무", account_id=group["plant"])
    add(workspace, "activity", subject="방문", occurred_at=NOON, account_id=group["plant"], contact_id=boss)
    query = ListQuery(sort="name")
    keys = lists.order(workspace, "account", query).keys
    found = {
        line.fields["name"]: line.fields["health"]
        for line in lists.lines(workspace, "account", keys, ("name", "health"))
    }
    assert found == {"구미사업장": 100, "한빛그룹": 100, "대양중공업": None}
    assert found["한빛그룹"] == health.of(workspace, group["top"]).score
    assert [line.fields["health"] for line in lists.glance(workspace, "account", query, ("name", "health"))] == [
        100,
        None,
        100,
    ]
    head = list_tables.headings("account", ("name", "health"))
    rows = dict(list_tables.table(workspace, "account", keys, head))
    assert rows["한빛그룹"] == 100
    assert "health" not in lists.lines(workspace, "account", keys, ("name",))[0].fields


def test_the_weights_are_settings_of_the_workspace(workspace, group, tmp_path):
    boss = add(workspace, "contact", name="최민아", title="상무", account_id=group["plant"])
    add(workspace, "activity", subject="방문", occurred_at=NOON, account_id=group["plant"], contact_id=boss)
    add(workspace, "ticket", subject="정지", account_id=group["plant"], priority="high", opened_on=date(2026, 1, 1))
    before = health.of(workspace, group["top"])
    laptop = Settings(tmp_path / "settings.json")
    for part in ("recency", "momentum"):
        settings.choose(laptop, workspace, f"health.{part}", 0)
    after = health.of(workspace, group["top"])
    assert [part.weight for part in after.parts] == [0, 20, 15, 10, 15, 0]
    assert (before.score, after.score) == (78, 42)
