"""The words of prices: labels of fields and options of catalogue, price books and quote lines. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark

ENTITIES: dict[str, tuple[str, str]] = {
    "bundle_item": (mark("Bundle item"), mark("Bundle items")),
    "document_template": (mark("Document template"), mark("Document templates")),
}

FIELDS: dict[str, str] = {
    "logo": mark("Logo"),
    "seal": mark("Seal"),
    "template": mark("Template"),
    "form": mark("Form"),
    "document_template.name": mark("Template name"),
    "tax_class": mark("Tax class"),
    "life_cycle": mark("Life cycle"),
    "billing": mark("Billing"),
    "bundle_price": mark("Bundle price"),
    "cost": mark("Cost"),
    "target_price": mark("Target price"),
    "floor_price": mark("Floor price"),
    "image": mark("Picture"),
    "price_book.kind": mark("Price book type"),
    "price_book.account_id": mark("For account"),
    "tier_mode": mark("Tier mode"),
    "tiers": mark("Tiers"),
    "block": mark("Block size"),
    "bundle_id": mark("Bundle"),
    "choice": mark("Choice"),
    "choose_least": mark("Choose at least"),
    "choose_most": mark("Choose at most"),
    "excludes_id": mark("Excludes"),
    "pricing_order": mark("Order of pricing rules"),
    "rounding_level": mark("Rounding level"),
    "tax_included": mark("Prices include tax"),
    "prepaid": mark("Prepaid"),
    "exchange_rate": mark("Exchange rate"),
    "exchange_on": mark("Rate of"),
    "alternative": mark("Alternative"),
    "alternative_of_id": mark("Alternative to"),
    "based_on_id": mark("Begun from"),
    "standing_id": mark("Version that holds"),
    "quote_section.parent_id": mark("Section above"),
    "quote_section.discount_amount": mark("Section discount (amount)"),
    "quote_section.discount_percent": mark("Section discount (%)"),
    "optional": mark("Optional"),
    "hide_prices": mark("Hide prices"),
    "hide_lines": mark("Hide lines"),
    "quote_line.discount_amount": mark("Line discount (amount)"),
    "quote_line.parent_id": mark("Part of line"),
    "indent": mark("Indent"),
    "percent_of": mark("Percent of total"),
    "percent_of_section": mark("Percent of its section"),
    "term_months": mark("Term (months)"),
    "starts_on": mark("Starts on"),
    "ends_on": mark("Ends on"),
    "ramp": mark("Price by year (%)"),
    "price_basis": mark("Price basis"),
}

OPTIONS: dict[str, dict[str, str]] = {
    "tax_class": {
        "standard": mark("Taxed"),
        "zero_rated": mark("Zero-rated"),
        "exempt": mark("Tax-exempt"),
    },
    "life_cycle": {
        "planned": mark("Planned"),
        "available": mark("Available"),
        "phasing_out": mark("Phasing out"),
        "withdrawn": mark("Withdrawn"),
    },
    "billing": {
        "once": mark("Once"),
        "monthly": mark("Monthly"),
        "yearly": mark("Yearly"),
    },
    "tier_mode": {
        "volume": mark("Volume tiers"),
        "graduated": mark("Graduated tiers"),
    },
    "bundle_price": {
        "sum": mark("Sum of its parts"),
        "fixed": mark("Price of its own"),
    },
    "kind": {
        "standard": mark("General price book"),
        "contract": mark("Contract prices"),
    },
    "role": {
        "required": mark("Required part"),
        "chosen": mark("Chosen at first"),
        "optional": mark("Optional part"),
    },
    "rounding_level": {
        "line": mark("Each line"),
        "tax": mark("Each tax rate"),
        "document": mark("The document"),
    },
}
