"""Keeping approval rules, their steps and delegations. Whether somebody may is the server's to say; alone, everybody may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from desktop_crm.domain.quotes.approvals import rules
from desktop_crm.domain.schema.approval_options import ApprovalMeasure, ApproverKind
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import approvals as store
from desktop_crm.persistence.stores.approvals import RuleFields, StepFields
from desktop_crm.services.records import check
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The rule's id, and what changed."""

    id: RowId
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateFields:
    """Who answers instead of whom, and when."""

    id: RowId
    user_id: UserId
    delegate_id: UserId
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All that the administration shows. `users`: (id, name) of everybody who can be asked."""

    rules: tuple[RuleFields, ...]
    delegates: tuple[DelegateFields, ...]
    users: tuple[tuple[UserId, str], ...]
    may_edit: bool


def rule_book(workspace: Workspace) -> RuleBook:
    """Rules, delegations and people."""
    with workspace.read() as session:
        people = store.people(session)
        users = tuple(
            sorted(((one.id, one.name) for one in people.persons.values() if one.active), key=lambda one: one[1])
        )
        return RuleBook(
            rules=store.rule_fields(session),
            delegates=tuple(
                DelegateFields(
                    id=RowId(row_id),
                    user_id=one.user_id,
                    delegate_id=one.delegate_id,
                    starts_on=one.starts_on,
                    ends_on=one.ends_on,
                )
                for row_id, one in zip(store.delegation_ids(session), people.delegations, strict=True)
            ),
            users=users,
            may_edit=_may_edit(session, workspace),
        )


def save_rule(
    workspace: Workspace,
    *,
    name: str,
    conditions: str,
    steps: Sequence[StepFields],
    rank: int = 0,
    active: bool = True,
    own_allowed: bool = False,
    note: str = "",
    rule_id: str | None = None,
) -> Saved:
    """A new rule, or another state of one with all its steps. An amount without a currency is taken in the workspace's.

    Raises Refusal `approval.condition`, `value.required`, `approval.step`, `approval.not_administrator`, `record.missing`.
    """
    if not name.strip():
        raise Refusal("value.required", entity="approval_rule", field="name")
    read = rules.read(conditions)
    full = rules.told(tuple(tuple(_with_currency(one, workspace.currency) for one in group) for group in read))
    for step in steps:
        if (step.approver is ApproverKind.USER) != bool(step.user_id) or (step.approver is ApproverKind.ROLE) != bool(
            step.role
        ):
            raise Refusal("approval.step")
    fields = {
        "name": name.strip(),
        "conditions": full,
        "rank": rank,
        "active": active,
        "own_allowed": own_allowed,
        "note": note.strip() or None,
    }
    with workspace.write("approvals.save_rule") as work:
        _refuse_member(work.session, workspace)
        row_id = RowId(rule_id) if rule_id else work.insert("approval_rule", fields)
        old = {}
        if rule_id:
            work.update("approval_rule", row_id, fields)
            known = next((one for one in store.rule_fields(work.session) if one.id == row_id), None)
            old = {one.id: one for one in known.steps} if known is not None else {}
        for step in steps:
            values = _step_values(step)
            check(work, "approval_step", step.id, values)
            if step.id in old:
                work.update("approval_step", step.id or "", values)
            else:
                work.insert("approval_step", {"rule_id": row_id, **values})
        for gone in old.keys() - {step.id for step in steps}:
            work.delete("approval_step", gone or "")
    return Saved(id=row_id, changes=work.changes)


def remove_rule(workspace: Workspace, rule_id: str) -> Changes:
    """Take a rule away with its steps. Raises Refusal `record.missing`, `approval.not_administrator`."""
    with workspace.write("approvals.remove_rule") as work:
        _refuse_member(work.session, workspace)
        known = next((one for one in store.rule_fields(work.session) if one.id == rule_id), None)
        if known is None:
            raise Refusal("record.missing", entity="approval_rule", id=rule_id)
        for step in known.steps:
            work.delete("approval_step", step.id or "")
        work.delete("approval_rule", rule_id)
    return work.changes


def delegate(
    workspace: Workspace,
    *,
    user_id: str | None,
    delegate_id: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
) -> Saved:
    """Let somebody answer instead of somebody (None: of me). Raises Refusal `approval.delegate`, `approval.not_administrator`."""
    holder = user_id or workspace.author.user_id
    ended = starts_on is not None and ends_on is not None and ends_on < starts_on
    if not holder or holder == delegate_id or ended:
        raise Refusal("approval.delegate")
    with workspace.write("approvals.delegate") as work:
        if holder != workspace.author.user_id:
            _refuse_member(work.session, workspace)
        fields = {
            "user_id": holder,
            "delegate_id": delegate_id,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "reason": reason.strip() or None,
        }
        check(work, "approval_delegate", None, fields)
        row_id = work.insert("approval_delegate", fields)
    return Saved(id=row_id, changes=work.changes)


def end_delegation(workspace: Workspace, delegation_id: str) -> Changes:
    """Take a delegation away. Raises Refusal `record.missing`."""
    with workspace.write("approvals.end_delegation") as work:
        work.delete("approval_delegate", delegation_id)
    return work.changes


def user_named(workspace: Workspace, name: str) -> UserId:
    """The one user of that name or id. Raises Refusal `approval.user`."""
    found = [one for one in rule_book(workspace).users if name in one]
    if len(found) != 1:
        raise Refusal("approval.user", name=name)
    return found[0][0]


def _with_currency(condition: rules.Condition, currency: str) -> rules.Condition:
    bare = condition.measure is ApprovalMeasure.AMOUNT and not condition.currency
    return replace(condition, currency=currency) if bare else condition


def _step_values(step: StepFields) -> dict[str, object]:
    return {
        "place": step.place,
        "approver": step.approver.value,
        "user_id": step.user_id,
        "role": step.role.value if step.role else None,
        "need": step.need.value,
        "escalate_days": step.escalate_days,
        "escalate_to_id": step.escalate_to_id,
    }


def _may_edit(session: Session, workspace: Workspace) -> bool:
    """As the server will say: the administrator; where there is none, managers; where there are none either, everybody."""
    people = store.people(session)
    if people.alone:
        return True
    me = people.persons.get(workspace.author.user_id or UserId(""))
    roles = {one.role for one in people.persons.values() if one.active}
    asked = next((one for one in (UserRole.ADMINISTRATOR, UserRole.MANAGER) if one in roles), None)
    return asked is None or (me is not None and me.role is asked)


def _refuse_member(session: Session, workspace: Workspace) -> None:
    if not _may_edit(session, workspace):
        raise Refusal("approval.not_administrator")
