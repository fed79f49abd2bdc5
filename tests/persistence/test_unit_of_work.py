"""The only committer: rows, history, outbox and clocks of one transaction are written together, or nothing is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.foundation.versions import read_clock, version_of
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.tables.accounts import AccountRow
from desktop_crm.services import records


def log(workspace):
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM change ORDER BY n").mappings()
        return [dict(row) for row in rows]


def outbox(workspace):
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM sync_outbox ORDER BY n").mappings()
        return [dict(row) | {"body": json.loads(row["body"])} for row in rows]


def join_a_server(workspace):
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO sync_state (name, value) VALUES ('server_id', 's1')")


@pytest.fixture
def account(workspace):
    return records.create(workspace, "account", {"name": "한빛전자"}).id


def test_a_transaction_tells_what_it_touched_and_logs_it_with_old_and_new(workspace, account):
    with workspace.write("accounts.rename") as work:
        work.update("account", account, {"name": "한빛전자(주)", "employees": 8200})
    (change,) = work.changes.items
    assert (change.entity, change.row_id, change.kind) == ("account", account, ChangeKind.UPDATED)
    assert change.fields == {"name", "employees"}
    entry = log(workspace)[-1]
    assert (entry["tx_id"], entry["cause"], entry["kind"]) == (work.changes.tx_id, "accounts.rename", "updated")
    assert json.loads(entry["before"]) == {"name": "한빛전자", "employees": None}
    assert json.loads(entry["after"]) == {"name": "한빛전자(주)", "employees": 8200}


def _half_done(workspace, account, works):
    with workspace.write("test") as work:
        works.append(work)
        work.insert("account", {"name": "halb"})
        work.bulk("account", inserts=[{"name": "bulk"}], updates=[(account, {"name": "anders"})])
        raise ZeroDivisionError


def test_an_error_leaves_nothing_behind(workspace, account):
    before = log(workspace)
    works = []
    with pytest.raises(ZeroDivisionError):
        _half_done(workspace, account, works)
    (work,) = works
    assert work.changes.items == ()
    assert log(workspace) == before
    assert records.count(workspace, "account") == 1
    assert records.get(workspace, "account", account).fields["name"] == "한빛전자"
    with workspace.write("test") as again:
        again.insert("account", {"name": "danach"})
    assert records.count(workspace, "account") == 2


def test_the_same_value_again_is_no_change(workspace, account):
    with workspace.write("test") as work:
        work.update("account", account, {"name": "한빛전자"})
        work.bulk("account", updates=[(account, {"name": "한빛전자", "employees": None})])
    assert work.changes.items == ()
    assert work.changes.tx_id is None
    assert len(log(workspace)) == 1


def test_every_type_of_value_comes_back_as_it_went_in(workspace):
    fields = {
        "account": {
            "name": "이름 '; DROP TABLE account; -- 🏭 \u202eabc",
            "annual_revenue": Decimal("1234567890123456789.000001"),
            "annual_revenue_currency": "USD",
            "tags": ("나", "가"),
            "note": "줄\n줄",
            "kind": "company",
        },
        "task": {"subject": "s", "due_on": date(2026, 2, 28), "done": True},
        "activity": {"subject": "s", "occurred_at": datetime(2026, 11, 23, 9, 0, 1, 5, tzinfo=UTC), "minutes": 1},
    }
    for entity, some in fields.items():
        made = records.create(workspace, entity, some).id
        found = records.get(workspace, entity, made).fields
        wanted = {name: tuple(sorted(v)) if isinstance(v, tuple) else v for name, v in some.items()}
        assert {name: found[name] for name in some} == wanted
        (entry,) = records.history(workspace, entity, made)
        assert {name: entry.after[name] for name in some} == wanted


def test_bulk_and_single_writes_leave_the_same_traces(new_workspace):
    one, many = new_workspace("one"), new_workspace("many")
    fields = {"name": "한빛", "employees": 5, "x_grade": "A", "tags": ("가",)}
    with one.write("test") as work:
        work.insert("account", fields)
    with many.write("test") as bulk:
        bulk.bulk("account", inserts=[fields])
    told = [[(e["kind"], e["before"], json.loads(e["after"])) for e in log(w)] for w in (one, many)]
    assert told[0] == told[1]
    rows = [records.list_rows(w, "account").records[0].fields for w in (one, many)]
    assert rows[0] == rows[1]


def test_bulk_passes_over_rows_that_are_not_there(workspace, account):
    records.delete(workspace, "account", account)
    with workspace.write("test") as work:
        made = work.bulk(
            "account", inserts=[{"id": "mine", "name": "x"}], updates=[(account, {"name": "y"}), ("nobody", {})]
        )
        work.bulk("account", deletes=["nobody"])
    assert made == ("mine",)
    assert work.changes.rows("account") == {"mine"}


def test_a_row_that_is_set_and_deleted_at_once_gets_an_operation_for_each(workspace, account):
    with workspace.write("test") as work:
        work.bulk("account", updates=[(account, {"name": "y"})], deletes=[account])
    assert [entry["kind"] for entry in log(workspace)[1:]] == ["updated", "deleted"]


def test_fields_this_version_does_not_know_are_kept_beside_the_others(workspace, account):
    records.set_fields(workspace, "account", account, {"x_grade": "A+", "later_field": "2027"})
    assert records.get(workspace, "account", account).fields["x_grade"] == "A+"
    records.set_fields(workspace, "account", account, {"x_grade": None})
    fields = records.get(workspace, "account", account).fields
    assert "x_grade" not in fields
    assert fields["later_field"] == "2027"
    assert [dict(e.after) for e in records.history(workspace, "account", account)][-1] == {"x_grade": None}


def test_an_issued_version_never_changes(workspace):
    with workspace.write("test") as work:
        quote = work.insert("quote", {"number": "Q-1"})
        version = work.insert("quote_version", {"quote_id": quote, "version": 1, "snapshot_hash": "aa"})
    for fields in ({"snapshot_hash": "bb"}, {"version": 2}):
        with pytest.raises(Refusal, match=r"record\.fixed"), workspace.write("test") as work:
            work.update("quote_version", version, fields)
    with pytest.raises(Refusal, match=r"record\.fixed"), workspace.write("test") as work:
        work.delete("quote_version", version)
    assert records.get(workspace, "quote_version", version).fields["snapshot_hash"] == "aa"


def test_every_field_knows_which_operation_wrote_it(workspace, account):
    records.set_fields(workspace, "account", account, {"industry": "전자"})
    first, second = log(workspace)
    with workspace.read() as session:
        clock = read_clock(session.get(AccountRow, account).row_clk)
    assert version_of(clock, "name").op_id == first["op_id"]
    assert version_of(clock, "industry").op_id == second["op_id"]
    assert version_of(clock, "industry").stamp == second["hlc"]
    assert first["hlc"] < second["hlc"]
    assert abs((stamp_time(Stamp(second["hlc"])) - workspace.clock.now()).total_seconds()) < 60


def test_nothing_waits_for_a_server_that_was_never_joined(workspace, account):
    assert outbox(workspace) == []


def test_each_operation_waits_for_the_server_with_what_it_saw(workspace, account):
    join_a_server(workspace)
    made = log(workspace)[-1]["op_id"]
    records.set_fields(workspace, "account", account, {"name": "새 이름"})
    records.set_fields(workspace, "account", account, {"name": "더 새 이름"})
    records.delete(workspace, "account", account)
    first, second, gone = outbox(workspace)
    assert first["body"]["k"] == "set"
    assert first["body"]["f"] == {"name": "새 이름"}
    assert first["body"]["b"]["name"] == made
    assert second["body"]["b"]["name"] == first["op_id"]
    assert gone["body"]["k"] == "del"
    assert {row["state"] for row in (first, second, gone)} == {"waiting"}
    with workspace.read() as session:
        base = session.connection().exec_driver_sql("SELECT field, value FROM sync_base").all()
    assert ("name", '"한빛전자"') in [tuple(row) for row in base]  # what the server has, not what was typed between


@pytest.mark.parametrize("table", [*sorted(ROWS), "change", "sync_outbox"])
def test_no_row_comes_in_round_the_unit_of_work(workspace, table):
    with workspace.database._writer.connect() as connection:
        columns = connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
        values = ",".join("'1'" if column[2] == "TEXT" else "1" for column in columns)
        with pytest.raises(DatabaseError, match="outside a unit of work"):
            connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({values})')


@pytest.mark.parametrize("act", ["UPDATE account SET name='x'", "DELETE FROM account", "UPDATE change SET cause='x'"])
def test_the_guard_holds_for_rows_that_are_there(workspace, account, act):
    with (
        workspace.database._writer.connect() as connection,
        pytest.raises(DatabaseError, match="outside a unit of work"),
    ):
        connection.exec_driver_sql(act)
    assert records.get(workspace, "account", account).fields["name"] == "한빛전자"


def test_readers_cannot_write(workspace, account):
    with workspace.read() as session, pytest.raises(DatabaseError, match="readonly"):
        session.connection().exec_driver_sql("DELETE FROM workspace_fact")


def test_a_reader_sees_the_state_of_its_beginning(workspace, account):
    with workspace.read() as session:
        before = session.get(AccountRow, account).name
        records.set_fields(workspace, "account", account, {"name": "später"})
        session.expire_all()
        assert session.get(AccountRow, account).name == before
    assert records.get(workspace, "account", account).fields["name"] == "später"


@pytest.mark.parametrize("entity", list(REGISTRY), ids=lambda entity: entity.name)
def test_tables_have_exactly_the_registrys_fields(entity):
    columns = {column.name for column in ROWS[entity.name].__table__.columns}
    assert columns == {"id", "_clk", "_scope", "_seq", "_deleted", "_extra"} | set(entity.by_name)


def test_every_table_of_records_is_in_the_registry():
    assert set(ROWS) == set(REGISTRY.names())


def test_tables_are_strict_and_foreign_text_cannot_come_in(workspace):
    with workspace.read() as session:
        listed = session.connection().exec_driver_sql("PRAGMA table_list").mappings()
        loose = [row["name"] for row in listed if row["type"] == "table" and not row["strict"]]
    assert [name for name in loose if not name.startswith(("sqlite_", "search"))] == []


def test_rows_of_one_bulk_may_fill_different_fields(workspace):
    given = [
        {"name": "가", "employees": 5},
        {"name": "나", "tags": ("vip",), "annual_revenue": Decimal("12.50"), "annual_revenue_currency": "KRW"},
        {"name": "다", "x_color": "파랑", "note": None},
        {"name": "라"},
    ]
    with workspace.write("test") as work:
        ids = work.bulk("account", inserts=given)
        assert work.bulk("account", inserts=[]) == ()
    for row_id, fields in zip(ids, given, strict=True):
        held = {
            name: value for name, value in records.get(workspace, "account", row_id).fields.items() if value is not None
        }
        expected = {name: value for name, value in fields.items() if value is not None}
        assert {name: held[name] for name in expected} == expected
        assert not {"employees", "tags", "x_color", "note"} & (held.keys() - expected.keys())
