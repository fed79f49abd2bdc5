"""One serving process for one database: the second refuses in plain words, and nobody is locked out by a dead one."""

from __future__ import annotations

import subprocess

import pytest

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.sync.server.alone import alone
from desktop_crm.sync.server.store import Store
from tests.support.terminal import Laptop, Server, environment, running


def second(server: Server, language: str = "en_US.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        server._command("--data", str(server.folder), "--port", "0"),
        env=environment(server.folder.parent, LANG=language),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_a_second_server_on_the_same_folder_refuses_and_the_first_goes_on(tmp_path):
    with running(tmp_path) as server:
        done = second(server)
        assert (done.returncode, done.stdout) == (1, "")
        assert "The server is running already" in done.stderr
        assert str(server.folder) in done.stderr
        assert "Traceback" not in done.stderr
        assert "서버가 이미 실행 중입니다" in second(server, "ko_KR.UTF-8").stderr
        file = server.add_user("sora", "member", "sora's own words")
        laptop = Laptop.at(tmp_path / "laptop")
        assert laptop.run("init", laptop.workspace, "--name", "w").returncode == 0
        laptop.ask("sync", "--server", server.address, "--user", "sora", "--password-file", file)
        server.stop(kill=True)
        server.start()
        laptop.ask("sync")


def test_a_lock_ends_with_its_holder(tmp_path):
    url = f"sqlite:///{tmp_path / 'server.sqlite'}"
    with alone(Store(url)):
        with pytest.raises(Refusal) as refused, alone(Store(url)):
            pass
        assert refused.value.code == "server.in_use"
        with alone(Store(f"sqlite:///{tmp_path / 'other.sqlite'}")):
            pass
    with alone(Store(url)):
        pass


def test_a_database_in_memory_is_nobody_elses():
    with alone(Store("sqlite://")), alone(Store("sqlite://")):
        pass


def test_a_folder_that_is_not_there_is_a_trouble(tmp_path):
    with pytest.raises(Trouble) as trouble, alone(Store(f"sqlite:///{tmp_path / 'absent' / 'server.sqlite'}")):
        pass
    assert trouble.value.code == "server.folder"
