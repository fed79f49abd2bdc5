"""What the server checks of approvals, whatever a laptop says: who changes rules, who asks, who answers, who signs, and that no
version is issued without the approval it needs. Runs within one push, after the merge rules.

1. A tenant without rules is not looked at; envelopes always are.
2. Roles are the server's own; a laptop's user row only says who leads whom, and where there are rules that is not for members to say.
3. A version is judged by its own snapshot, priced again here, under the rules that stand now.
4. A key is certified when its owner, a manager, sends it. The private half of the server's key never leaves its books.
5. More uses of an envelope than it allows are refused to a laptop that knew; over several laptops they are kept and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from desktop_crm.domain.quotes import canonical, versions
from desktop_crm.domain.quotes.approvals import envelopes
from desktop_crm.domain.quotes.approvals.content import content_hash
from desktop_crm.domain.quotes.approvals.envelopes import Certificate, Terms
from desktop_crm.domain.quotes.approvals.needs import Need, needed
from desktop_crm.domain.quotes.approvals.standing import (
    ApprovalState,
    Asked,
    Decision,
    standing,
)
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.approval_options import Verdict
from desktop_crm.domain.schema.options import QuoteStatus, UserRole
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.foundation.ids import RowId, UserId
from desktop_crm.security import signatures
from desktop_crm.sync.merge import ROW, RowState, op_of
from desktop_crm.sync.protocol import Operation
from desktop_crm.sync.server import proposal_approvals, tables
from desktop_crm.sync.server.aftermath import Applied
from desktop_crm.sync.server.approval_facts import ApprovalFacts, moment_of
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.ledger import Ledger
from desktop_crm.sync.server.session import Session

ROLE, CONTENT, AUTHOR = "sync.refused.role", "sync.refused.approval_content", "sync.refused.author"
APPROVER, APPROVAL = "sync.refused.approver", "sync.refused.approval"
ENVELOPE, USED_UP = "sync.refused.envelope", "sync.refused.envelope_used_up"
KEY_LIFE: Final = timedelta(days=365)
_AHEAD: Final = timedelta(minutes=5)
_MANAGERS: Final = frozenset({UserRole.MANAGER.value, UserRole.ADMINISTRATOR.value})
_OF_PEOPLE: Final = frozenset({"role", "manager_id", "active"})
_SERVERS: Final = frozenset({"certificate", "expires_on"})
_ROOT: Final = "certification_key"
_Fields = Mapping[str, Any]


class Approvals:
    """The checks of one push. Reads through the ledger, so that what came earlier in the push counts."""

    def __init__(self, ledger: Ledger, session: Session, clock: Clock) -> None:
        self._ledger, self._session, self._clock = ledger, session, clock
        self._facts = ApprovalFacts(ledger, clock)
        self._checks: dict[str, Callable[[Operation, _Fields, _Fields], str]] = {
            "approval_rule": self._rule,
            "approval_step": self._rule,
            "approval_delegate": self._delegate,
            "approval_request": self._request,
            "approval_decision": self._decision,
            "approval_key": self._key,
            "approval_envelope": self._envelope_granted,
            "quote_version": self._version,
            "quote": self._quote,
            "user": self._user,
            "proposal": self._proposal,
            "proposal_version": self._proposal_version,
        }

    def refusal(self, op: Operation, before: RowState, after: RowState) -> str:
        """Why the operation is not taken; empty when it is."""
        check = self._checks.get(op.entity)
        try:
            return "" if check is None else check(op, before.fields, after.fields)
        except (ValueError, KeyError, TypeError, ArithmeticError):
            return "value.unreadable"

    def follow_up(self, applied: Iterable[Applied]) -> None:
        """Certify new keys; bring a quote's state after the answers that came."""
        for one in applied:
            if one.op.entity == "approval_key" and not one.before.exists:
                self._certify(one.op.row)
            elif one.op.entity == "approval_decision":
                self._settle(one.op.row)

    def _may_rule(self) -> bool:
        """The administrator; where there is none, the managers; where there are none either, everybody."""
        if self._session.role == UserRole.ADMINISTRATOR:
            return True
        known = {line["role"] for line in self._ledger.books.all(tables.user) if not line["disabled"]}
        if UserRole.ADMINISTRATOR.value in known:
            return False
        return self._session.role == UserRole.MANAGER or UserRole.MANAGER.value not in known

    def _rule(self, _op: Operation, _before: _Fields, _fields: _Fields) -> str:
        return "" if self._may_rule() else ROLE

    def _delegate(self, _op: Operation, before: _Fields, fields: _Fields) -> str:
        of = {before.get("user_id"), fields.get("user_id")} - {None}
        return "" if of <= {self._session.user_id} or self._may_rule() else ROLE

    def _user(self, op: Operation, before: _Fields, fields: _Fields) -> str:
        changes = any(name in op.fields and before.get(name) != fields.get(name) for name in _OF_PEOPLE)
        return ROLE if changes and not self._may_rule() and self._facts.rules() else ""

    def _quote(self, op: Operation, _before: _Fields, _fields: _Fields) -> str:
        return self._said_approved(op.row) if op.fields.get("status") == QuoteStatus.APPROVED else ""

    def _request(self, _op: Operation, _before: _Fields, fields: _Fields) -> str:
        if fields.get("requested_by_id") != self._session.user_id or self._is_ahead(fields.get("requested_at")):
            return AUTHOR
        draft = canonical.decode(QuoteDraft, fields["snapshot"])
        sound = content_hash(draft) == fields.get("content_hash") and draft.id == fields.get("quote_id")
        return "" if sound else CONTENT

    def _decision(self, op: Operation, _before: _Fields, fields: _Fields) -> str:
        if fields.get("decided_by_id") != self._session.user_id or self._is_ahead(fields.get("decided_at")):
            return AUTHOR
        request = self._ledger.row("approval_request", str(fields.get("request_id"))).state.fields
        if not request or request.get("content_hash") != fields.get("content_hash"):
            return CONTENT
        verdict = Verdict(fields["verdict"])
        if verdict is Verdict.WITHDRAWN:
            return "" if request.get("requested_by_id") == self._session.user_id else APPROVER
        found = self._facts.standing(str(fields["request_id"]), request, but=op.row, at=moment_of(fields["decided_at"]))
        asked = found.state is not ApprovalState.SUBMITTED or self._session.user_id in found.waiting_for
        return "" if asked else APPROVER

    def _key(self, op: Operation, before: _Fields, fields: _Fields) -> str:
        if any(op.fields[name] != before.get(name) for name in _SERVERS & op.fields.keys()):
            return "sync.refused.server_made"
        mine = fields.get("user_id") == self._session.user_id
        if before and "revoked_at" in op.fields:
            return "" if mine or self._may_rule() else ROLE
        return "" if mine and self._session.role in _MANAGERS else ROLE

    def _envelope_granted(self, op: Operation, _before: _Fields, fields: _Fields) -> str:
        if "signature" not in op.fields:
            return "" if self._session.role in _MANAGERS else ROLE
        if fields.get("granted_by_id") != self._session.user_id:
            return AUTHOR
        key = self._ledger.row("approval_key", str(fields.get("key_id"))).state.fields
        signed = signatures.is_signed(
            str(key.get("public_key")), envelopes.terms_text(_terms(op.row, fields)), str(fields.get("signature"))
        )
        return "" if signed and key.get("user_id") == self._session.user_id and not key.get("revoked_at") else ENVELOPE

    def _version(self, op: Operation, _before: _Fields, fields: _Fields) -> str:
        if "snapshot" not in op.fields and "envelope_id" not in op.fields:
            return ""
        envelope_id = fields.get("envelope_id")
        ruled = self._facts.rules()
        if not ruled and not envelope_id:
            return ""
        try:
            content = versions.from_snapshot(fields["snapshot"], str(fields.get("snapshot_hash"))).content
        except CrmError:
            return "sync.refused.version"
        draft = content.draft
        if price(draft).grand_total != content.amounts.grand_total or draft.id != fields.get("quote_id"):
            return "sync.refused.version"
        advance: Decision | None = None
        if envelope_id:
            row = self._ledger.row("approval_envelope", str(envelope_id))
            if (reason := self._outside(row, op.row, content)) != "":
                return reason
            granted_by = UserId(row.state.fields["granted_by_id"])
            advance = Decision(
                verdict=Verdict.APPROVED,
                by=granted_by,
                at=content.issued_at,
                envelope_id=RowId(row.id),
                measures=_terms(row.id, row.state.fields).measures,
            )
        needs = needed(draft, ruled, self._facts.around(draft))
        return "" if not needs or self._is_approved(draft, needs, content.issued_at, advance) else APPROVAL

    def _proposal(self, op: Operation, before: _Fields, fields: _Fields) -> str:
        return proposal_approvals.of_proposal(op.fields, before, fields, self._session.user_id)

    def _proposal_version(self, op: Operation, _before: _Fields, fields: _Fields) -> str:
        proposal = self._ledger.row("proposal", str(fields.get("proposal_id"))).state.fields
        return proposal_approvals.of_version(op.fields, fields, proposal)

    def _is_approved(self, draft: QuoteDraft, needs: tuple[Need, ...], at: datetime, advance: Decision | None) -> bool:
        here, people = content_hash(draft), self._facts.people()
        for request_id in self._ledger.find("approval_request", "quote_id", draft.id):
            request = self._ledger.row("approval_request", request_id).state.fields
            if request.get("content_hash") == here:
                found = standing(
                    needs,
                    self._facts.asked(request),
                    self._facts.decisions(request_id),
                    people,
                    self._clock.now(),
                    advance,
                )
                if found.state is ApprovalState.APPROVED:
                    return True
        if advance is None:
            return False
        asked = Asked(by=UserId(self._session.user_id), at=at, owner_id=self._facts.owner(draft.id))
        return standing(needs, asked, (), people, at, advance).state is ApprovalState.APPROVED

    def _outside(self, row: StoredRow, version_id: str, content: versions.VersionContent) -> str:
        """Why the envelope does not cover this version; empty when it does."""
        fields = row.state.fields
        if not row.state.exists:
            return ENVELOPE
        key = self._ledger.row("approval_key", str(fields.get("key_id"))).state.fields
        terms = _terms(row.id, fields)
        certified = _certificate(str(fields.get("key_id")), key) if key.get("expires_on") else None
        revoked = [moment_of(one["revoked_at"]) for one in (fields, key) if one.get("revoked_at")]
        sound = (
            certified is not None
            and key.get("user_id") == fields.get("granted_by_id")
            and signatures.is_signed(
                self._root()[1], envelopes.certificate_text(certified), str(key.get("certificate"))
            )
            and signatures.is_signed(certified.public_key, envelopes.terms_text(terms), str(fields.get("signature")))
            and terms.granted_at.date() <= certified.expires_on
            and terms.granted_at <= content.issued_at
            and not any(moment <= content.issued_at for moment in revoked)
        )
        if not sound:
            return ENVELOPE
        try:
            envelopes.refuse_outside(terms, content.draft, content.amounts, content.issued_on)
        except Refusal:
            return ENVELOPE
        others = [one for one in self._ledger.find("quote_version", "envelope_id", row.id) if one != version_id]
        mine = [one for one in others if self._device_of(one) == self._session.device]
        return USED_UP if len(mine) >= terms.max_uses else ""

    def _device_of(self, version_id: str) -> str:
        """The laptop that made a version; this one for what came in this very push."""
        op_id = op_of(self._ledger.row("quote_version", version_id).state.clocks.get(ROW, ""))
        kept = self._ledger.books.kept_ops([op_id]).get(op_id)
        return kept.device if kept is not None else self._session.device

    def _said_approved(self, quote_id: str) -> str:
        """A quote says that it is approved: then one of its requests is."""
        if not self._facts.rules():
            return ""
        for request_id in self._ledger.find("approval_request", "quote_id", quote_id):
            request = self._ledger.row("approval_request", request_id).state.fields
            if self._facts.standing(request_id, request).state is ApprovalState.APPROVED:
                return ""
        return APPROVAL

    def _settle(self, decision_id: str) -> None:
        request_id = str(self._ledger.row("approval_decision", decision_id).state.fields.get("request_id"))
        request = self._ledger.row("approval_request", request_id).state.fields
        quote = self._ledger.row("quote", str(request.get("quote_id")))
        if quote.state.deleted or quote.state.fields.get("status") != QuoteStatus.SUBMITTED:
            return
        state = self._facts.standing(request_id, request).state
        wanted = {ApprovalState.APPROVED: QuoteStatus.APPROVED, ApprovalState.REJECTED: QuoteStatus.DRAFT}.get(state)
        if wanted is not None:
            self._ledger.write_own(quote, {"status": wanted.value}, "approval", decision_id)

    def _certify(self, key_id: str) -> None:
        private, public = self._root()
        root = self._ledger.row("certification_key", public[:32])
        if not root.state.exists:
            self._ledger.write_own(root, {"public_key": public}, "certification")
        row = self._ledger.row("approval_key", key_id)
        expires = (self._clock.now() + KEY_LIFE).date()
        made = _certificate(key_id, {**row.state.fields, "expires_on": expires.isoformat()})
        signed = signatures.sign(private, envelopes.certificate_text(made))
        self._ledger.write_own(row, {"expires_on": expires.isoformat(), "certificate": signed}, "certified")

    def _root(self) -> tuple[str, str]:
        """The server's certification key: private and public."""
        pair = signatures.new_pair()
        line = {"name": _ROOT, "value": f"{pair.private} {pair.public}"}
        self._ledger.books.upsert(tables.fact, [line], keep=True)
        private, _, public = self._ledger.books.fact(_ROOT).partition(" ")
        return private, public

    def _is_ahead(self, moment: Any) -> bool:
        return moment_of(moment) > self._clock.now() + _AHEAD


def _terms(row_id: str, fields: Mapping[str, Any]) -> Terms:
    return Terms(
        id=RowId(row_id),
        account_id=RowId(str(fields.get("account_id"))),
        products=tuple(RowId(one) for one in str(fields.get("products") or "").split(",") if one),
        limit_percent=Decimal(fields["limit_percent"]),
        expires_on=date.fromisoformat(fields["expires_on"]),
        max_uses=int(fields["max_uses"]),
        granted_by=UserId(str(fields.get("granted_by_id"))),
        granted_at=moment_of(fields["granted_at"]),
        key_id=RowId(str(fields.get("key_id"))),
        margin_percent=_number(fields.get("margin_percent")),
        largest_amount=_number(fields.get("largest_amount")),
        currency=str(fields.get("currency") or ""),
    )


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


def _certificate(key_id: str, fields: Mapping[str, Any]) -> Certificate:
    return Certificate(
        key_id=RowId(key_id),
        user_id=UserId(str(fields.get("user_id"))),
        public_key=str(fields.get("public_key")),
        expires_on=date.fromisoformat(fields["expires_on"]),
    )
