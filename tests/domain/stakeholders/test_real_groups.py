"""The 29 groups of companies of the test data, taken as people: tangled, with circles, several parents and long names."""

from __future__ import annotations

import json

import pytest

from desktop_crm.domain.schema.options import EdgeKind, MapLayout, Support
from desktop_crm.domain.stakeholders import layout, reporting
from desktop_crm.domain.stakeholders.findings import findings
from desktop_crm.domain.stakeholders.geometry import CARD_WIDTH, overlap
from desktop_crm.domain.stakeholders.routes import ways_to_buyer
from desktop_crm.domain.stakeholders.values import EdgeView, NodeView
from tests.conftest import shared_data
from tests.domain.stakeholders.makers import a_map


def groups():
    folder = shared_data("hierarchy", "chaebol-map")
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


def as_people(group):
    """Companies as people: the largest holder of each is the boss, every other holder knows them."""
    names = {one["id"]: one["name"] for one in group["companies"]}
    bosses, others = {}, []
    for edge in sorted(group["relations"], key=lambda one: -(one.get("ownershipPct") or 0)):
        source, target = edge["fromCompanyId"], edge["toCompanyId"]
        if source == target or source not in names or target not in names:
            continue
        if target in bosses:
            others.append((source, target))
        else:
            bosses[target] = source
    attitudes = [None, *Support]
    nodes = [
        NodeView(
            id=one,
            label=name,
            reports_to_id=bosses.get(one),
            influence=len(name) % 11,
            support=attitudes[len(name) % len(attitudes)],
        )
        for one, name in names.items()
    ]
    edges = [
        EdgeView(id=f"e{index}", source_id=source, target_id=target, kind=EdgeKind.KNOWS)
        for index, (source, target) in enumerate(others)
    ]
    return a_map(nodes, edges)


@pytest.mark.parametrize("wanted", list(MapLayout))
def test_every_group_lays_out_in_every_layout_without_overlap(wanted):
    maps = [as_people(group) for group in groups()]
    assert len(maps) == 29
    for view in maps:
        corners = layout.arrange(view, wanted).corners
        assert set(corners) == {node.id for node in view.nodes}
        placed = sorted(corners.values())
        for index, one in enumerate(placed):
            for other in placed[index + 1 :]:
                if other.x - one.x >= CARD_WIDTH:
                    break
                assert not overlap(one, other), view.nodes[0].label


def test_circles_of_ownership_are_cut_once_and_the_rest_stands_below_its_boss():
    for group in groups():
        view = as_people(group)
        order = [node.id for node in view.nodes]
        safe = reporting.safe_bosses(order, view.bosses())
        corners = layout.org_chart(view)
        lost = [one for one, boss in view.bosses().items() if boss is not None and one not in safe]
        assert len(lost) <= 3
        for person, boss in safe.items():
            assert corners[person].y > corners[boss].y


def test_findings_and_ways_of_real_tangles_end():
    for group in groups():
        view = as_people(group)
        assert findings(view)
        assert ways_to_buyer(view) == ()
