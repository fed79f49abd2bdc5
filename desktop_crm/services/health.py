"""The health of accounts as the page, the lists and the terminal show it: one calculation, from what is here today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_crm.domain.accounts.health import WEIGHTS, WHOLE, Health, HealthPart, HealthWeights, health
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import health as store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores import settings as settings_store
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
    weights = weights_in(session)
    return {one: health(found, today, weights) for one, found in store.evidence(session, ids, now).items()}


def weights_in(session: Session) -> HealthWeights:
    """How much each part counts in this workspace: the settings `health.*`, what nobody chose as it is declared."""
    chosen: dict[str, int] = {}
    for name, text in settings_store.shared(session).items():
        part = name.removeprefix("health.")
        if part != name and part in set(HealthPart) and text.isdecimal():
            chosen[part] = min(int(text), WHOLE)
    return replace(WEIGHTS, **chosen)
