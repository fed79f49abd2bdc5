"""Blocks into pages: where a page ends, what stays together, what is repeated at the top of the next page. Pure measuring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.documents.sheet import Sheet
from desktop_crm.domain.money import ZERO

Draw = Callable[[Sheet, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something that is never cut: its height, how it draws itself below a given `y`.

    `keeps_next`: not the last on a page when the next block can go with it. `in_table`: a page that begins with it shows
    the table's header first.
    """

    height: float
    draw: Draw
    keeps_next: bool = False
    in_table: bool = False
    key: str = ""
    """What it shows, for whoever looks for its page."""
    adds: Decimal = ZERO
    """What it adds to the sum that is carried from page to page."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A block at its place on a page."""

    y: float
    block: Block


def paginate(
    blocks: Sequence[Block], *, top: float, next_top: float, bottom: float, header: Block
) -> list[list[Placed]]:
    """The blocks of each page. `top` is where the first page begins, `next_top` where the others do."""
    pages: list[list[Placed]] = [[]]
    y = top

    def begin_page(block: Block) -> float:
        pages.append([Placed(next_top, header)] if block.in_table else [])
        return next_top + (header.height if block.in_table else 0)

    for chain in _chains(blocks):
        height = sum(block.height for block in chain)
        whole = height + (header.height if chain[0].in_table else 0) <= bottom - next_top
        fresh = not pages[-1]
        for block in chain:
            moved = block is chain[0] and whole and y + height > bottom
            if (moved or y + block.height > bottom) and not fresh:
                y = begin_page(block)
            pages[-1].append(Placed(y, block))
            y += block.height
            fresh = False
    return pages


def _chains(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks that stay together."""
    chains: list[list[Block]] = []
    open_chain = False
    for block in blocks:
        if open_chain:
            chains[-1].append(block)
        else:
            chains.append([block])
        open_chain = block.keeps_next
    return chains
