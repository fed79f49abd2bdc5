"""What changed between two states of a quote: every kind of difference by example, and by property on odd drafts."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes import compare as rules
from desktop_crm.domain.quotes.compare import Aspect, Offer, compare
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import drafts, korean_draft, line, long_draft


def between(old: QuoteDraft, new: QuoteDraft) -> rules.Comparison:
    return compare(Offer.of(old), Offer.of(new))


def with_lines(draft: QuoteDraft, number: int, *lines: QuoteLine) -> QuoteDraft:
    sections = list(draft.sections)
    sections[number] = replace(sections[number], lines=lines)
    return replace(draft, sections=tuple(sections))


def test_every_field_is_told_or_left_out_on_purpose() -> None:
    for kind, told, untold in (
        (QuoteLine, rules.LINE_ASPECTS, rules.LINE_UNTOLD),
        (QuoteSection, rules.SECTION_ASPECTS, rules.SECTION_UNTOLD),
        (QuoteDraft, rules.QUOTE_ASPECTS, rules.QUOTE_UNTOLD),
    ):
        assert {one.name for one in fields(kind)} == told.keys() | untold


@given(drafts())
def test_a_draft_differs_in_nothing_from_itself(draft: QuoteDraft) -> None:
    found = between(draft, draft)
    assert found.is_same
    assert found.repriced == 0


def test_values_of_a_line_are_told_by_what_they_mean() -> None:
    old = korean_draft()
    first, second = old.sections[0].lines
    cheaper = replace(first, unit_price=Decimal(8000000), discount_percent=Decimal(10), remark="설치 포함")
    found = between(old, with_lines(old, 0, cheaper, replace(second, quantity=Decimal(20))))
    assert [(one.name, one.aspects) for one in found.lines] == [
        ("HC-900 제어기 번들", (Aspect.PRICE, Aspect.DISCOUNT, Aspect.TEXT)),
        ("현장 설치·시운전", (Aspect.QUANTITY,)),
    ]
    values = {one.field: (one.old, one.new) for one in found.lines[0].fields}
    assert values["unit_price"] == (Decimal(8200000), Decimal(8000000))
    assert values["discount_percent"] == (Decimal(7), Decimal(10))
    # 12 x 8,200,000 less 7 % is 91,512,000; 12 x 8,000,000 less 10 % is 86,400,000; two days more at 650,000 are 1,300,000
    subtotal = found.amount("subtotal")
    assert subtotal.change == Decimal(86400000 - 91512000 + 1300000)
    assert found.counts() == {Aspect.QUANTITY: 1, Aspect.PRICE: 1, Aspect.DISCOUNT: 1, Aspect.TEXT: 1}


def test_lines_added_and_taken_out() -> None:
    old = korean_draft()
    first, second = old.sections[0].lines
    added = line(9, "예비 부품", "1", "500000")
    found = between(old, with_lines(old, 0, first, added))
    by_name = {one.name: one for one in found.lines}
    assert by_name["예비 부품"].aspects == (Aspect.ADDED,)
    assert (by_name["예비 부품"].old_place, by_name["예비 부품"].new_place) == (None, 2)
    assert by_name[second.name].aspects == (Aspect.REMOVED,)
    assert by_name[second.name].old_section == "설비 제어 패키지"
    assert by_name[second.name].new_amount is None


def test_only_the_line_that_was_moved_has_moved() -> None:
    old = replace(
        korean_draft(),
        sections=(QuoteSection(id=RowId("s"), lines=tuple(line(n, f"품목 {n}", "1", "100") for n in range(6))),),
    )
    lines = old.sections[0].lines
    found = between(old, with_lines(old, 0, lines[5], *lines[:5]))
    assert [(one.name, one.aspects, one.old_place, one.new_place) for one in found.lines] == [
        ("품목 5", (Aspect.MOVED,), 6, 1)
    ]


def test_a_line_under_another_heading_has_moved() -> None:
    old = korean_draft()
    moving = old.sections[1].lines[0]
    new = with_lines(with_lines(old, 1, old.sections[1].lines[1]), 2, *old.sections[2].lines, moving)
    found = between(old, new)
    assert [(one.name, one.aspects) for one in found.lines] == [(moving.name, (Aspect.MOVED,))]
    assert (found.lines[0].old_section, found.lines[0].new_section) == ("소프트웨어", "유지보수")


def test_a_copy_with_ids_of_its_own_is_known_by_its_words() -> None:
    old = korean_draft()
    sections = tuple(
        replace(
            section,
            id=RowId(f"copy-{section.id}"),
            lines=tuple(replace(one, id=RowId(f"copy-{one.id}")) for one in section.lines),
        )
        for section in old.sections
    )
    found = between(old, replace(old, sections=sections))
    assert found.lines == ()
    assert {one.aspects for one in found.sections} == {(Aspect.ADDED,), (Aspect.REMOVED,)}


def test_a_discount_on_the_whole_reprices_lines_that_did_not_change() -> None:
    old = korean_draft()
    found = between(old, replace(old, discount_percent=Decimal(5)))
    assert [(one.field, one.aspect, one.old, one.new) for one in found.quote] == [
        ("discount_percent", Aspect.DISCOUNT, Decimal(3), Decimal(5))
    ]
    assert found.lines == ()
    assert found.repriced == 4  # the fifth is given away: nothing is taken off nothing


def test_terms_and_parties() -> None:
    old = korean_draft()
    new = replace(old, payment_terms="전액 선납", customer=replace(old.customer, contact="박서연"))
    found = between(old, new)
    assert {(one.field, one.aspect) for one in found.quote} == {
        ("payment_terms", Aspect.TERMS),
        ("customer.contact", Aspect.PARTY),
    }


def test_sections_renamed_discounted_and_gone() -> None:
    old = korean_draft()
    first, second, third = old.sections
    changed = replace(first, name="설비", discount_percent=Decimal(2))
    found = between(old, replace(old, sections=(changed, second)))
    assert [(one.name, one.aspects) for one in found.sections] == [
        ("설비", (Aspect.TEXT, Aspect.DISCOUNT)),
        (third.name, (Aspect.REMOVED,)),
    ]


def test_margin_is_compared_and_currencies_are_not() -> None:
    costed = with_lines(korean_draft(), 2, replace(korean_draft().sections[2].lines[0], cost=Decimal(6000000)))
    cheaper = with_lines(costed, 2, replace(costed.sections[2].lines[0], unit_price=Decimal(9000000)))
    found = between(costed, cheaper)
    # three years at 500,000 less, after 5 % on the line and 3 % on the whole
    assert found.amount("margin").change == -Decimal(3 * 500000) * Decimal("0.95") * Decimal("0.97")
    abroad = between(costed, replace(costed, currency="USD"))
    assert abroad.amount("net_amount").change is None
    assert not abroad.is_same


@given(drafts(), st.randoms())
def test_what_moves_is_told_and_nothing_else(draft: QuoteDraft, chance) -> None:
    loose = [one for one in draft.lines() if one.parent_id is None and not one.percent_of_section]
    old = replace(draft, sections=(QuoteSection(id=RowId("s"), lines=tuple(loose)),))
    shuffled = list(loose)
    chance.shuffle(shuffled)
    found = between(old, with_lines(old, 0, *shuffled))
    moved = {one.id for one in found.lines}
    assert all(one.aspects == (Aspect.MOVED,) for one in found.lines)
    assert [one.id for one in loose if one.id not in moved] == [one.id for one in shuffled if one.id not in moved]


def test_a_thousand_lines_all_changed() -> None:
    old = long_draft(1000)
    new = replace(
        old,
        sections=tuple(
            replace(section, lines=tuple(replace(one, quantity=one.quantity + 1) for one in reversed(section.lines)))
            for section in old.sections
        ),
    )
    found = between(old, new)
    assert len(found.lines) == 1000
    assert found.counts()[Aspect.QUANTITY] == 1000
