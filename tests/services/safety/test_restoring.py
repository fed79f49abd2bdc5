"""Restoring: what was there is set aside whole, a kill leaves the old or the new, no number is given twice."""

from __future__ import annotations

import os
import shutil
from datetime import date

import pytest

from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.persistence import swapping
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.persistence.numbers import next_number
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import blobs, records
from desktop_crm.services.safety import backups, restoring
from desktop_crm.services.safety.backups import BackupKind
from desktop_crm.services.workspace import files_of, init_workspace, open_workspace

PASSPHRASE = "열려라 참깨 2026"


class Killed(BaseException):
    pass


@pytest.fixture
def file(tmp_path, secrets):
    """A workspace with one account before its backup and one after it; closed."""
    path = tmp_path / "팀 1.crm"
    with init_workspace(path, name="팀 1", secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "이전"})
        blobs.put(workspace, b"%PDF issued", "application/pdf")
        backups.make(workspace)
        records.create(workspace, "account", {"name": "나중"})
    return path


def backup_of(file):
    return backups.backups_of(file)[-1].path


def names(path, secrets, **more):
    with open_workspace(path, secrets=secrets, **more).closing() as workspace:
        return {row.fields["name"] for row in records.list_rows(workspace, "account").records}


def asides_of(path):
    return [one.path for one in backups.backups_of(path) if one.kind is BackupKind.aside]


def content(folder):
    ours = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in ours}


def test_the_state_of_then_is_back_and_what_was_there_is_set_aside(file, secrets):
    before = file.read_bytes()
    done = restoring.restore(backup_of(file), secrets=secrets)
    assert done.path == file
    assert names(file, secrets) == {"이전"}
    assert done.aside.read_bytes() == before
    assert names(done.aside, secrets) == {"이전", "나중"}
    assert {one.kind for one in backups.backups_of(file)} == {BackupKind.aside, BackupKind.hand}


def test_there_and_back_again(file, secrets):
    first = restoring.restore(backup_of(file), secrets=secrets)
    second = restoring.restore(first.aside, secrets=secrets)
    assert names(file, secrets) == {"이전", "나중"}
    assert names(second.aside, secrets) == {"이전"}
    assert first.aside.exists()


def test_files_beside_it_come_back_and_those_of_now_are_kept(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace:
        later = blobs.put(workspace, b"%PDF later", "application/pdf")
        old = next(path.name for path in workspace.files.iterdir() if path.name != later)
        (workspace.files / old).write_bytes(b"damaged")
    done = restoring.restore(backup_of(file), secrets=secrets)
    with open_workspace(file, secrets=secrets).closing() as workspace:
        assert blobs.get(workspace, old) == b"%PDF issued"
    with open_workspace(done.aside, secrets=secrets).closing() as workspace:
        assert blobs.get(workspace, later) == b"%PDF later"
        assert (files_of(done.aside) / old).read_bytes() == b"damaged"


def test_it_goes_to_another_place_when_that_is_wanted(file, secrets, tmp_path):
    before = content(tmp_path)
    other = tmp_path / "elsewhere" / "copy.crm"
    done = restoring.restore(backup_of(file), other, secrets=secrets)
    assert (done.path, done.aside) == (other, None)
    assert names(other, secrets) == {"이전"}
    assert {name: held for name, held in content(tmp_path).items() if not name.startswith("elsewhere")} == before


def test_a_backup_that_lies_elsewhere_needs_a_place(file, secrets, tmp_path):
    away = tmp_path / "stick.crm"
    shutil.copyfile(backup_of(file), away)
    with pytest.raises(Refusal, match=r"backup\.no_home"):
        restoring.restore(away, secrets=secrets)


def test_a_workspace_that_is_gone_or_destroyed_comes_back(file, secrets):
    for damage in (file.unlink, lambda: file.write_bytes(b"not much left")):
        damage()
        restoring.restore(backup_of(file), secrets=secrets)
        assert names(file, secrets) == {"이전"}


def test_a_stale_log_is_not_laid_over_what_was_restored(file, secrets):
    """A program that was killed leaves its log; it belongs to the file set aside, and goes there with it."""
    log = file.with_name(file.name + "-wal")
    with open_workspace(file, secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "im Log"})
        kept = log.read_bytes()
        main = file.read_bytes()
    file.write_bytes(main)
    log.write_bytes(kept)
    done = restoring.restore(backup_of(file), secrets=secrets)
    assert names(file, secrets) == {"이전"}
    assert "im Log" in names(done.aside, secrets)


def test_a_damaged_backup_is_refused_and_everything_stays(file, secrets, tmp_path):
    backup = backup_of(file)
    good = backup.read_bytes()
    for bad in (good[:-4096], good[:-77], good[:8192] + bytes(4096) + good[12288:]):
        backup.write_bytes(bad)
        before = content(tmp_path)
        with pytest.raises(Trouble, match=r"backup\.damaged"):
            restoring.restore(backup, secrets=secrets)
        assert content(tmp_path) == before
    assert names(file, secrets) == {"이전", "나중"}


def test_another_key_or_none_is_refused_in_so_many_words(tmp_path):
    path, nothing = tmp_path / "w.crm", MemoryStore()
    with init_workspace(path, name="w", passphrase=PASSPHRASE, secrets=nothing).closing() as workspace:
        backup = backups.make(workspace).path
    with pytest.raises(Refusal, match=r"workspace\.needs_passphrase"):
        restoring.restore(backup, secrets=nothing)
    with pytest.raises(Refusal, match=r"workspace\.wrong_key"):
        restoring.restore(backup, passphrase="another one", secrets=nothing)
    restoring.restore(backup, passphrase=PASSPHRASE, secrets=nothing)
    assert names(path, nothing, passphrase=PASSPHRASE) == set()


def test_an_open_workspace_is_not_restored_under_its_user(file, secrets):
    lock = FileLock(file)
    with pytest.raises(Refusal, match=r"workspace\.in_use"):
        restoring.restore(backup_of(file), secrets=secrets)
    lock.release()


def test_it_goes_on_as_another_device(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace:
        before = workspace.author.device_id
    done = restoring.restore(backup_of(file), secrets=secrets)
    with open_workspace(file, secrets=secrets).closing() as workspace:
        after = workspace.author.device_id
    with open_workspace(done.aside, secrets=secrets).closing() as workspace:
        assert workspace.author.device_id == before != after


def test_a_number_given_since_is_not_given_again(file, secrets):
    def number(workspace):
        with workspace.write("test") as work:
            given = next_number(work, "quote", date(2026, 5, 4))
            work.insert("quote", {"number": given})
        return given

    with open_workspace(file, secrets=secrets).closing() as workspace:
        given = {number(workspace) for _ in range(3)}
    restoring.restore(backup_of(file), secrets=secrets)
    with open_workspace(file, secrets=secrets).closing() as workspace:
        assert number(workspace) not in given


def test_what_is_newer_now_is_told_beforehand(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace:
        (backup,) = backups.backups_of(file)
        newer = restoring.newer_than(workspace, backup)
        assert (newer.changes, newer.unsent) == (1, 0)
        assert newer.last is not None
        fresh = backups.make(workspace)
        assert restoring.newer_than(workspace, fresh).changes == 0
        other = backups.make(workspace, passphrase=PASSPHRASE)
        assert restoring.newer_than(workspace, other) is None


STEPS = ("copyfile", "replace", "unlink", "link", "fsync")


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_the_old_or_the_new_and_never_less(file, secrets, monkeypatch, step):
    """Every call that touches the disk is once the last one; after each the workspace opens, whole."""
    outcomes = set()
    backup = backup_of(file)
    for number in range(60):
        calls = iter(range(1000))
        places = {"copyfile": shutil, "link": os, "fsync": os, "replace": type(file), "unlink": type(file)}
        real = getattr(places[step], step)

        def dies(*values, real=real, calls=calls, number=number, **more):
            if next(calls) == number:
                raise Killed
            return real(*values, **more)

        monkeypatch.setattr(places[step], step, dies)
        # after the kill nothing of ours runs any more, not even what cleans up
        monkeypatch.setattr(restoring.copying, "discard", lambda _path: None)
        killed = False
        try:
            restoring.restore(backup, secrets=secrets)
        except Killed:
            killed = True
        monkeypatch.undo()
        found = frozenset(names(file, secrets))
        assert found in {frozenset({"이전"}), frozenset({"이전", "나중"})}
        outcomes.add(found)
        if found == {"이전"}:
            whole = next(one for one in asides_of(file) if names(one, secrets) == {"이전", "나중"})
            restoring.restore(whole, secrets=secrets)
        assert not swapping.is_pending(file)
        for one in asides_of(file):
            one.unlink()
        if not killed:
            break
    else:
        pytest.fail("it never got to its end")
    assert outcomes


def test_a_swap_that_was_killed_at_its_last_step_is_ended_by_the_next_opening(file, secrets, monkeypatch):
    monkeypatch.setattr(swapping, "finish", lambda _path: (_ for _ in ()).throw(Killed()))
    swapping.incoming(file).write_bytes(backup_of(file).read_bytes())
    with pytest.raises(Killed):
        swapping.put_in_place(file)
    monkeypatch.undo()
    assert swapping.is_pending(file)
    file.unlink()  # what waits to take its place is the workspace: nothing new may be made there
    with pytest.raises(CrmError, match=r"workspace\.exists"):
        init_workspace(file, name="new", secrets=secrets)
    assert names(file, secrets) == {"이전"}
    swapping.incoming(file).write_bytes(backup_of(file).read_bytes())
    swapping.incoming(file).rename(file.with_name(file.name + ".ready"))
    lock = FileLock(file)
    with pytest.raises(CrmError, match=r"workspace\.in_use"):
        open_workspace(file, secrets=secrets)
    lock.release()
    assert names(file, secrets) == {"이전"}
    assert not swapping.is_pending(file)
