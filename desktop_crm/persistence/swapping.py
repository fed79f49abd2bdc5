"""Putting a finished file in a workspace's place, so that a kill at any moment leaves the one or the other, never a mixture.

1. A draft under way has the ending `.incoming`; what is left of one is thrown away at the next opening.
2. A draft that is whole and on disk is renamed to `.ready`: from then on it is the workspace.
3. `finish` takes away the old file's write-ahead log (it would be laid over the new file) and renames `.ready`. Killed before
   its end, it is done by the next opening, before anything is read.
Whoever calls holds the file's lock and has closed it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence.copying import discard, flush, flush_folder


def incoming(path: Path) -> Path:
    """Where a draft for this workspace is made."""
    return path.with_name(path.name + ".incoming")


def is_pending(path: Path) -> bool:
    """Whether a whole draft waits to take the workspace's place."""
    return _ready(path).exists()


def put_in_place(path: Path) -> None:
    """The draft becomes the workspace. Raises Trouble `disk.failed`."""
    try:
        draft = incoming(path)
        flush(draft)
        draft.replace(_ready(path))
        flush_folder(path.parent)
        finish(path)
    except OSError as error:
        raise Trouble("disk.failed", file=str(path), reason=str(error)) from error


def finish(path: Path) -> None:
    """End a swap that was begun, if any, and throw drafts away that were not. Raises Trouble `disk.failed`."""
    try:
        discard(incoming(path))
        if not is_pending(path):
            return
        for beside in ("-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + beside).unlink()
        flush_folder(path.parent)
        _ready(path).replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise Trouble("disk.failed", file=str(path), reason=str(error)) from error


def _ready(path: Path) -> Path:
    return path.with_name(path.name + ".ready")
