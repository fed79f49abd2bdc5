"""The account page asks about its account alone: no question of it reads a table, or an index of everybody's rows, from end to end."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import sqlcipher3.dbapi2 as driver

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import plain
from desktop_crm.persistence.stores import records as store
from desktop_crm.services import accounts, records

SMALL = "stage|workspace_setting|down|unit|json_each|u|d|n"
"""What may be read as a whole: there are few rows, or the rows are the question's own."""


@pytest.fixture
def asked(monkeypatch):
    """The questions that were asked by the driver."""
    found = []
    answer = plain.rows

    def rows(session, statement, values=None):
        found.append((statement, values or {}))
        return answer(session, statement, values)

    monkeypatch.setattr(plain, "rows", rows)
    return found


def test_what_the_page_asks_does_not_grow_with_the_other_accounts(workspace, asked):
    account = accounts.create(workspace, "한빛전자").id
    records.create(
        workspace, "opportunity", {"name": "증설", "account_id": account, "amount": Decimal(5), "currency": "KRW"}
    )
    asked.clear()
    accounts.overview(workspace, account)
    accounts.timeline(workspace, account)
    assert len(asked) > 20
    with workspace.read() as session:
        connection = session.connection()
        for statement, values in asked:
            for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", dict(values)):
                step = line[3]
                read_whole = re.match(r"SCAN (\w+)", step)
                assert read_whole is None or re.fullmatch(f"{SMALL}|CONSTANT", read_whole[1]), (step, statement)
                assert not re.search("ix_(activity|opportunity)_list", step), (step, statement)
                assert not step.endswith("ix_change_row (entity=?)"), (step, statement)


def test_a_record_is_the_same_by_the_driver_and_by_the_rows_of_a_unit_of_work(workspace):
    owner = records.create(workspace, "user", {"name": "김영업"}).id
    fields = {
        "name": "한빛",
        "owner_id": owner,
        "employees": 3,
        "annual_revenue": Decimal("12.50"),
        "annual_revenue_currency": "KRW",
        "tags": ("가", "나"),
        "x_later": "unknown here",
    }
    with workspace.write("test") as work:
        made = work.insert("account", fields)
        mine = store.get(work.session, "account", made)
    with workspace.read() as session:
        assert store.get(session, "account", made) == mine
    assert mine.fields["annual_revenue"] == Decimal("12.50")
    assert mine.fields["x_later"] == "unknown here"
    assert mine.titles == {"owner_id": "김영업"}


def test_what_a_unit_of_work_deleted_is_missing_in_it_and_after_it(workspace):
    made = accounts.create(workspace, "한빛").id
    with workspace.write("test") as work:
        work.delete("account", made)
        with pytest.raises(Refusal) as within:
            store.get(work.session, "account", made)
    with workspace.read() as session, pytest.raises(Refusal) as after:
        store.get(session, "account", made)
    assert within.value.code == after.value.code == "record.missing"


def test_what_the_driver_says_of_the_disk_is_told_as_trouble(workspace, monkeypatch):
    def torn(*_):
        raise driver.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(plain, "rows", torn)
    with pytest.raises(Trouble) as told:
        accounts.overview(workspace, "anything")
    assert told.value.code == "workspace.damaged"
