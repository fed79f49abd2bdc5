"""What is told before a visit: people with what they said last, promises of both sides, what runs, what is new. Frozen values; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop_crm.domain.accounts.handover import KnownPerson, Running


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    """A promise: `ours` to the customer, or theirs to us."""

    id: str
    subject: str
    due_on: date | None
    done: bool
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """What somebody said last."""

    contact_id: str
    name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that happened since the last visit."""

    at: datetime
    title: str
    text: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A product that is still to be sold at a unit; `competitor` is who is there instead."""

    unit: str
    product: str
    competitor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBrief:
    """The one page before a visit. `last_visit` is None where nobody was there before."""

    account: str
    path: str
    subject: str
    at: datetime
    deal: str
    address: str
    phone: str
    last_visit: datetime | None
    people: tuple[KnownPerson, ...]
    words: tuple[LastWords, ...]
    promises: tuple[OpenPromise, ...]
    deals: tuple[Running, ...]
    quotes: tuple[Running, ...]
    renewals: tuple[Running, ...]
    gaps: tuple[Gap, ...]
    news: tuple[News, ...]
    today: date
    company: str
