"""People known: a person with several employers counts at each, and once for the group; today, beside and on a past day."""

from __future__ import annotations

from datetime import date

import pytest

from desktop_crm.persistence.stores.sums import people
from desktop_crm.services import accounts, as_of, employments, history, records
from desktop_crm.services.workspace import Workspace


def made(workspace: Workspace, entity: str, **fields: object) -> str:
    return records.create(workspace, entity, fields).id


@pytest.fixture
def group(workspace: Workspace) -> dict[str, str]:
    """A group with two companies, one of which has a branch; a stranger; and somebody who works in both companies."""
    top = made(workspace, "account", name="그룹")
    left, right = (made(workspace, "account", name=name, parent_id=top) for name in ("갑", "을"))
    branch = made(workspace, "account", name="지점", parent_id=left)
    stranger = made(workspace, "account", name="남")
    person = made(workspace, "contact", name="김겸직", account_id=left)
    made(workspace, "contact", name="이전담", account_id=right)
    made(workspace, "employment", contact_id=person, account_id=right, relation="adviser")
    return {"top": top, "left": left, "right": right, "branch": branch, "stranger": stranger, "person": person}


def known(workspace: Workspace, ids: dict[str, str], beside: str | None = None) -> dict[str, int]:
    nodes = {node.id: node.people for node in accounts.nodes(workspace, [*ids.values()], beside)}
    return {name: nodes[row_id] for name, row_id in ids.items() if nodes.get(row_id)}


def test_who_works_twice_counts_at_each_and_once_above(workspace: Workspace, group: dict[str, str]) -> None:
    assert known(workspace, group) == {"top": 2, "left": 1, "right": 2}
    made(workspace, "employment", contact_id=group["person"], account_id=group["branch"])
    assert known(workspace, group) == {"top": 2, "left": 1, "right": 2, "branch": 1}
    made(workspace, "employment", contact_id=group["person"], account_id=group["stranger"])
    assert known(workspace, group) == {"top": 2, "left": 1, "right": 2, "branch": 1, "stranger": 1}


def test_moves_ends_and_undo_keep_it_right(workspace: Workspace, group: dict[str, str]) -> None:
    moved = accounts.move(workspace, [group["right"]], group["stranger"])
    assert known(workspace, group) == {"top": 1, "left": 1, "right": 2, "stranger": 2}
    assert moved.tx_id
    history.revert(workspace, moved.tx_id)
    assert known(workspace, group) == {"top": 2, "left": 1, "right": 2}
    (elsewhere,) = (one for one in employments.of_contact(workspace, group["person"]) if one.id)
    employments.end(workspace, elsewhere.id)
    assert known(workspace, group) == {"top": 2, "left": 1, "right": 1}
    records.set_fields(workspace, "contact", group["person"], {"account_id": group["right"]})
    assert known(workspace, group) == {"top": 2, "right": 2}
    records.delete(workspace, "contact", group["person"])
    assert known(workspace, group) == {"top": 1, "right": 1}


def test_beside_the_home_tree_too(workspace: Workspace, group: dict[str, str]) -> None:
    fields = {"hierarchy": "ownership", "parent_id": group["stranger"]}
    links = [made(workspace, "hierarchy_link", account_id=group[name], **fields) for name in ("left", "right")]
    assert known(workspace, group, "ownership")["stranger"] == 2
    records.delete(workspace, "hierarchy_link", links[0])
    assert known(workspace, group, "ownership")["stranger"] == 2
    records.delete(workspace, "hierarchy_link", links[1])
    assert known(workspace, group, "ownership").get("stranger", 0) == 0


def test_the_tree_of_today_seen_as_a_past_day_says_the_same(workspace: Workspace, group: dict[str, str]) -> None:
    past = as_of.tree(workspace, workspace.today())
    assert {name: past.by_id[group[name]].people for name in ("top", "left", "right")} == {
        "top": 2,
        "left": 1,
        "right": 2,
    }
    assert as_of.tree(workspace, date(2001, 1, 1)).by_id == {}


def test_what_is_rebuilt_is_what_stood(workspace: Workspace, group: dict[str, str]) -> None:
    from desktop_crm.persistence.stores.sums import rollups

    def overlaps() -> list[tuple[object, ...]]:
        with workspace.read() as session:
            rows = session.connection().exec_driver_sql("SELECT * FROM person_overlap ORDER BY 1, 2, 3")
            return [tuple(row) for row in rows]

    before = overlaps()
    assert before == [(group["person"], people.HOME, group["top"], 1)]
    with workspace.write("test") as work:
        rollups.rebuild(work.connection)
    assert overlaps() == before
