"""A map read as a whole: findings, ways, balance, scorecard and competitors, from one search. What the doors show after an edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop_crm.domain.stakeholders.balance import Balance, balance
from desktop_crm.domain.stakeholders.findings import Finding, judged
from desktop_crm.domain.stakeholders.routes import Routes, Way, routes
from desktop_crm.domain.stakeholders.scorecard import Scorecard, scorecard
from desktop_crm.domain.stakeholders.values import MapView, TieView

WAYS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a map says on a day. `rivals`: the competitors' ties, the strongest first."""

    findings: tuple[Finding, ...]
    ways: tuple[Way, ...]
    balance: Balance
    scorecard: Scorecard
    rivals: tuple[TieView, ...]
    routes: Routes


def read(view: MapView, today: date) -> Reading:
    """Judge a map."""
    found = routes(view)
    ways = found.best(WAYS_SHOWN)
    rivals = sorted(
        (tie for tie in view.ties if tie.competitor), key=lambda tie: (-(tie.strength or 0), tie.competitor)
    )
    return Reading(
        findings=judged(view, found, ways),
        ways=ways,
        balance=balance(view),
        scorecard=scorecard(view, today),
        rivals=tuple(rivals),
        routes=found,
    )
