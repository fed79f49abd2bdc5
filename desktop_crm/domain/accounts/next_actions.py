"""What to do next at an account: from what is missing, what runs out and what is late; the most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.domain.accounts.health import Due

RENEWAL_DAYS: Final = 90
QUOTE_DAYS: Final = 14
_PRESSING: Final = frozenset({Gap.OWNER, Gap.CONTACT, Gap.ECONOMIC_BUYER, Gap.NEXT_STEP})


class NextKind(StrEnum):
    """What a suggestion is about."""

    GAP = "gap"
    RENEWAL = "renewal"
    QUOTE = "quote"
    DEAL = "deal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A quote that runs out, or a deal whose close date has come."""

    id: str
    title: str
    day: date
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """One suggestion. `gap` names what is missing; the others speak of a record, `days` from today (below zero: past)."""

    kind: NextKind
    urgent: bool
    gap: Gap | None = None
    entity: str = ""
    row_id: str = ""
    title: str = ""
    account: str = ""
    days: int = 0
    prepared: bool = False


def next_actions(
    gaps: Sequence[Gap],
    today: date,
    *,
    renewal: Due | None,
    prepared: bool,
    quotes: Sequence[Deadline],
    deals: Sequence[Deadline],
) -> tuple[NextAction, ...]:
    """Suggestions: pressing ones first, in the order late deals, quotes, renewal, gaps."""
    found = [
        NextAction(
            kind=kind, urgent=one.day < today, entity=entity, row_id=one.id, title=one.title, account=one.account,
            days=(one.day - today).days,
        )
        for kind, entity, some in ((NextKind.DEAL, "opportunity", deals), (NextKind.QUOTE, "quote", quotes))
        for one in some
    ]  # fmt: skip
    if renewal is not None and (days := (renewal.renewal_date - today).days) <= RENEWAL_DAYS:
        found.append(
            NextAction(
                kind=NextKind.RENEWAL,
                urgent=not prepared,
                entity="contract",
                row_id=renewal.id,
                title=renewal.name,
                days=days,
                prepared=prepared,
            )
        )
    found += [NextAction(kind=NextKind.GAP, urgent=gap in _PRESSING, gap=gap) for gap in gaps]
    return tuple(sorted(found, key=lambda one: not one.urgent))
