"""Maps for the account team alone, exports without them, and the erasure of what was thought of a person."""

from __future__ import annotations

from contextlib import suppress

import pytest

from desktop_crm.domain.lists.views import ListView
from desktop_crm.domain.schema.options import BuyingRole, EdgeKind, EvidenceTopic, Support
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.settings import Settings
from desktop_crm.persistence.checking import wrong_values
from desktop_crm.persistence.tables import ROWS
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import (
    exporting,
    history,
    list_tables,
    settings,
    stakeholder_facts,
    stakeholder_privacy,
    stakeholders,
    visits,
)
from desktop_crm.services.account_work import handover
from desktop_crm.services.journal import Journal
from desktop_crm.services.safety import checking
from desktop_crm.services.workspace import init_workspace
from tests.services.test_stakeholders_apart import Desk
from tests.sync.peers import team


@pytest.fixture
def workspace(tmp_path):
    with init_workspace(tmp_path / "w.crm", name="w", secrets=MemoryStore()).closing() as opened:
        yield opened


@pytest.fixture
def users(workspace):
    """김 and 박 of one team, 최 of another; 김 owns the account and is at the keys."""
    with workspace.write("test") as work:
        ours, others = work.insert("team", {"name": "1팀"}), work.insert("team", {"name": "2팀"})
        made = {
            name: work.insert("user", {"name": name, "team_id": where})
            for name, where in (("김", ours), ("박", ours), ("최", others))
        }
    workspace.act_as(made["김"])
    return made


@pytest.fixture
def map_id(workspace, users):
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자", "owner_id": users["김"]})
    return stakeholders.open_map(workspace, account_id=account).map_id


def test_a_private_map_is_there_for_the_account_team_alone(workspace, users, map_id):
    stakeholder_privacy.set_private(workspace, map_id, True)
    for name, sees in (("김", True), ("박", True), ("최", False)):
        workspace.act_as(users[name])
        assert [one.id for one in stakeholders.maps(workspace)] == ([map_id] if sees else [])
        if sees:
            assert stakeholders.view(workspace, map_id).private
        else:
            with pytest.raises(Refusal, match="private"):
                stakeholders.view(workspace, map_id)
    workspace.act_as(users["박"])
    account = stakeholders.view(workspace, map_id).account_id
    with workspace.write("test") as work:
        work.insert("account_member", {"account_id": account, "user_id": users["최"]})
    workspace.act_as(users["최"])
    assert stakeholders.view(workspace, map_id).private  # a member of the account's team now
    stakeholder_privacy.set_private(workspace, map_id, False)
    assert not stakeholders.view(workspace, map_id).private


def test_exports_leave_private_maps_out_unless_asked_for(workspace, map_id, tmp_path):
    stakeholders.add_placeholder(workspace, map_id, label="법무")
    stakeholder_privacy.set_private(workspace, map_id, True)
    for kind in ("stakeholder_maps", "map_nodes"):
        target = tmp_path / f"{kind}.csv"
        assert exporting.export(workspace, kind, exporting.ExportFormat.CSV, target) == 0
        assert exporting.export(workspace, kind, exporting.ExportFormat.CSV, target, private=True) == 1


def test_views_of_lists_leave_private_maps_out_unless_asked_for(workspace, map_id, tmp_path):
    stakeholders.add_placeholder(workspace, map_id, label="법무")
    open_map = stakeholders.create_map(workspace, name="열린맵").map_id
    stakeholders.add_placeholder(workspace, open_map, label="구매")
    stakeholder_privacy.set_private(workspace, map_id, True)
    csv = list_tables.TableKind.CSV
    for entity, label in (("stakeholder_map", "열린맵"), ("map_node", "구매")):
        count, data = list_tables.exported_view(workspace, entity, ListView(name="v"), csv)
        assert (count, label in data.decode("utf-8-sig")) == (1, True)
        count, _ = list_tables.exported_view(workspace, entity, ListView(name="v"), csv, private=True)
        assert count == 2


@pytest.fixture
def lost(workspace, map_id):
    """Conflicts: two about a private map, one about its card, one about a card of an open map."""
    open_map = stakeholders.create_map(workspace, name="열린맵").map_id
    cards = {one: stakeholders.add_placeholder(workspace, one, label="법무").id for one in (map_id, open_map)}
    stakeholder_privacy.set_private(workspace, map_id, True)
    about = (
        ("stakeholder_map", map_id, "name"),
        ("map_node", cards[map_id], "note"),
        ("map_node", cards[open_map], "note"),
    )
    with workspace.write("test") as work:
        for entity, row_id, field in about:
            values = {"before": '"앞"', "kept": '"남은값"', "lost": '"잃은값"', "state": "open"}
            work.insert("conflict", {"entity": entity, "row_id": row_id, "field": field} | values)
        work.insert(
            "open_reference", {"entity": "map_node", "row_id": cards[map_id], "field": "contact_id", "value": "비밀"}
        )
    return cards[open_map]


@pytest.mark.parametrize("form", list(exporting.ExportFormat))
def test_what_is_told_about_rows_of_private_maps_stays_with_them(workspace, lost, form):
    for kind, there in (("conflicts", 3), ("open_references", 1)):
        count, data = exporting.exported(workspace, kind, form)
        assert count == (1 if kind == "conflicts" else 0)
        assert "비밀" not in data.decode("utf-8", "ignore")
        assert exporting.exported(workspace, kind, form, private=True)[0] == there
    rows = exporting.plain_rows(workspace, "conflict", private=False)
    assert [(row["row_id"], row["lost"]) for row in rows] == [(lost, '"잃은값"')]


def test_a_view_of_conflicts_leaves_those_about_private_maps_out(workspace, lost):
    view = ListView(name="v", columns=("entity", "row_id", "field", "lost"))
    count, data = list_tables.exported_view(workspace, "conflict", view, list_tables.TableKind.CSV)
    assert (count, data.decode("utf-8-sig").count("잃은값")) == (1, 1)
    assert list_tables.exported_view(workspace, "conflict", view, list_tables.TableKind.CSV, private=True)[0] == 3


def test_attitudes_that_stay_inside_are_not_told_by_conflicts_either(workspace, lost, tmp_path):
    with workspace.write("test") as work:
        work.insert(
            "conflict", {"entity": "map_node", "row_id": lost, "field": "title", "lost": '"부장"', "state": "open"}
        )
    settings.choose(Settings(tmp_path / "s.json"), workspace, "privacy.attitudes", False)
    rows = exporting.plain_rows(workspace, "conflict")
    assert sorted(str(row.get("lost")) for row in rows) == ['"부장"', '"잃은값"', "None", "None"]
    view = ListView(name="v", columns=("field", "lost", "kept"))
    _, data = list_tables.exported_view(workspace, "conflict", view, list_tables.TableKind.CSV)
    assert ("부장" in data.decode("utf-8-sig"), "잃은값" in data.decode("utf-8-sig")) == (True, False)


def test_papers_about_an_account_tell_nothing_of_private_maps_nor_attitudes_that_stay(workspace, map_id, tmp_path):
    node = stakeholders.add_person(workspace, map_id, name="정도윤").id
    fields = {"support": Support.ENEMY, "influence": 9, "buying_role": BuyingRole.BLOCKER}
    stakeholders.set_fields(workspace, map_id, [node], fields)
    account = stakeholders.view(workspace, map_id).account_id

    def told():
        papers = (handover.document(workspace, account), visits.brief(workspace, account))
        return {(one.support, one.influence, one.buying_role) for paper in papers for one in paper.people}

    assert told() == {("enemy", 9, "blocker")}
    settings.choose(Settings(tmp_path / "s.json"), workspace, "privacy.attitudes", False)
    assert told() == {(None, None, "blocker")}
    settings.choose(Settings(tmp_path / "s.json"), workspace, "privacy.attitudes", True)
    stakeholder_privacy.set_private(workspace, map_id, True)
    assert told() == {(None, None, None)}


def test_the_teams_setting_keeps_attitudes_inside(workspace, map_id, tmp_path):
    assert not stakeholders.view(workspace, map_id).attitudes_stay
    settings.choose(Settings(tmp_path / "s.json"), workspace, "privacy.attitudes", False)
    assert stakeholders.view(workspace, map_id).attitudes_stay


def everything(workspace):
    """All that the file says of maps, the history too, as text."""
    with workspace.read() as session:
        connection = session.connection()
        tables = ["change", "sync_journal", "sync_base", *(name for name in ROWS if name.startswith("map_"))]
        return "\n".join(str(row) for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))


def test_an_erased_person_leaves_every_map_and_the_history_and_a_trace(workspace, map_id):
    node = stakeholders.add_person(workspace, map_id, name="정도윤").id
    other = stakeholders.add_placeholder(workspace, map_id, label="법무", reports_to_id=node).id
    stakeholders.set_fields(workspace, map_id, [node], {"support": Support.ENEMY, "note": "비밀메모", "influence": 9})
    stakeholders.set_fields(workspace, map_id, [other], {"note": "남는메모"})
    stakeholder_facts.add_evidence(workspace, map_id, EvidenceTopic.SUPPORT, "비밀근거", node_id=node, value="enemy")
    stakeholder_facts.set_tie(workspace, map_id, node, competitor="한성", strength=3)
    stakeholders.connect(workspace, map_id, other, node, EdgeKind.CONFLICTS_WITH, label="비밀갈등")
    assert everything(workspace).count("비밀") > 4
    changes = stakeholder_privacy.erase_person(workspace, node)
    view = stakeholders.view(workspace, map_id)
    card = view.node(node)
    assert (card.label, card.support, card.influence, card.note) == ("정도윤", None, None, "")
    assert card.erased_at is not None
    assert view.node(other).reports_to_id == node
    assert (view.edges, view.ties, view.evidence) == ((), (), ())
    left = everything(workspace)
    assert "비밀" not in left
    assert "남는메모" in left
    assert "enemy" not in left
    assert "stakeholders.erase_person" in left
    assert changes.rows("map_node") == {node}
    assert EdgeKind.CONFLICTS_WITH.value not in left
    assert checking.check(workspace).sound


def test_every_card_of_a_contact_is_erased(workspace, map_id):
    node = stakeholders.add_person(workspace, map_id, name="정도윤").id
    second = stakeholders.create_map(workspace, name="둘째").map_id
    contact = stakeholders.view(workspace, map_id).node(node).contact_id
    again = stakeholders.add_person(workspace, second, contact_id=contact).id
    stakeholders.set_fields(workspace, second, [again], {"support": Support.ENEMY})
    stakeholder_privacy.erase_person(workspace, node)
    assert stakeholders.view(workspace, second).node(again).support is None


def test_an_erasure_cannot_be_undone_and_undo_passes_it_by(workspace, map_id):
    journal = Journal(workspace)
    node = stakeholders.add_person(workspace, map_id, name="정도윤").id
    stakeholders.set_fields(workspace, map_id, [node], {"support": Support.ENEMY, "note": "비밀메모"})
    before = journal.look().done
    erased = stakeholder_privacy.erase_person(workspace, node).tx_id
    assert journal.look().done == before
    with pytest.raises(Refusal, match=r"undo\.erased"):
        history.revert(workspace, erased)
    for one in (journal, Journal(workspace)):
        assert one.entries()[0].refusal.code == "undo.erased"
        with pytest.raises(Refusal, match=r"undo\.erased"):
            one.undo(erased)
        for _ in range(2):
            with suppress(Refusal):
                one.undo()
    card = stakeholders.view(workspace, map_id).node(node)
    assert card is None or (card.support, card.erased_at is None) == (None, False)
    assert "비밀메모" not in everything(workspace)


def test_an_erasure_reaches_the_history_of_the_other_laptop():
    with team() as made:
        one, other = (Desk(laptop) for laptop in made.laptops.values())
        map_id = stakeholders.create_map(one, name="m").map_id
        node = stakeholders.add_placeholder(one, map_id, label="법무").id
        stakeholders.set_fields(one, map_id, [node], {"note": "비밀메모", "support": Support.ENEMY})
        boss = stakeholders.add_placeholder(one, map_id, label="대표").id
        stakeholders.connect(one, map_id, boss, node, EdgeKind.CONFLICTS_WITH, label="비밀갈등")
        made.settle()
        assert "비밀메모" in everything(other)
        one.clock, one.database = made["a"].clock, made["a"].database
        erased = stakeholder_privacy.erase_person(one, node).tx_id
        made.settle()
        with pytest.raises(Refusal, match=r"undo\.erased"):
            history.revert(one, erased)
        made.settle()
        card = stakeholders.view(other, map_id).node(node)
        assert (card.erased_at is None, card.note, card.support) == (False, "", None)
        for desk in (one, other):
            assert not [secret for secret in ("비밀", EdgeKind.CONFLICTS_WITH.value) if secret in everything(desk)]
            with desk.read() as session:
                assert not any(wrong_values(session.connection()).values())


def test_what_was_deleted_before_an_erasure_is_emptied_too(workspace, map_id):
    node = stakeholders.add_person(workspace, map_id, name="정도윤").id
    other = stakeholders.add_placeholder(workspace, map_id, label="법무").id
    fact = stakeholder_facts.add_evidence(workspace, map_id, EvidenceTopic.SUPPORT, "비밀근거", node_id=node).id
    kept = stakeholder_facts.add_evidence(workspace, map_id, EvidenceTopic.SUPPORT, "남는근거", node_id=other).id
    line = stakeholders.connect(workspace, map_id, node, other, EdgeKind.KNOWS, label="비밀관계").id
    for one in (fact, kept):
        stakeholder_facts.remove_evidence(workspace, one)
    stakeholders.delete(workspace, map_id, edge_ids=[line])
    stakeholder_privacy.erase_person(workspace, node)
    left = everything(workspace)
    assert ("비밀" in left, "남는근거" in left) == (False, True)
    assert checking.check(workspace).sound


def test_what_was_deleted_before_an_erasure_is_emptied_on_the_server_and_the_other_laptop():
    with team() as made:
        one, other = (Desk(laptop) for laptop in made.laptops.values())
        map_id = stakeholders.create_map(one, name="m").map_id
        node = stakeholders.add_placeholder(one, map_id, label="법무").id
        second = stakeholders.create_map(one, name="둘째").map_id
        stakeholders.identify(one, map_id, node, name="정도윤")
        contact = stakeholders.view(one, map_id).node(node).contact_id
        gone = stakeholders.add_person(one, second, contact_id=contact).id
        fact = stakeholder_facts.add_evidence(one, map_id, EvidenceTopic.SUPPORT, "비밀근거", node_id=node).id
        made.settle()
        stakeholder_facts.remove_evidence(one, fact)
        stakeholders.set_fields(one, second, [gone], {"note": "비밀메모"})
        stakeholders.delete(one, second, [gone])
        made.settle()
        assert "비밀근거" in everything(other)
        assert "비밀메모" in everything(one)
        stakeholder_privacy.erase_person(one, node)
        made.settle()
        assert "비밀" not in everything(one)
        assert "비밀" not in everything(other)
        with made.server.store.reading() as books:
            rows = books.rows("map_evidence", [fact]) | books.rows("map_node", [gone])
            assert not [row for row in rows.values() if "비밀" in str(row.state.fields)]
            assert books.rows("map_node", [gone])[gone].state.deleted
        assert [card.id for card in stakeholders.view(other, map_id).nodes] == [node]
