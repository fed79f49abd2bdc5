"""Won deals that are like the one at hand: by industry, size, products, people and recency, each point with its reason. Pure.

A deal earns points out of a hundred; what is not known on either side earns none and is no reason. Deals are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from desktop_crm.domain.money import EXACT, ZERO
from desktop_crm.domain.quotes.recurring import months_between
from desktop_crm.foundation.ids import RowId


class Likeness(StrEnum):
    """In what two deals are alike."""

    INDUSTRY = "industry"
    SIZE = "size"
    PRODUCTS = "products"
    PEOPLE = "people"
    RECENCY = "recency"


POINTS: Final = {
    Likeness.PRODUCTS: Decimal(35),
    Likeness.INDUSTRY: Decimal(25),
    Likeness.PEOPLE: Decimal(15),
    Likeness.SIZE: Decimal(15),
    Likeness.RECENCY: Decimal(10),
}
"""The most that each can earn."""
FRESH_MONTHS: Final = 12
STALE_MONTHS: Final = 48
_NEAR: Final = 2
_FAR: Final = 10
_ONE: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is known of a deal or of the one at hand. `employees`: of the customer. `people`: theirs and ours, by id."""

    account_id: RowId | None = None
    industry: str = ""
    employees: int | None = None
    products: frozenset[RowId] = frozenset()
    people: frozenset[RowId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WonDeal:
    """A quote that was won, as far as it is compared. `names`: what its products, people and industry are called, by id."""

    quote_id: RowId
    number: str
    name: str
    account_name: str
    won_on: date
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a deal is like ours: what earned how many points. `ids`: the products or people shared; `figure`: employees, months."""

    kind: Likeness
    points: Decimal
    ids: tuple[RowId, ...] = ()
    figure: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A won deal with its points (0 to 100) and what they are for, the weightiest reason first."""

    deal: WonDeal
    points: Decimal
    reasons: tuple[Reason, ...]


def ranked(wanted: Side, deals: Iterable[WonDeal], today: date, limit: int = 10) -> tuple[Similar, ...]:
    """The most alike first; of equals the later won one. A deal that is only recent is not alike."""
    found = [_similar(wanted, deal, today) for deal in deals]
    alike = [one for one in found if any(reason.kind is not Likeness.RECENCY for reason in one.reasons)]
    alike.sort(key=lambda one: (-one.points, -one.deal.won_on.toordinal(), one.deal.quote_id))
    return tuple(alike[:limit])


def _similar(wanted: Side, deal: WonDeal, today: date) -> Similar:
    there = deal.side
    found = [
        _products(wanted.products, there.products),
        _industry(wanted.industry, there.industry),
        _people(wanted, there),
        _size(wanted.employees, there.employees),
        _recency(deal.won_on, today),
    ]
    reasons = sorted((one for one in found if one is not None), key=lambda one: -one.points)
    return Similar(deal=deal, points=sum((one.points for one in reasons), ZERO), reasons=tuple(reasons))


def _products(ours: frozenset[RowId], theirs: frozenset[RowId]) -> Reason | None:
    """Shared products, as a part of all that either has."""
    shared = ours & theirs
    if not shared:
        return None
    return _reason(Likeness.PRODUCTS, Decimal(len(shared)) / len(ours | theirs), ids=tuple(sorted(shared)))


def _industry(ours: str, theirs: str) -> Reason | None:
    same = ours.strip() and ours.strip().casefold() == theirs.strip().casefold()
    return _reason(Likeness.INDUSTRY, Decimal(1)) if same else None


def _people(ours: Side, theirs: Side) -> Reason | None:
    """The same customer counts as much as the same people; one person of several earns two thirds."""
    shared = tuple(sorted(ours.people & theirs.people))
    if ours.account_id and ours.account_id == theirs.account_id:
        return _reason(Likeness.PEOPLE, Decimal(1), ids=(ours.account_id, *shared))
    if not shared:
        return None
    return _reason(Likeness.PEOPLE, Decimal(1) if len(shared) > 1 else Decimal(2) / 3, ids=shared)


def _size(ours: int | None, theirs: int | None) -> Reason | None:
    """Whole points up to twice the size, none from ten times on."""
    if not ours or not theirs or min(ours, theirs) < 1:
        return None
    times = Decimal(max(ours, theirs)) / min(ours, theirs)
    if times >= _FAR:
        return None
    share = Decimal(1) if times <= _NEAR else (_FAR - times) / (_FAR - _NEAR)
    return _reason(Likeness.SIZE, share, figure=theirs)


def _recency(won_on: date, today: date) -> Reason | None:
    """Whole points within a year, none after four."""
    months = int(months_between(won_on, today)) if won_on < today else 0
    if months >= STALE_MONTHS:
        return None
    share = Decimal(STALE_MONTHS - max(months, FRESH_MONTHS)) / (STALE_MONTHS - FRESH_MONTHS)
    return _reason(Likeness.RECENCY, share, figure=months)


def _reason(kind: Likeness, share: Decimal, ids: tuple[RowId, ...] = (), figure: int | None = None) -> Reason:
    return Reason(kind=kind, points=EXACT.multiply(POINTS[kind], share).quantize(_ONE), ids=ids, figure=figure)
