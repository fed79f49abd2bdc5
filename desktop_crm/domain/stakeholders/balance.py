"""Who is for us and who against, each with the weight of their influence.

Somebody whose influence is not entered weighs 1, so that nobody is left out; groups and people who have left do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.domain.schema.options import NodeKind, Support
from desktop_crm.domain.stakeholders.values import MapView

UNKNOWN_WEIGHT = 1
_SCORES = {
    Support.MENTOR: 2,
    Support.SUPPORTER: 1,
    Support.NEUTRAL: 0,
    Support.NON_SUPPORTER: -1,
    Support.ENEMY: -2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Weights of influence for us, undecided (an unknown attitude too) and against; `score` from −100 to 100."""

    supporting: int = 0
    undecided: int = 0
    against: int = 0
    score: int = 0

    @property
    def whole(self) -> int:
        return self.supporting + self.undecided + self.against


def balance(view: MapView) -> Balance:
    """`score` is the mean attitude (mentor 2 … enemy −2) weighted by influence, in percent of 2."""
    weights = {1: 0, 0: 0, -1: 0}
    points = 0
    for node in view.nodes:
        if node.kind in {NodeKind.GROUP, NodeKind.DEPARTED}:
            continue
        weight = UNKNOWN_WEIGHT if node.influence is None else node.influence
        score = _SCORES.get(node.support, 0) if node.support is not None else 0
        weights[(score > 0) - (score < 0)] += weight
        points += weight * score
    whole = sum(weights.values())
    return Balance(
        supporting=weights[1],
        undecided=weights[0],
        against=weights[-1],
        score=round(100 * points / (2 * whole)) if whole else 0,
    )
