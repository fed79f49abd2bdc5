"""Backups of a real encrypted file: whole, proved, thinned out, and older ones outlive whatever goes wrong with a new one."""

from __future__ import annotations

import os
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.persistence import copying
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import blobs, records
from desktop_crm.services.safety import backups
from desktop_crm.services.safety.backups import BackupKind
from desktop_crm.services.safety.keeping import DAYS, WEEKS
from desktop_crm.services.workspace import files_of, open_workspace


def names(workspace):
    return {row.fields["name"] for row in records.list_rows(workspace, "account").records}


def left_in(workspace):
    folder = backups.folder_of(workspace.path)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def filled(workspace):
    records.create(workspace, "account", {"name": "한빛전자"})
    workspace.digest = blobs.put(workspace, b"%PDF issued", "application/pdf")
    return workspace


def test_a_backup_opens_as_a_workspace_with_its_files(filled, secrets):
    made = backups.make(filled)
    records.create(filled, "account", {"name": "나중"})
    assert made.path.parent == backups.folder_of(filled.path)
    assert [one.path for one in backups.backups_of(filled.path)] == [made.path]
    assert made.size > made.path.stat().st_size
    with open_workspace(made.path, secrets=secrets).closing() as copy:
        assert names(copy) == {"한빛전자"}
        assert blobs.get(copy, filled.digest) == b"%PDF issued"
    assert names(filled) == {"한빛전자", "나중"}


def test_nothing_of_a_backup_is_in_clear_text(filled):
    content = backups.make(filled).path.read_bytes()
    assert "한빛전자".encode() not in content
    assert not content.startswith(b"SQLite format 3")


def test_a_backup_goes_where_it_is_wanted_and_overwrites_nothing(filled, tmp_path, secrets):
    target = tmp_path / "stick" / "복사본 #1.crm"
    backups.make(filled, target)
    before = target.read_bytes()
    with pytest.raises(Refusal, match=r"backup\.exists"):
        backups.make(filled, target)
    assert target.read_bytes() == before
    with open_workspace(target, secrets=secrets).closing() as copy:
        assert names(copy) == {"한빛전자"}


def test_with_a_passphrase_of_its_own_it_opens_on_any_machine(filled, tmp_path):
    target = tmp_path / "elsewhere.crm"
    with pytest.raises(Refusal, match=r"passphrase\.too_short"):
        backups.make(filled, target, passphrase="kurz")
    backups.make(filled, target, passphrase="열려라 참깨 2026")
    nothing = MemoryStore()
    with pytest.raises(Refusal, match=r"workspace\.needs_passphrase"):
        open_workspace(target, secrets=nothing)
    with open_workspace(target, passphrase="열려라 참깨 2026", secrets=nothing).closing() as copy:
        assert names(copy) == {"한빛전자"}
        assert blobs.get(copy, filled.digest) == b"%PDF issued"


def test_edits_go_on_while_it_is_made_and_are_not_in_it(filled, secrets):
    began = threading.Event()
    written = threading.Event()

    def watch(done, total):
        began.set()
        assert written.wait(30)
        assert 0 <= done <= total

    made = []
    thread = threading.Thread(target=lambda: made.append(backups.make(filled, watch=watch)))
    thread.start()
    assert began.wait(30)
    records.create(filled, "account", {"name": "währenddessen"})
    written.set()
    thread.join()
    with open_workspace(made[0].path, secrets=secrets).closing() as copy:
        assert names(copy) == {"한빛전자"}
    assert names(filled) == {"한빛전자", "währenddessen"}


def test_the_daily_one_is_made_once_a_day_and_older_ones_are_thinned_out(new_workspace):
    clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    workspace = new_workspace("daily", clock=clock)
    made = 0
    for day in range(60):
        clock.at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=day)
        made += backups.make_daily(workspace) is not None
        assert backups.make_daily(workspace) is None
    assert made == 60
    left = backups.backups_of(workspace.path)
    assert DAYS <= len(left) <= DAYS + WEEKS
    assert left[0].at == clock.at
    assert [one.at for one in left] == sorted((one.at for one in left), reverse=True)


def test_those_made_by_hand_are_never_thinned_out(new_workspace):
    clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    workspace = new_workspace("hand", clock=clock)
    for _ in range(3):
        backups.make(workspace)
    for day in range(40):
        clock.at += timedelta(days=1, minutes=day)
        backups.make_daily(workspace)
    kinds = [one.kind for one in backups.backups_of(workspace.path)]
    assert kinds.count(BackupKind.hand) == 3


def test_an_unchanged_file_beside_it_costs_room_once(filled):
    first, second = backups.make(filled), backups.make(filled)
    one, two = (files_of(made.path) / filled.digest for made in (first, second))
    assert one.read_bytes() == two.read_bytes() == (filled.files / filled.digest).read_bytes()
    if os.name != "nt":
        assert one.stat().st_ino == two.stat().st_ino != (filled.files / filled.digest).stat().st_ino


@pytest.mark.parametrize("number", [28, 5])
def test_a_full_or_broken_disk_leaves_the_older_ones_and_nothing_half(filled, monkeypatch, number):
    older = backups.make(filled)
    before = left_in(filled)

    def fails(*_):
        raise OSError(number, "no")

    monkeypatch.setattr(copying.os, "fsync", fails)
    with pytest.raises(Trouble, match=r"disk\.full" if number == 28 else r"disk\.failed"):
        backups.make(filled)
    monkeypatch.undo()
    assert left_in(filled) == before
    assert [one.path for one in backups.backups_of(filled.path)] == [older.path]


def test_a_copy_that_does_not_stand_the_test_is_thrown_away(filled, monkeypatch):
    older = backups.make(filled)
    before = left_in(filled)

    def damaging(database, target, **more):
        real(database, target, **more)
        content = bytearray(target.read_bytes())
        content[len(content) // 2] ^= 1
        target.write_bytes(content)

    real = copying.copy_file
    monkeypatch.setattr(copying, "copy_file", damaging)
    with pytest.raises(Trouble, match=r"backup\.unproved"):
        backups.make(filled)
    assert left_in(filled) == before
    assert older.path.exists()


def test_a_damaged_workspace_gives_no_backup_and_says_so(filled, secrets):
    path = filled.path
    backups.make(filled)
    filled.close()
    content = bytearray(path.read_bytes())
    content[4096 * 6 + 99] ^= 1
    path.write_bytes(content)
    with pytest.raises(CrmError) as caught, open_workspace(path, secrets=secrets).closing() as workspace:
        backups.make(workspace)
    assert caught.value.code == "workspace.damaged"
    assert len(backups.backups_of(path)) == 1


def test_closing_the_workspace_stops_it(filled):
    filled.leaving.set()
    with pytest.raises(Refusal, match=r"backup\.stopped"):
        backups.make(filled)
    assert left_in(filled) == []


def test_what_a_killed_backup_left_is_swept_by_the_next(filled):
    folder = backups.folder_of(filled.path)
    (folder / "2026-01-01T00-00-00Z-daily.crm.part.files").mkdir(parents=True)
    (folder / "2026-01-01T00-00-00Z-daily.crm.part").write_bytes(b"half")
    (folder / "letter.crm").write_bytes(b"no backup of ours")
    made = backups.make(filled)
    assert set(left_in(filled)) == {made.path.name, files_of(made.path).name, "letter.crm"}
    assert [one.path for one in backups.backups_of(filled.path)] == [made.path]


def test_backups_are_listed_when_the_workspace_is_gone(filled):
    made = backups.make(filled)
    filled.close()
    filled.path.unlink()
    shutil.rmtree(filled.files)
    (found,) = backups.backups_of(filled.path)
    assert (found.path, found.kind) == (made.path, BackupKind.hand)
    assert backups.home_of(found.path) == filled.path
    assert backups.home_of(filled.path) is None
