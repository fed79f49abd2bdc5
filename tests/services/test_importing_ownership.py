"""Published ownership comes in without loss: several owners, circles, shares in oneself, a parent that is nowhere, a name twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.domain.accounts import links
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence.stores import hierarchies as store
from desktop_crm.services import accounts, hierarchies, importing, pipeline, records
from desktop_crm.services.exporting import ExportFormat, export
from desktop_crm.services.importing import ImportReport
from desktop_crm.services.workspace import Workspace

Data = Callable[..., Path]
OWN = "ownership"


def brought(workspace: Workspace, paths: list[Path], kind: str, **more: Any) -> ImportReport:
    report = importing.run(workspace, importing.inspect(paths, kind, **more))
    assert [problem for file in report.files for problem in file.problems] == []
    return report


def edges(workspace: Workspace) -> dict[str, list[str]]:
    with workspace.read() as session:
        return store.edges(session, OWN)


def names(workspace: Workspace) -> dict[str, str]:
    with workspace.read() as session:
        return dict(session.connection().exec_driver_sql("SELECT id, name FROM account").all())


def rows(workspace: Workspace) -> list[Any]:
    with workspace.read() as session:
        query = "SELECT account_id, parent_id, percent FROM hierarchy_link WHERE _deleted IS NULL"
        return list(session.connection().exec_driver_sql(query).all())


@pytest.fixture
def groups(workspace: Workspace, data: Data) -> Workspace:
    """The 29 business groups: their companies, then who holds whom."""
    files = sorted(data("hierarchy", "chaebol-map").glob("*.json"))
    brought(workspace, files, "accounts", sheet="companies")
    brought(workspace, files, "hierarchy_links", sheet="relations")
    again = brought(workspace, files, "hierarchy_links", sheet="relations")
    assert {(file.created, file.updated) for file in again.files} == {(0, 0)}
    return workspace


def test_the_counted_facts_of_the_korean_groups(groups: Workspace) -> None:
    held, called = edges(groups), names(groups)
    assert records.count(groups, "account") == 656
    pairs = rows(groups)
    assert len({(account, parent) for account, parent, _ in pairs}) == len(pairs) == 640
    assert sum(account == parent for account, parent, _ in pairs) == 4
    several = Counter(account for account, _, _ in pairs)
    assert sum(count > 1 for count in several.values()) == 33
    assert links.depth(held) == 7
    assert {frozenset(called[one] for one in circle) for circle in hierarchies.circles(groups, OWN)} == {
        frozenset({"현대모비스", "기아", "현대자동차"}),
        frozenset({"삼성벤처투자", "삼성전자"}),
        frozenset({"SK가스", "SK디스커버리"}),
    }
    ids = {name: node for node, name in called.items()}
    kia = {one.name: one.percent for one in hierarchies.links_of(groups, ids["기아"]) if one.account_id == ids["기아"]}
    assert kia["현대자동차"] == Decimal("33.88")


def test_every_company_is_reached_and_counted_once(groups: Workspace) -> None:
    """Open business of 1 at each: a total is how many companies stand below, each once, whatever the ways to it."""
    stage = next(one.id for one in pipeline.ensure_pipeline(groups).pipeline.stages if one.kind == "open")
    deals = [
        {"name": "d", "account_id": one, "stage_id": stage, "amount": Decimal(1), "currency": "KRW"}
        for one in names(groups)
    ]
    with groups.write("test") as work:
        work.bulk("opportunity", inserts=deals)
    held = edges(groups)
    reach = links.reaching(held)
    wanted = Counter(above for some in reach.values() for above in some)
    found = {node.id: node.sums[0].total.open for node in accounts.nodes(groups, [*reach], OWN)}
    assert found == wanted
    seen: set[str] = set()
    waiting = [node.id for node in (*accounts.children(groups, None, beside=OWN).nodes, *accounts.strays(groups, OWN))]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += [one.id for one in accounts.children(groups, node, beside=OWN).nodes]
    assert seen >= set(reach)


def test_a_register_with_a_circle_and_a_parent_that_is_nowhere(workspace: Workspace, data: Data) -> None:
    path = data("hierarchy", "fgi_subsidiaries.csv")
    report = brought(workspace, [path], "accounts")
    assert records.count(workspace, "account") == 100
    assert {(one.field, one.value, one.reason) for one in report.open} == {
        ("parent_id", "FGI-012", "circle"),
        ("parent_id", "FGI-099X", "near"),
    }
    report = brought(workspace, [path], "hierarchy_links")
    assert {(one.field, one.value) for one in report.open} == {("parent_id", "FGI-099X")}
    pairs = rows(workspace)
    assert len(pairs) == 100
    assert sum(parent is None for _, parent, _ in pairs) == 2  # the top of all, and the one whose parent is nowhere
    assert len(hierarchies.circles(workspace, OWN)) == 1
    with workspace.read() as session:
        above = store.edges(session, OWN)
    (circle,) = hierarchies.circles(workspace, OWN)
    assert {one.name for node in circle for one in accounts.nodes(workspace, [node])} == {
        one.name for node in circle for one in accounts.nodes(workspace, [node], OWN)
    }
    assert len(above) == 98


def test_sixteen_names_under_two_groups_stand_below_both(workspace: Workspace, data: Data) -> None:
    path = data("hierarchy", "kftc_2025_affiliates.csv")
    columns = dict.fromkeys(path.read_text(encoding="utf-8-sig").splitlines()[0].split(","))
    for column in ("group", "company"):
        brought(workspace, [path], "accounts", mapping={"columns": columns | {column: "name"}})
    brought(workspace, [path], "hierarchy_links")
    pairs, called = rows(workspace), names(workspace)
    assert len(pairs) == 3301
    below = Counter(called[parent] for _, parent, _ in pairs)
    assert len(below) == 92
    assert below.most_common(3) == [("에스케이", 198), ("한화", 119), ("카카오", 115)]
    owners = Counter(account for account, _, _ in pairs)
    assert len(owners) == 3285
    assert sum(count == 2 for count in owners.values()) == 16


def test_links_go_out_and_come_back_whole(
    groups: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    there = new_workspace("second")
    for kind in ("account", "hierarchy_link"):
        path = tmp_path / f"{kind}s.csv"
        export(groups, REGISTRY[kind].plural, ExportFormat.CSV, path)
        brought(there, [path], REGISTRY[kind].plural)
    assert sorted(rows(there)) == sorted(rows(groups))
    assert hierarchies.sizes(there) == hierarchies.sizes(groups)
