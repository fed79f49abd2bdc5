"""The change log read back, and that lists of a hundred thousand rows are read by their indexes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.persistence.stores import records as store
from desktop_crm.persistence.stores.history import deeds
from desktop_crm.services import records

LISTS = [
    ("account", "name", False),
    ("account", "name", True),
    ("contact", "name", False),
    ("opportunity", "name", False),
    ("opportunity", "close_date", True),
    ("activity", "occurred_at", True),
    ("task", "due_on", False),
    ("contract", "renewal_date", False),
    ("product", "name", False),
]


def plan(session, statement):
    return [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize(("entity", "sort", "down"), LISTS)
def test_a_list_is_read_in_its_order_without_sorting(workspace, entity, sort, down):
    way = "DESC" if down else "ASC"
    with workspace.read() as session:
        steps = plan(
            session, f'SELECT * FROM "{entity}" WHERE _deleted IS NULL ORDER BY {sort} {way}, id {way} LIMIT 100'
        )
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_a_level_of_the_tree_is_read_by_its_index(workspace):
    with workspace.read() as session:
        for where in ("parent_id IS NULL", "parent_id='x'"):
            steps = plan(
                session,
                f"SELECT id FROM account WHERE {where} AND _deleted IS NULL ORDER BY name COLLATE NOCASE, id LIMIT 500",
            )
            assert any("ix_account_place" in step for step in steps), steps
            assert not any("TEMP B-TREE" in step for step in steps), steps


def test_what_a_transaction_did_is_read_back_newest_first(workspace):
    with workspace.write("test") as work:
        first = work.insert("account", {"name": "하나", "annual_revenue": Decimal("1.50")})
        work.update("account", first, {"name": "둘"})
        work.delete("account", first)
    with workspace.read() as session:
        past = deeds(session, work.tx_id)
        assert deeds(session, "nothing") == ()
    assert [deed.kind for deed in past] == ["deleted", "updated", "created"]
    assert dict(past[1].before) == {"name": "하나"}
    assert dict(past[2].after) == {"name": "하나", "annual_revenue": Decimal("1.50")}


def test_titles_are_found_in_any_number_and_absent_rows_left_out(workspace):
    with workspace.write("test") as work:
        ids = work.bulk("account", inserts=[{"name": f"a{n}"} for n in range(1201)])
    with workspace.read() as session:
        found = store.titles(session, "account", [*ids, "absent", ""])
    assert len(found) == 1201
    assert found[ids[-1]] == "a1200"


def test_ids_of_a_list_come_whole_and_in_order(workspace):
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": name} for name in ("다", "가", "나")])
    query = store.ListQuery(sort="name", limit=1)
    with workspace.read() as session:
        ids = store.ids(session, "account", query)
    assert [records.get(workspace, "account", row).fields["name"] for row in ids] == ["가", "나", "다"]
