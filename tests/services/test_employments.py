"""People in several accounts, with a role and dates in each; who changes company keeps the history and shows former employers."""

from __future__ import annotations

from datetime import date

import pytest

from desktop_crm.domain.lists.query import Selection
from desktop_crm.services import bulk, employments, history, importing, records


def make(workspace, entity, **fields):
    return str(records.create(workspace, entity, fields).id)


@pytest.fixture
def person(workspace):
    first, second, third = (make(workspace, "account", name=name) for name in ("한빛전자", "두빛화학", "나래물산"))
    contact = make(workspace, "contact", name="김민준", account_id=first, title="부장", department="구매팀")
    return {"first": first, "second": second, "third": third, "id": contact}


def told(found):
    return [(one.account, one.relation, one.title, one.ended_on is not None) for one in found]


def test_who_has_one_account_has_one_employment(workspace, person):
    (one,) = employments.of_contact(workspace, person["id"])
    assert (one.id, one.account, one.title, one.department) == ("", "한빛전자", "부장", "구매팀")
    assert employments.elsewhere(workspace, person["first"]) == ()


def test_a_change_of_company_keeps_where_one_was(workspace, person):
    records.set_fields(workspace, "contact", person["id"], {"account_id": person["second"]})
    records.set_fields(workspace, "contact", person["id"], {"title": "상무"})
    now, former = employments.of_contact(workspace, person["id"])
    assert (now.account, now.title, now.started_on, now.ended_on) == ("두빛화학", "상무", workspace.today(), None)
    assert (former.account, former.title, former.ended_on) == ("한빛전자", "부장", workspace.today())
    (seen,) = employments.elsewhere(workspace, person["first"])
    assert (seen.contact, seen.relation, seen.ended_on) == ("김민준", "employee", workspace.today())
    records.set_fields(workspace, "contact", person["id"], {"account_id": person["third"]})
    assert [one.account for one in employments.of_contact(workspace, person["id"])] == [
        "나래물산",
        "두빛화학",
        "한빛전자",
    ]


def test_a_change_of_company_is_one_act_for_undo(workspace, person):
    done = records.set_fields(workspace, "contact", person["id"], {"account_id": person["second"]})
    history.revert(workspace, done.tx_id)
    assert [one.account for one in employments.of_contact(workspace, person["id"])] == ["한빛전자"]
    assert records.count(workspace, "employment") == 0


def test_other_edits_of_a_contact_make_no_history(workspace, person):
    records.set_fields(workspace, "contact", person["id"], {"title": "상무", "account_id": person["first"]})
    assert records.count(workspace, "employment") == 0


def test_someone_may_sit_in_several_accounts_with_a_role_in_each(workspace, person):
    adviser = make(
        workspace,
        "employment",
        contact_id=person["id"],
        account_id=person["second"],
        relation="adviser",
        title="자문위원",
        started_on=date(2025, 1, 1),
    )
    assert told(employments.of_contact(workspace, person["id"])) == [
        ("한빛전자", "", "부장", False),
        ("두빛화학", "adviser", "자문위원", False),
    ]
    (seen,) = employments.elsewhere(workspace, person["second"])
    assert (seen.contact, seen.relation, seen.title) == ("김민준", "adviser", "자문위원")
    employments.end(workspace, adviser, date(2026, 1, 1))
    assert employments.elsewhere(workspace, person["second"])[0].ended_on == date(2026, 1, 1)


def test_a_return_to_a_former_company_is_told_once_as_todays(workspace, person):
    for account in ("second", "first"):
        records.set_fields(workspace, "contact", person["id"], {"account_id": person[account]})
    found = employments.of_contact(workspace, person["id"])
    assert found[0].account == "한빛전자"
    assert found[0].ended_on is None
    assert employments.elsewhere(workspace, person["first"]) == ()


def test_deleted_people_are_not_shown(workspace, person):
    make(workspace, "employment", contact_id=person["id"], account_id=person["second"])
    records.delete(workspace, "contact", person["id"])
    assert employments.elsewhere(workspace, person["second"]) == ()
    assert employments.of_contact(workspace, person["id"]) == ()


def test_many_people_who_change_company_at_once_keep_their_history_too(workspace, person):
    bulk.set_many(workspace, "contact", Selection(ids=(person["id"],)), {"account_id": person["second"]})
    assert [one.account for one in employments.of_contact(workspace, person["id"])] == ["두빛화학", "한빛전자"]


def test_employments_are_imported(workspace, person, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text("contact,account,relation,start date\n김민준,두빛화학,자문,2025-01-01\n", encoding="utf-8")
    importing.run(workspace, importing.inspect([file], "employments"))
    (one,) = employments.elsewhere(workspace, person["second"])
    assert (one.contact, one.relation, one.started_on) == ("김민준", "adviser", date(2025, 1, 1))


def test_an_import_keeps_where_one_was(workspace, person, tmp_path):
    table = tmp_path / "contacts.csv"
    table.write_text(f"id,name,account_id\n{person['id']},김민준,{person['second']}\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([table], "contacts"))
    assert report.total("updated") == 1
    assert told(employments.of_contact(workspace, person["id"]))[-1] == ("한빛전자", "employee", "부장", True)
    history.revert(workspace, report.changes.tx_id)
    assert len(employments.of_contact(workspace, person["id"])) == 1


def test_somebody_we_spoke_with_shows_up_as_a_lead_at_the_new_company(workspace, person):
    make(workspace, "activity", kind="visit", subject="소개", contact_id=person["id"], account_id=person["first"])
    done = records.set_fields(workspace, "contact", person["id"], {"account_id": person["second"]})
    (lead,) = records.list_rows(workspace, "lead").records
    assert (lead.fields["name"], lead.fields["company"], lead.fields["status"]) == ("김민준", "두빛화학", "new")
    assert "한빛전자" in lead.fields["source"]
    history.revert(workspace, done.tx_id)
    assert records.count(workspace, "lead") == 0
    records.set_fields(workspace, "contact", person["id"], {"account_id": person["third"]})
    records.set_fields(workspace, "contact", person["id"], {"account_id": person["first"]})
    records.set_fields(workspace, "contact", person["id"], {"account_id": person["third"]})
    assert [one.fields["company"] for one in records.list_rows(workspace, "lead").records] == ["나래물산"]


def test_a_stranger_who_is_put_right_makes_no_lead(workspace, person):
    records.set_fields(workspace, "contact", person["id"], {"account_id": person["second"]})
    assert records.count(workspace, "lead") == 0
