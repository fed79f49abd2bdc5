"""Backups: whole copies of the workspace, its files beside it, each proved by opening it before it counts.

`X.crm.backups/` beside the workspace holds the daily ones, those made by hand and what a restore set aside; a backup may also go
anywhere else. A copy gets its name only when it is whole, so what has a name is good and a full disk costs no older one.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import copying
from desktop_crm.persistence.copying import Watch, unwatched
from desktop_crm.security import keys
from desktop_crm.services.safety import keeping
from desktop_crm.services.workspace import SUFFIX, Workspace, files_of

_FOLDER: Final = ".backups"
_STAMP: Final = "%Y-%m-%dT%H-%M-%SZ"
_PART: Final = ".part"
_ONE_AT_A_TIME: Final = threading.Lock()


class BackupKind(StrEnum):
    daily = "daily"
    hand = "hand"
    aside = "aside"  # what lay in a workspace's place before a restore


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup in a workspace's folder. `at`: UTC; `size`: bytes, its files included."""

    path: Path
    at: datetime
    kind: BackupKind
    size: int


def folder_of(workspace: Path) -> Path:
    """Where a workspace's backups lie."""
    return workspace.with_name(workspace.name + _FOLDER)


def home_of(backup: Path) -> Path | None:
    """The workspace a backup was made of, by the folder it lies in; None for one that lies elsewhere."""
    folder = backup.absolute().parent
    return folder.with_name(folder.name.removesuffix(_FOLDER)) if folder.name.endswith(SUFFIX + _FOLDER) else None


def backups_of(workspace: Path) -> tuple[Backup, ...]:
    """The backups of a workspace file, newest first; the workspace itself may be damaged or gone."""
    found = (_read(path) for path in folder_of(workspace).glob(f"*{SUFFIX}"))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True))


def make(
    workspace: Workspace,
    target: Path | None = None,
    *,
    kind: BackupKind = BackupKind.hand,
    passphrase: str | None = None,
    watch: Watch = unwatched,
) -> Backup:
    """Back the open workspace up into its folder, or into the file `target`, which must not be there. Runs beside edits.

    It opens as the workspace does; with a `passphrase` of its own it opens with that, on any machine.
    Raises Refusal `passphrase.too_short`, `backup.exists`, `backup.stopped`; Trouble `backup.unproved`, `workspace.damaged`, `disk.full`, `disk.failed`.
    """
    at = workspace.clock.now().astimezone(UTC).replace(microsecond=0)
    if passphrase:
        keys.check_new(passphrase)
    with _ONE_AT_A_TIME:
        path = target.absolute() if target else _free(folder_of(workspace.path), at, kind)
        if path.exists() or files_of(path).exists():
            raise Refusal("backup.exists", file=str(path))
        try:
            _write(workspace, path, passphrase, _Stopping(workspace, watch))
        except OSError as error:
            raise disk_error(error, path) from error
        return Backup(path=path, at=at, kind=kind, size=_size(path))


def _write(workspace: Workspace, path: Path, passphrase: str | None, watch: Watch) -> None:
    """The copy under a passing name, proved, then under its own. What was left of one that was killed goes."""
    part, part_files = path.with_name(path.name + _PART), path.with_name(path.name + _PART + ".files")
    key, salt = workspace.database.key, workspace.database.salt
    if passphrase:
        salt = keys.new_salt()
        key = keys.derive(passphrase, salt)
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear_parts(folder_of(workspace.path))
    try:
        copying.copy_file(workspace.database, part, key=key, salt=salt, watch=watch)
        if not copying.look_over(part, key, salt).sound:
            database = workspace.database
            if not copying.look_over(workspace.path, database.key, database.salt).sound:
                raise Trouble("workspace.damaged", file=str(workspace.path))
            raise Trouble("backup.unproved", file=str(path))
        earlier = [files_of(one.path) for one in backups_of(workspace.path)]
        copy_files(workspace.files, part_files, earlier)
        if part_files.exists():
            part_files.replace(files_of(path))
        part.replace(path)
        copying.flush_folder(path.parent)
    finally:
        copying.discard(part)
        shutil.rmtree(part_files, ignore_errors=True)


def _clear_parts(folder: Path) -> None:
    for left in folder.glob(f"*{_PART}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def make_daily(
    workspace: Workspace, *, days: int = keeping.DAYS, weeks: int = keeping.WEEKS, second: Path | None = None
) -> Backup | None:
    """Today's backup, if there is none yet; then the older ones are thinned out. With `second` a copy goes into that folder.

    Raises as `make`; the second folder is tried when the first copy is whole.
    """
    mine = [one for one in backups_of(workspace.path) if one.kind is BackupKind.daily]
    if not keeping.is_due([one.at.astimezone() for one in mine], workspace.today()):
        return None
    made = make(workspace, kind=BackupKind.daily)
    prune([*mine, made], days, weeks)
    if second is not None:
        _copy_into(made, second / folder_of(workspace.path).name, days, weeks)
    return made


def _copy_into(made: Backup, folder: Path, days: int, weeks: int) -> None:
    """A whole copy of a backup in another folder, thinned out as the first. Raises Trouble `disk.full`, `disk.failed`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copy_files(files_of(made.path), files_of(folder / made.path.name))
        copy_whole(made.path, folder / made.path.name)
    except OSError as error:
        raise disk_error(error, folder) from error
    found = (_read(path) for path in folder.glob(f"*{SUFFIX}"))
    prune([one for one in found if one is not None and one.kind is BackupKind.daily], days, weeks)


def prune(daily: Iterable[Backup], days: int = keeping.DAYS, weeks: int = keeping.WEEKS) -> tuple[Backup, ...]:
    """Take away the daily backups that the rule does not keep; returns them. One that cannot be removed stays."""
    moments = {one.at.astimezone(): one for one in daily}
    stays = keeping.kept(moments, days, weeks)
    gone = tuple(one for moment, one in moments.items() if moment not in stays)
    for one in gone:
        with suppress(OSError):
            one.path.unlink()
            shutil.rmtree(files_of(one.path), ignore_errors=True)
    return gone


def copy_files(source: Path, target: Path, earlier: Iterable[Path] = ()) -> None:
    """Copy a folder of sealed files; what lies unchanged in an earlier copy is linked there, so that it costs no room twice.

    A file's name is the hash of its content, so files of the same name are the same. Raises OSError.
    """
    if not source.is_dir():
        return
    known = [folder for folder in earlier if folder.is_dir()]
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if not file.is_file() or file.suffix:
            continue
        goal = target / file.name
        if not any(_linked(folder / file.name, goal, file.stat().st_size) for folder in known):
            copy_whole(file, goal)
    copying.flush_folder(target)


def copy_whole(source: Path, target: Path) -> None:
    """A file's copy that is there as a whole or not at all. Raises OSError."""
    draft = target.with_name(target.name + ".new")
    try:
        shutil.copyfile(source, draft)
        copying.flush(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def disk_error(error: OSError, path: Path) -> Trouble:
    """A full disk or one that failed, as a trouble."""
    full = error.errno == 28
    return Trouble("disk.full", file=str(path)) if full else Trouble("disk.failed", file=str(path), reason=str(error))


class _Stopping:
    """Passes progress on, and stops when the workspace is about to be closed."""

    def __init__(self, workspace: Workspace, watch: Watch) -> None:
        self._workspace, self._watch = workspace, watch

    def __call__(self, done: int, total: int) -> None:
        if self._workspace.leaving.is_set():
            raise Refusal("backup.stopped")
        self._watch(done, total)


def _linked(earlier: Path, goal: Path, size: int) -> bool:
    try:
        if earlier.stat().st_size != size:
            return False
        os.link(earlier, goal)
    except OSError:
        return False
    return True


def _free(folder: Path, at: datetime, kind: BackupKind) -> Path:
    """A name that is not taken: two backups may fall into one second."""
    name, number = f"{at.strftime(_STAMP)}-{kind}", 2
    path = folder / f"{name}{SUFFIX}"
    while path.exists():
        path, number = folder / f"{name}-{number}{SUFFIX}", number + 1
    return path


def place_aside(workspace: Path, at: datetime) -> Path:
    """Where the file that is in a restore's way goes."""
    return _free(folder_of(workspace), at.astimezone(UTC), BackupKind.aside)


def _read(path: Path) -> Backup | None:
    stamp, _, rest = path.stem.partition("Z-")
    try:
        at = datetime.strptime(stamp + "Z", _STAMP).replace(tzinfo=UTC)
        kind = BackupKind(rest.partition("-")[0])
        return Backup(path=path, at=at, kind=kind, size=_size(path))
    except (ValueError, OSError):
        return None


def _size(path: Path) -> int:
    files = files_of(path)
    beside = sum(file.stat().st_size for file in files.iterdir()) if files.is_dir() else 0
    return path.stat().st_size + beside
