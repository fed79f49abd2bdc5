"""What of a quote an approval is about, as one text with its hash; and what two states of a quote differ in, told apart by
whether it matters. Pure.

Relevant is what the price, the terms or the margin hangs on. Words are not: names of catalogue products, specs, remarks, headings,
the order of lines, whom the offer is addressed to. The name of a line that is no product of the catalogue is what is sold there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.foundation.ids import RowId

QUOTE: Final = (
    "account_id currency discount_percent discount_amount payment_terms valid_until tax_rate tax_included prepaid exchange_rate "
    "pricing_order rounding_policy rounding_level"
).split()
QUOTE_ASIDE: Final = (
    "id supplier customer sections name contact_id opportunity_id remarks price_book_id exchange_on home_currency template"
).split()
SECTION: Final = "discount_percent discount_amount optional".split()
SECTION_ASIDE: Final = "id name lines parent_id hide_prices hide_lines".split()
LINE: Final = (
    "product_id quantity unit unit_price discount_percent discount_amount tax_rate tax_class cost optional parent_id bundle_price "
    "percent_of percent_of_section billing term_months starts_on ends_on ramp"
).split()
LINE_ASIDE: Final = "id name name_en spec remark indent price_basis".split()
_TOLD_ASIDE: Final = ("name", "contact_id", "opportunity_id", "remarks")
_TOLD_LINE: Final = ("name", "name_en", "spec", "remark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that differs. `line`: the name of the line or section it is about, empty for the quote. A line or section that
    was added or removed has the field `added` or `removed`.
    """

    entity: str
    field: str
    relevant: bool
    line: str = ""
    old: Any = None
    new: Any = None


def text(draft: QuoteDraft) -> str:
    """What an approval of this draft is about, in canonical form. Lines count by id, in no order."""
    lines = sorted((*_line(line), *_place(section)) for section in draft.sections for line in section.lines)
    return canonical.encode((tuple((name, getattr(draft, name)) for name in QUOTE), tuple(lines)))


def content_hash(draft: QuoteDraft) -> str:
    """The hash that an approval of this draft is bound to."""
    return canonical.digest(text(draft))


def differences(old: QuoteDraft, new: QuoteDraft) -> tuple[Difference, ...]:
    """What is not the same, what matters first."""
    found = [*_fields("quote", "", old, new, QUOTE, _TOLD_ASIDE), *_section_changes(old, new), *_line_changes(old, new)]
    return tuple(sorted(found, key=lambda one: not one.relevant))


def _line(line: QuoteLine) -> tuple[str, str]:
    known = line.price_basis.winner(DECLARED) if line.price_basis is not None else None
    facts = tuple((name, getattr(line, name)) for name in LINE)
    usual = None if known is None else canonical.encode(known)
    return line.id, canonical.encode((*facts, ("usual", usual), ("name", None if line.product_id else line.name)))


def _place(section: QuoteSection) -> tuple[str, ...]:
    """The section of a line, where it makes a difference."""
    facts = tuple((name, getattr(section, name)) for name in SECTION)
    plain = tuple((name, getattr(QuoteSection(id=section.id), name)) for name in SECTION)
    return () if facts == plain else (section.id, canonical.encode(facts))


def _fields(
    entity: str, line: str, old: Any, new: Any, relevant: list[str], told: tuple[str, ...]
) -> Iterator[Difference]:
    for name in (*relevant, *told):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            matters = name in relevant
            yield Difference(entity=entity, field=name, relevant=matters, line=line, old=before, new=after)


def _section_changes(old: QuoteDraft, new: QuoteDraft) -> Iterator[Difference]:
    before = {section.id: section for section in old.sections}
    for section in new.sections:
        known = before.get(section.id, QuoteSection(id=section.id, name=section.name))
        yield from _fields("quote_section", section.name, known, section, SECTION, ("name",))
    here = {section.id for section in new.sections}
    for section in old.sections:
        if section.id not in here:
            empty = QuoteSection(id=section.id, name=section.name)
            yield from _fields("quote_section", section.name, section, empty, SECTION, ())


def _line_changes(old: QuoteDraft, new: QuoteDraft) -> Iterator[Difference]:
    before, after = _by_id(old), _by_id(new)
    for line_id, (place, line) in after.items():
        if line_id not in before:
            yield Difference(entity="quote_line", field="added", relevant=True, line=line.name, new=line.name)
            continue
        earlier_place, earlier = before[line_id]
        named = not (line.product_id and earlier.product_id)
        relevant = [*LINE, "name"] if named else LINE
        told = tuple(name for name in _TOLD_LINE if name not in relevant)
        yield from _fields("quote_line", earlier.name, earlier, line, relevant, told)
        if _line(earlier)[1] != _line(line)[1] and all(
            getattr(earlier, name) == getattr(line, name) for name in relevant
        ):
            yield Difference(entity="quote_line", field="price_basis", relevant=True, line=line.name)
        if earlier_place.id != place.id and _place(earlier_place) != _place(place):
            yield Difference(entity="quote_line", field="section_id", relevant=True, line=line.name)
    for line_id, (_, line) in before.items():
        if line_id not in after:
            yield Difference(entity="quote_line", field="removed", relevant=True, line=line.name, old=line.name)


def _by_id(draft: QuoteDraft) -> dict[RowId, tuple[QuoteSection, QuoteLine]]:
    return {line.id: (section, line) for section in draft.sections for line in section.lines}
