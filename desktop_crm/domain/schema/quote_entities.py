"""Catalogue, price books and quotes: the entities of what is sold and for how much. Values only."""

from __future__ import annotations

from dataclasses import replace

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    day,
    decimal,
    flag,
    integer,
    long_text,
    moment,
    money,
    option,
    order_key,
    reference,
    text,
    title,
    unique_key,
)


def _since_2(*fields: Field) -> tuple[Field, ...]:
    """Fields that came with schema 2."""
    return tuple(replace(field, since=2) for field in fields)


_CURRENCY = Field(name="currency", type=FieldType.CURRENCY)

CATALOGUE = (
    Entity(
        name="product",
        plural="products",
        title="name",
        columns=("code", "name", "spec", "unit", "list_price", "category"),
        fields=(
            unique_key("code"),
            title(),
            text("name_en", searchable=True),
            text("spec"),
            text("unit"),
            *money("list_price", "currency"),
            text("category"),
            decimal("tax_rate", least=0, most=100),
            flag("active"),
            *_since_2(
                option("tax_class", o.TaxClass),
                option("life_cycle", o.LifeCycle),
                option("billing", o.Billing),
                option("bundle_price", o.BundlePrice),
                decimal("cost"),
                decimal("target_price"),
                decimal("floor_price"),
                text("image"),  # blob hash
            ),
        ),
    ),
    Entity(
        name="price_book",
        plural="price_books",
        title="name",
        columns=("name", "currency", "valid_from", "valid_until", "parent_id"),
        fields=(
            title(),
            _CURRENCY,
            day("valid_from"),
            day("valid_until"),
            reference("parent_id", "price_book", merge=MergeRule.TREE_PARENT),
            *_since_2(option("kind", o.PriceBookKind), reference("account_id", "account")),
        ),
    ),
    Entity(
        name="price_book_entry",
        plural="price_book_entries",
        title="id",
        parent="price_book_id",
        columns=("price_book_id", "product_id", "unit_price", "tier_mode", "tiers", "block"),
        fields=(
            reference("price_book_id", "price_book", required=True),
            reference("product_id", "product", required=True),
            decimal("unit_price"),
            *_since_2(
                option("tier_mode", o.TierMode),
                text("tiers"),  # 10=9000; 50=8500
                decimal("block", least=0),  # the price is that of so many together
                decimal("target_price"),
                decimal("floor_price"),
            ),
        ),
    ),
    Entity(
        name="bundle_item",
        plural="bundle_items",
        title="id",
        parent="bundle_id",
        since=2,
        columns=("bundle_id", "product_id", "quantity", "role", "choice", "excludes_id"),
        fields=(
            reference("bundle_id", "product", required=True),
            reference("product_id", "product", required=True),
            decimal("quantity"),  # in one bundle
            option("role", o.BundleRole),
            text("choice"),  # items of one choice are counted together
            integer("choose_least", least=0),
            integer("choose_most", least=0),
            reference("excludes_id", "product"),
            order_key(),
        ),
    ),
)

QUOTES = (
    Entity(
        name="document_template",
        plural="document_templates",
        title="name",
        since=2,
        columns=("name", "form"),
        fields=(
            Field(name="name", required=True),
            Field(name="form", type=FieldType.LONG_TEXT),  # JSON: page, columns, texts, clauses
        ),
    ),
    Entity(
        name="supplier",
        plural="suppliers",
        title="name",
        columns=("name", "business_registration_number", "representative", "phone", "email"),
        fields=(
            Field(name="name", required=True),
            text("business_registration_number"),
            text("representative"),
            text("address_line"),
            text("phone"),
            text("email"),
            *_since_2(
                text("pricing_order"),
                option("rounding_policy", o.RoundingPolicy),
                option("rounding_level", o.RoundingLevel),
                flag("tax_included"),
                text("logo"),  # blob hash
                text("seal"),  # blob hash
                text("template"),  # the form new quotes are printed in
            ),
        ),
    ),
    Entity(
        name="quote",
        plural="quotes",
        title="number",
        scope_path=("account_id", "owner_id"),
        columns=("number", "name", "account_id", "status", "grand_total", "valid_until", "owner_id"),
        fields=(
            unique_key("number"),
            text("name", searchable=True),
            reference("account_id", "account"),
            reference("contact_id", "contact"),
            reference("opportunity_id", "opportunity"),
            reference("price_book_id", "price_book"),
            reference("owner_id", "user"),
            replace(option("status", o.QuoteStatus, MergeRule.WORKFLOW), acted=True),
            Field(name="currency", type=FieldType.CURRENCY),
            option("rounding_policy", o.RoundingPolicy),
            decimal("discount_percent", least=0, most=100),
            replace(decimal("discount_amount", least=0), since=2),
            decimal("tax_rate", least=0, most=100),
            day("valid_until"),
            text("payment_terms"),
            long_text("remarks"),
            # of the draft as last saved; issued versions carry their own
            replace(money("grand_total", "currency", shared=True)[0], derived=True),
            replace(integer("draft_version"), acted=True),  # the version that the draft will be when it is issued
            *_since_2(
                option("rounding_level", o.RoundingLevel),
                flag("tax_included"),
                decimal("prepaid"),
                decimal("exchange_rate", least=0),
                day("exchange_on"),
                text("pricing_order"),
                text("template"),  # a shipped form by its name, or the id of one of our own
                text("alternative"),  # what this offer is called among those that stand side by side
                replace(reference("alternative_of_id", "quote"), acted=True),  # the first of them
                replace(reference("based_on_id", "quote_version"), acted=True),  # what its draft was begun from
                replace(
                    reference("standing_id", "quote_version"), acted=True
                ),  # which of two versions of one number holds
            ),
        ),
    ),
    Entity(
        name="quote_section",
        plural="quote_sections",
        title="name",
        parent="quote_id",
        scope_path=("quote_id", "account_id"),
        columns=("quote_id", "name"),
        fields=(
            reference("quote_id", "quote", required=True, merge=MergeRule.FIXED),
            text("name"),
            order_key(),
            *_since_2(
                reference("parent_id", "quote_section"),
                decimal("discount_percent", least=0, most=100),
                decimal("discount_amount"),
                flag("optional"),
                flag("hide_prices"),
                flag("hide_lines"),
            ),
        ),
    ),
    Entity(
        name="quote_line",
        plural="quote_lines",
        title="name",
        parent="quote_id",
        scope_path=("quote_id", "account_id"),
        columns=("quote_id", "name", "spec", "unit", "quantity", "unit_price", "discount_percent"),
        fields=(
            reference("quote_id", "quote", required=True, merge=MergeRule.FIXED),
            reference("section_id", "quote_section"),
            order_key(),
            reference("product_id", "product"),
            text("name"),
            replace(text("name_en"), since=2),
            text("spec"),
            text("unit"),
            decimal("quantity"),
            decimal("unit_price"),
            decimal("discount_percent", least=0, most=100),
            decimal("tax_rate", least=0, most=100),
            text("remark"),
            *_since_2(
                decimal("discount_amount"),
                option("tax_class", o.TaxClass),
                decimal("cost"),
                flag("optional"),
                reference("parent_id", "quote_line"),
                integer("indent", least=0),
                option("bundle_price", o.BundlePrice),
                decimal("percent_of", least=0),
                flag("percent_of_section"),
                option("billing", o.Billing),
                integer("term_months", least=0),
                day("starts_on"),
                day("ends_on"),
                text("ramp"),  # percent of the price in each year: 100;105
                text("price_basis"),  # JSON: where the price came from when it was taken
            ),
        ),
    ),
    Entity(
        name="quote_version",
        plural="quote_versions",
        title="number",
        parent="quote_id",
        scope_path=("quote_id", "account_id"),
        columns=("number", "version", "issued_at", "issued_by_id", "grand_total", "snapshot_hash"),
        issued=True,
        fields=(
            reference("quote_id", "quote", required=True),
            text("number"),
            integer("version"),
            moment("issued_at"),
            reference("issued_by_id", "user"),
            *money("grand_total", "currency"),
            Field(name="snapshot", type=FieldType.LONG_TEXT, merge=MergeRule.FIXED),  # canonical JSON
            Field(name="snapshot_hash", merge=MergeRule.FIXED),  # SHA-256 of the snapshot, hex
            Field(name="pdf_ko", merge=MergeRule.FIXED),  # blob hash of the issued PDF
            Field(name="pdf_en", merge=MergeRule.FIXED),
            Field(
                name="approved_hash", merge=MergeRule.FIXED, since=2
            ),  # of what was approved; none where nobody was asked
            replace(reference("envelope_id", "approval_envelope"), since=2),  # approved in advance by
        ),
    ),
)
