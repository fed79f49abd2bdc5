"""What the server checks of proposals' approvals, whatever a laptop says: who asked, who approved, and that a version that calls
itself approved says what was approved. Pure; runs within one push, after the merge rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_crm.domain.proposals.proposal import from_snapshot
from desktop_crm.domain.schema.options import ProposalState
from desktop_crm.foundation.errors import CrmError

AUTHOR, APPROVAL = "sync.refused.author", "sync.refused.approval"
_Fields = Mapping[str, Any]


def of_proposal(sent: _Fields, before: _Fields, after: _Fields, user_id: str) -> str:
    """Why a change of a proposal is not taken; empty when it is."""
    if sent.get("submitted_by_id") not in {None, before.get("submitted_by_id"), user_id} and before:
        return AUTHOR
    approves = sent.get("approved_by_id") or sent.get("proposal_state") == ProposalState.APPROVED.value
    if not approves:
        return ""
    asked, by = after.get("submitted_by_id"), after.get("approved_by_id")
    if sent.get("approved_by_id") and by != user_id:
        return AUTHOR
    changed = "approved_hash" in sent and before.get("approved_hash") not in {None, after.get("approved_hash")}
    return "" if asked and by and asked != by and after.get("approved_hash") and not changed else APPROVAL


def of_version(sent: _Fields, after: _Fields, proposal: _Fields) -> str:
    """Why an issued version is not taken: it says that it was approved, and what was approved is something else."""
    wanted = after.get("approved_hash")
    if "snapshot" not in sent or not wanted:
        return ""
    try:
        said = from_snapshot(str(after.get("snapshot")), str(after.get("snapshot_hash"))).content.said
    except CrmError:
        return "sync.refused.version"
    held = proposal.get("approved_hash")
    stands = held is None or (held == wanted and bool(proposal.get("approved_by_id")))
    return "" if said.hash == wanted and stands else APPROVAL
