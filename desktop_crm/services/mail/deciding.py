"""Mails that belong to nobody known: put with an account, or dropped. Until then the team sees nothing of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from desktop_crm.domain.activities.mail_matching import Place
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import mail as store
from desktop_crm.persistence.stores.mail import WaitingMail
from desktop_crm.services import records
from desktop_crm.services.workspace import Workspace

__all__ = ["WaitingMail"]

SHOWN = 500
_NEVER = "mail.never"


def waiting(workspace: Workspace, limit: int = SHOWN) -> tuple[WaitingMail, ...]:
    """The heads that wait for a decision, the newest first."""
    with workspace.read() as session:
        return store.waiting(session.connection(), store.OPEN, limit=limit)


def waiting_count(workspace: Workspace) -> int:
    """How many there are."""
    with workspace.read() as session:
        return store.waiting_count(session.connection())


def put_with(
    workspace: Workspace,
    keys: Sequence[str],
    account_id: str,
    contact_id: str | None = None,
    deal_id: str | None = None,
) -> int:
    """These mails belong there; the next run brings them whole. Returns how many. Raises Refusal `record.missing`, `mail.none`."""
    for entity, row_id in (("account", account_id), ("contact", contact_id), ("opportunity", deal_id)):
        if row_id:
            records.get(workspace, entity, row_id)
    place = Place(account_id=account_id, contact_id=contact_id, deal_id=deal_id)
    return _decide(workspace, keys, store.WANTED, place)


def drop(workspace: Workspace, keys: Sequence[str], *, sender_too: bool = False) -> int:
    """These stay out; of `sender_too` nothing is asked about again. Returns how many. Raises Refusal `mail.none`."""
    if sender_too:
        named = set(keys)
        senders = {one.sender for one in waiting(workspace, limit=100_000) if one.key in named and one.sender}
        with workspace.read() as session:
            held = json.loads(read_fact(session.connection(), _NEVER) or "[]")
        with workspace.database.writing() as connection:
            write_fact(connection, _NEVER, json.dumps(sorted({*held, *senders})))
        keys = [one.key for one in waiting(workspace, limit=100_000) if one.key in named or one.sender in senders]
    return _decide(workspace, keys, store.DROPPED, None)


def never(workspace: Workspace) -> tuple[str, ...]:
    """The senders nothing is asked about."""
    with workspace.read() as session:
        return tuple(json.loads(read_fact(session.connection(), _NEVER) or "[]"))


def ask_again(workspace: Workspace, *senders: str) -> None:
    """Mails of these senders that come from now on are asked about. Raises Refusal `mail.never.unknown`."""
    held = never(workspace)
    for sender in senders:
        if sender not in held:
            raise Refusal("mail.never.unknown", sender=sender)
    kept = [one for one in held if one not in senders]
    with workspace.database.writing() as connection:
        write_fact(connection, _NEVER, json.dumps(kept))


def _decide(workspace: Workspace, keys: Sequence[str], state: str, place: Place | None) -> int:
    open_ones = {one.key for one in waiting(workspace, limit=100_000)}
    known = [key for key in keys if key in open_ones]
    if not known:
        raise Refusal("mail.none")
    with workspace.database.writing() as connection:
        store.decide(connection, known, state, place)
    return len(known)
