"""Opportunities of the demo: two years of them, each with the day on which it reached each of its stages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from desktop_crm.domain.pipeline.stages import FIRST_PIPELINE, FIRST_STAGES
from desktop_crm.services.demo import words
from desktop_crm.services.demo.catalogue import WON_PER_DOLLAR
from desktop_crm.services.demo.companies import KNOWN
from desktop_crm.services.demo.dice import Dice, Row

WON, LOST = (next(n for n, plan in enumerate(FIRST_STAGES) if plan.key == key) for key in ("won", "lost"))
QUOTED = next(n for n, plan in enumerate(FIRST_STAGES) if plan.key == "proposal")
"""Places in `FIRST_STAGES`; from `QUOTED` on there is a quote."""
_WON_SHARE = 0.5
_TIER_WEIGHTS = {"key": 6.0, "managed": 2.5, "new": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An opportunity as it is today, and its way there: (day, place in `FIRST_STAGES`), the first on the day it was opened."""

    row: Row
    way: tuple[tuple[date, int], ...]
    account: Row
    people: list[Row] = field(default_factory=list)

    @property
    def place(self) -> int:
        """Where it stands today, in `FIRST_STAGES`."""
        return self.way[-1][1]

    def last_day(self, today: date) -> date:
        """The day it was closed, or today."""
        return self.way[-1][0] if self.place >= WON else today

    @property
    def furthest(self) -> int:
        """The furthest open stage it reached."""
        return max(place for _, place in self.way if place < WON)


def deals(dice: Dice, accounts: list[Row], contacts: list[Row], products: list[Row], count: int) -> list[Deal]:
    """So many opportunities, oldest first."""
    people: dict[str, list[Row]] = defaultdict(list)
    for contact in contacts:
        people[contact["account_id"]].append(contact)
    weights = [_TIER_WEIGHTS[row["tier"]] * (2.0 if place < len(KNOWN) else 1.0) for place, row in enumerate(accounts)]
    places = dice.random.choices(accounts, weights, k=count)
    opened = sorted(dice.day_before(730) for _ in range(count))
    return [
        _deal(dice, account, people[account["id"]], products, day) for account, day in zip(places, opened, strict=True)
    ]


def _deal(dice: Dice, account: Row, people: list[Row], products: list[Row], opened: date) -> Deal:
    way = _way(dice, opened)
    place = way[-1][1]
    closed = place >= WON
    amount, currency = _amount(dice, account)
    row = {
        "id": dice.id(),
        "name": f"{dice.pick(words.PROJECTS)} {opened.year + (opened.month > 8)}",
        "external_id": None,
        "account_id": account["id"],
        "pipeline_id": FIRST_PIPELINE,
        "stage_id": FIRST_STAGES[place].id,
        "product_id": dice.pick(products)["id"],
        "contact_id": dice.pick(people)["id"] if people else None,
        "owner_id": account["owner_id"],
        "amount": amount,
        "currency": currency,
        "opened_on": opened,
        "close_date": way[-1][0] if closed else dice.today + timedelta(days=dice.number(-10, 150)),
        "next_step": None if closed else dice.pick(words.NEXT_STEPS),
        "loss_reason": dice.pick(words.LOSS_REASONS) if place == LOST else None,
        "note": f"수주 사유: {dice.pick(words.WIN_REASONS)}" if place == WON else None,
    }
    return Deal(row=row, way=way, account=account, people=people)


def _way(dice: Dice, opened: date) -> tuple[tuple[date, int], ...]:
    """Stage by stage until it is won or lost, or until today."""
    day, place = opened, 0
    way = [(day, place)]
    wins = dice.chance(_WON_SHARE)
    while True:
        day += timedelta(days=dice.number(12, 75))
        if day > dice.today:
            return tuple(way)
        falls = not wins and dice.chance(0.1 + 0.1 * place)
        place = LOST if falls else place + 1
        if place == WON and not wins:
            place = LOST
        way.append((day, place))
        if place >= WON:
            return tuple(way)


def _amount(dice: Dice, account: Row) -> tuple[Decimal, str]:
    size = {"key": 3.0, "managed": 1.5, "new": 1.0}[account["tier"]]
    won = int(size * 10 ** (6.9 + dice.random.random() * 1.4)) // 100_000 * 100_000
    if account["country"] == "KR":
        return Decimal(won), "KRW"
    return Decimal(won // WON_PER_DOLLAR // 100 * 100), "USD"
