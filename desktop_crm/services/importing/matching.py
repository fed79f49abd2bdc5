"""Who a name in a file means: exactly, by its key, or — proposed, never taken silently — by nearness.

Pure over the names handed in.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from desktop_crm.foundation.collector import let_go

_NEAR = 88.0
_AT_ONCE = 10_000
"""Names that are compared in one go; meanwhile no other thread runs."""
_LEGAL = re.compile(
    r"\(주\)|㈜|주식회사|\(유\)|유한회사|\b(?:inc|corp|corporation|co|ltd|llc|gmbh|company|limited)\b\.?", re.IGNORECASE
)
_PLACES = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def exact(text: str) -> str:
    """A name for comparing: one spelling of letters, one gap between words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def bare(text: str) -> str:
    """A name without legal form, gaps and signs."""
    plain = _PLACES.sub("", _LEGAL.sub(" ", unicodedata.normalize("NFKC", text).casefold()))
    return plain or _PLACES.sub("", text.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`row_id` for a sure match; else perhaps a suggestion, and whether several rows carry the name."""

    row_id: str | None = None
    suggestion: str | None = None
    several: bool = False
    candidates: tuple[str, ...] = ()
    """The rows that carry the name, where there are several."""

    @property
    def means_nobody(self) -> bool:
        """Whether nothing there comes near."""
        return self.row_id is None and self.suggestion is None and not self.several


class Names:
    """The names of one entity's rows. Grows as an import makes rows."""

    def __init__(self, entries: Iterable[tuple[str, str]] = ()) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        self._fresh: list[tuple[str, str]] = []
        """Names that are not among the bare ones yet: nobody was looked for in vain since they came."""
        self._near: list[str] | None = None
        self._known: dict[str, Match] = {}
        self._ids: set[str] = set()
        for text, row_id in entries:
            self.add(text, row_id)

    def add(self, text: str | None, row_id: str) -> None:
        """Take a name in."""
        self._ids.add(row_id)
        if text:
            self._exact[exact(text)].add(row_id)
            self._fresh.append((text, row_id))
            if self._known:
                self._known.clear()

    def find(self, text: str) -> Match:
        """Who is meant. Asking twice costs nothing."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._find(text)
        return found

    def _find(self, text: str) -> Match:
        if text in self._ids:
            return Match(row_id=text)
        same = self._exact.get(exact(text), set())
        if len(same) == 1:
            return Match(row_id=next(iter(same)))
        if same:
            return _several(same)
        for name, row_id in self._fresh:
            self._bare[bare(name)].add(row_id)
        if self._fresh:
            self._fresh.clear()
            self._near = None
        squeezed = bare(text)
        alike = self._bare.get(squeezed, set())
        if alike:
            return Match(suggestion=next(iter(alike))) if len(alike) == 1 else _several(alike)
        if self._near is None:
            self._near = list(self._bare)
        best = self._nearest(squeezed)
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return Match()
        ids = self._bare[best[0][0]]
        return Match(suggestion=next(iter(ids))) if len(ids) == 1 else _several(ids)

    def _nearest(self, squeezed: str) -> list[tuple[str, float]]:
        """The two nearest names with their nearness, the nearer one first."""
        best: list[tuple[str, float]] = []
        near = self._near or []
        for start in range(0, len(near), _AT_ONCE):
            some = near[start : start + _AT_ONCE]
            least = best[1][1] if len(best) > 1 else _NEAR
            found = process.extract(squeezed, some, scorer=fuzz.ratio, score_cutoff=least, limit=2)
            best = sorted([*best, *((name, score) for name, score, _ in found)], key=lambda one: -one[1])[:2]
        return best

    def dissolve(self) -> None:
        """Let go of all names without holding up other threads."""
        let_go(self._exact, self._bare, self._fresh, self._known, self._ids, self._near or [])


def _several(ids: set[str]) -> Match:
    return Match(several=True, candidates=tuple(sorted(ids)))
