"""What a timeline holds and may be asked for: frozen values, nothing is read or shown here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Sort(StrEnum):
    """What kind of thing an entry is, as one filters by it."""

    VISIT = "visit"
    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"
    NOTE = "note"
    TASK = "task"
    FILE = "file"
    QUOTE = "quote"
    PROPOSAL = "proposal"
    CHANGE = "change"


ACTIVITIES = (Sort.VISIT, Sort.CALL, Sort.MAIL, Sort.MEETING, Sort.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of a timeline: `whole` with the accounts below, `sort` one kind alone, `text` words that stand in it,
    `grouped` only the newest of each exchange of mails, `thread` one exchange alone.
    """

    whole: bool = False
    sort: Sort | None = None
    text: str = ""
    grouped: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEntry:
    """One thing that happened. `entity` and `row_id` open it; `field`, `before` and `after` tell a change (`after` of a
    quote is its version's sum); `among` says how many mails of its exchange there are.
    """

    sort: Sort
    at: datetime
    key: str
    entity: str
    row_id: str
    title: str
    text: str = ""
    account: str = ""
    who: str = ""
    contact: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    version: int = 0
    amount: Decimal | None = None
    currency: str = ""
    done: bool = False
    thread: str = ""
    among: int = 1
