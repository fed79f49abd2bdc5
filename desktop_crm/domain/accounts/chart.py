"""A hierarchy as an org chart: each account one card, at its first place from the top; every other link is a line besides.

Pure; it knows ids and links, places cards by the tidy tree, and draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_crm.domain.accounts import links
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, Point
from desktop_crm.domain.stakeholders.tidy_tree import Forest, place

CARD = (CARD_WIDTH, CARD_HEIGHT)

Edge = tuple[str, str]
"""The account above, and the one below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Corners of cards; links that make the tree; those besides it (several owners); those that lead back up (circles)."""

    corners: Mapping[str, Point]
    tree: tuple[Edge, ...]
    besides: tuple[Edge, ...]
    back: tuple[Edge, ...]


def arrange(accounts: Sequence[str], above: Mapping[str, Sequence[str]]) -> Chart:
    """Cards for the accounts, in the order in which siblings are to stand. Links to accounts that are not among them are left out."""
    here = set(accounts)
    held = {node: [one for one in above.get(node, ()) if one in here and one != node] for node in accounts}
    below: dict[str, list[str]] = {node: [] for node in accounts}
    for node in accounts:
        for one in held[node]:
            below[one].append(node)
    roots = [node for node in accounts if not held[node]]
    heads = set(links.heads({node: some for node, some in held.items() if some}))
    roots += [node for node in accounts if node in heads and held[node]]
    children, first = _first_places(roots, below)
    tree = tuple((parent, node) for parent, some in children.items() for node in some)
    rest = [(parent, node) for node in accounts for parent in held[node] if (parent, node) not in set(tree)]
    return Chart(
        corners=place(Forest(roots=roots, children=children, beside={})),
        tree=tree,
        besides=tuple(edge for edge in rest if not _stands_above(edge[1], edge[0], first)),
        back=tuple(edge for edge in rest if _stands_above(edge[1], edge[0], first)),
    )


def _first_places(
    roots: Sequence[str], below: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], dict[str, str | None]]:
    """Level by level from the roots: whoever is met first takes the card below."""
    first: dict[str, str | None] = dict.fromkeys(roots)
    children: dict[str, list[str]] = {}
    for node in (level := list(roots)):
        for one in below[node]:
            if one not in first:
                first[one] = node
                children.setdefault(node, []).append(one)
                level.append(one)
    return children, first


def _stands_above(node: str, start: str, first: Mapping[str, str | None]) -> bool:
    """Whether the account stands above `start` in the tree that is drawn."""
    step: str | None = start
    while step is not None:
        if step == node:
            return True
        step = first.get(step)
    return False
