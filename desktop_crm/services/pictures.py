"""The picture a field of a record holds: a file named by the hash of its content, beside the workspace and encrypted like
every file. It is kept no larger than paper needs, without what the camera wrote about itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import blobs, records
from desktop_crm.services.workspace import Workspace

STARTS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How the files begin that are pictures to us: PNG and JPEG."""
MOST_BYTES: Final = 8_000_000


def set_picture(workspace: Workspace, entity: str, row_id: str, field: str, path: Path) -> Changes:
    """Give a record the picture in a file.

    Raises Refusal `picture.kind`, `picture.size`, `picture.unreadable`, Trouble `picture.file`.
    """
    from desktop_crm.documents import pictures

    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("picture.file", file=path.name, reason=str(error)[:120]) from error
    if not content.startswith(STARTS):
        raise Refusal("picture.kind", file=path.name)
    if len(content) > MOST_BYTES:
        raise Refusal("picture.size", file=path.name, most=MOST_BYTES // 1_000_000)
    digest = blobs.put(workspace, pictures.prepared(content), "image/png")
    return records.set_fields(workspace, entity, row_id, {field: digest})


def remove_picture(workspace: Workspace, entity: str, row_id: str, field: str) -> Changes:
    """Take a record's picture away; the file stays for undo."""
    return records.set_fields(workspace, entity, row_id, {field: None})


def picture(workspace: Workspace, entity: str, row_id: str, field: str) -> bytes | None:
    """A record's picture; None where it has none, or where its file did not come to this laptop yet."""
    digest = records.get(workspace, entity, row_id).fields.get(field)
    if not digest:
        return None
    try:
        return blobs.get(workspace, str(digest))
    except Trouble as trouble:
        if trouble.code != "file.missing":
            raise
        return None
