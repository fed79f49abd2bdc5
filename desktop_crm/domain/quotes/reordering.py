"""Which order keys to change so that rows stand in a wanted order: as few as can be, so that moves by two people merge."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from desktop_crm.domain.quotes.order_keys import keys_between


def keys_for_edit(was: Sequence[str], wanted: Sequence[str], keys: Mapping[str, str], suffix: str) -> dict[str, str]:
    """Row id → new key, for rows that an edit added or moved; rows it left alone keep theirs, wherever others moved them.

    As few as can be: the longest run that already stands in order keeps its keys. `suffix`: see `order_keys`.
    `was`: the order that the editor saw; `keys`: those of the rows that are there now, others' new rows among them.
    """
    seen = {row: f"{place:09d}" for place, row in enumerate(was)}
    kept = set(_longest_rising([row for row in wanted if row in seen and row in keys], seen))
    if kept >= set(wanted):
        return {}
    kept -= _twins([row for row in wanted if row in kept], keys)  # nothing fits between two rows of one key
    changing = set(wanted) - kept
    taken = sorted(key for row, key in keys.items() if row not in changing)
    changed: dict[str, str] = {}
    anchor: str | None = None
    waiting: list[str] = []
    for row in (*wanted, None):
        if row is not None and row not in kept:
            waiting.append(row)
            continue
        if waiting:
            low, high = _gap(taken, anchor, None if row is None else keys[row])
            changed.update(zip(waiting, keys_between(low, high, len(waiting), suffix), strict=True))
            waiting = []
        anchor = keys[row] if row is not None else None
    return changed


def _twins(rows: Sequence[str], keys: Mapping[str, str]) -> set[str]:
    """Rows that have the key of the row before them."""
    return {row for before, row in pairwise(rows) if keys[before] == keys[row]}


def _gap(taken: Sequence[str], below: str | None, above: str | None) -> tuple[str | None, str | None]:
    """The free room right below a key; without one, right above the other; without either, after all."""
    if below is not None:
        place = bisect_right(taken, below)
        return below, taken[place] if place < len(taken) else None
    if above is not None:
        place = bisect_left(taken, above)
        return taken[place - 1] if place else None, above
    return (taken[-1] if taken else None), None


def _longest_rising(rows: Sequence[str], keys: Mapping[str, str]) -> list[str]:
    """A longest subsequence whose keys rise strictly."""
    ends: list[str] = []  # the smallest key that ends a run of each length
    last: list[int] = []  # and the place of its row
    came_from: list[int] = []
    for place, row in enumerate(rows):
        length = bisect_left(ends, keys[row])
        came_from.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(keys[row])
            last.append(place)
        else:
            ends[length], last[length] = keys[row], place
    found: list[str] = []
    place = last[-1] if last else -1
    while place >= 0:
        found.append(rows[place])
        place = came_from[place]
    return found[::-1]
