"""Which state may follow which, for fields whose merge rule is WORKFLOW. Pure data; the server and the services ask it.

A state that is not listed as a key may be followed by any. A row without a state may take any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Workflow = Mapping[str, frozenset[str]]

WORKFLOWS: Final[Mapping[tuple[str, str], Workflow]] = {
    ("quote", "status"): {"accepted": frozenset()},
    ("proposal", "proposal_state"): {
        "draft": frozenset({"submitted", "issued"}),
        "submitted": frozenset({"draft", "approved"}),
        "approved": frozenset({"draft", "issued"}),
        "issued": frozenset({"draft", "accepted", "rejected"}),
        "accepted": frozenset(),
        "rejected": frozenset({"draft"}),
    },
    ("contract", "status"): {"ended": frozenset({"active"})},
    ("order", "status"): {"delivered": frozenset(), "cancelled": frozenset({"received"})},
    ("lead", "status"): {"sales_qualified": frozenset({"working", "disqualified"})},
}


def may_follow(entity: str, field: str, before: str | None, after: str | None) -> bool:
    """Whether the state may change so. The same state again always may."""
    if before is None or before == after:
        return True
    allowed = WORKFLOWS.get((entity, field), {}).get(before)
    return allowed is None or after in allowed
