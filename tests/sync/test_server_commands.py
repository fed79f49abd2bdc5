"""What an administrator does at the terminal: real commands, and the drill of losing the server's disk."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace
from desktop_crm.sync.server.safekeeping import back_up, put_back
from desktop_crm.sync.server.store import Store
from tests.support import postgres
from tests.support.terminal import PASSPHRASE, Laptop, Server, environment


def run(server: Server, *arguments: str, fails: int = 0) -> str:
    command = server._command(*server._store, *arguments)
    done = subprocess.run(
        command, env=environment(server.folder), capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert done.returncode == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def joined(server: Server, place: Path, user: str) -> Laptop:
    laptop = Laptop.at(place / f"laptop-{user}")
    assert laptop.run("init", laptop.workspace, "--name", user, "--currency", "KRW").returncode == 0
    laptop.ask("sync", "--server", server.address, "--user", user, "--password-file", place / f"{user}.password")
    return laptop


def make(laptop: Laptop, name: str) -> None:
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        records.create(workspace, "account", {"name": name})


def names(laptop: Laptop) -> set[str]:
    return {one["name"] for one in laptop.export("accounts")}


def test_the_drill_a_lost_disk_a_backup_and_nothing_lost(tmp_path):
    """Back up while serving, go on working, lose the database, restore: what came after the backup comes from the laptops."""
    server = Server(tmp_path / "server")
    for name in ("minji", "junho"):
        server.add_user(name, "manager", f"{name}'s own words")
    server.start()
    try:
        minji, junho = (joined(server, tmp_path, name) for name in ("minji", "junho"))
        make(minji, "before the backup")
        minji.ask("sync")
        run(server, "backup", str(tmp_path / "copy.db"))
        run(server, "backup", str(tmp_path / "copy.db"), fails=1)
        make(minji, "after the backup")
        minji.ask("sync")
        junho.ask("sync")
        make(junho, "typed offline")
        server.stop(kill=True)
        (server.folder / "server.sqlite").write_bytes(b"rubbish")
        for name in ("server.sqlite-wal", "server.sqlite-shm"):
            (server.folder / name).unlink(missing_ok=True)
        (server.folder / "server.sqlite").unlink()
        run(server, "restore", str(tmp_path / "copy.db"))
        server.start()
        assert minji.ask("sync")["reset"]
        for laptop in (junho, minji, junho):
            laptop.ask("sync")
        assert names(minji) == names(junho) == {"before the backup", "after the backup", "typed offline"}
    finally:
        server.stop()


def test_people_rights_and_laptops_by_command(tmp_path):
    server = Server(tmp_path / "server")
    server.add_user("minji", "administrator", "minji's own words")
    server.add_user("junho", "member", "junho's own words")
    run(server, "user", "role", "junho", "manager")
    assert "otpauth://" in run(server, "user", "second-factor", "junho", "on")
    run(server, "user", "second-factor", "junho", "off")
    run(server, "territories", "--by", "country")
    run(server, "grant", "junho", "territory:KR", "rw")
    run(server, "grant", "junho", "map:x", "rw", fails=1)
    run(server, "lock-after", "14")
    run(server, "device", "nobody", "lock", fails=1)
    run(server, "share", "no such account", "junho", "r", fails=1)
    run(server, "tenant", "acme")
    run(server, "tenant", "no good name", fails=1)
    file = tmp_path / "minji.password"
    told = run(server, "--tenant", "acme", "user", "add", "minji", "--password-file", str(file), "--json")
    assert json.loads(told)["name"] == "minji"
    run(server, "--tenant", "nobody", "user", "role", "minji", "member", fails=1)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_what_is_no_backup_does_not_take_the_databases_place(tmp_path, content):
    url = f"sqlite:///{tmp_path / 'server.sqlite'}"
    Store(url).prepare()
    before = (tmp_path / "server.sqlite").read_bytes()
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(Trouble) as caught:
        put_back(url, tmp_path / "bad")
    assert caught.value.code == "server.backup"
    assert (tmp_path / "server.sqlite").read_bytes() == before
    with pytest.raises(Refusal):
        back_up(url, tmp_path / "bad")


@pytest.mark.skipif(postgres.BINARIES is None, reason="data absent: PostgreSQL is not installed")
def test_a_postgresql_database_is_backed_up_and_put_back(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{postgres.BINARIES}:/usr/bin:/bin")
    with postgres.cluster() as cluster:
        url = postgres.empty_database(cluster)
        store = Store(url)
        store.prepare()
        with store.writing() as books:
            books.give("somebody", "team", "rw")
        back_up(url, tmp_path / "copy")
        with store.writing() as books:
            books.revoke("somebody", "team")
        store.close()
        put_back(url, tmp_path / "copy")
        store = Store(url)
        with store.reading() as books:
            assert books.grants("somebody") == {"team": "rw"}
        store.close()
