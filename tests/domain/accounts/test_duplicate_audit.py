"""The audit: what is found on labelled data, how sets are gathered, and that a step can be the last."""

from __future__ import annotations

import pytest

from desktop_crm.domain.accounts.duplicates import weighing
from desktop_crm.domain.accounts.duplicates.audit import (
    THRESHOLD,
    Audit,
    Frequencies,
    against,
    compare,
    gather,
    said,
)
from desktop_crm.domain.accounts.duplicates.comparing import Kind
from desktop_crm.domain.accounts.duplicates.profiles import blocks, pairs, profile, shape_of
from tests.benchmarks import duplicates as measured

SHAPE = shape_of("account")


def _audit(entity: str, *rows: dict[str, str]) -> Audit:
    return Audit(shape_of(entity), {str(place): profile(entity, row) for place, row in enumerate(rows)})


def _sets(audit: Audit) -> list[set[str]]:
    while audit.advance(1000):
        pass
    return [set(one.members) for one in audit.sets()]


@pytest.mark.parametrize(("name", "least"), [("febrl_dataset1", 0.95), ("chicago_organisations_with_true_ids", 0.90)])
def test_duplicates_are_found_in_data_that_nothing_was_chosen_on(data, name, least):
    found = measured.labelled(data, name)
    assert measured.score(measured.audited(found), found.truth).f1 >= least


def test_the_threshold_is_the_one_that_the_tuning_data_choose(data):
    tuning = [measured.labelled(data, name) for name in measured.TUNED_ON]
    audits = [measured.audited(one) for one in tuning]
    scores = {
        bits: [measured.score(audit, one.truth, bits) for audit, one in zip(audits, tuning, strict=True)]
        for bits in (-1, 0, 1, 2)
    }
    assert measured.chosen(scores) == THRESHOLD


def test_the_facts_of_the_data_are_the_published_ones(data):
    rows = {name: measured.labelled(data, name).truth for name in ("febrl_dataset1", "splink_fake_1000")}
    assert (len(rows["febrl_dataset1"]), len(set(rows["febrl_dataset1"]))) == (1000, 500)
    assert len(set(rows["splink_fake_1000"])) == 181


def test_one_company_in_four_spellings_is_one_set():
    found = _sets(
        _audit(
            "account",
            {"name": "㈜한빛전자", "phone": "02-1234-5678"},
            {"name": "주식회사 한빛 전자"},
            {"name": "Hanbit Electronics Co., Ltd.", "phone": "+82-2-1234-5678"},
            {"name": "한빛전자 (주)", "website": "www.hanbit.co.kr"},
            {"name": "두빛화학"},
        )
    )
    assert found == [{"0", "1", "2", "3"}]


def test_numbers_in_names_tell_companies_apart():
    assert _sets(_audit("account", {"name": "한빛전자 제1공장"}, {"name": "한빛전자 제2공장"})) == []


def test_the_same_number_outweighs_another_name():
    number = {"business_registration_number": "124-81-00998"}
    assert _sets(_audit("account", {"name": "한빛전자", **number}, {"name": "HBE", **number})) == [{"0", "1"}]


def test_namesakes_at_other_companies_are_two_people():
    rows = [{"name": "김민준", "account_id": "a"}, {"name": "김민준", "account_id": "b", "email": "x@b.kr"}]
    rows += [{"name": f"이서연{n}", "account_id": "a"} for n in range(300)] + [
        {"name": "김민준", "account_id": str(n)} for n in range(30)
    ]
    assert all("0" not in one for one in _sets(_audit("contact", *rows)))


def test_the_same_person_is_found_by_mobile_whoever_typed_it_where():
    rows = [{"name": "김민준", "mobile": "010-1234-5678"}, {"name": "김 민준", "phone": "+82 10 1234 5678"}]
    assert _sets(_audit("contact", *rows)) == [{"0", "1"}]


def test_a_chain_of_likenesses_does_not_run_away():
    bits = {(0, 1): 9.0, (1, 2): 9.0, (0, 2): -12.0, (2, 3): 9.0}
    assert sorted(members for members, _ in gather(bits, 0.0)) == [(0, 1), (2, 3)]


def test_an_audit_can_stop_after_any_step_and_compares_each_pair_once():
    audit = _audit("account", *({"name": f"한빛 {word}"} for word in "가 나 다 라 마".split()))
    assert audit.advance(3)
    assert audit.compared == 3
    records = [profile("account", {"name": f"한빛 {word}"}) for word in "가 나 다 라 마".split()]
    found = list(pairs(SHAPE, records))
    assert len(found) == len(set(found)) == 10
    assert all(one < other for one, other in found)


def test_large_blocks_give_each_record_its_neighbours_only():
    records = [profile("account", {"name": f"한빛 {chr(0xAC00 + n)}"}) for n in range(400)]
    assert len(blocks(SHAPE, records)["w 한빛"]) == 400
    assert len(list(pairs(SHAPE, records))) < 400 * 10


def test_the_quick_sum_is_the_sum_of_the_reasons():
    one = profile("account", {"name": "한빛전자", "phone": "02-1234-5678", "address_line": "종로 1"})
    other = profile("account", {"name": "한빛전자", "phone": "02-1234-5679", "address_line": "종로 1"})
    known = Frequencies(SHAPE, [one, other])
    assert said(SHAPE, one, other, known) == pytest.approx(sum(r.bits for r in compare(SHAPE, one, other, known)))


def test_reasons_say_what_agrees_and_what_does_not():
    typed = profile("account", {"name": "한빛전자", "website": "hanbit.kr"})
    held = profile("account", {"name": "㈜한빛전자", "website": "other.kr"})
    found = against(SHAPE, typed, {"x": held}, Frequencies(SHAPE, [held]))
    assert [(r.kind, r.level) for r in found[0].reasons] == [(Kind.COMPANY, 0), (Kind.HOST, 2)]
    assert found[0].reasons[1].bits < 0 < found[0].reasons[0].bits


def test_rare_values_say_more():
    common, rare = weighing.weight(Kind.COMPANY, 0, 50, 5000), weighing.weight(Kind.COMPANY, 0, 2, 5000)
    assert common < rare
    assert weighing.probability(0) == 0.5
    assert (weighing.probability(100), weighing.probability(-100)) == (1.0, 0.0)
