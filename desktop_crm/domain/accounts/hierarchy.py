"""The account tree as plain links: who stands above whom, what a move would close, in which order a tree is read.

Pure. It knows ids, names and parents; how accounts are stored or shown is no matter here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from desktop_crm.domain.accounts.rollup import cut_circles

ParentOf = Callable[[str], str | None]


class Placed(NamedTuple):
    """An account at its place in a tree that is read from top to bottom. `parent_id` is the link that counts."""

    id: str
    parent_id: str | None
    depth: int


def way_up(start: str, parent_of: ParentOf) -> Iterator[str]:
    """The account and everything above it, nearest first. A circle is walked once."""
    seen: set[str] = set()
    node: str | None = start
    while node and node not in seen:
        seen.add(node)
        yield node
        node = parent_of(node)


def closing_path(account: str, target: str, parent_of: ParentOf) -> tuple[str, ...]:
    """Why `account` cannot stand below `target`: the way from the account down to it. Empty when it can."""
    path: list[str] = []
    for node in way_up(target, parent_of):
        path.append(node)
        if node == account:
            return tuple(reversed(path))
    return ()


def topmost(accounts: Iterable[str], parent_of: ParentOf) -> tuple[str, ...]:
    """Those of the accounts that stand below none of the others: moving or deleting them takes the rest along."""
    wanted = tuple(dict.fromkeys(accounts))
    chosen = set(wanted)
    return tuple(a for a in wanted if not any(above in chosen for above in list(way_up(a, parent_of))[1:]))


def depth_first(parents: Mapping[str, str | None], names: Mapping[str, str]) -> Iterator[Placed]:
    """Every account once, parents before children, siblings by name. A circle is cut at its smallest id."""
    links = cut_circles(parents)
    children: dict[str | None, list[str]] = defaultdict(list)
    for account in sorted(links, key=lambda a: (names.get(a, "").casefold(), a), reverse=True):
        children[links[account]].append(account)
    stack = [Placed(account, None, 0) for account in children[None]]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(Placed(child, here.id, here.depth + 1) for child in children[here.id])
