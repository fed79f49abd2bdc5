"""A real file of version 1, written once by the program of that version, is brought up to today's: schema, data, copy.

`tests/data/version-1.crm` was made by the last program before lists had indexes: a group with two accounts, a contact, a product
with its USD price, an opportunity, an issued quote of two lines, a deleted visit. One line carries `name_en`, which that version
did not know.
"""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Text, text

from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence import migrations, schema_file
from desktop_crm.persistence.cipher import SALT_BYTES, connector
from desktop_crm.persistence.engine import FILE_VERSION
from desktop_crm.persistence.migrations import acts
from desktop_crm.persistence.migrations.versions import STEPS
from desktop_crm.persistence.tables import ROWS
from desktop_crm.security import keys
from desktop_crm.services import full_text, quotes, records, search
from desktop_crm.services.workspace import open_workspace

VERSION_1 = Path(__file__).resolve().parents[1] / "data" / "version-1.crm"
PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "seoul.crm"
    shutil.copy2(VERSION_1, path)
    return path


@pytest.fixture
def opened(file, secrets):
    with open_workspace(file, passphrase=PASSPHRASE, secrets=secrets).closing() as workspace:
        yield workspace


def schema(workspace):
    """Everything the file is made of, as text; only blanks and quotation marks may differ."""
    with workspace.read() as session:
        found = session.connection().exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").all()
    return {(kind, name, table): _plain_sql(sql or "") for kind, name, table, sql in found}


def _plain_sql(sql):
    return re.sub(r" ?([(),]) ?", r"\1", re.sub(r'["\s]+', " ", sql)).strip()


def plain(workspace, sql):
    with workspace.read() as session:
        return session.connection().exec_driver_sql(sql).all()


def one(workspace, entity, **fields):
    (found,) = [
        row
        for row in records.list_rows(workspace, entity).records
        if all(row.fields.get(name) == value for name, value in fields.items())
    ]
    return found


def test_its_schema_is_that_of_a_new_file(opened, workspace):
    assert opened.database.version() == FILE_VERSION
    assert schema(opened) == schema(workspace)


def test_its_records_are_all_there(opened):
    assert opened.name == "판매 1팀"
    acc = one(opened, "account", name="한빛전자")
    assert acc.fields["parent_id"] == one(opened, "account", name="한빛그룹").id
    assert acc.fields["business_registration_number"] == "1208147521"
    assert one(opened, "contact", name="박서준").fields["account_id"] == acc.id
    assert one(opened, "product", code="CTL-16").fields["name_en"] == "Controller"
    assert str(one(opened, "price_book_entry").fields["unit_price"]) == "2600.00"
    assert records.count(opened, "activity") == 0  # the deleted visit stays deleted
    assert plain(opened, "SELECT count(*) FROM activity WHERE _deleted IS NOT NULL") == [(1,)]
    assert [hit.title for hit in search.find(opened, "ㅎㅂㅈㅈ", 5)] == ["한빛전자"]
    assert [hit.entity for hit in full_text.search(opened, "제어기").found] == ["quote"]  # by its line
    assert plain(opened, "SELECT count(*) > 20 FROM change") == [(1,)]
    assert plain(opened, "PRAGMA integrity_check") == [("ok",)]


def test_its_issued_quote_is_what_it_was(opened):
    quote_id = quotes.find(opened, "Q-2026-0001")
    issued = quotes.version(opened, quote_id, 1)
    assert issued.hash == "76a7748056b2cfff22dd3a00a0d6d06aa4dd605f0d0c2021a64b27d01ea571e2"
    assert str(issued.content.amounts.grand_total) == "47080000"


def test_a_value_of_a_newer_laptop_moves_into_its_column(opened):
    assert plain(opened, "SELECT name, name_en, _extra FROM quote_line ORDER BY name") == [
        ("설치", None, None),
        ("제어기", "Controller", None),
    ]
    line = one(opened, "quote_line", name="제어기")
    assert line.fields["name_en"] == "Controller"


def test_it_can_be_written_to_afterwards(opened):
    acc = one(opened, "account", name="한빛전자")
    records.set_fields(opened, "account", acc.id, {"industry": "전자"})
    assert records.get(opened, "account", acc.id).fields["industry"] == "전자"
    assert "industry" in {name for entry in records.history(opened, "account", acc.id) for name in entry.after}


def test_the_old_file_is_kept_beside_it_byte_for_byte(file, opened):
    assert file.with_name("seoul.crm.before-1").read_bytes() == VERSION_1.read_bytes()
    assert not list(file.parent.glob("*.new"))


def test_what_still_lay_in_the_log_is_in_the_copy(file, secrets):
    """A killed program leaves its last work in the write-ahead log; the copy alone must hold it."""
    left = file.with_name("killed.crm")
    salt = file.read_bytes()[:SALT_BYTES]
    with closing(connector(str(file), keys.derive(PASSPHRASE, salt), salt)()) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE workspace_fact SET value='판매 2팀' WHERE name='name'")
        shutil.copy2(file, left)
        shutil.copy2(file.with_name(file.name + "-wal"), left.with_name(left.name + "-wal"))
    open_workspace(left, passphrase=PASSPHRASE, secrets=secrets).close()
    copy = left.with_name("killed.crm.before-1")
    alone = file.with_name("alone.crm")
    shutil.copy2(copy, alone)
    with open_workspace(alone, passphrase=PASSPHRASE, secrets=secrets).closing() as workspace:
        assert workspace.name == "판매 2팀"


def test_a_copy_that_does_not_fit_leaves_nothing_half(file, secrets, monkeypatch):
    def cut(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:1000])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schema_file.shutil, "copy2", cut)
    with pytest.raises(Trouble, match=r"workspace\.copy_failed"):
        open_workspace(file, passphrase=PASSPHRASE, secrets=secrets)
    assert sorted(path.name for path in file.parent.glob("*before*")) == []
    assert file.read_bytes() == VERSION_1.read_bytes()


def test_a_file_that_has_some_of_it_already_comes_out_the_same(opened, workspace):
    """Later programs of version 1 made new files with the indexes of lists."""
    with opened.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA user_version=1")
        connection.exec_driver_sql("DROP INDEX ix_task_list_due_on")
    migrations.upgrade(opened.database)
    assert schema(opened) == schema(workspace)


@pytest.fixture
def with_new_tables(monkeypatch):
    """A step that also makes records of a new entity and a table of this laptop's own."""

    def step(operations):
        first(operations)
        acts.add_records(operations, "visit_plan", Column("name", Text), Column("account_id", Text, index=True))
        acts.add_local_table(operations, "view_state", Column("name", Text, primary_key=True), rowid=False)
        acts.add_column(operations, "visit_plan", "minutes", Integer)
        acts.add_records(operations, "visit_plan")  # there already

    first = STEPS[1]
    monkeypatch.setitem(STEPS, 1, step)


def test_a_new_entity_gets_what_every_record_has(with_new_tables, opened):
    assert [row[1] for row in plain(opened, "PRAGMA table_info(visit_plan)")] == [
        "name", "account_id", "id", "_clk", "_scope", "_seq", "_deleted", "_extra", "minutes",
    ]  # fmt: skip
    made = schema(opened)
    like = {f"guard_visit_plan_{act}" for act in ("insert", "update", "delete")} | {"ix_visit_plan_account_id"}
    assert like <= {name for _, name, _ in made}
    assert made["table", "visit_plan", "visit_plan"].endswith("_extra TEXT,minutes INTEGER,PRIMARY KEY(id))STRICT")
    assert made["table", "view_state", "view_state"].endswith("PRIMARY KEY(name))WITHOUT ROWID,STRICT")
    with pytest.raises(Exception, match="outside a unit of work"), opened.database._writer.connect() as connection:
        connection.execute(text("INSERT INTO visit_plan (id, _clk) VALUES ('a', '{}')"))


def test_every_table_of_records_is_guarded(opened):
    guards = {name for kind, name, _ in schema(opened) if kind == "trigger"}
    assert {f"guard_{table}_{act}" for table in ROWS for act in ("insert", "update", "delete")} <= guards
