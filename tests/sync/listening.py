"""The real application on a port of loopback, in a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from desktop_crm.sync.server.api import application
from desktop_crm.sync.server.core import Server


@contextmanager
def listening(server: Server) -> Iterator[httpx.Client]:
    """A client of it."""
    wire = socket.create_server(("127.0.0.1", 0))
    serving = uvicorn.Server(uvicorn.Config(application(server), log_level="error", lifespan="off"))
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [wire]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{wire.getsockname()[1]}", timeout=30) as client:
            yield client
    finally:
        serving.should_exit = True
        thread.join(15)
        wire.close()
