"""A workspace of a team: joined to a server that holds what a colleague sent and this laptop has not fetched yet.

The server runs inside the process that pulls, on a file of its own in the home folder, which no fault strikes.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import uvicorn

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.services import importing, sync
from desktop_crm.services.safety import backups
from desktop_crm.services.workspace import init_workspace, open_workspace
from desktop_crm.sync.server.api import application
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from tests.e2e.faults.moments import Keys, make_scene

PASSWORD = "long enough"
SERVER_FILE = "server.sqlite"


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The server of a home folder; yields its address."""
    made = Server(Store(f"sqlite:///{home / SERVER_FILE}"), SystemClock())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = uvicorn.Server(uvicorn.Config(application(made), log_level="critical", lifespan="off"))
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            serving.should_exit = True
            thread.join(30)
            made.store.close()


def make_team_scene(home: Path, work: Path) -> Path:
    """As `make_scene`, joined to a server where the rows of the import file wait to be fetched."""
    made = _made()
    shutil.copytree(made / "home", home, dirs_exist_ok=True)
    shutil.copytree(made / "work", work, dirs_exist_ok=True)
    return work / "team.crm"


@cache
def _made() -> Path:
    """The scene, made once for this process: two laptops meeting take their time."""
    folder = tempfile.TemporaryDirectory(prefix="desktop-crm-team-")
    _KEPT.append(folder)
    home, work = Path(folder.name) / "home", Path(folder.name) / "work"
    home.mkdir()
    work.mkdir()
    path = make_scene(home, work)
    store = Store(f"sqlite:///{home / SERVER_FILE}")
    server = Server(store, SystemClock())
    for name in ("minji", "junho"):
        server.people.add_user(name, UserRole.MANAGER, PASSWORD)
    store.close()
    with served(home) as url:
        with open_workspace(path, secrets=Keys(home)).closing() as mine:
            sync.join(mine, url, "minji", PASSWORD)
            backups.make(mine)
        theirs = init_workspace(Path(folder.name) / "other.crm", name="team", secrets=Keys(Path(folder.name)))
        with theirs.closing() as other:
            sync.join(other, url, "junho", PASSWORD)
            importing.run(other, importing.inspect([home / "rows.csv"], "accounts"))
            sync.sync_now(other)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that go with this process."""
