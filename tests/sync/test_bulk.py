"""Rows between the server's rules and its tables: whole when new, of others only what changed, every kind of value."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from desktop_crm.sync.merge import RowState
from desktop_crm.sync.server import bulk, tables
from desktop_crm.sync.server.books import FeedLine, KeptOp
from desktop_crm.sync.server.bulk import Known
from desktop_crm.sync.server.codec import CHANGING, StoredRow, write_changes
from desktop_crm.sync.server.store import Store

FIELDS = {"name": "한빛전자", "employees": 240, "tags": ["vip", "중요"], "x_color": "파랑", "annual_revenue": "12.50"}
OP = KeptOp("op1", 3, "hash", "{}", "stamp", "minji", "laptop", "")


@pytest.fixture
def store():
    store = Store("sqlite://")
    store.prepare()
    yield store
    store.close()


def row(fields, **more):
    return StoredRow(
        entity="account", id="a1", state=RowState(fields=fields, clocks={"": "s op"}), scope="team", **more
    )


def saved(store, one):
    with store.writing() as books:
        books.save_rows([one])
    with store.reading() as books:
        return books.rows("account", ["a1", "nobody"])["a1"]


def test_a_new_row_comes_back_as_it_was(store):
    kept = saved(store, row(dict(FIELDS), seq=4, by="minji"))
    assert kept.state == RowState(fields=FIELDS, clocks={"": "s op"}) == kept.kept
    assert (kept.scope, kept.seq, kept.by) == ("team", 4, "minji")


def test_flags_are_flags(store):
    with store.writing() as books:
        state = RowState(fields={"name": "김민지", "active": True}, clocks={"": "s op"})
        books.save_rows([StoredRow(entity="user", id="p1", state=state, scope="team")])
        (found,) = books.rows("user", ["p1"]).values()
        (living,) = books.living_rows("user", "team")
    assert found.state == living.state == state


def test_of_a_known_row_only_what_changed_is_written(store):
    kept = saved(store, row(dict(FIELDS)))
    kept.state = RowState(fields={**FIELDS, "note": "새 메모"}, clocks={"": "s op", "note": "t op2"})
    names, values = write_changes(kept)
    assert names == (*CHANGING, "note")
    assert values[-1] == "새 메모"
    again = saved(store, kept)
    assert again.state == kept.state


def test_what_is_emptied_is_empty_and_what_is_unknown_lies_in_extra(store):
    kept = saved(store, row(dict(FIELDS)))
    fields = {"name": None, "employees": 240, "tags": [], "x_size": "L", "annual_revenue": "12.50"}
    kept.state = RowState(fields=fields, clocks={"": "s op"}, deleted=True)
    names, _ = write_changes(kept)
    assert set(names) == {*CHANGING, "name", "tags", "_extra"}
    again = saved(store, kept).state
    assert again.deleted
    assert again.fields == {"employees": 240, "tags": [], "x_size": "L", "annual_revenue": "12.50"}


def test_rows_that_changed_alike_and_apart_are_written_together(store):
    made = [
        StoredRow(entity="account", id=f"a{n}", state=RowState(fields={"name": f"{n}"}, clocks={"": "s op"}))
        for n in range(6)
    ]
    with store.writing() as books:
        books.save_rows(made)
        rows = books.rows("account", [one.id for one in made])
        for n, one in enumerate(rows.values()):
            field = {"phone": f"02-{n}"} if n % 2 else {"website": f"www.{n}"}
            one.state = RowState(fields={**one.state.fields, **field}, clocks=one.state.clocks)
        books.save_rows(rows.values())
        found = books.rows("account", [one.id for one in made])
    assert {key: one.state.fields for key, one in found.items()} == {key: one.state.fields for key, one in rows.items()}


def test_the_log_takes_an_operation_once(store):
    with store.writing() as books:
        books.keep_ops([OP])
        assert books.kept_ops(["op1", "op2"]) == {"op1": OP}
        assert books.kept_ops([]) == {}
    with pytest.raises(IntegrityError), store.writing() as books:
        books.keep_ops([OP])


def test_a_line_of_the_feed_moves_up(store):
    first = FeedLine(scope="team", entity="account", row_id="a1", seq=1, kind="row")
    with store.writing() as books:
        books.move_feed([first])
        books.move_feed([first._replace(seq=2, kind="exit")])
        assert books.feed({"team": 0}, 10) == [first._replace(seq=2, kind="exit")]
        assert books.feed_of_commit(["team"], 1) == []


def test_nothing_is_no_statement(store):
    with store.writing() as books:
        bulk.insert(books.connection, tables.feed, ("tenant_id",), [], Known.REPLACED)
        bulk.update(books.connection, tables.op, ("reason",), [])
        books.save_rows([])
