"""The pricing rules themselves: each takes the sheet of a draft's lines one step further. Pure; `pricing` sets them in order.

A rule changes amounts of lines (exact, before rounding) or hands a discount out to them; where someone listens, it says what it did:
each line's steps stand together, those of sections and of the whole after them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from desktop_crm.domain.money import EXACT, HUNDRED, ZERO, added, allocate, rounded
from desktop_crm.domain.quotes import basis
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.order import DECLARED, ON_LINES, ON_SUMS, SOURCES, Rule
from desktop_crm.domain.quotes.recurring import periods
from desktop_crm.domain.quotes.taxing import Rounding, part
from desktop_crm.domain.schema.options import Billing, BundlePrice, RoundingLevel
from desktop_crm.foundation.ids import RowId

_FINE: Final = Decimal("0.000000000001")
HAND: Final = "hand"
"""The step of a price that a person typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One step. `line_id` None: of the whole; a section's step has its id. `amount`: what stands after it."""

    rule: str
    amount: Decimal
    line_id: RowId | None = None
    section_id: RowId | None = None
    source: str = ""
    day: date | None = None


class Sheet:
    """The lines of a draft while they are priced. Lists run side by side, one place a line."""

    __slots__ = (
        "amounts", "based", "bases", "children", "counted", "draft", "gross", "heads", "line_steps", "lines", "nets", "order", "parts",
        "places", "rounding", "section_off", "section_shares", "steps", "whole_off", "whole_shares",
    )  # fmt: skip

    def __init__(self, draft: QuoteDraft, order: Sequence[Rule], *, told: bool = False) -> None:
        self.draft = draft
        self.order = tuple(order)
        self.rounding = Rounding.of(draft.currency, draft.rounding_policy, draft.rounding_level)
        self.lines: list[QuoteLine] = []
        self.heads: list[int] = []
        """The place of its section, for each line."""
        self.counted: list[bool] = []
        optional = _optional_sections(draft)
        for head, section in enumerate(draft.sections):
            self.lines += section.lines
            self.heads += [head] * len(section.lines)
            outside = optional[head]
            self.counted += [not (line.optional or outside) for line in section.lines]
        count = len(self.lines)
        self.line_steps: list[tuple[TraceStep, ...]] | None = [()] * count if told else None
        self.steps: list[TraceStep] = []
        """Those of sections and of the whole."""
        self.amounts: list[Decimal] = []
        self.based: list[Decimal] = []
        """What each line came to when percents of the others were taken."""
        self.bases: list[Decimal] | None = None
        """For lines apart from the quote: what each takes its percent of."""
        self.gross: list[Decimal] = []
        self.nets: list[Decimal] = []
        self.section_shares = [ZERO] * count
        self.whole_shares = [ZERO] * count
        self.section_off = [ZERO] * len(draft.sections)
        self.whole_off = ZERO
        self.places: dict[RowId, int] = {}
        self.children: dict[int, list[int]] = {}
        self.parts: set[int] = set()
        """Places of lines that are parts of a bundle."""
        if any([line.parent_id for line in self.lines]):  # noqa: C419 - a list is quicker for lines of which none has one
            self.places = {line.id: place for place, line in enumerate(self.lines)}
            self._find_children()

    def begin(self) -> None:
        """Quantity times price on each line; parts that were not taken cost nothing."""
        self.amounts = [_first_amount(line) for line in self.lines]
        for place in self.parts:
            if self.lines[place].optional:
                self.amounts[place] = ZERO
        self.gross = self.amounts

    @property
    def ringed(self) -> bool:
        """Whether a circle of bundles was cut."""
        return len(self.parts) != sum([line.parent_id in self.places for line in self.lines if line.parent_id])

    def top(self, place: int) -> int:
        """The place of the outermost bundle that a line lies in; its own place where it lies in none."""
        while place in self.parts:
            place = self.places[self.lines[place].parent_id or RowId("")]
        return place

    def _find_children(self) -> None:
        for place, line in enumerate(self.lines):
            above = self.places.get(line.parent_id) if line.parent_id else None
            if above is None or self._is_below(above, place):
                continue
            self.children.setdefault(above, []).append(place)
            self.parts.add(place)
            self.counted[place] = False

    def _is_below(self, place: int, other: int) -> bool:
        """Whether going up from one line leads to the other: a circle, which is cut."""
        seen: set[int] = set()
        while place not in seen:
            if place == other:
                return True
            seen.add(place)
            above = self.lines[place].parent_id
            if above is None or above not in self.places:
                return False
            place = self.places[above]
        return True

    def tell(self, place: int, rule: str, source: str = "", day: date | None = None) -> None:
        """Say what stands on a line now."""
        self.say(place, rule, self.amounts[place], source, day)

    def say(self, place: int, rule: str, amount: Decimal, source: str = "", day: date | None = None) -> None:
        """Say a step of a line."""
        if self.line_steps is not None:
            step = TraceStep(rule=rule, amount=amount, line_id=self.lines[place].id, source=source, day=day)
            self.line_steps[place] += (step,)

    def remaining(self, places: Collection[int]) -> list[Decimal]:
        """What lines still bear after the discounts handed out so far."""
        nets = [self.nets[place] for place in places]
        for shares, given in ((self.section_shares, any(self.section_off)), (self.whole_shares, bool(self.whole_off))):
            if given:
                nets = [EXACT.subtract(net, shares[place]) for net, place in zip(nets, places, strict=True)]
        return nets


def on_source(sheet: Sheet, rule: Rule) -> None:
    """The prices that were known, in their order; the last one (or the one that was typed) stands on the line already."""
    if sheet.line_steps is None:
        return
    last = rule == [one for one in sheet.order if one in SOURCES][-1]
    for place, line in enumerate(sheet.lines):
        known = line.price_basis.sources if line.price_basis is not None else ()
        for source in known:
            if source.rule == rule:
                sheet.say(place, rule, source.price, source.name, source.day)
        if last:
            if _source(line, sheet.order) is None:
                sheet.say(place, HAND, line.unit_price)
            sheet.tell(place, "quantity", _times(line))


def on_tiers(sheet: Sheet, rule: Rule) -> None:
    """Lines whose price goes down with the quantity."""
    for place, line in enumerate(sheet.lines):
        if line.price_basis is None:
            continue
        source = _source(line, sheet.order)
        if source is not None and source.tiers and not source.block:
            sheet.amounts[place] = _recurring(line, basis.tiered(source, line.quantity))
            sheet.tell(place, rule, f"{source.tier_mode or 'volume'}: {basis.tiers_text(source.tiers)}", source.day)


def on_blocks(sheet: Sheet, rule: Rule) -> None:
    """Lines that are sold in whole blocks."""
    for place, line in enumerate(sheet.lines):
        if line.price_basis is None:
            continue
        source = _source(line, sheet.order)
        if source is not None and source.block > ZERO:
            sheet.amounts[place] = _recurring(line, basis.in_blocks(source, line.quantity))
            sheet.tell(place, rule, str(source.block), source.day)


def on_bundles(sheet: Sheet, rule: Rule) -> None:
    """Bundles that cost what their parts cost, the innermost first."""
    for place in sorted(sheet.children, key=lambda one: -_depth(sheet, one)):
        if sheet.lines[place].bundle_price is not BundlePrice.FIXED:
            sheet.amounts[place] = added([sheet.amounts[part_] for part_ in sheet.children[place]])
            sheet.tell(place, rule, str(len(sheet.children[place])))


def on_percents(sheet: Sheet, rule: Rule) -> None:
    """Lines that are so many percent of the others."""
    sheet.based = list(sheet.amounts)
    wanted = [place for place, line in enumerate(sheet.lines) if line.percent_of]
    if not wanted:
        return
    bases = sheet.bases if sheet.bases is not None else percent_bases(sheet, sheet.based)
    for place in wanted:
        line, total = sheet.lines[place], bases[place]
        sheet.amounts[place] = part(total, line.percent_of)
        sheet.tell(place, rule, f"{line.percent_of.normalize():f} % x {total:f}")


def percent_bases(sheet: Sheet, based: Sequence[Decimal]) -> list[Decimal]:
    """For each line what a percent is taken of: the others of its section, or of the whole."""
    sums: dict[int, list[Decimal]] = {}
    for place, line in enumerate(sheet.lines):
        if sheet.counted[place] and not line.percent_of:
            sums.setdefault(sheet.heads[place], []).append(based[place])
    sections = {head: added(amounts) for head, amounts in sums.items()}
    whole = added(list(sections.values()))
    return [
        sections.get(head, ZERO) if line.percent_of_section else whole
        for line, head in zip(sheet.lines, sheet.heads, strict=True)
    ]


def on_line_discounts(sheet: Sheet, rule: Rule) -> None:
    """The discount of each line: its percent, then its amount."""
    sheet.gross = list(sheet.amounts)
    for place, line in enumerate(sheet.lines):
        if not line.discount_percent and not line.discount_amount:
            continue
        amount = sheet.amounts[place]
        if line.discount_percent:
            amount = part(amount, EXACT.subtract(HUNDRED, line.discount_percent))
        if line.discount_amount:
            amount = EXACT.subtract(amount, line.discount_amount)
        sheet.amounts[place] = amount
        if sheet.line_steps is not None:
            sheet.tell(place, rule, _off(line.discount_percent, line.discount_amount))


def round_lines(sheet: Sheet) -> None:
    """Each line's amount in whole units, unless only the document is rounded."""
    whole, exact = sheet.rounding.whole, sheet.rounding.level is RoundingLevel.DOCUMENT
    sheet.nets = list(sheet.amounts) if exact else [whole(amount) for amount in sheet.amounts]
    if sheet.line_steps is not None:
        for place, net in enumerate(sheet.nets):
            if net != sheet.amounts[place]:
                sheet.amounts[place] = net
                sheet.tell(place, Rule.ROUNDING, sheet.draft.rounding_policy.value)


def on_section_discounts(sheet: Sheet, rule: Rule) -> None:
    """The discount of each section, spread over its lines and those of the sections below it."""
    for head, section in enumerate(sheet.draft.sections):
        if not section.discount_percent and not section.discount_amount:
            continue
        below = _below(sheet.draft, head)
        places = [place for place, own in enumerate(sheet.heads) if own in below and place not in sheet.parts]
        live = [place for place in places if sheet.counted[place]] or places
        left = sheet.remaining(live)
        off = _discount(sheet, added(left), section.discount_percent, section.discount_amount)
        sheet.section_off[head], shares = _shared(sheet, off, left)
        for place, share in zip(live, shares, strict=True):
            sheet.section_shares[place] = EXACT.add(sheet.section_shares[place], share)
        _tell_shares(sheet, rule, live, shares, section.name)
        if sheet.line_steps is not None:
            what = _off(section.discount_percent, section.discount_amount)
            amount = EXACT.subtract(ZERO, sheet.section_off[head])
            sheet.steps.append(TraceStep(rule=rule, amount=amount, section_id=section.id, source=what))


def on_whole_discount(sheet: Sheet, rule: Rule) -> None:
    """The discount on the whole, spread over all lines that count."""
    draft = sheet.draft
    if not draft.discount_percent and not draft.discount_amount:
        return
    places = [place for place, counts in enumerate(sheet.counted) if counts]
    left = sheet.remaining(places)
    off = _discount(sheet, added(left), draft.discount_percent, draft.discount_amount)
    sheet.whole_off, shares = _shared(sheet, off, left)
    for place, share in zip(places, shares, strict=True):
        sheet.whole_shares[place] = share
    _tell_shares(sheet, rule, places, shares, "")
    if sheet.line_steps is not None and sheet.whole_off:
        what = _off(draft.discount_percent, draft.discount_amount)
        sheet.steps.append(TraceStep(rule=rule, amount=EXACT.subtract(ZERO, sheet.whole_off), source=what))


RULES: Final[dict[Rule, Callable[[Sheet, Rule], None]]] = {
    **dict.fromkeys(SOURCES, on_source),
    Rule.TIERS: on_tiers,
    Rule.BLOCK: on_blocks,
    Rule.BUNDLE: on_bundles,
    Rule.PERCENT_OF_TOTAL: on_percents,
    Rule.LINE_DISCOUNT: on_line_discounts,
    Rule.SECTION_DISCOUNT: on_section_discounts,
    Rule.WHOLE_DISCOUNT: on_whole_discount,
}


def run_on_lines(sheet: Sheet) -> None:
    """The rules on lines, in the sheet's order, and their rounding."""
    sheet.begin()
    for rule in sheet.order:
        if rule in SOURCES or rule in ON_LINES:
            RULES[rule](sheet, rule)
    round_lines(sheet)


def run_on_sums(sheet: Sheet) -> None:
    """The discounts of sections and of the whole, in the sheet's order."""
    for rule in sheet.order:
        if rule in ON_SUMS:
            RULES[rule](sheet, rule)


def by_hand(line: QuoteLine, order: Sequence[str] = DECLARED) -> bool:
    """Whether a person set another price than the catalogue said when the product was taken."""
    return line.price_basis is not None and bool(line.price_basis.sources) and _source(line, order) is None


def _source(line: QuoteLine, order: Sequence[str]) -> basis.PriceSource | None:
    """What set the line's price, unless a person typed another one."""
    winner = line.price_basis.winner(order) if line.price_basis is not None else None
    return winner if winner is not None and winner.price == line.unit_price else None


def _first_amount(line: QuoteLine) -> Decimal:
    return _recurring(line, EXACT.multiply(line.quantity, line.unit_price))


def _recurring(line: QuoteLine, amount: Decimal) -> Decimal:
    """Over the whole term, to twelve places where a month is counted by its days."""
    if line.billing is Billing.ONCE:
        return amount
    times = times_due(line)
    found = EXACT.divide(EXACT.multiply(amount, Decimal(times.numerator)), Decimal(times.denominator))
    return found.quantize(_FINE, ROUND_HALF_EVEN, EXACT).normalize(EXACT)


def times_due(line: QuoteLine) -> Fraction:
    """How many times the line's price is due."""
    return periods(
        line.billing, term_months=line.term_months, starts_on=line.starts_on, ends_on=line.ends_on, ramp=line.ramp
    )


def _times(line: QuoteLine) -> str:
    text = f"{line.quantity.normalize(EXACT):f} x {line.unit_price.normalize(EXACT):f}"
    return text if line.billing is Billing.ONCE else f"{text} x {times_due(line)}"


def _off(percent: Decimal, amount: Decimal) -> str:
    parts = [f"{percent.normalize(EXACT):f} %"] if percent else []
    return " + ".join([*parts, f"{amount.normalize(EXACT):f}"] if amount else parts)


def _depth(sheet: Sheet, place: int) -> int:
    """How many bundles a line lies in."""
    depth, above = 0, sheet.lines[place].parent_id
    while above is not None and above in sheet.places and depth < len(sheet.lines):
        depth, above = depth + 1, sheet.lines[sheet.places[above]].parent_id
    return depth


def _optional_sections(draft: QuoteDraft) -> list[bool]:
    """For each section whether it, or one above it, is outside the total."""
    if not any(section.optional for section in draft.sections):
        return [False] * len(draft.sections)
    return [any(draft.sections[head].optional for head in _above(draft, place)) for place in range(len(draft.sections))]


def _above(draft: QuoteDraft, head: int) -> list[int]:
    """The section and those above it; a circle ends where it closes."""
    places = {section.id: place for place, section in enumerate(draft.sections)}
    found = [head]
    while True:
        parent = draft.sections[found[-1]].parent_id
        above = places.get(parent) if parent else None
        if above is None or above in found:
            return found
        found.append(above)


def _below(draft: QuoteDraft, head: int) -> set[int]:
    """The section and those below it."""
    if not any(section.parent_id for section in draft.sections):
        return {head}
    return {place for place in range(len(draft.sections)) if head in _above(draft, place)}


def _discount(sheet: Sheet, total: Decimal, percent: Decimal, amount: Decimal) -> Decimal:
    """A discount on a sum: its percent and the amount that was agreed, each in whole units."""
    draft = sheet.draft
    off = rounded(part(total, percent), draft.currency, draft.rounding_policy)
    return EXACT.add(off, rounded(amount, draft.currency, draft.rounding_policy)) if amount else off


def _shared(sheet: Sheet, off: Decimal, left: Sequence[Decimal]) -> tuple[Decimal, list[Decimal]]:
    """The discount handed out. Lines against the sum's sign (returns, credits) bear none of it; no line, no discount."""
    back = added(left) < ZERO
    weights = [max(EXACT.minus(net) if back else net, ZERO) for net in left]
    if not off or not any(weights):
        return ZERO, [ZERO] * len(left)
    return off, allocate(off, weights, sheet.draft.currency)


def _tell_shares(sheet: Sheet, rule: str, places: Sequence[int], shares: Sequence[Decimal], source: str) -> None:
    if sheet.line_steps is None:
        return
    for place, share in zip(places, shares, strict=True):
        if share:
            sheet.amounts[place] = EXACT.subtract(sheet.amounts[place], share)
            sheet.tell(place, rule, source)
