"""Won deals that are like ours: points worked out by hand, and what is no reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.copying import as_new
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.similar import POINTS, Likeness, Side, WonDeal, ranked
from desktop_crm.domain.schema.options import Billing
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import korean_draft, line

TODAY = date(2026, 11, 23)


def side(**more) -> Side:
    given = {
        "industry": "반도체",
        "employees": 200,
        "products": frozenset({RowId("pump"), RowId("valve")}),
        "people": frozenset({RowId("lee"), RowId("me")}),
    }
    return Side(**{**given, **more})


def deal(number: str = "Q-1", won_on: date = TODAY, **more) -> WonDeal:
    return WonDeal(quote_id=RowId(number), number=number, name="", account_name="", won_on=won_on, side=side(**more))


def points(wanted: Side, other: WonDeal) -> dict[Likeness, Decimal]:
    found = ranked(wanted, [other], TODAY)
    return {reason.kind: reason.points for one in found for reason in one.reasons}


def test_the_points_come_to_a_hundred() -> None:
    assert sum(POINTS.values()) == 100
    [same] = ranked(side(), [deal()], TODAY)
    assert same.points == 100
    assert same.reasons[0].kind is Likeness.PRODUCTS


def test_shared_products_count_as_a_part_of_all() -> None:
    # pump and valve here, pump and hose there: one of three, 35 / 3
    found = points(side(), deal(products=frozenset({RowId("pump"), RowId("hose")})))
    assert found[Likeness.PRODUCTS] == Decimal("11.7")
    assert Likeness.PRODUCTS not in points(side(), deal(products=frozenset({RowId("hose")})))


@pytest.mark.parametrize(
    ("employees", "expected"), [(200, "15"), (400, "15"), (100, "15"), (1200, "7.5"), (2000, None), (None, None)]
)
def test_size_fades_from_twice_to_ten_times(employees, expected) -> None:
    # six times the size: (10 - 6) / (10 - 2) of 15
    found = points(side(), deal(employees=employees)).get(Likeness.SIZE)
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("won_on", "expected"), [(date(2025, 11, 23), "10"), (date(2024, 5, 23), "5"), (date(2022, 11, 23), None)]
)
def test_recency_fades_from_one_year_to_four(won_on, expected) -> None:
    # thirty months: (48 - 30) / 36 of 10
    found = points(side(), deal(won_on=won_on)).get(Likeness.RECENCY)
    assert found == (None if expected is None else Decimal(expected))


def test_people_are_the_customer_or_those_who_were_there() -> None:
    assert points(side(), deal(people=frozenset({RowId("me")})))[Likeness.PEOPLE] == Decimal(10)
    same = deal(people=frozenset(), account_id=RowId("hanbit"))
    assert points(side(account_id=RowId("hanbit")), same)[Likeness.PEOPLE] == Decimal(15)


def test_what_is_not_known_is_no_reason() -> None:
    bare = deal(industry="", employees=None, products=frozenset(), people=frozenset())
    assert ranked(side(industry="", products=frozenset()), [bare], TODAY) == ()  # recent alone is not alike


def test_the_most_alike_comes_first_and_of_equals_the_later() -> None:
    deals = [deal("Q-1", date(2026, 1, 5)), deal("Q-2", date(2026, 6, 5)), deal("Q-3", industry="화학")]
    assert [one.deal.number for one in ranked(side(), deals, TODAY)] == ["Q-2", "Q-1", "Q-3"]
    assert len(ranked(side(), deals, TODAY, limit=1)) == 1


def test_a_copy_takes_structure_and_clauses_and_no_discount() -> None:
    past = replace(
        korean_draft(),
        discount_percent=Decimal(3),
        prepaid=Decimal(1000),
        sections=(
            QuoteSection(
                id=RowId("s"),
                name="설비",
                discount_percent=Decimal(5),
                lines=(
                    line(1, "펌프", "2", "1000", "7"),
                    line(2, "교육", "1", "500", "100"),
                    line(
                        3,
                        "유지보수",
                        "1",
                        "10",
                        billing=Billing.MONTHLY,
                        starts_on=date(2025, 1, 31),
                        ends_on=date(2025, 12, 31),
                    ),
                ),
            ),
        ),
    )
    empty = QuoteDraft(id=RowId("new"), supplier=past.supplier, customer=past.customer, currency="KRW")
    made = as_new(past, empty, 13)
    assert (made.id, made.payment_terms, made.remarks) == (RowId("new"), past.payment_terms, past.remarks)
    assert (made.discount_percent, made.prepaid, made.sections[0].discount_percent) == (0, 0, 0)
    pump, training, upkeep = made.lines()
    assert (pump.unit_price, pump.discount_percent) == (Decimal(1000), 0)
    assert training.discount_percent == 100  # free of charge was a part of the offer
    assert (upkeep.starts_on, upkeep.ends_on) == (date(2026, 2, 28), date(2027, 1, 31))


def test_prices_of_another_currency_mean_nothing() -> None:
    past = korean_draft()
    empty = QuoteDraft(id=RowId("new"), supplier=past.supplier, customer=past.customer, currency="USD")
    assert {one.unit_price for one in as_new(past, empty, 0).lines()} == {Decimal(0)}
