"""How far a request has come: sequence, parallel, any, roles, managers, delegates, escalation, rejection, own requests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from desktop_crm.domain.quotes.approvals import rules
from desktop_crm.domain.quotes.approvals.needs import Finding, Need
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, Seat
from desktop_crm.domain.quotes.approvals.standing import (
    ApprovalState,
    Asked,
    Decision,
    Delegation,
    People,
    Person,
    Standing,
    may_answer,
    standing,
)
from desktop_crm.domain.schema.approval_options import ApprovalNeed, ApproverKind, Verdict
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.ids import RowId, UserId
from tests.domain.quotes.approvals.samples_of_rules import rule, seat, stage

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = People(
    persons={
        UserId(name): Person(id=UserId(name), name=name, role=role, manager_id=UserId(above) if above else None)
        for name, role, above in (
            ("rep", UserRole.MEMBER, "lead"),
            ("lead", UserRole.MANAGER, "head"),
            ("other", UserRole.MANAGER, "head"),
            ("head", UserRole.MANAGER, ""),
            ("admin", UserRole.ADMINISTRATOR, ""),
        )
    }
)
ASKED = Asked(by=UserId("rep"), at=BEGIN, owner_id=UserId("rep"))


def need(made: ApprovalRule) -> Need:
    return Need(rule=made, findings=tuple(Finding(condition=one) for one in made.conditions[0]))


def said(by: str, verdict: Verdict = Verdict.APPROVED, days: float = 1) -> Decision:
    return Decision(verdict=verdict, by=UserId(by), at=BEGIN + timedelta(days=days))


def state(
    made: ApprovalRule, *decisions: Decision, people: People = PEOPLE, asked: Asked = ASKED, days: float = 2
) -> Standing:
    return standing([need(made)], asked, decisions, people, BEGIN + timedelta(days=days))


def test_stages_come_one_after_another() -> None:
    made = rule("discount > 1", stage(seat("lead")), stage(seat("head"), place=2))
    assert state(made).waiting_for == ("lead",)
    early = state(made, said("head"))
    assert early.waiting_for == ("lead",)
    one = state(made, said("lead"))
    assert (one.state, one.waiting_for) == (ApprovalState.SUBMITTED, ("head",))
    assert state(made, said("lead"), said("head", days=1.5)).state is ApprovalState.APPROVED


def test_seats_of_a_stage_are_asked_at_once_and_all_or_any_agree() -> None:
    both = rule("discount > 1", stage(seat("lead"), seat("other")))
    assert state(both).waiting_for == ("lead", "other")
    assert state(both, said("other")).waiting_for == ("lead",)
    any_one = rule("discount > 1", stage(seat("lead"), seat("other"), need=ApprovalNeed.ANY))
    assert state(any_one, said("other")).state is ApprovalState.APPROVED


def test_rules_go_side_by_side_and_one_answer_fills_all_seats_of_its_giver() -> None:
    needs = [need(rule("discount > 1")), need(rule("margin < 9", stage(seat("lead")), stage(seat("head"), place=2)))]
    found = standing(needs, ASKED, [said("lead")], PEOPLE, BEGIN + timedelta(days=2))
    assert found.waiting_for == ("head",)
    same = rule("discount > 1", stage(seat("lead")), stage(seat("lead"), place=2))
    assert state(same, said("lead")).state is ApprovalState.APPROVED


def test_roles_and_the_owners_manager() -> None:
    by_role = rule("discount > 1", stage(Seat(id=RowId("r"), kind=ApproverKind.ROLE, role=UserRole.ADMINISTRATOR)))
    assert state(by_role).waiting_for == ("admin",)
    by_line = rule("discount > 1", stage(Seat(id=RowId("m"), kind=ApproverKind.OWNERS_MANAGER)))
    assert state(by_line).waiting_for == ("lead",)
    nobody = Asked(by=UserId("rep"), at=BEGIN)
    assert state(by_line, asked=nobody).waiting_for == ("admin",)


def test_a_delegate_answers_on_his_days() -> None:
    made = rule("discount > 1")
    instead = Delegation(
        user_id=UserId("lead"), delegate_id=UserId("other"), starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 4)
    )
    people = People(persons=PEOPLE.persons, delegations=(instead,))
    assert set(state(made, people=people).waiting_for) == {"lead", "other"}
    done = state(made, said("other"), people=people)
    assert done.state is ApprovalState.APPROVED
    assert done.askings[0].on_behalf == "lead"
    assert state(made, said("other", days=5), people=people, days=6).state is ApprovalState.SUBMITTED


def test_a_seat_escalates_after_its_days() -> None:
    made = rule("discount > 1", stage(seat("lead", escalate_days=3)))
    assert state(made).waiting_for == ("lead",)
    later = state(made, days=3)
    assert set(later.waiting_for) == {"lead", "head"}
    assert later.askings[0].escalated
    assert state(made, said("head", days=1), days=4).state is ApprovalState.SUBMITTED
    assert state(made, said("head", days=3), days=4).state is ApprovalState.APPROVED
    named = rule("discount > 1", stage(seat("lead", escalate_days=1, escalate_to=UserId("admin"))))
    assert state(named, said("admin", days=2), days=3).state is ApprovalState.APPROVED


def test_one_rejection_ends_it_but_only_by_someone_who_is_asked() -> None:
    made = rule("discount > 1", stage(seat("lead"), seat("other")))
    found = state(made, said("lead"), said("other", Verdict.REJECTED, 1.2))
    assert found.state is ApprovalState.REJECTED
    assert found.rejection is not None
    assert state(made, said("rep", Verdict.REJECTED)).state is ApprovalState.SUBMITTED


def test_whoever_asked_may_withdraw_and_nobody_else() -> None:
    made = rule("discount > 1")
    assert state(made, said("rep", Verdict.WITHDRAWN)).state is ApprovalState.NEEDED
    assert state(made, said("other", Verdict.WITHDRAWN)).state is ApprovalState.SUBMITTED


def test_nobody_approves_his_own_request_unless_the_rule_says_so_or_there_is_no_team() -> None:
    asked = Asked(by=UserId("lead"), at=BEGIN, owner_id=UserId("lead"))
    made = rule("discount > 1")
    assert state(made, said("lead"), asked=asked).state is ApprovalState.SUBMITTED
    assert state(made, asked=asked).waiting_for == ()
    assert state(rule("discount > 1", own=True), said("lead"), asked=asked).state is ApprovalState.APPROVED
    alone = People(persons=PEOPLE.persons, alone=True)
    assert state(made, said("lead"), asked=asked, people=alone).state is ApprovalState.APPROVED


def test_a_workspace_without_a_name_answers_for_everybody() -> None:
    made = rule("discount > 1")
    alone = People(alone=True)
    asked = Asked(by=None, at=BEGIN)
    found = state(made, people=alone, asked=asked)
    assert may_answer(found, None, alone)
    assert not may_answer(found, None, PEOPLE)
    nameless = Decision(verdict=Verdict.APPROVED, by=None, at=BEGIN)
    assert state(made, nameless, people=alone, asked=asked).state is ApprovalState.APPROVED
    assert state(made, nameless).state is ApprovalState.SUBMITTED


def test_an_answer_in_advance_counts_for_rules_on_discounts_alone() -> None:
    advance = Decision(verdict=Verdict.APPROVED, by=UserId("lead"), at=BEGIN, envelope_id=RowId("e"))
    for when, found in (
        ("discount > 1 and category = a", ApprovalState.APPROVED),
        ("margin < 9", ApprovalState.SUBMITTED),
    ):
        made = standing([need(rule(when))], ASKED, (), PEOPLE, BEGIN, advance)
        assert made.state is found
    other = rule("discount > 1", stage(seat("head")))
    assert standing([need(other)], ASKED, (), PEOPLE, BEGIN, advance).state is ApprovalState.SUBMITTED


def test_an_inactive_holder_is_not_asked() -> None:
    gone = People(persons={**PEOPLE.persons, UserId("lead"): Person(id=UserId("lead"), active=False)})
    assert state(rule("discount > 1"), said("lead"), people=gone).state is ApprovalState.SUBMITTED


def test_text_of_a_rule_reads_back() -> None:
    assert rules.told(rule("discount > 1").conditions) == "discount > 1"
