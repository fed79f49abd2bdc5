"""Proposals as values: the markup of texts, placeholders, the snapshot with its hash, and what changed between two versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.proposals import placeholders, rich
from desktop_crm.domain.proposals.compare import BlockChange, compare
from desktop_crm.domain.proposals.proposal import Block, Price, PriceLine, Said, freeze, from_snapshot
from desktop_crm.domain.proposals.rich import Part, PartKind, Span
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.domain.schema.workflows import may_follow
from desktop_crm.foundation.errors import Refusal, Trouble

PRICE = Price(
    number="Q-2026-0001",
    version=2,
    hash="ab",
    currency="KRW",
    sections=(PriceLine(heading="설비", amount=Decimal(100), lines=("제어기",)),),
    discount=Decimal(0),
    net_amount=Decimal(100),
    tax_amount=Decimal(10),
    grand_total=Decimal("110.0"),
    valid_until=date(2026, 12, 31),
    payment_terms="30일",
)
SAID = Said(
    title="증설 제안",
    language="ko",
    account="한빛전자",
    contact="",
    company="온누리",
    company_line="",
    owner="",
    logo="",
    blocks=(
        Block(id="a", kind=BlockKind.SUMMARY, title="요약", text="한 줄\n두 줄"),
        Block(id="b", kind=BlockKind.TEXT, title="해결 방안", text="제어기"),
        Block(id="c", kind=BlockKind.PRICE, title="투자", price=PRICE),
    ),
)


def frozen(said=SAID, version=1):
    at = datetime(2026, 11, 23, 3, 4, tzinfo=UTC)
    return freeze(said, number="P-2026-0001", version=version, issued_at=at, issued_on=at.date(), issued_by="김서연")


def with_blocks(*blocks):
    return replace(SAID, blocks=blocks)


def test_the_markup_is_read_into_parts():
    text = "# 개요\n첫 줄은 **굵게** 끝\n이어지는 줄\n\n- 하나\n- **둘**\n## 일정\n11월 | 착수\n| 12월 | 설치 |\n#없음"
    assert rich.parts(text) == (
        Part(kind=PartKind.HEADING, spans=(Span("개요"),)),
        Part(
            kind=PartKind.PARAGRAPH,
            spans=(Span("첫 줄은 "), Span("굵게", bold=True), Span(" 끝 이어지는 줄")),
        ),
        Part(kind=PartKind.ITEM, spans=(Span("하나"),)),
        Part(kind=PartKind.ITEM, spans=(Span("둘", bold=True),)),
        Part(kind=PartKind.SMALL_HEADING, spans=(Span("일정"),)),
        Part(kind=PartKind.ROW, cells=("11월", "착수")),
        Part(kind=PartKind.ROW, cells=("12월", "설치")),
        Part(kind=PartKind.PARAGRAPH, spans=(Span("#없음"),)),
    )


@given(st.text(alphabet="ab# -*|\n{}.", max_size=60))
def test_any_text_can_be_read_and_no_letter_is_lost(text):
    read = "".join("".join(span.text for span in part.spans) + "".join(part.cells) for part in rich.parts(text))
    assert [sign for sign in read if sign in "ab"] == [sign for sign in text if sign in "ab"]


def test_placeholders_are_filled_and_what_has_no_value_is_named_once():
    text = "{account.name} 귀중, {quote.total} / {quote.total} {nobody.knows} {brace"
    values = {"account.name": "한빛전자", "quote.total": ""}
    assert placeholders.filled(text, values) == "한빛전자 귀중, {quote.total} / {quote.total} {nobody.knows} {brace"
    assert placeholders.unfilled(text, values) == ("quote.total", "nobody.knows")


def test_a_version_comes_back_from_its_snapshot_and_an_altered_one_does_not():
    version = frozen()
    assert from_snapshot(version.snapshot, version.hash) == version
    assert version.content.said.blocks[2].price.grand_total == Decimal(110)
    assert frozen().hash == version.hash
    with pytest.raises(Trouble, match="altered"):
        from_snapshot(version.snapshot.replace("두 줄", "세 줄"), version.hash)
    with pytest.raises(Refusal):
        frozen(version=0)


def test_the_hash_of_what_is_said_knows_nothing_of_numbers_and_moments():
    assert SAID.hash == frozen(version=3).content.said.hash
    assert replace(SAID, title="다른 제안").hash != SAID.hash


def test_blocks_are_compared_by_their_id_whatever_they_are_called():
    summary, solution, price = SAID.blocks
    dearer = replace(price, price=replace(PRICE, grand_total=Decimal(220)))
    added = Block(id="d", kind=BlockKind.TEXT, title="팀")
    found = compare(SAID, with_blocks(added, replace(summary, title="개요", text="한 줄\n세 줄"), dearer))
    assert [(one.change, one.block_id) for one in found] == [
        (BlockChange.ADDED, "d"),
        (BlockChange.CHANGED, "a"),
        (BlockChange.CHANGED, "c"),
        (BlockChange.REMOVED, "b"),
    ]
    assert found[1].fields == ("title", "text")
    assert found[1].lines == ("- 두 줄", "+ 세 줄")
    assert (found[2].before, found[2].after) == ("110.0 KRW", "220 KRW")
    assert solution.title == found[3].title


def test_only_the_block_that_was_taken_elsewhere_is_moved():
    one, two, three = SAID.blocks
    (moved,) = compare(SAID, with_blocks(two, three, one))
    assert (moved.change, moved.block_id) == (BlockChange.MOVED, "a")
    assert compare(SAID, SAID) == ()


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("draft", "approved", False),
        ("draft", "submitted", True),
        ("submitted", "issued", False),
        ("approved", "issued", True),
        ("accepted", "draft", False),
    ],
)
def test_states_follow_each_other_as_the_table_says(before, after, may):
    assert may_follow("proposal", "proposal_state", before, after) is may


def test_a_row_with_an_empty_cell_at_its_end_is_a_row():
    rows = [part.cells for part in rich.parts("단계 | 일정\n착수 | \n| 설치 | 12월 |\n| 검수")]
    assert rows == [("단계", "일정"), ("착수", ""), ("설치", "12월"), ("", "검수")]
