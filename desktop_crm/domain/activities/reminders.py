"""What wants doing so that something is sold or kept, with its reason, the most pressing first. Pure; today is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

GAP_DAYS = {"key": 30, "managed": 60, "new": 45}
"""So many days without a word from us, by tier, and somebody should call."""
AHEAD_DAYS = {"renewal": 90, "notice": 30, "quote": 14, "birthday": 7, "task": 0}


class Why(StrEnum):
    """The reason of a reminder."""

    TASK = "task"
    QUOTE = "quote"
    NOTICE = "notice"
    RENEWAL = "renewal"
    GAP = "gap"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One line: `entity` and `row_id` open it; `on` is the day it is about (of a gap: of the last contact)."""

    why: Why
    entity: str
    row_id: str
    title: str
    account: str
    on: date | None

    @property
    def key(self) -> str:
        """The same for the same matter; a new day is a new matter."""
        return f"{self.why}:{self.row_id}:{self.on.isoformat() if self.on else ''}"


def gap(tier: str | None, last: date | None, today: date) -> bool:
    """Whether an account of this tier heard too little from us; accounts without a tier are nobody's concern here."""
    days = GAP_DAYS.get(tier or "")
    return days is not None and (last is None or last < today - timedelta(days))


def next_birthday(born: date, today: date) -> date:
    """The next day on which somebody's birthday is kept; one of 29 February on the 28th where there is none."""
    for year in (today.year, today.year + 1):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if day >= today:
            return day
    return born


def ranked(found: Iterable[Reminder], today: date, away: dict[str, date | None]) -> tuple[Reminder, ...]:
    """The most pressing first; `away` are keys that are done (None) or put off until a day."""
    order = list(Why)
    shown = [one for one in found if one.key not in away or _is_back(away[one.key], today)]
    return tuple(sorted(shown, key=lambda one: (_distance(one, today), order.index(one.why), one.title, one.row_id)))


def _is_back(until: date | None, today: date) -> bool:
    return until is not None and until <= today


def _distance(one: Reminder, today: date) -> int:
    """Days until it presses; what is late or a gap counts as today's, the oldest first."""
    if one.on is None:
        return 0
    return 0 if one.why is Why.GAP else min((one.on - today).days, 400)
