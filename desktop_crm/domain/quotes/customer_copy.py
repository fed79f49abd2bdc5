"""What a customer may read of an issued version: all that is printed and nothing that is not.

Costs, margins, where a price came from, prices that a section hides and our own ids stay at home. The copy is what lies in the
PDF for machines; the printed page is made from it alone, so a page can be made again from its own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource, Tier
from desktop_crm.domain.quotes.copies import COPY_FORMAT, read_copy
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.domain.quotes.paper import ColumnKind, Paper, ShownPrices
from desktop_crm.domain.quotes.pricing import PricedLine, PricedQuote, PricedSection
from desktop_crm.domain.quotes.rules import by_hand
from desktop_crm.domain.quotes.versions import QuoteVersion, VersionContent
from desktop_crm.domain.schema.options import BundlePrice
from desktop_crm.foundation.ids import RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCopy:
    """`version_hash`: the hash of the issued version it is taken from, as printed at the foot of each page."""

    format: int
    version_hash: str
    content: VersionContent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Which figures of a line stand on the page."""

    prices: bool
    discounts: bool
    amounts: bool
    sections: bool

    @staticmethod
    def by(paper: Paper | None) -> _Seen:
        if paper is None:
            return _Seen(prices=True, discounts=True, amounts=True, sections=True)
        kinds = {column.kind for column in paper.columns} if paper.prices is ShownPrices.LINES else set()
        return _Seen(
            prices=ColumnKind.UNIT_PRICE in kinds,
            discounts=ColumnKind.DISCOUNT in kinds,
            amounts=ColumnKind.AMOUNT in kinds,
            sections=paper.prices is not ShownPrices.TOTAL,
        )


def copy_of(version: QuoteVersion) -> CustomerCopy:
    """The customer's copy of an issued version."""
    content = version.content
    draft, amounts = _bare(content.draft, content.amounts, content.paper)
    return CustomerCopy(
        format=COPY_FORMAT, version_hash=version.hash, content=replace(content, draft=draft, amounts=amounts)
    )


def read(text: str) -> CustomerCopy:
    """The copy out of its text. Raises Refusal `quote.file.foreign` for what is none."""
    return read_copy(CustomerCopy, text)


def _bare(draft: QuoteDraft, amounts: PricedQuote, paper: Paper | None) -> tuple[QuoteDraft, PricedQuote]:
    lines = {line.id: RowId(str(place)) for place, line in enumerate(draft.lines(), 1)}
    heads = {section.id: RowId(f"s{place}") for place, section in enumerate(draft.sections, 1)}
    seen = _Seen.by(paper)
    parts = [
        _bare_section(section, priced, seen, heads, lines)
        for section, priced in zip(draft.sections, amounts.sections, strict=True)
    ]
    shown = replace(
        draft,
        id=RowId("quote"),
        account_id=None,
        contact_id=None,
        opportunity_id=None,
        price_book_id=None,
        pricing_order=(),
        sections=tuple(section for section, _ in parts),
    )
    known = replace(amounts, sections=tuple(priced for _, priced in parts), cost=None, costed=ZERO)
    return shown, known


def _bare_section(
    section: QuoteSection,
    priced: PricedSection,
    seen: _Seen,
    heads: Mapping[RowId, RowId],
    names: Mapping[RowId, RowId],
) -> tuple[QuoteSection, PricedSection]:
    if section.hide_prices or section.hide_lines:
        seen = replace(seen, prices=False, discounts=False, amounts=False)
    pairs = zip(section.lines, priced.lines, strict=True)
    lines = [_bare_line(line, amount, seen, names) for line, amount in pairs]
    if section.hide_lines and lines:
        lines = [_unnamed(*lines[0])]
    shown = replace(
        section,
        id=heads[section.id],
        parent_id=heads.get(section.parent_id) if section.parent_id else None,
        lines=tuple(line for line, _ in lines),
        discount_percent=section.discount_percent if seen.discounts else ZERO,
        discount_amount=section.discount_amount if seen.discounts else ZERO,
    )
    known = replace(
        priced,
        id=heads[section.id],
        net=priced.net if seen.sections else ZERO,
        lines=tuple(amount for _, amount in lines),
        discount=priced.discount if seen.amounts else ZERO,
    )
    return shown, known


def _bare_line(
    line: QuoteLine, amount: PricedLine, seen: _Seen, names: Mapping[RowId, RowId]
) -> tuple[QuoteLine, PricedLine]:
    summed = line.bundle_price is BundlePrice.SUM and not line.unit_price
    shown = replace(
        line,
        id=names[line.id],
        product_id=None,
        cost=None,
        parent_id=names.get(line.parent_id) if line.parent_id else None,
        price_basis=_public_basis(line) if seen.discounts else None,
    )
    if not seen.prices:
        shown = replace(shown, unit_price=ZERO, percent_of=ZERO, ramp=(), bundle_price=None, price_basis=None)
    if not seen.discounts:
        shown = replace(shown, discount_percent=ZERO, discount_amount=ZERO)
    known = replace(
        amount,
        id=names[line.id],
        gross=amount.gross if summed and seen.prices else ZERO,  # what a bundle's parts come to is printed from it
        net=amount.net if seen.amounts else ZERO,
        share=ZERO,
        section_share=ZERO,
        cost=None,
    )
    return shown, known


def _unnamed(line: QuoteLine, amount: PricedLine) -> tuple[QuoteLine, PricedLine]:
    """A line nobody sees: its section stays, since its heading and sum are printed."""
    return QuoteLine(id=line.id, name="", quantity=ZERO, unit_price=ZERO), replace(amount, counted=True)


def _public_basis(line: QuoteLine) -> PriceBasis | None:
    """That tiers set the price is printed; which they are is not told."""
    source = line.price_basis.winner(DECLARED) if line.price_basis is not None and not by_hand(line) else None
    if source is None or not source.tiers:
        return None
    tier = Tier(quantity=line.quantity, price=line.unit_price)
    return PriceBasis(sources=(PriceSource(rule=source.rule, price=line.unit_price, tiers=(tier,)),))
