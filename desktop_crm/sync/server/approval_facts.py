"""What the server knows that approvals are judged by: rules, people with its own roles, requests and answers as they lie in the
books, this push included. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.approvals import rules
from desktop_crm.domain.quotes.approvals.needs import ProductFacts, Surroundings, needed
from desktop_crm.domain.quotes.approvals.rules import ApprovalRule, Seat, Stage
from desktop_crm.domain.quotes.approvals.standing import (
    Asked,
    Decision,
    Delegation,
    People,
    Person,
    Standing,
    standing,
)
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.schema.approval_options import ApprovalNeed, ApproverKind, Verdict
from desktop_crm.domain.schema.options import AccountTier, UserRole
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.ledger import Ledger
from desktop_crm.sync.server.scopes import TEAM


class ApprovalFacts:
    """Reads through the ledger of one push."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def standing(
        self, request_id: str, request: Mapping[str, Any], but: str = "", at: datetime | None = None
    ) -> Standing:
        """How far a request has come."""
        draft = canonical.decode(QuoteDraft, request["snapshot"])
        needs = needed(draft, self.rules(), self.around(draft))
        given = self.decisions(request_id, but)
        return standing(needs, self.asked(request), given, self.people(), at or self._clock.now())

    def asked(self, request: Mapping[str, Any]) -> Asked:
        """Who asked, when, and whose quote it is."""
        return Asked(
            by=UserId(str(request.get("requested_by_id"))),
            at=moment_of(request["requested_at"]),
            owner_id=self.owner(str(request.get("quote_id"))),
        )

    def owner(self, quote_id: str) -> UserId | None:
        """Whose quote it is."""
        owner = self._ledger.row("quote", quote_id).state.fields.get("owner_id")
        return UserId(owner) if owner else None

    def decisions(self, request_id: str, but: str = "") -> tuple[Decision, ...]:
        """The answers to a request, but for one."""
        found = (
            self._ledger.row("approval_decision", one).state.fields
            for one in self._ledger.find("approval_decision", "request_id", request_id)
            if one != but
        )
        return tuple(
            Decision(verdict=Verdict(one["verdict"]), by=UserId(one["decided_by_id"]), at=moment_of(one["decided_at"]))
            for one in found
        )

    def people(self) -> People:
        """Who there is, with the server's own roles."""
        accounts = {line["user_id"]: line for line in self._ledger.books.all(tables.user)}
        persons = {}
        for user_id, line in accounts.items():
            manager = self._ledger.row("user", user_id).state.fields.get("manager_id")
            persons[UserId(user_id)] = Person(
                id=UserId(user_id),
                role=UserRole(line["role"]),
                manager_id=UserId(manager) if manager else None,
                active=not line["disabled"],
            )
        given = (row.state.fields for row in self.living("approval_delegate"))
        return People(
            persons=persons,
            delegations=tuple(
                Delegation(
                    user_id=UserId(one["user_id"]),
                    delegate_id=UserId(one["delegate_id"]),
                    starts_on=_day(one.get("starts_on")),
                    ends_on=_day(one.get("ends_on")),
                )
                for one in given
                if one.get("user_id") and one.get("delegate_id")
            ),
        )

    def around(self, draft: QuoteDraft) -> Surroundings:
        """What rules ask beside a draft."""
        ids = {line.product_id for line in draft.lines() if line.product_id}
        self._ledger.load(("product", one) for one in ids)
        found = {one: self._ledger.row("product", one).state.fields for one in ids}
        account = self._ledger.row("account", draft.account_id).state.fields if draft.account_id else {}
        tier = account.get("tier")
        return Surroundings(
            tier=AccountTier(tier) if tier in set(AccountTier) else None,
            products={
                one: ProductFacts(code=fields.get("code") or "", category=fields.get("category") or "")
                for one, fields in found.items()
            },
        )

    def rules(self) -> tuple[ApprovalRule, ...]:
        """The rules that count."""
        found = [row for row in self.living("approval_rule") if row.state.fields.get("active") is not False]
        if not found:
            return ()
        steps: dict[str, list[StoredRow]] = {}
        for row in self.living("approval_step"):
            steps.setdefault(str(row.state.fields.get("rule_id")), []).append(row)
        made = []
        for row in found:
            fields = row.state.fields
            try:
                conditions = rules.read(str(fields.get("conditions") or ""))
            except Refusal:
                continue  # of a newer program, or by hand: nobody could say when it applies
            made.append(
                ApprovalRule(
                    id=RowId(row.id),
                    name=str(fields.get("name") or ""),
                    conditions=conditions,
                    stages=_stages(row.id, steps.get(row.id, [])),
                    rank=int(fields.get("rank") or 0),
                    own_allowed=bool(fields.get("own_allowed")),
                )
            )
        return tuple(made)

    def living(self, entity: str) -> list[StoredRow]:
        """The rows of a shared entity, what this push did to them included; in the order of their ids."""
        kept = {row.id: row for row in self._ledger.books.living_rows(entity, TEAM)}
        kept |= {row.id: row for row in self._ledger.changed if row.entity == entity}
        return [kept[one] for one in sorted(kept) if not kept[one].state.deleted]


def _stages(rule_id: str, rows: list[StoredRow]) -> tuple[Stage, ...]:
    if not rows:
        return (
            Stage(place=1, need=ApprovalNeed.ALL, seats=(Seat(id=RowId(rule_id), kind=ApproverKind.OWNERS_MANAGER),)),
        )
    by_place: dict[int, list[StoredRow]] = {}
    for row in rows:
        by_place.setdefault(int(row.state.fields.get("place") or 1), []).append(row)
    return tuple(
        Stage(
            place=place,
            need=ApprovalNeed.ANY
            if any(row.state.fields.get("need") == ApprovalNeed.ANY for row in by_place[place])
            else ApprovalNeed.ALL,
            seats=tuple(_seat(row.id, row.state.fields) for row in by_place[place]),
        )
        for place in sorted(by_place)
    )


def _seat(row_id: str, fields: Mapping[str, Any]) -> Seat:
    days = fields.get("escalate_days")
    return Seat(
        id=RowId(row_id),
        kind=ApproverKind(fields.get("approver") or ApproverKind.USER),
        user_id=UserId(fields["user_id"]) if fields.get("user_id") else None,
        role=UserRole(fields["role"]) if fields.get("role") else None,
        escalate_days=None if days is None else int(days),
        escalate_to=UserId(fields["escalate_to_id"]) if fields.get("escalate_to_id") else None,
    )


def moment_of(text: Any) -> datetime:
    """A moment of the wire. Raises ValueError for one without a zone."""
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
