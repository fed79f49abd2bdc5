"""Sizes on the map, in scene units (1 unit = 1 px at 100 %), shared by screen, picture and print. No colours, no fonts."""

from __future__ import annotations

from typing import Final, NamedTuple

CARD_WIDTH: Final = 190.0
CARD_HEIGHT: Final = 74.0
SIBLING_GAP: Final = 28.0
TREE_GAP: Final = 56.0
LEVEL_PITCH: Final = 150.0
ROW_PITCH: Final = 104.0
SINGLES_PER_ROW: Final = 6
LEAVES_PER_ROW: Final = 4


class Point(NamedTuple):
    """The upper left corner of a card, or a corner of a line."""

    x: float
    y: float


def centre(corner: Point) -> Point:
    """The middle of the card whose upper left corner this is."""
    return Point(corner.x + CARD_WIDTH / 2, corner.y + CARD_HEIGHT / 2)


def overlap(one: Point, other: Point) -> bool:
    """Whether two cards cover a common area; touching edges do not count."""
    return abs(one.x - other.x) < CARD_WIDTH and abs(one.y - other.y) < CARD_HEIGHT
