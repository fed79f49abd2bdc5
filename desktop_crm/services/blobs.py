"""Files that belong to records (issued PDFs, photos): encrypted beside the workspace, named by the hash of their content."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from desktop_crm.foundation.errors import Trouble
from desktop_crm.foundation.ids import new_id
from desktop_crm.persistence import copying
from desktop_crm.persistence.stores import blobs as store
from desktop_crm.security.content import seal, unseal
from desktop_crm.services.workspace import Workspace


def put(workspace: Workspace, content: bytes, mime: str) -> str:
    """Keep a file and return its SHA-256 in hex. The same content twice is kept once. Raises Trouble `disk.failed`.

    The file is whole on disk before the database names it, so a crash leaves at most a file that nothing names.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = _path(workspace, digest)
    if not path.exists():
        write_sealed(path, seal(workspace.content_key, digest, content))
    with workspace.database.writing() as connection:
        store.note(connection, digest, len(content), mime, path.name)
    return digest


def get(workspace: Workspace, digest: str) -> bytes:
    """A file's content. Raises Trouble `file.missing` when it is not on this laptop, `file.damaged` when it was altered."""
    try:
        sealed = _path(workspace, digest).read_bytes()
    except FileNotFoundError as error:
        raise Trouble("file.missing", hash=digest) from error
    return unseal(workspace.content_key, digest, sealed)


def _path(workspace: Workspace, digest: str) -> Path:
    return workspace.files / digest


def write_sealed(path: Path, content: bytes) -> None:
    """Write a sealed file whole or not at all. Raises Trouble `disk.full`, `disk.failed`."""
    draft = path.with_name(f"{path.name}.{new_id()}.new")  # two threads may keep the same content at once
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        copying.flush_folder(path.parent)  # else the database may name, after a power cut, what has no name yet
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        full = error.errno == errno.ENOSPC
        code, more = ("disk.full", {}) if full else ("disk.failed", {"reason": str(error)})
        raise Trouble(code, file=str(path), **more) from error


def is_here(workspace: Workspace, digest: str) -> bool:
    """Whether the file lies on this laptop."""
    return _path(workspace, digest).exists()


def let_go(workspace: Workspace, digest: str) -> None:
    """Take a file off this laptop that the server has; it can be fetched again."""
    with workspace.database.writing() as connection:
        store.let_go(connection, digest)
    _path(workspace, digest).unlink(missing_ok=True)
