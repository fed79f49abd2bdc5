"""Which approvals a draft needs, and because of what. Pure and quick: asked at each key in the builder, by the concession
explorer for offers nobody made yet, at the terminal, and by the server for what it is sent.

What is measured (percents exact, not rounded):

1. `discount`: how far what the lines bring lies below what they would cost without any concession. What a line would cost is
   its price before discounts, or, where a lower price was typed, what its price basis says. Negative lines are concessions.
2. `line_discount`: the same for the line that gave away most; options count too.
3. `margin`: as the quote shows it; of chosen lines, those of a known cost. A margin that nobody knows meets no condition.
4. `amount`: the net amount; of chosen lines, what they bring. Compared in the condition's currency by the quote's own rate; where
   the rate is missing the condition holds, to be on the safe side.
5. `term`: the longest term of a line, in months. `payment`: the longest time to pay that the terms name, in days.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from desktop_crm.domain.money import EXACT, ZERO, added
from desktop_crm.domain.quotes import basis
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, Condition
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.domain.quotes.pricing import PricedLine, PricedQuote, price
from desktop_crm.domain.quotes.rules import times_due
from desktop_crm.domain.schema.approval_options import ApprovalMeasure
from desktop_crm.domain.schema.options import AccountTier, Billing
from desktop_crm.foundation.ids import RowId

_M = ApprovalMeasure
_COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_DAYS: Final = re.compile(r"(\d{1,4})\s*(?:일|days?\b|d\b)|\bnet\s*(\d{1,4})\b", re.IGNORECASE)
_MONTHS: Final = re.compile(r"(\d{1,3})\s*(?:개월|months?\b)", re.IGNORECASE)
_MONTH: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """What rules ask of a product."""

    code: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What rules ask that does not stand in the draft. `home_currency`: that of amounts in conditions without one."""

    home_currency: str = ""
    tier: AccountTier | None = None
    products: Mapping[RowId, ProductFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A condition that holds, and what was found: `number` for measures in numbers (None where it is not known), else `words`.

    `line_id`: the line that gave away most, for `line_discount`.
    """

    condition: Condition
    number: Decimal | None = None
    words: tuple[str, ...] = ()
    line_id: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A rule that applies, and the conditions of the first of its groups that hold together; `beside`: those of the others that do."""

    rule: ApprovalRule
    findings: tuple[Finding, ...]
    beside: tuple[tuple[Finding, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concession:
    """A line as rules see it: what it would cost without concessions, what it brings, and how much percent was given away.

    `counted`: it is in the total.
    """

    line: QuoteLine
    reference: Decimal
    final: Decimal
    percent: Decimal
    counted: bool
    cost: Decimal | None = None


class ConcessionMemory:
    """What lines gave away the last time they were looked at; a line and its amounts are known by being the very same values."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[RowId, tuple[PricedLine, Concession]] = {}

    def concessions(self, draft: QuoteDraft, priced: PricedQuote) -> tuple[Concession, ...]:
        """What `concessions` gives, only changed lines looked at anew."""
        amounts = [one for head in priced.sections for one in head.lines]
        lines = list(draft.lines())
        known = self._known
        if len(known) != len(lines):
            self._known = known = {line.id: known[line.id] for line in lines if line.id in known}
        found = [known.get(line.id) for line in lines]
        for place, (held, own, line) in enumerate(zip(found, amounts, lines, strict=True)):
            if held is None or held[0] is not own or held[1].line is not line:
                found[place] = known[line.id] = (own, _concession(line, own))
        return tuple([held[1] for held in found if held is not None])


def needed(
    draft: QuoteDraft,
    rules: Sequence[ApprovalRule],
    around: Surroundings | None = None,
    priced: PricedQuote | None = None,
    memory: ConcessionMemory | None = None,
) -> tuple[Need, ...]:
    """The rules that apply to this draft, the highest rank first; empty when it may be issued without asking anybody.

    `priced`: what `price(draft)` gave, where the caller has it. `memory`: of who asks for one quote again and again. The level of
    an offer is `level(needed(…))`.
    """
    if not rules:
        return ()
    look = _Look(draft, around or Surroundings(), priced or price(draft), memory)
    found = []
    for rule in rules:
        held = [findings for group in rule.conditions if (findings := look.group(group))]
        if held:
            found.append(Need(rule=rule, findings=held[0], beside=tuple(held[1:])))
    return tuple(sorted(found, key=lambda need: (-need.rule.rank, need.rule.name, need.rule.id)))


def level(needs: Sequence[Need]) -> int | None:
    """The rank of the highest rule that applies; None when none does."""
    return max((need.rule.rank for need in needs), default=None)


def concessions(draft: QuoteDraft, priced: PricedQuote) -> tuple[Concession, ...]:
    """Every line with what it gave away."""
    by_id = priced.lines()
    return tuple(_concession(line, by_id[line.id]) for line in draft.lines())


def payment_days(terms: str) -> int | None:
    """The longest time to pay that the terms name: "30일 이내", "net 60", "2 months". None where they name none."""
    found = [int(one or other) for one, other in _DAYS.findall(terms)]
    found += [int(one) * _MONTH for one in _MONTHS.findall(terms)]
    return max(found, default=None)


def _concession(line: QuoteLine, priced: PricedLine) -> Concession:
    reference = max(priced.gross, ZERO)
    known = line.price_basis.winner(DECLARED) if line.price_basis is not None else None
    if known is not None and known.price != line.unit_price and not line.percent_of and line.quantity > ZERO:
        usual = (basis.in_blocks if known.block else basis.tiered)(known, line.quantity)
        reference = max(reference, _over_term(line, usual))
    final = priced.final
    percent = _percent(reference, final)
    return Concession(
        line=line, reference=reference, final=final, percent=percent, counted=priced.counted, cost=priced.cost
    )


def _over_term(line: QuoteLine, amount: Decimal) -> Decimal:
    if line.billing is Billing.ONCE:
        return amount
    times = times_due(line)
    return EXACT.divide(EXACT.multiply(amount, Decimal(times.numerator)), Decimal(times.denominator))


def _percent(reference: Decimal, final: Decimal) -> Decimal:
    if reference <= ZERO:
        return Decimal(100) if final < ZERO else ZERO
    return EXACT.divide(EXACT.multiply(EXACT.subtract(reference, final), Decimal(100)), reference)


class _Look:
    """One look at a draft: what was worked out once is kept for the next condition."""

    def __init__(
        self, draft: QuoteDraft, around: Surroundings, priced: PricedQuote, memory: ConcessionMemory | None
    ) -> None:
        self._draft, self._around, self._priced, self._memory = draft, around, priced, memory
        self._lines: tuple[Concession, ...] | None = None

    def group(self, group: Sequence[Condition]) -> tuple[Finding, ...]:
        """What was found for every condition; empty when one does not hold."""
        chosen: list[Concession] | None = None
        found: list[Finding | None] = [None] * len(group)
        for place, condition in enumerate(group):
            if condition.measure in {_M.PRODUCT, _M.CATEGORY}:
                chosen = self._among(self._known(chosen), condition)
                if not chosen:
                    return ()
                words = tuple(dict.fromkeys(self._word(one, condition.measure) for one in chosen))
                found[place] = Finding(condition=condition, words=words)
        for place, condition in enumerate(group):
            if found[place] is None and (finding := self._finding(condition, chosen)) is None:
                return ()
            found[place] = found[place] or finding
        return tuple(one for one in found if one is not None)

    def _known(self, chosen: list[Concession] | None) -> Sequence[Concession]:
        if chosen is not None:
            return chosen
        if self._lines is None:
            look = self._memory.concessions if self._memory is not None else concessions
            self._lines = look(self._draft, self._priced)
        return self._lines

    def _product(self, one: Concession) -> ProductFacts:
        return self._around.products.get(one.line.product_id or RowId(""), ProductFacts())

    def _word(self, one: Concession, measure: ApprovalMeasure) -> str:
        facts = self._product(one)
        return facts.category if measure is _M.CATEGORY else facts.code or one.line.name

    def _among(self, lines: Sequence[Concession], condition: Condition) -> list[Concession]:
        """The lines that name what the condition names, or do not; each product is looked at once."""
        wanted = {word.casefold() for word in condition.words}
        meant: dict[RowId | None, bool] = {}
        for one in lines:
            product = one.line.product_id
            if product not in meant:
                facts = self._product(one)
                here = {facts.category} if condition.measure is _M.CATEGORY else {facts.code, str(product or "")}
                meant[product] = any(word and word.casefold() in wanted for word in here)
        return [one for one in lines if meant[one.line.product_id] == (condition.comparison == "=")]

    def _finding(self, condition: Condition, chosen: list[Concession] | None) -> Finding | None:
        if condition.measure in {_M.CURRENCY, _M.TIER}:
            word = self._draft.currency if condition.measure is _M.CURRENCY else (self._around.tier or "")
            is_so = (word in condition.words) == (condition.comparison == "=")
            return Finding(condition=condition, words=(str(word),) if word else ()) if is_so else None
        line_id: RowId | None = None
        if condition.measure is _M.LINE_DISCOUNT:
            worst = max(self._known(chosen), key=lambda one: one.percent if one.reference else ZERO, default=None)
            number = worst.percent if worst is not None and worst.reference else ZERO
            line_id = worst.line.id if worst is not None else None
        elif condition.measure is _M.AMOUNT:
            number_or_none = self._amount(condition, chosen)
            if number_or_none is None:
                return Finding(condition=condition)
            number = number_or_none
        else:
            measured = self._measured(condition.measure, chosen)
            if measured is None:
                return None
            number = measured
        holds = _COMPARE[condition.comparison](number, condition.number or ZERO)
        return Finding(condition=condition, number=number, line_id=line_id) if holds else None

    def _measured(self, measure: ApprovalMeasure, chosen: list[Concession] | None) -> Decimal | None:
        match measure:
            case _M.DISCOUNT:
                lines = [one for one in self._known(chosen) if one.counted]
                return _percent(added([one.reference for one in lines]), added([one.final for one in lines]))
            case _M.MARGIN:
                return self._priced.margin_percent if chosen is None else self._margin(chosen)
            case _M.TERM:
                of = self._draft.lines() if chosen is None else [one.line for one in chosen]
                return Decimal(max((line.term_months or 0 for line in of), default=0))
            case _:
                days = payment_days(self._draft.payment_terms)
                return None if days is None else Decimal(days)

    def _margin(self, chosen: Sequence[Concession]) -> Decimal | None:
        known = [one for one in chosen if one.counted and one.cost is not None]
        brought = self._net(added([one.final for one in known]))
        if brought <= ZERO:
            return None
        cost = added([one.cost or ZERO for one in known])
        return EXACT.divide(EXACT.multiply(EXACT.subtract(brought, cost), Decimal(100)), brought)

    def _net(self, amount: Decimal) -> Decimal:
        """Without the tax that is inside the prices."""
        if not self._draft.tax_included or not self._priced.grand_total:
            return amount
        return EXACT.divide(EXACT.multiply(amount, self._priced.net_amount), self._priced.grand_total)

    def _amount(self, condition: Condition, chosen: list[Concession] | None) -> Decimal | None:
        """In the condition's currency; None where no rate is known."""
        if chosen is None:
            amount = self._priced.net_amount
        else:
            amount = self._net(added([one.final for one in chosen if one.counted]))
        home = self._around.home_currency or self._draft.home_currency
        wanted = condition.currency or home or self._draft.currency
        if wanted == self._draft.currency:
            return amount
        rate = self._draft.exchange_rate
        return EXACT.multiply(amount, rate) if rate is not None and wanted == home else None
