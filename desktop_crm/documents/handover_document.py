"""What the paper of a hand-over says, as one frozen value: whom to know, what is promised, what runs, what was said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop_crm.documents.quote_document import Picture
from desktop_crm.domain.accounts.handover import KnownPerson, Promise, Running, Talk
from desktop_crm.domain.quotes.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverDocument:
    """`before` and `after`: who was and who is responsible; `score`: the account's health, None where it is not known."""

    account: str
    path: str
    before: str
    after: str
    memo: str
    team: tuple[tuple[str, str], ...]
    """Name and role of each."""
    score: int | None
    people: tuple[KnownPerson, ...]
    promises: tuple[Promise, ...]
    deals: tuple[Running, ...]
    quotes: tuple[Running, ...]
    renewals: tuple[Running, ...]
    talks: tuple[Talk, ...]
    today: date
    company: str
    paper: Paper | None = None
    pictures: tuple[Picture, ...] = ()
