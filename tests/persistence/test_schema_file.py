"""Making a file's tables and bringing an older file up to date after copying it."""

from __future__ import annotations

import errno

import pytest

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import file_lock, schema_file
from desktop_crm.persistence.engine import FILE_VERSION
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.persistence.migrations.versions import STEPS
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services import records
from desktop_crm.services.workspace import init_workspace, open_workspace


def objects(workspace, kind):
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE type=?", (kind,))
        return {row[0] for row in rows}


def test_a_new_file_has_tables_guards_and_search(workspace):
    assert set(ROWS) <= objects(workspace, "table")
    guards = {f"guard_{table}_{act}" for table in (*ROWS, "change") for act in ("insert", "update", "delete")}
    assert guards <= objects(workspace, "trigger")
    assert {"ix_account_place", "ix_change_tx", "ix_change_row"} <= objects(workspace, "index")
    with workspace.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA user_version").scalar() == FILE_VERSION
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_there_is_a_step_for_every_older_version():
    assert set(range(1, FILE_VERSION)) <= set(STEPS)


@pytest.fixture
def older(tmp_path, secrets, monkeypatch):
    """A file that a program one version older has written, and a step that brings it up to date."""
    path = tmp_path / "old.crm"
    with init_workspace(path, name="old", secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛전자"})

    def step(operations):
        operations.execute("CREATE TABLE stepped (id INTEGER) STRICT")

    monkeypatch.setattr("desktop_crm.persistence.migrations.FILE_VERSION", FILE_VERSION + 1)
    monkeypatch.setattr(schema_file, "FILE_VERSION", FILE_VERSION + 1)
    monkeypatch.setitem(STEPS, FILE_VERSION, step)
    return path


def test_an_older_file_is_copied_and_brought_up_to_date(older, secrets):
    before = older.read_bytes()
    with open_workspace(older, secrets=secrets).closing() as workspace:
        assert "stepped" in objects(workspace, "table")
        assert records.list_rows(workspace, "account").records[0].fields["name"] == "한빛전자"
        assert workspace.database.version() == FILE_VERSION + 1
    assert older.with_name(f"old.crm.before-{FILE_VERSION}").read_bytes() == before


def test_a_step_that_fails_leaves_the_file_as_it_was(older, secrets, monkeypatch):
    def broken(operations):
        operations.execute("CREATE TABLE half (id INTEGER) STRICT")
        raise ZeroDivisionError

    monkeypatch.setitem(STEPS, FILE_VERSION, broken)
    with pytest.raises(ZeroDivisionError):
        open_workspace(older, secrets=secrets)
    monkeypatch.setitem(STEPS, FILE_VERSION, lambda _operations: None)
    with open_workspace(older, secrets=secrets).closing() as workspace:
        assert "half" not in objects(workspace, "table")
        assert records.count(workspace, "account") == 1


def test_without_room_for_a_copy_nothing_is_touched(older, secrets, monkeypatch):
    def full(*_paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schema_file.shutil, "copy2", full)
    before = older.read_bytes()
    with pytest.raises(Trouble, match=r"workspace\.copy_failed"):
        open_workspace(older, secrets=secrets)
    assert older.read_bytes() == before


def test_the_lock_is_one_at_a_time_and_freed_on_release(tmp_path):
    path = tmp_path / "w.crm"
    first = FileLock(path)
    with pytest.raises(Refusal, match=r"workspace\.in_use"):
        FileLock(path)
    first.release()
    FileLock(path).release()
    with pytest.raises(Trouble, match=r"disk\.failed"):
        FileLock(tmp_path / "absent" / "w.crm")


def test_a_holder_who_is_about_to_end_is_waited_for_when_asked(tmp_path, monkeypatch):
    path = tmp_path / "w.crm"
    first, tries, take = FileLock(path), [], file_lock.take

    def trying(file):
        tries.append(file)
        if len(tries) == 3:
            first.release()
        take(file)

    monkeypatch.setattr(file_lock, "take", trying)
    second = FileLock(path, patience=600)
    assert len(tries) == 3
    with pytest.raises(Refusal, match=r"workspace\.in_use"):
        FileLock(path, patience=0.1)
    second.release()


def test_a_folder_without_locks_is_told_from_a_workspace_in_use(tmp_path, monkeypatch):
    def lacking(_file):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock, "take", lacking)
    for patience in (0, 600):
        with pytest.raises(Trouble, match=r"disk\.no_locks"):
            FileLock(tmp_path / "w.crm", patience)
