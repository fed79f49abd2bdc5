"""Approvals of quotes: what a draft needs, asking for it, answering, what waits for me, and the gate every issue passes.

A quote's own state only says how far it looked when it was last written; what counts is worked out from the request, the answers to it
and the rules of now, here and on the server alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.answers import IN_WORK, NEXT
from desktop_crm.domain.quotes.approvals.content import Difference, content_hash, differences
from desktop_crm.domain.quotes.approvals.needs import ConcessionMemory, Need, ProductFacts, Surroundings, needed
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule
from desktop_crm.domain.quotes.approvals.standing import (
    ApprovalState,
    Asked,
    Decision,
    People,
    Standing,
    may_answer,
    standing,
)
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.domain.schema.approval_options import Verdict
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import approvals as store
from desktop_crm.persistence.stores.approvals import RequestRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.quotes import reading
from desktop_crm.services.quotes.approval_words import names_of, why
from desktop_crm.services.quotes.readiness_gate import refuse_obstacles
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalBasis:
    """All that live pricing asks for the need of an approval: `needed(draft, basis.rules, basis.around)`, names by id."""

    rules: tuple[ApprovalRule, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)
    people: People = field(default_factory=People)

    def needs(
        self, draft: QuoteDraft, priced: PricedQuote | None = None, memory: ConcessionMemory | None = None
    ) -> tuple[Need, ...]:
        """What this draft needs."""
        return needed(draft, self.rules, self.around, priced, memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened to an approval. `kind`: submitted, approved, rejected, withdrawn, changed (relevantly).

    `fields`: what was changed since the request, where `kind` is changed.
    """

    kind: str
    version: int
    at: datetime | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Where a quote's approval stands. `changed`: what differs from what was asked for, the relevant first."""

    quote_id: RowId
    number: str
    state: ApprovalState
    needs: tuple[Need, ...]
    people: People
    standing: Standing | None = None
    request: RequestRow | None = None
    changed: tuple[Difference, ...] = ()
    mine: bool = False
    may_withdraw: bool = False
    timeline: tuple[TimelineEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A quote in the inbox. `mine`: I am asked now; else it was I who asked."""

    quote_id: RowId
    number: str
    name: str
    account_name: str
    version: int
    net_amount: Decimal
    currency: str
    asked_by: str
    asked_at: datetime
    reason: str
    needs: tuple[Need, ...]
    waiting_for: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The state after an act, and what changed."""

    state: ApprovalState
    changes: Changes


def approval_basis(workspace: Workspace, account_id: str | None) -> ApprovalBasis:
    """For live use: rules, people and the catalogue as they stand now."""
    with workspace.read() as session:
        found = store.active_rules(session)
        if not found:
            return ApprovalBasis()
        products: dict[RowId, ProductFacts] = store.product_facts(session)
        around = replace(store.surroundings(session, account_id, (), workspace.currency), products=products)
        return ApprovalBasis(rules=found, around=around, people=store.people(session))


def approval(workspace: Workspace, quote_id: str) -> Approval:
    """Where it stands. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        return _look(session, workspace, quote_id)


def submit(workspace: Workspace, quote_id: str, reason: str = "") -> Answered:
    """Ask for approval of the draft as it is.

    Raises Refusal `record.missing`, `quote.closed`, `approval.not_needed`, `approval.already`, and as issuing does for what stands in
    the way.
    """
    with workspace.write("quotes.submit") as work:
        found = _look(work.session, workspace, quote_id)
        now = reading.stored(work.session, workspace, quote_id)
        if now.status is QuoteStatus.ACCEPTED:
            raise Refusal("quote.closed", number=now.number)
        refuse_obstacles(now.draft)
        if not found.needs:
            raise Refusal("approval.not_needed", number=now.number)
        if found.state in {ApprovalState.SUBMITTED, ApprovalState.APPROVED}:
            raise Refusal("approval.already", number=now.number)
        work.insert(
            "approval_request",
            {
                "quote_id": quote_id,
                "version": reading.next_version(work.session, now),
                "requested_by_id": workspace.author.user_id,
                "requested_at": workspace.clock.now(),
                "reason": reason.strip() or None,
                "content_hash": content_hash(now.draft),
                "snapshot": canonical.encode(now.draft),
            },
        )
        _bring(work, quote_id, now.status, QuoteStatus.SUBMITTED)
        state = _settle(work, workspace, quote_id)
    return Answered(state=state, changes=work.changes)


def answer(workspace: Workspace, quote_id: str, verdict: Verdict, reason: str = "") -> Answered:
    """Approve or reject the open request, or take it back (whoever asked).

    Raises Refusal `record.missing`, `approval.no_request`, `approval.void`, `approval.not_yours`, `approval.own`, `approval.reason`.
    """
    if verdict is Verdict.REJECTED and not reason.strip():
        raise Refusal("approval.reason")
    with workspace.write(f"quotes.approval_{verdict.value}") as work:
        found = _look(work.session, workspace, quote_id)
        request = found.request
        if request is None or found.state not in {ApprovalState.SUBMITTED, ApprovalState.VOID}:
            raise Refusal("approval.no_request", number=found.number)
        if verdict is Verdict.WITHDRAWN:
            if not found.may_withdraw:
                raise Refusal("approval.not_yours", number=found.number, who=names_of(found.people, [request.by or ""]))
        elif found.state is ApprovalState.VOID:
            raise Refusal("approval.void", number=found.number)
        elif not found.mine:
            _refuse_stranger(workspace, found)
        work.insert(
            "approval_decision",
            {
                "request_id": request.id,
                "verdict": verdict.value,
                "decided_by_id": workspace.author.user_id,
                "decided_at": workspace.clock.now(),
                "reason": reason.strip() or None,
                "content_hash": request.content_hash,
            },
        )
        state = _settle(work, workspace, quote_id)
    return Answered(state=state, changes=work.changes)


def waiting(workspace: Workspace) -> tuple[Waiting, ...]:
    """The inbox: requests that wait for me first, then those I am waiting for; the longest wait first."""
    with workspace.read() as session:
        if not store.count_rules(session):
            return ()
        found = []
        for request in store.newest_requests(session):
            try:
                look = _look(session, workspace, request.quote_id)
            except Refusal:  # the quote was taken away
                continue
            if look.state is not ApprovalState.SUBMITTED or look.standing is None or look.request is None:
                continue
            if look.mine or look.request.by == workspace.author.user_id:
                found.append(_waiting(session, workspace, look))
    return tuple(sorted(found, key=lambda one: (not one.mine, one.asked_at)))


def refuse_unapproved(
    session: Session, workspace: Workspace, quote_id: str, draft: QuoteDraft, advance: Decision | None = None
) -> str | None:
    """The hash that was approved, None where no approval is needed. Raises Refusal `approval.needed`, `approval.waiting`,
    `approval.changed`, naming the rule and who is asked.
    """
    look = _look(session, workspace, quote_id, draft, advance)
    if look.state is ApprovalState.NOT_NEEDED:
        return None
    if look.state is ApprovalState.APPROVED:
        return content_hash(draft)
    first = _first_open(look)
    facts = {
        "number": look.number,
        "rule": first.rule.name,
        "why": why(first, draft.currency),
        "who": _asked_now(look, first),
        "count": len(look.needs),
    }
    if look.state is ApprovalState.SUBMITTED:
        raise Refusal("approval.waiting", **facts)
    if look.state is ApprovalState.VOID:
        changed = look.changed[0]
        raise Refusal("approval.changed", **facts, entity=changed.entity, field=changed.field, line=changed.line)
    raise Refusal("approval.needed", **facts)


def who_is_asked(look: Approval, need: Need) -> str:
    """Names of the people whom the first stage of a rule asks; the state says whether it is their turn."""
    return _asked_now(look, need)


def _look(
    session: Session,
    workspace: Workspace,
    quote_id: str,
    draft: QuoteDraft | None = None,
    advance: Decision | None = None,
) -> Approval:
    stored = reading.stored(session, workspace, quote_id)
    draft = draft or stored.draft
    rules = store.active_rules(session)
    asked_for = store.requests(session, quote_id)
    people = store.people(session)
    products = [line.product_id for line in draft.lines()] if rules else []
    around = store.surroundings(session, draft.account_id, products, workspace.currency)
    needs = needed(draft, rules, around)
    told = _timeline(asked_for, people)
    start = Approval(
        quote_id=RowId(quote_id),
        number=stored.number,
        state=ApprovalState.NOT_NEEDED,
        needs=needs,
        people=people,
        timeline=told,
        request=asked_for[0] if asked_for else None,
    )
    if not needs:
        return start
    owner = store.owner_of(session, quote_id)
    now = workspace.clock.now()
    here = content_hash(draft)
    me = workspace.author.user_id
    request = next((one for one in asked_for if one.content_hash == here), None)
    if request is None or advance is not None:
        asked = Asked(by=me, at=now, owner_id=owner)
        given = request.decisions if request is not None else ()
        found = standing(needs, asked, given, people, now, advance)
        if advance is not None and found.state is ApprovalState.APPROVED:
            return replace(start, state=ApprovalState.APPROVED, standing=found)
    if request is None:
        return _not_asked(start, asked_for, draft, found)
    asked = Asked(by=request.by, at=request.at, owner_id=owner)
    found = standing(needs, asked, request.decisions, people, now, advance)
    waits = found.state is ApprovalState.SUBMITTED
    return replace(
        start,
        state=found.state,
        standing=found,
        request=request,
        changed=_changed(request, draft),
        mine=may_answer(found, me, people),
        may_withdraw=waits and request.by == me,
    )


def _not_asked(start: Approval, asked_for: Sequence[RequestRow], draft: QuoteDraft, found: Standing) -> Approval:
    """Nobody was asked for this content: never, or for another one that a relevant change has replaced."""
    last = asked_for[0] if asked_for else None
    ended = last is None or any(one.verdict is not Verdict.APPROVED for one in last.decisions)
    if last is None or ended:
        rejected = last is not None and any(one.verdict is Verdict.REJECTED for one in last.decisions)
        same = last is not None and last.content_hash == content_hash(draft)
        state = ApprovalState.REJECTED if rejected and same else ApprovalState.NEEDED
        return replace(start, state=state, standing=found)
    return replace(
        start,
        state=ApprovalState.VOID,
        standing=found,
        changed=_changed(last, draft),
    )


def _changed(request: RequestRow, draft: QuoteDraft) -> tuple[Difference, ...]:
    """What differs from what was asked for."""
    try:
        return differences(canonical.decode(QuoteDraft, request.snapshot), draft)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return ()


def _first_open(look: Approval) -> Need:
    """The rule to name: the highest that is not satisfied yet."""
    open_rules = {one.rule.id for one in look.standing.askings if one.open} if look.standing is not None else set()
    return next((need for need in look.needs if need.rule.id in open_rules), look.needs[0])


def _asked_now(look: Approval, need: Need) -> str:
    askings = look.standing.askings if look.standing is not None else ()
    found = [user for one in askings if one.open and one.rule.id == need.rule.id for user in one.holders]
    return names_of(look.people, found)


def _refuse_stranger(workspace: Workspace, found: Approval) -> None:
    me = workspace.author.user_id
    own = found.request is not None and found.request.by == me and me is not None
    holders = {user for one in found.standing.askings if one.open for user in one.holders} if found.standing else set()
    if own and me in holders:
        raise Refusal("approval.own", number=found.number)
    who = found.standing.waiting_for if found.standing is not None else ()
    raise Refusal("approval.not_yours", number=found.number, who=names_of(found.people, who))


def _settle(work: UnitOfWork, workspace: Workspace, quote_id: str) -> ApprovalState:
    """Bring the quote's own state after what the answers say."""
    found = _look(work.session, workspace, quote_id)
    before = reading.stored(work.session, workspace, quote_id).status
    wanted = {ApprovalState.APPROVED: QuoteStatus.APPROVED, ApprovalState.SUBMITTED: QuoteStatus.SUBMITTED}
    if before in IN_WORK:
        _bring(work, quote_id, before, wanted.get(found.state, QuoteStatus.DRAFT))
    return found.state


def _bring(work: UnitOfWork, quote_id: str, before: QuoteStatus, after: QuoteStatus) -> None:
    """One step of the table; a version that is out begins its next draft by being asked for."""
    if before is after:
        return
    start = before if before in IN_WORK else QuoteStatus.DRAFT
    if after not in NEXT[start]:
        raise Refusal("record.state", entity="quote", field="status", before=before.value, after=after.value)
    work.update("quote", quote_id, {"status": after.value})


def _timeline(asked_for: Sequence[RequestRow], people: People) -> tuple[TimelineEntry, ...]:
    """Requests and answers from the first to the newest."""
    found: list[TimelineEntry] = []
    for request in reversed(asked_for):
        found.append(
            TimelineEntry(
                kind="submitted",
                version=request.version,
                at=request.at,
                by=names_of(people, [request.by or ""]),
                reason=request.reason,
            )
        )
        found += [
            TimelineEntry(
                kind=one.verdict.value,
                version=request.version,
                at=one.at,
                by=names_of(people, [one.by or ""]),
                reason=one.reason,
            )
            for one in request.decisions
        ]
    return tuple(found)


def _waiting(session: Session, workspace: Workspace, look: Approval) -> Waiting:
    assert look.request is not None
    assert look.standing is not None
    stored = reading.stored(session, workspace, look.quote_id)
    amounts = price(stored.draft)
    return Waiting(
        quote_id=look.quote_id,
        number=stored.number,
        name=stored.draft.name,
        account_name=stored.account_name,
        version=look.request.version,
        net_amount=amounts.net_amount,
        currency=amounts.currency,
        asked_by=names_of(look.people, [look.request.by or ""]),
        asked_at=look.request.at,
        reason=look.request.reason,
        needs=look.needs,
        waiting_for=tuple(names_of(look.people, [one]) for one in look.standing.waiting_for),
        mine=look.mine,
    )
