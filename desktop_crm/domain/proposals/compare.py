"""What changed from one version of a proposal to another: blocks by their id, texts line by line, prices by figure. Pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from desktop_crm.domain.proposals.proposal import Block, Said


class BlockChange(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One block that is not as it was. `fields`: what changed in it; `lines`: of its text, with "-" or "+" before each."""

    change: BlockChange
    block_id: str
    title: str
    fields: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    """Of the price: the totals."""


_FIELDS = ("title", "kind", "text", "content_id", "image", "pages", "goals", "team", "price")


def compare(old: Said, new: Said) -> tuple[Difference, ...]:
    """The differences in the order of the new version; what is gone comes last."""
    before = {block.id: block for block in old.blocks}
    after = {block.id for block in new.blocks}
    stayed_old = [block.id for block in old.blocks if block.id in after]
    stayed_new = [block.id for block in new.blocks if block.id in before]
    moved = set(stayed_new) - _longest_kept(stayed_old, stayed_new)
    found: list[Difference] = []
    for block in new.blocks:
        past = before.get(block.id)
        if past is None:
            found.append(Difference(change=BlockChange.ADDED, block_id=block.id, title=block.title))
            continue
        changed = _changed(past, block)
        if changed is not None:
            found.append(changed)
        if block.id in moved:
            found.append(Difference(change=BlockChange.MOVED, block_id=block.id, title=block.title))
    gone = (block for block in old.blocks if block.id not in after)
    found += [Difference(change=BlockChange.REMOVED, block_id=one.id, title=one.title) for one in gone]
    return tuple(found)


def _changed(old: Block, new: Block) -> Difference | None:
    fields = tuple(name for name in _FIELDS if getattr(old, name) != getattr(new, name))
    if not fields:
        return None
    lines = difflib.ndiff(old.text.splitlines(), new.text.splitlines())
    return Difference(
        change=BlockChange.CHANGED,
        block_id=new.id,
        title=new.title,
        fields=fields,
        lines=tuple(line for line in lines if line[0] in "+-"),
        before=_total(old) if "price" in fields else "",
        after=_total(new) if "price" in fields else "",
    )


def _total(block: Block) -> str:
    return "" if block.price is None else f"{block.price.grand_total} {block.price.currency}"


def _longest_kept(old: list[str], new: list[str]) -> set[str]:
    """The most blocks that stand in the same order in both; the others were moved."""
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return {old[match.a + step] for match in matcher.get_matching_blocks() for step in range(match.size)}
