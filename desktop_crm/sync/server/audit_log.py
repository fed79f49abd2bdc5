"""Who signed in, who was let in where, what was taken out or carried away. Ids, roles and codes; never what a customer's record says."""

from __future__ import annotations

from typing import Final

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.ids import new_id
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books

_LONGEST: Final = 200


def note(books: Books, clock: Clock, act: str, *, by: str = "", device: str = "", what: str = "") -> None:
    """One line. `act`: a dotted word such as "sign_in.wrong"; `by`: a user's id, empty for the terminal and for nobody known."""
    line = {"at": clock.now().isoformat(), "user_id": by, "device": device, "act": act, "what": what[:_LONGEST]}
    books.put(tables.audit, id=new_id(), **line)
