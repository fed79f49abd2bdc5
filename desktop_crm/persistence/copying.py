"""Copies of an open workspace file by SQLite's online backup, and the look at a file's pages that proves them.

Knows no table. A copy has the same key or another one; it is whole on disk when it is returned. Names and ages of copies are
`services.safety`'s.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as driver

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.cipher import FILE_VERSION, connector, is_ours
from desktop_crm.persistence.engine import Database, disk_trouble

Watch = Callable[[int, int], None]
"""Told how many pages are done, of how many; may raise to stop."""

_PAGES: Final = 500
_NAMED: Final = 20


def unwatched(_done: int, _all: int) -> None:
    """For copies that nobody waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """What a look at a file found: pages whose seal is broken, and breaches of its structure (index entries, free pages)."""

    pages: tuple[str, ...]
    structure: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not (self.pages or self.structure)


def copy_file(
    database: Database, target: Path, *, key: bytes | None = None, salt: bytes | None = None, watch: Watch = unwatched
) -> None:
    """A snapshot of the open file as a new file, under the same key and salt or under others. Writers go on meanwhile.

    Whatever lies at `target` is replaced. Raises Trouble `workspace.damaged` when the source cannot be read, `disk.full`,
    `disk.failed` when the copy cannot be written; then nothing is left of it.
    """
    try:
        discard(target)
        with closing(database.bare()) as source, closing(_target(target, database, key, salt)) as copy:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from now on one snapshot
            source.backup(copy, pages=_PAGES, progress=_Progress(watch), sleep=0)
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode=DELETE")
        flush(target)
    except (OSError, driver.Error) as error:
        discard(target)
        raise _trouble(error, database, target) from error
    except BaseException:
        discard(target)
        raise


def look_over(path: Path, key: bytes, salt: bytes) -> FileLook:
    """Every page against its seal, then the structure. Raises Trouble `disk.failed`."""
    try:
        with closing(connector(str(path), key, salt)()) as connection:
            pages = tuple(row[0] for row in connection.execute("PRAGMA cipher_integrity_check"))
            return FileLook(pages=pages, structure=() if pages else _structure(connection))
    except driver.Error as error:
        trouble = disk_trouble(error, path)
        if isinstance(trouble, Trouble) and trouble.code == "disk.failed":
            raise trouble from error
        return FileLook(pages=(str(error),), structure=())


def prove(path: Path, key: bytes, salt: bytes) -> int:
    """The version of a closed file that is sound throughout; the file is only read.

    Raises Refusal `workspace.wrong_key`, `workspace.newer`; Trouble `backup.damaged`, `disk.failed`.
    """
    try:
        if not is_ours(path, key, salt):
            raise Refusal("workspace.wrong_key", file=str(path))
        if not look_over(path, key, salt).sound:
            raise Trouble("backup.damaged", file=str(path))
        with closing(connector(str(path), key, salt)()) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except (OSError, driver.Error) as error:
        raise Trouble("disk.failed", file=str(path), reason=str(error)) from error
    if version > FILE_VERSION:
        raise Refusal("workspace.newer", file=str(path), found=version, known=FILE_VERSION)
    return version


def flush(path: Path) -> None:
    """See a file, and the folder's entry of it, through to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """See a folder's entries through to the disk, where the system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def discard(path: Path) -> None:
    """Take a database file away, with what SQLite put beside it."""
    for beside in ("", "-journal", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + beside).unlink()


class _Progress:
    """Turns the driver's report into ours."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def __call__(self, _status: int, remaining: int, total: int) -> None:
        self._watch(total - remaining, total)


def _target(path: Path, database: Database, key: bytes | None, salt: bytes | None) -> Any:
    connection = connector(str(path), key or database.key, salt or database.salt)()
    connection.execute("PRAGMA synchronous=OFF")  # flushed once, at the end
    return connection


def _structure(connection: Any) -> tuple[str, ...]:
    lines: list[str] = []
    for row in connection.execute(f"PRAGMA integrity_check({_NAMED})"):
        lines += str(row[0]).splitlines()
    return tuple(line for line in lines if line != "ok" and not line.startswith("***"))


def _trouble(error: Exception, database: Database, target: Path) -> Exception:
    if isinstance(error, OSError):
        return Trouble("disk.full" if error.errno == 28 else "disk.failed", file=str(target), reason=str(error))
    told = disk_trouble(error, target)
    if isinstance(told, Trouble) and told.code == "workspace.damaged":
        return Trouble("workspace.damaged", file=str(database.path))
    return told
