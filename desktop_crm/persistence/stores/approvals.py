"""Queries of approvals: rules with their steps, people and delegates, requests with their answers, keys and envelopes. Frozen
values out; nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.domain.quotes.approvals import rules
from desktop_crm.domain.quotes.approvals.needs import ProductFacts, Surroundings
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, Seat, Stage
from desktop_crm.domain.quotes.approvals.standing import Decision, Delegation, People, Person
from desktop_crm.domain.schema.approval_options import ApprovalNeed, ApproverKind, Verdict
from desktop_crm.domain.schema.options import AccountTier, UserRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId
from desktop_crm.persistence import change_log
from desktop_crm.persistence.tables.accounts import AccountRow
from desktop_crm.persistence.tables.approvals import (
    ApprovalDecisionRow,
    ApprovalDelegateRow,
    ApprovalEnvelopeRow,
    ApprovalKeyRow,
    ApprovalRequestRow,
    ApprovalRuleRow,
    ApprovalStepRow,
    CertificationKeyRow,
)
from desktop_crm.persistence.tables.catalogue import ProductRow
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.tables.quotes import QuoteRow, QuoteVersionRow

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request for approval, with the answers to it in the order they were given."""

    id: RowId
    quote_id: RowId
    version: int
    by: UserId | None
    at: datetime
    reason: str
    content_hash: str
    snapshot: str
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeRow:
    """An envelope as it lies in the file, unchecked. `uses`: (number, version, when, by whom) of the versions issued under it."""

    id: RowId
    account_id: RowId
    account_name: str
    products: tuple[RowId, ...]
    limit_percent: Decimal
    expires_on: date
    max_uses: int
    granted_by: UserId
    granted_at: datetime
    reason: str
    key_id: RowId
    signature: str
    revoked_at: datetime | None
    margin_percent: Decimal | None = None
    largest_amount: Decimal | None = None
    currency: str = ""
    uses: tuple[tuple[str, int, datetime | None, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A manager's key. Without a certificate the server has not seen it yet."""

    id: RowId
    user_id: UserId
    public_key: str
    expires_on: date | None
    certificate: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFields:
    """A step as the rule editor holds it."""

    approver: ApproverKind
    place: int = 1
    user_id: UserId | None = None
    role: UserRole | None = None
    need: ApprovalNeed = ApprovalNeed.ALL
    escalate_days: int | None = None
    escalate_to_id: UserId | None = None
    id: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """A rule as the rule editor holds it, also one that is switched off or cannot be read."""

    id: RowId
    name: str
    conditions: str
    rank: int
    active: bool
    own_allowed: bool
    note: str = ""
    steps: tuple[StepFields, ...] = field(default=())


def is_alone(session: Session) -> bool:
    """Whether the workspace has no team."""
    return not change_log.is_joined(session.connection())


def rule_fields(session: Session) -> tuple[RuleFields, ...]:
    """Every rule with its steps, the highest first."""
    steps: dict[str, list[StepFields]] = defaultdict(list)
    found = select(ApprovalStepRow).where(ApprovalStepRow.row_deleted.is_(None))
    for row in session.scalars(found.order_by(ApprovalStepRow.place, ApprovalStepRow.id)):
        steps[row.rule_id or ""].append(
            StepFields(
                id=RowId(row.id),
                approver=ApproverKind(row.approver or ApproverKind.USER),
                place=row.place or 1,
                user_id=_user(row.user_id),
                role=UserRole(row.role) if row.role else None,
                need=ApprovalNeed(row.need or ApprovalNeed.ALL),
                escalate_days=row.escalate_days,
                escalate_to_id=_user(row.escalate_to_id),
            )
        )
    ruled = select(ApprovalRuleRow).where(ApprovalRuleRow.row_deleted.is_(None))
    return tuple(
        RuleFields(
            id=RowId(row.id),
            name=row.name or "",
            conditions=row.conditions or "",
            rank=row.rank or 0,
            active=row.active is not False,
            own_allowed=bool(row.own_allowed),
            note=row.note or "",
            steps=tuple(steps.get(row.id, ())),
        )
        for row in session.scalars(
            ruled.order_by(ApprovalRuleRow.rank.desc(), ApprovalRuleRow.name, ApprovalRuleRow.id)
        )
    )


def active_rules(session: Session) -> tuple[ApprovalRule, ...]:
    """The rules that count. One whose conditions cannot be read here (a newer program wrote it) is left to the server."""
    found = []
    for one in rule_fields(session):
        if not one.active:
            continue
        try:
            conditions = rules.read(one.conditions)
        except Refusal:
            continue
        found.append(
            ApprovalRule(
                id=one.id,
                name=one.name,
                conditions=conditions,
                stages=_stages(one.steps or (StepFields(id=one.id, approver=ApproverKind.OWNERS_MANAGER),)),
                rank=one.rank,
                own_allowed=one.own_allowed,
            )
        )
    return tuple(found)


def _stages(steps: Sequence[StepFields]) -> tuple[Stage, ...]:
    by_place: dict[int, list[StepFields]] = defaultdict(list)
    for step in steps:
        by_place[step.place].append(step)
    return tuple(
        Stage(
            place=place,
            need=ApprovalNeed.ANY if any(one.need is ApprovalNeed.ANY for one in by_place[place]) else ApprovalNeed.ALL,
            seats=tuple(
                Seat(
                    id=one.id or RowId(""),
                    kind=one.approver,
                    user_id=one.user_id,
                    role=one.role,
                    escalate_days=one.escalate_days,
                    escalate_to=one.escalate_to_id,
                )
                for one in by_place[place]
            ),
        )
        for place in sorted(by_place)
    )


def people(session: Session) -> People:
    """Everybody, with the delegations."""
    persons = {
        UserId(row.id): Person(
            id=UserId(row.id),
            name=row.name or "",
            role=UserRole(row.role) if row.role in set(UserRole) else None,
            manager_id=_user(row.manager_id),
            active=row.active is not False,
        )
        for row in session.scalars(select(UserRow).where(UserRow.row_deleted.is_(None)))
    }
    given = select(ApprovalDelegateRow).where(ApprovalDelegateRow.row_deleted.is_(None))
    delegations = tuple(
        Delegation(
            user_id=UserId(row.user_id),
            delegate_id=UserId(row.delegate_id),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for row in session.scalars(given.order_by(ApprovalDelegateRow.id))
        if row.user_id and row.delegate_id
    )
    return People(persons=persons, delegations=delegations, alone=is_alone(session))


def surroundings(
    session: Session, account_id: str | None, product_ids: Iterable[str | None], home_currency: str
) -> Surroundings:
    """What rules ask beside the draft: the account's tier, codes and categories of the products."""
    account = session.get(AccountRow, account_id) if account_id else None
    wanted = sorted({one for one in product_ids if one})
    columns = select(ProductRow.id, ProductRow.code, ProductRow.category)
    found = {
        RowId(row_id): ProductFacts(code=code or "", category=category or "")
        for start in range(0, len(wanted), _CHUNK)
        for row_id, code, category in session.execute(columns.where(ProductRow.id.in_(wanted[start : start + _CHUNK])))
    }
    tier = account.tier if account is not None else None
    return Surroundings(
        home_currency=home_currency,
        tier=AccountTier(tier) if tier in set(AccountTier) else None,
        products=found,
    )


def product_facts(session: Session) -> dict[RowId, ProductFacts]:
    """Codes and categories of the whole catalogue, for a builder that offers any product."""
    columns = select(ProductRow.id, ProductRow.code, ProductRow.category)
    return {
        RowId(row): ProductFacts(code=code or "", category=kind or "") for row, code, kind in session.execute(columns)
    }


def requests(session: Session, quote_id: str) -> tuple[RequestRow, ...]:
    """The requests for one quote, the newest first."""
    return _requests(session, ApprovalRequestRow.quote_id == quote_id)


def newest_requests(session: Session) -> tuple[RequestRow, ...]:
    """The newest request of every quote that waits for approval."""
    waiting = select(QuoteRow.id).where(QuoteRow.row_deleted.is_(None), QuoteRow.status == "submitted")
    newest: dict[str, RequestRow] = {}
    for one in _requests(session, ApprovalRequestRow.quote_id.in_(waiting)):
        newest.setdefault(one.quote_id, one)
    return tuple(newest.values())


def _requests(session: Session, where: object) -> tuple[RequestRow, ...]:
    rows = session.scalars(
        select(ApprovalRequestRow)
        .where(where, ApprovalRequestRow.row_deleted.is_(None))  # type: ignore[arg-type]
        .order_by(ApprovalRequestRow.requested_at.desc(), ApprovalRequestRow.id.desc())
    ).all()
    answers: dict[str, list[Decision]] = defaultdict(list)
    ids = [row.id for row in rows]
    for start in range(0, len(ids), _CHUNK):
        of = ApprovalDecisionRow.request_id.in_(ids[start : start + _CHUNK])
        given = select(ApprovalDecisionRow).where(of, ApprovalDecisionRow.row_deleted.is_(None))
        for row in session.scalars(given.order_by(ApprovalDecisionRow.decided_at, ApprovalDecisionRow.id)):
            if row.decided_at is not None and row.verdict in set(Verdict):
                answers[row.request_id or ""].append(
                    Decision(
                        verdict=Verdict(row.verdict),
                        by=_user(row.decided_by_id),
                        at=row.decided_at,
                        reason=row.reason or "",
                    )
                )
    return tuple(
        RequestRow(
            id=RowId(row.id),
            quote_id=RowId(row.quote_id or ""),
            version=row.version or 1,
            by=_user(row.requested_by_id),
            at=row.requested_at,
            reason=row.reason or "",
            content_hash=row.content_hash or "",
            snapshot=row.snapshot or "",
            decisions=tuple(answers.get(row.id, ())),
        )
        for row in rows
        if row.requested_at is not None
    )


def envelopes(session: Session, account_id: str | None = None) -> tuple[EnvelopeRow, ...]:
    """Envelopes, of one account or all, those that end last first."""
    statement = (
        select(ApprovalEnvelopeRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == ApprovalEnvelopeRow.account_id)
        .where(ApprovalEnvelopeRow.row_deleted.is_(None))
        .order_by(ApprovalEnvelopeRow.expires_on.desc(), ApprovalEnvelopeRow.id.desc())
    )
    if account_id is not None:
        statement = statement.where(ApprovalEnvelopeRow.account_id == account_id)
    found = list(session.execute(statement))
    used = _uses(session, [row.id for row, _ in found])
    return tuple(
        EnvelopeRow(
            id=RowId(row.id),
            account_id=RowId(row.account_id or ""),
            account_name=name or "",
            products=tuple(RowId(one) for one in (row.products or "").split(",") if one),
            limit_percent=row.limit_percent or Decimal(0),
            margin_percent=row.margin_percent,
            largest_amount=row.largest_amount,
            currency=row.currency or "",
            expires_on=row.expires_on or date.min,
            max_uses=row.max_uses or 0,
            granted_by=UserId(row.granted_by_id or ""),
            granted_at=row.granted_at,
            reason=row.reason or "",
            key_id=RowId(row.key_id or ""),
            signature=row.signature or "",
            revoked_at=row.revoked_at,
            uses=tuple(used.get(row.id, ())),
        )
        for row, name in found
        if row.granted_at is not None
    )


def _uses(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[str, int, datetime | None, str]]]:
    """Versions issued under envelopes; a deleted quote still has used one."""
    columns = select(
        QuoteVersionRow.envelope_id,
        QuoteVersionRow.number,
        QuoteVersionRow.version,
        QuoteVersionRow.issued_at,
        UserRow.name,
    ).outerjoin(UserRow, UserRow.id == QuoteVersionRow.issued_by_id)
    found: dict[str, list[tuple[str, int, datetime | None, str]]] = defaultdict(list)
    for start in range(0, len(ids), _CHUNK):
        of = columns.where(QuoteVersionRow.envelope_id.in_(ids[start : start + _CHUNK]))
        for envelope, number, version, at, by in session.execute(of.order_by(QuoteVersionRow.issued_at)):
            found[envelope or ""].append((number or "", version or 0, at, by or ""))
    return found


def keys(session: Session) -> dict[RowId, KeyRow]:
    """Every signing key."""
    return {
        RowId(row.id): KeyRow(
            id=RowId(row.id),
            user_id=UserId(row.user_id or ""),
            public_key=row.public_key or "",
            expires_on=row.expires_on,
            certificate=row.certificate or "",
            revoked_at=row.revoked_at,
        )
        for row in session.scalars(select(ApprovalKeyRow).where(ApprovalKeyRow.row_deleted.is_(None)))
    }


def certification_keys(session: Session) -> tuple[str, ...]:
    """The public keys that the server certifies with."""
    found = select(CertificationKeyRow.public_key).where(CertificationKeyRow.row_deleted.is_(None))
    return tuple(one for one in session.scalars(found) if one)


def owner_of(session: Session, quote_id: str) -> UserId | None:
    """Whose quote it is."""
    row = session.get(QuoteRow, quote_id)
    return None if row is None else _user(row.owner_id)


def count_rules(session: Session) -> int:
    """How many rules there are: none means that nothing else has to be looked at."""
    found = select(func.count()).select_from(ApprovalRuleRow).where(ApprovalRuleRow.row_deleted.is_(None))
    return session.scalar(found) or 0


def _user(value: str | None) -> UserId | None:
    return UserId(value) if value else None


def delegation_ids(session: Session) -> tuple[RowId, ...]:
    """The ids of the delegations that `people` gives, in the same order."""
    given = (
        select(ApprovalDelegateRow).where(ApprovalDelegateRow.row_deleted.is_(None)).order_by(ApprovalDelegateRow.id)
    )
    return tuple(RowId(row.id) for row in session.scalars(given) if row.user_id and row.delegate_id)
