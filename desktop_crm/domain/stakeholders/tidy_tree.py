"""A tidy tree of cards: levels in rows, parents above the middle of their children, subtrees packed along their outlines.

More than four reports who lead nobody stand in rows of four, so that a large team does not push its neighbours away.
A subtree's inner shape depends on that subtree alone, so that adding one person moves others only as a block. Linear in
the number of people: outlines are kept from the deepest level upwards and the shallower of two is walked. Knows only ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_crm.domain.stakeholders.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    LEAVES_PER_ROW,
    LEVEL_PITCH,
    ROW_PITCH,
    SIBLING_GAP,
    TREE_GAP,
    Point,
)


@dataclass(slots=True)
class _Outline:
    """The left and right border of a packed subtree, deepest level first, each list with its own shift to add."""

    left: list[float]
    right: list[float]
    left_shift: float = 0.0
    right_shift: float = 0.0

    def shift(self, by: float) -> None:
        self.left_shift += by
        self.right_shift += by

    def put_on_top(self, left: float, right: float) -> None:
        self.left.append(left - self.left_shift)
        self.right.append(right - self.right_shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Who stands below and beside whom. `children` and `beside` hold only ids that are also placed through `roots`."""

    roots: Sequence[str]
    children: Mapping[str, Sequence[str]]
    beside: Mapping[str, Sequence[str]]

    def is_team(self, children: Sequence[str]) -> bool:
        """Whether these stand in rows: many, and nobody below or beside any of them."""
        if len(children) <= LEAVES_PER_ROW:
            return False
        return self.children.keys().isdisjoint(children) and self.beside.keys().isdisjoint(children)


def place(forest: Forest) -> dict[str, Point]:
    """The upper left corner of every card under the roots; the first root's tree begins at x = 0 and y = 0."""
    offset: dict[str, float] = {}
    outlines: dict[str, _Outline] = {}
    for node in _children_first(forest):
        outlines[node] = _packed(node, forest, outlines, offset)
    whole: _Outline | None = None
    for root in forest.roots:
        outline = outlines.pop(root)
        offset[root] = 0.0
        if whole is not None:
            offset[root] = _distance(whole, outline, TREE_GAP)
            outline.shift(offset[root])
        whole = outline if whole is None else _joined(whole, outline)
    if whole is None:
        return {}
    leftmost = min(whole.left) + whole.left_shift
    return _absolute(forest, offset, -leftmost)


def _children_first(forest: Forest) -> list[str]:
    order: list[str] = []
    waiting = list(forest.roots)
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(forest.children.get(node, ()))
    order.reverse()
    return order


def _packed(node: str, forest: Forest, outlines: dict[str, _Outline], offset: dict[str, float]) -> _Outline:
    """Packs the children's outlines from left to right, puts `node` above their middle; offsets become relative to it."""
    children = forest.children.get(node, ())
    aside = len(forest.beside.get(node, ())) * (CARD_WIDTH + SIBLING_GAP)
    if not children:
        return _Outline([0.0], [CARD_WIDTH + aside])
    if forest.is_team(children):
        return _team(children, outlines, offset, aside)
    packed = outlines.pop(children[0])
    offset[children[0]] = 0.0
    for child in children[1:]:
        outline = outlines.pop(child)
        offset[child] = _distance(packed, outline, SIBLING_GAP)
        outline.shift(offset[child])
        packed = _joined(packed, outline)
    middle = (offset[children[0]] + offset[children[-1]]) / 2
    for child in children:
        offset[child] -= middle
    packed.shift(-middle)
    packed.put_on_top(0.0, CARD_WIDTH + aside)
    return packed


def _team(children: Sequence[str], outlines: dict[str, _Outline], offset: dict[str, float], aside: float) -> _Outline:
    """Rows of leaves below their boss; the outline covers every level that a row reaches into."""
    half = (LEAVES_PER_ROW - 1) * (CARD_WIDTH + SIBLING_GAP) / 2
    for index, child in enumerate(children):
        outlines.pop(child)
        offset[child] = (index % LEAVES_PER_ROW) * (CARD_WIDTH + SIBLING_GAP) - half
    rows = -(-len(children) // LEAVES_PER_ROW)
    reach = LEVEL_PITCH + (rows - 1) * ROW_PITCH + CARD_HEIGHT + SIBLING_GAP
    levels = int((reach - 1.0) // LEVEL_PITCH)
    packed = _Outline([-half] * levels, [half + CARD_WIDTH] * levels)
    packed.put_on_top(0.0, CARD_WIDTH + aside)
    return packed


def _distance(placed: _Outline, coming: _Outline, gap: float) -> float:
    """How far `coming` must go to the right to keep `gap` from `placed` on every level they share."""
    shift = placed.right_shift - coming.left_shift + gap
    common = min(len(placed.right), len(coming.left))
    return max(placed.right[-level] - coming.left[-level] for level in range(1, common + 1)) + shift


def _joined(one: _Outline, other: _Outline) -> _Outline:
    """The outline of both; `other` stands to the right. The deeper lists are kept and the shallower written over them."""
    common = min(len(one.left), len(other.left))
    if len(one.left) >= len(other.left):
        left, left_shift = one.left, one.left_shift
    else:
        left, left_shift = other.left, other.left_shift
        move = one.left_shift - left_shift
        left[-common:] = [value + move for value in one.left[-common:]]
    if len(other.right) >= len(one.right):
        right, right_shift = other.right, other.right_shift
    else:
        right, right_shift = one.right, one.right_shift
        move = other.right_shift - right_shift
        right[-common:] = [value + move for value in other.right[-common:]]
    return _Outline(left, right, left_shift, right_shift)


def _absolute(forest: Forest, offset: dict[str, float], start: float) -> dict[str, Point]:
    placed: dict[str, Point] = {}
    waiting = [(root, start, 0.0) for root in reversed(forest.roots)]
    while waiting:
        node, base, y = waiting.pop()
        x = base + offset[node]
        placed[node] = Point(x, y)
        for index, assistant in enumerate(forest.beside.get(node, ()), start=1):
            placed[assistant] = Point(x + index * (CARD_WIDTH + SIBLING_GAP), y)
        children = forest.children.get(node, ())
        below = y + LEVEL_PITCH
        if forest.is_team(children):
            rows = [below + index // LEAVES_PER_ROW * ROW_PITCH for index in range(len(children))]
            waiting.extend((child, x, row) for child, row in zip(reversed(children), reversed(rows), strict=True))
        else:
            waiting.extend((child, x, below) for child in reversed(children))
    return placed
