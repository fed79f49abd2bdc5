"""Files of an account: attached, opened, written elsewhere. Content lies encrypted beside the workspace; the record is synced."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.services import blobs, records
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace

LARGEST = 50 * 1024 * 1024
"""Bytes; what is larger belongs on a file server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file's name and content."""

    name: str
    content: bytes


def attach(workspace: Workspace, account_id: str, path: Path) -> Created:
    """Keep a copy of a file with an account. Raises Refusal `file.too_large`; Trouble `file.unreadable`, `disk.failed`."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Refusal("file.too_large", name=path.name, most=LARGEST // 1024 // 1024)
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("file.unreadable", file=str(path), reason=str(error)) from error
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    fields = {
        "name": path.name,
        "account_id": account_id,
        "owner_id": workspace.author.user_id,
        "added_at": workspace.clock.now(),
        "size": len(content),
        "mime": mime,
        "content": blobs.put(workspace, content, mime),
    }
    return records.create(workspace, "attachment", fields)


def read(workspace: Workspace, attachment_id: str) -> Attached:
    """A file that is attached. Raises Refusal `record.missing`; Trouble `file.missing`, `file.damaged`."""
    with workspace.read() as session:
        fields = record_store.get(session, "attachment", attachment_id).fields
    return Attached(name=str(fields["name"]), content=blobs.get(workspace, str(fields["content"] or "")))


def write_to(workspace: Workspace, attachment_id: str, target: Path) -> int:
    """Write a file that is attached elsewhere, whole or not at all; returns its size. Raises as `read`."""
    found = read(workspace, attachment_id)
    write_whole(target, found.content)
    return len(found.content)
