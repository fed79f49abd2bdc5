"""MEDDPICC: the eight things to know of a deal, each with what we know it by and since when.

A letter is proven by evidence no older than 90 days; older evidence, or only a card on the map, is a claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desktop_crm.domain.schema.options import BuyingRole, EvidenceTopic, NodeKind
from desktop_crm.domain.stakeholders.values import EvidenceView, MapView

FRESH_DAYS = 90
LETTERS: tuple[EvidenceTopic, ...] = (
    EvidenceTopic.METRICS,
    EvidenceTopic.ECONOMIC_BUYER,
    EvidenceTopic.DECISION_CRITERIA,
    EvidenceTopic.DECISION_PROCESS,
    EvidenceTopic.PAPER_PROCESS,
    EvidenceTopic.IDENTIFIED_PAIN,
    EvidenceTopic.CHAMPION,
    EvidenceTopic.COMPETITION,
)


class LetterState(StrEnum):
    """How well a letter stands."""

    PROVEN = "proven"  # evidence of the last 90 days
    CLAIMED = "claimed"  # older evidence, or a card on the map that says so
    EMPTY = "empty"


POINTS = {LetterState.PROVEN: 2, LetterState.CLAIMED: 1, LetterState.EMPTY: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One line of the scorecard with its newest evidence."""

    topic: EvidenceTopic
    state: LetterState
    newest: EvidenceView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """The eight letters in their order; `points` of `most`: two for a proven letter, one for a claimed one."""

    letters: tuple[Letter, ...]

    @property
    def points(self) -> int:
        return sum(POINTS[letter.state] for letter in self.letters)

    @property
    def most(self) -> int:
        return 2 * len(self.letters)


def scorecard(view: MapView, today: date) -> Scorecard:
    """How the deal of this map stands on a day."""
    return Scorecard(letters=tuple(_letter(view, topic, today) for topic in LETTERS))


def newest_evidence(view: MapView, topic: EvidenceTopic, node_id: str | None = None) -> EvidenceView | None:
    """The evidence of the latest day for a topic; of a person, or of the deal."""
    found = [one for one in view.evidence if one.topic is topic and one.node_id == node_id]
    return max(found, key=lambda one: (one.observed_on or date.min, one.id), default=None)


def _letter(view: MapView, topic: EvidenceTopic, today: date) -> Letter:
    newest = newest_evidence(view, topic)
    if newest is not None:
        fresh = newest.observed_on is not None and newest.observed_on >= today - timedelta(days=FRESH_DAYS)
        return Letter(topic=topic, state=LetterState.PROVEN if fresh else LetterState.CLAIMED, newest=newest)
    seen = _SEEN.get(topic)
    return Letter(topic=topic, state=LetterState.CLAIMED if seen and seen(view) else LetterState.EMPTY)


def _has(role: BuyingRole) -> Callable[[MapView], bool]:
    def looked(view: MapView) -> bool:
        return any(node.buying_role is role and node.kind is NodeKind.PERSON for node in view.nodes)

    return looked


def _has_competitor(view: MapView) -> bool:
    return any(tie.competitor for tie in view.ties)


_SEEN: dict[EvidenceTopic, Callable[[MapView], bool]] = {
    EvidenceTopic.ECONOMIC_BUYER: _has(BuyingRole.ECONOMIC_BUYER),
    EvidenceTopic.CHAMPION: _has(BuyingRole.CHAMPION),
    EvidenceTopic.COMPETITION: _has_competitor,
}
