"""Names left open say why, and who might be meant; accepting, making and dropping them can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import importing, records
from desktop_crm.services.history import revert
from desktop_crm.services.importing import OpenGroup
from desktop_crm.services.workspace import Workspace


def bring(workspace: Workspace, folder: Path, text: str, kind: str = "accounts") -> importing.ImportReport:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return importing.run(workspace, importing.inspect([path], kind))


def account(workspace: Workspace, name: str, **fields: str) -> str:
    return records.create(workspace, "account", {"name": name, **fields}).id


def opened(workspace: Workspace) -> dict[str, OpenGroup]:
    return {group.value: group for group in importing.open_references(workspace)}


def parent(workspace: Workspace, name: str) -> object:
    (found,) = [one for one in records.list_rows(workspace, "account").records if one.fields["name"] == name]
    return found.fields["parent_id"]


def test_the_reasons_and_those_who_might_be_meant(workspace: Workspace, tmp_path: Path) -> None:
    first = account(workspace, "한빛전자", business_registration_number="120-81-47521")
    second = account(workspace, "한빛전자", address_city="부산")
    account(workspace, "한빛그룹(주)")
    records.create(workspace, "contact", {"name": "김서연"})
    text = "name,parent\n갑,한빛전자\n을,한빛그룹\n병,김서연\n정,없는곳\n무,무\n"
    report = bring(workspace, tmp_path, text)
    for groups in ({group.value: group for group in report.open}, opened(workspace)):
        reasons = {value: group.reason for value, group in groups.items()}
        assert reasons == {
            "한빛전자": "several",
            "한빛그룹": "near",
            "김서연": "other_kind",
            "없는곳": "unknown",
            "무": "circle",
        }
        assert {one.row_id for one in groups["한빛전자"].candidates} == {first, second}
        assert {one.hint for one in groups["한빛전자"].candidates} == {"120-81-47521", "부산"}
        assert [(one.entity, one.name) for one in groups["김서연"].candidates] == [("contact", "김서연")]
        assert groups["한빛그룹"].suggestion == "한빛그룹(주)"
    plain = {one["value"]: one for one in (group.as_json() for group in importing.open_references(workspace))}
    assert plain["한빛전자"]["candidates"][0]["id"] in {first, second}


def test_a_record_that_came_since_is_proposed(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, tmp_path, "name,parent\n갑,나중회사\n")
    assert opened(workspace)["나중회사"].reason == "unknown"
    later = account(workspace, "나중회사")
    group = opened(workspace)["나중회사"]
    assert (group.reason, group.suggestion_id) == ("known", later)
    importing.accept_reference(workspace, group.entity, group.field, group.value, group.suggestion_id)
    assert parent(workspace, "갑") == later


def test_one_of_several_is_chosen_and_the_choice_taken_back(workspace: Workspace, tmp_path: Path) -> None:
    first, second = account(workspace, "한빛전자"), account(workspace, "한빛전자")
    report = bring(workspace, tmp_path, "name,parent\n갑,한빛전자\n을,한빛전자\n")
    group = importing.find_group(workspace, "한빛전자")
    assert importing.find_group(workspace, str(group.id)) == group
    assert group.rows == 2
    changes = importing.accept_reference(workspace, "account", "parent_id", "한빛전자", second)
    assert (parent(workspace, "갑"), parent(workspace, "을")) == (second, second)
    assert opened(workspace) == {}
    revert(workspace, str(changes.tx_id))
    assert parent(workspace, "갑") is None
    assert set(opened(workspace)) == {"한빛전자"}
    importing.accept_reference(workspace, "account", "parent_id", "한빛전자", first)
    assert importing.undo_import(workspace, str(report.import_id)).kept == ()
    assert records.count(workspace, "account") == 2
    assert opened(workspace) == {}


def test_a_wrong_record_and_a_circle_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    contact = records.create(workspace, "contact", {"name": "김서연"}).id
    bring(workspace, tmp_path, "name,parent\n갑,없는곳\n을,갑\n")
    (top,) = [one for one in records.list_rows(workspace, "account").records if one.fields["name"] == "갑"]
    below = next(one for one in records.list_rows(workspace, "account").records if one.fields["name"] == "을")
    for wrong in (contact, "nothing"):
        with pytest.raises(Refusal, match=r"import\.reference\.target"):
            importing.accept_reference(workspace, "account", "parent_id", "없는곳", wrong)
    for wrong in (top.id, below.id):
        with pytest.raises(Refusal, match=r"import\.reference\.circle"):
            importing.accept_reference(workspace, "account", "parent_id", "없는곳", wrong)
    with pytest.raises(Refusal, match=r"import\.reference\.no_proposal"):
        importing.accept_reference(workspace, "account", "parent_id", "없는곳")
    assert set(opened(workspace)) == {"없는곳"}


def test_a_name_in_two_fields_is_named_by_its_id(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, tmp_path, "name,parent,owner\n갑,없는곳,없는곳\n")
    with pytest.raises(Refusal, match=r"import\.reference\.ambiguous"):
        importing.find_group(workspace, "없는곳")
    with pytest.raises(Refusal, match=r"import\.reference\.gone"):
        importing.find_group(workspace, "nobody")
    ids = {importing.find_group(workspace, str(group.id)).field for group in importing.open_references(workspace)}
    assert ids == {"parent_id", "owner_id"}


def test_whether_anything_was_taken(workspace: Workspace, tmp_path: Path) -> None:
    assert bring(workspace, tmp_path, "name,employees\n갑,1\n을,x\n").took_any
    none = importing.run(workspace, importing.inspect([tmp_path / "file.csv"], "accounts", {"name": None}))
    assert (none.total("rows"), none.total("refused"), none.took_any) == (2, 2, False)
    assert bring(workspace, tmp_path, "name,employees\n").took_any
