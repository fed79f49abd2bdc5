"""One draft edited by two people who know nothing of each other: fields and lines merge, the order holds, totals follow; 10,000 lines."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import explain, price
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes, records

D = Decimal


def line(name, quantity="1", amount="1000"):
    return QuoteLine(id=new_row_id(), name=name, quantity=D(quantity), unit_price=D(amount))


@pytest.fixture
def seen(workspace):
    """A quote of three lines, as both people saw it."""
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    lines = tuple(line(name) for name in "가나다")
    made = quotes.create(workspace, account_id=account, sections=(QuoteSection(id=LOOSE, lines=lines),))
    return quotes.open_quote(workspace, made.id).draft


def now(workspace, seen):
    return quotes.open_quote(workspace, seen.id).draft


def test_two_people_change_other_fields_of_one_line(workspace, seen):
    first = seen.sections[0].lines[0]
    quotes.save(workspace, seen, edits.set_line(seen, replace(first, quantity=D(5))))
    quotes.save(workspace, seen, edits.set_line(seen, replace(first, optional=True, cost=D(300))))
    merged = next(iter(now(workspace, seen).lines()))
    assert (merged.quantity, merged.optional, merged.cost) == (5, True, 300)


def test_order_holds_when_one_moves_and_the_other_adds(workspace, seen):
    ids = [one.id for one in seen.lines()]
    quotes.save(workspace, seen, edits.move_line(seen, ids[2], ids[0]))
    quotes.save(workspace, seen, edits.add_line(seen, line("라"), ids[1]))
    assert [one.name for one in now(workspace, seen).lines()] == ["다", "가", "나", "라"]


def test_totals_follow_what_both_did(workspace, seen):
    first, second, _ = seen.lines()
    quotes.save(workspace, seen, edits.set_line(seen, replace(first, quantity=D(2))))
    quotes.save(workspace, seen, edits.set_line(seen, replace(second, discount_amount=D(100))))
    merged = now(workspace, seen)
    assert price(merged).subtotal == 2000 + 900 + 1000
    (summary,) = quotes.list_quotes(workspace)
    stored = records.get(workspace, "quote", seen.id).fields["grand_total"]
    assert summary.grand_total == stored == price(merged).grand_total


def test_a_section_and_its_lines_by_two_people(workspace, seen):
    head = QuoteSection(id=new_row_id(), name="구분")
    with_head = edits.add_section(seen, head)
    quotes.save(workspace, seen, with_head)
    both = now(workspace, seen)
    quotes.save(workspace, both, edits.change_sections(both, [head.id], discount_percent=D(10)))
    quotes.save(workspace, both, edits.move_line(both, both.sections[0].lines[0].id, None))
    merged = now(workspace, seen)
    assert merged.sections[1].discount_percent == 10
    assert [one.name for one in merged.sections[1].lines] == ["가"]
    assert price(merged).subtotal == 2900


def test_what_one_deleted_and_the_other_changed_comes_back(workspace, seen):
    first = seen.sections[0].lines[0]
    quotes.save(workspace, seen, edits.remove(seen, {first.id}))
    quotes.save(workspace, seen, edits.set_line(seen, replace(first, quantity=D(7))))
    assert any(one.id == first.id and one.quantity == 7 for one in now(workspace, seen).lines())


def test_ten_thousand_lines(workspace, seen):
    many = [line(f"품목 {number}", str(number % 9 + 1), str(100 + number)) for number in range(10_000)]
    draft = edits.add_lines(seen, many)
    quotes.save(workspace, seen, draft)
    again = now(workspace, seen)
    assert price(again).subtotal == 3000 + sum((one.quantity * one.unit_price for one in many), D(0))
    changed = edits.set_line(again, replace(many[5000], quantity=D(0)))
    assert len(quotes.save(workspace, again, changed).rows("quote_line")) == 1
    _, steps = explain(changed)
    assert len(steps) >= 10_003
