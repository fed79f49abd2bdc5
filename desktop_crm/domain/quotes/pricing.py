"""What a quote comes to: the one place that turns a draft into amounts, for the screen, the list, the PDF and the export.

1. A line: quantity times price (over its whole term where it is due again and again), then the rules on lines in their order:
   tiers, blocks, bundles, percent of the total, the line's discount. Rounded to the smallest unit by the quote's policy.
2. A section: the sum of its lines less its own discount. The subtotal: the sum of all sections. Optional lines and sections and
   the parts of bundles are not in it.
3. The discount on the whole: percent of the subtotal, rounded once, and the amount that was agreed; spread over the lines in
   proportion, exactly.
4. Tax (세액): for each rate on what its lines bear, rounded as the quote's level says; on top of the price, or inside it.
   Net amount (공급가액): subtotal less that discount, without tax. Grand total (합계): net plus tax.

So every printed figure is a sum of printed figures. Pure and quick: 1,000 lines are priced within one frame, on each key. Who prices
one quote again and again hands in a `LineMemory`: then only lines that were changed are worked out, the sums from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from operator import is_

from desktop_crm.domain.money import EXACT, ZERO, added, rounded
from desktop_crm.domain.quotes.canonical import LATER
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED, Rule, checked
from desktop_crm.domain.quotes.rules import Sheet, TraceStep, percent_bases, run_on_lines, run_on_sums, times_due
from desktop_crm.domain.quotes.taxing import Item, Tax, Taxed, tax_items
from desktop_crm.domain.schema.options import Billing, RoundingLevel, TaxClass
from desktop_crm.foundation.ids import RowId

_TaxKey = tuple[TaxClass, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """`gross`: before any discount, unrounded. `net`: the line's printed amount. `share`: its part of the discount on the whole.

    `counted`: whether it is in the total (an option or a part of a bundle is not). `cost`: of the whole line.
    """

    id: RowId
    gross: Decimal
    net: Decimal
    share: Decimal
    section_share: Decimal = field(default=ZERO, metadata=LATER)
    counted: bool = field(default=True, metadata=LATER)
    cost: Decimal | None = field(default=None, metadata=LATER)

    @property
    def final(self) -> Decimal:
        """What the line brings in the end."""
        return EXACT.subtract(EXACT.subtract(self.net, self.section_share), self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedSection:
    """A section's sum, less its own discount, and its lines."""

    id: RowId
    net: Decimal
    lines: tuple[PricedLine, ...]
    discount: Decimal = field(default=ZERO, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """The tax at one rate (percent) on everything that is taxed at it; zero-rated and exempt stand apart."""

    rate: Decimal
    base: Decimal
    amount: Decimal
    tax_class: TaxClass = field(default=TaxClass.STANDARD, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedQuote:
    """Every amount of a quote, in whole smallest units of its currency.

    `recurring`: how much of the subtotal is due again and again. `cost`: of all lines whose cost is known; None for no line.
    """

    currency: str
    sections: tuple[PricedSection, ...]
    subtotal: Decimal
    discount_amount: Decimal
    net_amount: Decimal
    taxes: tuple[TaxShare, ...]
    tax_amount: Decimal
    grand_total: Decimal
    recurring: Decimal = field(default=ZERO, metadata=LATER)
    optional: Decimal = field(default=ZERO, metadata=LATER)
    cost: Decimal | None = field(default=None, metadata=LATER)
    costed: Decimal = field(default=ZERO, metadata=LATER)
    prepaid: Decimal = field(default=ZERO, metadata=LATER)

    @property
    def payable(self) -> Decimal:
        """What is left to pay."""
        return EXACT.subtract(self.grand_total, self.prepaid)

    @property
    def margin(self) -> Decimal | None:
        """What lines with a known cost bring beyond it."""
        return None if self.cost is None else EXACT.subtract(self.costed, self.cost)

    @property
    def margin_percent(self) -> Decimal | None:
        """The same as percent of what they bring."""
        margin = self.margin
        if margin is None or self.costed <= ZERO:
            return None
        return EXACT.divide(margin * 100, self.costed)

    def lines(self) -> dict[RowId, PricedLine]:
        """Lines by id."""
        return {line.id: line for section in self.sections for line in section.lines}


@dataclass(frozen=True, slots=True)
class _Worth:
    """What a line came to by itself. `priced`: as it stands in the total without a share of any discount.

    `kin`: all lines of the bundle it lies in, in their order; empty for a line by itself. `based`: what others take a percent of.
    `base`: what it takes its own percent of.
    """

    line: QuoteLine
    kin: tuple[QuoteLine, ...]
    based: Decimal
    base: Decimal | None
    net: Decimal
    cost: Decimal | None
    priced: PricedLine
    steps: tuple[TraceStep, ...] | None
    tax_key: _TaxKey


class LineMemory:
    """What the lines of one quote came to the last time it was priced. A line is known by being the very same value.

    Gives what pricing from nothing gives: a line's own amount hangs on that line and the quote's rounding, rules and currency; that
    of a bundle on its parts too; that of a percent of others on their sum. Only where percents lie in bundles it keeps still.
    One thread at a time.
    """

    __slots__ = ("_known", "_setting")

    def __init__(self) -> None:
        self._setting: tuple[object, ...] = ()
        self._known: dict[RowId, _Worth] = {}

    def worths(self, sheet: Sheet) -> list[_Worth] | None:
        """Of each line, the changed ones worked out anew; None where they cannot be told apart."""
        percents = [place for place, line in enumerate(sheet.lines) if line.percent_of]
        if sheet.ringed or any([place in sheet.parts or place in sheet.children for place in percents]):  # noqa: C419
            self._known = {}
            return None
        setting = (sheet.draft.currency, sheet.rounding, sheet.order)
        if setting != self._setting:
            self._setting, self._known = setting, {}
        kin = _kin(sheet)
        later = set(percents)
        found = self._all_remembered(sheet, kin)
        for place in percents:
            found[place] = None
        fresh = [place for place, worth in enumerate(found) if worth is None and place not in later]
        _fill(sheet, found, fresh, kin)
        if percents:
            bases = percent_bases(sheet, [ZERO if one is None else one.based for one in found])
            for place in percents:
                known = self._remembered(sheet, place, kin)
                base = None if known is None else known.base
                same = (
                    base is not None and base.compare_total(bases[place]) == ZERO
                )  # 10 and 10.00 are told differently
                found[place] = known if same else None
            changed = [place for place in percents if found[place] is None]
            _fill(sheet, found, changed, kin, [bases[place] for place in changed])
            fresh += changed
        every = [one for one in found if one is not None]
        if fresh or len(self._known) != len(every):
            self._keep(every, fresh)
        return every

    def _keep(self, every: list[_Worth], fresh: list[int]) -> None:
        """Know all these from now on; where only some values are others, only those are exchanged."""
        for place in fresh:
            self._known[every[place].line.id] = every[place]
        if len(self._known) != len(every):
            self._known = {one.line.id: one for one in every}

    def _all_remembered(self, sheet: Sheet, kin: dict[int, tuple[QuoteLine, ...]]) -> list[_Worth | None]:
        """For each line what it came to, None where that is not known any more."""
        found = [self._known.get(line.id) for line in sheet.lines]
        told = sheet.line_steps is not None
        if kin or any([one is not None and (one.kin or (told and one.steps is None)) for one in found]):  # noqa: C419
            return [self._remembered(sheet, place, kin) for place in range(len(sheet.lines))]
        return [
            one if one is not None and one.line is line else None for one, line in zip(found, sheet.lines, strict=True)
        ]

    def _remembered(self, sheet: Sheet, place: int, kin: dict[int, tuple[QuoteLine, ...]]) -> _Worth | None:
        line = sheet.lines[place]
        worth = self._known.get(line.id)
        if worth is None or worth.line is not line or (sheet.line_steps is not None and worth.steps is None):
            return None
        if worth.kin or kin:
            now = kin.get(place, ())
            same = len(now) == len(worth.kin) and all(map(is_, now, worth.kin))
            return worth if same else None
        return worth


def _kin(sheet: Sheet) -> dict[int, tuple[QuoteLine, ...]]:
    """For each line of a bundle, all lines of it."""
    if not sheet.parts:
        return {}
    tops: dict[int, list[int]] = {}
    for place in sorted(sheet.parts | sheet.children.keys()):
        tops.setdefault(sheet.top(place), []).append(place)
    found = {}
    for places in tops.values():
        lines = tuple(sheet.lines[place] for place in places)
        found.update(dict.fromkeys(places, lines))
    return found


def _fill(
    sheet: Sheet,
    found: list[_Worth | None],
    fresh: Sequence[int],
    kin: dict[int, tuple[QuoteLine, ...]],
    bases: list[Decimal] | None = None,
) -> None:
    """Work out the lines at some places; a bundle's are there all together."""
    if fresh:
        lines = [sheet.lines[place] for place in fresh]
        of = [kin.get(place, ()) for place in fresh]
        for place, worth in zip(fresh, _worked_out(sheet, lines, of, bases), strict=True):
            found[place] = worth


def price(draft: QuoteDraft, memory: LineMemory | None = None) -> PricedQuote:
    """All amounts of the draft."""
    return _priced(Sheet(draft, _order(draft)), memory)


def explain(draft: QuoteDraft, memory: LineMemory | None = None) -> tuple[PricedQuote, tuple[TraceStep, ...]]:
    """The same amounts, and every step that led to them: line by line, then sections and the whole."""
    sheet = Sheet(draft, _order(draft), told=True)
    priced = _priced(sheet, memory)
    steps = list(chain.from_iterable(sheet.line_steps or ()))
    steps += sheet.steps
    steps.append(TraceStep(rule="subtotal", amount=priced.subtotal))
    steps.append(TraceStep(rule="net", amount=priced.net_amount))
    for tax in priced.taxes:
        what = f"{tax.tax_class} {tax.rate.normalize(EXACT):f} % x {tax.base:f}"
        steps.append(TraceStep(rule=Rule.TAX, amount=tax.amount, source=what))
    policy = f"{draft.rounding_policy} / {draft.rounding_level}"
    steps.append(TraceStep(rule=Rule.ROUNDING, amount=priced.grand_total, source=policy))
    if draft.prepaid:
        steps.append(TraceStep(rule="prepaid", amount=priced.payable, source=f"{draft.prepaid.normalize(EXACT):f}"))
    if draft.exchange_rate is not None:
        home = home_total(draft, priced)
        what = f"{draft.exchange_rate.normalize(EXACT):f} {draft.home_currency}"
        steps.append(TraceStep(rule="exchange", amount=home or ZERO, source=what, day=draft.exchange_on))
    return priced, tuple(steps)


def home_total(draft: QuoteDraft, priced: PricedQuote) -> Decimal | None:
    """The grand total in the workspace's currency, by the rate that is stored with the quote."""
    if draft.exchange_rate is None or not draft.home_currency:
        return None
    return rounded(EXACT.multiply(priced.grand_total, draft.exchange_rate), draft.home_currency, draft.rounding_policy)


def _order(draft: QuoteDraft) -> tuple[Rule, ...]:
    return checked(draft.pricing_order) if draft.pricing_order else DECLARED


def _priced(sheet: Sheet, memory: LineMemory | None) -> PricedQuote:
    worths = memory.worths(sheet) if memory is not None else None
    if worths is None:
        run_on_lines(sheet)
        costs, taxed_as = [_cost(line) for line in sheet.lines], [_tax_key(line) for line in sheet.lines]
    else:
        sheet.nets = [one.net for one in worths]
        sheet.amounts = list(sheet.nets)
        costs, taxed_as = [one.cost for one in worths], [one.tax_key for one in worths]
        if sheet.line_steps is not None:
            sheet.line_steps = [one.steps or () for one in worths]
    run_on_sums(sheet)
    draft, whole = sheet.draft, sheet.rounding.whole
    left = sheet.remaining(range(len(sheet.lines)))
    if not all(sheet.counted):
        left = [one if counts else ZERO for one, counts in zip(left, sheet.counted, strict=True)]
    taxed = _taxed(sheet, left, taxed_as)
    subtotal = whole(EXACT.add(added(left), sheet.whole_off))
    known = [place for place, cost in enumerate(costs) if cost is not None]
    if sheet.parts or not all(sheet.counted):
        known = [place for place in known if _bears(sheet, place)]
    cost = whole(added([costs[place] or ZERO for place in known])) if known else None
    return PricedQuote(
        currency=draft.currency,
        sections=_sections(sheet, _lines_alone(sheet, costs) if worths is None else [one.priced for one in worths]),
        subtotal=subtotal,
        discount_amount=sheet.whole_off,
        net_amount=taxed.net,
        taxes=_tax_shares(taxed),
        tax_amount=taxed.tax,
        grand_total=taxed.gross,
        recurring=whole(added([left[p] for p, line in enumerate(sheet.lines) if line.billing is not Billing.ONCE])),
        optional=whole(added([sheet.nets[p] for p in _options(sheet)])),
        cost=cost,
        costed=whole(_costed(sheet, left, known, taxed)),
        prepaid=draft.prepaid,
    )


def _worked_out(
    sheet: Sheet,
    lines: Sequence[QuoteLine],
    kin: Sequence[tuple[QuoteLine, ...]],
    bases: list[Decimal] | None,
) -> list[_Worth]:
    """What some lines come to by themselves: the rules themselves, run over these alone."""
    some = replace(sheet.draft, sections=(QuoteSection(id=LOOSE, lines=tuple(lines)),))
    alone = Sheet(some, sheet.order, told=sheet.line_steps is not None)
    alone.bases = bases
    run_on_lines(alone)
    costs = [_cost(line) for line in lines]
    steps: Sequence[tuple[TraceStep, ...] | None] = alone.line_steps or [None] * len(lines)
    of: Sequence[Decimal | None] = [None] * len(lines) if bases is None else bases
    return [
        _Worth(line, own, based, base, net, cost, priced, told, _tax_key(line))
        for line, own, based, base, net, cost, priced, told in zip(
            lines, kin, alone.based, of, alone.nets, costs, _lines_alone(alone, costs), steps, strict=True
        )
    ]


def _tax_key(line: QuoteLine) -> _TaxKey:
    return (line.tax_class, line.tax_rate)


def _taxed(sheet: Sheet, left: Sequence[Decimal], taxed_as: Sequence[_TaxKey]) -> Taxed:
    """The taxes on what the lines bear; one sum for all that are taxed alike, unless each line is rounded by itself."""
    sums: dict[_TaxKey, list[Decimal]] = {}
    if all(sheet.counted) and len(set(taxed_as)) == 1:
        sums[taxed_as[0]] = list(left)
    else:
        for key, amount, counts in zip(taxed_as, left, sheet.counted, strict=True):
            if counts:
                sums.setdefault(key, []).append(amount)
    kinds = {key: (_tax(key, sheet.draft),) for key in sums}
    if sheet.draft.rounding_level is not RoundingLevel.LINE:
        sums = {key: [added(amounts)] for key, amounts in sums.items()}
    items = [Item(amount=amount, taxes=kinds[key]) for key, amounts in sums.items() for amount in amounts]
    return tax_items(items, sheet.rounding)


def _tax(key: _TaxKey, draft: QuoteDraft) -> Tax:
    tax_class, own = key
    rate = draft.tax_rate if own is None else own
    if tax_class is not TaxClass.STANDARD:
        rate = ZERO
    return Tax(category=tax_class.value, rate=rate, included=draft.tax_included)


def _tax_shares(taxed: Taxed) -> tuple[TaxShare, ...]:
    shares = (
        TaxShare(rate=one.tax.rate or ZERO, base=one.base, amount=one.amount, tax_class=TaxClass(one.tax.category))
        for one in taxed.sums
    )
    return tuple(sorted(shares, key=lambda one: (-one.rate, one.tax_class != TaxClass.STANDARD, one.tax_class)))


def _options(sheet: Sheet) -> list[int]:
    return [place for place, counts in enumerate(sheet.counted) if not counts and place not in sheet.parts]


def _bears(sheet: Sheet, place: int) -> bool:
    """Whether the line's cost is a cost of the quote: it counts, or it was taken as a part of a bundle that does."""
    while place in sheet.parts:
        if sheet.lines[place].optional:
            return False
        place = sheet.places[sheet.lines[place].parent_id or RowId("")]
    return sheet.counted[place]


def _costed(sheet: Sheet, left: Sequence[Decimal], known: Sequence[int], taxed: Taxed) -> Decimal:
    """What the lines bring whose cost is known; a bundle's price stands against the cost of its parts. Without tax."""
    places = {sheet.top(place) for place in known} if sheet.parts else known
    found = added([left[place] for place in places])
    if not sheet.draft.tax_included or not taxed.gross:
        return found
    return EXACT.divide(EXACT.multiply(found, taxed.net), taxed.gross)


def _cost(line: QuoteLine) -> Decimal | None:
    if line.cost is None:
        return None
    cost = EXACT.multiply(line.cost, line.quantity)
    if line.billing is Billing.ONCE:
        return cost
    times = times_due(replace(line, ramp=()))
    return EXACT.divide(EXACT.multiply(cost, Decimal(times.numerator)), Decimal(times.denominator))


def _lines_alone(sheet: Sheet, costs: Sequence[Decimal | None]) -> list[PricedLine]:
    """Each line in the total, without a share of any discount."""
    whole = sheet.rounding.whole
    exact = sheet.draft.rounding_level is RoundingLevel.DOCUMENT
    return [
        PricedLine(
            id=line.id,
            gross=gross,
            net=whole(net) if exact else net,
            share=ZERO,
            cost=None if cost is None else whole(cost),
        )
        for line, gross, net, cost in zip(sheet.lines, sheet.gross, sheet.nets, costs, strict=True)
    ]


def _sections(sheet: Sheet, alone: Sequence[PricedLine]) -> tuple[PricedSection, ...]:
    whole = sheet.rounding.whole
    lines = _placed(sheet, alone)
    found: list[PricedSection] = []
    start = 0
    for section, off in zip(sheet.draft.sections, sheet.section_off, strict=True):
        end = start + len(section.lines)
        places = range(start, end)
        kept = [place for place in places if sheet.counted[place] or (section.optional and place not in sheet.parts)]
        sums = [sheet.nets[place] for place in kept]
        sums += [EXACT.minus(sheet.section_shares[place]) for place in kept if sheet.section_shares[place]]
        found.append(PricedSection(id=section.id, net=whole(added(sums)), lines=tuple(lines[start:end]), discount=off))
        start = end
    return tuple(found)


def _placed(sheet: Sheet, alone: Sequence[PricedLine]) -> Sequence[PricedLine]:
    """Each line with its shares, and whether it counts."""
    if all(sheet.counted) and not sheet.whole_off and not any(sheet.section_off):
        return alone
    return [
        PricedLine(
            id=one.id,
            gross=one.gross,
            net=one.net,
            share=share,
            section_share=section_share,
            counted=counts,
            cost=one.cost,
        )
        if share or section_share or not counts
        else one
        for one, share, section_share, counts in zip(
            alone, sheet.whole_shares, sheet.section_shares, sheet.counted, strict=True
        )
    ]
