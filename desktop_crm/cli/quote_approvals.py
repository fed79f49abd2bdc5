"""Approvals on the terminal: ask, approve, reject, take back; the rules, delegates, the inbox and approvals in advance."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.quotes.approvals.needs import Need
from desktop_crm.domain.quotes.approvals.rules import told_one
from desktop_crm.domain.schema.approval_options import ApprovalNeed, ApproverKind, Verdict
from desktop_crm.domain.schema.codec import plain
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import quotes as services
from desktop_crm.services.quotes import Approval, Envelope, RuleFields, StepFields, Waiting
from desktop_crm.services.workspace import Workspace

_SEAT = re.compile(r"(user:(?P<user>[^+/]+)|role:(?P<role>[a-z]+)|manager)(\+(?P<days>\d{1,3})d(:(?P<above>[^+/]+))?)?")
_REASON = click.option("--reason", default="", help="Why, in a few words.")


@click.command("submit")
@click.argument("number")
@_REASON
@workspace_options
def submit(number: str, reason: str, *, workspace: Workspace, as_json: bool) -> None:
    """Ask for approval of quote NUMBER (or its id) as it is now."""
    quote_id = services.find(workspace, number)
    services.submit(workspace, quote_id, reason)
    _tell(workspace, quote_id, as_json=as_json)


@click.command("approve")
@click.argument("number")
@_REASON
@workspace_options
def approve(number: str, reason: str, *, workspace: Workspace, as_json: bool) -> None:
    """Approve quote NUMBER (or its id)."""
    _answer(workspace, number, Verdict.APPROVED, reason, as_json=as_json)


@click.command("reject")
@click.argument("number")
@click.option("--reason", required=True, help="Why, in a few words.")
@workspace_options
def reject(number: str, reason: str, *, workspace: Workspace, as_json: bool) -> None:
    """Reject the request for quote NUMBER (or its id)."""
    _answer(workspace, number, Verdict.REJECTED, reason, as_json=as_json)


@click.command("withdraw")
@click.argument("number")
@_REASON
@workspace_options
def withdraw(number: str, reason: str, *, workspace: Workspace, as_json: bool) -> None:
    """Take one's own request for quote NUMBER (or its id) back."""
    _answer(workspace, number, Verdict.WITHDRAWN, reason, as_json=as_json)


@click.command("approval")
@click.argument("number")
@workspace_options
def approval(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """Show what approval quote NUMBER (or its id) needs, who is asked, and what happened so far."""
    _tell(workspace, services.find(workspace, number), as_json=as_json)


@click.group("approvals")
def approvals() -> None:
    """Approval rules, delegates, what waits for me, and approvals in advance."""


@approvals.command("waiting")
@workspace_options
def waiting(*, workspace: Workspace, as_json: bool) -> None:
    """List the quotes that wait for my approval, then those I asked for."""
    found = services.waiting(workspace)
    emit([_waiting(one) for one in found], lambda: "\n".join(map(_waiting_words, found)), as_json=as_json)


@approvals.command("rules")
@workspace_options
def rules(*, workspace: Workspace, as_json: bool) -> None:
    """List the rules, the highest first."""
    book = services.rule_book(workspace)
    names = {str(key): name for key, name in book.users}
    value = [_rule(one, names) for one in book.rules]
    emit(value, lambda: "\n".join(_rule_words(one) for one in value), as_json=as_json)


@approvals.command("rule")
@click.argument("name")
@click.option(
    "--when",
    required=True,
    help="When it asks, as in “discount > 10 and category = Sensors or amount >= 100000000 KRW”.",
)
@click.option(
    "--step",
    "steps",
    multiple=True,
    help="Who is asked, one option a step: user:NAME, role:ROLE or manager (the owner’s), several with commas; “/any” at the "
    "end for any of them; “+3d” or “+3d:NAME” escalates after three days. Without it the owner’s manager.",
)
@click.option("--rank", type=int, default=0, help="How high the rule stands.")
@click.option("--own", is_flag=True, help="Whoever is asked may approve quotes of his own.")
@click.option("--off", is_flag=True, help="Keep the rule switched off.")
@click.option("--id", "rule_id", help="Change this rule instead of making a new one.")
@workspace_options
def rule(
    name: str,
    when: str,
    steps: tuple[str, ...],
    rank: int,
    rule_id: str | None,
    *,
    own: bool,
    off: bool,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Make or change the rule NAME."""
    wanted = [seat for place, step in enumerate(steps, 1) for seat in _seats(workspace, place, step)]
    done = services.save_rule(
        workspace, name=name, conditions=when, steps=wanted, rank=rank, own_allowed=own, active=not off, rule_id=rule_id
    )
    emit({"id": done.id}, tr("Saved: {name}", name=name), as_json=as_json)


@approvals.command("remove")
@click.argument("rule_id", metavar="ID")
@workspace_options
def remove(rule_id: str, *, workspace: Workspace, as_json: bool) -> None:
    """Take the rule ID away."""
    services.remove_rule(workspace, rule_id)
    emit({"removed": rule_id}, tr("Removed: {name}", name=rule_id), as_json=as_json)


@approvals.command("delegate")
@click.argument("name")
@click.option("--of", "holder", help="Whose seat; mine without it.")
@click.option("--from", "starts_on", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--until", "ends_on", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@_REASON
@workspace_options
def delegate(
    name: str,
    holder: str | None,
    starts_on: datetime | None,
    ends_on: datetime | None,
    reason: str,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Let NAME answer instead of me."""
    done = services.delegate(
        workspace,
        user_id=services.user_named(workspace, holder) if holder else None,
        delegate_id=services.user_named(workspace, name),
        starts_on=starts_on.date() if starts_on else None,
        ends_on=ends_on.date() if ends_on else None,
        reason=reason,
    )
    emit({"id": done.id}, tr("Saved: {name}", name=name), as_json=as_json)


@approvals.command("envelopes")
@workspace_options
def envelopes(*, workspace: Workspace, as_json: bool) -> None:
    """List approvals in advance with their uses; those used too often first."""
    found = services.list_envelopes(workspace)
    emit([_envelope(one) for one in found], lambda: "\n".join(map(_envelope_words, found)), as_json=as_json)


@approvals.command("grant")
@click.option("--account", "account_name", required=True, metavar="NAME", help="The account.")
@click.option(
    "--product", "codes", multiple=True, metavar="CODE", help="A product, by code; without any, every product."
)
@click.option("--limit", required=True, metavar="PERCENT", help="The largest discount of a line.")
@click.option("--margin", metavar="PERCENT", help="The least margin; only then rules on margins are covered.")
@click.option("--amount", metavar="AMOUNT", help="The largest net amount; only then rules on amounts are covered.")
@click.option("--currency", default="", metavar="CODE", help="The currency of that amount; else the workspace’s.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--uses", type=int, default=1, show_default=True, help="How many versions may be issued under it.")
@_REASON
@workspace_options
def grant(
    account_name: str,
    codes: tuple[str, ...],
    limit: str,
    margin: str | None,
    amount: str | None,
    currency: str,
    until: datetime,
    uses: int,
    reason: str,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Approve discounts in advance, signed with my key, so that a quote can be issued without a network."""
    done = services.grant(
        workspace,
        account_id=services.account_named(workspace, account_name),
        products=[services.product_coded(workspace, code) for code in codes],
        limit_percent=_number(limit),
        margin_percent=None if margin is None else _number(margin, "--margin"),
        largest_amount=None if amount is None else _number(amount, "--amount"),
        currency=currency,
        expires_on=until.date(),
        max_uses=uses,
        reason=reason,
    )
    emit({"id": done.id, "certified": done.certified}, tr("Granted: {id}", id=done.id), as_json=as_json)


@approvals.command("revoke")
@click.argument("envelope_id", metavar="ID")
@workspace_options
def revoke(envelope_id: str, *, workspace: Workspace, as_json: bool) -> None:
    """Take the approval in advance ID back; quotes issued under it stand."""
    services.revoke(workspace, envelope_id)
    emit({"revoked": envelope_id}, tr("Removed: {name}", name=envelope_id), as_json=as_json)


def _answer(workspace: Workspace, number: str, verdict: Verdict, reason: str, *, as_json: bool) -> None:
    quote_id = services.find(workspace, number)
    services.answer(workspace, quote_id, verdict, reason)
    _tell(workspace, quote_id, as_json=as_json)


def _tell(workspace: Workspace, quote_id: str, *, as_json: bool) -> None:
    look = services.approval(workspace, quote_id)
    currency = services.open_quote(workspace, quote_id).draft.currency
    waits = look.standing.waiting_for if look.standing is not None else ()
    value = {
        "number": look.number,
        "state": look.state.value,
        "needs": [_need(look, one, currency) for one in look.needs],
        "waiting_for": [look.people.persons[one].name for one in waits if one in look.people.persons],
        "changed": [
            {"entity": one.entity, "field": one.field, "line": one.line, "relevant": one.relevant}
            for one in look.changed
        ],
        "timeline": [
            {
                "kind": one.kind,
                "version": one.version,
                "at": one.at.isoformat().replace("+00:00", "Z") if one.at else None,
                "by": one.by,
                "reason": one.reason,
            }
            for one in look.timeline
        ],
    }
    emit(value, lambda: _words(look, currency), as_json=as_json)


def _need(look: Approval, need: Need, currency: str) -> dict[str, Any]:
    return {
        "rule": need.rule.name,
        "why": services.why(need, currency),
        "conditions": [told_one(one.condition) for one in need.findings],
        "who": services.who_is_asked(look, need),
    }


def _words(look: Approval, currency: str) -> str:
    rows = [f"{look.number}  {services.state_word(look.state)}"]
    for need in look.needs:
        who = services.who_is_asked(look, need)
        rows.append(f"  {need.rule.name}: {services.why(need, currency)}" + (f"  → {who}" if who else ""))
    for one in look.timeline:
        at = formats.date(one.at) if one.at else ""
        kind = tr("Asked for approval") if one.kind == "submitted" else option_label("verdict", one.kind)
        rows.append("  ".join(part for part in (at, f"v{one.version}", kind, one.by, one.reason) if part))
    return "\n".join(rows)


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "quote_id": one.quote_id,
        "number": one.number,
        "version": one.version,
        "account": one.account_name,
        "net_amount": plain(one.net_amount),
        "currency": one.currency,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at.isoformat().replace("+00:00", "Z"),
        "reason": one.reason,
        "mine": one.mine,
        "waiting_for": list(one.waiting_for),
        "why": [services.why(need, one.currency) for need in one.needs],
    }


def _waiting_words(one: Waiting) -> str:
    reasons = "; ".join(services.why(need, one.currency) for need in one.needs)
    who = one.asked_by if one.mine else "→ " + ", ".join(one.waiting_for)
    return f"{one.number} v{one.version}  {one.account_name}  {formats.money(one.net_amount, one.currency)}  {reasons}  {who}"


def _rule(one: RuleFields, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "when": one.conditions,
        "rank": one.rank,
        "active": one.active,
        "own": one.own_allowed,
        "steps": [
            {
                "place": step.place,
                "approver": step.approver.value,
                "user": names.get(str(step.user_id), step.user_id),
                "role": step.role,
                "need": step.need.value,
                "escalate_days": step.escalate_days,
            }
            for step in one.steps
        ],
    }


def _rule_words(one: dict[str, Any]) -> str:
    asked = " → ".join(
        str(step["user"] or option_label("role", step["role"]) or option_label("approver", step["approver"]))
        for step in one["steps"]
    )
    off = "" if one["active"] else f"  ({tr('switched off')})"
    return f"{one['rank']}  {one['name']}: {one['when']}  → {asked or option_label('approver', 'owners_manager')}{off}"


def _envelope(one: Envelope) -> dict[str, Any]:
    return {
        "id": one.id,
        "account": one.account_name,
        "products": list(one.products),
        "limit_percent": plain(one.limit_percent),
        "margin_percent": None if one.margin_percent is None else plain(one.margin_percent),
        "largest_amount": None if one.largest_amount is None else plain(one.largest_amount),
        "currency": one.currency or None,
        "expires_on": one.expires_on.isoformat(),
        "max_uses": one.max_uses,
        "used": len(one.uses),
        "uses": [{"number": number, "version": version, "by": by} for number, version, _, by in one.uses],
        "overused": one.overused,
        "granted_by": one.granted_by,
        "problem": one.problem or None,
    }


def _envelope_words(one: Envelope) -> str:
    problem = explain(Refusal(one.problem)).title if one.problem else ""
    until = formats.date(one.expires_on)
    parts = [
        one.account_name,
        formats.percent(one.limit_percent),
        until,
        f"{len(one.uses)}/{one.max_uses}",
        one.granted_by,
    ]
    return "  ".join(part for part in (str(one.id), *parts, problem) if part)


def _seats(workspace: Workspace, place: int, text: str) -> list[StepFields]:
    body, _, ending = text.partition("/")
    if ending not in {"", "any", "all"}:
        raise click.BadParameter(text, param_hint="--step")
    need = ApprovalNeed(ending or "all")
    return [_seat(workspace, place, part.strip(), need) for part in body.split(",")]


def _seat(workspace: Workspace, place: int, text: str, need: ApprovalNeed) -> StepFields:
    found = _SEAT.fullmatch(text)
    if found is None or (found["role"] and found["role"] not in set(UserRole)):
        raise click.BadParameter(text, param_hint="--step")
    kind = ApproverKind.USER if found["user"] else ApproverKind.ROLE if found["role"] else ApproverKind.OWNERS_MANAGER
    user: UserId | None = services.user_named(workspace, found["user"]) if found["user"] else None
    above = services.user_named(workspace, found["above"]) if found["above"] else None
    return StepFields(
        approver=kind,
        place=place,
        user_id=user,
        role=UserRole(found["role"]) if found["role"] else None,
        need=need,
        escalate_days=int(found["days"]) if found["days"] else None,
        escalate_to_id=above,
    )


def _number(text: str, option: str = "--limit") -> Decimal:
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise click.BadParameter(text, param_hint=option) from None
    if not number.is_finite():
        raise click.BadParameter(text, param_hint=option)
    return number


commands = (submit, approve, reject, withdraw, approval, approvals)
