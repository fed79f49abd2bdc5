"""The encrypted file and what can happen to it: another key, a cut, a newer program, two processes, a kill, a full disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.persistence.engine import FILE_VERSION
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import records
from desktop_crm.services.workspace import init_workspace, open_workspace

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def file(tmp_path, secrets):
    path = tmp_path / "팀 1.crm"
    with init_workspace(path, name="팀 1", secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛전자 GEHEIM"})
    return path


@contextmanager
def process(act, file, secrets, *rest):
    store = file.with_suffix(".keys")
    store.write_text(json.dumps(secrets._secrets), encoding="utf-8")
    command = [sys.executable, "-m", "tests.persistence.writer_process", act, str(file), str(store), *map(str, rest)]
    running = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def names(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace:
        return {r.fields["name"] for r in records.list_rows(workspace, "account").records}


def test_nothing_on_the_disk_is_in_clear_text(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛화학 GEHEIM"})
        on_disk = {path.name: path.read_bytes() for path in file.parent.iterdir() if path.is_file()}
        key = secrets.get(next(iter(secrets._secrets)))
        content_key = workspace.content_key
    assert any(name.endswith("-wal") for name in on_disk)
    for name, content in on_disk.items():
        for secret in (b"GEHEIM", "한빛".encode(), b"CREATE TABLE", key.encode(), bytes.fromhex(key), content_key):
            assert secret not in content, (name, secret)
        assert not content.startswith(b"SQLite format 3")


def test_another_key_is_refused(file):
    other = MemoryStore()
    other.put(f"workspace:{file.read_bytes()[:16].hex()}", "00" * 32)
    with pytest.raises(Refusal, match=r"workspace\.wrong_key"):
        open_workspace(file, secrets=other)


def test_without_a_key_the_passphrase_is_asked_for(file):
    with pytest.raises(Refusal, match=r"workspace\.needs_passphrase"):
        open_workspace(file, secrets=MemoryStore())


def test_a_passphrase_opens_and_another_does_not(tmp_path):
    path = tmp_path / "w.crm"
    init_workspace(path, name="w", passphrase=PASSPHRASE, secrets=MemoryStore()).close()
    for wrong in (PASSPHRASE + " ", "kurz"):
        with pytest.raises(Refusal, match=r"workspace\.wrong_key"):
            open_workspace(path, passphrase=wrong, secrets=MemoryStore())
    with open_workspace(path, passphrase=PASSPHRASE, secrets=MemoryStore()).closing() as workspace:
        assert workspace.name == "w"
    assert PASSPHRASE.encode() not in path.read_bytes()


def test_a_short_passphrase_is_refused_before_anything_is_made(tmp_path):
    with pytest.raises(Refusal, match=r"passphrase\.too_short"):
        init_workspace(tmp_path / "w.crm", name="w", passphrase="kurz", secrets=MemoryStore())
    assert list(tmp_path.glob("*.crm")) == []


@pytest.mark.parametrize("share", [0.0, 0.00001, 0.001, 0.1, 0.3])
def test_a_cut_file_is_refused_with_a_word_and_left_as_it_is(file, secrets, share):
    whole = file.read_bytes()
    cut = whole[: int(len(whole) * share)]
    file.write_bytes(cut)
    with pytest.raises(CrmError, match=r"workspace\.(not_one|wrong_key|damaged)"):
        names(file, secrets)
    assert file.read_bytes() == cut
    file.write_bytes(whole)
    assert names(file, secrets) == {"한빛전자 GEHEIM"}


@pytest.mark.parametrize("first", [0, 1, 12])
def test_changed_bytes_are_noticed_where_they_are_read(file, secrets, first):
    content = bytearray(file.read_bytes())
    for place in range(first * 4096 + 2000, len(content), 4096):
        content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(CrmError, match=r"workspace\.(damaged|wrong_key)"):
        names(file, secrets)


def test_a_damaged_page_within_is_a_trouble_with_a_word(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace:
        with workspace.read() as session:
            page = session.connection().exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name='lead'").scalar()
        content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 + 2000] ^= 1
    file.write_bytes(content)
    assert names(file, secrets) == {"한빛전자 GEHEIM"}
    with (
        open_workspace(file, secrets=secrets).closing() as workspace,
        pytest.raises(Trouble, match=r"workspace\.damaged"),
    ):
        records.list_rows(workspace, "lead")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workspace.not_one"),
        (b"SQLite format 3\x00" + b"\x00" * 4096, "workspace.not_one"),
        (b"name,phone\nkim,1\n" * 400, "workspace.needs_passphrase"),
    ],
)
def test_what_is_no_workspace_is_refused(tmp_path, secrets, content, code):
    path = tmp_path / "other.crm"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        open_workspace(path, secrets=secrets)
    assert refused.value.code == code
    assert path.read_bytes() == content


def test_a_missing_file_is_refused_and_not_made(tmp_path, secrets):
    with pytest.raises(Refusal, match=r"workspace\.missing"):
        open_workspace(tmp_path / "no.crm", secrets=secrets)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_never_overwritten(file, secrets):
    before = file.read_bytes()
    with pytest.raises(Refusal, match=r"workspace\.exists"):
        init_workspace(file, name="neu", secrets=secrets)
    assert file.read_bytes() == before


def test_a_file_of_a_newer_program_is_refused_and_left_as_it_is(file, secrets):
    with open_workspace(file, secrets=secrets).closing() as workspace, workspace.database.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version={FILE_VERSION + 1}")
    before = file.read_bytes()
    with pytest.raises(Refusal) as refused:
        open_workspace(file, secrets=secrets)
    assert refused.value.code == "workspace.newer"
    assert (refused.value.params["found"], refused.value.params["known"]) == (FILE_VERSION + 1, FILE_VERSION)
    assert file.read_bytes() == before


def test_two_processes_do_not_write_one_file(file, secrets):
    with process("open", file, secrets) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(Refusal, match=r"workspace\.in_use"):
            open_workspace(file, secrets=secrets)
    assert names(file, secrets) == {"한빛전자 GEHEIM"}


def test_the_lock_of_a_dead_process_holds_nobody_up(file, secrets):
    with process("open", file, secrets) as holder:
        assert holder.stdout.readline() == "open\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert names(file, secrets) == {"한빛전자 GEHEIM"}


def test_a_kill_inside_a_transaction_leaves_the_file_as_it_was_before_it(file, secrets):
    with process("die", file, secrets) as writer:
        assert writer.stdout.readline() == "inside\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    with open_workspace(file, secrets=secrets).closing() as workspace:
        assert records.count(workspace, "account") == 1
        with workspace.read() as session:
            query = session.connection().exec_driver_sql
            assert query("SELECT count(*) FROM change").scalar() == 1
            assert query("PRAGMA integrity_check").scalar() == "ok"
        records.create(workspace, "account", {"name": "danach"})
    assert names(file, secrets) == {"한빛전자 GEHEIM", "danach"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="data absent: limits of file size are POSIX")
def test_a_full_disk_keeps_everything_saved_before(file, secrets):
    limit = file.stat().st_size + 600_000
    with process("fill", file, secrets, limit) as writer:
        lines = writer.stdout.read().splitlines()
    kind, code, written = lines[-2].split()
    assert (kind, code) in {("Trouble", "disk.full"), ("Trouble", "disk.failed")}
    assert int(written) > 0
    assert int(lines[-1]) == int(written) + 1  # the program went on and still reads
    with open_workspace(file, secrets=secrets).closing() as workspace:
        assert records.count(workspace, "account") == int(written) + 1
        records.create(workspace, "account", {"name": "danach"})


def test_the_file_can_lie_in_a_folder_with_any_name(tmp_path, secrets):
    path = tmp_path / "내 문서 #1 '%20?" / "작업 공간.crm"
    with init_workspace(path, name="w", secrets=secrets).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛"})
    assert names(path, secrets) == {"한빛"}
