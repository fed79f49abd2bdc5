"""Bringing chosen cards into line, each way for itself: on one edge or middle, or at equal distances. Pure; for free layouts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, SIBLING_GAP, Point, overlap


class Alignment(StrEnum):
    """What the chosen cards get in common."""

    LEFT = "left"
    CENTRE = "centre"  # one axis from above to below
    RIGHT = "right"
    TOP = "top"
    MIDDLE = "middle"  # one axis from side to side
    BOTTOM = "bottom"
    ACROSS = "across"  # equal distances from left to right
    DOWN = "down"  # equal distances from above to below


LEAST = {Alignment.ACROSS: 3, Alignment.DOWN: 3}
"""How many cards an alignment needs; two, where it is not said."""
_BESIDE = {Alignment.LEFT, Alignment.CENTRE, Alignment.RIGHT, Alignment.ACROSS}
"""Those that move cards sideways."""


def lined_up(corners: Mapping[str, Point], chosen: Collection[str], wanted: Alignment) -> dict[str, Point]:
    """The new places of those chosen cards that move.

    Cards that would then cover each other, or one that is not chosen, make room along the line; the outer two keep their places when distances are made equal.
    All cards are of one size, so that left edges, middles and right edges differ only in which card leads: the one farthest out,
    or the mean of both ends.
    """
    people = [one for one in chosen if one in corners]
    if len(people) < LEAST.get(wanted, 2):
        return {}
    sideways = wanted in _BESIDE
    if wanted in LEAST:
        placed = _spread(corners, people, sideways=sideways)
    else:
        placed = _joined(corners, people, wanted, sideways=sideways)
    return {one: place for one, place in placed.items() if place != corners[one]}


def _joined(corners: Mapping[str, Point], people: list[str], wanted: Alignment, *, sideways: bool) -> dict[str, Point]:
    values = [_along(corners[one], sideways=sideways) for one in people]
    if wanted in {Alignment.LEFT, Alignment.TOP}:
        line = min(values)
    elif wanted in {Alignment.RIGHT, Alignment.BOTTOM}:
        line = max(values)
    else:
        line = (min(values) + max(values)) / 2
    room = (CARD_HEIGHT if sideways else CARD_WIDTH) + SIBLING_GAP
    others = [corner for one, corner in corners.items() if one not in set(people)]
    placed: dict[str, Point] = {}
    last: float | None = None
    for one in sorted(people, key=lambda one: (_along(corners[one], sideways=not sideways), one)):
        other = _along(corners[one], sideways=not sideways)
        if last is not None and other - last < room - SIBLING_GAP:
            other = last + room
        placed[one] = _free(line, other, others, sideways=sideways)
        last = _along(placed[one], sideways=not sideways)
    return placed


def _free(line: float, other: float, others: list[Point], *, sideways: bool) -> Point:
    """The first place on the line, from this one on, where a card covers none of the others."""
    while True:
        spot = Point(line, other) if sideways else Point(other, line)
        covered = [_along(corner, sideways=not sideways) for corner in others if overlap(spot, corner)]
        if not covered:
            return spot
        other = max(covered) + (CARD_HEIGHT if sideways else CARD_WIDTH) + SIBLING_GAP


def _spread(corners: Mapping[str, Point], people: list[str], *, sideways: bool) -> dict[str, Point]:
    order = sorted(people, key=lambda one: (_along(corners[one], sideways=sideways), one))
    first = _along(corners[order[0]], sideways=sideways)
    step = (_along(corners[order[-1]], sideways=sideways) - first) / (len(order) - 1)
    return {
        one: Point(first + index * step, corners[one].y) if sideways else Point(corners[one].x, first + index * step)
        for index, one in enumerate(order)
    }


def _along(corner: Point, *, sideways: bool) -> float:
    return corner.x if sideways else corner.y
