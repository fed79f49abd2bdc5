"""Every pricing rule by itself and in other orders: what it makes of a line, and what the trace says about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource, kept, read, read_tiers, tiers_text
from desktop_crm.domain.quotes.draft import LOOSE, Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED, Rule, checked
from desktop_crm.domain.quotes.order import read as read_order
from desktop_crm.domain.quotes.pricing import PricedQuote, explain, home_total, price
from desktop_crm.domain.quotes.recurring import months_between, periods
from desktop_crm.domain.quotes.rules import by_hand
from desktop_crm.domain.schema.options import Billing, BundlePrice, RoundingLevel, RoundingPolicy, TaxClass, TierMode
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import line

NOBODY = Party(name="x")
D = Decimal


def draft_of(*lines: QuoteLine, sections: tuple[QuoteSection, ...] = (), **more: object) -> QuoteDraft:
    own = (QuoteSection(id=LOOSE, lines=lines),) if lines else ()
    fields = {"currency": "KRW", "tax_rate": D(10)} | more
    return QuoteDraft(id=RowId("q"), supplier=NOBODY, customer=NOBODY, sections=own + sections, **fields)


def nets(priced: PricedQuote) -> list[Decimal]:
    return [one.net for section in priced.sections for one in section.lines]


def source(rule: str, amount: str, **more: object) -> PriceSource:
    return PriceSource(rule=rule, price=D(amount), name=f"{rule} 2026", **more)


def basis(*sources: PriceSource, **more: object) -> PriceBasis:
    return PriceBasis(sources=sources, on=date(2026, 11, 23), **more)


TIERS = read_tiers("10=90; 50=80")


@pytest.mark.parametrize(
    ("mode", "quantity", "amount"),
    [
        (TierMode.VOLUME, "9", 900),
        (TierMode.VOLUME, "10", 900),
        (TierMode.VOLUME, "60", 4800),
        (TierMode.VOLUME, "-60", -4800),
        (TierMode.GRADUATED, "9", 900),
        (TierMode.GRADUATED, "10", 1000),
        (TierMode.GRADUATED, "60", 1000 + 40 * 90 + 10 * 80),
        (TierMode.GRADUATED, "-60", -5400),
        (TierMode.GRADUATED, "0", 0),
    ],
)
def test_tiers(mode: TierMode, quantity: str, amount: int) -> None:
    known = basis(source("book", "100", tier_mode=mode, tiers=TIERS))
    assert nets(price(draft_of(line(1, "x", quantity, "100", price_basis=known)))) == [amount]


def test_a_price_by_hand_leaves_tiers_alone() -> None:
    known = basis(source("book", "100", tier_mode=TierMode.VOLUME, tiers=TIERS))
    typed = line(1, "x", "60", "95", price_basis=known)
    assert nets(price(draft_of(typed))) == [5700]
    assert by_hand(typed)
    assert not by_hand(replace(typed, unit_price=D(100)))
    assert not by_hand(line(1, "x", "60", "95"))


def test_the_last_source_has_the_word_and_the_order_can_be_changed() -> None:
    known = basis(source("list", "120"), source("book", "100"), source("contract", "97"))
    assert known.winner(DECLARED).rule == "contract"
    turned = checked(["contract", "list", "book", *DECLARED[3:]])
    assert known.winner(turned).rule == "book"
    assert basis().winner(DECLARED) is None


def test_blocks() -> None:
    known = basis(source("list", "1000", block=D(12)))
    for quantity, amount in (("1", 1000), ("12", 1000), ("13", 2000), ("-13", -2000), ("0", 0)):
        assert nets(price(draft_of(line(1, "x", quantity, "1000", price_basis=known)))) == [amount]


def test_a_bundle_costs_what_its_parts_cost_or_its_own_price() -> None:
    top = line(1, "번들", "12", "8200000", "7", bundle_price=BundlePrice.SUM, cost=None)
    parts = (
        line(2, "본체", "12", "6900000", parent_id=top.id, cost=D(4_000_000)),
        line(3, "전원", "12", "900000", parent_id=top.id),
        line(4, "모듈", "24", "200000", parent_id=top.id),
        line(5, "선택", "12", "999999", parent_id=top.id, optional=True, cost=D(1)),
    )
    summed = price(draft_of(top, *parts))
    assert summed.sections[0].lines[0].net == 91_512_000
    assert summed.net_amount == 91_512_000
    assert [one.counted for one in summed.sections[0].lines] == [True, False, False, False, False]
    assert summed.cost == 48_000_000
    assert summed.margin == 91_512_000 - 48_000_000
    fixed = price(draft_of(replace(top, bundle_price=BundlePrice.FIXED, unit_price=D(8_000_000)), *parts))
    assert fixed.net_amount == D(12 * 8_000_000) * 93 / 100


def test_bundles_in_bundles_and_a_circle_of_parents() -> None:
    outer = line(1, "a", "1", "0", bundle_price=BundlePrice.SUM)
    inner = line(2, "b", "1", "0", bundle_price=BundlePrice.SUM, parent_id=outer.id)
    leaf = line(3, "c", "2", "50", parent_id=inner.id)
    assert price(draft_of(outer, inner, leaf)).net_amount == 100
    circle = (replace(outer, parent_id=inner.id, unit_price=D(7)), inner, leaf)
    assert price(draft_of(*circle)).net_amount >= 0
    itself = replace(leaf, parent_id=leaf.id)
    assert price(draft_of(itself)).net_amount == 100


def test_percent_of_the_section_and_of_the_whole() -> None:
    first = QuoteSection(
        id=RowId("s1"),
        lines=(line(1, "x", "1", "1000"), line(2, "설치", "1", "0", percent_of=D(10), percent_of_section=True)),
    )
    second = QuoteSection(id=RowId("s2"), lines=(line(3, "y", "1", "500"), line(4, "보험", "1", "0", percent_of=D(2))))
    assert nets(price(draft_of(sections=(first, second)))) == [1000, 100, 500, 30]


def test_percent_before_or_after_the_discount_of_lines() -> None:
    lines = (line(1, "x", "1", "1000", "50"), line(2, "설치", "1", "0", percent_of=D(10)))
    assert nets(price(draft_of(*lines))) == [500, 100]
    turned = (
        "list",
        "book",
        "contract",
        "tiers",
        "block",
        "bundle",
        "line_discount",
        "percent_of_total",
        *DECLARED[8:],
    )
    assert nets(price(draft_of(*lines, pricing_order=turned))) == [500, 50]


def test_discounts_of_a_line_a_section_and_the_whole_lose_no_unit() -> None:
    lines = tuple(line(number, "x", "1", "333") for number in range(3))
    section = QuoteSection(id=RowId("s"), lines=lines, discount_percent=D(10), discount_amount=D(1))
    other = QuoteSection(id=RowId("t"), lines=(line(9, "y", "1", "1000", discount_amount=D(100)),))
    priced = price(draft_of(sections=(section, other), discount_percent=D(5)))
    assert priced.sections[0].discount == 101
    assert priced.sections[0].net == 999 - 101
    assert priced.sections[1].net == 900
    assert priced.subtotal == 898 + 900
    assert sum(one.section_share for one in priced.sections[0].lines) == 101
    assert priced.discount_amount == 90
    finals = [one.final for part in priced.sections for one in part.lines]
    assert sum(finals) == priced.net_amount == 1798 - 90


def test_whole_before_section_when_the_order_says_so() -> None:
    section = QuoteSection(id=RowId("s"), lines=(line(1, "x", "1", "1000"),), discount_percent=D(10))
    other = QuoteSection(id=RowId("t"), lines=(line(2, "x", "1", "1000"),))
    turned = (*DECLARED[:8], "whole_discount", "section_discount", *DECLARED[10:])
    normal = price(draft_of(sections=(section, other), discount_amount=D(100)))
    first = price(draft_of(sections=(section, other), discount_amount=D(100), pricing_order=turned))
    assert (normal.net_amount, first.net_amount) == (1800, 1805)


def test_sections_below_take_part_in_their_heads_discount_and_options() -> None:
    head = QuoteSection(id=RowId("h"), lines=(line(1, "x", "1", "100"),), discount_percent=D(50))
    below = QuoteSection(id=RowId("b"), parent_id=head.id, lines=(line(2, "y", "1", "100"),))
    assert price(draft_of(sections=(head, below))).net_amount == 100
    assert price(draft_of(sections=(replace(head, optional=True), below))).net_amount == 0
    turned = (replace(head, parent_id=below.id), below)
    assert price(draft_of(sections=turned)).net_amount == 100


def test_options_are_shown_and_not_counted() -> None:
    priced = price(draft_of(line(1, "x", "1", "1000"), line(2, "y", "1", "300", optional=True)))
    assert (priced.net_amount, priced.optional, nets(priced)) == (1000, 300, [1000, 300])


def test_free_and_negative_lines() -> None:
    priced = price(
        draft_of(line(1, "x", "2", "1000"), line(2, "교육", "1", "500", "100"), line(3, "반품", "-1", "300"))
    )
    assert nets(priced) == [2000, 0, -300]
    assert priced.grand_total == 1870


@pytest.mark.parametrize(
    ("more", "amount"),
    [
        ({"billing": Billing.MONTHLY}, 12_000),
        ({"billing": Billing.YEARLY}, 1000),
        ({"billing": Billing.MONTHLY, "term_months": 36}, 36_000),
        ({"billing": Billing.YEARLY, "term_months": 36}, 3000),
        ({"billing": Billing.YEARLY, "term_months": 36, "ramp": (D(100), D(110), D(120))}, 3300),
        ({"billing": Billing.YEARLY, "term_months": 48, "ramp": (D(100), D(110))}, 4300),
        ({"billing": Billing.MONTHLY, "starts_on": date(2026, 1, 16), "ends_on": date(2026, 3, 31)}, 2516),
        ({"billing": Billing.MONTHLY, "starts_on": date(2026, 1, 31), "ends_on": date(2026, 2, 27)}, 1000),
        ({"billing": Billing.MONTHLY, "starts_on": date(2026, 5, 1), "ends_on": date(2026, 4, 1)}, 0),
    ],
)
def test_recurring_lines(more: dict[str, object], amount: int) -> None:
    priced = price(draft_of(line(1, "x", "1", "1000", **more), rounding_policy=RoundingPolicy.DOWN))
    assert nets(priced) == [amount]
    assert priced.recurring == amount


def test_months_are_counted_by_day() -> None:
    assert months_between(date(2026, 1, 1), date(2026, 12, 31)) == 12
    assert months_between(date(2026, 1, 1), date(2026, 1, 15)) == Fraction(15, 31)
    assert months_between(date(2028, 2, 1), date(2028, 2, 29)) == 1
    assert periods(Billing.ONCE, term_months=12) == 1


def test_taxes_inside_the_price_and_apart_by_class() -> None:
    lines = (
        line(1, "x", "1", "11000"),
        line(2, "책", "1", "500", tax_class=TaxClass.EXEMPT),
        line(3, "수출", "1", "700", tax_class=TaxClass.ZERO_RATED, tax_rate=D(10)),
    )
    priced = price(draft_of(*lines, tax_included=True))
    assert (priced.net_amount, priced.tax_amount, priced.grand_total) == (11_200, 1000, 12_200)
    assert [(one.tax_class, one.base) for one in priced.taxes] == [
        (TaxClass.STANDARD, 10_000),
        (TaxClass.EXEMPT, 500),
        (TaxClass.ZERO_RATED, 700),
    ]


def test_levels_of_rounding() -> None:
    lines = [line(number, "x", "1", "10.4") for number in range(3)]
    by_level = {level: price(draft_of(*lines, rounding_level=level)) for level in RoundingLevel}
    assert by_level[RoundingLevel.LINE].net_amount == by_level[RoundingLevel.TAX].net_amount == 30
    assert by_level[RoundingLevel.DOCUMENT].net_amount == 31
    assert by_level[RoundingLevel.DOCUMENT].grand_total == 34


def test_prepaid_and_a_stored_rate() -> None:
    draft = draft_of(
        line(1, "x", "1", "100.50"),
        currency="USD",
        prepaid=D(10),
        exchange_rate=D("1385.5"),
        exchange_on=date(2026, 11, 20),
        home_currency="KRW",
    )
    priced = price(draft)
    assert (priced.grand_total, priced.payable) == (D("110.55"), D("100.55"))
    assert home_total(draft, priced) == 153_167
    assert home_total(replace(draft, exchange_rate=None), priced) is None


def test_every_step_is_told() -> None:
    known = basis(
        source("list", "120", day=date(2026, 1, 1)),
        source("book", "100", tier_mode=TierMode.VOLUME, tiers=TIERS, day=date(2026, 2, 1)),
    )
    section = QuoteSection(
        id=RowId("s"),
        name="설비",
        lines=(line(1, "x", "60", "100", "7", price_basis=known), line(2, "y", "1", "33", price_basis=known)),
        discount_amount=D(64),
    )
    draft = draft_of(sections=(section,), discount_percent=D(10), rounding_policy=RoundingPolicy.DOWN)
    priced, steps = explain(draft)
    assert priced == price(draft)
    first = [(step.rule, step.source, step.amount) for step in steps if step.line_id == "line-00001"]
    assert first == [
        ("list", "list 2026", 120),
        ("book", "book 2026", 100),
        ("quantity", "60 x 100", 6000),
        ("tiers", "volume: 10=90; 50=80", 4800),
        ("line_discount", "7 %", 4464),
        ("section_discount", "설비", 4400),
        ("whole_discount", "", 3960),
    ]
    assert next(step.day for step in steps if step.rule == "book") == date(2026, 2, 1)
    assert [step.rule for step in steps if step.line_id == "line-00002"][2:4] == ["hand", "quantity"]
    last = [step.rule for step in steps if step.line_id is None]
    assert last == ["section_discount", "whole_discount", "subtotal", "net", "tax", "rounding"]
    for place, one in enumerate(one for part in priced.sections for one in part.lines):
        told = [step.amount for step in steps if step.line_id == f"line-{place + 1:05d}"]
        assert told[-1] == one.final


def test_a_basis_and_an_order_survive_their_fields() -> None:
    known = basis(source("book", "100", tier_mode=TierMode.GRADUATED, tiers=TIERS), floor_price=D(70))
    assert read(kept(known)) == known
    assert read(None) is None
    assert read("{") is None
    assert tiers_text(read_tiers(" 50=80;10 = 90 ;")) == "10=90; 50=80"
    assert read_order("nonsense") == DECLARED
    assert read_order(None) == DECLARED
    turned = (Rule.CONTRACT, Rule.LIST, Rule.BOOK, *DECLARED[3:])
    assert read_order(",".join(turned)) == turned


@pytest.mark.parametrize("text", ["10", "x=1", "10=", "0=5", "-1=5", "10=NaN", "10=9;20"])
def test_tiers_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="tiers"):
        read_tiers(text)


@pytest.mark.parametrize(
    "order",
    [
        [],
        DECLARED[:-1],
        (*DECLARED, "tax"),
        (*DECLARED[:-2], "rounding", "tax"),
        ("tiers", *DECLARED[1:]),
        ("list", "list", *DECLARED[2:]),
    ],
)
def test_an_order_that_is_none_is_refused(order: tuple[str, ...]) -> None:
    with pytest.raises(Refusal):
        checked(list(order))
