"""Lines and sections of quotes out of their rows: columns, not rows of the mapper, since a quote of 1,000 lines is read at each save.

Frozen values out; what they come to is `domain.quotes.pricing`'s.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes import basis
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import Billing, BundlePrice, TaxClass
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables.quotes import QuoteLineRow, QuoteSectionRow

HEAD_COLUMNS: Final = (
    QuoteSectionRow.quote_id,
    QuoteSectionRow.id,
    QuoteSectionRow.name,
    QuoteSectionRow.order_key,
    QuoteSectionRow.parent_id,
    QuoteSectionRow.discount_percent,
    QuoteSectionRow.discount_amount,
    QuoteSectionRow.optional,
    QuoteSectionRow.hide_prices,
    QuoteSectionRow.hide_lines,
)
LINE_COLUMNS: Final = (
    QuoteLineRow.quote_id,
    QuoteLineRow.id,
    QuoteLineRow.section_id,
    QuoteLineRow.order_key,
    QuoteLineRow.product_id,
    QuoteLineRow.name,
    QuoteLineRow.name_en,
    QuoteLineRow.spec,
    QuoteLineRow.unit,
    QuoteLineRow.quantity,
    QuoteLineRow.unit_price,
    QuoteLineRow.discount_percent,
    QuoteLineRow.tax_rate,
    QuoteLineRow.remark,
    QuoteLineRow.discount_amount,
    QuoteLineRow.tax_class,
    QuoteLineRow.cost,
    QuoteLineRow.optional,
    QuoteLineRow.parent_id,
    QuoteLineRow.indent,
    QuoteLineRow.bundle_price,
    QuoteLineRow.percent_of,
    QuoteLineRow.percent_of_section,
    QuoteLineRow.billing,
    QuoteLineRow.term_months,
    QuoteLineRow.starts_on,
    QuoteLineRow.ends_on,
    QuoteLineRow.ramp,
    QuoteLineRow.price_basis,
)


def section_of(row: Any, lines: tuple[QuoteLine, ...]) -> QuoteSection:
    """A heading with its lines."""
    return QuoteSection(
        id=RowId(row.id),
        name=row.name or "",
        lines=lines,
        parent_id=RowId(row.parent_id) if row.parent_id else None,
        discount_percent=row.discount_percent or ZERO,
        discount_amount=row.discount_amount or ZERO,
        optional=bool(row.optional),
        hide_prices=bool(row.hide_prices),
        hide_lines=bool(row.hide_lines),
    )


def line_of(row: Any) -> QuoteLine:
    """A line."""
    return QuoteLine(
        id=RowId(row.id),
        name=row.name or "",
        name_en=row.name_en or "",
        quantity=row.quantity if row.quantity is not None else ZERO,
        unit_price=row.unit_price if row.unit_price is not None else ZERO,
        product_id=RowId(row.product_id) if row.product_id else None,
        spec=row.spec or "",
        unit=row.unit or "",
        discount_percent=row.discount_percent or ZERO,
        tax_rate=row.tax_rate,
        remark=row.remark or "",
        discount_amount=row.discount_amount or ZERO,
        tax_class=TaxClass(row.tax_class) if row.tax_class else TaxClass.STANDARD,
        cost=row.cost,
        optional=bool(row.optional),
        parent_id=RowId(row.parent_id) if row.parent_id else None,
        indent=row.indent or 0,
        bundle_price=BundlePrice(row.bundle_price) if row.bundle_price else None,
        percent_of=row.percent_of or ZERO,
        percent_of_section=bool(row.percent_of_section),
        billing=Billing(row.billing) if row.billing else Billing.ONCE,
        term_months=row.term_months,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        ramp=ramp_of(row.ramp),
        price_basis=basis.read(row.price_basis),
    )


def ramp_of(text: str | None) -> tuple[Decimal, ...]:
    """`100;105` as percents; none for what is none."""
    try:
        found = tuple(Decimal(part.strip()) for part in (text or "").split(";") if part.strip())
    except InvalidOperation:
        return ()
    return found if all(part.is_finite() for part in found) else ()


def ramp_text(ramp: tuple[Decimal, ...]) -> str | None:
    """Percents as a field holds them."""
    return ";".join(f"{part.normalize():f}" for part in ramp) or None
