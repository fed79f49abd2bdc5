"""The customer's copy: what is printed stands in it; costs, sources of prices, hidden prices and our ids do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes import canonical, customer_copy
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource, Tier
from desktop_crm.domain.quotes.paper import ColumnForm, ColumnKind, Paper, ShownPrices
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import korean_draft


def version_of(draft, paper=None):
    return freeze(
        draft,
        number="Q-1",
        version=1,
        issued_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
        issued_on=date(2026, 11, 22),
        issued_by="김하늘",
        paper=paper or Paper(),
    )


def secretive():
    """A draft with everything a customer must not see."""
    draft = korean_draft()
    tiers = (Tier(quantity=Decimal(10), price=Decimal(7654321)),)
    basis = PriceBasis(
        sources=(PriceSource(rule="list_price", price=Decimal(8200000), tiers=tiers, name="secret book"),),
        floor_price=Decimal(5555555),
    )
    first, second, third = draft.sections
    costly = replace(first.lines[0], cost=Decimal(4444444), price_basis=basis, product_id=RowId("our-product"))
    return replace(
        draft,
        account_id=RowId("our-account"),
        sections=(
            replace(first, lines=(costly, *first.lines[1:])),
            replace(second, hide_prices=True),
            replace(third, hide_lines=True),
        ),
    )


def test_what_is_not_printed_is_not_told():
    version = version_of(secretive())
    text = canonical.encode(customer_copy.copy_of(version))
    for secret in ("4444444", "5555555", "7654321", "secret book", "our-", "504000", "유지보수 골드", "line-0"):
        assert secret not in text, secret
    for shown in ("HC-900", "8200000", "91512000", "22680000", "27075000", version.hash):
        assert shown in text, shown


@pytest.mark.parametrize(
    ("paper", "hidden", "shown"),
    [
        (Paper(prices=ShownPrices.SECTIONS), ("8200000", "91512000"), ("103212000", "163215789")),
        (Paper(prices=ShownPrices.TOTAL), ("8200000", "91512000", "103212000"), ("163215789",)),
        (
            Paper(columns=(ColumnForm(kind=ColumnKind.ITEM), ColumnForm(kind=ColumnKind.AMOUNT))),
            ("8200000",),
            ("91512000",),
        ),
    ],
)
def test_a_form_that_hides_prices_hides_them_inside_too(paper, hidden, shown):
    text = canonical.encode(customer_copy.copy_of(version_of(korean_draft(), paper)))
    assert not [one for one in hidden if f'"{one}"' in text]
    assert all(one in text for one in shown)


def test_a_copy_reads_back_and_a_changed_one_of_another_form_does_not():
    text = canonical.encode(customer_copy.copy_of(version_of(secretive())))
    assert canonical.encode(customer_copy.read(text)) == text
    for wrong in (text.replace('"format":1', '"format":2'), f" {text}", text[:-1]):
        with pytest.raises(Refusal):
            customer_copy.read(wrong)


def test_a_version_keeps_its_hash_whether_programs_know_papers_or_not():
    plain = freeze(
        korean_draft(),
        number="Q-1",
        version=1,
        issued_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
        issued_on=date(2026, 11, 22),
        issued_by="김하늘",
    )
    assert '"paper"' not in plain.snapshot
    assert plain.hash != version_of(korean_draft()).hash
