"""Bad input: accepted where it is data, refused with the field and the reason where it is not, and never half written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, hierarchies, importing, records

NAMES = [
    "가" * 500,
    "🏭👩‍🔬 공장",
    "\u202eשלום עולם",
    "مجموعة الشركات",
    "한\u200b빛",
]
UNSEEN = ["", "   ", "\u200b", "\u202e\u2066", "\u3164"]
COMPOSED, DECOMPOSED = "한빛전자", "한빛전자"


def everything(workspace):
    with workspace.read() as session:
        query = session.connection().exec_driver_sql
        return [
            query(f"SELECT * FROM {table} ORDER BY 1, 2").all()
            for table in ("account", "hierarchy_link", "account_total", "linked_total", "linked_tally", "change")
        ]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_stands_in_every_hierarchy(workspace, name):
    top, below = accounts.create(workspace, name).id, accounts.create(workspace, name, None).id
    hierarchies.link(workspace, "ownership", below, top)
    accounts.move(workspace, [below], top)
    assert accounts.nodes(workspace, [below])[0].name == name
    assert accounts.children(workspace, top, beside="ownership").nodes[0].name == name
    assert accounts.search_tree(workspace, name[:3], beside="ownership").hits >= {below}
    assert [node.name for node in hierarchies.pictured(workspace, top, "ownership").nodes] == [name, name]


def test_names_that_differ_only_by_their_form_of_unicode_are_two_accounts(workspace):
    first, second = accounts.create(workspace, COMPOSED).id, accounts.create(workspace, DECOMPOSED).id
    hierarchies.link(workspace, "ownership", first, second)
    assert {node.id for node in accounts.children(workspace, None).nodes} == {first, second}


@pytest.mark.parametrize("name", ["", "   ", "\n\t"])
def test_an_empty_name_is_refused_and_nothing_is_written(workspace, name):
    before = everything(workspace)
    with pytest.raises(Refusal) as caught:
        accounts.create(workspace, name)
    assert (caught.value.code, caught.value.params["field"]) == ("value.required", "name")
    assert everything(workspace) == before


@pytest.mark.parametrize("field", ["account_id", "parent_id"])
def test_a_link_to_nobody_is_refused_with_its_field(workspace, field):
    known = accounts.create(workspace, "한빛").id
    before = everything(workspace)
    fields = {"hierarchy": "ownership", "account_id": known, "parent_id": known} | {field: "nobody"}
    with pytest.raises(Refusal) as caught:
        records.create(workspace, "hierarchy_link", fields)
    assert (caught.value.code, caught.value.params["field"]) == ("reference.missing", field)
    assert everything(workspace) == before


def test_an_account_cannot_stand_below_itself_at_home(workspace):
    one = accounts.create(workspace, "한빛").id
    before = everything(workspace)
    for refused in (
        lambda: accounts.move(workspace, [one], one),
        lambda: records.set_fields(workspace, "account", one, {"parent_id": one}),
        lambda: hierarchies.move(workspace, "territory", [(one, None)], one),
        lambda: hierarchies.try_move(workspace, [one], one),
    ):
        with pytest.raises(Refusal, match=r"account\.move\.circle"):
            refused()
    assert everything(workspace) == before


def test_a_move_of_many_of_which_one_is_refused_moves_none(workspace):
    top = accounts.create(workspace, "위").id
    below, other = accounts.create(workspace, "아래", top).id, accounts.create(workspace, "옆").id
    before = everything(workspace)
    with pytest.raises(Refusal, match=r"account\.move\.circle"):
        accounts.move(workspace, [other, top], below)
    with pytest.raises(Refusal, match=r"record\.missing"):
        accounts.move(workspace, [other, "nobody"], top)
    with pytest.raises(Refusal, match=r"record\.missing"):
        hierarchies.move(workspace, "ownership", [(other, None), ("nobody", None)], top)
    assert everything(workspace) == before


@pytest.mark.parametrize("amount", ["-1", "-999999999999999999.99", "1e24", "0.0001"])
def test_negative_and_huge_amounts_go_up_exactly_and_out_again(workspace, amount):
    top = accounts.create(workspace, "위").id
    below = accounts.create(workspace, "아래", top).id
    hierarchies.link(workspace, "ownership", below, top)
    exact = Decimal(amount)
    fields = {"name": "d", "account_id": below, "amount": exact, "currency": "KRW"}
    first = records.create(workspace, "opportunity", fields).id
    records.create(workspace, "opportunity", fields | {"amount": Decimal(1)})
    for beside in (None, "ownership"):
        assert sum(one.total.open for one in accounts.nodes(workspace, [top], beside)[0].sums) == exact + 1
    records.delete(workspace, "opportunity", first)
    for beside in (None, "ownership"):
        assert accounts.nodes(workspace, [top], beside)[0].sums[0].total.open == 1


def test_a_file_with_good_and_bad_rows_says_which_row_and_why(workspace, tmp_path: Path):
    path = tmp_path / "links.csv"
    rows = ["자회사,모회사,지분율", "나,가,60", "나,가,육십", ",가,5", "다,없는 회사,1", "가,가,0.5"]
    path.write_text("\n".join(rows), encoding="utf-8")
    for name in "가나다":
        accounts.create(workspace, name)
    report = importing.run(workspace, importing.inspect([path], "hierarchy_links"))
    (file,) = report.files
    assert {(problem.row, problem.column) for problem in file.problems} >= {(3, "지분율")}
    assert all(problem.code for problem in file.problems)
    assert {(one.field, one.value) for one in report.open} >= {("parent_id", "없는 회사")}
    assert hierarchies.sizes(workspace) == {"ownership": 2}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_of_which_nothing_is_seen_is_refused(workspace, tmp_path, name):
    made = accounts.create(workspace, "한빛전자", None).id
    before = everything(workspace)
    for act in (
        lambda: accounts.create(workspace, name, None),
        lambda: accounts.rename(workspace, made, name),
        lambda: records.set_fields(workspace, "account", made, {"name": name}),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert (caught.value.code, caught.value.params["field"]) == ("value.required", "name")
    assert everything(workspace) == before
    path = tmp_path / "names.csv"
    path.write_text(f"account,country\n{name},KR\n대양중공업,KR\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([path], "accounts"))
    assert [(one.row, one.code) for one in report.files[0].problems] == [(2, "import.row.no_name")]
    assert records.count(workspace, "account") == 2
