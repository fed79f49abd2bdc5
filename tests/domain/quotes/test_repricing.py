"""Pricing again with what is remembered of the lines gives, to the last step, what pricing from nothing gives."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.approvals.needs import ConcessionMemory, Surroundings, needed
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, read
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED, Rule
from desktop_crm.domain.quotes.pricing import LineMemory, explain, price
from desktop_crm.domain.schema.options import BundlePrice, RoundingLevel, RoundingPolicy
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import CUSTOMER, SUPPLIER, line
from tests.domain.quotes.test_ten_thousand_quotes import odd_line, odd_quote, percent, plain_line

CONDITIONS = ("discount > 5", "line_discount > 3", "margin < 40 and amount > 0 KRW", "term > 2", "product != nothing")
RULES = tuple(
    ApprovalRule(id=RowId(f"r{place}"), name=f"r{place}", rank=place, conditions=read(text), stages=())
    for place, text in enumerate(CONDITIONS)
)
OTHER_ORDER = (*DECLARED[:3], Rule.LINE_DISCOUNT, *[one for one in DECLARED[3:] if one is not Rule.LINE_DISCOUNT])


def sample(*lines: QuoteLine) -> QuoteDraft:
    section = QuoteSection(id=LOOSE, lines=lines)
    return QuoteDraft(id=RowId("q"), supplier=SUPPLIER, customer=CUSTOMER, currency="KRW", sections=(section,))


def edited(dice: Random, draft: QuoteDraft, number: int) -> QuoteDraft:
    """The draft after one thing that a person may do."""
    lines = list(draft.lines())
    fresh = odd_line(dice, plain_line(dice, number, 2), lines[-1] if lines else None)
    if not lines or dice.random() < 0.15:
        return edits.add_line(draft, fresh, dice.choice(lines).id if lines else None)
    one: QuoteLine = dice.choice(lines)
    match dice.randrange(8):
        case 0:
            return edits.remove(draft, {one.id})
        case 1:
            return edits.move_line(draft, one.id, dice.choice(lines).id)
        case 2:
            return edits.set_line(draft, replace(fresh, id=one.id))
        case 3:
            section = dice.choice(draft.sections)
            return edits.change_sections(
                draft, {section.id}, discount_percent=percent(dice), optional=not section.optional
            )
        case 4:
            return replace(draft, discount_percent=percent(dice), discount_amount=Decimal(dice.randrange(9)))
        case 5:
            return replace(
                draft,
                rounding_policy=dice.choice(tuple(RoundingPolicy)),
                rounding_level=dice.choice(tuple(RoundingLevel)),
                pricing_order=dice.choice(((), tuple(OTHER_ORDER))),
            )
        case 6:
            return edits.change_lines(
                draft, {other.id for other in dice.sample(lines, len(lines) // 2)}, tax_rate=Decimal(7)
            )
    return edits.set_line(draft, replace(one, quantity=Decimal(dice.randrange(50))))


def test_an_edit_priced_with_what_is_remembered_is_as_from_nothing() -> None:
    dice = Random(6)
    around = Surroundings(home_currency="KRW")
    for _ in range(60):
        draft, memory, given = odd_quote(dice), LineMemory(), ConcessionMemory()
        for number in range(100, 120):
            draft = edited(dice, draft, number)
            if dice.random() < 0.5:
                priced = price(draft, memory)
            else:
                priced, steps = explain(draft, memory)
                assert steps == explain(draft)[1]
            assert priced == price(draft)
            assert needed(draft, RULES, around, priced, given) == needed(draft, RULES, around)


def test_only_the_changed_line_is_worked_out() -> None:
    lines = [line(number, "x", "1", "10") for number in range(5)]
    before, memory = sample(*lines), LineMemory()
    first = price(before, memory)
    after = price(edits.set_line(before, replace(lines[2], quantity=Decimal(3))), memory)
    was, now = first.lines(), after.lines()
    assert [now[one.id] is was[one.id] for one in lines] == [True, True, False, True, True]


def hanging(dice: Random, count: int) -> QuoteDraft:
    """A quote whose lines hang on one another: bundles in bundles, percents of a section and of the whole, options, a circle."""
    lines: list[QuoteLine] = []
    for number in range(count):
        one = plain_line(dice, number, 2)
        above = dice.choice(lines) if lines and dice.random() < 0.5 else None
        if above is not None and not above.percent_of:
            one = replace(one, parent_id=above.id, optional=dice.random() < 0.2)
        elif dice.random() < 0.3:
            one = replace(one, percent_of=percent(dice), percent_of_section=dice.random() < 0.5)
        if not one.percent_of:
            one = replace(one, bundle_price=dice.choice((None, BundlePrice.SUM, BundlePrice.FIXED)))
        lines.append(one)
    if count > 3 and dice.random() < 0.2:
        lines[0] = replace(lines[0], parent_id=lines[-1].id)
    dice.shuffle(lines)
    cut = dice.randrange(count)
    sections = (QuoteSection(id=LOOSE, lines=tuple(lines[:cut])), QuoteSection(id=RowId("s"), lines=tuple(lines[cut:])))
    return replace(sample(), sections=sections)


def test_lines_that_hang_on_one_another_are_as_from_nothing() -> None:
    dice = Random(20261123)
    for _ in range(120):
        draft, memory = hanging(dice, dice.randrange(2, 14)), LineMemory()
        for number in range(100, 112):
            draft = edited(dice, draft, number)
            if dice.random() < 0.4:
                one = dice.choice([*draft.lines()] or [line(1, "x", "1", "1")])
                other = dice.choice([*draft.lines()] or [one])
                draft = edits.set_line(draft, replace(one, parent_id=dice.choice((None, other.id))))
            priced, steps = explain(draft, memory)
            assert (priced, steps) == explain(draft)


def test_only_the_touched_bundle_and_the_percents_are_worked_out() -> None:
    """Seen by what is the very same value as before: another bundle, its parts, a percent of another section."""
    lines = [line(number, "x", "1", "10") for number in range(8)]
    for top in (0, 3):
        lines[top] = replace(lines[top], bundle_price=BundlePrice.SUM)
        for place in (top + 1, top + 2):
            lines[place] = replace(lines[place], parent_id=lines[top].id)
    lines[6] = replace(lines[6], percent_of=Decimal(10))
    lines[7] = replace(lines[7], percent_of=Decimal(10), percent_of_section=True)
    sections = (QuoteSection(id=LOOSE, lines=tuple(lines[:7])), QuoteSection(id=RowId("s"), lines=tuple(lines[7:])))
    before, memory = replace(sample(), sections=sections), LineMemory()
    price(before, memory)
    first = dict(memory._known)
    after = edits.set_line(before, replace(lines[1], unit_price=Decimal(20)))
    assert price(after, memory) == price(after)
    same = [memory._known[one.id] is first[one.id] for one in lines]
    assert same == [False, False, False, True, True, True, False, True]


def test_two_lines_of_one_id_keep_their_own_amounts() -> None:
    twice = sample(line(1, "x", "1", "10"), replace(line(2, "y", "2", "30"), id=line(1, "x", "1", "10").id))
    memory = LineMemory()
    for _ in range(2):
        assert price(twice, memory) == price(twice)


def test_each_line_tells_its_steps_together_and_the_whole_comes_last() -> None:
    _, steps = explain(
        replace(sample(line(1, "x", "3", "10.50", "10"), line(2, "y", "1", "7")), discount_percent=Decimal(5))
    )
    of = [step.line_id for step in steps]
    assert of == sorted(of, key=lambda one: (one is None, one))
    assert [step.rule for step in steps if step.line_id is None][-1] == "rounding"
