"""Making records one and parting them again: what follows, which values stand, what cannot be parted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, history, own_fields, records
from desktop_crm.services.duplicates.merging import merge
from desktop_crm.services.duplicates.parting import Stays, foresee, undo_merge


def make(workspace, entity, **fields):
    return str(records.create(workspace, entity, fields).id)


def get(workspace, entity, row_id):
    return records.get(workspace, entity, row_id).fields


def gone(workspace, entity, row_id):
    try:
        records.get(workspace, entity, row_id)
    except Refusal as refusal:
        return refusal.code == "record.missing"
    return False


@pytest.fixture
def two(workspace):
    """Two accounts that are one, each with its people and deals."""
    stays = make(workspace, "account", name="㈜한빛전자", phone="02-1234-5678", tags=("vip",), note="본사 방문")
    goes = make(
        workspace,
        "account",
        name="한빛전자",
        industry="전자",
        address_city="서울",
        address_line="테헤란로 1",
        tags=("수출",),
        note="공장 견학",
    )
    below = make(workspace, "account", name="한빛전자 구미", parent_id=goes)
    person = make(workspace, "contact", name="김민준", account_id=goes)
    deal = make(workspace, "opportunity", name="증설", account_id=goes, amount=Decimal(5000000), currency="KRW")
    return {"stays": stays, "goes": goes, "below": below, "person": person, "deal": deal}


def test_everything_that_points_to_the_other_comes_along(workspace, two):
    done = merge(workspace, "account", two["stays"], [two["goes"]])
    assert gone(workspace, "account", two["goes"])
    assert get(workspace, "account", two["below"])["parent_id"] == two["stays"]
    assert get(workspace, "contact", two["person"])["account_id"] == two["stays"]
    assert get(workspace, "opportunity", two["deal"])["account_id"] == two["stays"]
    assert done.followed == 3
    assert [str(one.total.open) for one in accounts.overview(workspace, two["stays"]).sums] == ["5000000"]


def test_gaps_are_filled_sets_joined_and_notes_kept(workspace, two):
    merge(workspace, "account", two["stays"], [two["goes"]])
    now = get(workspace, "account", two["stays"])
    assert (now["name"], now["industry"], now["phone"]) == ("㈜한빛전자", "전자", "02-1234-5678")
    assert (now["address_city"], now["address_line"]) == ("서울", "테헤란로 1")
    assert now["tags"] == ("vip", "수출")
    assert now["note"] == "본사 방문\n공장 견학"


def test_values_can_be_chosen_field_by_field(workspace, two):
    merge(workspace, "account", two["stays"], [two["goes"]], {"name": "한빛전자", "industry": "반도체"})
    now = get(workspace, "account", two["stays"])
    assert (now["name"], now["industry"], now["address_city"]) == ("한빛전자", "반도체", None)


def test_a_rule_refuses_the_whole_merge(workspace, two):
    with pytest.raises(Refusal) as refused:
        merge(workspace, "account", two["stays"], [two["goes"]], {"owner_id": "nobody"})
    assert refused.value.code == "reference.missing"
    assert not gone(workspace, "account", two["goes"])
    assert get(workspace, "contact", two["person"])["account_id"] == two["goes"]


@pytest.mark.parametrize(
    ("entity", "others", "code"),
    [("account", [], "merge.too_few"), ("quote", ["x"], "merge.not_possible"), ("account", ["x"], "record.missing")],
)
def test_what_cannot_be_merged_is_refused(workspace, two, entity, others, code):
    with pytest.raises(Refusal) as refused:
        merge(workspace, entity, two["stays"], others)
    assert refused.value.code == code


def test_undo_puts_everything_back(workspace, two):
    before = {key: get(workspace, entity, two[key]) for key, entity in KINDS.items()}
    (one,) = merge(workspace, "account", two["stays"], [two["goes"]]).merges
    assert foresee(workspace, one) == ()
    parted = undo_merge(workspace, one)
    after = {key: get(workspace, entity, two[key]) for key, entity in KINDS.items()}
    after["stays"] = {**after["stays"], "merged_at": None}
    assert after == before
    assert (parted.record, parted.returned, parted.stays) == (two["goes"], 3, ())
    with pytest.raises(Refusal) as refused:
        undo_merge(workspace, one)
    assert refused.value.code == "merge.undone"


KINDS = {"stays": "account", "goes": "account", "below": "account", "person": "contact", "deal": "opportunity"}


def test_undo_after_other_edits_leaves_those_and_names_them(workspace, two):
    other = make(workspace, "account", name="두빛화학")
    (one,) = merge(workspace, "account", two["stays"], [two["goes"]]).merges
    records.set_fields(workspace, "account", two["stays"], {"industry": "반도체", "phone": "02-9999-0000"})
    records.set_fields(workspace, "contact", two["person"], {"account_id": other, "title": "부장"})
    records.delete(workspace, "account", two["below"])
    late = make(workspace, "opportunity", name="나중 건", account_id=two["stays"])
    expected = {
        ("contact", two["person"], "account_id", Stays.CHANGED),
        ("account", two["below"], "parent_id", Stays.DELETED),
        ("account", two["stays"], "industry", Stays.CHANGED),
        ("opportunity", late, "account_id", Stays.ADDED),
    }
    told = {(u.entity, u.row_id, u.field, u.why) for u in foresee(workspace, one)}
    assert expected <= told
    stays = undo_merge(workspace, one).stays
    assert expected <= {(u.entity, u.row_id, u.field, u.why) for u in stays}
    assert next(u.title for u in stays if u.row_id == late) == "나중 건"
    now = get(workspace, "account", two["stays"])
    assert (now["industry"], now["phone"], now["address_city"], now["tags"]) == (
        "반도체",
        "02-9999-0000",
        None,
        ("vip",),
    )
    assert get(workspace, "opportunity", two["deal"])["account_id"] == two["goes"]
    assert get(workspace, "contact", two["person"])["account_id"] == other


def test_a_merge_is_undone_across_later_merges(workspace, two):
    third = make(workspace, "account", name="한빛그룹")
    (first,) = merge(workspace, "account", two["stays"], [two["goes"]]).merges
    (second,) = merge(workspace, "account", third, [two["stays"]]).merges
    assert get(workspace, "opportunity", two["deal"])["account_id"] == third
    parted = undo_merge(workspace, first)
    assert get(workspace, "opportunity", two["deal"])["account_id"] == two["goes"]
    assert {one.why for one in parted.stays} == {Stays.MERGED_ON}
    undo_merge(workspace, second)
    assert not gone(workspace, "account", two["stays"])


def test_many_become_one_and_each_can_be_parted_alone(workspace):
    ids = [make(workspace, "account", name=f"한빛 {n}", website=f"h{n}.kr" if n else None) for n in range(4)]
    deals = [make(workspace, "opportunity", name=f"건 {n}", account_id=one) for n, one in enumerate(ids)]
    done = merge(workspace, "account", ids[0], ids[1:])
    assert len(done.merges) == 3
    assert {get(workspace, "opportunity", one)["account_id"] for one in deals} == {ids[0]}
    assert get(workspace, "account", ids[0])["website"] == "h1.kr"
    undo_merge(workspace, done.merges[1])
    assert get(workspace, "opportunity", deals[2])["account_id"] == ids[2]
    assert get(workspace, "opportunity", deals[1])["account_id"] == ids[0]


def test_the_usual_undo_takes_a_merge_back_too(workspace, two):
    done = merge(workspace, "account", two["stays"], [two["goes"]])
    back = history.revert(workspace, done.changes.tx_id)
    assert get(workspace, "contact", two["person"])["account_id"] == two["goes"]
    assert back.kept == ()
    history.revert(workspace, back.changes.tx_id)
    assert gone(workspace, "account", two["goes"])
    undo_merge(workspace, done.merges[0])
    assert get(workspace, "contact", two["person"])["account_id"] == two["goes"]


def test_a_parent_is_merged_into_its_grandchild_without_a_circle(workspace):
    top = make(workspace, "account", name="그룹")
    parent = make(workspace, "account", name="한빛전자", parent_id=top)
    child = make(workspace, "account", name="한빛 구미", parent_id=parent)
    grandchild = make(workspace, "account", name="한빛전자㈜", parent_id=child)
    (one,) = merge(workspace, "account", grandchild, [parent]).merges
    assert get(workspace, "account", grandchild)["parent_id"] == top
    assert get(workspace, "account", child)["parent_id"] == grandchild
    undo_merge(workspace, one)
    assert get(workspace, "account", grandchild)["parent_id"] == child
    assert get(workspace, "account", child)["parent_id"] == parent


def test_a_child_merged_into_its_parent_does_not_become_its_own(workspace):
    parent = make(workspace, "account", name="한빛전자")
    child = make(workspace, "account", name="한빛전자㈜", parent_id=parent)
    merge(workspace, "account", parent, [child], {"parent_id": parent})
    assert get(workspace, "account", parent)["parent_id"] is None


@pytest.fixture
def people(workspace):
    """One person twice, with cards on a map of both and lines between them."""
    first, second = make(workspace, "account", name="한빛"), make(workspace, "account", name="두빛")
    stays = make(workspace, "contact", name="김민준", account_id=first, email="kim@a.kr")
    goes = make(workspace, "contact", name="김 민준", account_id=second, title="부장", mobile="010-1111-2222")
    chart = make(workspace, "stakeholder_map", name="맵", account_id=first)
    other = make(workspace, "stakeholder_map", name="다른 맵", account_id=second)
    mine = make(workspace, "map_node", map_id=chart, contact_id=stays)
    his = make(workspace, "map_node", map_id=chart, contact_id=goes, influence=7)
    alone = make(workspace, "map_node", map_id=other, contact_id=goes)
    boss = make(workspace, "map_node", map_id=chart, label="사장")
    records.set_fields(workspace, "map_node", his, {"reports_to_id": boss})
    line = make(workspace, "map_edge", map_id=chart, source_id=his, target_id=boss, kind="influences")
    loop = make(workspace, "map_edge", map_id=chart, source_id=his, target_id=mine, kind="knows")
    return {
        "stays": stays,
        "goes": goes,
        "second": second,
        "mine": mine,
        "his": his,
        "alone": alone,
        "line": line,
        "loop": loop,
        "boss": boss,
    }


def test_a_person_stands_on_a_map_once_and_lines_follow(workspace, people):
    merge(workspace, "contact", people["stays"], [people["goes"]])
    assert gone(workspace, "map_node", people["his"])
    assert gone(workspace, "map_edge", people["loop"])
    assert get(workspace, "map_node", people["alone"])["contact_id"] == people["stays"]
    assert get(workspace, "map_node", people["mine"])["influence"] == 7
    assert get(workspace, "map_edge", people["line"])["source_id"] == people["mine"]


def test_the_other_company_is_not_forgotten(workspace, people):
    merge(workspace, "contact", people["stays"], [people["goes"]])
    (one,) = records.list_rows(workspace, "employment").records
    assert (one.fields["contact_id"], one.fields["account_id"], one.fields["title"]) == (
        people["stays"],
        people["second"],
        "부장",
    )


def test_cards_and_lines_of_the_map_are_parted_too(workspace, people):
    (one,) = merge(workspace, "contact", people["stays"], [people["goes"]]).merges
    parted = undo_merge(workspace, one)
    assert parted.stays == ()
    assert get(workspace, "map_node", people["his"])["contact_id"] == people["goes"]
    assert get(workspace, "map_node", people["mine"])["influence"] is None
    assert get(workspace, "map_edge", people["line"])["source_id"] == people["his"]
    assert get(workspace, "map_edge", people["loop"])["target_id"] == people["mine"]
    assert records.count(workspace, "employment") == 0


def test_issued_versions_stay_as_they_were_printed(workspace, two):
    quote = make(workspace, "quote", number="Q-1", account_id=two["goes"])
    merge(workspace, "account", two["stays"], [two["goes"]])
    assert get(workspace, "quote", quote)["account_id"] == two["stays"]


def test_merged_again_after_parting_uses_the_same_row(workspace, two):
    (one,) = merge(workspace, "account", two["stays"], [two["goes"]]).merges
    undo_merge(workspace, one)
    assert merge(workspace, "account", two["stays"], [two["goes"]]).merges == (one,)
    undo_merge(workspace, one)
    assert get(workspace, "contact", two["person"])["account_id"] == two["goes"]


def test_a_link_between_the_two_goes_and_comes_back(workspace, two):
    owner = make(workspace, "account", name="한빛그룹")
    between = make(workspace, "hierarchy_link", hierarchy="ownership", account_id=two["goes"], parent_id=two["stays"])
    above = make(workspace, "hierarchy_link", hierarchy="ownership", account_id=two["goes"], parent_id=owner)
    (one,) = merge(workspace, "account", two["stays"], [two["goes"]]).merges
    assert gone(workspace, "hierarchy_link", between)
    assert get(workspace, "hierarchy_link", above)["account_id"] == two["stays"]
    assert undo_merge(workspace, one).stays == ()
    assert get(workspace, "hierarchy_link", between)["account_id"] == two["goes"]
    assert get(workspace, "hierarchy_link", above)["account_id"] == two["goes"]


def test_references_of_ones_own_follow_too(workspace, two):
    own_fields.add(workspace, "opportunity", "소개한 회사", own_fields.OwnKind.REFERENCE, target="account")
    (field,) = own_fields.fields_of(workspace, "opportunity")
    deal = make(workspace, "opportunity", name="소개 건", **{field.name: two["goes"]})
    (one,) = merge(workspace, "account", two["stays"], [two["goes"]]).merges
    assert get(workspace, "opportunity", deal)[field.name] == two["stays"]
    undo_merge(workspace, one)
    assert get(workspace, "opportunity", deal)[field.name] == two["goes"]
