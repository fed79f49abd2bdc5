"""The health of accounts as the page, the lists and the terminal show it: one calculation, from what is here today."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_crm.domain.accounts.health import WEIGHTS, Health, health
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import health as store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.services.workspace import Workspace

__all__ = ["Health", "of", "scores"]


def of(workspace: Workspace, account_id: str) -> Health:
    """The health of one account with everything below it. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        record_store.get(session, "account", account_id)
        return judged(session, workspace, [account_id])[account_id]


def scores(session: Session, workspace: Workspace, ids: Sequence[str]) -> dict[str, int | None]:
    """The scores of some accounts, for lists."""
    return {one: found.score for one, found in judged(session, workspace, ids).items()}


def judged(session: Session, workspace: Workspace, ids: Sequence[str]) -> dict[str, Health]:
    """The health of some accounts, within a read that is going on."""
    now = workspace.clock.now()
    today = now.astimezone().date()
    return {one: health(found, today, WEIGHTS) for one, found in store.evidence(session, ids, now).items()}
