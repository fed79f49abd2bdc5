"""The words of other programs lead to fields that exist; names are compared as people mean them."""

from __future__ import annotations

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.services.importing import kinds, matching
from desktop_crm.services.importing.beside import is_beside
from desktop_crm.services.importing.matching import Names
from desktop_crm.services.importing.recognising import own_field
from desktop_crm.services.importing.stages import find_stage, meaning


def test_every_word_leads_to_a_field_of_the_registry() -> None:
    for entity in kinds.ORDER:
        for word, field in kinds.field_words(entity).items():
            known = (
                REGISTRY[entity].has(field)
                or field in {kinds.GIVEN_NAME, kinds.FAMILY_NAME}
                or is_beside(entity, field)
            )
            assert known, (entity, word, field)
            assert word == kinds.squeezed(word), (entity, word)


def test_keys_are_fields_and_every_kind_has_one() -> None:
    for entity in kinds.ORDER:
        for group in kinds.KEYS[entity]:
            assert all(REGISTRY[entity].has(name) or name == kinds.OUTSIDE_KEY for name in group)
    for entity, name in kinds.MADE_ON_DEMAND:
        assert REGISTRY[entity].has(name)


@pytest.mark.parametrize(
    ("columns", "entity"),
    [
        (("account", "sector", "revenue"), "account"),
        (("회사명", "담당자", "이메일", "직책"), "contact"),
        (("품목코드", "품명", "규격", "단가"), "product"),
        (("sales_agent", "manager", "regional_office"), "user"),
        (("영업기회명", "고객사", "단계", "금액"), "opportunity"),
        (("Activity Date", "Subject", "Company"), "activity"),
        (("First Name", "Last Name", "Email", "Company"), "contact"),
        (("id", "name", "parent_id", "industry", "employees"), "account"),
    ],
)
def test_kinds_are_found_by_their_columns(columns: tuple[str, ...], entity: str) -> None:
    found = kinds.best_fit(columns, "export.csv")
    assert found is not None
    assert found.entity == entity


@pytest.mark.parametrize("columns", [("foo", "bar"), ("x", "y", "account"), ("살인 발생", "강도 검거")])
def test_what_is_no_kind_of_ours(columns: tuple[str, ...]) -> None:
    assert kinds.best_fit(columns, "data.csv") is None


def test_names_match_exactly_or_are_proposed() -> None:
    names = Names([("GTX Pro", "1"), ("GTX Basic", "2"), ("한빛전자(주)", "3"), ("Twin", "4"), ("twin", "5")])
    assert names.find("gtx  pro").row_id == "1"
    assert (names.find("GTXPro").row_id, names.find("GTXPro").suggestion) == (None, "1")
    assert names.find("주식회사 한빛전자").suggestion == "3"
    assert names.find("한빛전지(주)").row_id is None
    assert names.find("Twin").several
    assert names.find("Zebra").means_nobody
    assert names.find("2").row_id == "2"
    names.add("Zebra", "6")
    assert names.find("Zebra").row_id == "6"


def test_names_of_fields_of_ones_own() -> None:
    assert own_field("Year Est. (local)") == "x_year_est_local"
    assert own_field("친밀도") == "x_친밀도"
    assert own_field("***") == "x_field"


def test_stages_mean_the_same_in_both_languages() -> None:
    ours = [("1", "발굴", "open"), ("2", "수주", "won"), ("3", "실패함", "lost")]
    assert find_stage("Prospecting", ours) == "1"
    assert find_stage("Closed Won", ours) == "2"
    assert find_stage("Lost", ours) == "3"
    assert find_stage("Engaging", ours) is None
    assert meaning("어떤 단계").kind == "open"


def test_the_nearest_name_is_found_in_whatever_piece_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(f"회사 {n:04d} 주식회사", str(n)) for n in range(40)] + [("GTX Pro", "pro"), ("Solo Works", "solo")]
    whole = Names(entries)
    monkeypatch.setattr(matching, "_AT_ONCE", 7)
    pieces = Names(entries)
    for said in ("GTXX Pro", "Solo Work", "회사 0012 주식회사", "회사 00123", "nobody at all"):
        assert pieces.find(said) == whole.find(said)
    assert pieces.find("Solo Work").suggestion == "solo"
    pieces.dissolve()
    assert pieces.find("Solo Works").row_id is None
