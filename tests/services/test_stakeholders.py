"""The services of stakeholder maps, on a real encrypted file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop_crm.domain.schema.options import ActivityKind, BuyingRole, Coverage, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.findings import Rule
from desktop_crm.domain.stakeholders.geometry import Point, overlap
from desktop_crm.domain.stakeholders.values import Touch
from desktop_crm.foundation.errors import Refusal
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, records, stakeholders
from desktop_crm.services.workspace import init_workspace


@pytest.fixture
def workspace(tmp_path):
    with init_workspace(tmp_path / "w.crm", name="영업1팀", secrets=MemoryStore()).closing() as opened:
        yield opened


@pytest.fixture
def account(workspace):
    with workspace.write("test") as work:
        account_id = work.insert("account", {"name": "한빛전자"})
        for name, title, department in (("이정훈", "부장", "설비팀"), ("최민아", "상무", "생산본부")):
            work.insert("contact", {"name": name, "title": title, "department": department, "account_id": account_id})
        other = work.insert("account", {"name": "다른회사"})
        work.insert("contact", {"name": "이외부", "account_id": other})
    return account_id


@pytest.fixture
def map_id(workspace, account):
    return stakeholders.open_map(workspace, account_id=account).map_id


def refused(code):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def test_a_map_is_made_once_for_an_account_and_once_for_an_opportunity(workspace, account):
    with workspace.write("test") as work:
        opportunity = work.insert("opportunity", {"name": "설비 증설 2027", "account_id": account})
    first = stakeholders.open_map(workspace, account_id=account)
    assert first.changes.touches("stakeholder_map")
    again = stakeholders.open_map(workspace, account_id=account)
    assert (again.map_id, bool(again.changes)) == (first.map_id, False)
    deal = stakeholders.open_map(workspace, opportunity_id=opportunity)
    assert deal.map_id != first.map_id
    view = stakeholders.view(workspace, deal.map_id)
    assert (view.name, view.account_name, view.opportunity_name) == ("설비 증설 2027", "한빛전자", "설비 증설 2027")
    assert view.layout is MapLayout.ORG_CHART
    assert {one.id for one in stakeholders.maps(workspace, account)} == {first.map_id, deal.map_id}


def test_people_are_found_by_what_is_typed_and_put_on_the_map_once(workspace, map_id):
    (found,) = stakeholders.candidates(workspace, map_id, "설비")
    assert (found.name, found.title, found.account_name) == ("이정훈", "부장", "한빛전자")
    assert [one.name for one in stakeholders.candidates(workspace, map_id, "이")] == ["이정훈", "이외부"]
    assert {one.name for one in stakeholders.candidates(workspace, map_id, "")} == {"이정훈", "최민아"}
    stakeholders.add_person(workspace, map_id, contact_id=found.contact_id)
    (node,) = stakeholders.view(workspace, map_id).nodes
    assert (node.label, node.title, node.department, node.kind) == ("이정훈", "부장", "설비팀", NodeKind.PERSON)
    assert stakeholders.candidates(workspace, map_id, "설비") == ()
    with refused("stakeholder.person.on_map"):
        stakeholders.add_person(workspace, map_id, contact_id=found.contact_id)


def test_a_new_name_becomes_a_contact_of_the_account_in_the_same_act(workspace, map_id, account):
    added = stakeholders.add_person(workspace, map_id, name=" 오재석 ")
    assert added.changes.touches("contact")
    assert added.changes.touches("map_node")
    node = stakeholders.view(workspace, map_id).node(added.id)
    with workspace.read() as session:
        row = session.connection().exec_driver_sql(
            "SELECT name, account_id FROM contact WHERE id=?", (node.contact_id,)
        )
        assert tuple(row.one()) == ("오재석", account)
    with refused("stakeholder.person.no_name"):
        stakeholders.add_person(workspace, map_id, name="  ")


def test_a_placeholder_becomes_a_person_and_keeps_what_was_thought_of_the_seat(workspace, map_id):
    seat = stakeholders.add_placeholder(workspace, map_id, label="법무 검토자")
    stakeholders.set_fields(workspace, map_id, [seat.id], {"influence": 4, "title": "팀장"})
    stakeholders.identify(workspace, map_id, seat.id, name="윤가람")
    node = stakeholders.view(workspace, map_id).node(seat.id)
    assert (node.label, node.title, node.kind, node.influence) == ("윤가람", "팀장", NodeKind.PERSON, 4)


def test_facts_go_to_the_contact_and_thoughts_to_the_card(workspace, map_id):
    (choice,) = stakeholders.candidates(workspace, map_id, "이정훈")
    node_id = stakeholders.add_person(workspace, map_id, contact_id=choice.contact_id).id
    changes = stakeholders.set_fields(
        workspace, map_id, [node_id], {"title": "이사", "support": Support.MENTOR, "influence": 8, "note": "가동률"}
    )
    assert changes.rows("contact") == {choice.contact_id}
    node = stakeholders.view(workspace, map_id).node(node_id)
    assert (node.title, node.support, node.influence, node.note) == ("이사", Support.MENTOR, 8, "가동률")
    with refused("stakeholder.influence.range"):
        stakeholders.set_fields(workspace, map_id, [node_id], {"influence": 11})
    with refused("stakeholder.person.no_name"):
        stakeholders.set_fields(workspace, map_id, [node_id], {"label": " "})


def test_a_reports_to_circle_is_refused_and_nothing_of_the_act_stays(workspace, map_id):
    one, two, three = (stakeholders.add_person(workspace, map_id, name=name).id for name in ("가", "나", "다"))
    stakeholders.set_reports_to(workspace, map_id, [two], one)
    stakeholders.set_reports_to(workspace, map_id, [three], two)
    with refused("stakeholder.reports_to.circle") as refusal:
        stakeholders.set_reports_to(workspace, map_id, [one], three)
    assert refusal.value.params["path"] == "가 → 다 → 나 → 가"
    with refused("stakeholder.reports_to.circle"):
        stakeholders.set_reports_to(workspace, map_id, [two, one], three)
    assert stakeholders.view(workspace, map_id).bosses() == {one: None, two: one, three: two}


def test_lines_are_drawn_once_and_never_to_oneself(workspace, map_id):
    one, two = (stakeholders.add_person(workspace, map_id, name=name).id for name in ("가", "나"))
    edge = stakeholders.connect(workspace, map_id, one, two, EdgeKind.INFLUENCES, label="신뢰 강함", strength=3)
    stakeholders.connect(workspace, map_id, two, one, EdgeKind.INFLUENCES)
    stakeholders.connect(workspace, map_id, one, two, EdgeKind.KNOWS)
    with refused("stakeholder.connect.twice"):
        stakeholders.connect(workspace, map_id, one, two, EdgeKind.INFLUENCES)
    with refused("stakeholder.connect.twice"):
        stakeholders.connect(workspace, map_id, two, one, EdgeKind.KNOWS)
    with refused("stakeholder.connect.self"):
        stakeholders.connect(workspace, map_id, one, one, EdgeKind.KNOWS)
    stakeholders.set_edge(workspace, map_id, edge.id, {"kind": EdgeKind.CONFLICTS_WITH, "label": "", "strength": 1})
    shown = {one.id: one for one in stakeholders.view(workspace, map_id).edges}[edge.id]
    assert (shown.kind, shown.label, shown.strength) == (EdgeKind.CONFLICTS_WITH, "", 1)
    with refused("record.missing"):
        stakeholders.set_edge(workspace, map_id, "gone", {"label": "x"})


def test_deleting_a_boss_lifts_the_reports_and_takes_the_lines_along(workspace, map_id):
    top, boss, low = (stakeholders.add_person(workspace, map_id, name=name).id for name in ("가", "나", "다"))
    stakeholders.set_reports_to(workspace, map_id, [boss], top)
    stakeholders.set_reports_to(workspace, map_id, [low], boss)
    stakeholders.connect(workspace, map_id, boss, low, EdgeKind.KNOWS)
    before = stakeholders.view(workspace, map_id)
    changes = stakeholders.delete(workspace, map_id, [boss])
    view = stakeholders.view(workspace, map_id)
    assert view.bosses() == {top: None, low: top}
    assert view.edges == ()
    assert len(stakeholders.candidates(workspace, map_id, "나")) == 1  # the contact stays
    history.revert(workspace, changes.tx_id)
    assert stakeholders.view(workspace, map_id) == before


def test_moving_and_layouts(workspace, map_id):
    node_id = stakeholders.add_person(workspace, map_id, name="가", at=(10, 20)).id
    changes = stakeholders.move(workspace, map_id, {node_id: (300, -40), "gone": (1, 1)}, MapLayout.FREE)
    view = stakeholders.view(workspace, map_id)
    assert (view.layout, view.nodes[0].x, view.nodes[0].y) == (MapLayout.FREE, 300, -40)
    assert changes.rows("map_node") == {node_id}
    stakeholders.set_layout(workspace, map_id, MapLayout.INFLUENCE_SUPPORT)
    assert stakeholders.view(workspace, map_id).layout is MapLayout.INFLUENCE_SUPPORT
    stakeholders.rename_map(workspace, map_id, "구매위원회")
    assert stakeholders.view(workspace, map_id).name == "구매위원회"
    with refused("stakeholder.map.no_name"):
        stakeholders.rename_map(workspace, map_id, " ")


def test_findings_come_from_the_stored_map(workspace, map_id):
    node_id = stakeholders.add_person(workspace, map_id, name="가").id
    stakeholders.set_fields(
        workspace,
        map_id,
        [node_id],
        {"buying_role": BuyingRole.CHAMPION, "coverage": Coverage.IN_DEPTH, "influence": 3},
    )
    found = stakeholders.findings(workspace, map_id)
    assert (found[0].rule, found[0].role, found[0].node_ids) == (Rule.ROLE_COVERED, BuyingRole.CHAMPION, (node_id,))


def test_a_finding_says_which_activity_it_rests_on(workspace, map_id):
    person = records.create(workspace, "contact", {"name": "이정훈"}).id
    seller = records.create(workspace, "user", {"name": "김민지"}).id
    node_id = stakeholders.add_person(workspace, map_id, contact_id=person).id
    fields = {"buying_role": BuyingRole.CHAMPION, "coverage": Coverage.IN_DEPTH}
    stakeholders.set_fields(workspace, map_id, [node_id], fields)
    assert stakeholders.findings(workspace, map_id)[0].rests_on is None
    for day, kind, owner in ((3, "call", None), (9, "visit", seller), (20, "note", seller)):
        at = datetime(2026, 11, day, 2, tzinfo=UTC)
        said = {"subject": kind, "kind": kind, "contact_id": person, "owner_id": owner, "occurred_at": at}
        last = records.create(workspace, "activity", said).id
    later = records.create(workspace, "activity", said | {"kind": "mail"}).id
    records.delete(workspace, "activity", later)
    touch = stakeholders.findings(workspace, map_id)[0].rests_on
    assert touch == Touch(kind=ActivityKind.VISIT, at=datetime(2026, 11, 9, 2, tzinfo=UTC), by="김민지")
    assert records.get(workspace, "activity", last).fields["kind"] == "note"


def test_a_deleted_map_is_gone_and_comes_back_whole(workspace, map_id):
    one, two = (stakeholders.add_person(workspace, map_id, name=name).id for name in ("가", "나"))
    stakeholders.connect(workspace, map_id, one, two, EdgeKind.KNOWS)
    before = stakeholders.view(workspace, map_id)
    changes = stakeholders.delete_map(workspace, map_id)
    with refused("record.missing"):
        stakeholders.view(workspace, map_id)
    assert stakeholders.maps(workspace) == ()
    history.revert(workspace, changes.tx_id)
    assert stakeholders.view(workspace, map_id) == before


def test_the_card_of_a_group_covers_nobody(workspace, map_id):
    above, below = (stakeholders.add_placeholder(workspace, map_id, label=name).id for name in ("위", "아래"))
    stakeholders.move(workspace, map_id, {above: (0, 0), below: (0, 150)}, MapLayout.FREE)
    group = stakeholders.group(workspace, map_id, [below], "재무팀").id
    corners = {node.id: Point(node.x, node.y) for node in stakeholders.view(workspace, map_id).nodes}
    assert not any(overlap(corners[group], corners[other]) for other in (above, below))
