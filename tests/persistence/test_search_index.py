"""The index in the file: what lies in it, how lines are numbered, how it follows records made by hand, how it is ranked."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Connection

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.foundation.hlc import Stamp
from desktop_crm.foundation.ids import OpId, RowId
from desktop_crm.foundation.versions import Version
from desktop_crm.persistence import search as index
from desktop_crm.persistence.change_log import Record
from desktop_crm.persistence.stores import search as store
from desktop_crm.persistence.stores.search import Exactness
from desktop_crm.services import search
from desktop_crm.services.workspace import Workspace


def _lines(connection: Connection) -> list[tuple[str, str, str]]:
    """Entity, id and folded title of what is indexed, in the order of the index."""
    names = index.kinds(connection)
    titles = {index.number(row[0], row[1]): row for row in connection.exec_driver_sql("SELECT * FROM search_title")}
    lines = []
    for kind, place, plain in (titles[number] for number in sorted(titles, reverse=True)):
        row = connection.exec_driver_sql(f'SELECT id FROM "{names[kind]}" WHERE rowid=?', (place,)).scalar_one()
        lines.append((names[kind], row, plain))
    return lines


def _record(row_id: str, name: str, *, kind: ChangeKind = ChangeKind.CREATED, gone: bool = False) -> Record:
    before = {} if kind is ChangeKind.CREATED else {"name": "before"}
    return Record(
        entity="account",
        row_id=RowId(row_id),
        kind=kind,
        version=Version(Stamp("0" * 16 + "-a"), OpId("op")),
        before=before,
        after={"name": name},
        clock_before=None if kind is ChangeKind.CREATED else '{"": "x y"}',
        row={"name": name},
        gone=gone,
    )


def test_numbers_of_kinds_do_not_meet() -> None:
    ranges = [index.numbers_of(rank) for rank in range(index.LAST_RANK + 1)]
    for (first, last), (next_first, next_last) in itertools.pairwise(ranges):
        assert next_first <= next_last < first <= last
    assert all(index.kind_and_place(one[1])[0] == kind for kind, one in enumerate(ranges))
    assert ranges[-1][0] > 0
    assert ranges[0][1] < 2**63


def test_every_ranked_kind_is_a_record_that_can_be_found() -> None:
    assert all(REGISTRY[name].searchable for name in index.RANKS)


def test_every_kind_that_can_be_found_says_more_about_a_hit_or_need_not() -> None:
    silent = {entity.name for entity in REGISTRY if entity.searchable} - set(store._DETAILS)
    assert silent <= {"price_book", "pipeline", "supplier", "content_block"}


def test_accounts_come_first_and_the_newest_first(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.insert("contact", {"name": "먼저"})
        work.insert("account", {"name": "가"})
        work.insert("account", {"name": "나"})
        work.insert("quote", {"number": "Q-1"})
    with workspace.read() as session:
        assert [title for _, _, title in _lines(session.connection())] == ["나", "가", "먼저", "q1"]


def test_an_edited_row_keeps_its_place(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        old = work.insert("account", {"name": "가"})
        work.insert("account", {"name": "나"})
    with workspace.write("test") as work:
        work.update("account", old, {"name": "다"})
    with workspace.read() as session:
        assert [title for _, _, title in _lines(session.connection())] == ["나", "다"]


def test_a_field_nobody_searches_leaves_the_line_alone(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        row = work.insert("account", {"name": "가"})
    with workspace.read() as session:
        before = _lines(session.connection())
    with workspace.write("test") as work:
        work.update("account", row, {"industry": "화학"})
    with workspace.read() as session:
        assert _lines(session.connection()) == before


def test_records_made_by_hand_are_taken_in(workspace: Workspace) -> None:
    with workspace.database.writing() as connection:
        for row in "12":
            connection.exec_driver_sql(f"INSERT INTO account (id, _clk) VALUES ('{row}', '')")
        index.refresh(connection, [_record("1", "첫째"), _record("2", "둘째")])
        index.refresh(connection, [_record("1", "하나", kind=ChangeKind.UPDATED)])
        index.refresh(connection, [_record("2", "둘째", kind=ChangeKind.DELETED, gone=True)])
        assert _lines(connection) == [("account", "1", "하나")]


def test_a_row_that_leaves_the_table_leaves_the_index_before_its_number_goes_to_another(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        row = work.insert("account", {"name": "한빛"})
    with workspace.database.writing() as connection:
        index.forget(connection, "account", {"id": row, "name": "한빛"})
        index.forget(connection, "stage", {"id": "no kind that can be found"})
        assert _lines(connection) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM search_text_docsize").scalar() == 0


def test_a_line_is_forgotten_whatever_title_it_stood_under(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        row = work.insert("account", {"name": "한빛"})
        work.insert("account", {"name": "다른 곳"})
    with workspace.database.writing() as connection:
        index.forget(connection, "account", {"id": row, "name": "not what it was indexed as"})
        assert [title for _, _, title in _lines(connection)] == ["다른곳"]


def test_a_row_named_twice_and_deleted_in_one_act_is_gone(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        row = work.insert("account", {"name": "가"})
    with workspace.write("test") as work:
        work.update("account", row, {"name": "나"})
        work.update("account", row, {"name": "다"})
        work.delete("account", row)
    with workspace.write("test") as work:
        work.restore("account", row)
        work.update("account", row, {"name": "라"})
    with workspace.read() as session:
        assert [title for _, _, title in _lines(session.connection())] == ["라"]


def test_kinds_beyond_the_ranked_ones_get_their_number_once_and_for_all(workspace: Workspace) -> None:
    for subject in ("첫째", "둘째"):
        with workspace.write("test") as work:
            work.insert("task", {"subject": subject})
            work.insert("activity", {"subject": subject})
    with workspace.database.writing() as connection:
        known = index.kinds(connection)
        assert sorted(known) == list(range(index.LAST_RANK + 2))
        assert {known[index.LAST_RANK], known[index.LAST_RANK + 1]} == {"task", "activity"}
        before = _lines(connection)
        index.rebuild(connection)
        assert (_lines(connection), index.kinds(connection)) == (before, known)


def test_a_deletion_of_a_row_that_was_never_indexed_is_passed_over(workspace: Workspace) -> None:
    with workspace.database.writing() as connection:
        index.refresh(connection, [_record("9", "없음", kind=ChangeKind.DELETED, gone=True)])
        assert _lines(connection) == []


def test_a_row_without_a_title_is_found_by_what_it_has(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.insert("quote", {"name": "이름뿐인 견적"})
    with workspace.read() as session:
        found = store.find(session, "이름뿐인")
    assert [(hit.title, hit.span) for hit in found] == [("이름뿐인 견적", (0, 4))]


@pytest.mark.parametrize(
    ("title", "query", "exactness"),
    [
        ("한빛전자", "한빛전자", Exactness.WHOLE),
        ("한빛 전자", "한빛전자", Exactness.WHOLE),
        ("한빛전자", "한빛", Exactness.BEGINNING),
        ("(주) 대한 한빛", "한빛", Exactness.WORD),
        ("대한빛", "한빛", Exactness.WITHIN),
        ("구미 한빛전자", "한빛 구미", Exactness.WITHIN),
        ("누리소프트", "123", Exactness.ELSEWHERE),
        ("한빛전자", "ㅎㅂㅈㅈ", Exactness.WHOLE),
        ("한빛전자", "ㅎㅂ", Exactness.BEGINNING),
        ("대한빛전자", "ㅎㅂ", Exactness.WITHIN),
        ("GTX Pro", "gtx", Exactness.BEGINNING),
    ],
)
def test_exactness(title: str, query: str, exactness: Exactness) -> None:
    from desktop_crm.domain import text

    line = store._Line(1, "account", "id", 0, title, text.compact(title), text.fold(title))
    assert store._exactness(line, store._wanted(query)) is exactness


@pytest.mark.parametrize(
    ("there", "limit", "kept"),
    [
        ({0: 10, 1: 10}, 10, {0: 5, 1: 5}),
        ({0: 10, 1: 2}, 10, {0: 8, 1: 2}),
        ({0: 1, 1: 1, 2: 9}, 4, {0: 1, 1: 1, 2: 2}),
        ({0: 5, 1: 5}, 1, {0: 1, 1: 0}),
    ],
)
def test_a_full_list_is_shared_out_fairly(there: dict[int, int], limit: int, kept: dict[int, int]) -> None:
    assert store._fair(sorted(there), there, limit) == kept


def test_a_crowded_kind_does_not_hide_the_kinds_after_it(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"가나다 {n}"} for n in range(store._BY_WORDS * 2)])
        work.bulk("contact", inserts=[{"name": "가나다"}])
        work.bulk("task", inserts=[{"subject": "옛 가나다"}])
    with workspace.read() as session:
        kinds = [hit.entity for hit in store.find(session, "가나다", limit=10)]
    assert kinds.count("account") == 8
    assert (kinds[0], kinds[-1]) == ("contact", "task")  # the contact is meant exactly


def test_the_exact_name_is_found_among_thousands_that_hold_it(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.insert("account", {"name": "전자"})
        work.bulk("account", inserts=[{"name": f"한빛전자 {n}"} for n in range(1000)])
    with workspace.read() as session:
        assert store.find(session, "전자")[0].title == "전자"


def test_very_long_fields_are_indexed_by_their_beginning(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        work.insert("task", {"subject": "처음말 " + "가" * 5000 + " 끝말"})
    with workspace.read() as session:
        assert len(store.find(session, "처음말")) == 1
        assert store.find(session, "끝말") == ()


def test_a_proposal_is_found_with_its_name_and_account(workspace: Workspace) -> None:
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자"})
        work.insert("proposal", {"number": "P-2026-0007", "name": "설비 증설 제안", "account_id": account})
    (hit,) = search.find(workspace, "P-2026-0007", 5)
    assert (hit.entity, hit.subtitle) == ("proposal", "설비 증설 제안 · 한빛전자")
