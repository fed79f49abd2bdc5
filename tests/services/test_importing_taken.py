"""A row of a file can be told to mean a record that is there, whatever its keys say: that one is changed, and no new one is made."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import importing, records

TEXT = "account,phone,industry\n한빛 전자,0212345678,전자\n두빛화학,,화학\n"


@pytest.fixture
def there(workspace):
    return str(records.create(workspace, "account", {"name": "㈜한빛전자", "phone": "02-1234-5678"}).id)


@pytest.fixture
def plan(tmp_path):
    def planned(text=TEXT, **rows):
        file = tmp_path / "accounts.csv"
        file.write_text(text, encoding="utf-8")
        (found,) = importing.inspect([file]).files
        return importing.ImportPlan(files=(importing.with_taken(found, rows),))

    return planned


def test_the_row_changes_the_record_and_the_whole_can_be_taken_back(workspace, there, plan):
    report = importing.run(workspace, plan(**{"2": there}))
    assert (report.files[0].created, report.files[0].updated) == (1, 1)
    fields = records.get(workspace, "account", there).fields
    assert (fields["name"], fields["industry"]) == ("한빛 전자", "전자")
    assert records.count(workspace, "account") == 2
    importing.undo_import(workspace, report.import_id)
    assert records.get(workspace, "account", there).fields["name"] == "㈜한빛전자"
    assert records.count(workspace, "account") == 1


def test_a_trial_tells_what_will_change(workspace, there, plan):
    trial = importing.try_out(workspace, plan(**{"2": there}))
    first, second = trial.preview
    assert (first.state, second.state) == (importing.RowState.CHANGED, importing.RowState.NEW)
    assert ("name", "㈜한빛전자", "한빛 전자") in [(one.field, one.old, one.new) for one in first.changes]
    assert list(trial.preview.sources("account").values()) == [(str(plan().files[0].path), 3)]
    assert records.count(workspace, "account") == 1


def test_a_record_that_went_meanwhile_refuses_its_row_alone(workspace, there, plan):
    gone = new_row_id()
    report = importing.run(workspace, plan(**{"2": str(gone), "3": there}))
    assert (report.files[0].created, report.files[0].updated, report.files[0].refused) == (0, 1, 1)
    assert [(one.code, one.row) for one in report.files[0].problems] == [("import.row.taken_gone", 2)]
    assert records.get(workspace, "account", there).fields["name"] == "두빛화학"


def test_two_rows_for_one_record_must_say_the_same(workspace, there, plan):
    report = importing.run(workspace, plan(**{"2": there, "3": there}))
    assert report.files[0].refused == 1
    assert report.files[0].problems[0].code == "import.row.duplicate"
    assert records.count(workspace, "account") == 1


def test_a_row_taken_for_one_record_is_what_later_rows_mean(workspace, there, plan):
    text = "account,parent\n한빛 전자,\n구미사업장,한빛 전자\n"
    importing.run(workspace, plan(text, **{"2": there}))
    made = records.get(workspace, "account", there)
    assert made.fields["name"] == "한빛 전자"
    (child,) = [one for one in records.list_rows(workspace, "account").records if one.fields["name"] == "구미사업장"]
    assert child.fields["parent_id"] == there


@pytest.mark.parametrize("rows", [["2"], {"zwei": "id"}, {"2": ""}, {"2": 5}, {"-1": "id"}])
def test_what_is_no_list_of_rows_is_refused(plan, rows):
    with pytest.raises(Refusal) as told:
        importing.with_taken(plan().files[0], rows)
    assert told.value.code == "import.mapping.shape"


def test_a_mapping_says_it_and_a_saved_one_never_does(workspace, there, plan, tmp_path):
    file = plan(**{"2": there}).files[0]
    wishes = importing.as_wishes(file)
    assert wishes["rows"] == {"2": there}
    said = tmp_path / "mapping.json"
    said.write_text(json.dumps({"files": {"accounts.csv": wishes}}), encoding="utf-8")
    (again,) = importing.inspect([file.path], None, importing.read_mapping(said)).files
    assert again.taken == file.taken == ((2, there),)
    kept = importing.save_mapping(workspace, file, "내 매핑")
    assert "rows" not in kept.wishes
    (fresh,) = importing.with_saved(workspace, importing.ImportPlan(files=(replace(file, taken=()),))).files
    assert fresh.taken == ()
