"""The audit: every record against those it shares a key with, in steps that can be stopped after any; then sets of one and the same.

Pure and without a clock: who runs it says how many pairs a step compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_crm.domain.accounts.duplicates import weighing
from desktop_crm.domain.accounts.duplicates.comparing import HOW, OTHER_COMPANY, Kind
from desktop_crm.domain.accounts.duplicates.profiles import Shape, Values, pairs
from desktop_crm.domain.accounts.duplicates.weighing import WEIGHTS

THRESHOLD: Final = 0.0
"""Bits from which two records are taken for one: as likely as not. Chosen on FEBRL 3 and splink_fake_1000 alone, as the
highest whole number of bits at which neither falls below an F1 of 0.95 (`tests/benchmarks/duplicates.py`)."""
_LEVEL: Final = {kind: level_of for kind, (_, level_of) in HOW.items()}
_FAR: Final = -12.0
_BOUND: Final = 20.0
MOST_SETS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one kind of value said: its level (0 is the same) and its bits for or against."""

    kind: Kind
    level: int
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A set of records that are probably one. `reasons` are those of its strongest pair, `members` as they were given."""

    members: tuple[str, ...]
    probability: float
    reasons: tuple[Reason, ...]


class Frequencies:
    """How often each value is met, which makes its agreement worth more or less."""

    def __init__(self, shape: Shape, records: Sequence[Values]) -> None:
        self.rows = len(records)
        self._met: list[Counter[str]] = [Counter() for _ in shape]
        for record in records:
            for counter, some in zip(self._met, record, strict=True):
                counter.update(some)

    def met(self, place: int, value: str) -> int:
        """How many records have the value."""
        return self._met[place][value]


def compare(shape: Shape, one: Values, other: Values, known: Frequencies) -> tuple[Reason, ...]:
    """What each kind of value says of two records; kinds that one of them lacks say nothing."""
    reasons = []
    other_company = False
    for place, kind in enumerate(shape):
        left, right = one[place], other[place]
        if not left or not right:
            continue
        level_of = HOW[kind][1]
        level, value = min((level_of(a, b), a) for a in left for b in right)
        bits = weighing.weight(kind, level, 0 if level else known.met(place, value), known.rows)
        if kind is Kind.COMPANY and level == OTHER_COMPANY:
            other_company = True
        elif other_company and kind in weighing.PLACES:
            bits = weighing.housed(bits)
        reasons.append(Reason(kind=kind, level=level, bits=bits))
    return tuple(reasons)


def said(shape: Shape, one: Values, other: Values, known: Frequencies) -> float:
    """The bits of `compare` without their reasons, for a million pairs."""
    bits = 0.0
    other_company = False
    for place, kind in enumerate(shape):
        left, right = one[place], other[place]
        if not left or not right:
            continue
        value = left[0]
        if len(left) == len(right) == 1:
            level = _LEVEL[kind](value, right[0])
        else:
            level, value = min((_LEVEL[kind](a, b), a) for a in left for b in right)
        said_here = WEIGHTS[kind][level] if level else weighing.weight(kind, 0, known.met(place, value), known.rows)
        if kind is Kind.COMPANY and level == OTHER_COMPANY:
            other_company = True
        elif other_company and kind in weighing.PLACES:
            said_here = weighing.housed(said_here)
        bits += said_here
    return bits


def total(reasons: Iterable[Reason], rows: int) -> float:
    """All bits together, with the prior."""
    return weighing.prior(rows) + sum(reason.bits for reason in reasons)


class Audit:
    """One run over the records of an entity. `advance` compares some pairs and says whether there are more."""

    def __init__(self, shape: Shape, records: Mapping[str, Values]) -> None:
        self._shape = shape
        self._ids = tuple(records)
        self._records = tuple(records.values())
        self._known = Frequencies(shape, self._records)
        self._pairs = pairs(shape, self._records)
        self.bits: dict[tuple[int, int], float] = {}
        self.compared = 0
        self._low = THRESHOLD + _FAR

    def advance(self, count: int) -> bool:
        """Compare so many pairs; False at the end."""
        shape, records, known = self._shape, self._records, self._known
        against_it = weighing.prior(len(records))
        for _ in range(count):
            pair = next(self._pairs, None)
            if pair is None:
                return False
            self.compared += 1
            bits = against_it + said(shape, records[pair[0]], records[pair[1]], known)
            if bits > self._low:
                self.bits[pair] = bits
        return True

    def sets(self, threshold: float = THRESHOLD) -> tuple[Candidate, ...]:
        """The sets that come out, the most certain first."""
        found = []
        for members, strongest in gather(self.bits, threshold):
            one, other = strongest
            reasons = compare(self._shape, self._records[one], self._records[other], self._known)
            found.append(
                Candidate(
                    members=tuple(self._ids[place] for place in members),
                    probability=weighing.probability(self.bits[strongest]),
                    reasons=reasons,
                )
            )
        found.sort(key=lambda one: (-one.probability, -len(one.members), one.members))
        return tuple(found[:MOST_SETS])


def gather(bits: Mapping[tuple[int, int], float], threshold: float) -> list[tuple[tuple[int, ...], tuple[int, int]]]:
    """Sets by average agreement: two are joined when their pairs say so on the whole, so that no chain of likenesses runs away.

    Each with its strongest pair.
    """
    home: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    strongest: dict[int, tuple[int, int]] = {}
    for pair in sorted((one for one in bits if bits[one] >= threshold), key=lambda one: (-bits[one], one)):
        left, right = home.setdefault(pair[0], pair[0]), home.setdefault(pair[1], pair[1])
        if left == right:
            continue
        ours, theirs = members.setdefault(left, [left]), members.setdefault(right, [right])
        if _average(bits, ours, theirs) < threshold:
            continue
        if len(ours) < len(theirs):
            left, right, ours, theirs = right, left, theirs, ours
        strongest[left] = max(
            (strongest[one] for one in (left, right) if one in strongest), key=lambda one: bits[one], default=pair
        )
        strongest.pop(right, None)
        home.update(dict.fromkeys(theirs, left))
        ours.extend(theirs)
        del members[right]
    return [(tuple(sorted(members[one])), strongest[one]) for one in sorted(strongest)]


def _average(bits: Mapping[tuple[int, int], float], ours: Sequence[int], theirs: Sequence[int]) -> float:
    sum_of = 0.0
    for one in ours:
        for other in theirs:
            found = bits.get((one, other) if one < other else (other, one), _FAR)
            sum_of += max(-_BOUND, min(_BOUND, found))
    return sum_of / (len(ours) * len(theirs))


def against(shape: Shape, one: Values, others: Mapping[str, Values], known: Frequencies) -> tuple[Candidate, ...]:
    """One record against some others, each told apart: for warnings while a form is filled in, and for imports."""
    found = []
    for other_id, other in others.items():
        reasons = compare(shape, one, other, known)
        bits = total(reasons, known.rows)
        if bits >= THRESHOLD:
            found.append(Candidate(members=(other_id,), probability=weighing.probability(bits), reasons=reasons))
    return tuple(sorted(found, key=lambda found_one: (-found_one.probability, found_one.members)))
