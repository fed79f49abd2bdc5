"""What an administrator does to rights: grants to people and teams, accounts shared by themselves, territories.

Each act is one commit; laptops learn of it with their next pull.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.ledger import Ledger
from desktop_crm.sync.server.own_work import own_work
from desktop_crm.sync.server.reach import HOME, OF_A_TEAM
from desktop_crm.sync.server.scopes import TEAM, TERRITORY, Scopes

MODES: Final = ("r", "rw")
_FACT: Final = "territory"


def scopes_of(books: Books) -> Scopes:
    """The tenant's rule."""
    line = books.one(tables.setting, name=_FACT)
    return Scopes(line["value"] if line else "")


def set_territories(books: Books, clock: Clock, field: str, *, by: str = "") -> int:
    """From now on the account's field of that name says its territory; empty for none. Says how many accounts moved."""
    books.put(tables.setting, name=_FACT, value=field)
    table, moved = tables.ENTITIES["account"], 0
    ids = [row[0] for row in books.connection.execute(select(table.c.id).where(table.c.tenant_id == books.tenant))]
    with own_work(books, clock, Scopes(field), by=by) as ledger:
        ledger.load(("account", row_id) for row_id in ids)
        for row_id in ids:
            row = ledger.row("account", row_id)
            if ledger.target_scope(row, row.state) != row.scope:
                ledger.put(row, row.state, row.by)
                moved += 1
    return moved


def grant(books: Books, holder: str, scope: str, mode: str) -> None:
    """Let a user, or everybody of a team ("team:" and its id), read ("r") or also write ("rw") a scope; "" takes it back.

    Raises Refusal `server.grant`.
    """
    _check(books, holder)
    if scope != TEAM and not scope.startswith(TERRITORY):
        raise Refusal("server.grant", what=scope)
    if mode in MODES:
        books.give(holder, scope, mode)
    elif mode == "":
        books.revoke(holder, scope)
    else:
        raise Refusal("server.grant", what=mode)


def share(books: Books, clock: Clock, account_id: str, holder: str, mode: str, *, by: str = "") -> None:
    """Share one account, with what hangs on it, with somebody who does not see where it lies; "" ends that.

    Raises Refusal `server.grant`, `record.missing`.
    """
    _check(books, holder)
    if mode not in {"", *MODES}:
        raise Refusal("server.grant", what=mode)
    with own_work(books, clock, scopes_of(books), by=by) as ledger:
        share_row(ledger, account_id, holder, mode)


def share_row(ledger: Ledger, account_id: str, holder: str, mode: str) -> None:
    """The same within a commit. Raises Refusal `record.missing`."""
    books, row = ledger.books, ledger.row("account", account_id)
    if not row.state.complete:
        raise Refusal("record.missing", entity="account", id=account_id)
    if mode:
        books.put(tables.share, account_id=account_id, holder=holder, mode=mode)
        ledger.shared[account_id] = ledger.scopes.home(row.state.fields)
        books.put(tables.share, account_id=account_id, holder=HOME, mode=ledger.shared[account_id])
    else:
        books.remove(tables.share, account_id=account_id, holder=holder)
        if {line["holder"] for line in books.all(tables.share, account_id=account_id)} == {HOME}:
            books.remove(tables.share, account_id=account_id)
            ledger.shared.pop(account_id, None)
    if ledger.target_scope(row, row.state) != row.scope:
        ledger.put(row, row.state, row.by)


def _check(books: Books, holder: str) -> None:
    """The holder must be somebody."""
    if holder.startswith(OF_A_TEAM):
        known = books.rows("team", [holder.removeprefix(OF_A_TEAM)])
    else:
        known = books.rows("user", [holder])
    if not known:
        raise Refusal("server.grant", what=holder)
