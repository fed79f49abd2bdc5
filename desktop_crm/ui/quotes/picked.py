"""What a product brings to a line when it is picked, and the words about where its price came from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes.draft import QuoteLine
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label

if TYPE_CHECKING:
    from desktop_crm.services.quotes import ProductChoice


def filled(line: QuoteLine, product: ProductChoice, currency: str) -> QuoteLine:
    """The line with what the product says; its quantity and discount stay."""
    return replace(
        line,
        product_id=product.id,
        name=product.name,
        name_en=product.name_en,
        spec=product.spec,
        unit=product.unit,
        unit_price=product.price_in(currency) or ZERO,
        tax_rate=product.tax_rate,
    )


def source(product: ProductChoice, currency: str) -> str:
    """Where its price comes from; empty when it has none in this currency."""
    booked = product.book_price(currency)
    if booked is not None:
        return tr("Price from “{book}”", book=booked.book)
    return field_label("product", "list_price") if product.price_in(currency) is not None else ""
