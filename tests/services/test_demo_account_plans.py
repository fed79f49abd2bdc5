"""The demo's key accounts show life in every tab: team, plan, white space, owners in a circle, second employers, files."""

from __future__ import annotations

from datetime import date

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.services import accounts, demo, employments, hierarchies, records
from desktop_crm.services.account_work import files, plans, white_space
from desktop_crm.services.demo import account_plans
from desktop_crm.services.demo.dice import Dice
from desktop_crm.services.workspace import Workspace


@pytest.fixture
def lived(new_workspace) -> Workspace:
    made = new_workspace("demo")
    demo.fill(made, accounts=40, seed=3, today=made.today())
    return made


def test_every_tab_of_a_key_account_has_something(lived: Workspace) -> None:
    top = accounts.children(lived, None).nodes
    planned = [node for node in top if plans.page(lived, node.id).plan is not None]
    assert len(planned) > 3
    page = plans.page(lived, planned[0].id)
    assert {item.kind for item in page.plan.items} >= {"goal", "strength", "objective", "action", "competitor"}
    assert page.progress is not None
    assert any(cell.usage for row in white_space.grid(lived, planned[0].id).cells for cell in row)
    assert hierarchies.circles(lived, "ownership")
    attached = records.list_rows(lived, "attachment").records
    assert attached
    assert files.read(lived, attached[0].id).content
    members = records.list_rows(lived, "account_member").records
    assert {one.fields["member_role"] for one in members} >= {"account_manager", "deputy", "presales"}
    second = records.list_rows(lived, "employment").records
    assert len(employments.of_contact(lived, str(second[0].fields["contact_id"]))) > 1


def test_the_same_seed_gives_the_same_and_fields_are_the_registrys() -> None:
    def made() -> dict[str, list[dict[str, object]]]:
        dice = Dice(5, date(2026, 11, 23))
        people = [{"id": dice.id()} for _ in range(6)]
        tops = [{"id": dice.id(), "parent_id": None, "owner_id": people[0]["id"]} for _ in range(6)]
        contacts = [{"id": dice.id(), "account_id": tops[0]["id"]} for _ in range(8)]
        goods = [{"id": dice.id()} for _ in range(9)]
        rows = {"user": people, "account": tops, "contact": contacts, "product": goods}
        return account_plans.looked_after(dice, rows)

    first = made()
    assert first == made()
    for entity, rows in first.items():
        assert rows, entity
        assert {name for row in rows for name in row} <= {"id", *REGISTRY[entity].by_name}
