"""Approvals: rules, who has a seat, delegates, requests with their answers, and approval in advance; rows of the registry, data only.

Requests, answers, keys and envelopes are made once and never change; a field that was left empty may be filled once.
"""

from __future__ import annotations

from desktop_crm.domain.schema import approval_options as a
from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    day,
    decimal,
    flag,
    integer,
    long_text,
    moment,
    option,
    reference,
    text,
)


def _fixed(name: str, kind: FieldType = FieldType.TEXT) -> Field:
    return Field(name=name, type=kind, merge=MergeRule.FIXED)


APPROVALS = (
    Entity(
        name="approval_rule",
        plural="approval_rules",
        title="name",
        since=2,
        columns=("name", "conditions", "rank", "active"),
        fields=(
            Field(name="name", required=True),
            text("conditions"),  # discount > 10 and category = Sensors or margin < 15
            integer("rank"),
            flag("active"),
            flag("own_allowed"),  # whoever has a seat may approve what he asked for
            long_text("note"),
        ),
    ),
    Entity(
        name="approval_step",
        plural="approval_steps",
        title="id",
        parent="rule_id",
        since=2,
        columns=("rule_id", "place", "approver", "user_id", "role", "need", "escalate_days", "escalate_to_id"),
        fields=(
            reference("rule_id", "approval_rule", required=True),
            integer("place"),  # steps of one place are asked at the same time, places one after another
            option("approver", a.ApproverKind),
            reference("user_id", "user"),
            option("role", o.UserRole),
            option("need", a.ApprovalNeed),  # of the whole place
            integer("escalate_days", least=0),
            reference("escalate_to_id", "user"),
        ),
    ),
    Entity(
        name="approval_delegate",
        plural="approval_delegates",
        title="id",
        since=2,
        columns=("user_id", "delegate_id", "starts_on", "ends_on", "reason"),
        fields=(
            reference("user_id", "user", required=True),
            reference("delegate_id", "user", required=True),
            day("starts_on"),
            day("ends_on"),
            text("reason"),
        ),
    ),
    Entity(
        name="approval_request",
        plural="approval_requests",
        title="id",
        parent="quote_id",
        scope_path=("quote_id", "account_id"),
        since=2,
        issued=True,
        columns=("quote_id", "version", "requested_by_id", "requested_at", "reason"),
        fields=(
            reference("quote_id", "quote", required=True),
            integer("version"),
            reference("requested_by_id", "user"),
            moment("requested_at"),
            text("reason"),
            _fixed("content_hash"),  # of what the approval is about
            _fixed("snapshot", FieldType.LONG_TEXT),  # the draft as it was asked for, canonical JSON
        ),
    ),
    Entity(
        name="approval_decision",
        plural="approval_decisions",
        title="id",
        parent="request_id",
        scope_path=("request_id", "quote_id", "account_id"),
        since=2,
        issued=True,
        columns=("request_id", "verdict", "decided_by_id", "decided_at", "reason"),
        fields=(
            reference("request_id", "approval_request", required=True),
            option("verdict", a.Verdict),
            reference("decided_by_id", "user"),
            moment("decided_at"),
            text("reason"),
            _fixed("content_hash"),
        ),
    ),
    Entity(
        name="certification_key",
        plural="certification_keys",
        title="id",
        since=2,
        server_made=True,
        columns=("public_key",),
        fields=(_fixed("public_key"),),
    ),
    Entity(
        name="approval_key",
        plural="approval_keys",
        title="id",
        since=2,
        issued=True,
        columns=("user_id", "expires_on", "revoked_at"),
        fields=(
            reference("user_id", "user", required=True),
            _fixed("public_key"),
            Field(name="expires_on", type=FieldType.DATE, derived=True),  # the server's
            Field(name="certificate", derived=True),  # its signature
            moment("revoked_at"),
        ),
    ),
    Entity(
        name="approval_envelope",
        plural="approval_envelopes",
        title="id",
        scope_path=("account_id",),
        since=2,
        issued=True,
        columns=("account_id", "limit_percent", "expires_on", "max_uses", "granted_by_id", "granted_at", "revoked_at"),
        fields=(
            reference("account_id", "account", required=True),
            text("products"),  # ids, with commas; none for every product
            decimal("limit_percent", least=0, most=100),
            decimal("margin_percent"),
            decimal("largest_amount", least=0),
            Field(name="currency", type=FieldType.CURRENCY),
            day("expires_on"),
            integer("max_uses", least=0),
            reference("granted_by_id", "user"),
            moment("granted_at"),
            text("reason"),
            reference("key_id", "approval_key"),
            _fixed("signature"),
            moment("revoked_at"),
        ),
    ),
)
