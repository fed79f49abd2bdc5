"""What a product brings to a line when it is picked, and the words about where its price came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.order import DECLARED, Rule
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from desktop_crm.services.quotes import ProductChoice


def filled(context: UiContext, line: QuoteLine, product: ProductChoice, draft: QuoteDraft) -> QuoteLine:
    """The line with what the product says; its quantity and discount stay."""
    from desktop_crm.services import quotes

    return quotes.filled(line, product, draft, context.workspace.currency)


def source(line: QuoteLine, draft: QuoteDraft) -> str:
    """Where its price comes from; empty when it has none in this currency."""
    winner = line.price_basis.winner(draft.pricing_order or DECLARED) if line.price_basis is not None else None
    if winner is None:
        return ""
    if winner.rule == Rule.LIST:
        return field_label("product", "list_price")
    return tr("Price from “{book}”", book=winner.name)


def parts(context: UiContext, line: QuoteLine, draft: QuoteDraft) -> tuple[QuoteLine, ...]:
    """The parts that come with a bundle, out of the catalogue."""
    from desktop_crm.services import quotes

    return quotes.bundle_lines(context.workspace, line, draft)
