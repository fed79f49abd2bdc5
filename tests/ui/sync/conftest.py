"""A real server process and workspaces that have joined it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_crm.services import sync
from desktop_crm.services.workspace import Workspace

SERVER = "import sys; sys.argv[0] = 'desktop-crm-server'; from desktop_crm.__main__ import server; server()"


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", SERVER, *words]


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder with two people who may sign in, made once and copied."""
    folder = tmp_path_factory.mktemp("people")
    data, secret = folder / "server", folder / "password"
    secret.write_text("long enough password")
    for name in ("kim", "park"):
        subprocess.run(
            command("user", "add", name, "--role", "manager", "--password-file", str(secret), "--data", str(data)),
            check=True,
            capture_output=True,
        )
    return data


@pytest.fixture
def server(tmp_path: Path, people: Path) -> Iterator[str]:
    """The address of a team's server, a process of its own."""
    data = tmp_path / "server"
    shutil.copytree(people, data)
    with subprocess.Popen(
        command("--data", str(data), "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        line = process.stdout.readline()
        assert "http://" in line, line
        yield line.split()[-1]
        process.terminate()


@pytest.fixture
def join(server: str) -> Callable[[Workspace, str], None]:
    """`join(workspace, "kim")`."""

    def joined(workspace: Workspace, user: str) -> None:
        sync.join(workspace, server, user, "long enough password")

    return joined
