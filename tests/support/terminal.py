"""The program as its users start it: real processes, a home of their own, the exit codes and the JSON they print."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import sync
from desktop_crm.services.workspace import Workspace, init_workspace
from tests.support.source_tree import ROOT

PASSPHRASE = "only for this test run"
SERVER = "from desktop_crm.__main__ import server; server()"
PATIENCE = 180.0


def environment(home: Path, **more: str) -> dict[str, str]:
    dropped = ("DESKTOP_CRM_", "XDG_", "PYTEST_", "COVERAGE_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    ours = {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return {**kept, **ours, "LANG": "C.UTF-8", "PYTHONWARNINGS": "error", "DESKTOP_CRM_PASSPHRASE": PASSPHRASE, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Laptop:
    """One person's machine: an empty home and one workspace file."""

    home: Path

    @property
    def workspace(self) -> Path:
        return self.home / "work.crm"

    @classmethod
    def at(cls, home: Path) -> Laptop:
        home.mkdir(parents=True)
        return cls(home=home)

    def run(self, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
        """One command, whatever it ends with."""
        return subprocess.run(
            [sys.executable, "-m", "desktop_crm", *map(str, arguments)],
            cwd=self.home,
            env=environment(self.home, **env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=600,
        )

    def ask(self, *arguments: object) -> Any:
        """One command on the workspace that must succeed; nothing but JSON on standard output."""
        done = self.run(*arguments, "--workspace", self.workspace, "--json")
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def refused(self, *arguments: object) -> dict[str, Any]:
        """One command that a rule refuses; the error it prints."""
        done = self.run(*arguments, "--workspace", self.workspace, "--json")
        assert done.returncode == 1, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)["error"]

    def export(self, kind: str, name: str = "export.json") -> list[dict[str, Any]]:
        target = self.home / name
        self.ask("export", kind, "--format", "json", "--output", target)
        return json.loads(target.read_text(encoding="utf-8"))


class Server:
    """A `desktop-crm-server` process on a free port of loopback, with its data in a folder or in the database of a URL."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._store = ("--database", database) if database else ("--data", str(folder))
        self.port = _free_port()
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add_user(self, name: str, role: str, password: str) -> Path:
        """Returns the password file, which the laptop's `sync` takes too."""
        file = self.folder.parent / f"{name}.password"
        file.write_text(password + "\n", encoding="utf-8")
        done = subprocess.run(
            self._command("user", "add", name, "--role", role, "--password-file", str(file), *self._store),
            env=environment(self.folder),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return file

    def password(self, user: str) -> str:
        return (self.folder.parent / f"{user}.password").read_text(encoding="utf-8").strip()

    def start(self) -> None:
        log = (self.folder.parent / "server.log").open("a", encoding="utf-8")
        with log:
            self.process = subprocess.Popen(
                self._command(*self._store, "--port", str(self.port)),
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder.parent / "server.log").read_text(encoding="utf-8")
            try:
                httpx.get(self.address, timeout=2)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not answer")

    def stop(self, *, kill: bool = False) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-c", SERVER, *arguments]


@contextmanager
def running(folder: Path, database: str | None = None) -> Iterator[Server]:
    """A server with one manager and one member (`minji`, `junho`), ended with the block."""
    server = Server(folder / "server", database)
    server.add_user("minji", "manager", "minji's own words")
    server.add_user("junho", "member", "junho's own words")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def joined(path: Path, server: Server, user: str) -> Iterator[Workspace]:
    """A new workspace in this very process that has signed in; the first sync is the caller's."""
    workspace = init_workspace(path, name=path.stem, secrets=MemoryStore())
    with workspace.closing():
        sync.connect(workspace, server.address, user, server.password(user))
        yield workspace


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
