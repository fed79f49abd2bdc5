"""Approval in advance: a manager grants envelopes, a laptop checks them without a network, every issue passes the gate.

The private key lies in the keyring of the manager's laptop and nowhere else. The server certifies its public half when the key
arrives there by sync; until then nobody else takes what it signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from desktop_crm.domain.money import known_currency
from desktop_crm.domain.quotes.approvals import envelopes
from desktop_crm.domain.quotes.approvals.envelopes import Certificate, Terms
from desktop_crm.domain.quotes.approvals.standing import Decision
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.approval_options import Verdict
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId, new_row_id
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import approvals as store
from desktop_crm.persistence.stores.approvals import EnvelopeRow, KeyRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.security import signatures
from desktop_crm.services.quotes.approval_words import names_of
from desktop_crm.services.quotes.approving import refuse_unapproved
from desktop_crm.services.records import check
from desktop_crm.services.workspace import Workspace

MANAGERS: Final = frozenset({UserRole.MANAGER, UserRole.ADMINISTRATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What a version is issued with: the hash of what was approved, and the envelope it was approved by."""

    approved_hash: str | None = None
    envelope_id: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An envelope as lists show it. `problem`: the code of what makes it useless, empty while it is good.

    `overused`: more versions were issued under it than it allows, by laptops that did not know of each other.
    """

    id: RowId
    account_id: RowId
    account_name: str
    products: tuple[str, ...]
    limit_percent: Decimal
    margin_percent: Decimal | None
    largest_amount: Decimal | None
    currency: str
    expires_on: date
    max_uses: int
    granted_by: str
    granted_at: datetime
    reason: str
    uses: tuple[tuple[str, int, datetime | None, str], ...]
    problem: str = ""
    mine: bool = False

    @property
    def overused(self) -> bool:
        return len(self.uses) > self.max_uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The new envelope. `certified`: the server knows the key already; else it becomes good with the next sync."""

    id: RowId
    certified: bool
    changes: Changes


def gate(
    session: Session, workspace: Workspace, quote_id: str, draft: QuoteDraft, envelope_id: str | None = None
) -> Passed:
    """What every issue passes. Without an envelope named, the first that covers what is missing is taken.

    Raises Refusal `approval.needed`, `approval.waiting`, `approval.changed`; for a named envelope `envelope.*`.
    """
    try:
        return Passed(approved_hash=refuse_unapproved(session, workspace, quote_id, draft))
    except Refusal as missing:
        found = [one for one in store.envelopes(session, draft.account_id) if envelope_id in {None, one.id}]
        if envelope_id is not None and not found:
            known = {one.id for one in store.envelopes(session)}
            raise Refusal("envelope.account" if envelope_id in known else "envelope.unknown") from missing
        for one in found:
            try:
                terms = check_envelope(session, one)
                envelopes.refuse_outside(terms, draft, price(draft), workspace.today())
                envelopes.refuse_used_up(terms, len(one.uses))
            except Refusal:
                if envelope_id is not None:
                    raise
                continue
            advance = Decision(
                verdict=Verdict.APPROVED,
                by=one.granted_by,
                at=workspace.clock.now(),
                envelope_id=one.id,
                measures=terms.measures,
            )
            try:
                return Passed(
                    approved_hash=refuse_unapproved(session, workspace, quote_id, draft, advance), envelope_id=one.id
                )
            except Refusal:
                continue
        raise


def check_envelope(session: Session, row: EnvelopeRow) -> Terms:
    """The terms of a sound envelope. Raises Refusal `envelope.revoked`, `envelope.forged`, `envelope.uncertified`,
    `envelope.altered`.
    """
    key = store.keys(session).get(row.key_id)
    if row.revoked_at is not None or (key is not None and key.revoked_at is not None):
        raise Refusal("envelope.revoked")
    if key is None or key.user_id != row.granted_by:
        raise Refusal("envelope.forged")
    roots = store.certification_keys(session)
    if key.expires_on is None or not key.certificate:
        raise Refusal("envelope.uncertified")
    certified = envelopes.certificate_text(_certificate(key, key.expires_on))
    if not any(signatures.is_signed(root, certified, key.certificate) for root in roots):
        raise Refusal("envelope.forged")
    terms = _terms(row)
    if not signatures.is_signed(key.public_key, envelopes.terms_text(terms), row.signature):
        raise Refusal("envelope.altered")
    if row.granted_at.date() > key.expires_on:
        raise Refusal("envelope.forged")
    return terms


def list_envelopes(workspace: Workspace, account_id: str | None = None) -> tuple[Envelope, ...]:
    """All envelopes, checked; overused ones first."""
    with workspace.read() as session:
        people = store.people(session)
        facts = store.product_facts(session)
        found = []
        for row in store.envelopes(session, account_id):
            found.append(
                Envelope(
                    id=row.id,
                    account_id=row.account_id,
                    account_name=row.account_name,
                    products=tuple(facts[one].code or one if one in facts else one for one in row.products),
                    limit_percent=row.limit_percent,
                    margin_percent=row.margin_percent,
                    largest_amount=row.largest_amount,
                    currency=row.currency,
                    expires_on=row.expires_on,
                    max_uses=row.max_uses,
                    granted_by=names_of(people, [row.granted_by]),
                    granted_at=row.granted_at,
                    reason=row.reason,
                    uses=row.uses,
                    problem=_problem(session, row, workspace.today()),
                    mine=row.granted_by == workspace.author.user_id,
                )
            )
    return tuple(sorted(found, key=lambda one: not one.overused))


def grant(
    workspace: Workspace,
    *,
    account_id: str,
    products: Iterable[str],
    limit_percent: Decimal,
    expires_on: date,
    max_uses: int,
    margin_percent: Decimal | None = None,
    largest_amount: Decimal | None = None,
    currency: str = "",
    reason: str = "",
) -> Granted:
    """Grant an envelope in one's own name. Makes the signing key of this laptop when it has none. An amount without a currency is one
    in the workspace's.

    Raises Refusal `envelope.amount_unsound`, `currency.unknown`, `envelope.no_team`, `envelope.not_manager`, `envelope.limit_unsound`, `envelope.uses_unsound`,
    `envelope.date_unsound`, `reference.missing`; Trouble `keyring.absent`.
    """
    with workspace.write("quotes.grant_envelope") as work:
        me = _me(work.session, workspace)
        key = _own_key(work, workspace, me)
        terms = Terms(
            id=new_row_id(),
            account_id=RowId(account_id),
            products=tuple(RowId(one) for one in sorted(set(products))),
            limit_percent=limit_percent,
            expires_on=expires_on,
            max_uses=max_uses,
            granted_by=me,
            granted_at=workspace.clock.now().replace(microsecond=0),
            key_id=key.id,
            margin_percent=margin_percent,
            largest_amount=largest_amount,
            currency="" if largest_amount is None else known_currency(currency or workspace.currency),
        )
        envelopes.check_terms(terms, workspace.today())
        private = workspace.secrets.get(_secret_name(key.id)) or ""
        fields = {
            "account_id": terms.account_id,
            "products": ",".join(terms.products) or None,
            "limit_percent": terms.limit_percent,
            "margin_percent": terms.margin_percent,
            "largest_amount": terms.largest_amount,
            "currency": terms.currency or None,
            "expires_on": terms.expires_on,
            "max_uses": terms.max_uses,
            "granted_by_id": me,
            "granted_at": terms.granted_at,
            "reason": reason.strip() or None,
            "key_id": key.id,
            "signature": signatures.sign(private, envelopes.terms_text(terms)),
        }
        check(work, "approval_envelope", None, fields)
        work.insert("approval_envelope", fields, terms.id)
    return Granted(id=terms.id, certified=bool(key.certificate), changes=work.changes)


def revoke(workspace: Workspace, envelope_id: str) -> Changes:
    """Take an envelope back; versions issued under it stand. Raises Refusal `envelope.unknown`, `envelope.not_manager`."""
    with workspace.write("quotes.revoke_envelope") as work:
        _me(work.session, workspace)
        row = next((one for one in store.envelopes(work.session) if one.id == envelope_id), None)
        if row is None:
            raise Refusal("envelope.unknown")
        if row.revoked_at is None:
            work.update("approval_envelope", envelope_id, {"revoked_at": workspace.clock.now()})
    return work.changes


def _problem(session: Session, row: EnvelopeRow, today: date) -> str:
    try:
        terms = check_envelope(session, row)
        if today > terms.expires_on:
            return "envelope.expired"
        envelopes.refuse_used_up(terms, len(row.uses))
    except Refusal as refusal:
        return refusal.code
    return ""


def _me(session: Session, workspace: Workspace) -> UserId:
    """Who grants. Raises Refusal `envelope.no_team`, `envelope.not_manager`."""
    me = workspace.author.user_id
    if me is None or store.is_alone(session):
        raise Refusal("envelope.no_team")
    person = store.people(session).persons.get(me)
    if person is None or person.role not in MANAGERS:
        raise Refusal("envelope.not_manager")
    return me


def _own_key(work: UnitOfWork, workspace: Workspace, me: UserId) -> KeyRow:
    """The key of this laptop: the newest of mine whose private half lies here; a new one where there is none."""
    today = workspace.today()
    for key in sorted(store.keys(work.session).values(), key=lambda one: one.id, reverse=True):
        lives = key.revoked_at is None and (key.expires_on is None or key.expires_on >= today)
        if key.user_id == me and lives and workspace.secrets.get(_secret_name(key.id)):
            return key
    pair = signatures.new_pair()
    key_id = new_row_id()
    workspace.secrets.put(_secret_name(key_id), pair.private)
    work.insert("approval_key", {"user_id": me, "public_key": pair.public}, key_id)
    return KeyRow(id=key_id, user_id=me, public_key=pair.public, expires_on=None, certificate="", revoked_at=None)


def _secret_name(key_id: RowId) -> str:
    return f"approval:{key_id}"


def _certificate(key: KeyRow, expires_on: date) -> Certificate:
    return Certificate(key_id=key.id, user_id=key.user_id, public_key=key.public_key, expires_on=expires_on)


def _terms(row: EnvelopeRow) -> Terms:
    return Terms(
        id=row.id,
        account_id=row.account_id,
        products=row.products,
        limit_percent=row.limit_percent,
        expires_on=row.expires_on,
        max_uses=row.max_uses,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        key_id=row.key_id,
        margin_percent=row.margin_percent,
        largest_amount=row.largest_amount,
        currency=row.currency,
    )
