"""What changed between two states of a quote, in the words of the trade: lines moved, added, removed, other quantity, price,
discount, text, tax or terms, and what it did to amounts and margin. Pure; knows nothing of numbers, hashes or paper.

Lines are the same by their id. A line whose id is not on the other side is looked for by product and words, because a copy
of a quote has ids of its own. A line has moved when it is not among the most lines that kept their order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from desktop_crm.domain.money import EXACT
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.foundation.ids import RowId


class Aspect(StrEnum):
    """What a difference is about."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    QUANTITY = "quantity"
    PRICE = "price"
    DISCOUNT = "discount"
    TEXT = "text"
    TAX = "tax"
    TERMS = "terms"
    COMPOSITION = "composition"
    PARTY = "party"


_A = Aspect
LINE_ASPECTS: Final[dict[str, Aspect]] = {
    "name": _A.TEXT,
    "name_en": _A.TEXT,
    "spec": _A.TEXT,
    "remark": _A.TEXT,
    "quantity": _A.QUANTITY,
    "unit": _A.QUANTITY,
    "unit_price": _A.PRICE,
    "percent_of": _A.PRICE,
    "percent_of_section": _A.PRICE,
    "bundle_price": _A.PRICE,
    "cost": _A.PRICE,
    "discount_percent": _A.DISCOUNT,
    "discount_amount": _A.DISCOUNT,
    "tax_rate": _A.TAX,
    "tax_class": _A.TAX,
    "billing": _A.TERMS,
    "term_months": _A.TERMS,
    "starts_on": _A.TERMS,
    "ends_on": _A.TERMS,
    "ramp": _A.TERMS,
    "product_id": _A.COMPOSITION,
    "optional": _A.COMPOSITION,
    "parent_id": _A.COMPOSITION,
    "indent": _A.COMPOSITION,
}
"""Fields of a line. Not told: `id`, and `price_basis`, which only says where a price came from."""
LINE_UNTOLD: Final = frozenset({"id", "price_basis"})
SECTION_ASPECTS: Final[dict[str, Aspect]] = {
    "name": _A.TEXT,
    "discount_percent": _A.DISCOUNT,
    "discount_amount": _A.DISCOUNT,
    "optional": _A.COMPOSITION,
    "parent_id": _A.COMPOSITION,
    "hide_prices": _A.TEXT,
    "hide_lines": _A.TEXT,
}
SECTION_UNTOLD: Final = frozenset({"id", "lines"})
QUOTE_ASPECTS: Final[dict[str, Aspect]] = {
    "supplier": _A.PARTY,
    "customer": _A.PARTY,
    "account_id": _A.PARTY,
    "contact_id": _A.PARTY,
    "opportunity_id": _A.PARTY,
    "name": _A.TEXT,
    "remarks": _A.TEXT,
    "currency": _A.PRICE,
    "price_book_id": _A.PRICE,
    "pricing_order": _A.PRICE,
    "exchange_rate": _A.PRICE,
    "exchange_on": _A.PRICE,
    "home_currency": _A.PRICE,
    "rounding_policy": _A.PRICE,
    "rounding_level": _A.PRICE,
    "discount_percent": _A.DISCOUNT,
    "discount_amount": _A.DISCOUNT,
    "tax_rate": _A.TAX,
    "tax_included": _A.TAX,
    "valid_until": _A.TERMS,
    "payment_terms": _A.TERMS,
    "prepaid": _A.TERMS,
}
QUOTE_UNTOLD: Final = frozenset({"id", "sections", "template"})
"""The form of the paper is no part of the offer."""
AMOUNTS: Final = (
    "subtotal",
    "discount_amount",
    "net_amount",
    "tax_amount",
    "grand_total",
    "optional",
    "recurring",
    "prepaid",
    "cost",
    "margin",
    "margin_percent",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One state of a quote: what was entered, and what it came to."""

    draft: QuoteDraft
    amounts: PricedQuote

    @classmethod
    def of(cls, draft: QuoteDraft) -> Offer:
        """A draft, priced now."""
        return cls(draft=draft, amounts=price(draft))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One value before and after. `field` is the name in the draft; a party's fields are `customer.name` and the like."""

    field: str
    aspect: Aspect
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDifference:
    """A line that is not as it was. Places count from 1 over the whole quote; None where the line is not on that side.

    `amount_*` are what the line brings, its shares of all discounts taken off; `aspects` are in the order of `Aspect`.
    """

    id: RowId
    name: str
    aspects: tuple[Aspect, ...]
    fields: tuple[FieldDifference, ...]
    old_section: str | None
    new_section: str | None
    old_place: int | None
    new_place: int | None
    old_amount: Decimal | None
    new_amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDifference:
    """A section that is not as it was."""

    id: RowId
    name: str
    aspects: tuple[Aspect, ...]
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountDifference:
    """An amount of the whole quote before and after, told also where it stayed; None where it is not known.

    `change` is None too where the two are in different currencies.
    """

    name: str
    old: Decimal | None
    new: Decimal | None
    change: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that changed. `repriced`: lines whose amount changed though nothing of their own did."""

    quote: tuple[FieldDifference, ...]
    sections: tuple[SectionDifference, ...]
    lines: tuple[LineDifference, ...]
    amounts: tuple[AmountDifference, ...]
    repriced: int

    @property
    def is_same(self) -> bool:
        """Whether both say the same and come to the same."""
        return not (self.quote or self.sections or self.lines or any(one.change for one in self.amounts))

    def amount(self, name: str) -> AmountDifference:
        """One of `AMOUNTS`."""
        return next(one for one in self.amounts if one.name == name)

    def counts(self) -> dict[Aspect, int]:
        """How many lines differ in which aspect."""
        return {
            aspect: count for aspect in Aspect if (count := sum(1 for line in self.lines if aspect in line.aspects))
        }


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line where it stands."""

    line: QuoteLine
    section: QuoteSection
    place: int
    amount: Decimal


def compare(old: Offer, new: Offer) -> Comparison:
    """From one state to the other. Time grows with the number of lines times its logarithm."""
    before, after = list(_placed(old)), list(_placed(new))
    pairs = _pairs(before, after)
    moved = _moved(pairs)
    found: list[LineDifference] = []
    repriced = 0
    partner = {id(there): here for here, there in pairs}
    for there in after:
        here = partner.get(id(there))
        difference = _line(here, there, moved=id(there) in moved)
        if difference is not None:
            found.append(difference)
        elif here is not None and here.amount != there.amount:
            repriced += 1
    kept = {id(here) for here, _ in pairs}
    gone = (_line(here, None, moved=False) for here in before if id(here) not in kept)
    found.extend(difference for difference in gone if difference is not None)
    return Comparison(
        quote=tuple(_quote_fields(old.draft, new.draft)),
        sections=tuple(_sections(old.draft, new.draft)),
        lines=tuple(found),
        amounts=tuple(_amount(name, old.amounts, new.amounts) for name in AMOUNTS),
        repriced=repriced,
    )


def _placed(offer: Offer) -> Iterator[_Placed]:
    place = 0
    for section, priced in zip(offer.draft.sections, offer.amounts.sections, strict=True):
        for line, amount in zip(section.lines, priced.lines, strict=True):
            place += 1
            yield _Placed(line, section, place, amount.final)


def _pairs(before: Sequence[_Placed], after: Sequence[_Placed]) -> list[tuple[_Placed, _Placed]]:
    """The lines that are on both sides, in the order of the later one."""
    by_id = {one.line.id: one for one in before}
    pairs = [(by_id[one.line.id], one) for one in after if one.line.id in by_id]
    known = {there.line.id for _, there in pairs}
    left: dict[tuple[object, ...], list[_Placed]] = {}
    for one in before:
        if one.line.id not in known:
            left.setdefault(_words(one.line), []).append(one)
    for one in after:
        candidates = left.get(_words(one.line)) if one.line.id not in known else None
        if candidates:
            pairs.append((candidates.pop(0), one))
    return sorted(pairs, key=lambda pair: pair[1].place)


def _words(line: QuoteLine) -> tuple[object, ...]:
    return line.product_id, line.name.strip().casefold(), line.spec.strip().casefold()


def _moved(pairs: Sequence[tuple[_Placed, _Placed]]) -> set[int]:
    """Those that left their section, and those outside the longest run of places that still rise."""
    away = {id(there) for here, there in pairs if _heading(here, there)}
    staying = [(here.place, id(there)) for here, there in pairs if id(there) not in away]
    return away | ({key for _, key in staying} - _rising(staying))


def _heading(here: _Placed, there: _Placed) -> bool:
    """Whether the line stands under another heading; a copy's sections have other ids under the same names."""
    return here.section.id != there.section.id and here.section.name != there.section.name


def _rising(places: Sequence[tuple[int, int]]) -> set[int]:
    """The keys of a longest rising run of places."""
    ends: list[int] = []
    at: list[int] = []
    came_from: list[int] = []
    for number, (place, _) in enumerate(places):
        spot = bisect_left(ends, place)
        came_from.append(at[spot - 1] if spot else -1)
        ends[spot : spot + 1] = [place]
        at[spot : spot + 1] = [number]
    kept: set[int] = set()
    number = at[-1] if at else -1
    while number >= 0:
        kept.add(places[number][1])
        number = came_from[number]
    return kept


def _line(here: _Placed | None, there: _Placed | None, *, moved: bool) -> LineDifference | None:
    found = tuple(_fields(here.line, there.line, LINE_ASPECTS)) if here is not None and there is not None else ()
    aspects = {one.aspect for one in found}
    if here is None:
        aspects.add(Aspect.ADDED)
    if there is None:
        aspects.add(Aspect.REMOVED)
    if moved:
        aspects.add(Aspect.MOVED)
    shown = there or here
    if not aspects or shown is None:
        return None
    return LineDifference(
        id=shown.line.id,
        name=shown.line.name,
        aspects=tuple(aspect for aspect in Aspect if aspect in aspects),
        fields=found,
        old_section=here.section.name if here else None,
        new_section=there.section.name if there else None,
        old_place=here.place if here else None,
        new_place=there.place if there else None,
        old_amount=here.amount if here else None,
        new_amount=there.amount if there else None,
    )


def _fields(old: Any, new: Any, aspects: dict[str, Aspect], prefix: str = "") -> Iterator[FieldDifference]:
    for name, aspect in aspects.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield FieldDifference(field=prefix + name, aspect=aspect, old=before, new=after)


def _quote_fields(old: QuoteDraft, new: QuoteDraft) -> Iterator[FieldDifference]:
    for one in _fields(old, new, QUOTE_ASPECTS):
        if one.field in {"supplier", "customer"}:
            parts = {part.name: Aspect.PARTY for part in fields(one.new)}
            yield from _fields(one.old, one.new, parts, f"{one.field}.")
        else:
            yield one


def _sections(old: QuoteDraft, new: QuoteDraft) -> Iterator[SectionDifference]:
    before = {one.id: one for one in old.sections}
    after = {one.id: one for one in new.sections}
    for section in new.sections:
        known = before.get(section.id)
        found = tuple(_fields(known, section, SECTION_ASPECTS)) if known is not None else ()
        aspects = (Aspect.ADDED,) if known is None else tuple(dict.fromkeys(one.aspect for one in found))
        if aspects:
            yield SectionDifference(id=section.id, name=section.name, aspects=aspects, fields=found)
    for section in old.sections:
        if section.id not in after:
            yield SectionDifference(id=section.id, name=section.name, aspects=(Aspect.REMOVED,), fields=())


def _amount(name: str, old: PricedQuote, new: PricedQuote) -> AmountDifference:
    before, after = getattr(old, name), getattr(new, name)
    comparable = before is not None and after is not None and old.currency == new.currency
    return AmountDifference(
        name=name, old=before, new=after, change=EXACT.subtract(after, before) if comparable else None
    )
