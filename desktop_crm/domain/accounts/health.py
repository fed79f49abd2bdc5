"""How healthy the relation with an account is: 0 to 100 from declared parts, each with the evidence it was made from. Pure.

1.  A part that nothing is known about has no score and no weight; an account of which no part is known has no score at all.
2.  The score is the mean of the known parts by their weights, rounded half up.
3.  Recency: for each level of seniority the person last spoken to counts; an executive level without anybody counts as 0.
4.  Roles: the five roles a sale needs, by how well their best known holder is covered.
5.  Issues: every open ticket takes away by its priority. Service level: the share of open tickets within their days.
6.  Renewal: the next contract to be renewed; the nearer it is without an open deal that closes in time, the lower.
7.  Momentum: activities of the last 90 days against the 90 days before; as many as before is 70.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from desktop_crm.domain.accounts.seniority import Seniority, seniority
from desktop_crm.domain.schema.options import BuyingRole, Coverage, Priority

WHOLE: Final = 100
MOMENTUM_DAYS: Final = 90
RENEWAL_DAYS: Final = 180
GOOD, FAIR = 70, 40
"""From these scores on a relation is good, or fair."""

_FRESH: Final = {Seniority.EXECUTIVE: (60, 180), Seniority.MANAGER: (30, 120), Seniority.STAFF: (14, 90)}
"""Days since the last talk: up to the first all is well, from the second on nothing is left."""
_LEVEL_WEIGHTS: Final = {Seniority.EXECUTIVE: 3, Seniority.MANAGER: 2, Seniority.STAFF: 1}
_ROLE_WEIGHTS: Final = {
    BuyingRole.ECONOMIC_BUYER: 3,
    BuyingRole.DECISION_MAKER: 2,
    BuyingRole.CHAMPION: 2,
    BuyingRole.TECHNICAL_EVALUATOR: 1,
    BuyingRole.USER_BUYER: 1,
}
_COVERED: Final = {Coverage.IN_DEPTH: 100, Coverage.MULTIPLE: 100, Coverage.BRIEF: 60}
_KNOWN_ONLY: Final = 20
_TAKES: Final = {Priority.HIGH: 30, Priority.NORMAL: 15, Priority.LOW: 5}
_SERVICE_DAYS: Final = {Priority.HIGH: 3, Priority.NORMAL: 7, Priority.LOW: 14}
_STEADY: Final = 70
_PREPARED: Final = 90
_AFTERWARDS: Final = timedelta(days=30)
_SHOWN: Final = 3


class HealthPart(StrEnum):
    """What the score is made of, in the order in which it is shown."""

    RECENCY = "recency"
    ROLES = "roles"
    ISSUES = "issues"
    SERVICE_LEVEL = "service_level"
    RENEWAL = "renewal"
    MOMENTUM = "momentum"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthWeights:
    """How much each part counts; only their proportion matters, 0 leaves a part out."""

    recency: int = 25
    roles: int = 20
    issues: int = 15
    service_level: int = 10
    renewal: int = 15
    momentum: int = 15

    def of(self, part: HealthPart) -> int:
        return int(getattr(self, part.value))


WEIGHTS: Final = HealthWeights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the account. `quiet_days`: since the last talk, None when there never was one."""

    id: str
    name: str
    title: str | None
    quiet_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHolder:
    """Somebody on a stakeholder map who has a buying role."""

    name: str
    role: str
    coverage: str | None
    map_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A ticket that is not solved."""

    id: str
    subject: str
    priority: str | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The contract that is to be renewed next."""

    id: str
    name: str
    renewal_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about an account and all below it. `first_close`: the earliest planned close of its open deals."""

    people: tuple[Person, ...] = ()
    holders: tuple[RoleHolder, ...] = ()
    issues: tuple[Issue, ...] = ()
    solved: int = 0
    due: Due | None = None
    first_close: date | None = None
    recent: int = 0
    before: int = 0
    ever: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence: a code that the doors put into words, its values, and the record it speaks of."""

    code: str
    good: bool
    values: Mapping[str, object] = field(default_factory=dict)
    entity: str = ""
    row_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHealth:
    """One part. `score` is None when nothing is known about it; `reasons` then say what is missing."""

    part: HealthPart
    weight: int
    score: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The whole, 0 to 100, and its parts; None when no part is known."""

    score: int | None
    parts: tuple[PartHealth, ...]

    @property
    def worst(self) -> Reason | None:
        """The reason that costs most."""
        known = [part for part in self.parts if part.score is not None and part.weight]
        known.sort(key=lambda part: part.weight * (WHOLE - (part.score or 0)), reverse=True)
        return next((reason for part in known for reason in part.reasons if not reason.good), None)


def health(evidence: Evidence, today: date, weights: HealthWeights = WEIGHTS) -> Health:
    """The score with its reasons."""
    judged = {
        HealthPart.RECENCY: _recency(evidence.people),
        HealthPart.ROLES: _roles(evidence.holders),
        HealthPart.ISSUES: _issues(evidence),
        HealthPart.SERVICE_LEVEL: _service_level(evidence.issues),
        HealthPart.RENEWAL: _renewal(evidence, today),
        HealthPart.MOMENTUM: _momentum(evidence),
    }
    parts = tuple(
        PartHealth(part=part, weight=weights.of(part), score=score, reasons=tuple(reasons))
        for part, (score, reasons) in judged.items()
    )
    known = [(part.weight, part.score) for part in parts if part.score is not None and part.weight > 0]
    whole = sum(weight for weight, _ in known)
    score = (2 * sum(weight * points for weight, points in known) + whole) // (2 * whole) if whole else None
    return Health(score=score, parts=parts)


_Judged = tuple[int | None, Sequence[Reason]]


def _recency(people: Sequence[Person]) -> _Judged:
    if not people:
        return None, [Reason(code="recency.nobody", good=False)]
    points, weights, reasons = 0, 0, []
    for level, weight in _LEVEL_WEIGHTS.items():
        here = [one for one in people if seniority(one.title) is level]
        if not here and level is not Seniority.EXECUTIVE:
            continue
        weights += weight
        spoken = [one for one in here if one.quiet_days is not None]
        last = min(spoken, key=lambda one: one.quiet_days or 0, default=None)
        if last is None or last.quiet_days is None:
            code = "recency.never" if here else "recency.no_executive"
            reasons.append(Reason(code=code, good=False, values={"level": level.value, "n": len(here)}))
            continue
        gained = _falling(last.quiet_days, *_FRESH[level])
        points += weight * gained
        values = {"level": level.value, "name": last.name, "days": last.quiet_days}
        reasons.append(
            Reason(code="recency.spoken", good=gained >= GOOD, values=values, entity="contact", row_id=last.id)
        )
    return points // weights, reasons


def _roles(holders: Sequence[RoleHolder]) -> _Judged:
    if not holders:
        return None, [Reason(code="roles.no_map", good=False)]
    points, reasons = 0, []
    for role, weight in _ROLE_WEIGHTS.items():
        here = [(_covered(one.coverage), one) for one in holders if one.role == role]
        best = max(here, key=lambda pair: pair[0], default=None)
        if best is None:
            reasons.append(Reason(code="roles.missing", good=False, values={"role": role.value}))
            continue
        gained, holder = best
        points += weight * gained
        values = {"role": role.value, "name": holder.name, "coverage": holder.coverage or Coverage.UNKNOWN.value}
        reasons.append(
            Reason(
                code="roles.held", good=gained >= GOOD, values=values, entity="stakeholder_map", row_id=holder.map_id
            )
        )
    return points // sum(_ROLE_WEIGHTS.values()), reasons


def _covered(coverage: str | None) -> int:
    return _COVERED.get(Coverage(coverage), _KNOWN_ONLY) if coverage in set(Coverage) else _KNOWN_ONLY


def _issues(evidence: Evidence) -> _Judged:
    if not evidence.issues:
        if not evidence.solved:
            return None, [Reason(code="issues.never", good=True)]
        return WHOLE, [Reason(code="issues.solved", good=True, values={"n": evidence.solved})]
    taken = sum(_TAKES[_priority(one)] for one in evidence.issues)
    worst = sorted(evidence.issues, key=lambda one: (-_TAKES[_priority(one)], -one.days))
    reasons = [
        Reason(
            code="issues.open",
            good=False,
            values={"subject": one.subject, "priority": _priority(one).value, "days": one.days},
            entity="ticket",
            row_id=one.id,
        )
        for one in worst[:_SHOWN]
    ]
    if len(worst) > _SHOWN:
        reasons.append(Reason(code="issues.more", good=False, values={"n": len(worst) - _SHOWN}))
    return max(0, WHOLE - taken), reasons


def _service_level(issues: Sequence[Issue]) -> _Judged:
    if not issues:
        return None, [Reason(code="service_level.nothing_open", good=True)]
    late = [one for one in issues if one.days > _SERVICE_DAYS[_priority(one)]]
    values: dict[str, object] = {"n": len(issues) - len(late), "whole": len(issues)}
    reasons = [Reason(code="service_level.share", good=not late, values=values)]
    for one in sorted(late, key=lambda one: -one.days)[:_SHOWN]:
        over = {"subject": one.subject, "days": one.days - _SERVICE_DAYS[_priority(one)]}
        reasons.append(Reason(code="service_level.late", good=False, values=over, entity="ticket", row_id=one.id))
    return WHOLE * (len(issues) - len(late)) // len(issues), reasons


def _priority(issue: Issue) -> Priority:
    return Priority(issue.priority) if issue.priority in set(Priority) else Priority.NORMAL


def _renewal(evidence: Evidence, today: date) -> _Judged:
    due = evidence.due
    if due is None:
        return None, [Reason(code="renewal.no_contract", good=True)]
    days = (due.renewal_date - today).days
    values = {"name": due.name, "date": due.renewal_date, "days": days}
    if days < 0:
        return 0, [Reason(code="renewal.over", good=False, values=values, entity="contract", row_id=due.id)]
    if days >= RENEWAL_DAYS:
        return WHOLE, [Reason(code="renewal.far", good=True, values=values, entity="contract", row_id=due.id)]
    if evidence.first_close is not None and evidence.first_close <= due.renewal_date + _AFTERWARDS:
        return _PREPARED, [Reason(code="renewal.prepared", good=True, values=values, entity="contract", row_id=due.id)]
    score = WHOLE * days // RENEWAL_DAYS
    return score, [Reason(code="renewal.near", good=False, values=values, entity="contract", row_id=due.id)]


def _momentum(evidence: Evidence) -> _Judged:
    values: dict[str, object] = {"recent": evidence.recent, "before": evidence.before, "days": MOMENTUM_DAYS}
    if not evidence.ever:
        return None, [Reason(code="momentum.never", good=False)]
    if not evidence.before:
        score = WHOLE if evidence.recent else 0
    else:
        score = min(WHOLE, _STEADY * evidence.recent // evidence.before)
    return score, [Reason(code="momentum.activities", good=score >= GOOD, values=values)]


def _falling(days: int, good: int, bad: int) -> int:
    """100 up to `good` days, 0 from `bad` days on, in a straight line between."""
    return max(0, min(WHOLE, WHOLE * (bad - days) // (bad - good)))
