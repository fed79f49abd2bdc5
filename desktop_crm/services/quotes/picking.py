"""From the catalogue into a quote: what a product brings to a line, the parts of a bundle, price books to choose, prices anew.

Pure functions over what was read, and reads; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from desktop_crm.domain.money import EXACT, ZERO, rounded
from desktop_crm.domain.quotes import bundles
from desktop_crm.domain.quotes.basis import PriceBasis
from desktop_crm.domain.quotes.bundles import BundleItem
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.domain.quotes.rules import by_hand
from desktop_crm.domain.schema.options import LifeCycle
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import bundles as bundle_store
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.persistence.stores.price_books import BookChoice, book_choices
from desktop_crm.persistence.stores.quotes import ProductChoice
from desktop_crm.services.workspace import Workspace

_DEEPEST: Final = 6
"""So many bundles within each other; more is a fault of the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repriced:
    """A draft with today's prices. Lines by id: whose price changed, whose price a person had set, what cannot be had."""

    draft: QuoteDraft
    changed: tuple[RowId, ...]
    by_hand: tuple[RowId, ...]
    unpriced: tuple[RowId, ...]
    withdrawn: tuple[RowId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOption:
    """A part that a bundle may hold: what it is called, and what one of it costs; None where nothing says."""

    item: BundleItem
    name: str
    price: Decimal | None


def books(workspace: Workspace, draft: QuoteDraft) -> tuple[BookChoice, ...]:
    """The price books that a quote may name today."""
    with workspace.read() as session:
        return book_choices(session, workspace.today(), draft.currency, draft.account_id)


def products_called(workspace: Workspace, words: Sequence[str], draft: QuoteDraft) -> Mapping[str, ProductChoice]:
    """Products by code or name as they were written, small letters, with the prices that the quote would take."""
    with workspace.read() as session:
        return store.products_named(session, words, workspace.today(), draft.price_book_id, draft.account_id)


def products_named(workspace: Workspace, words: Sequence[str]) -> Mapping[str, ProductChoice]:
    """Products by code or name as they were written, small letters."""
    with workspace.read() as session:
        return store.products_named(session, words, workspace.today())


def filled(line: QuoteLine, product: ProductChoice, draft: QuoteDraft, home_currency: str = "") -> QuoteLine:
    """The line with what the product says; its quantity and discount stay. Without a price it costs nothing until one is typed."""
    known = basis_in(product, draft, home_currency)
    winner = known.winner(draft.pricing_order or DECLARED) if known is not None else None
    return replace(
        line,
        product_id=product.id,
        name=product.name,
        name_en=product.name_en,
        spec=product.spec,
        unit=product.unit,
        unit_price=winner.price if winner is not None else ZERO,
        tax_rate=product.tax_rate,
        tax_class=product.tax_class,
        billing=product.billing,
        bundle_price=product.bundle_price,
        cost=_cost(product, draft, home_currency),
        price_basis=known,
    )


def basis_in(product: ProductChoice, draft: QuoteDraft, home_currency: str = "") -> PriceBasis | None:
    """What is known of the price in the quote's currency; else what is known at home, by the rate that the quote holds."""
    known = product.basis(draft.currency)
    if known is not None or not draft.exchange_rate or not home_currency:
        return known
    home = product.basis(home_currency)
    if home is None:
        return None
    rate = f"{home_currency} / {draft.exchange_rate.normalize():f}"
    sources = tuple(
        replace(
            one,
            price=_abroad(one.price, draft),
            tiers=tuple(replace(tier, price=_abroad(tier.price, draft)) for tier in one.tiers),
            name=f"{one.name} ({rate})".strip(),
        )
        for one in home.sources
    )
    target, floor = (None if one is None else _abroad(one, draft) for one in (home.target_price, home.floor_price))
    return replace(home, sources=sources, target_price=target, floor_price=floor)


def bundle_lines(
    workspace: Workspace, line: QuoteLine, draft: QuoteDraft, taken: Sequence[str] | None = None
) -> tuple[QuoteLine, ...]:
    """The parts that come with a bundle that was picked, and theirs; `taken`: the products that were chosen of it.

    Raises Refusal `bundle.circle`.
    """
    if line.product_id is None:
        return ()
    with workspace.read() as session:
        return _parts(session, workspace, line, draft, (line.product_id,), taken)


def bundle_options(workspace: Workspace, line: QuoteLine, draft: QuoteDraft) -> tuple[BundleOption, ...]:
    """What a bundle may hold, in its order, with the prices that the quote would take; what is not sold is left out."""
    if line.product_id is None:
        return ()
    with workspace.read() as session:
        items = bundle_store.items_of(session, [line.product_id]).get(line.product_id, ())
        ids = [item.product_id for item in items]
        known = store.products_by_id(session, ids, workspace.today(), draft.price_book_id, draft.account_id)
    order = draft.pricing_order or DECLARED
    found = []
    for item in items:
        product = known.get(item.product_id)
        if product is not None and product.life_cycle is not LifeCycle.WITHDRAWN:
            basis = basis_in(product, draft, workspace.currency)
            winner = basis.winner(order) if basis is not None else None
            found.append(BundleOption(item=item, name=product.name, price=None if winner is None else winner.price))
    return tuple(found)


def reprice(workspace: Workspace, draft: QuoteDraft, *, keep_by_hand: bool = True) -> Repriced:
    """Every line of a product with today's price. Prices that a person set stay unless `keep_by_hand` is false."""
    with workspace.read() as session:
        return repriced_in(session, workspace, draft, keep_by_hand=keep_by_hand)


def repriced_in(session: Session, workspace: Workspace, draft: QuoteDraft, *, keep_by_hand: bool) -> Repriced:
    """The same, within a session."""
    ids = sorted({line.product_id for line in draft.lines() if line.product_id})
    known = store.products_by_id(session, ids, workspace.today(), draft.price_book_id, draft.account_id)
    order = draft.pricing_order or DECLARED
    sections, found = [], Repriced(draft=draft, changed=(), by_hand=(), unpriced=(), withdrawn=())
    for section in draft.sections:
        lines = []
        for line in section.lines:
            fresh = line
            product = known.get(line.product_id or "")
            if line.product_id and (product is None or product.life_cycle is LifeCycle.WITHDRAWN):
                found = replace(found, withdrawn=(*found.withdrawn, line.id))
            if product is not None:
                fresh, found = _repriced(line, product, draft, workspace.currency, order, found, keep_by_hand)
            lines.append(fresh)
        sections.append(replace(section, lines=tuple(lines)))
    return replace(found, draft=replace(draft, sections=tuple(sections)))


def refuse_catalogue(session: Session, workspace: Workspace, draft: QuoteDraft) -> None:
    """What the catalogue has against a quote. Raises Refusal `quote.issue.withdrawn`, `quote.issue.bundle`."""
    lines = {line.id: line for line in draft.lines()}
    ids = sorted({line.product_id for line in lines.values() if line.product_id})
    known = store.products_by_id(session, ids, workspace.today(), draft.price_book_id, draft.account_id)
    gone = [
        line.name
        for line in lines.values()
        if line.product_id in known and known[line.product_id or ""].life_cycle is LifeCycle.WITHDRAWN
    ]
    if gone:
        raise Refusal("quote.issue.withdrawn", names=", ".join(gone)[:300])
    tops = [line for line in lines.values() if line.bundle_price is not None and line.product_id]
    items = bundle_store.items_of(session, [str(line.product_id) for line in tops])
    for top in tops:
        taken = [
            line.product_id
            for line in lines.values()
            if line.parent_id == top.id and line.product_id and not line.optional
        ]
        for problem in bundles.problems(items.get(str(top.product_id), ()), taken):
            what = known[problem.what].name if problem.what in known else problem.what
            raise Refusal("quote.issue.bundle", name=top.name, what=what, reason=problem.code, other=problem.other)


def _repriced(
    line: QuoteLine,
    product: ProductChoice,
    draft: QuoteDraft,
    home_currency: str,
    order: Sequence[str],
    found: Repriced,
    keep: bool,
) -> tuple[QuoteLine, Repriced]:
    known = basis_in(product, draft, home_currency)
    winner = known.winner(order) if known is not None else None
    if winner is None:
        return line, replace(found, unpriced=(*found.unpriced, line.id))
    set_by_hand = by_hand(line, order) or (line.price_basis is None and line.unit_price != winner.price)
    if set_by_hand:
        found = replace(found, by_hand=(*found.by_hand, line.id))
    stays = set_by_hand and keep
    fresh = replace(
        line,
        price_basis=known,
        unit_price=line.unit_price if stays else winner.price,
        cost=_cost(product, draft, home_currency),
    )
    if fresh.unit_price != line.unit_price:
        found = replace(found, changed=(*found.changed, line.id))
    return fresh, found


def _parts(
    session: Session,
    workspace: Workspace,
    top: QuoteLine,
    draft: QuoteDraft,
    above: tuple[str, ...],
    taken: Sequence[str] | None = None,
) -> tuple[QuoteLine, ...]:
    whole = bundle_store.items_of(session, [above[-1]]).get(above[-1], ())
    items = bundles.at_first(whole) if taken is None else [item for item in whole if item.product_id in taken]
    ids = [item.product_id for item in items]
    known = store.products_by_id(session, ids, workspace.today(), draft.price_book_id, draft.account_id)
    found: list[QuoteLine] = []
    for item in items:
        product = known.get(item.product_id)
        if product is None:
            continue
        if item.product_id in above or len(above) > _DEEPEST:
            raise Refusal("bundle.circle", field="product_id", product=product.name)
        bare = QuoteLine(
            id=new_row_id(),
            name=product.name,
            quantity=EXACT.multiply(item.quantity, top.quantity),
            unit_price=ZERO,
            parent_id=top.id,
        )
        part = filled(bare, product, draft, workspace.currency)
        found.append(part)
        if part.bundle_price is not None:
            found += _parts(session, workspace, part, draft, (*above, item.product_id))
    return tuple(found)


def _cost(product: ProductChoice, draft: QuoteDraft, home_currency: str) -> Decimal | None:
    """The product's cost in the quote's currency; unknown where there is no rate."""
    if product.cost is None or product.currency in {"", draft.currency}:
        return product.cost
    if product.currency == home_currency and draft.exchange_rate:
        return _abroad(product.cost, draft)
    return None


def _abroad(amount: Decimal, draft: QuoteDraft) -> Decimal:
    return rounded(EXACT.divide(amount, draft.exchange_rate or Decimal(1)), draft.currency, draft.rounding_policy)
