"""Rules for tests."""

from __future__ import annotations

from desktop_crm.domain.quotes.approvals import rules
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, Seat, Stage
from desktop_crm.domain.schema.approval_options import ApprovalNeed, ApproverKind
from desktop_crm.foundation.ids import RowId, UserId


def seat(user: str, **more: object) -> Seat:
    """A seat of one person."""
    return Seat(id=RowId(f"seat-{user}"), kind=ApproverKind.USER, user_id=UserId(user), **more)  # type: ignore[arg-type]


def stage(*seats: Seat, place: int = 1, need: ApprovalNeed = ApprovalNeed.ALL) -> Stage:
    """Seats asked at the same time."""
    return Stage(place=place, need=need, seats=seats)


def rule(when: str, *stages: Stage, name: str = "", rank: int = 1, own: bool = False) -> ApprovalRule:
    """A rule whose conditions are read from a line."""
    return ApprovalRule(
        id=RowId(f"rule-{name or when}"),
        name=name or when,
        conditions=rules.read(when),
        stages=stages or (stage(seat("lead")),),
        rank=rank,
        own_allowed=own,
    )
