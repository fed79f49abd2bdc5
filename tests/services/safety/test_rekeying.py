"""Another key: between passphrases, to the keyring and back; a kill at any moment leaves a file that one of the two opens."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.persistence import copying
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.security import keys
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import blobs, records
from desktop_crm.services.safety import backups, restoring
from desktop_crm.services.safety.rekeying import change_key
from desktop_crm.services.workspace import init_workspace, open_workspace

OLD, NEW = "열려라 참깨 2026", "another few words"


def quick(passphrase, salt):
    return hashlib.sha256(passphrase.encode() + salt).digest()


class Killed(BaseException):
    pass


@pytest.fixture(autouse=True)
def quick_derivation(monkeypatch):
    """The real derivation takes a tenth of a second by intention; here its place in the order of steps counts."""
    monkeypatch.setattr(keys, "derive", quick)


@pytest.fixture
def file(tmp_path, secrets):
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", passphrase=OLD, secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛"})
        blobs.put(workspace, b"%PDF issued", "application/pdf")
    return path


def names(path, secrets, passphrase):
    with open_workspace(path, passphrase=passphrase, secrets=secrets).closing() as workspace:
        for digest in (one.name for one in workspace.files.iterdir()):
            assert blobs.get(workspace, digest) == b"%PDF issued"
        return {row.fields["name"] for row in records.list_rows(workspace, "account").records}


def opens(path, secrets, passphrase):
    try:
        return names(path, secrets, passphrase) == {"한빛"}
    except Refusal:
        return False


def test_the_new_passphrase_opens_and_the_old_one_does_not(file, secrets):
    change_key(file, passphrase=OLD, new_passphrase=NEW, secrets=secrets)
    assert opens(file, secrets, NEW)
    assert not opens(file, secrets, OLD)
    left = {path.name for path in file.parent.iterdir()}
    assert left == {"w.crm", "w.crm.lock", "w.crm.files"}


def test_to_the_keyring_and_back(file, secrets):
    change_key(file, passphrase=OLD, secrets=secrets)
    with open_workspace(file, secrets=secrets).closing() as workspace:
        assert not workspace.has_passphrase
        assert workspace.is_opened_by(None)
        assert not workspace.is_opened_by(OLD)
    change_key(file, new_passphrase=NEW, secrets=secrets)
    assert opens(file, secrets, NEW)
    assert not opens(file, secrets, None)
    with open_workspace(file, passphrase=NEW, secrets=secrets).closing() as workspace:
        assert workspace.has_passphrase
        assert workspace.is_opened_by(NEW)
        assert not workspace.is_opened_by(OLD)


def test_what_is_refused_changes_nothing(file, secrets):
    before = file.read_bytes()
    for present, new, code in (
        ("wrong words", NEW, "workspace.wrong_key"),
        (None, NEW, "workspace.needs_passphrase"),
        (OLD, "kurz", "passphrase.too_short"),
    ):
        with pytest.raises(Refusal) as refused:
            change_key(file, passphrase=present, new_passphrase=new, secrets=secrets)
        assert refused.value.code == code
    lock = FileLock(file)
    with pytest.raises(Refusal, match=r"workspace\.in_use"):
        change_key(file, passphrase=OLD, new_passphrase=NEW, secrets=secrets)
    lock.release()
    assert file.read_bytes() == before


def test_without_a_keyring_it_stays_with_the_passphrase(file, secrets, monkeypatch):
    def absent(*_):
        raise Trouble("keyring.absent", reason="test")

    monkeypatch.setattr(secrets, "put", absent)
    with pytest.raises(Trouble, match=r"keyring\.absent"):
        change_key(file, passphrase=OLD, secrets=secrets)
    assert opens(file, secrets, OLD)


def test_earlier_backups_open_with_the_earlier_key(file, secrets):
    with open_workspace(file, passphrase=OLD, secrets=secrets).closing() as workspace:
        made = backups.make(workspace)
    change_key(file, passphrase=OLD, new_passphrase=NEW, secrets=secrets)
    with pytest.raises(Refusal, match=r"workspace\.wrong_key"):
        restoring.restore(made.path, passphrase=NEW, secrets=secrets)
    done = restoring.restore(made.path, passphrase=OLD, secrets=secrets)
    assert opens(file, secrets, OLD)
    assert opens(done.aside, secrets, NEW)


def test_a_full_disk_leaves_the_old_file(file, secrets, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying.os, "fsync", full)
    with pytest.raises(Trouble, match=r"disk\.full"):
        change_key(file, passphrase=OLD, new_passphrase=NEW, secrets=secrets)
    monkeypatch.undo()
    monkeypatch.setattr(keys, "derive", quick)
    assert opens(file, secrets, OLD)
    assert not file.with_name("w.crm.incoming").exists()


@pytest.mark.parametrize("step", ["fsync", "replace", "unlink"])
def test_a_kill_at_any_step_leaves_a_file_that_the_old_or_the_new_words_open(file, secrets, monkeypatch, step):
    place = os if step == "fsync" else Path
    present, other = OLD, NEW
    for number in range(40):
        calls = iter(range(1000))
        real = getattr(place, step)

        def dies(*values, real=real, calls=calls, number=number, **more):
            if next(calls) == number:
                raise Killed
            return real(*values, **more)

        with monkeypatch.context() as patch:
            patch.setattr(place, step, dies)
            killed = False
            try:
                change_key(file, passphrase=present, new_passphrase=other, secrets=secrets)
            except Killed:
                killed = True
        by_old, by_new = opens(file, secrets, present), opens(file, secrets, other)
        assert by_old != by_new
        if by_new:
            present, other = other, present
        if not killed:
            return
    pytest.fail("it never got to its end")


def test_a_file_that_is_no_workspace_stays_as_it_is(tmp_path):
    letter = tmp_path / "letter.crm"
    letter.write_bytes(b"Dear reader, this is no workspace." * 40)
    with pytest.raises(CrmError):
        change_key(letter, passphrase=OLD, new_passphrase=NEW, secrets=MemoryStore())
    assert letter.read_bytes() == b"Dear reader, this is no workspace." * 40
