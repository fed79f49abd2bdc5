"""What goes over the line after the rows: files that belong to records, and blocks of numbers for the time without a network."""

from __future__ import annotations

from typing import Final

from desktop_crm.foundation import logs
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.hlc import Stamp
from desktop_crm.persistence import outbox
from desktop_crm.persistence.numbers import highest_known
from desktop_crm.persistence.stores import sync as store
from desktop_crm.services import blobs, offline
from desktop_crm.services.workspace import Workspace
from desktop_crm.sync.protocol import Lease, SyncProtocol

_LOG = logs.get("desktop_crm.services.sync")
_BLOCK: Final = 20
_LOW: Final = 5


def exchange_files(workspace: Workspace, protocol: SyncProtocol) -> None:
    """Send files that the server lacks, fetch documents and attachments that are not here. Each file stands for itself.

    Raises Refusal `sync.quota` at the end when the server has no room for one; Trouble `sync.server.…`.
    """
    with workspace.read() as session:
        unsent = store.unsent_files(session.connection())
        missing = store.missing_files(session.connection())
    full: Refusal | None = None
    for digest, _mime in unsent:
        try:
            content = blobs.get(workspace, digest)
            if not protocol.has_blob(digest):
                protocol.put_blob(digest, content)
        except Trouble as trouble:
            if trouble.code.startswith("sync."):
                raise
            _LOG.info("sync.file.unreadable", code=trouble.code)
            continue
        except Refusal as refusal:
            if refusal.code != "sync.quota":
                raise
            full = refusal  # smaller ones may fit, and what others sent is fetched all the same
            continue
        with workspace.database.writing() as connection:
            store.note_sent(connection, digest)
    apart = offline.left_out(workspace)
    for digest, mime in missing:
        if digest in apart:
            continue
        found = protocol.get_blob(digest)
        if found is not None and blobs.put(workspace, found, mime) == digest:
            with workspace.database.writing() as connection:
                store.note_sent(connection, digest)
    if full is not None:
        raise full


def refill_numbers(workspace: Workspace, protocol: SyncProtocol) -> None:
    """Lease a new block for each series that is used here and runs low."""
    with workspace.read() as session:
        low = store.low_series(session.connection(), _LOW)
        known = {series: highest_known(session.connection(), series) for series in low}
    for series in low:
        ask = Lease(device=workspace.author.device_id, series=series, count=_BLOCK, above=known[series])
        answer = protocol.lease(ask)
        if answer.now:
            workspace.stamps.learn(Stamp(answer.now))
        with workspace.database.writing() as connection:
            store.take_block(connection, series, answer.first, answer.last)
            outbox.save_token(connection, answer.hw, workspace.stamps.last)
