"""The picture of a product: a file named by the hash of its content, beside the workspace and encrypted like every file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import blobs, records
from desktop_crm.services.workspace import Workspace

KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the files begin that are pictures to us."""
MOST_BYTES: Final = 8_000_000


def set_picture(workspace: Workspace, product_id: str, path: Path) -> Changes:
    """Give a product the picture in a file. Raises Refusal `picture.kind`, `picture.size`, Trouble `picture.file`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("picture.file", file=path.name, reason=str(error)[:120]) from error
    mime = next((mime for start, mime in KINDS.items() if content.startswith(start)), None)
    if mime is None:
        raise Refusal("picture.kind", file=path.name)
    if len(content) > MOST_BYTES:
        raise Refusal("picture.size", file=path.name, most=MOST_BYTES // 1_000_000)
    return records.set_fields(workspace, "product", product_id, {"image": blobs.put(workspace, content, mime)})


def remove_picture(workspace: Workspace, product_id: str) -> Changes:
    """Take a product's picture away; the file stays for undo."""
    return records.set_fields(workspace, "product", product_id, {"image": None})


def picture(workspace: Workspace, product_id: str) -> bytes | None:
    """A product's picture; None where it has none, or where its file did not come to this laptop yet."""
    digest = records.get(workspace, "product", product_id).fields.get("image")
    if not digest:
        return None
    try:
        return blobs.get(workspace, str(digest))
    except Trouble as trouble:
        if trouble.code != "file.missing":
            raise
        return None
