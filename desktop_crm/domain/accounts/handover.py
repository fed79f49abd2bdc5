"""What is told when an account is handed over: people, promises, what runs, what was said. Frozen values; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody at the account; the values of the newest map they are on, codes of the registry."""

    name: str
    title: str
    account: str
    phone: str
    email: str
    buying_role: str | None
    support: str | None
    coverage: str | None
    influence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A task that is not done."""

    subject: str
    due_on: date | None
    owner: str
    account: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A deal, a quote or a contract that runs. `state`: the stage's name, or the code of a status."""

    name: str
    state: str
    amount: Decimal | None
    currency: str
    day: date | None
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Something that was said or done."""

    at: datetime
    kind: str
    subject: str
    text: str
    contact: str
    who: str
