"""How far an approval has come: which seats were asked, who answered, who may answer now. Pure.

1. Every rule that applies has stages, one after another; within a stage all seats are asked at once, and all or any of them have to
   agree. Rules go side by side.
2. A seat belongs to its holders. For a holder may answer: he himself, his delegate on the days of the delegation, and, after the
   seat's days, whoever it is escalated to. A seat nobody holds falls to the administrators.
3. One answer fills every open seat that its giver may fill. One rejection ends the request.
4. Nobody approves what he asked for himself, unless the rule says so, or the workspace has no team.
5. An answer given in advance (an envelope) counts like one given now, for rules on discounts, and for those on margins and amounts
   where it sets a limit for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from desktop_crm.domain.quotes.approvals.needs import Need
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, Seat, Stage
from desktop_crm.domain.schema.approval_options import ApprovalMeasure, ApprovalNeed, ApproverKind, Verdict
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.ids import RowId, UserId

_M = ApprovalMeasure
ON_DISCOUNTS: Final = frozenset({_M.DISCOUNT, _M.LINE_DISCOUNT, _M.PRODUCT, _M.CATEGORY, _M.TIER, _M.CURRENCY})
"""What every envelope speaks about; a rule that applies because of something it says nothing of is not covered by it."""
_FIRST_ZONE, _LAST_ZONE = timedelta(hours=14), timedelta(hours=12)


class ApprovalState(StrEnum):
    """Where a quote's approval stands. `void`: it was approved or asked for, and then something relevant was changed."""

    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as rules see one."""

    id: UserId
    name: str = ""
    role: UserRole | None = None
    manager_id: UserId | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Somebody answers for somebody else; without an end until it is ended."""

    user_id: UserId
    delegate_id: UserId
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who there is. `alone`: the workspace has no team, so nobody else could be asked."""

    persons: Mapping[UserId, Person] = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: by whom, when, and whose quote it is."""

    by: UserId | None
    at: datetime
    owner_id: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An answer. `envelope_id`: it was given in advance, and speaks about these `measures` alone."""

    verdict: Verdict
    by: UserId | None
    at: datetime
    reason: str = ""
    envelope_id: RowId | None = None
    measures: frozenset[ApprovalMeasure] = ON_DISCOUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A seat within a rule that applies: who was or is asked, and what came of it.

    `open`: it is this seat's turn. `may`: who may answer now. `on_behalf`: the holder for whom somebody else answered.
    """

    rule: ApprovalRule
    place: int
    seat: Seat
    holders: tuple[UserId, ...]
    open: bool
    since: datetime | None = None
    may: tuple[UserId, ...] = ()
    decision: Decision | None = None
    on_behalf: UserId | None = None
    escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`waiting_for`: everybody whose yes is awaited now."""

    state: ApprovalState
    askings: tuple[Asking, ...] = ()
    waiting_for: tuple[UserId, ...] = ()
    rejection: Decision | None = None


@dataclass(slots=True)
class _Track:
    """One rule on its way."""

    need: Need
    since: datetime
    place: int = 0
    filled: dict[RowId, tuple[Decision, UserId | bool]] = field(default_factory=dict)

    @property
    def stage(self) -> Stage | None:
        stages = self.need.rule.stages
        return stages[self.place] if self.place < len(stages) else None


def standing(
    needs: Sequence[Need],
    asked: Asked,
    decisions: Sequence[Decision],
    people: People,
    at: datetime,
    advance: Decision | None = None,
) -> Standing:
    """How far a request has come at a moment, from the answers to it. `advance`: an envelope that the quote lies within."""
    tracks = [_Track(need=need, since=asked.at) for need in needs]
    if advance is not None:
        _answer([one for one in tracks if speaks_for(advance, one.need)], advance, asked, people)
    for decision in sorted(decisions, key=lambda one: one.at):
        if decision.verdict is Verdict.WITHDRAWN and decision.by == asked.by:
            return Standing(state=ApprovalState.NEEDED, askings=_askings(tracks, asked, people, at))
        if decision.verdict is Verdict.REJECTED and _may_any(tracks, decision, asked, people):
            found = _askings(tracks, asked, people, at)
            return Standing(state=ApprovalState.REJECTED, askings=found, rejection=decision)
        if decision.verdict is Verdict.APPROVED:
            _answer(tracks, decision, asked, people)
    askings = _askings(tracks, asked, people, at)
    if all(track.stage is None for track in tracks):
        return Standing(state=ApprovalState.APPROVED, askings=askings)
    waiting = tuple(dict.fromkeys(user for one in askings if one.open for user in one.may))
    return Standing(state=ApprovalState.SUBMITTED, askings=askings, waiting_for=waiting)


def speaks_for(advance: Decision, need: Need) -> bool:
    """Whether an envelope may speak for this need: it says something of everything that was found, in each group that holds."""
    groups = (need.findings, *need.beside)
    return all(finding.condition.measure in advance.measures for group in groups for finding in group)


def may_answer(found: Standing, user_id: UserId | None, people: People) -> bool:
    """Whether it is this person's turn. In a workspace without a team and without a name, everybody's."""
    if found.state is not ApprovalState.SUBMITTED:
        return False
    return (people.alone and user_id is None) or user_id in found.waiting_for


def holders(seat: Seat, asked: Asked, people: People) -> tuple[UserId, ...]:
    """Whose seat it is."""
    persons = people.persons
    if seat.kind is ApproverKind.ROLE:
        found = [one.id for one in persons.values() if one.active and one.role is seat.role]
    elif seat.kind is ApproverKind.USER:
        found = [seat.user_id] if seat.user_id else []
    else:
        owner = persons.get(asked.owner_id or UserId(""))
        found = [owner.manager_id] if owner is not None and owner.manager_id else []
    return tuple(found) or tuple(
        one.id for one in persons.values() if one.active and one.role is UserRole.ADMINISTRATOR
    )


def _answer(tracks: Sequence[_Track], decision: Decision, asked: Asked, people: People) -> None:
    """Fill what may be filled; a stage that is done opens the next one, which the same answer may fill as well."""
    for track in tracks:
        while (stage := track.stage) is not None:
            for seat in stage.seats:
                holder = _holder_for(track, seat, decision, asked, people)
                if seat.id not in track.filled and holder is not False:
                    track.filled[seat.id] = (decision, holder)
            done = [seat.id in track.filled for seat in stage.seats]
            if not (any(done) if stage.need is ApprovalNeed.ANY else all(done)):
                break
            track.place, track.since = track.place + 1, decision.at


def _may_any(tracks: Sequence[_Track], decision: Decision, asked: Asked, people: People) -> bool:
    return any(
        _holder_for(track, seat, decision, asked, people) is not False
        for track in tracks
        if (stage := track.stage) is not None
        for seat in stage.seats
    )


def _holder_for(track: _Track, seat: Seat, decision: Decision, asked: Asked, people: People) -> UserId | bool:
    """The holder for whom the decision's giver may answer, True where he answers in his own name, False where he may not."""
    if people.alone and decision.by is None:
        return True
    if decision.by is None:
        return False
    own = decision.by == asked.by and decision.verdict is Verdict.APPROVED
    if own and not track.need.rule.own_allowed and not people.alone:
        return False
    for user, holder in _may(seat, track.since, asked, people, decision.at):
        if user == decision.by:
            return True if holder == user else holder
    return False


def _may(seat: Seat, since: datetime, asked: Asked, people: People, at: datetime) -> Iterator[tuple[UserId, UserId]]:
    """(who may answer, for whom), the holders first."""
    mine = holders(seat, asked, people)
    for holder in mine:
        if holder not in people.persons or people.persons[holder].active:
            yield holder, holder
    for holder in mine:
        for one in people.delegations:
            if one.user_id == holder and _holds(one, at):
                yield one.delegate_id, holder
    if _is_escalated(seat, since, at):
        for holder in mine:
            above = people.persons[holder].manager_id if holder in people.persons else None
            if (seat.escalate_to or above) is not None:
                yield seat.escalate_to or above or holder, holder


def _is_escalated(seat: Seat, since: datetime, at: datetime) -> bool:
    return seat.escalate_days is not None and at >= since + timedelta(days=seat.escalate_days)


def _holds(one: Delegation, at: datetime) -> bool:
    """Whether it is a day of the delegation anywhere on earth: days are those of whoever gave it."""
    begun = one.starts_on is None or one.starts_on <= (at + _FIRST_ZONE).date()
    return begun and (one.ends_on is None or one.ends_on >= (at - _LAST_ZONE).date())


def _askings(tracks: Sequence[_Track], asked: Asked, people: People, at: datetime) -> tuple[Asking, ...]:
    found = []
    for track in tracks:
        rule = track.need.rule
        for number, stage in enumerate(rule.stages):
            for seat in stage.seats:
                decision, holder = track.filled.get(seat.id, (None, None))
                is_open = number == track.place and decision is None
                may = dict.fromkeys(user for user, _ in _may(seat, track.since, asked, people, at)) if is_open else {}
                if not (rule.own_allowed or people.alone):
                    may.pop(asked.by or UserId(""), None)
                found.append(
                    Asking(
                        rule=rule,
                        place=stage.place,
                        seat=seat,
                        holders=holders(seat, asked, people),
                        open=is_open,
                        since=track.since if is_open else None,
                        may=tuple(may),
                        decision=decision,
                        on_behalf=holder if isinstance(holder, str) else None,
                        escalated=is_open and _is_escalated(seat, track.since, at),
                    )
                )
    return tuple(found)
