"""What an envelope allows, and that every other offer is outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.approvals.envelopes import (
    Terms,
    check_terms,
    refuse_outside,
    refuse_used_up,
    terms_text,
)
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId
from tests.domain.quotes.samples import CUSTOMER, SUPPLIER, line

TERMS = Terms(
    id=RowId("e"),
    account_id=RowId("a"),
    products=(RowId("p1"), RowId("p2")),
    limit_percent=Decimal(12),
    expires_on=date(2026, 6, 30),
    max_uses=2,
    granted_by=UserId("lead"),
    granted_at=datetime(2026, 6, 1, tzinfo=UTC),
    key_id=RowId("k"),
)
DAY = date(2026, 6, 15)


def offer(*lines: QuoteLine, account: str = "a", **more: object) -> QuoteDraft:
    return QuoteDraft(
        id=RowId("q"),
        supplier=SUPPLIER,
        customer=CUSTOMER,
        currency="KRW",
        account_id=RowId(account),
        sections=(QuoteSection(id=RowId("s"), lines=lines),),
        **more,  # type: ignore[arg-type]
    )


def refusal(draft: QuoteDraft, terms: Terms = TERMS, on: date = DAY) -> str:
    try:
        refuse_outside(terms, draft, price(draft), on)
    except Refusal as refused:
        return refused.code
    return ""


def sold(number: int, discount: str, product: str | None = "p1", price: str = "1000", **more: object) -> QuoteLine:
    return line(number, f"line {number}", "1", price, discount, product_id=product and RowId(product), **more)


def test_an_offer_inside_is_allowed_until_its_last_day() -> None:
    inside = offer(sold(1, "12"), sold(2, "0", "p9"), sold(3, "5", "p2"))
    assert refusal(inside) == ""
    assert refusal(inside, on=TERMS.expires_on) == ""


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (offer(sold(1, "12"), account="b"), "envelope.account"),
        (offer(sold(1, "12.1")), "envelope.limit"),
        (offer(sold(1, "1", "p9")), "envelope.product"),
        (offer(sold(1, "1", None)), "envelope.product"),
        (offer(sold(1, "0", None, "-5")), "envelope.product"),
        (offer(sold(1, "0"), sold(2, "0", "p9"), discount_percent=Decimal(1)), "envelope.product"),
        (offer(sold(1, "10"), discount_percent=Decimal(5)), "envelope.limit"),
        (offer(sold(1, "50", optional=True)), "envelope.limit"),
    ],
)
def test_an_offer_outside_is_refused(draft: QuoteDraft, code: str) -> None:
    assert refusal(draft) == code


def test_the_day_after_and_every_product() -> None:
    assert refusal(offer(sold(1, "12")), on=date(2026, 7, 1)) == "envelope.expired"
    assert refusal(offer(sold(1, "12", "p77")), replace(TERMS, products=())) == ""


def test_uses() -> None:
    refuse_used_up(TERMS, 1)
    with pytest.raises(Refusal):
        refuse_used_up(TERMS, 2)


@pytest.mark.parametrize(
    "unsound",
    [
        {"limit_percent": Decimal(0)},
        {"limit_percent": Decimal(100)},
        {"max_uses": 0},
        {"max_uses": 1000},
        {"expires_on": date(2020, 1, 1)},
    ],
)
def test_nobody_grants_what_makes_no_sense(unsound: dict[str, object]) -> None:
    check_terms(TERMS, DAY)
    with pytest.raises(Refusal):
        check_terms(replace(TERMS, **unsound), DAY)  # type: ignore[arg-type]


def test_every_term_is_signed() -> None:
    changed: dict[str, object] = {
        "id": "x",
        "account_id": "x",
        "products": (),
        "limit_percent": Decimal(13),
        "expires_on": date(2027, 1, 1),
        "max_uses": 3,
        "granted_by": "x",
        "granted_at": datetime(2026, 1, 1, tzinfo=UTC),
        "key_id": "x",
    }
    assert (
        len({terms_text(replace(TERMS, **{name: value})) for name, value in changed.items()} | {terms_text(TERMS)})
        == 10
    )  # type: ignore[arg-type]
