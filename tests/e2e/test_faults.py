"""Bad input and faults: each ends in a clear message, everything saved before is there, and the program keeps working."""

from __future__ import annotations

import csv
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.terminal import PASSPHRASE, Laptop, Server, environment, running

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"), pytest.mark.timeout(900)]


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A laptop with three accounts."""
    made = Laptop.at(tmp_path / "laptop")
    assert made.run("init", made.workspace, "--name", "Faults", "--currency", "KRW").returncode == 0
    made.ask("import", accounts(made.home / "three.csv", 3), "--kind", "accounts")
    return made


def accounts(path: Path, count: int, prefix: str = "회사") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "industry", "employees"])
        rows.writerows([f"{prefix} {n:05d}", "제조", n % 900 + 1] for n in range(count))
    return path


def names(laptop: Laptop) -> set[str]:
    return {row["name"] for row in laptop.export("accounts")}


def test_a_killed_import_leaves_all_or_nothing_and_can_be_repeated(laptop: Laptop) -> None:
    file = accounts(laptop.home / "many.csv", 20_000, "대량")
    command = [sys.executable, "-m", "desktop_crm", "import", str(file), "--workspace", str(laptop.workspace), "--json"]
    for moment in (0.8, 2.0):
        process = subprocess.Popen(
            command, env=environment(laptop.home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        left = names(laptop)
        assert {"회사 00000", "회사 00001", "회사 00002"} <= left
        assert len(left) in {3, 20_003}
    done = laptop.ask("import", file)
    assert done["files"][0]["created"] + done["files"][0]["unchanged"] == 20_000
    assert len(names(laptop)) == 20_003


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe\x00" * 300, b"PK\x03\x04 not a table", "제목뿐인 파일".encode("cp949")]
)
def test_a_broken_file_is_refused_in_words_and_changes_nothing(laptop: Laptop, content: bytes) -> None:
    file = laptop.home / "broken.csv"
    file.write_bytes(content)
    before = laptop.export("accounts")
    done = laptop.run("import", file, "--kind", "accounts", "--workspace", laptop.workspace, "--json")
    told = json.loads(done.stdout)
    if done.returncode == 0:
        assert all(f["created"] == f["updated"] == 0 for f in told["files"])
    else:
        assert done.returncode == 1
        assert told["error"]["code"] != "bug"
        assert done.stderr.strip()
    assert laptop.export("accounts") == before


def test_a_wrong_passphrase_is_refused_and_the_right_one_still_opens(laptop: Laptop) -> None:
    done = laptop.run(
        "accounts", "tree", "--workspace", laptop.workspace, "--json", DESKTOP_CRM_PASSPHRASE="not the right words"
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "workspace.wrong_key"
    assert len(names(laptop)) == 3


def test_without_a_keyring_and_a_passphrase_it_says_that_one_is_needed(laptop: Laptop) -> None:
    env = {"DESKTOP_CRM_PASSPHRASE": "", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "DISPLAY": ""}
    done = laptop.run("accounts", "tree", "--workspace", laptop.workspace, "--json", **env)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "workspace.needs_passphrase"


def test_a_file_that_is_no_workspace_is_refused(laptop: Laptop) -> None:
    text = laptop.home / "letter.crm"
    text.write_text("Dear reader, this is a letter and no workspace.", encoding="utf-8")
    for path, code in (
        (text, {"workspace.not_one", "workspace.wrong_key"}),
        (laptop.home / "no.crm", {"workspace.missing"}),
    ):
        done = laptop.run("accounts", "tree", "--workspace", path, "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["error"]["code"] in code


def test_the_file_on_disk_holds_no_word_of_the_customers(laptop: Laptop) -> None:
    for file in laptop.home.rglob("work.crm*"):
        if file.is_file():
            assert "회사 00001".encode() not in file.read_bytes()
            assert b"SQLite format 3" not in file.read_bytes()[:100]


def test_a_second_writer_is_kept_out_and_told_why(laptop: Laptop) -> None:
    holder = (
        "import sys; from pathlib import Path; from desktop_crm.services.workspace import open_workspace;"
        f"w = open_workspace(Path({str(laptop.workspace)!r}), passphrase={PASSPHRASE!r}); print('open', flush=True);"
        "sys.stdin.read(); w.close()"
    )
    env = environment(laptop.home)
    with subprocess.Popen(
        [sys.executable, "-c", holder], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "open\n"
        assert laptop.refused("accounts", "tree")["code"] == "workspace.in_use"
        process.communicate("")
    assert len(names(laptop)) == 3


def test_a_killed_program_does_not_lock_the_file_for_ever(laptop: Laptop) -> None:
    holder = (
        "import time; from pathlib import Path; from desktop_crm.services.workspace import open_workspace;"
        f"w = open_workspace(Path({str(laptop.workspace)!r}), passphrase={PASSPHRASE!r}); print('open', flush=True); time.sleep(60)"
    )
    env = environment(laptop.home)
    with subprocess.Popen([sys.executable, "-c", holder], env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        process.kill()
        process.wait()
    assert len(names(laptop)) == 3


# --- the other side


def sync(laptop: Laptop, address: str, password_file: Path, user: str = "minji") -> subprocess.CompletedProcess[str]:
    arguments = ("sync", "--server", address, "--user", user, "--password-file", password_file)
    return laptop.run(*arguments, "--workspace", laptop.workspace, "--json")


def test_a_server_that_answers_garbage_or_nothing_is_trouble_and_costs_nothing(laptop: Laptop, tmp_path: Path) -> None:
    password = tmp_path / "minji.password"
    password.write_text("whatever words\n", encoding="utf-8")
    with garbage() as address:
        done = sync(laptop, address, password)
    assert done.returncode == 3, done.stdout + done.stderr
    assert json.loads(done.stdout)["error"]["code"] != "bug"
    with silence() as address:
        done = sync(laptop, address, password)
    assert done.returncode == 3, done.stdout + done.stderr
    done = sync(laptop, "http://127.0.0.1:9", password)
    assert done.returncode == 3, done.stdout + done.stderr
    assert len(names(laptop)) == 3


def test_plain_http_to_another_machine_is_refused_before_a_word_is_said(laptop: Laptop, tmp_path: Path) -> None:
    password = tmp_path / "minji.password"
    password.write_text("whatever words\n", encoding="utf-8")
    done = sync(laptop, "http://crm.example.com", password)
    assert done.returncode in {1, 3}
    assert json.loads(done.stdout)["error"]["code"] != "bug"


def test_a_wrong_password_is_refused_and_the_right_one_gets_in(laptop: Laptop, tmp_path: Path) -> None:
    with running(tmp_path) as server:
        wrong = tmp_path / "wrong.password"
        wrong.write_text("not minji's words\n", encoding="utf-8")
        done = sync(laptop, server.address, wrong)
        assert done.returncode == 1, done.stdout + done.stderr
        assert json.loads(done.stdout)["error"]["code"] != "bug"
        assert sync(laptop, server.address, tmp_path / "minji.password").returncode == 0


def test_killing_either_side_in_a_sync_loses_and_doubles_nothing(laptop: Laptop, tmp_path: Path) -> None:
    laptop.ask("import", accounts(laptop.home / "many.csv", 4000, "대량"), "--kind", "accounts")
    with running(tmp_path) as server:
        password = tmp_path / "minji.password"
        for moment in (0.9, 1.4, 2.0):
            cut(laptop, server, password, moment, kill_server=False)
        for moment in (1.0, 1.6):
            cut(laptop, server, password, moment, kill_server=True)
        assert sync(laptop, server.address, password).returncode == 0

        other = Laptop.at(tmp_path / "other")
        assert other.run("init", other.workspace, "--name", "Faults", "--currency", "KRW").returncode == 0
        assert sync(other, server.address, tmp_path / "junho.password", "junho").returncode == 0
        mine = sorted(laptop.export("accounts"), key=lambda row: row["id"])
        assert sorted(other.export("accounts"), key=lambda row: row["id"]) == mine
        assert len(mine) == 4003


def cut(laptop: Laptop, server: Server, password: Path, moment: float, *, kill_server: bool) -> None:
    """A sync during which one side is killed."""
    command = ["sync", "--server", server.address, "--user", "minji", "--password-file", str(password)]
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop_crm", *command, "--workspace", str(laptop.workspace), "--json"],
        env=environment(laptop.home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        if kill_server:
            server.stop(kill=True)
            server.start()
            process.wait(120)
        else:
            process.kill()
            process.wait()


@contextmanager
def garbage() -> Iterator[str]:
    """A server that answers everything with a page that is no answer."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = b"<html>\xff\x00 Welcome to the hotel network"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silence() -> Iterator[str]:
    """A server that takes the connection and hangs up in the middle of a line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        over = threading.Event()

        def hang_up() -> None:
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.recv(65536)
                    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"he')

        thread = threading.Thread(target=hang_up)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
