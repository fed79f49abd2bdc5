"""A commit of the server's own: an administrator's act, a clean-up. What laptops see of it comes to them by the feed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop_crm.foundation.clock import Clock
from desktop_crm.sync.server.aftermath import take_followers_along
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.ledger import SERVER_DEVICE, Ledger
from desktop_crm.sync.server.scopes import Scopes


def _salt() -> str:
    return secrets.token_hex(8)


@contextmanager
def own_work(
    books: Books, clock: Clock, scopes: Scopes, *, by: str = "", new_salt: Callable[[], str] = _salt
) -> Iterator[Ledger]:
    """Take the tenant's head, let rows be changed, write them with what follows them, and close the commit. `by`: whose act it is."""
    head = books.take_head()
    ledger = Ledger(books, head.seq, clock, head.clock, scopes)
    yield ledger
    take_followers_along(ledger)
    ledger.write()
    facts = {"device": SERVER_DEVICE, "user_id": by, "at": ledger.now, "n_ops": len(ledger.changed)}
    books.close_commit(head.seq, new_salt(), ledger.last, facts)
