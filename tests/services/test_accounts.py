"""Accounts as their managers work with them: levels of the tree, moves, deletes, the page, the timeline."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, activities, history, pipeline, records
from desktop_crm.services.accounts import Happening

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = NOON.astimezone().date()


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def stages(workspace):
    return {stage.kind: stage.id for stage in pipeline.ensure_pipeline(workspace).pipeline.stages}


@pytest.fixture
def group(workspace):
    """한빛그룹 › 한빛전자 › 구미사업장, and 한빛화학 beside it."""
    made = {}
    for name, parent in (
        ("한빛그룹", None),
        ("한빛전자", "한빛그룹"),
        ("구미사업장", "한빛전자"),
        ("한빛화학", "한빛그룹"),
    ):
        made[name] = accounts.create(workspace, name, made.get(parent)).id
    return made


def deal(workspace, account, stage, amount, currency="KRW", name="증설"):
    fields = {"name": name, "account_id": account, "stage_id": stage, "amount": Decimal(amount), "currency": currency}
    return records.create(workspace, "opportunity", fields).id


def outline(workspace):
    return [("  " * row.depth) + row.name for row in accounts.tree(workspace)]


def won(workspace, account):
    (node,) = accounts.nodes(workspace, [account])
    return {sums.currency: sums.total.won for sums in node.sums}


def test_each_level_has_its_names_counts_and_sums(workspace, group, stages):
    deal(workspace, group["구미사업장"], stages["won"], 500)
    deal(workspace, group["한빛전자"], stages["won"], "12.5", "USD")
    top = accounts.children(workspace, None)
    assert (top.total, [node.name for node in top.nodes], top.nodes[0].child_count) == (1, ["한빛그룹"], 2)
    assert {s.currency: (s.own.won, s.total.won) for s in top.nodes[0].sums} == {
        "KRW": (0, 500),
        "USD": (0, Decimal("12.5")),
    }
    below = accounts.children(workspace, group["한빛그룹"])
    assert [(node.name, node.child_count) for node in below.nodes] == [("한빛전자", 1), ("한빛화학", 0)]
    assert below.nodes[1].sums == ()
    assert accounts.children(workspace, group["한빛화학"]).nodes == ()


def test_a_long_level_comes_in_pages_by_name(workspace):
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"b{n:04}"} for n in range(30)] + [{"name": "A 먼저"}, {"name": "가"}])
    pages = [accounts.children(workspace, None, offset, 10) for offset in (0, 10, 20, 30)]
    names = [node.name for page in pages for node in page.nodes]
    assert names == ["A 먼저", *(f"b{n:04}" for n in range(30)), "가"]
    assert {page.total for page in pages} == {32}


def test_the_whole_tree_is_in_reading_order(workspace, group):
    assert outline(workspace) == ["한빛그룹", "  한빛전자", "    구미사업장", "  한빛화학"]
    rows = {row.name: row for row in accounts.tree(workspace)}
    assert rows["구미사업장"].parent_id == group["한빛전자"]


def test_a_move_takes_what_is_below_along_and_the_sums_follow(workspace, group, stages):
    deal(workspace, group["구미사업장"], stages["won"], 500)
    changes = accounts.move(workspace, [group["한빛전자"], group["구미사업장"]], group["한빛화학"])
    assert changes.rows("account") == {group["한빛전자"]}
    assert outline(workspace) == ["한빛그룹", "  한빛화학", "    한빛전자", "      구미사업장"]
    assert won(workspace, group["한빛화학"]) == {"KRW": 500}
    history.revert(workspace, changes.tx_id)
    assert outline(workspace) == ["한빛그룹", "  한빛전자", "    구미사업장", "  한빛화학"]
    assert won(workspace, group["한빛화학"]) == {}


@pytest.mark.parametrize(
    ("target", "path"), [("구미사업장", "한빛그룹 › 한빛전자 › 구미사업장"), ("한빛그룹", "한빛그룹")]
)
def test_a_move_below_itself_is_refused_with_the_way(workspace, group, target, path):
    with pytest.raises(Refusal) as refused:
        accounts.move(workspace, [group["한빛그룹"]], group[target])
    assert refused.value.code == "account.move.circle"
    assert refused.value.params["path"] == path
    assert outline(workspace)[0] == "한빛그룹"


def test_a_move_to_where_it_stands_changes_nothing(workspace, group):
    assert not accounts.move(workspace, [group["한빛전자"]], group["한빛그룹"])
    assert not accounts.move(workspace, [group["한빛그룹"]], None)


def test_moving_what_is_gone_is_refused_and_moves_nothing(workspace, group):
    with pytest.raises(Refusal, match=r"record\.missing"):
        accounts.move(workspace, [group["한빛화학"], "nobody"], None)
    with pytest.raises(Refusal, match=r"record\.missing"):
        accounts.move(workspace, [group["한빛화학"]], "nobody")
    assert outline(workspace) == ["한빛그룹", "  한빛전자", "    구미사업장", "  한빛화학"]


def test_deleting_lifts_the_children_to_the_next_that_stays(workspace, group):
    changes = accounts.delete(workspace, [group["한빛그룹"], group["한빛전자"]])
    assert outline(workspace) == ["구미사업장", "한빛화학"]
    history.revert(workspace, changes.tx_id)
    assert outline(workspace) == ["한빛그룹", "  한빛전자", "    구미사업장", "  한빛화학"]


def test_deleting_with_children_takes_them_along_and_gives_them_back(workspace, group, stages):
    deal(workspace, group["구미사업장"], stages["won"], 500)
    changes = accounts.delete(workspace, [group["한빛전자"]], with_children=True)
    assert outline(workspace) == ["한빛그룹", "  한빛화학"]
    assert won(workspace, group["한빛그룹"]) == {}
    history.revert(workspace, changes.tx_id)
    assert won(workspace, group["한빛그룹"]) == {"KRW": 500}


def test_renaming(workspace, group):
    accounts.rename(workspace, group["한빛화학"], "  한빛케미칼 ")
    assert "  한빛케미칼" in outline(workspace)
    with pytest.raises(Refusal, match=r"value\.required"):
        accounts.rename(workspace, group["한빛화학"], "  ")


def test_whoever_lost_its_parent_and_circles_stand_at_the_top(workspace, group):
    with workspace.write("sync") as work:
        work.bulk("account", deletes=[group["한빛전자"]])
        one, two = (work.insert("account", {"name": name}) for name in ("원 A", "원 B"))
        work.bulk("account", updates=[(one, {"parent_id": two}), (two, {"parent_id": one})])
        work.insert("account", {"name": "먼 자회사", "parent_id": "not-here"})
    strays = accounts.strays(workspace)
    assert {node.name for node in strays} == {"구미사업장", "먼 자회사", "원 A"}
    rows = outline(workspace)
    assert rows.count("원 A") == 1
    assert "  원 B" in rows
    assert len(rows) == 6
    assert [step.name for step in accounts.path(workspace, one)] == ["원 B", "원 A"]


def test_a_filter_keeps_the_way_to_what_fits(workspace, group):
    found = accounts.search_tree(workspace, "구미")
    assert {node.name for node in found.nodes} == {"구미사업장", "한빛전자", "한빛그룹"}
    assert found.hits == {group["구미사업장"]}
    assert not found.more
    assert accounts.search_tree(workspace, "%").hits == frozenset()
    assert accounts.search_tree(workspace, "ㄱㅁㅅㅇ").hits == {group["구미사업장"]}
    assert accounts.search_tree(workspace, "한빛", limit=1).more


def test_renewals_are_counted_up_the_tree(workspace, group):
    for days, status in ((10, "active"), (90, None), (91, "active"), (-1, "active"), (5, "ended")):
        fields = {"name": "유지보수", "account_id": group["구미사업장"], "renewal_date": TODAY + timedelta(days=days)}
        records.create(workspace, "contract", fields | ({"status": status} if status else {}))
    assert accounts.renewals(workspace) == {group[name]: 2 for name in ("구미사업장", "한빛전자", "한빛그룹")}


def test_the_page_shows_what_belongs_to_the_account(workspace, group, stages):
    account = group["한빛전자"]
    owner = records.create(workspace, "user", {"name": "김하늘"}).id
    records.set_fields(workspace, "account", account, {"owner_id": owner, "industry": "전자"})
    records.create(workspace, "contact", {"name": "이정훈", "account_id": account})
    deal(workspace, account, stages["open"], 1000)
    deal(workspace, group["구미사업장"], stages["won"], 500)
    records.create(
        workspace, "contract", {"name": "유지보수", "account_id": group["구미사업장"], "renewal_date": date(2027, 1, 2)}
    )
    activities.promise(workspace, "전화", due_on=TODAY, account_id=group["구미사업장"])
    page = accounts.overview(workspace, account)
    assert [step.name for step in page.path] == ["한빛그룹", "한빛전자"]
    assert page.record.titles["owner_id"] == "김하늘"
    counts = page.counts
    assert (counts.contacts, counts.opportunities, counts.open_opportunities, counts.below) == (1, 1, 1, 1)
    (krw,) = page.sums
    assert (krw.own.open, krw.total.won) == (1000, 500)
    assert (page.renewal.renewal_date, page.renewal.account_name) == (date(2027, 1, 2), "구미사업장")
    assert [(task.subject, task.account_name) for task in page.tasks] == [("전화", "구미사업장")]
    assert page.quiet_days is None
    assert page.gaps == (Gap.STAKEHOLDER_MAP, Gap.RECENT_ACTIVITY, Gap.REGISTRATION_NUMBER)


def test_the_page_of_a_missing_account_is_refused(workspace):
    with pytest.raises(Refusal, match=r"record\.missing"):
        accounts.overview(workspace, "nobody")


def test_the_timeline_is_one_stream_newest_first(workspace, group, stages):
    account = group["한빛전자"]
    clock = workspace.clock
    opportunity = deal(workspace, account, stages["open"], 100)
    clock.at += timedelta(hours=1)
    pipeline.move_stage(workspace, [opportunity], stages["won"])
    clock.at += timedelta(hours=1)
    activities.log(workspace, "visit", "구미 미팅", account_id=group["구미사업장"], body="예산은 10월 확정")
    clock.at += timedelta(hours=1)
    with workspace.write("quote.issue") as work:
        quote = work.insert("quote", {"number": "Q-2026-0187", "account_id": account, "name": "증설 견적"})
        version = {"quote_id": quote, "number": "Q-2026-0187", "version": 3, "issued_at": clock.now()}
        work.insert("quote_version", version | {"grand_total": Decimal(125_400_000), "currency": "KRW"})
    clock.at += timedelta(hours=1)
    accounts.move(workspace, [account], group["한빛화학"])
    entries = accounts.timeline(workspace, account)
    assert [entry.what for entry in entries] == [Happening.PARENT, Happening.QUOTE, Happening.ACTIVITY, Happening.STAGE]
    moved, issued, visit, stage = entries
    assert (moved.before, moved.after) == ("한빛그룹", "한빛화학")
    assert (issued.title, issued.version, issued.amount, issued.row_id) == ("Q-2026-0187", 3, 125_400_000, quote)
    assert (visit.kind, visit.title, visit.account) == ("visit", "구미 미팅", "구미사업장")
    assert (stage.title, stage.after) == ("증설", "Won")
    assert [e.what for e in accounts.timeline(workspace, account, whole=False)].count(Happening.ACTIVITY) == 0


def test_the_timeline_comes_in_pages_that_never_overlap(workspace, group):
    for number in range(25):
        workspace.clock.at += timedelta(minutes=1)
        activities.log(workspace, "call", f"{number}", account_id=group["한빛전자"])
    seen, before = [], None
    while page := accounts.timeline(workspace, group["한빛그룹"], before=before, limit=10):
        seen += [entry.title for entry in page]
        before = page[-1].at
    assert seen == [str(number) for number in reversed(range(25))]


@pytest.mark.parametrize("name", ["이" * 500, "🏭 공장", "\u202eלשון", "Straße'); --", "한빛"])
def test_any_name_is_data(workspace, name):
    accounts.create(workspace, name)
    assert outline(workspace) == [name]
    assert accounts.search_tree(workspace, name[:3]).hits
