"""The words of approvals: entities, fields and options. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark

ENTITIES: dict[str, tuple[str, str]] = {
    "approval_rule": (mark("Approval rule"), mark("Approval rules")),
    "approval_step": (mark("Approval step"), mark("Approval steps")),
    "approval_delegate": (mark("Delegate"), mark("Delegates")),
    "approval_request": (mark("Approval request"), mark("Approval requests")),
    "approval_decision": (mark("Approval decision"), mark("Approval decisions")),
    "certification_key": (mark("Certification key"), mark("Certification keys")),
    "approval_key": (mark("Signing key"), mark("Signing keys")),
    "approval_envelope": (mark("Approval in advance"), mark("Approvals in advance")),
}

FIELDS: dict[str, str] = {
    "conditions": mark("Conditions"),
    "rank": mark("Level"),
    "own_allowed": mark("Own quotes too"),
    "rule_id": mark("Approval rule"),
    "place": mark("Step"),
    "approver": mark("Approver"),
    "approval_step.user_id": mark("Person"),
    "approval_step.need": mark("How many agree"),
    "escalate_days": mark("Escalate after days"),
    "escalate_to_id": mark("Escalate to"),
    "delegate_id": mark("Answered by"),
    "approval_delegate.user_id": mark("Instead of"),
    "requested_by_id": mark("Asked by"),
    "requested_at": mark("Asked on"),
    "request_id": mark("Approval request"),
    "reason": mark("Reason"),
    "verdict": mark("Verdict"),
    "decided_by_id": mark("Decided by"),
    "decided_at": mark("Decided on"),
    "content_hash": mark("Hash of the content"),
    "public_key": mark("Public key"),
    "certificate": mark("Certificate"),
    "revoked_at": mark("Withdrawn on"),
    "products": mark("Products"),
    "limit_percent": mark("Discount up to (%)"),
    "margin_percent": mark("Margin at least (%)"),
    "largest_amount": mark("Net amount up to"),
    "expires_on": mark("Valid until"),
    "max_uses": mark("Uses"),
    "granted_by_id": mark("Granted by"),
    "granted_at": mark("Granted on"),
    "key_id": mark("Signing key"),
    "signature": mark("Signature"),
    "approved_hash": mark("Hash of what was approved"),
    "envelope_id": mark("Approval in advance"),
}

OPTIONS: dict[str, dict[str, str]] = {
    "approver": {
        "user": mark("A person"),
        "role": mark("Everybody with a role"),
        "owners_manager": mark("The owner’s manager"),
    },
    "need": {"all": mark("All of them"), "any": mark("Any of them")},
    "verdict": {
        "approved": mark("Approved"),
        "rejected": mark("Rejected"),
        "withdrawn": mark("Withdrawn"),
    },
    "status": {"submitted": mark("Waiting for approval"), "approved": mark("Approved")},
}
