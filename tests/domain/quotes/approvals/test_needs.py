"""Which approvals a draft needs: every measure, groups, chosen lines, and what somebody would try to get around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.approvals.needs import ProductFacts, Surroundings, level, needed, payment_days
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource, Tier
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import AccountTier, Billing, TierMode
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.approvals.samples_of_rules import rule
from tests.domain.quotes.samples import CUSTOMER, SUPPLIER, line


def offer(*lines: QuoteLine, **more: object) -> QuoteDraft:
    """A draft of these lines."""
    section = QuoteSection(id=RowId("s"), lines=lines)
    return QuoteDraft(id=RowId("q"), supplier=SUPPLIER, customer=CUSTOMER, currency="KRW", sections=(section,), **more)  # type: ignore[arg-type]


def applies(when: str, draft: QuoteDraft, around: Surroundings | None = None) -> bool:
    """Whether a rule of these conditions applies."""
    return bool(needed(draft, [rule(when)], around))


def test_nothing_is_needed_without_rules() -> None:
    assert needed(offer(line(1, "a", "1", "100", "99")), ()) == ()


def test_a_discount_is_measured_over_lines_sections_and_the_whole() -> None:
    draft = offer(line(1, "a", "1", "100000", "10"), line(2, "b", "1", "100000"))
    found = needed(draft, [rule("discount >= 5")])
    assert found[0].findings[0].number == Decimal(5)
    assert not applies("discount > 5", draft)
    assert applies("discount > 9", replace(draft, discount_percent=Decimal(5)))
    assert applies("line_discount >= 10", draft)
    assert needed(draft, [rule("line_discount > 9")])[0].findings[0].line_id == "line-00001"


def test_the_tax_inside_a_price_is_no_discount_and_no_margin() -> None:
    draft = offer(line(1, "a", "1", "110000", cost=Decimal(80000)), tax_included=True, tax_rate=Decimal(10))
    assert not applies("discount > 0", draft)
    assert applies("margin <= 20", draft)
    assert not applies("margin < 20", draft)


def test_a_lower_price_typed_by_hand_is_a_discount() -> None:
    known = PriceBasis(sources=(PriceSource(rule="list", price=Decimal(100)),))
    draft = offer(line(1, "a", "10", "80", price_basis=known))
    assert needed(draft, [rule("discount >= 20")])[0].findings[0].number == Decimal(20)
    assert not applies("discount > 0", offer(line(1, "a", "10", "120", price_basis=known)))


def test_a_contracted_price_and_its_tiers_are_no_discount() -> None:
    contract = PriceSource(
        rule="contract",
        price=Decimal(70),
        tier_mode=TierMode.VOLUME,
        tiers=(Tier(quantity=Decimal(10), price=Decimal(60)),),
    )
    known = PriceBasis(sources=(PriceSource(rule="list", price=Decimal(100)), contract))
    assert not applies("discount > 0", offer(line(1, "a", "10", "70", price_basis=known)))
    assert applies("discount > 8", offer(line(1, "a", "10", "55", price_basis=known)))


def test_a_negative_line_and_a_free_one_are_concessions() -> None:
    assert applies("discount >= 10", offer(line(1, "a", "1", "1000"), line(2, "Goodwill", "1", "-100")))
    known = PriceBasis(sources=(PriceSource(rule="list", price=Decimal(100)),))
    free = offer(line(1, "a", "1", "900"), line(2, "b", "1", "0", price_basis=known))
    assert applies("line_discount >= 100 and discount >= 10", free)
    assert applies("discount >= 100", offer(line(1, "a", "-1", "100")))


def test_a_recurring_line_is_measured_over_its_term() -> None:
    known = PriceBasis(sources=(PriceSource(rule="list", price=Decimal(100)),))
    monthly = line(1, "a", "1", "90", billing=Billing.MONTHLY, term_months=24, price_basis=known)
    assert needed(offer(monthly), [rule("discount >= 10")])[0].findings[0].number == Decimal(10)
    assert applies("term > 12", offer(monthly))
    assert not applies("term > 24", offer(monthly))


def test_margin_needs_known_costs() -> None:
    assert not applies("margin < 100", offer(line(1, "a", "1", "100")))
    draft = offer(line(1, "a", "1", "100", cost=Decimal(85)), line(2, "b", "1", "100", cost=Decimal(10)))
    assert not applies("margin < 20", draft)


def test_products_and_categories_choose_the_lines_that_are_measured() -> None:
    draft = offer(
        line(1, "a", "1", "100", "20", product_id=RowId("p1"), cost=Decimal(70)),
        line(2, "b", "1", "900", product_id=RowId("p2"), cost=Decimal(10)),
        line(3, "free text", "1", "1"),
    )
    around = Surroundings(
        products={
            RowId("p1"): ProductFacts(code="S-1", category="Sensors"),
            RowId("p2"): ProductFacts(code="M-1", category="Motors"),
        }
    )
    assert applies("discount > 15 and category = sensors", draft, around)
    assert not applies("discount > 15 and category = Motors", draft, around)
    assert applies("category = Sensors and margin < 15", draft, around)
    assert applies("product = S-1 and amount <= 80", draft, around)
    assert applies("product = p2", draft, around)
    assert not applies("product = S-2", draft, around)
    assert applies("category != Sensors and discount <= 0 and product = M-1", draft, around)
    assert needed(draft, [rule("category = Sensors, Motors")], around)[0].findings[0].words == ("Sensors", "Motors")


def test_amounts_are_compared_in_the_conditions_currency() -> None:
    draft = offer(line(1, "a", "1", "1000"))
    assert applies("amount >= 1000", draft)
    assert not applies("amount > 1000 KRW", draft)
    abroad = replace(draft, currency="USD", exchange_rate=Decimal(1400), home_currency="KRW")
    assert applies("amount > 1000000 KRW", abroad)
    assert applies("amount > 1000000", abroad, Surroundings(home_currency="KRW"))
    assert not applies("amount > 1000000 USD", abroad)


def test_an_amount_without_a_rate_is_asked_for() -> None:
    found = needed(replace(offer(line(1, "a", "1", "1")), currency="USD"), [rule("amount > 1000000 KRW")])
    assert found[0].findings[0].number is None


def test_currency_tier_and_payment() -> None:
    draft = offer(line(1, "a", "1", "1"), payment_terms="납품 후 60일 이내")
    assert applies("currency = KRW, USD", draft)
    assert not applies("currency != KRW", draft)
    assert applies("tier != key", draft)
    assert applies("tier = key and payment > 30", draft, Surroundings(tier=AccountTier.KEY))
    assert not applies("payment > 60", draft)
    assert not applies("payment > 0", replace(draft, payment_terms=""))


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ("30일 이내", 30),
        ("Net 60", 60),
        ("30 days, the rest in 2 months", 60),
        ("3개월", 90),
        ("현금", None),
        ("45 day", 45),
    ],
)
def test_days_are_read_out_of_the_terms(terms: str, days: int | None) -> None:
    assert payment_days(terms) == days


def test_any_group_is_enough_and_the_highest_rank_comes_first() -> None:
    draft = offer(line(1, "a", "1", "100", "12"), valid_until=date(2026, 1, 1))
    ruled = [rule("discount > 10", name="lead", rank=1), rule("discount > 50 or amount > 1", name="head", rank=5)]
    found = needed(draft, ruled)
    assert [need.rule.name for need in found] == ["head", "lead"]
    assert level(found) == 5
    assert level(()) is None


def test_a_thousand_lines_are_looked_at_once() -> None:
    draft = offer(*(line(number, f"a{number}", "3", "100", "12") for number in range(1000)))
    ruled = [rule(f"discount > {number}", name=str(number)) for number in range(20)]
    assert len(needed(draft, ruled)) == 12
