"""The index of long texts: it follows every kind of change, whoever made it, and what has no long text does not pay."""

from __future__ import annotations

import itertools

import pytest

from desktop_crm.persistence import long_texts, search
from desktop_crm.services import activities, blobs, comments, full_text, history, records


@pytest.fixture
def made(workspace):
    me = records.create(workspace, "user", {"name": "이정훈"}).id
    workspace.act_as(me)
    return lambda entity, **fields: records.create(workspace, entity, fields).id


def lines(workspace):
    with workspace.read() as session:
        return session.connection().exec_driver_sql("SELECT count(*) FROM search_long_docsize").scalar_one()


def found(workspace, text):
    return [(one.entity, one.title) for one in full_text.search(workspace, text).found]


def whole(workspace):
    """Whether the index is what would be made anew of the rows."""
    from desktop_crm.services.safety.checking import check

    return "check.search" not in {one.code for one in check(workspace).found}


def test_numbers_of_kinds_are_fixed_and_their_ranges_do_not_meet():
    assert [(one, kind.number) for one, kind in long_texts.KINDS.items()] == [
        ("account", 0), ("contact", 1), ("opportunity", 2), ("quote", 3), ("quote_line", 4), ("activity", 5),
        ("task", 6), ("attachment", 7), ("comment", 8),
    ]  # fmt: skip
    assert long_texts.place_of(long_texts.number(8, 77)) == 77


def test_a_row_without_a_long_text_costs_no_byte(workspace, made):
    account = made("account", name="한빛전자", industry="제조")
    records.set_fields(workspace, "account", account, {"name": "한빛", "industry": "전자"})
    assert lines(workspace) == 0


def test_a_text_is_found_as_it_stands_now(workspace, made):
    note = activities.log(workspace, "note", "회의", body="전력 용량은 충분하다").id
    assert found(workspace, "용량을") == [("activity", "회의")]
    done = records.set_fields(workspace, "activity", note, {"body": "배관을 다시 본다"})
    assert found(workspace, "용량") == []
    assert found(workspace, "배관") == [("activity", "회의")]
    history.revert(workspace, done.tx_id)
    assert found(workspace, "용량") == [("activity", "회의")]
    records.delete(workspace, "activity", note)
    assert (found(workspace, "용량"), lines(workspace)) == ([], 0)
    with workspace.write("test") as work:
        work.restore("activity", note)
    assert found(workspace, "용량") == [("activity", "회의")]
    records.set_fields(workspace, "activity", note, {"body": None})
    assert lines(workspace) == 0
    assert whole(workspace)


def test_several_changes_of_a_row_in_one_transaction_leave_the_last(workspace, made):
    with workspace.write("test") as work:
        note = work.insert("activity", {"kind": "note", "subject": "메모"})
        work.update("activity", note, {"body": "첫 글"})
        work.update("activity", note, {"body": "마지막 글"})
    assert (found(workspace, "첫 글"), found(workspace, "마지막")) == ([], [("activity", "메모")])
    assert whole(workspace)


def test_words_may_stand_in_title_and_text(workspace, made):
    account = made("account", name="한빛전자", note="내년에 증설을 계획")
    assert found(workspace, "한빛 증설") == [("account", "한빛전자")]
    records.set_fields(workspace, "account", account, {"name": "누리전자"})
    assert (found(workspace, "한빛 증설"), found(workspace, "누리 증설")) == ([], [("account", "누리전자")])


def test_a_quote_is_found_by_words_of_several_lines(workspace, made):
    quote = made("quote", number="Q-1", name="설비")
    first = made("quote_line", quote_id=quote, name="서보 모터", spec="750W")
    made("quote_line", quote_id=quote, name="감속기", spec="브레이크 부착")
    assert found(workspace, "서보 브레이크") == [("quote", "Q-1 설비")]
    assert found(workspace, "설비 감속기") == [("quote", "Q-1 설비")]
    records.delete(workspace, "quote_line", first)
    assert found(workspace, "서보 브레이크") == []
    assert whole(workspace)


def test_a_comment_opens_its_record_and_goes_with_it(workspace, made):
    account = made("account", name="한빛전자")
    comments.say(workspace, "account", account, "법무 검토가 끝났습니다")
    (one,) = full_text.search(workspace, "법무 kind:댓글").found
    assert (one.entity, one.title, one.opens, one.account) == ("comment", "한빛전자", ("account", account), "한빛전자")
    records.delete(workspace, "account", account)
    assert found(workspace, "법무") == []


def test_words_of_a_file_stand_there_as_soon_as_they_are_read_and_for_each_that_holds_it(workspace, made):
    digest = blobs.put(workspace, b"x", "")
    made("attachment", name="a.pdf", content=digest, account_id=made("account", name="한빛"))
    full_text.keep_text(workspace, digest, "서보 모터 명세")
    made("attachment", name="b.pdf", content=digest, account_id=made("account", name="누리"))
    assert sorted(found(workspace, "명세")) == [("attachment", "a.pdf"), ("attachment", "b.pdf")]
    full_text.keep_text(workspace, digest, "다른 말")
    assert found(workspace, "명세") == []
    assert whole(workspace)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO search_long(search_long) VALUES ('delete-all')",
        "INSERT INTO search_long (rowid, words) VALUES (77, 'zz')",
        "UPDATE file_text SET text='other'",
    ],
)
def test_a_breach_is_found_and_mended(workspace, made, statement):
    from desktop_crm.services.safety.checking import check

    digest = blobs.put(workspace, b"x", "")
    made("attachment", name="a.pdf", content=digest, account_id=made("account", name="한빛"))
    full_text.keep_text(workspace, digest, "서보 모터 명세")
    with workspace.database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert not whole(workspace)
    check(workspace, repair=True)
    assert whole(workspace)


def test_many_rows_that_hold_a_word_are_read_newest_first_and_no_further(workspace, made):
    with workspace.write("test") as work:
        work.bulk("activity", inserts=[{"kind": "note", "subject": f"n{n}", "body": "납기 확인"} for n in range(900)])
    newest = [title for _, title in found(workspace, "납기")]
    assert len(newest) == full_text.OF_A_KIND
    assert newest[0] in {f"n{n}" for n in range(800, 900)}
    assert found(workspace, "빛납") == []  # pairs over a gap are in the index, the words are not


def test_the_palette_asks_long_texts_alone(workspace, made):
    made("account", name="납기 물산")
    activities.log(workspace, "note", "회의", body="납기는 4주")
    (one,) = full_text.in_texts(workspace, "납기", 5)
    assert (one.title, one.snippet.text[slice(*one.snippet.hits[0])]) == ("회의", "납기")
    assert full_text.in_texts(workspace, "owner:me", 5) == ()


def test_a_file_put_together_anew_has_it(workspace, made):
    for n in itertools.repeat("글", 3):
        activities.log(workspace, "note", n, body="되살린 글")
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM search_long WHERE rowid>0")
        search.rebuild(connection)
    assert len(found(workspace, "되살린")) == 3
