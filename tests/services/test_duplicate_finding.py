"""What may be one: the audit with its steps, warnings while typing, shared keys, and what was put aside."""

from __future__ import annotations

import json

import pytest

from desktop_crm.domain.accounts.duplicates.comparing import Kind
from desktop_crm.services import importing, records, shared_keys
from desktop_crm.services.duplicates import finding, running
from desktop_crm.services.duplicates.finding import Source
from desktop_crm.services.duplicates.merges import past_merges
from desktop_crm.services.duplicates.merging import merge
from desktop_crm.services.duplicates.parting import undo_merge


def make(workspace, entity="account", **fields):
    return str(records.create(workspace, entity, fields).id)


@pytest.fixture
def three(workspace):
    return (
        make(workspace, name="㈜한빛전자", phone="02-1234-5678"),
        make(workspace, name="한빛 전자", phone="+82 2-1234-5678"),
        make(workspace, name="두빛화학"),
    )


def members(found):
    return [set(one.names) for one in found.groups]


def test_the_audit_finds_what_is_one_and_remembers_it(workspace, three):
    told = []
    found = finding.audit(workspace, "account", lambda what, count: told.append((what, count)))
    assert members(found) == [set(three[:2])]
    assert (found.audited, found.more) == (3, 0)
    assert told[0] == ("read", 3)
    assert told[-1][0] == "compare"
    (group,) = finding.overview(workspace, "account").groups
    assert group.names[three[0]] == "㈜한빛전자"
    assert {one.kind for one in group.reasons} == {Kind.COMPANY, Kind.TELEPHONE}


def test_an_audit_runs_in_chunks_and_steps_and_can_be_dropped(workspace, three):
    first = finding.chunk(workspace, "account", limit=2)
    rest = finding.chunk(workspace, "account", first[-1][0], limit=2)
    assert (len(first), len(rest)) == (2, 1)
    assert running.feed("one", "account", first) == 2
    assert running.feed("one", "account", rest) == 3
    assert running.step("one", 1) == (1, None)
    compared, found = running.step("one", 100)
    assert [set(members) for _, members, _ in json.loads(found)] == [set(three[:2])]
    assert compared >= 1
    running.feed("two", "account", first)
    running.drop("two")
    with pytest.raises(KeyError):
        running.step("two")


def test_an_empty_workspace_has_nothing_to_find(workspace):
    assert finding.audit(workspace, "contact").groups == ()


def test_what_was_put_aside_is_not_offered_again(workspace, three):
    finding.audit(workspace, "account")
    shared_keys.dismiss(workspace, "account", three[:2])
    assert finding.overview(workspace, "account").groups == ()
    assert finding.audit(workspace, "account").groups == ()
    assert finding.similar(workspace, "account", {"name": "한빛전자"}, but=three[0]) == ()


def test_what_was_merged_or_deleted_since_the_audit_is_left_out(workspace, three):
    finding.audit(workspace, "account")
    (one,) = merge(workspace, "account", three[0], [three[1]]).merges
    assert finding.overview(workspace, "account").groups == ()
    undo_merge(workspace, one)
    assert finding.overview(workspace, "account").groups == ()  # parted by hand: they are two
    (past,) = past_merges(workspace)
    assert (past.name, past.survivor_name, past.undone) == ("한빛 전자", "㈜한빛전자", True)


def test_a_record_that_came_back_is_offered_again(workspace, three):
    merge(workspace, "account", three[0], [three[1]])
    with workspace.write("test") as work:
        work.restore("account", three[1])
    (group,) = finding.overview(workspace, "account").groups
    assert (group.source, set(group.names)) == (Source.RETURNED, set(three[:2]))


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ({"name": "주식회사 한빛전자"}, {Kind.COMPANY}),
        ({"name": "전혀 다른 이름", "phone": "02 1234 5678"}, {Kind.TELEPHONE}),
        ({"name": "한빛전자", "phone": "02-1234-5678"}, {Kind.COMPANY, Kind.TELEPHONE}),
    ],
)
def test_a_form_is_warned_while_typing(workspace, three, typed, kinds):
    found = finding.similar(workspace, "account", typed)
    assert three[0] in {row for one in found for row in one.names}
    assert kinds <= {reason.kind for reason in found[0].reasons if reason.level == 0}
    assert three[2] not in {row for one in found for row in one.names}


@pytest.mark.parametrize("typed", [{}, {"name": ""}, {"name": "새 회사"}, {"phone": "1"}])
def test_a_form_is_not_warned_for_nothing(workspace, three, typed):
    assert finding.similar(workspace, "account", typed) == ()


def test_a_domain_is_recognised_in_any_address(workspace):
    held = make(workspace, name="한빛전자", website="https://www.hanbit.co.kr/ko")
    (one,) = finding.similar(workspace, "account", {"name": "Hanbit", "website": "hanbit.co.kr"})
    assert set(one.names) == {held}


def test_a_shared_registration_number_is_accepted_and_opens_a_set(workspace):
    first = make(workspace, name="한빛전자", business_registration_number="124-81-00998")
    second = make(workspace, name="HBE")
    assert finding.overview(workspace, "account").groups == ()
    records.set_fields(workspace, "account", second, {"business_registration_number": "124-81-00998"})
    (group,) = finding.overview(workspace, "account").groups
    assert (group.source, group.field, group.probability) == (Source.KEY, "business_registration_number", 1.0)
    assert set(group.names) == {first, second}
    merge(workspace, "account", first, [second])
    assert finding.overview(workspace, "account").groups == ()
    (row,) = records.list_rows(workspace, "duplicate_set").records
    assert row.fields["state"] == "merged"


def test_a_set_put_aside_is_not_opened_by_the_same_key_again(workspace):
    both = [make(workspace, "contact", name=name, email="office@hanbit.kr") for name in ("김민준", "이서연")]
    shared_keys.dismiss(workspace, "contact", both)
    records.set_fields(workspace, "contact", both[0], {"email": "office@hanbit.kr", "title": "부장"})
    assert finding.overview(workspace, "contact").groups == ()


def test_an_import_that_repeats_a_key_opens_a_set(workspace, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        "id,account,business_registration_number\n1,한빛전자,1248100998\n2,HBE,1248100998\n", encoding="utf-8"
    )
    importing.run(workspace, importing.inspect([file]))
    names = {row.fields["name"] for row in records.list_rows(workspace, "account").records}
    groups = finding.overview(workspace, "account").groups
    assert len(groups) == (1 if names == {"한빛전자", "HBE"} else 0)


def test_a_company_and_its_own_branch_are_not_offered_as_one(workspace):
    fields = {"website": "https://hanbit.example", "phone": "02-1234-5678"}
    company = make(workspace, name="한빛전자", **fields)
    branch = make(workspace, name="한빛전자 베트남", parent_id=company, **fields)
    same = make(workspace, name="(주)한빛화학", parent_id=company, phone="031-555-1234")
    twice = make(workspace, name="한빛화학 주식회사", parent_id=same, phone="031-555-1234")
    assert members(finding.audit(workspace, "account")) == [{same, twice}]
    records.set_fields(workspace, "account", branch, {"parent_id": None})
    assert {company, branch} in members(finding.overview(workspace, "account"))
