"""Finding records in a real encrypted file: what is typed, what comes first, and that the index follows every write."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from desktop_crm.persistence import search as index
from desktop_crm.services import search
from desktop_crm.services.workspace import Workspace


def _titles(workspace: Workspace, query: str, limit: int = 20) -> list[str]:
    return [hit.title for hit in search.find(workspace, query, limit)]


def _add(workspace: Workspace, entity: str, **fields: object) -> str:
    with workspace.write("test") as work:
        return work.insert(entity, fields)


@pytest.fixture
def furnished(workspace: Workspace) -> Workspace:
    group = _add(workspace, "account", name="한빛그룹", industry="지주회사")
    plant = _add(workspace, "account", name="한빛전자 구미사업장", parent_id=group, address_city="구미")
    _add(workspace, "account", name="대한빛공사")
    _add(workspace, "account", name="누리소프트", business_registration_number="123-45-67890")
    _add(
        workspace, "contact", name="이정훈", account_id=plant, title="부장", department="설비팀", mobile="010-1234-5678"
    )
    _add(workspace, "contact", name="한빛나", account_id=plant, email="bitna@hanbit.example")
    _add(workspace, "product", name="현장 제어기 HC-900", code="HC-900", spec="16ch")
    _add(workspace, "opportunity", name="한빛 설비 증설", account_id=plant)
    _add(workspace, "quote", number="Q-2026-0187", name="설비 증설 2027", account_id=plant)
    return workspace


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("한빛그룹", "한빛그룹"),
        ("빛전", "한빛전자 구미사업장"),
        ("한빛전자구미", "한빛전자 구미사업장"),
        ("구미 한빛", "한빛전자 구미사업장"),
        ("ㄴㄹㅅㅍㅌ", "누리소프트"),
        ("ㄱㅁㅅㅇㅈ", "한빛전자 구미사업장"),
        ("이정", "이정훈"),
        ("dlwjdgns", "이정훈"),
        ("설비팀", "이정훈"),
        ("1234567890", "누리소프트"),
        ("123-45", "누리소프트"),
        ("5678", "이정훈"),
        ("bitna", "한빛나"),
        ("hc900", "현장 제어기 HC-900"),
        ("HC-900", "현장 제어기 HC-900"),
        ("ㅗㅊ-900", "현장 제어기 HC-900"),
        ("0187", "Q-2026-0187"),
        ("q-2026", "Q-2026-0187"),
        ("증설 2027", "Q-2026-0187"),
        ("한비ㅊ", "한빛그룹"),
        ("한비", "한빛그룹"),
        ("한빛저", "한빛전자 구미사업장"),
        ("한빛ㅈ", "한빛전자 구미사업장"),
        ("한빛전작", "한빛전자 구미사업장"),
        ("누리소픝", "누리소프트"),
        ("누리소프ㅌ", "누리소프트"),
        ("이정후", "이정훈"),
        ("구미 사업ㅈ", "한빛전자 구미사업장"),
        ("HC-900 현", "현장 제어기 HC-900"),
    ],
)
def test_what_people_type(furnished: Workspace, query: str, first: str) -> None:
    assert _titles(furnished, query)[0] == first


def test_kind_then_exactness_then_the_shorter_name(furnished: Workspace) -> None:
    assert _titles(furnished, "한빛") == ["한빛그룹", "한빛전자 구미사업장", "대한빛공사", "한빛나", "한빛 설비 증설"]


def test_hits_tell_where_they_matched_and_where_they_belong(furnished: Workspace) -> None:
    plant = search.find(furnished, "빛전")[0]
    assert (plant.entity, plant.span, plant.subtitle) == ("account", (1, 3), "한빛그룹 · 구미")
    person = search.find(furnished, "설비팀")[0]
    assert (person.entity, person.span, person.subtitle) == ("contact", None, "한빛전자 구미사업장 · 설비팀 · 부장")


@pytest.mark.parametrize(
    "query", ["", "   ", "-", "'", '"', "없는말", "*", "한빛*누", "AND", "NEAR(", "x" * 500, "\x00", "🙂"]
)
def test_odd_queries_find_nothing_and_break_nothing(workspace: Workspace, query: str) -> None:
    assert search.find(workspace, query) == ()


def test_pairs_in_the_wrong_order_are_no_hit(workspace: Workspace) -> None:
    _add(workspace, "account", name="빛전 산업 한빛")
    assert _titles(workspace, "한빛전") == []


def test_a_word_does_not_run_over_from_one_field_into_the_next(workspace: Workspace) -> None:
    _add(workspace, "lead", name="나한", company="빛전산업")
    assert _titles(workspace, "한빛") == []
    assert _titles(workspace, "나한빛전") == []
    assert _titles(workspace, "ㅎㅂ") == []
    assert _titles(workspace, "나한 빛전") == ["나한"]


def test_the_index_follows_edits_deletions_and_their_undoing(workspace: Workspace) -> None:
    row = _add(workspace, "account", name="옛이름산업")
    with workspace.write("test") as work:
        work.update("account", row, {"name": "새이름산업"})
    assert _titles(workspace, "옛이름") == []
    assert _titles(workspace, "새이름") == ["새이름산업"]
    with workspace.write("test") as work:
        work.delete("account", row)
    assert _titles(workspace, "새이름") == []
    with workspace.write("test") as work:
        work.restore("account", row)
    assert _titles(workspace, "새이름") == ["새이름산업"]


def test_a_row_written_several_times_in_one_transaction_stands_once(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        row = work.insert("account", {"name": "가나상사"})
        work.update("account", row, {"name": "다라상사"})
        other = work.insert("account", {"name": "가나물산"})
        work.delete("account", other)
    assert _titles(workspace, "가나") == []
    assert _titles(workspace, "다라") == ["다라상사"]


def test_a_transaction_that_fails_leaves_the_index_alone(workspace: Workspace) -> None:
    def insert_and_fail() -> None:
        with workspace.write("test") as work:
            work.insert("account", {"name": "사라질산업"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        insert_and_fail()
    assert _titles(workspace, "사라질") == []


def test_bulk_writes_are_found(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        ids = work.bulk("account", inserts=[{"name": f"무더기{n}호"} for n in range(300)])
        work.bulk("account", updates=[(ids[7], {"name": "따로이름"})], deletes=[ids[8]])
    assert _titles(workspace, "무더기299") == ["무더기299호"]
    assert _titles(workspace, "따로이름") == ["따로이름"]
    assert _titles(workspace, "무더기8호") == []


def test_no_kind_crowds_the_others_out(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"세종산업 {n}"} for n in range(50)])
        work.bulk("contact", inserts=[{"name": f"세종대{n}"} for n in range(50)])
        work.bulk("quote", inserts=[{"number": f"Q-{n}", "name": "세종 견적"} for n in range(3)])
    kinds = [hit.entity for hit in search.find(workspace, "세종", limit=12)]
    assert len(kinds) == 12
    assert kinds.count("quote") == 3
    assert kinds == sorted(kinds, key=["account", "contact", "quote"].index)


def test_the_limit_is_kept(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"세종산업 {n}"} for n in range(50)])
    assert len(_titles(workspace, "세종", limit=7)) == 7
    assert len(_titles(workspace, "세종", limit=1)) == 1


def test_an_index_built_anew_finds_the_same(furnished: Workspace) -> None:
    queries = ["한빛", "ㅎㅂ", "5678", "증설"]
    before = [sorted(_titles(furnished, query)) for query in queries]
    with furnished.database.writing() as connection:
        index.rebuild(connection)
    assert [sorted(_titles(furnished, query)) for query in queries] == before


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(max_size=20))
def test_any_name_is_found_by_itself(workspace: Workspace, name: str) -> None:
    from desktop_crm.domain import text

    row = _add(workspace, "account", name=name)
    if text.query_words(name) and len(name) < 90:
        found = [hit.id for hit in search.find(workspace, name, limit=100)]
        known = text.compact(name).isascii() or all(map(text.is_syllable, text.compact(name)))
        assert row in found or not known or len(found) >= 40


def test_among_many_names_each_way_of_typing_finds_what_it_names(new_workspace: Callable[..., Workspace]) -> None:
    workspace = new_workspace("many")
    dice = random.Random(1)
    syllables = "한빛대양서림누리동해가람다온새벽미래세종태백소청솔나해바른큰별하늘"
    people = [
        {"name": "김이박최정강조윤"[n % 8] + dice.choice(syllables) + dice.choice(syllables)} for n in range(20_000)
    ]
    firms = [
        {"name": "".join(dice.choices(syllables, k=3)) + dice.choice(["전자", "화학", "물산"])} for _ in range(20_000)
    ]
    with workspace.write("test") as work:
        work.bulk("account", inserts=[*firms, {"name": "한빛전자"}])
        work.bulk("contact", inserts=[*people, {"name": "김하늘"}])
    for query, wanted in {
        "한빛전자": "한빛전자",
        "ㅎㅂㅈㅈ": "한빛전자",
        "gksqlcwjswk": "한빛전자",
        "김하늘": "김하늘",
    }.items():
        assert search.find(workspace, query)[0].title == wanted, query


def test_a_syllable_that_is_still_being_typed_shows_what_is_meant_and_no_more(furnished: Workspace) -> None:
    assert _titles(furnished, "한빛") == _titles(furnished, "한비")
    assert [hit.span for hit in search.find(furnished, "한비")[:1]] == [(0, 2)]
    assert [hit.span for hit in search.find(furnished, "이정후")] == [(0, 3)]
    _add(furnished, "account", name="한비산업")
    assert _titles(furnished, "한비") == ["한비산업"], "what is there as it is typed leaves nothing to guess"
    assert _titles(furnished, "구미 한비ㅎ") == []
