"""A PostgreSQL cluster of its own, started by an ordinary user and gone with the block."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from desktop_crm.foundation.ids import new_id

BINARIES = next(
    (path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin")) if (path / "initdb").exists()), None
)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Its URL, without a database. `durable`: commits wait for the disk, as they do where people work."""
    assert BINARIES is not None, "PostgreSQL is not installed"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    folder.chmod(0o777)
    data = folder / "data"
    _as_nobody(BINARIES / "initdb", "-D", data, "-U", "crm", "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    options += "" if durable else " -c fsync=off"
    _as_nobody(BINARIES / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://crm@127.0.0.1:{port}"
    finally:
        _as_nobody(BINARIES / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def empty_database(cluster_url: str) -> str:
    """The URL of a new database in it."""
    name = f"t{new_id().replace('-', '')}"
    admin = create_engine(f"{cluster_url.replace('://', '+psycopg://')}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return f"{cluster_url}/{name}"


def _as_nobody(*command: object) -> None:
    """PostgreSQL refuses to run as root."""
    plain = [str(part) for part in command]
    if os.geteuid() == 0:
        plain = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *plain]
    done = subprocess.run(plain, capture_output=True, text=True, check=False, timeout=120, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
