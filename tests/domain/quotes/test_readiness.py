"""What stands in the way of issuing, one by one: each obstacle alone, at its edge, and with the line it is about."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.quotes.readiness import LARGEST, obstacles
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n.error_table import TABLE
from tests.domain.quotes.samples import korean_draft, line

GOOD = line(1, "ok", "1", "1")


def with_line(**fields: object) -> QuoteDraft:
    bad = replace(line(7, "name", "1", "1"), **fields)
    return replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), lines=(GOOD, bad)),))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "quote.issue.line_name"),
        ({"name": " \t"}, "quote.issue.line_name"),
        ({"quantity": Decimal(0)}, "quote.issue.line_quantity"),
        ({"quantity": LARGEST}, "quote.issue.line_too_many"),
        ({"quantity": -LARGEST}, "quote.issue.line_too_many"),
        ({"unit_price": LARGEST}, "quote.issue.line_too_dear"),
        ({"unit_price": -LARGEST}, "quote.issue.line_too_dear"),
        ({"discount_percent": Decimal("-0.01")}, "quote.issue.line_discount"),
        ({"discount_percent": Decimal("100.01")}, "quote.issue.line_discount"),
        ({"tax_rate": Decimal(-1)}, "quote.issue.line_tax"),
        ({"tax_rate": Decimal(101)}, "quote.issue.line_tax"),
    ],
)
def test_a_bad_line_is_named_with_its_one_fault(fields: dict[str, object], code: str) -> None:
    (found,) = obstacles(with_line(**fields))
    assert (found.code, found.line_id, found.field) == (code, "line-00007", next(iter(fields)))


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal("0.001")},
        {"quantity": Decimal(-1)},
        {"quantity": LARGEST - 1},
        {"unit_price": Decimal(0)},
        {"unit_price": Decimal(-5)},
        {"unit_price": LARGEST - Decimal("0.01")},
        {"discount_percent": Decimal(0)},
        {"discount_percent": Decimal(100)},
        {"tax_rate": None},
        {"tax_rate": Decimal(0)},
        {"tax_rate": Decimal(100)},
        {"spec": "", "unit": "", "remark": ""},
    ],
)
def test_what_lies_just_within_is_no_obstacle(fields: dict[str, object]) -> None:
    assert obstacles(with_line(**fields)) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sections": ()}, "quote.issue.no_lines"),
        ({"sections": (QuoteSection(id=RowId("s"), name="empty"),)}, "quote.issue.no_lines"),
        ({"discount_percent": Decimal(101)}, "quote.issue.discount"),
        ({"discount_percent": Decimal(-1)}, "quote.issue.discount"),
        ({"discount_amount": Decimal(-1)}, "quote.issue.discount_amount"),
        ({"discount_amount": Decimal(10**12)}, "quote.issue.discount_amount"),
        ({"tax_rate": Decimal(101)}, "quote.issue.tax"),
        ({"customer": replace(korean_draft().customer, name="")}, "quote.issue.no_customer"),
    ],
)
def test_faults_of_the_whole_have_no_line(changes: dict[str, object], code: str) -> None:
    (found,) = obstacles(replace(korean_draft(), **changes))
    assert (found.code, found.line_id) == (code, None)


def test_the_whole_may_be_taken_off_and_not_a_won_more() -> None:
    draft = replace(korean_draft(), discount_percent=Decimal(0), discount_amount=price(korean_draft()).subtotal)
    assert obstacles(draft) == ()
    more = replace(draft, discount_amount=draft.discount_amount + 1)
    assert [one.code for one in obstacles(more)] == ["quote.issue.discount_amount"]


def test_every_obstacle_has_its_words() -> None:
    worst = replace(
        with_line(name="", quantity=Decimal(0), discount_percent=Decimal(101), tax_rate=Decimal(-1)),
        customer=replace(korean_draft().customer, name=""),
        discount_percent=Decimal(101),
        tax_rate=Decimal(101),
    )
    large = with_line(quantity=LARGEST, unit_price=LARGEST)
    codes = {found.code for one in (worst, large) for found in obstacles(one)} | {"quote.issue.no_lines"}
    assert len(codes) == 10
    for code in codes:
        assert TABLE[code].happened
        assert TABLE[code].next_step
