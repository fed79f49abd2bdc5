"""A piece of a long text around what was looked for, and where the hits are in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_crm.domain.text import composed, fold

AROUND = 46
LONGEST = 170


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """One line of text; `hits` are places in it, from and to."""

    text: str
    hits: tuple[tuple[int, int], ...] = ()


def snippet(whole: str, words: Sequence[str]) -> Snippet:
    """The line around the first hit; the beginning of the text when no word stands in it."""
    line = " ".join(composed(whole).split())
    folded = fold(line)
    wanted = [fold(word) for word in words if word]
    places = [place for place in (folded.find(word) for word in wanted) if place >= 0]
    start = max(min(places, default=0) - AROUND, 0)
    if start:
        blank = line.find(" ", start, start + 12)
        start = blank + 1 if blank >= 0 else start
    piece = line[start : start + LONGEST]
    shown = f"{'… ' if start else ''}{piece}{' …' if start + LONGEST < len(line) else ''}"
    return Snippet(text=shown, hits=_hits(fold(shown), wanted))


def _hits(folded: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for word in words:
        place = folded.find(word)
        while place >= 0:
            found.append((place, place + len(word)))
            place = folded.find(word, place + len(word))
    kept: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if not kept or begin >= kept[-1][1]:
            kept.append((begin, end))
    return tuple(kept)
