"""What an approval is about: every field is relevant or aside on purpose; what matters voids, what does not stands."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes.approvals import content
from desktop_crm.domain.quotes.approvals.content import content_hash, differences
from desktop_crm.domain.quotes.basis import PriceBasis, PriceSource
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import drafts, korean_draft, line


def names(kind: type) -> set[str]:
    return {one.name for one in fields(kind)}


def with_line(draft: QuoteDraft, changed: QuoteLine) -> QuoteDraft:
    """The draft with its first line replaced."""
    first = draft.sections[0]
    return replace(draft, sections=(replace(first, lines=(changed, *first.lines[1:])), *draft.sections[1:]))


def test_every_field_is_relevant_or_aside() -> None:
    for kind, relevant, aside in (
        (QuoteDraft, content.QUOTE, content.QUOTE_ASIDE),
        (QuoteSection, content.SECTION, content.SECTION_ASIDE),
        (QuoteLine, content.LINE, content.LINE_ASIDE),
    ):
        assert {*relevant, *aside} == names(kind)
        assert not {*relevant} & {*aside}


def test_words_leave_the_hash_and_are_told_as_such() -> None:
    old = korean_draft()
    first = old.sections[0].lines[0]
    new = with_line(replace(old, remarks="오타를 고침", name="x"), replace(first, remark="note", spec="M12"))
    assert content_hash(old) == content_hash(new)
    assert {(one.field, one.relevant) for one in differences(old, new)} == {
        ("remarks", False),
        ("name", False),
        ("remark", False),
        ("spec", False),
    }


def test_order_and_headings_leave_the_hash() -> None:
    old = korean_draft()
    turned = tuple(replace(one, name="다른 제목", lines=one.lines[::-1]) for one in old.sections[::-1])
    assert content_hash(old) == content_hash(replace(old, sections=turned))


def test_what_the_price_hangs_on_changes_the_hash() -> None:
    old = korean_draft()
    first = old.sections[0].lines[0]
    changed = [
        replace(old, discount_percent=Decimal(4)),
        replace(old, payment_terms="60일"),
        replace(old, currency="USD"),
        with_line(old, replace(first, quantity=first.quantity + 1)),
        with_line(old, replace(first, cost=Decimal(1))),
        with_line(old, replace(first, discount_amount=Decimal(1))),
        with_line(old, replace(first, optional=True)),
        replace(old, sections=(replace(old.sections[0], discount_percent=Decimal(1)), *old.sections[1:])),
        replace(old, sections=old.sections[1:]),
    ]
    hashes = {content_hash(one) for one in changed}
    assert len(hashes) == len(changed)
    assert content_hash(old) not in hashes
    for one in changed:
        assert differences(old, one)[0].relevant


def test_the_name_of_what_is_no_product_is_relevant() -> None:
    old = korean_draft()
    free = replace(old.sections[0].lines[0], product_id=None)
    sold = replace(free, product_id=RowId("p"))
    assert content_hash(with_line(old, free)) != content_hash(with_line(old, replace(free, name="other")))
    assert content_hash(with_line(old, sold)) == content_hash(with_line(old, replace(sold, name="other")))


def test_what_a_product_usually_costs_is_relevant() -> None:
    def priced(amount: int) -> QuoteDraft:
        known = PriceBasis(sources=(PriceSource(rule="list", price=Decimal(amount)),))
        section = QuoteSection(id=RowId("s"), lines=(line(1, "a", "1", "80", price_basis=known),))
        return replace(korean_draft(), sections=(section,))

    assert content_hash(priced(100)) != content_hash(priced(90))
    assert [one.field for one in differences(priced(100), priced(90))] == ["price_basis"]


def test_moving_a_line_out_of_a_discounted_section_is_relevant() -> None:
    moved = line(1, "a", "1", "80")
    cheap, plain = QuoteSection(id=RowId("1"), discount_percent=Decimal(5)), QuoteSection(id=RowId("2"))
    old = replace(korean_draft(), sections=(replace(cheap, lines=(moved,)), plain))
    new = replace(old, sections=(cheap, replace(plain, lines=(moved,))))
    assert content_hash(old) != content_hash(new)
    assert [one.field for one in differences(old, new)] == ["section_id"]


@given(drafts(), st.data())
def test_the_hash_differs_exactly_when_something_relevant_does(draft: QuoteDraft, data: st.DataObject) -> None:
    other = data.draw(
        st.sampled_from([draft, replace(draft, remarks="z"), replace(draft, discount_percent=Decimal(50))])
    )
    relevant = any(one.relevant for one in differences(draft, other))
    assert (content_hash(draft) != content_hash(other)) == relevant
