"""Small pictures of files, kept encrypted beside the workspace, so that a list of photos need not open each of them again.

They can be made anew at any time: backups and archives leave them out, and one that is lost or altered is simply not there.
"""

from __future__ import annotations

from pathlib import Path

from desktop_crm.foundation.errors import Trouble
from desktop_crm.security.content import seal, unseal
from desktop_crm.services.blobs import write_sealed
from desktop_crm.services.workspace import Workspace

_SMALL = "small"


def kept(workspace: Workspace, digest: str) -> bytes | None:
    """The small picture of a file; None where none was kept yet, nothing where the file has none."""
    try:
        sealed = _path(workspace, digest).read_bytes()
        return unseal(workspace.content_key, f"{digest}.{_SMALL}", sealed)
    except (OSError, Trouble):
        return None


def keep(workspace: Workspace, digest: str, small: bytes) -> None:
    """Keep a small picture. Raises Trouble `disk.full`, `disk.failed`."""
    write_sealed(_path(workspace, digest), seal(workspace.content_key, f"{digest}.{_SMALL}", small))


def _path(workspace: Workspace, digest: str) -> Path:
    return workspace.files / f"{digest}.{_SMALL}"  # what has an ending is left out of backups
