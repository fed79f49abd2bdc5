"""Blocks into pages, by property: nothing lost, nothing over the edge, nothing torn from what it belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.documents.flow import Block, paginate

TOP, NEXT_TOP, BOTTOM, HEADER = 100.0, 40.0, 500.0, 20.0


def block(height: float, keeps_next: bool, in_table: bool) -> Block:
    return Block(height=height, draw=lambda _sheet, _y: None, keeps_next=keeps_next, in_table=in_table)


BLOCKS = st.lists(st.builds(block, st.floats(1, 300), st.booleans(), st.booleans()), max_size=40)


@given(blocks=BLOCKS)
def test_every_block_is_placed_once_in_order_within_its_page(blocks: list[Block]) -> None:
    header = block(HEADER, keeps_next=True, in_table=True)
    pages = paginate(blocks, top=TOP, next_top=NEXT_TOP, bottom=BOTTOM, header=header)
    placed = [item.block for page in pages for item in page if item.block is not header]
    assert [id(item) for item in placed] == [id(item) for item in blocks]
    for number, page in enumerate(pages):
        y = NEXT_TOP if number else TOP
        for item in page:
            assert item.y == y
            y += item.block.height
        assert y <= BOTTOM
        if number:
            first = next(item.block for item in page if item.block is not header)
            assert (page[0].block is header) == first.in_table


@given(blocks=BLOCKS)
def test_what_belongs_together_is_torn_only_when_no_page_could_hold_it(blocks: list[Block]) -> None:
    header = block(HEADER, keeps_next=True, in_table=True)
    pages = paginate(blocks, top=TOP, next_top=NEXT_TOP, bottom=BOTTOM, header=header)
    page_of = {id(item.block): number for number, page in enumerate(pages) for item in page}
    chain: list[Block] = []
    for item in blocks:
        chain.append(item)
        if not item.keeps_next:
            needed = sum(part.height for part in chain) + HEADER
            top = NEXT_TOP if page_of[id(chain[0])] else TOP
            assert len({page_of[id(part)] for part in chain}) == 1 or needed > BOTTOM - top
            chain = []


def test_no_blocks_give_one_empty_page() -> None:
    assert paginate([], top=TOP, next_top=NEXT_TOP, bottom=BOTTOM, header=block(HEADER, False, True)) == [[]]
