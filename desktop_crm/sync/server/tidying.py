"""What the server does for itself, again and again: deleted rows and idle files go when their time is over, old sign-ins too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import and_, delete
from sqlalchemy.exc import DBAPIError

from desktop_crm.foundation import logs
from desktop_crm.sync.server import files, snapshots, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.purge import purge

_LOG = logs.get("desktop_crm.sync.server")
EVERY_SECONDS: Final = 6 * 3600.0
FIRST_SECONDS: Final = 60.0


def tidy(server: Server) -> tuple[int, int]:
    """Once, for one tenant: how many rows and files went."""
    now = server.clock.now()
    with server.store.writing(server.tenant) as books:
        rows = purge(books, now)
        gone = files.clear(books, now)
        snapshots.clear(books, now)
        table = tables.refresh
        old = and_(table.c.tenant_id == books.tenant, table.c.expires < now.isoformat())
        books.connection.execute(delete(table).where(old))
    return rows, gone


@contextmanager
def kept_tidy(server: Server) -> Iterator[None]:
    """Tidy in the background for as long as the block lasts. Two processes may do so at once: the second finds nothing."""
    ended = threading.Event()
    thread = threading.Thread(target=_again_and_again, args=(server, ended), name="tidying", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(5)


def _again_and_again(server: Server, ended: threading.Event) -> None:
    wait = FIRST_SECONDS
    while not ended.wait(wait):
        wait = EVERY_SECONDS
        for own in server.opened():
            try:
                rows, gone = tidy(own)
            except DBAPIError as error:
                _LOG.warning("server.tidying", kind=type(error.orig).__name__)
            else:
                _LOG.info("server.tidied", rows=rows, count=gone)
