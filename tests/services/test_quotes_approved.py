"""Approvals in one workspace: rules kept as data, the gate before an issue, what voids an approval, the inbox, the timeline."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.approvals.standing import ApprovalState
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.approval_options import ApprovalNeed, ApproverKind, Verdict
from desktop_crm.domain.schema.options import QuoteStatus, UserRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId, new_row_id
from desktop_crm.services import history, quotes, records
from desktop_crm.services.quotes import StepFields

S, A = QuoteStatus, ApprovalState


class Desk:
    """A workspace of three people; who acts is set by `sit`."""

    def __init__(self, workspace) -> None:
        self.workspace = workspace
        with workspace.write("test") as work:
            self.head = work.insert("user", {"name": "한부장", "role": "manager", "active": True})
            self.lead = work.insert(
                "user", {"name": "박팀장", "role": "manager", "active": True, "manager_id": self.head}
            )
            self.rep = work.insert(
                "user", {"name": "김하늘", "role": "member", "active": True, "manager_id": self.lead}
            )
            self.account = work.insert("account", {"name": "한빛전자(주)", "tier": "key"})
            self.product = work.insert("product", {"name": "센서", "code": "S-1", "category": "Sensors"})
        self.sit(self.rep)

    def sit(self, user: str) -> None:
        self.workspace.act_as(UserId(user))

    def quote(self, discount: str = "14", price: str = "1000000") -> str:
        line = QuoteLine(
            id=new_row_id(),
            name="센서",
            quantity=Decimal(1),
            unit_price=Decimal(price),
            discount_percent=Decimal(discount),
            product_id=self.product,
        )
        section = QuoteSection(id=new_row_id(), lines=(line,))
        return quotes.create(self.workspace, account_id=self.account, sections=(section,)).id

    def rule(self, when: str = "discount > 10", *steps: StepFields, name: str = "팀장 결재", **more) -> str:
        person = StepFields(approver=ApproverKind.USER, user_id=UserId(self.lead))
        made = quotes.save_rule(self.workspace, name=name, conditions=when, steps=steps or (person,), **more)
        return made.id

    def edit(self, quote_id: str, **changed) -> None:
        before = quotes.open_quote(self.workspace, quote_id).draft
        quotes.save(self.workspace, before, replace(before, **changed))

    def status(self, quote_id: str) -> QuoteStatus:
        return quotes.open_quote(self.workspace, quote_id).status

    def refused(self, act, *arguments, **more) -> Refusal:
        with pytest.raises(Refusal) as refused:
            act(self.workspace, *arguments, **more)
        return refused.value


@pytest.fixture
def desk(workspace):
    return Desk(workspace)


def test_without_rules_a_quote_is_issued_as_ever(desk) -> None:
    made = desk.quote("90")
    assert quotes.approval(desk.workspace, made).state is A.NOT_NEEDED
    issued = quotes.issue(desk.workspace, made)
    row = records.get(desk.workspace, "quote_version", quotes.open_quote(desk.workspace, made).versions[0].id).fields
    assert issued.version.content.version == 1
    assert row.get("approved_hash") is None
    assert desk.refused(quotes.submit, made).code == "approval.not_needed"


def test_an_issue_without_approval_is_refused_with_rule_reason_and_name(desk) -> None:
    desk.rule("discount > 10 and category = Sensors")
    made = desk.quote()
    refusal = desk.refused(quotes.issue, made)
    assert refusal.code == "approval.needed"
    assert refusal.params["rule"] == "팀장 결재"
    assert refusal.params["who"] == "박팀장"
    assert "14%" in refusal.params["why"]
    assert "Sensors" in refusal.params["why"]
    quotes.issue(desk.workspace, desk.quote("10"))


def test_draft_submitted_approved_issued_each_with_who_and_when(desk) -> None:
    desk.rule()
    made = desk.quote()
    assert quotes.submit(desk.workspace, made, "경쟁사 가격").state is A.SUBMITTED
    assert desk.status(made) is S.SUBMITTED
    assert desk.refused(quotes.issue, made).code == "approval.waiting"
    assert desk.refused(quotes.submit, made).code == "approval.already"
    assert desk.refused(quotes.answer, made, Verdict.APPROVED).code == "approval.not_yours"
    desk.sit(desk.lead)
    [waiting] = quotes.waiting(desk.workspace)
    assert (waiting.mine, waiting.asked_by, waiting.reason) == (True, "김하늘", "경쟁사 가격")
    assert quotes.answer(desk.workspace, made, Verdict.APPROVED, "이번만").state is A.APPROVED
    assert quotes.waiting(desk.workspace) == ()
    desk.sit(desk.rep)
    assert desk.status(made) is S.APPROVED
    quotes.issue(desk.workspace, made)
    told = quotes.steps(desk.workspace, made)
    assert [(one.status, one.by) for one in told[1:]] == [
        (S.SUBMITTED, "김하늘"),
        (S.APPROVED, "박팀장"),
        (S.ISSUED, "김하늘"),
    ]
    row = records.get(desk.workspace, "quote_version", quotes.open_quote(desk.workspace, made).versions[0].id).fields
    assert len(row["approved_hash"]) == 64
    timeline = quotes.approval(desk.workspace, made).timeline
    assert [(one.kind, one.by, one.reason) for one in timeline] == [
        ("submitted", "김하늘", "경쟁사 가격"),
        ("approved", "박팀장", "이번만"),
    ]


def test_a_relevant_change_voids_and_a_note_does_not(desk) -> None:
    desk.rule()
    made = desk.quote()
    quotes.submit(desk.workspace, made)
    desk.sit(desk.lead)
    quotes.answer(desk.workspace, made, Verdict.APPROVED)
    desk.sit(desk.rep)
    desk.edit(made, remarks="오타를 고쳤습니다")
    found = quotes.approval(desk.workspace, made)
    assert found.state is A.APPROVED
    assert [(one.field, one.relevant) for one in found.changed] == [("remarks", False)]
    assert desk.status(made) is S.APPROVED
    desk.edit(made, discount_percent=Decimal(2), remarks="또 고침")
    found = quotes.approval(desk.workspace, made)
    assert found.state is A.VOID
    assert [(one.field, one.relevant) for one in found.changed] == [("discount_percent", True), ("remarks", False)]
    assert desk.status(made) is S.DRAFT
    refusal = desk.refused(quotes.issue, made)
    assert (refusal.code, refusal.params["field"]) == ("approval.changed", "discount_percent")
    desk.edit(made, discount_percent=Decimal(0))
    assert quotes.approval(desk.workspace, made).state is A.APPROVED
    quotes.issue(desk.workspace, made)


def test_the_next_version_of_an_issued_quote_is_asked_for_again(desk) -> None:
    desk.rule()
    made = desk.quote("5")
    quotes.issue(desk.workspace, made)
    desk.edit(made, discount_percent=Decimal(20))
    quotes.submit(desk.workspace, made)
    found = quotes.open_quote(desk.workspace, made)
    assert (found.status, found.is_draft, found.draft_version) == (S.SUBMITTED, True, 2)
    assert quotes.list_quotes(desk.workspace)[0].status is S.SUBMITTED
    assert desk.refused(quotes.mark, made, S.SENT).code == "quote.answer.draft"


def test_a_rejection_needs_a_reason_and_the_same_content_is_not_issued(desk) -> None:
    desk.rule()
    made = desk.quote()
    quotes.submit(desk.workspace, made)
    desk.sit(desk.lead)
    assert desk.refused(quotes.answer, made, Verdict.REJECTED, "  ").code == "approval.reason"
    assert quotes.answer(desk.workspace, made, Verdict.REJECTED, "너무 큽니다").state is A.REJECTED
    desk.sit(desk.rep)
    assert desk.status(made) is S.DRAFT
    assert desk.refused(quotes.issue, made).code == "approval.needed"
    desk.edit(made, discount_percent=Decimal(1))
    assert quotes.approval(desk.workspace, made).state is A.NEEDED
    assert quotes.submit(desk.workspace, made).state is A.SUBMITTED


def test_whoever_asked_takes_it_back(desk) -> None:
    desk.rule()
    made = desk.quote()
    quotes.submit(desk.workspace, made)
    desk.sit(desk.lead)
    assert desk.refused(quotes.answer, made, Verdict.WITHDRAWN).code == "approval.not_yours"
    desk.sit(desk.rep)
    assert quotes.answer(desk.workspace, made, Verdict.WITHDRAWN).state is A.NEEDED
    assert desk.status(made) is S.DRAFT
    assert desk.refused(quotes.answer, made, Verdict.WITHDRAWN).code == "approval.no_request"


def test_a_chain_asks_one_after_the_other(desk) -> None:
    steps = (
        StepFields(approver=ApproverKind.OWNERS_MANAGER, place=1),
        StepFields(approver=ApproverKind.USER, user_id=UserId(desk.head), place=2),
    )
    desk.rule("margin < 20 or discount > 10", *steps)
    made = desk.quote()
    quotes.submit(desk.workspace, made)
    desk.sit(desk.head)
    assert desk.refused(quotes.answer, made, Verdict.APPROVED).code == "approval.not_yours"
    desk.sit(desk.lead)
    assert quotes.answer(desk.workspace, made, Verdict.APPROVED).state is A.SUBMITTED
    desk.sit(desk.head)
    assert quotes.answer(desk.workspace, made, Verdict.APPROVED).state is A.APPROVED


def test_a_delegate_answers_and_the_delegation_is_ended(desk) -> None:
    desk.rule()
    desk.sit(desk.lead)
    given = quotes.delegate(desk.workspace, user_id=None, delegate_id=desk.head, reason="휴가")
    desk.sit(desk.rep)
    made = desk.quote()
    quotes.submit(desk.workspace, made)
    desk.sit(desk.head)
    assert quotes.approval(desk.workspace, made).mine
    quotes.end_delegation(desk.workspace, given.id)
    assert not quotes.approval(desk.workspace, made).mine
    assert desk.refused(quotes.delegate, user_id=None, delegate_id=desk.head).code == "approval.delegate"


def test_rules_are_kept_changed_and_taken_away(desk) -> None:
    made = desk.rule("amount > 1000", rank=2, note="큰 금액")
    [kept] = quotes.rule_book(desk.workspace).rules
    assert (kept.conditions, kept.rank, kept.note) == ("amount > 1000 KRW", 2, "큰 금액")
    role = StepFields(approver=ApproverKind.ROLE, role=UserRole.MANAGER, need=ApprovalNeed.ANY, escalate_days=2)
    quotes.save_rule(
        desk.workspace, rule_id=made, name="대표", conditions="tier = key", steps=(*kept.steps, role), active=False
    )
    [kept] = quotes.rule_book(desk.workspace).rules
    assert (kept.name, kept.active, len(kept.steps), kept.steps[1].escalate_days) == ("대표", False, 2, 2)
    assert quotes.approval(desk.workspace, desk.quote()).state is A.NOT_NEEDED
    quotes.save_rule(desk.workspace, rule_id=made, name="대표", conditions="tier = key", steps=(role,))
    found = quotes.approval(desk.workspace, desk.quote("0"))
    assert (found.state, found.needs[0].findings[0].words) == (A.NEEDED, ("key",))
    quotes.remove_rule(desk.workspace, made)
    assert quotes.rule_book(desk.workspace).rules == ()
    wrong = desk.refused(
        quotes.save_rule, name="x", conditions="discount > 1", steps=(StepFields(approver=ApproverKind.USER),)
    )
    assert wrong.code == "approval.step"
    assert desk.refused(quotes.save_rule, name=" ", conditions="discount > 1", steps=()).code == "value.required"
    assert desk.refused(quotes.save_rule, name="x", conditions="colour = red", steps=()).code == "approval.condition"


def test_a_line_written_by_itself_voids_as_well(desk) -> None:
    desk.rule()
    made = desk.quote()
    quotes.submit(desk.workspace, made)
    [line] = list(quotes.open_quote(desk.workspace, made).draft.lines())
    records.set_fields(desk.workspace, "quote_line", line.id, {"discount_percent": Decimal(50)})
    assert quotes.approval(desk.workspace, made).state is A.VOID
    desk.sit(desk.lead)
    assert desk.refused(quotes.answer, made, Verdict.APPROVED).code == "approval.void"
    desk.sit(desk.rep)
    assert quotes.submit(desk.workspace, made).state is A.SUBMITTED


def test_a_request_cannot_be_undone_but_taken_back(desk) -> None:
    desk.rule()
    made = desk.quote()
    done = quotes.submit(desk.workspace, made)
    assert desk.refused(history.revert, done.changes.tx_id).code == "undo.issued"


def test_there_are_no_envelopes_without_a_team(desk) -> None:
    desk.rule()
    made = desk.quote()
    assert desk.refused(quotes.issue, made, "nothing").code == "envelope.unknown"
    assert quotes.list_envelopes(desk.workspace) == ()


def test_live_needs_are_those_of_the_gate(desk) -> None:
    desk.rule("category = Sensors and discount > 10")
    basis = quotes.approval_basis(desk.workspace, desk.account)
    for discount in ("10", "11"):
        draft = quotes.open_quote(desk.workspace, desk.quote(discount)).draft
        assert bool(basis.needs(draft)) == (discount == "11")
