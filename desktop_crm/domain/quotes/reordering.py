"""Which order keys to change so that rows stand in a wanted order: as few as can be, so that moves by two people merge."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from desktop_crm.domain.quotes.order_keys import keys_between


def new_keys(wanted: Sequence[str], keys: Mapping[str, str], suffix: str) -> dict[str, str]:
    """Row id → new key, for rows that need one. `keys` holds the keys rows have now; rows without one are new.

    The longest run of rows that already stand in order keeps its keys. `suffix`: see `order_keys`.
    """
    standing = [row for row in wanted if row in keys]
    if len(standing) == len(wanted) and standing == sorted(standing, key=lambda row: (keys[row], row)):
        return {}
    kept = set(_longest_rising(standing, keys))
    changed: dict[str, str] = {}
    before: str | None = None
    waiting: list[str] = []
    for row in wanted:
        if row not in kept:
            waiting.append(row)
            continue
        changed.update(zip(waiting, keys_between(before, keys[row], len(waiting), suffix), strict=True))
        waiting, before = [], keys[row]
    changed.update(zip(waiting, keys_between(before, None, len(waiting), suffix), strict=True))
    return changed


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
