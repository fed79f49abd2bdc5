"""Backups of the server's database, and putting one back.

After a restore the server does not know the commits made since; laptops that heard of them notice by the history token, and send
again what they had sent (`reset`, see `sync.client.engine`).
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from desktop_crm.foundation.errors import Refusal, Trouble

_PATIENCE: Final = 3600.0


def back_up(url: str, target: Path) -> None:
    """The whole database as it is at one moment, also while the server runs. Raises Refusal `server.backup.there`, Trouble `server.backup`."""
    if target.exists():
        raise Refusal("server.backup.there", file=str(target))
    part = target.with_name(f"{target.name}.part")
    try:
        if url.startswith("sqlite"):
            _copy(_file(url), part)
        else:
            _run("pg_dump", "--format=custom", f"--file={part}", f"--dbname={_plain(url)}")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise Trouble("server.backup", reason=str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def put_back(url: str, source: Path) -> None:
    """The database becomes what the backup holds; the one before is kept beside it (SQLite). Raises Trouble `server.backup`."""
    try:
        if url.startswith("sqlite"):
            _put_file_back(_file(url), source)
        else:
            _run("pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={_plain(url)}", str(source))
    except (OSError, sqlite3.Error) as error:
        raise Trouble("server.backup", reason=str(error)) from error


def _put_file_back(file: Path, source: Path) -> None:
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        _copy(source, part)  # read through SQLite, so that what is no database does not come into its place
        if file.exists():
            _copy(file, file.with_name(f"{file.name}.before-restore"), fresh=True)
        for name in (f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path, *, fresh: bool = False) -> None:
    if fresh:
        target.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        if there.execute("SELECT count(*) FROM sqlite_master WHERE name='sync_head'").fetchone()[0] != 1:
            raise Trouble("server.backup", reason=str(source.name))
        there.backup(here)
        if here.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise Trouble("server.backup", reason="quick_check")


def _run(program: str, *arguments: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, by name
            [program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble("server.backup", reason=f"{program}: {error}") from error
    if done.returncode != 0:
        raise Trouble("server.backup", reason=f"{program}: {done.stderr.strip()[-200:]}")


def _file(url: str) -> Path:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise Trouble("server.backup", reason=url)
    return Path(name)


def _plain(url: str) -> str:
    """The URL as PostgreSQL's own programs read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
