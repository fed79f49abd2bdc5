"""What a concession would do before anybody makes it: discount, term and time to pay moved, against margin and approval. Pure.

1. Waiting costs: what is paid later costs us `Money.ours` percent a year of the net amount, and is worth `Money.theirs` to the
   customer; a year has 365 days. Where the two differ, days are cheaper than percents, or dearer.
2. Our result is the margin (the net amount where no cost is known) less what waiting costs. A position costs what its result
   lies below that of the quote as it stands; a longer term may make it less than nothing.
3. What the customer gets: how far the net amount lies below that of the same term at the discount as it stands, and what the
   longer time to pay is worth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from desktop_crm.domain.money import EXACT, HUNDRED, ZERO, rounded
from desktop_crm.domain.quotes.approvals.needs import Need, Surroundings, concessions, level, needed, payment_days
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.domain.quotes.recurring import YEAR, months_later
from desktop_crm.domain.schema.options import Billing

STEP: Final = Decimal("0.1")
"""Discounts move by so many percent."""
_DAYS: Final = re.compile(r"(\d{1,4})(\s*(?:일|days?\b))", re.IGNORECASE)
_OF_YEAR: Final = Decimal(365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What is offered: the discount on the whole in percent, the term of what recurs (None: nothing does), days to pay."""

    discount_percent: Decimal
    term_months: int | None
    payment_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What a year of waiting costs us, and is worth to the customer, in percent."""

    ours: Decimal = ZERO
    theirs: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """By what it is judged whom a draft needs to be shown."""

    rules: tuple[ApprovalRule, ...] = ()
    around: Surroundings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A position and what it does. `waiting`: what the time to pay costs us; `cost`: to us, `gain`: to the customer, both against
    the quote as it stands. `level`: the rank of the highest approval that is needed, None for none.
    """

    position: Position
    amounts: PricedQuote
    waiting: Decimal
    cost: Decimal
    gain: Decimal
    needs: tuple[Need, ...]

    @property
    def level(self) -> int | None:
        return level(self.needs)

    @property
    def result(self) -> Decimal:
        """What is left for us."""
        margin = self.amounts.margin
        return EXACT.subtract(self.amounts.net_amount if margin is None else margin, self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What may be put on the table while the cheapest way is looked for."""

    most_discount: Decimal
    terms: tuple[int, ...] = ()
    payments: tuple[int, ...] = ()


class Explorer:
    """Looks at positions of one quote. `words`: how the terms name a time to pay, `{days}` in it, where they name none yet."""

    def __init__(self, draft: QuoteDraft, money: Money, asking: Asking, words: str = "{days} days") -> None:
        self._draft, self._money, self._asking, self._words = draft, money, asking, words
        self.start = position_of(draft)
        self._same_term: dict[int | None, PricedQuote] = {}
        self._begin = self._result(price(draft), self.start)

    def draft_at(self, position: Position) -> QuoteDraft:
        """The draft with the position taken."""
        return moved(self._draft, position, self._words)

    def at(self, position: Position) -> Outcome:
        """What a position does."""
        draft = self.draft_at(position)
        amounts = price(draft)
        same = self._at_term(position.term_months)
        later = position.payment_days - self.start.payment_days
        gain = EXACT.add(
            EXACT.subtract(same.net_amount, amounts.net_amount), self._wait(amounts, later, self._money.theirs)
        )
        return Outcome(
            position=position,
            amounts=amounts,
            waiting=self._wait(amounts, position.payment_days, self._money.ours),
            cost=EXACT.subtract(self._begin, self._result(amounts, position)),
            gain=gain,
            needs=needed(draft, self._asking.rules, self._asking.around, amounts),
        )

    def room(self, position: Position, allowed: int | None, most: Decimal = HUNDRED) -> Decimal | None:
        """The largest discount that asks nobody above `allowed`; None where even the present one does."""
        if not _within(self.at(position).level, allowed):
            return None

        def is_over(steps: int) -> bool:
            tried = replace(position, discount_percent=position.discount_percent + steps * STEP)
            return not _within(self.at(tried).level, allowed)

        steps = int((most - position.discount_percent) / STEP)
        return position.discount_percent + STEP * (_first(is_over, steps + 1) - 1)

    def cheapest(self, wish: Decimal, table: Table, allowed: int | None, limit: int = 5) -> tuple[Outcome, ...]:
        """Positions that give the customer at least `wish` and ask nobody above `allowed`, those that cost us least first.

        For each term and time to pay the smallest discount that does it.
        """
        found = []
        for term in dict.fromkeys((self.start.term_months, *(table.terms if self.start.term_months else ()))):
            for days in dict.fromkeys((self.start.payment_days, *table.payments)):
                outcome = self._enough(wish, replace(self.start, term_months=term, payment_days=days), table)
                if outcome is not None and _within(outcome.level, allowed):
                    found.append(outcome)
        found.sort(key=lambda one: (one.cost, one.position.discount_percent, one.position.payment_days))
        return tuple(found[:limit])

    def _enough(self, wish: Decimal, position: Position, table: Table) -> Outcome | None:
        steps = int((table.most_discount - position.discount_percent) / STEP)

        def at(step: int) -> Outcome:
            return self.at(replace(position, discount_percent=position.discount_percent + step * STEP))

        if steps < 0:
            return None
        step = _first(lambda one: at(one).gain >= wish, steps + 1)
        return at(step) if step <= steps else None

    def _at_term(self, term: int | None) -> PricedQuote:
        if term not in self._same_term:
            self._same_term[term] = price(self.draft_at(replace(self.start, term_months=term)))
        return self._same_term[term]

    def _result(self, amounts: PricedQuote, position: Position) -> Decimal:
        brought = amounts.net_amount if amounts.margin is None else amounts.margin
        return EXACT.subtract(brought, self._wait(amounts, position.payment_days, self._money.ours))

    def _wait(self, amounts: PricedQuote, days: int, percent: Decimal) -> Decimal:
        yearly = EXACT.divide(EXACT.multiply(amounts.net_amount, percent), HUNDRED)
        waited = EXACT.divide(EXACT.multiply(yearly, Decimal(days)), _OF_YEAR)
        return rounded(waited, amounts.currency, self._draft.rounding_policy)


def position_of(draft: QuoteDraft) -> Position:
    """Where the quote stands now."""
    terms = [line.term_months or YEAR for line in draft.lines() if line.billing is not Billing.ONCE]
    return Position(
        discount_percent=draft.discount_percent,
        term_months=max(terms, default=None),
        payment_days=payment_days(draft.payment_terms) or 0,
    )


def moved(draft: QuoteDraft, position: Position, words: str) -> QuoteDraft:
    """The draft with that discount, that term on every line that recurs, and that time to pay in its terms."""
    now = position_of(draft)
    fresh = replace(draft, discount_percent=position.discount_percent)
    if position.payment_days != now.payment_days:
        fresh = replace(fresh, payment_terms=_with_days(draft.payment_terms, position.payment_days, words))
    months = position.term_months
    if months is None or months == now.term_months:
        return fresh
    return replace(
        fresh,
        sections=tuple(
            replace(section, lines=tuple(_with_term(line, months) for line in section.lines))
            for section in draft.sections
        ),
    )


def conceded_percent(draft: QuoteDraft, priced: PricedQuote) -> Decimal | None:
    """How far what the lines bring lies below what they would cost without any concession; None where they cost nothing."""
    counted = [one for one in concessions(draft, priced) if one.counted]
    reference = sum((one.reference for one in counted), ZERO)
    if reference <= ZERO:
        return None
    final = sum((one.final for one in counted), ZERO)
    return EXACT.divide(EXACT.multiply(EXACT.subtract(reference, final), HUNDRED), reference)


def cheapest(
    draft: QuoteDraft, wish: Decimal, table: Table, money: Money, asking: Asking, allowed: int | None
) -> tuple[Outcome, ...]:
    """The same as `Explorer.cheapest`, for a worker process."""
    return Explorer(draft, money, asking).cheapest(wish, table, allowed)


def middle(values: Sequence[Decimal]) -> Decimal | None:
    """The median."""
    ranked = sorted(values)
    if not ranked:
        return None
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else EXACT.divide(EXACT.add(ranked[half - 1], ranked[half]), Decimal(2))


def _with_term(line: QuoteLine, months: int) -> QuoteLine:
    if line.billing is Billing.ONCE:
        return line
    ends = months_later(line.starts_on, months) - timedelta(days=1) if line.starts_on and line.ends_on else None
    return replace(line, term_months=months, ends_on=ends)


def _with_days(terms: str, days: int, words: str) -> str:
    """The terms with another time to pay: the longest one they name is changed, else it is written behind them."""
    named = list(_DAYS.finditer(terms))
    if not named:
        return ", ".join(filter(None, (terms, words.format(days=days))))
    longest = max(named, key=lambda one: int(one.group(1)))
    return f"{terms[: longest.start(1)]}{days}{terms[longest.end(1) :]}"


def _within(found: int | None, allowed: int | None) -> bool:
    return found is None or (allowed is not None and found <= allowed)


def _first(holds: Callable[[int], bool], end: int) -> int:
    """The first step from which it holds, `end` when it never does; it holds from there on."""
    low, high = 0, end
    while low < high:
        half = (low + high) // 2
        if holds(half):
            high = half
        else:
            low = half + 1
    return low
