"""Starting and stopping: where the data lies, one process, a graceful end with open streams."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

import uvicorn

from desktop_crm.foundation import collector
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.sync.server.api import application
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from desktop_crm.sync.server.tidying import kept_tidy

GRACE_SECONDS: Final = 3
_LONGEST_TENANT: Final = 40
FILE_NAME: Final = "server.sqlite"


def database_url(data: Path) -> str:
    """The URL of the SQLite database in a data folder, which is made when absent. Raises Trouble `server.folder`."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Trouble("server.folder", folder=str(data), reason=error.strerror or str(error)) from error
    return f"sqlite:///{data / FILE_NAME}"


def open_server(url: str) -> Server:
    """The server on this database, made when new. Raises Trouble `server.database`."""
    return Server(Store(url), SystemClock())


def open_tenant(url: str, name: str) -> None:
    """Open another company's books in this database. Raises Refusal `server.user.name` for a name that is none."""
    if not name.isascii() or not name.isalnum() or len(name) > _LONGEST_TENANT:
        raise Refusal("server.user.name", name=name[:_LONGEST_TENANT])
    store = Store(url)
    try:
        store.prepare(name.lower())
    finally:
        store.close()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket whose lines send at once: else each answer's body waits 40 ms for the other side to confirm its head.

    Raises Trouble `server.port`.
    """
    try:
        listening = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
        )
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise Trouble("server.port", host=host, port=str(port), reason=error.strerror or str(error)) from error


def run(server: Server, listening: socket.socket) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); requests under way are finished, streams end after a few seconds."""
    config = uvicorn.Config(
        application(server),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
        lifespan="off",
        server_header=False,
    )
    collector.hold()  # what was imported stays
    collector.seldom()
    try:
        with kept_tidy(server):
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        server.store.close()
