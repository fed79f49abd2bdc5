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
    """A line, by the place of its columns: a thousand are read at each save."""
    (
        _, row_id, _, _, product_id, name, name_en, spec, unit, quantity, unit_price, percent, tax_rate, remark, amount,
        tax_class, cost, optional, parent_id, indent, bundle, percent_of, of_section, billing, months, starts, ends,
        ramp, known,
    ) = row  # fmt: skip
    return QuoteLine(
        id=row_id,
        name=name or "",
        name_en=name_en or "",
        quantity=ZERO if quantity is None else quantity,
        unit_price=ZERO if unit_price is None else unit_price,
        product_id=product_id or None,
        spec=spec or "",
        unit=unit or "",
        discount_percent=percent or ZERO,
        tax_rate=tax_rate,
        remark=remark or "",
        discount_amount=amount or ZERO,
        tax_class=TaxClass(tax_class) if tax_class else TaxClass.STANDARD,
        cost=cost,
        optional=bool(optional),
        parent_id=parent_id or None,
        indent=indent or 0,
        bundle_price=BundlePrice(bundle) if bundle else None,
        percent_of=percent_of or ZERO,
        percent_of_section=bool(of_section),
        billing=Billing(billing) if billing else Billing.ONCE,
        term_months=months,
        starts_on=starts,
        ends_on=ends,
        ramp=ramp_of(ramp) if ramp else (),
        price_basis=basis.read(known) if known else None,
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
