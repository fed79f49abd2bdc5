"""A quote while it is being worked on: frozen values; every edit gives a new draft, which shares all it did not change.

Holds what was entered and nothing computed: amounts are `pricing`'s, the frozen form is `versions`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes.basis import PriceBasis
from desktop_crm.domain.quotes.canonical import ASIDE, LATER
from desktop_crm.domain.schema.options import Billing, BundlePrice, RoundingLevel, RoundingPolicy, TaxClass
from desktop_crm.foundation.ids import RowId

LOOSE = RowId("")
"""The section of lines that stand under no heading; it comes first and is stored nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sells or who buys, as printed. `contact` is the person the quote is for, or who wrote it."""

    name: str
    registration_number: str = ""
    representative: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    department: str = ""
    contact: str = ""
    contact_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One line. Percents are 0 to 100; `tax_rate` None takes the quote's. `name_en` is the product's name abroad.

    `parent_id`: the bundle it is a part of (its quantity is then of all bundles together). `percent_of`: the price is so many
    percent of the other lines, of its section or of the whole. `ramp`: percent of the price in each year. `cost`: of one piece.
    """

    id: RowId
    name: str
    quantity: Decimal
    unit_price: Decimal
    product_id: RowId | None = None
    spec: str = ""
    unit: str = ""
    discount_percent: Decimal = ZERO
    tax_rate: Decimal | None = None
    remark: str = ""
    name_en: str = field(default="", metadata=LATER)
    discount_amount: Decimal = field(default=ZERO, metadata=LATER)
    tax_class: TaxClass = field(default=TaxClass.STANDARD, metadata=LATER)
    cost: Decimal | None = field(default=None, metadata=LATER)
    optional: bool = field(default=False, metadata=LATER)
    parent_id: RowId | None = field(default=None, metadata=LATER)
    indent: int = field(default=0, metadata=LATER)
    bundle_price: BundlePrice | None = field(default=None, metadata=LATER)
    percent_of: Decimal = field(default=ZERO, metadata=LATER)
    percent_of_section: bool = field(default=False, metadata=LATER)
    billing: Billing = field(default=Billing.ONCE, metadata=LATER)
    term_months: int | None = field(default=None, metadata=LATER)
    starts_on: date | None = field(default=None, metadata=LATER)
    ends_on: date | None = field(default=None, metadata=LATER)
    ramp: tuple[Decimal, ...] = field(default=(), metadata=LATER)
    price_basis: PriceBasis | None = field(default=None, metadata=LATER)

    def renamed(self, name: str) -> QuoteLine:
        """The line under another name; an English name belonged to the old one."""
        return self if name == self.name else replace(self, name=name, name_en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSection:
    """Lines under one heading. On paper a section without a name has no heading. Its discount is spread over its lines.

    `hide_prices`: only its sum is printed. `hide_lines`: the lines are not printed at all, only the heading with the sum.
    """

    id: RowId
    name: str = ""
    lines: tuple[QuoteLine, ...] = ()
    parent_id: RowId | None = field(default=None, metadata=LATER)
    discount_percent: Decimal = field(default=ZERO, metadata=LATER)
    discount_amount: Decimal = field(default=ZERO, metadata=LATER)
    optional: bool = field(default=False, metadata=LATER)
    hide_prices: bool = field(default=False, metadata=LATER)
    hide_lines: bool = field(default=False, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDraft:
    """All of a quote that a person decides. The discount on the whole is a percent or an amount; both together add up.

    `exchange_rate`: what one unit of the currency is worth in `home_currency`, as it stood on `exchange_on`.
    `pricing_order`: the rules' names where they are not applied in the declared order.
    """

    id: RowId
    supplier: Party
    customer: Party
    currency: str
    sections: tuple[QuoteSection, ...] = ()
    name: str = ""
    account_id: RowId | None = None
    contact_id: RowId | None = None
    opportunity_id: RowId | None = None
    rounding_policy: RoundingPolicy = RoundingPolicy.HALF_UP
    discount_percent: Decimal = ZERO
    tax_rate: Decimal = ZERO
    valid_until: date | None = None
    payment_terms: str = ""
    remarks: str = ""
    discount_amount: Decimal = field(default=ZERO, metadata=LATER)
    price_book_id: RowId | None = field(default=None, metadata=ASIDE)
    template: str = field(default="", metadata=ASIDE)
    rounding_level: RoundingLevel = field(default=RoundingLevel.TAX, metadata=LATER)
    tax_included: bool = field(default=False, metadata=LATER)
    prepaid: Decimal = field(default=ZERO, metadata=LATER)
    exchange_rate: Decimal | None = field(default=None, metadata=LATER)
    exchange_on: date | None = field(default=None, metadata=LATER)
    home_currency: str = field(default="", metadata=LATER)
    pricing_order: tuple[str, ...] = field(default=(), metadata=LATER)

    def lines(self) -> Iterator[QuoteLine]:
        """All lines, in the order they are printed."""
        for section in self.sections:
            yield from section.lines
