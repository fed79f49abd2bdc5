"""Bringing a workspace back from a backup. What lies in its place is set aside first and stays whole; nothing is overwritten.

The file that comes back goes on as a new device (see `persistence/renewal.py`). A workspace with a server signs in again; then it
sends what it still held, gets what it lacks, and what the file set aside had not sent can be sent from there.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop_crm.foundation.clock import Clock, SystemClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.foundation.ids import new_device_id
from desktop_crm.persistence import copying, renewal, swapping
from desktop_crm.persistence.cipher import connector
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.security.secrets import KeyringStore, SecretStore
from desktop_crm.services.safety.backups import Backup, copy_files, copy_whole, disk_error, home_of, place_aside
from desktop_crm.services.workspace import Workspace, files_of, find_key, has_log, read_salt


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`aside`: where the file that lay in the place is now; None when there was none."""

    path: Path
    aside: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerNow:
    """What the open workspace holds beyond a backup: changed records, unsent changes, when the newest was made."""

    changes: int
    unsent: int
    last: datetime | None


def restore(
    backup: Path,
    to: Path | None = None,
    *,
    passphrase: str | None = None,
    secrets: SecretStore | None = None,
    clock: Clock | None = None,
) -> Restored:
    """Put a backup in the place of the workspace it was made of, or at `to`. The workspace must not be open.

    Raises Refusal `backup.no_home`, `workspace.in_use`, `workspace.needs_passphrase`, `workspace.wrong_key`, `workspace.newer`;
    Trouble `backup.damaged`, `disk.full`, `disk.failed`. Until its last step everything is as it was.
    """
    secrets = secrets or KeyringStore()
    backup = backup.absolute()
    path = to.absolute() if to else home_of(backup)
    if path is None:
        raise Refusal("backup.no_home", file=str(backup))
    key, salt = _proved(backup, passphrase, secrets)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as after:
            after.callback(FileLock(path).release)
            after.callback(copying.discard, swapping.incoming(path))
            swapping.finish(path)
            counters = renewal.read_counters(connector(str(path), key, salt)) if path.exists() else {}
            _draft(backup, swapping.incoming(path), key, salt, counters)
            aside = _set_aside(path, (clock or SystemClock()).now()) if path.exists() else None
            _bring_files(files_of(backup), files_of(path))
            swapping.put_in_place(path)
    except OSError as error:
        raise disk_error(error, path) from error
    return Restored(path=path, aside=aside)


def newer_than(workspace: Workspace, backup: Backup) -> NewerNow | None:
    """What would be set aside with the open workspace; None for a backup of another history or under another key."""
    database = workspace.database
    try:
        if read_salt(backup.path) != database.salt:
            return None
    except (Refusal, Trouble):
        return None
    found = renewal.read_newer(database, connector(str(backup.path), database.key, database.salt))
    if found is None:
        return None
    last = stamp_time(Stamp(found.last)).astimezone(UTC) if found.last else None
    return NewerNow(changes=found.changes, unsent=found.unsent, last=last)


def _proved(backup: Path, passphrase: str | None, secrets: SecretStore) -> tuple[bytes, bytes]:
    """Key and salt of a backup that is sound."""
    salt = read_salt(backup)
    key = find_key(backup, salt, passphrase, secrets)
    copying.prove(backup, key, salt)
    return key, salt


def _draft(backup: Path, draft: Path, key: bytes, salt: bytes, counters: renewal.Counters) -> None:
    copy_whole(backup, draft)
    database = Database(draft, key, salt)
    try:
        with database.writing() as connection:
            renewal.renew(connection, new_device_id(), counters)
    finally:
        database.close()


def _set_aside(path: Path, at: datetime) -> Path:
    """The file that lies there, its log and its files, under another name; the same bytes where the disk can share them."""
    aside = place_aside(path, at)
    aside.parent.mkdir(parents=True, exist_ok=True)
    if has_log(path):
        shutil.copyfile(path.with_name(path.name + "-wal"), aside.with_name(aside.name + "-wal"))
        copy_whole(path, aside)
    else:
        _share(path, aside)
    copy_files(files_of(path), files_of(aside), [files_of(path)])
    copying.flush_folder(aside.parent)
    return aside


def _share(path: Path, other: Path) -> None:
    """A second name for a file; where the disk has none such, a copy."""
    try:
        os.link(path, other)
    except OSError:
        copy_whole(path, other)


def _bring_files(source: Path, target: Path) -> None:
    """The backup's files beside the workspace: those that are missing or other there."""
    if not source.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        goal = target / file.name
        if not goal.exists() or not filecmp.cmp(file, goal, shallow=False):
            copy_whole(file, goal)
